#include "storage/backups/sql/dumpedkeys.h"

#include <QByteArrayList>

namespace portolan {

namespace {

/// Reads a field of COPY's text format (PostgreSQL's manual, COPY); NULL is empty.
QByteArray plain(const QByteArray& field) {
    if (field == "\\N")
        return {};
    QByteArray text;
    for (qsizetype i = 0; i < field.size(); ++i) {
        if (field[i] != '\\' || i + 1 == field.size()) {
            text += field[i];
            continue;
        }
        const char next = field[++i];
        text += next == 'n' ? '\n' : next == 'r' ? '\r' : next == 't' ? '\t' : next;
    }
    return text;
}

QByteArray bytesIn(const QByteArray& field) {
    const QByteArray text = plain(field);
    return text.startsWith("\\x") ? QByteArray::fromHex(text.sliced(2)) : QByteArray();
}

} // namespace

bool DumpedKeys::begins(const DumpedTable& table) {
    m_block = table.name == QLatin1String("portolan_sources")         ? Block::Sources
              : table.name == QLatin1String("portolan_source_chunks") ? Block::Chunks
                                                                      : Block::None;
    m_hasChunks = m_hasChunks || m_block == Block::Chunks;
    m_source = table.columns.indexOf(m_block == Block::Sources ? QLatin1String("id") : QLatin1String("source_id"));
    m_name = table.columns.indexOf(QLatin1String("identity"));
    m_keys = table.columns.indexOf(QLatin1String("keys"));
    m_hashes = table.columns.indexOf(QLatin1String("hashes"));
    return m_block != Block::None;
}

void DumpedKeys::take(const QByteArray& line) {
    const QByteArrayList fields = line.split('\t');
    const auto field = [&](qsizetype place) { return fields.value(place); }; // nothing where there is none
    if (m_block == Block::Sources)
        m_names[field(m_source)] = plain(field(m_name));
    else
        m_chunks[field(m_source)].push_back({bytesIn(field(m_keys)), bytesIn(field(m_hashes))});
}

std::optional<StoredKeys> DumpedKeys::keys() const {
    if (!m_hasChunks)
        return std::nullopt;
    StoredKeys keys;
    for (const auto& [source, chunks] : m_chunks) {
        if (const auto name = m_names.find(source); name != m_names.end())
            keys[name->second] = chunks;
    }
    return keys;
}

} // namespace portolan
