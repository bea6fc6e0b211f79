#include "storage/replay/writtenids.h"

#include "storage/sources/files/csvrows.h"

#include <QSet>
#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype uuidDigits = 32;

bool isHyphenPlace(qsizetype at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

/// Returns the column of ids when this is a header; -1 when it is not.
qsizetype idColumn(const CsvRow& row) {
    for (const char* name : {"message_id", "id"}) {
        const auto found = std::ranges::find(row.cells, QByteArray(name));
        if (found != row.cells.end())
            return found - row.cells.begin();
    }
    return -1;
}

QByteArray withoutQuotes(QByteArray line) {
    if (line.size() >= 2 && line.startsWith('"') && line.endsWith('"'))
        line = line.mid(1, line.size() - 2).trimmed();
    return line;
}

class IdCollector {
public:
    void add(const QByteArray& id) {
        if (id.isEmpty())
            return;
        const QByteArray key = canonicalUuid(id).value_or(id);
        if (!m_seen.contains(key)) {
            m_seen.insert(key);
            m_found.ids.push_back(id);
        } else if (!m_again.contains(key)) {
            m_again.insert(key);
            m_found.repeated.push_back(id);
        }
    }
    WrittenIds take() { return std::move(m_found); }

private:
    WrittenIds m_found;
    QSet<QByteArray> m_seen;
    QSet<QByteArray> m_again;
};

} // namespace

std::optional<QByteArray> canonicalUuid(QByteArrayView text) {
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
        text = text.sliced(1, text.size() - 2);
    const bool hasHyphens = text.size() == uuidDigits + 4;
    if (!hasHyphens && text.size() != uuidDigits)
        return std::nullopt;
    QByteArray uuid;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (hasHyphens && isHyphenPlace(i)) {
            if (c != '-')
                return std::nullopt;
            uuid += c;
            continue;
        }
        const bool isDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!isDigit)
            return std::nullopt;
        if (!hasHyphens && isHyphenPlace(uuid.size()))
            uuid += '-';
        uuid += c;
    }
    return uuid.toLower();
}

std::vector<QByteArray> formsOfId(const QByteArray& written) {
    std::vector<QByteArray> forms{written};
    if (const auto uuid = canonicalUuid(written)) {
        for (const QByteArray& form : {*uuid, uuid->toUpper()}) {
            if (form != written)
                forms.push_back(form);
        }
    }
    return forms;
}

WrittenIds readWrittenIds(QByteArrayView text) {
    if (text.startsWith("\xEF\xBB\xBF"))
        text = text.sliced(3);
    IdCollector ids;
    CsvRows rows;
    rows.add(text);
    const std::optional<CsvRow> first = rows.next(true);
    const qsizetype column = first ? idColumn(*first) : -1;
    if (column >= 0) {
        while (const std::optional<CsvRow> row = rows.next(true)) {
            if (column < std::ssize(row->cells))
                ids.add(row->cells[static_cast<std::size_t>(column)].trimmed());
        }
        return ids.take();
    }
    for (const QByteArray& line : text.toByteArray().split('\n'))
        ids.add(withoutQuotes(line.trimmed()));
    return ids.take();
}

} // namespace portolan
