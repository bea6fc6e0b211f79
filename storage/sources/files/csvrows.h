#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <optional>
#include <vector>

namespace portolan {

/// A row of a CSV text.
struct CsvRow {
    qint64 line = 0; ///< on which it begins, from 1
    QByteArray raw;  ///< as it stands there, without the line's end
    std::vector<QByteArray> cells;
    std::vector<bool> quoted; ///< of each cell: it stood in quotes, so that an empty one is an empty text
    QString mistake;          ///< what is wrong with it, and in which column; empty: nothing
};

/// Returns true for separators and blanks alone; an empty cell in quotes is an empty text.
[[nodiscard]] bool isBlank(const CsvRow& row);

/// The marks that part a text into rows and cells.
struct CsvMarks {
    char separator = ',';
    char lineEnd = '\n'; ///< '\r' where no line ends otherwise; before '\n' it belongs to the line's end
    char comment = '\0'; ///< rows that begin with it are passed over; NUL: none are
    friend bool operator==(const CsvMarks& a, const CsvMarks& b) = default;
};

/// Returns true when a text begins with = + - @ TAB or CR, after any number of ': in our own CSV files such a cell has
/// one ' more.
[[nodiscard]] bool isFormulaText(QByteArrayView text);

/// Reads CSV (RFC 4180) that comes in pieces: commas or another separator, quoted cells with line breaks and doubled
/// quotes in them, LF, CRLF or CR. Lines without a character are passed over. One thread.
class CsvRows {
public:
    explicit CsvRows(CsvMarks marks = {}) : m_marks(marks) {}
    void add(QByteArrayView bytes) { m_bytes.append(bytes); }
    /// Nothing: more has to be added first, or with `isEnd` there is no more.
    [[nodiscard]] std::optional<CsvRow> next(bool isEnd);
    /// Of a row that has not ended yet.
    [[nodiscard]] qsizetype pendingBytes() const { return m_bytes.size() - m_at; }
    [[nodiscard]] qint64 line() const { return m_line; }
    [[nodiscard]] qint64 comments() const { return m_comments; } ///< lines that were passed over

private:
    [[nodiscard]] qsizetype findEnd();
    void forgetRead();

    CsvMarks m_marks;
    QByteArray m_bytes;
    qsizetype m_at = 0;      ///< where the next row begins
    qsizetype m_scanned = 0; ///< from there, without finding its end
    bool m_inQuotes = false; ///< where the scanning stands
    bool m_justClosed = false;
    bool m_cellBegins = true;
    qint64 m_line = 1;
    qint64 m_comments = 0;
};

} // namespace portolan
