#include "storage/sql/portlayout.h"

#include "storage/ports.h"
#include "storage/sql/searchindex.h"
#include "storage/sql/tablelisting.h"

#include <QStringList>

namespace portolan {

namespace {

QString tableName() {
    return QStringLiteral("port_messages");
}

constexpr QLatin1String alias("m");

QString deadLetterCondition(const Catalogue::Entry& table, const SqlListing& messages) {
    const auto expression = [&](const char* name) {
        const FilterSchema& schema = *messages.schema;
        return messages.sql[static_cast<std::size_t>(schema.find(name) - schema.columns.data())].expression;
    };
    const QString dead = QStringLiteral("%1 = 'dead_letter'").arg(expression("status"));
    if (!table.column(QStringLiteral("max_retries")) || !table.column(QStringLiteral("retry_count")))
        return QLatin1Char('(') + dead + QLatin1Char(')');
    // As in the indexes of 005, which serve no other spelling.
    if (dialectOf(table) == SqlDialect::Sqlite)
        return QStringLiteral("CASE %1 WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN %2 >= %3 END")
            .arg(expression("status"), expression("retry_count"), expression("max_retries"));
    return QStringLiteral("(%1 OR (%2 = 'failed' AND %3 >= %4))")
        .arg(dead, expression("status"), expression("retry_count"), expression("max_retries"));
}

Result<bool> isAny(Connection& connection, const QString& sql, const QVariantList& bindings) {
    const Result<QVariant> found = connection.value(sql, bindings);
    if (!found)
        return found.error();
    return found->toBool();
}

/// Whether a whole index (not a partial one) begins with these columns.
Result<bool> hasIndex(Connection& connection, const QStringList& columns) {
    if (connection.dialect() == SqlDialect::Postgresql)
        return isAny(connection,
                     QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i "
                                    "WHERE i.indrelid = to_regclass('public.port_messages') AND i.indisvalid "
                                    "AND i.indpred IS NULL AND (SELECT string_agg(a.attname, ',' ORDER BY k.place) "
                                    "FROM unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS k(number, place) "
                                    "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid "
                                    "AND a.attnum = k.number WHERE k.place <= ?) = CAST(? AS text))"),
                     {columns.size(), columns.join(u',')});
    return isAny(connection,
                 QStringLiteral("SELECT EXISTS (SELECT 1 FROM pragma_index_list(?) AS i WHERE NOT i.partial AND "
                                "(SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) "
                                "WHERE seqno < ? ORDER BY seqno)) = ? COLLATE NOCASE)"),
                 {tableName(), columns.size(), columns.join(u',')});
}

/// Whether there is the index of 005 that has the dead letters alone.
Result<bool> hasDeadIndex(Connection& connection) {
    if (connection.dialect() == SqlDialect::Postgresql)
        return isAny(connection,
                     QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i WHERE i.indisvalid AND "
                                    "i.indpred IS NOT NULL AND i.indrelid = to_regclass('public.port_messages') AND "
                                    "i.indexrelid = to_regclass('public.idx_port_messages_dead'))"),
                     {});
    return isAny(connection,
                 QStringLiteral("SELECT EXISTS (SELECT 1 FROM pragma_index_list(?) AS i WHERE i.partial AND i.name = "
                                "'idx_port_messages_dead')"),
                 {tableName()});
}

} // namespace

const SqlColumn& PortLayout::column(QByteArrayView name) const {
    const FilterSchema& schema = *messages.schema;
    return messages.sql[static_cast<std::size_t>(schema.find(name) - schema.columns.data())];
}

std::optional<QString> missingPorts(const Catalogue& catalogue) {
    if (auto lacking = catalogue.lacks(
            tableName(), {"id", "port_name", "source_component", "target_component", "message_data", "status"}))
        return lacking;
    return lacksKey(*catalogue.table(tableName()), tableName());
}

Result<PortLayout> readPortLayout(Connection& connection) {
    const Result<Catalogue> catalogue = Catalogue::read(connection);
    if (!catalogue)
        return catalogue.error();
    if (const auto missing = missingPorts(*catalogue))
        return Error{ErrorCode::Unsupported, *missing};
    const Catalogue::Entry& table = *catalogue->table(tableName());
    PortLayout layout;
    Result<SqlListing> messages = listingOfTable(table, tableName(), portMessageSchema(), alias);
    if (!messages)
        return messages.error();
    layout.messages = std::move(*messages);
    const Result<std::optional<int>> searchKind = searchKindOf(connection, *catalogue, tableName());
    if (!searchKind)
        return searchKind.error();
    layout.messages.searchKind = *searchKind;
    layout.deadLetters = layout.messages;
    layout.deadLetters.condition = deadLetterCondition(table, layout.messages);

    layout.hasAudit = !catalogue->lacks(QStringLiteral("portolan_audit"),
                                        {"id", "at", "actor", "action", "subject_kind", "subject_id", "reason",
                                         "run_id", "before_image", "after_image"});
    layout.hasReplays =
        !catalogue->lacks(QStringLiteral("portolan_replay_items"),
                          {"run_id", "position", "message_id", "state", "detail", "updated_at"})
        && !catalogue->lacks(QStringLiteral("portolan_replay_runs"), {"id", "state", "reason", "actor"});
    layout.hasProcessedEvents =
        !catalogue->lacks(QStringLiteral("processed_events"), {"event_id", "sensor_id", "processed_at"});

    const Result<bool> times = hasIndex(connection, {QStringLiteral("created_at")});
    if (!times)
        return times.error();
    const Result<bool> names = hasIndex(connection, {QStringLiteral("port_name")});
    const Result<bool> counts =
        hasIndex(connection, {QStringLiteral("port_name"), QStringLiteral("status"), QStringLiteral("created_at")});
    const Result<bool> dead = hasDeadIndex(connection);
    for (const Result<bool>* known : {&names, &counts, &dead}) {
        if (!*known)
            return known->error();
    }
    const auto plainly = [&](const char* name) {
        const QString& expression = layout.column(name).expression;
        return !expression.startsWith(QLatin1Char('(')) && !expression.startsWith(QLatin1String("CAST"));
    };
    layout.namesByIndex = *names && plainly("port_name");
    layout.timesByIndex = *times && plainly("created_at");
    layout.countsByIndex = *counts && layout.namesByIndex && plainly("status") && plainly("created_at");
    layout.deadByIndex = *dead && plainly("status") && plainly("created_at");
    if (layout.countsByIndex) {
        const FilterSchema& schema = *layout.messages.schema;
        for (const char* name : {"port_name", "status"})
            layout.messages.apart.push_back(static_cast<int>(schema.find(name) - schema.columns.data()));
    }
    return layout;
}

} // namespace portolan
