#pragma once

#include "storage/listing/listing.h"

#include <QByteArray>
#include <span>

namespace portolan {

/// `,"name":`, as it stands in a line of JSON.
[[nodiscard]] QByteArray jsonKeyOf(const QByteArray& name);

/// A column as an export knows it.
struct ExportColumn {
    QByteArray name;
    ColumnType type;
    QByteArray jsonKey = jsonKeyOf(name);
};

template <class Row>
std::vector<ExportColumn> exportColumns(std::span<const Column<Row>> columns) {
    std::vector<ExportColumn> result;
    for (const auto& column : columns)
        result.push_back({column.name, column.type});
    return result;
}

/// The row's cells into `values`, whose memory is used again.
template <class Row>
void exportValues(std::span<const Column<Row>> columns, const Row& row, std::vector<Value>& values) {
    values.resize(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        values[i] = columns[i].value(row);
}

/// Appends one object, keys in column order, and a line feed. Text that is not UTF-8 gets, beside its readable form,
/// a key NAME_base64 with the bytes (NAME_base64_2, … where a column has that name).
void appendJsonLine(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row);

/// The same without the line feed, and with documents that have line breaks as they stand.
void appendJsonObject(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row);

/// The rules by which CSV is written.
struct CsvRules {
    /// A text cell that begins with = + - @ TAB or CR gets a leading ' (a spreadsheet would run it), and so does one
    /// that begins with these after some ' of its own, so that the guard can be taken off again. Numbers, times,
    /// JSON documents and what only the database knows (money, an interval) stay as they are. Without guards the first
    /// name of the header is quoted, which tells.
    bool guards = true;
};

/// Of how many cells a file has another text than the store.
struct CellTally {
    qint64 guarded = 0;   ///< with a leading '
    qint64 notUtf8 = 0;   ///< U+FFFD stands for bytes that are no UTF-8
    qint64 longTexts = 0; ///< XLSX: the rest is elsewhere in the file
    qint64 rounded = 0;   ///< XLSX: numbers and times of more than the sixteen digits that its writer has
};

/// The names, as the first record of a CSV file (RFC 4180, CRLF).
void appendCsvHeader(QByteArray& out, std::span<const ExportColumn> columns, CsvRules rules = {});

/// Appends one CSV record. NULL is an empty field, empty text is "".
void appendCsvLine(QByteArray& out, std::span<const ExportColumn> columns, std::span<const Value> row,
                   CsvRules rules = {}, CellTally* tally = nullptr);

/// The value as people read it on one line: control characters made visible (␀ … ␟, ␡), invisible and direction-
/// changing characters as ⟨U+202E⟩. NULL is empty.
QByteArray terminalText(const Value& value);

} // namespace portolan
