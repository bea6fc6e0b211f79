#include "storage/replay/writtenids.h"

#include "storage/base/uuidtext.h"
#include "storage/sources/files/csvrows.h"

#include <QSet>
#include <QStringDecoder>
#include <algorithm>

namespace portolan {

namespace {

constexpr QByteArrayView pictureOfNul = "\xE2\x90\x80";

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

/// A text that begins with a mark of UTF-16 as UTF-8; any other as it is.
QByteArray toUtf8(QByteArrayView text) {
    if (!text.startsWith("\xFF\xFE") && !text.startsWith("\xFE\xFF"))
        return text.toByteArray();
    QStringDecoder decoder(QStringDecoder::Utf16); // goes by the mark, and takes it away
    return QString(decoder(text)).toUtf8();
}

class IdCollector {
public:
    void add(QByteArray id) {
        if (id.isEmpty())
            return;
        id.replace('\0', pictureOfNul);
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

WrittenIds readWrittenIds(QByteArrayView written) {
    const QByteArray decoded = toUtf8(written);
    QByteArrayView text = decoded;
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
