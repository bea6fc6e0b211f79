#include "app/console/output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace portolan {

namespace {

constexpr size_t rowsHeldBack = 1000;
constexpr qsizetype widestCell = 60;
constexpr qsizetype firstBlock = 1 << 16;
constexpr qsizetype laterBlocks = 1 << 18;

/// Returns the number of characters, which serves a table as their width on a terminal.
qsizetype widthOf(const QByteArray& utf8) {
    return QString::fromUtf8(utf8).size();
}

QByteArray cut(const QByteArray& utf8, qsizetype width) {
    const QString text = QString::fromUtf8(utf8);
    return text.size() <= width ? utf8 : (text.left(width - 1) + QChar(0x2026)).toUtf8();
}

bool isRightAligned(ColumnType type) {
    return type == ColumnType::Integer || type == ColumnType::Real || type == ColumnType::Numeric;
}

} // namespace

Result<Format> parseFormat(const QString& text) {
    if (text.isEmpty())
        return isatty(STDOUT_FILENO) ? Format::Table : Format::Jsonl;
    if (text == QLatin1String("table"))
        return Format::Table;
    if (text == QLatin1String("csv"))
        return Format::Csv;
    if (text == QLatin1String("jsonl"))
        return Format::Jsonl;
    return Error{ErrorCode::Usage, QStringLiteral("--format is table, csv or jsonl, not \"%1\".").arg(text)};
}

Result<void> writeOut(const QByteArray& bytes) {
    const char* at = bytes.constData();
    qsizetype left = bytes.size();
    while (left > 0) {
        const ssize_t written = ::write(STDOUT_FILENO, at, static_cast<size_t>(left));
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return Error{ErrorCode::Io, QStringLiteral("The output could not be written: %1.")
                                            .arg(QString::fromLocal8Bit(std::strerror(errno)))};
        }
        at += written;
        left -= written;
    }
    return {};
}

void say(const QString& line) {
    const QByteArray text = line.toUtf8() + '\n';
    std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), stderr);
}

Exit tellLossyCells(qint64 cells) {
    if (cells == 0)
        return Exit::Done;
    say(QStringLiteral("cells whose bytes are no UTF-8, with U+FFFD for them (.jsonl has the bytes): %1").arg(cells));
    return Exit::Found;
}

RowPrinter::RowPrinter(Format format, std::vector<ExportColumn> columns)
    : m_format(format)
    , m_columns(std::move(columns)) {}

Result<void> RowPrinter::print(std::span<const Value> row) {
    if (m_format == Format::Table) {
        std::vector<QByteArray> cells;
        for (const Value& value : row)
            cells.push_back(cut(terminalText(value), widestCell));
        if (!m_begun) {
            m_held.push_back(std::move(cells));
            if (m_held.size() >= rowsHeldBack)
                printHeader();
        } else {
            printTableRow(cells);
        }
    } else {
        if (!m_begun)
            printHeader();
        if (m_format == Format::Csv)
            appendCsvLine(m_out, m_columns, row, {}, &m_cells);
        else
            appendJsonLine(m_out, m_columns, row);
    }
    return m_out.size() >= (m_writer ? laterBlocks : firstBlock) ? flush() : Result<void>();
}

Result<void> RowPrinter::finish() {
    if (!m_begun)
        printHeader();
    if (!m_writer)
        return writeOut(m_out);
    const Result<void> taken = m_writer->write(m_out);
    return taken ? m_writer->finish() : taken;
}

Result<void> RowPrinter::flush() {
    if (!m_writer)
        m_writer = std::make_unique<BlockWriter>();
    return m_writer->write(m_out);
}

void RowPrinter::printHeader() {
    m_begun = true;
    if (m_format == Format::Csv)
        appendCsvHeader(m_out, m_columns);
    if (m_format != Format::Table)
        return;
    measure();
    std::vector<QByteArray> names;
    for (const ExportColumn& column : m_columns)
        names.push_back(column.name);
    printTableRow(names);
    for (const auto& cells : m_held)
        printTableRow(cells);
    m_held.clear();
}

void RowPrinter::measure() {
    for (size_t i = 0; i < m_columns.size(); ++i) {
        qsizetype width = widthOf(m_columns[i].name);
        for (const auto& cells : m_held)
            width = std::max(width, widthOf(cells[i]));
        m_widths.push_back(width);
    }
}

void RowPrinter::printTableRow(const std::vector<QByteArray>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
        if (i > 0)
            m_out += "  ";
        const QByteArray padding(std::max<qsizetype>(0, m_widths[i] - widthOf(cells[i])), ' ');
        const bool last = i + 1 == cells.size();
        if (isRightAligned(m_columns[i].type))
            m_out += padding + cells[i];
        else
            m_out += last ? cells[i] : cells[i] + padding;
    }
    m_out += '\n';
}

} // namespace portolan
