#pragma once

#include "storage/export/rowfile.h"

#include <map>
#include <optional>

namespace portolan {

/// Rows whose JSON objects are taken apart: the members of `data` become the columns `data.a`, `data.b.c` (a dot in a
/// name is written \.), the union over all rows. Arrays, empty objects and what lies deeper than 16 levels stay JSON
/// text; a null is as a member that is not there. Numbers that neither qint64 nor double holds exactly are text. Once
/// there are 2,000 columns, an object that would need another stays whole. One thread.
class FlatRows {
public:
    /// A cell and the number of its column: the given ones first, then the others as they came up.
    using Cell = std::pair<quint32, Value>;

    explicit FlatRows(std::vector<ExportColumn> columns);
    /// The cells that are not empty.
    [[nodiscard]] std::vector<Cell> take(std::span<const Value> row);

    /// The columns as they are to be: each given one with its members after it, and without itself when all that
    /// it held was taken apart. `order` are their numbers.
    struct Columns {
        std::vector<ExportColumn> columns;
        std::vector<quint32> order;
    };
    [[nodiscard]] Columns columns() const;

private:
    bool takeApart(std::vector<Cell>& cells, std::size_t base, QByteArrayView document, qsizetype value,
                   const QByteArray& name, int depth);
    [[nodiscard]] std::optional<quint32> columnOf(std::size_t base, const QByteArray& name);

    struct Member {
        std::size_t base;
        QByteArray name;
    };
    std::vector<ExportColumn> m_given;
    std::vector<bool> m_isUsed; ///< of the given ones
    std::vector<Member> m_members;
    std::map<std::pair<std::size_t, QByteArray>, quint32> m_numbers;
};

/// Creates a CSV or XLSX file of such rows: what columns there are is known after the last one, so the cells wait in a
/// temporary file beside it. Errors as createRowFile().
[[nodiscard]] Result<std::unique_ptr<RowFile>> createFlatFile(const QString& path, const ExportOptions& options,
                                                              std::vector<ExportColumn> columns, const QString& title);

} // namespace portolan
