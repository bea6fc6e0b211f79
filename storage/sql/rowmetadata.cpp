#include "storage/sql/rowmetadata.h"

#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

constexpr MetadataKey metadataKeys[] = {
    {"messages", "id"},      {"metrics", "event_id"},   {"port_metrics", "id"},
    {"system_health", "id"}, {"component_state", "id"},
};

} // namespace

bool hasRowMetadata(const SchemaInspector& catalogue) {
    return !catalogue.lacks(QStringLiteral("portolan_metadata"), {"id", "record_table", "record_key", "metadata"});
}

Result<bool> canReadRowMetadata(Connection& connection, const SchemaInspector& catalogue) {
    if (!hasRowMetadata(catalogue) || connection.dialect() == SqlDialect::Sqlite)
        return hasRowMetadata(catalogue);
    const Result<QVariant> may = connection.value(QStringLiteral(
        "SELECT pg_catalog.has_table_privilege(CAST(CAST('portolan_metadata' AS regclass) AS oid), 'SELECT')"));
    return may ? Result<bool>(may->toBool()) : Result<bool>(may.error());
}

QString rowMetadata(const char* table, const QString& key) {
    return QStringLiteral("(SELECT d.metadata FROM portolan_metadata AS d WHERE d.record_table = '%1' "
                          "AND d.record_key = CAST(%2 AS text) ORDER BY d.id DESC LIMIT 1)")
        .arg(QLatin1String(table), key);
}

const MetadataKey* metadataKeyOf(QByteArrayView table) {
    const auto* const found =
        std::ranges::find_if(metadataKeys, [&](const MetadataKey& each) { return table == each.table; });
    return found == std::ranges::end(metadataKeys) ? nullptr : found;
}

RowMetadata::RowMetadata(Connection& connection)
    : m_rows(connection, "portolan_metadata", {"record_table", "record_key", "metadata"}) {}

void RowMetadata::clear() {
    m_rows.clear();
    m_texts.clear();
}

void RowMetadata::add(const char* table, QByteArrayView key, const QByteArray& metadata) {
    m_rows.text(table);
    m_rows.text(m_texts.emplace_back(key.toByteArray()));
    m_rows.text(m_texts.emplace_back(metadata));
}

Result<void> RowMetadata::flush() {
    const Result<void> written = m_rows.flush();
    if (written)
        m_texts.clear();
    return written;
}

} // namespace portolan
