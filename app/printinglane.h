#pragma once

#include "app/output.h"
#include "storage/base/mailbox.h"

#include <thread>

namespace portolan {

/// Prints pages of rows in their order, on a thread of its own, while the next ones are being read. Used by one
/// thread; a few pages at most wait to be printed.
template <class Row>
class PrintingLane {
public:
    PrintingLane(Format format, std::span<const Column<Row>> columns)
        : m_columns(columns)
        , m_printer(format, exportColumns(columns))
        , m_thread([this] { printAll(); }) {}
    PrintingLane(const PrintingLane&) = delete;
    PrintingLane& operator=(const PrintingLane&) = delete;
    ~PrintingLane() { m_pages.close(); }

    /// False when standard output takes nothing any more; finish() says why.
    [[nodiscard]] bool print(std::vector<Row> rows) {
        return m_pages.push(std::span(&rows, 1), std::chrono::hours(24)) == 1;
    }

    /// Waits until everything stands on standard output. Error Io.
    [[nodiscard]] Result<void> finish() {
        m_pages.close();
        m_thread.join();
        return m_printed;
    }

private:
    struct Nothing {
        qint64 operator()(const std::vector<Row>&) const { return 0; }
    };

    void printAll() {
        std::vector<Value> values;
        while (m_printed && !m_pages.isDone()) {
            for (const std::vector<Row>& rows : m_pages.take(1, std::chrono::hours(24), std::chrono::seconds(0)))
                m_printed = print(rows, values);
        }
        if (m_printed)
            m_printed = m_printer.finish();
        m_pages.close();
    }

    Result<void> print(std::span<const Row> rows, std::vector<Value>& values) {
        for (const Row& row : rows) {
            exportValues(m_columns, row, values);
            if (const auto printed = m_printer.print(values); !printed)
                return printed;
        }
        return {};
    }

    static constexpr std::size_t pagesAhead = 8;

    std::span<const Column<Row>> m_columns;
    RowPrinter m_printer;   // used by m_thread only
    Result<void> m_printed; // the same, and read when it has ended
    Mailbox<std::vector<Row>, Nothing> m_pages{pagesAhead, 1};
    std::jthread m_thread; // last: it uses the others
};

} // namespace portolan
