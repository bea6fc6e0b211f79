#include "storage/ingest/sql/archivedmessages.h"

namespace portolan {

namespace {

constexpr char archive[] = "portolan_message_archive";

/// A WITH clause: the archived messages as rows of `table`, which stands for the table in the statement after it.
QString archivedRows(const SchemaInspector& catalogue, const RecordPlan& plan, bool isServer) {
    const QString table = QLatin1StringView(plan.tables.front().name);
    const SchemaInspector::Entry* const entry = catalogue.table(table);
    QStringList cells{QStringLiteral("message_id AS \"%1\"").arg(QLatin1StringView(plan.key))};
    for (const char* name : plan.data) {
        const SchemaInspector::Column* const column = entry ? entry->column(QLatin1StringView(name)) : nullptr;
        if (!column)
            continue;
        const QString value = isServer
                                  ? QStringLiteral("CAST(row_image ->> '%1' AS %2)").arg(column->name, column->type)
                                  : QStringLiteral("json_extract(row_image, '$.%1')").arg(column->name);
        cells << QStringLiteral("%1 AS \"%2\"").arg(value, column->name);
    }
    return QStringLiteral("WITH \"%1\" AS (SELECT %2 FROM %3 AS a WHERE restored_at IS NULL AND NOT EXISTS (SELECT 1 "
                          "FROM %3 AS later WHERE later.message_id = a.message_id AND later.restored_at IS NULL AND "
                          "later.id > a.id)) ")
        .arg(table, cells.join(QStringLiteral(", ")), QLatin1StringView(archive));
}

} // namespace

ArchivedMessages::ArchivedMessages(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan)
    : m_ids(connection, archive, "message_id")
    , m_compare(connection, catalogue, plan.kind, plan.tables.front(), plan.data, std::span(&plan.key, 1),
                archivedRows(catalogue, plan, connection.dialect() == SqlDialect::Postgresql)) {}

Result<std::unique_ptr<ArchivedMessages>>
ArchivedMessages::make(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan) {
    if (catalogue.lacks(QLatin1StringView(archive), {"message_id", "row_image", "restored_at"}))
        return std::unique_ptr<ArchivedMessages>();
    if (connection.dialect() == SqlDialect::Postgresql) {
        const Result<QVariant> mayRead = connection.value(
            QStringLiteral("SELECT pg_catalog.has_table_privilege(CAST(CAST('%1' AS regclass) AS oid), 'SELECT')")
                .arg(QLatin1StringView(archive)));
        PORTOLAN_TRY(mayRead);
        if (!mayRead->toBool())
            return std::unique_ptr<ArchivedMessages>();
    }
    return std::unique_ptr<ArchivedMessages>(new ArchivedMessages(connection, catalogue, plan));
}

Result<RecordCompare::Answer> ArchivedMessages::compare(const IncomingRecord& record, const QByteArray& id) {
    return m_found.contains(id) ? m_compare.withStored(record, {QString::fromUtf8(id)})
                                : Result(RecordCompare::Answer());
}

} // namespace portolan
