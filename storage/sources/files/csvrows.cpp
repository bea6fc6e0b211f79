#include "storage/sources/files/csvrows.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace portolan {

namespace {

constexpr qsizetype keptBytes = 1 << 20; ///< read bytes that are dropped in one go

/// Of a blank beside a quoted cell, which is no part of it.
bool isBeside(char c, char separator) {
    return c != separator && (c == ' ' || c == '\t');
}

/// Splits one row into its cells.
class RowSplitter {
public:
    RowSplitter(CsvRow& row, char separator) : m_row(row), m_rest(row.raw), m_separator(separator) {}

    void split() {
        do {
            const QByteArrayView cell = afterBlanks();
            const bool isQuoted = cell.startsWith('"');
            m_rest = isQuoted ? cell : m_rest;
            if (!(isQuoted ? quoted() : plain()))
                return;
        } while (takeSeparator());
    }

private:
    [[nodiscard]] QByteArrayView afterBlanks() const {
        const auto from = std::ranges::find_if_not(m_rest, [this](char c) { return isBeside(c, m_separator); });
        return m_rest.sliced(std::distance(m_rest.begin(), from));
    }

    bool plain() {
        const qsizetype end = m_rest.indexOf(m_separator);
        const QByteArrayView cell = end < 0 ? m_rest : m_rest.first(end);
        if (cell.contains('"'))
            return fail(QStringLiteral("there is a quote inside a value that does not begin with one"));
        m_row.cells.push_back(cell.toByteArray());
        m_row.quoted.push_back(false);
        m_rest = m_rest.sliced(cell.size());
        return true;
    }

    bool quoted() {
        QByteArray cell;
        m_rest = m_rest.sliced(1);
        while (true) {
            const qsizetype quote = m_rest.indexOf('"');
            if (quote < 0)
                return fail(QStringLiteral("a quote is not closed"));
            cell.append(m_rest.first(quote));
            m_rest = m_rest.sliced(quote + 1);
            if (!m_rest.startsWith('"'))
                break;
            cell.append('"');
            m_rest = m_rest.sliced(1);
        }
        m_rest = afterBlanks();
        if (!m_rest.isEmpty() && !m_rest.startsWith(m_separator))
            return fail(QStringLiteral("there is text after the closing quote"));
        m_row.cells.push_back(std::move(cell));
        m_row.quoted.push_back(true);
        return true;
    }

    bool takeSeparator() {
        if (m_rest.isEmpty())
            return false;
        m_rest = m_rest.sliced(1);
        return true;
    }

    bool fail(const QString& what) {
        m_row.mistake = QStringLiteral("column %1: %2").arg(m_row.cells.size() + 1).arg(what);
        return false;
    }

    CsvRow& m_row;
    QByteArrayView m_rest;
    const char m_separator;
};

} // namespace

bool isBlank(const CsvRow& row) {
    return std::ranges::none_of(row.quoted, std::identity())
           && std::ranges::all_of(row.cells, [](const QByteArray& cell) { return cell.trimmed().isEmpty(); });
}

bool isFormulaText(QByteArrayView text) {
    static constexpr QByteArrayView formulaStarts = "=+-@\t\r";
    const auto first = std::ranges::find_if(text, [](char c) { return c != '\''; });
    return first != text.end() && formulaStarts.contains(*first);
}

/// The line's end that ends the row at m_at; negative when it has not come yet. Goes on where it stopped.
qsizetype CsvRows::findEnd() {
    const auto [separator, lineEnd, comment] = m_marks;
    const char* const bytes = m_bytes.constData();
    const qsizetype size = m_bytes.size();
    qsizetype at = m_at + m_scanned;
    if (comment != '\0' && m_at < size && bytes[m_at] == comment) { // whatever quotes are in it
        at = m_bytes.indexOf(lineEnd, at);
        m_scanned = size - m_at;
        return at;
    }
    for (; at < size; ++at) {
        const char c = bytes[at];
        if (m_inQuotes) {
            m_inQuotes = c != '"'; // a doubled one is out and in again
            m_justClosed = !m_inQuotes;
        } else if (c == lineEnd) {
            return at;
        } else {
            m_inQuotes = c == '"' && (m_cellBegins || m_justClosed);
            m_justClosed = false;
        }
        m_cellBegins = !m_inQuotes && (c == separator || (m_cellBegins && isBeside(c, separator)));
    }
    m_scanned = size - m_at;
    return -1;
}

std::optional<CsvRow> CsvRows::next(bool isEnd) {
    while (true) {
        qsizetype end = findEnd();
        if (end < 0 && (!isEnd || pendingBytes() == 0)) {
            forgetRead();
            return std::nullopt;
        }
        const bool hasEnd = end >= 0;
        end = hasEnd ? end : m_bytes.size();
        QByteArrayView raw = QByteArrayView(m_bytes).sliced(m_at, end - m_at);
        CsvRow row;
        row.line = m_line;
        m_line += std::ranges::count(raw, m_marks.lineEnd) + 1;
        if (raw.endsWith('\r'))
            raw.chop(1);
        row.raw = raw.toByteArray();
        m_at = end + (hasEnd ? 1 : 0);
        m_scanned = 0;
        m_inQuotes = m_justClosed = false;
        m_cellBegins = true;
        if (row.raw.isEmpty())
            continue;
        if (m_marks.comment != '\0' && row.raw.startsWith(m_marks.comment)) {
            ++m_comments;
            continue;
        }
        RowSplitter(row, m_marks.separator).split();
        return row;
    }
}

void CsvRows::forgetRead() {
    if (m_at < keptBytes && m_at < m_bytes.size())
        return;
    m_bytes.remove(0, m_at);
    m_at = 0;
}

} // namespace portolan
