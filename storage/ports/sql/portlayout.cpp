#include "storage/ports/sql/portlayout.h"

#include "storage/ports/ports.h"
#include "storage/search/sql/searchindex.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/tablelistingfactory.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

QString tableName() {
    return QStringLiteral("port_messages");
}

constexpr QLatin1String alias("m");

std::size_t placeOf(const ColumnSet& schema, const char* name) {
    return static_cast<std::size_t>(schema.find(name) - schema.columns.data());
}

/// Writes a time as a text, as other times of the table are kept.
QString serverTimeAsText(const QString& expression) {
    return QStringLiteral("(to_char(CAST(%1 AS timestamptz) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') "
                          "COLLATE \"C\")")
        .arg(expression);
}

/// The first of some times that is set, out of those that the table has. As in the indexes of 012, which serve no other
/// spelling.
struct FirstTime {
    SqlColumn column;
    bool nullable = true;
};

FirstTime firstTime(const SchemaInspector::Entry& table, const SqlListing& messages,
                    std::initializer_list<const char*> names) {
    const SqlDialect dialect = table.dialect;
    FirstTime first{nothingOf(ColumnType::Time, ColumnEncoding::Plain, dialect)};
    std::vector<SqlColumn> times;
    for (const char* const name : names) {
        if (!table.column(QLatin1String(name)))
            continue;
        const std::size_t place = placeOf(*messages.schema, name);
        times.push_back(messages.sql[place]);
        first.nullable = first.nullable && messages.nullable[place];
    }
    if (times.empty())
        return first;
    const bool isMixed =
        std::ranges::any_of(times, [&](const SqlColumn& time) { return time.keeping != times.front().keeping; });
    QStringList expressions;
    for (const SqlColumn& time : times)
        expressions << (isMixed && time.keeping == ColumnEncoding::Plain ? serverTimeAsText(time.expression)
                                                                         : time.expression);
    first.column.keeping = isMixed ? ColumnEncoding::IsoText : times.front().keeping;
    first.column.expression = expressions.size() == 1
                                  ? expressions.front()
                                  : QStringLiteral("COALESCE(%1)").arg(expressions.join(QStringLiteral(", ")));
    return first;
}

QString deadLetterCondition(const SchemaInspector::Entry& table, const SqlListing& messages) {
    const auto expression = [&](const char* name) { return messages.sql[placeOf(*messages.schema, name)].expression; };
    const QString dead = QStringLiteral("%1 = 'dead_letter'").arg(expression("status"));
    if (!table.column(QStringLiteral("max_retries")) || !table.column(QStringLiteral("retry_count")))
        return QLatin1Char('(') + dead + QLatin1Char(')');
    // As in the indexes of 005, which serve no other spelling.
    if (table.dialect == SqlDialect::Sqlite)
        return QStringLiteral("CASE %1 WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN %2 >= %3 END")
            .arg(expression("status"), expression("retry_count"), expression("max_retries"));
    return QStringLiteral("(%1 OR (%2 = 'failed' AND %3 >= %4))")
        .arg(dead, expression("status"), expression("retry_count"), expression("max_retries"));
}

Result<bool> isAny(Connection& connection, const QString& sql, const QVariantList& bindings) {
    const Result<QVariant> found = connection.value(sql, bindings);
    PORTOLAN_TRY(found);
    return found->toBool();
}

/// Returns true when a whole index (not a partial one) begins with these columns.
Result<bool> hasIndex(Connection& connection, const QStringList& columns) {
    return SchemaInspector::hasIndex(connection, tableName(), columns);
}

/// Returns true when there is this index of 012, which has some of the rows alone.
Result<bool> hasPartialIndex(Connection& connection, const char* name) {
    if (connection.dialect() == SqlDialect::Postgresql)
        return isAny(connection,
                     QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i WHERE i.indisvalid AND "
                                    "i.indpred IS NOT NULL AND i.indrelid = to_regclass('port_messages') AND "
                                    "i.indexrelid = to_regclass(CAST(? AS text)))"),
                     {QLatin1String(name)});
    return isAny(
        connection,
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pragma_index_list(?) AS i WHERE i.partial AND i.name = ?)"),
        {tableName(), QLatin1String(name)});
}

/// Puts the times in that no column has, and makes the listing of dead letters.
void addStatusTimes(const SchemaInspector::Entry& table, PortLayout& layout) {
    SqlListing& messages = layout.messages;
    const FirstTime died = firstTime(table, messages, {"processed_at", "status_changed_at", "created_at"});
    const FirstTime since = firstTime(table, messages, {"status_changed_at", "created_at"});
    const std::size_t diedPlace = placeOf(*messages.schema, "died_at");
    const std::size_t sincePlace = placeOf(*messages.schema, "pending_since");
    const QString isDead = deadLetterCondition(table, messages);
    messages.sql[diedPlace] = {QStringLiteral("CASE WHEN %1 THEN %2 END").arg(isDead, died.column.expression),
                               died.column.keeping};
    messages.sql[sincePlace] = {
        QStringLiteral("CASE %1 WHEN 'pending' THEN %2 END")
            .arg(messages.sql[placeOf(*messages.schema, "status")].expression, since.column.expression),
        since.column.keeping};
    messages.nullable[diedPlace] = true;
    messages.nullable[sincePlace] = true;

    SqlListing& dead = layout.deadLetters;
    dead = messages;
    dead.schema = &deadLetterSchema();
    dead.condition = isDead;
    dead.sql.resize(deadLetterColumns().size(), dead.sql.back());
    dead.nullable.resize(dead.sql.size());
    dead.sql[diedPlace] = died.column;
    dead.nullable[diedPlace] = died.nullable;
    dead.order = static_cast<int>(diedPlace);
}

} // namespace

const SqlColumn& PortLayout::column(QByteArrayView name) const {
    const ColumnSet& schema = *messages.schema;
    return messages.sql[static_cast<std::size_t>(schema.find(name) - schema.columns.data())];
}

const SqlColumn& PortLayout::diedAt() const {
    return deadLetters.sql[placeOf(*deadLetters.schema, "died_at")];
}

std::optional<QString> missingPorts(const SchemaInspector& catalogue) {
    if (auto lacking = catalogue.lacks(
            tableName(), {"id", "port_name", "source_component", "target_component", "message_data", "status"}))
        return lacking;
    return lacksKey(*catalogue.table(tableName()), tableName());
}

Result<PortLayout> readPortLayout(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const auto missing = missingPorts(*catalogue))
        return Error{ErrorCode::Unsupported, *missing};
    const SchemaInspector::Entry& table = *catalogue->table(tableName());
    PortLayout layout;
    Result<SqlListing> messages = listingOfTable(table, tableName(), portMessageSchema(), alias);
    PORTOLAN_TRY(messages);
    layout.messages = std::move(*messages);
    layout.counted = layout.messages.key;
    if (table.heirs != SchemaInspector::Heirs::None) { // by the id: a place is of two parts
        const SqlColumn& id = layout.messages.sql.front();
        layout.counted = {id.expression, id.keeping == ColumnEncoding::Uuid      ? SqlKeyPart::Kind::Uuid
                                         : id.keeping == ColumnEncoding::Integer ? SqlKeyPart::Kind::Integer
                                                                                 : SqlKeyPart::Kind::Text};
    }
    const Result<PlaceSearch> places = placeSearchOf(connection, *catalogue, tableName());
    PORTOLAN_TRY(places);
    layout.messages.places = *places;
    addStatusTimes(table, layout);

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
    PORTOLAN_TRY(times);
    const Result<bool> names = hasIndex(connection, {QStringLiteral("port_name")});
    const Result<bool> counts =
        hasIndex(connection, {QStringLiteral("port_name"), QStringLiteral("status"), QStringLiteral("created_at")});
    const Result<bool> dead = hasPartialIndex(connection, "idx_port_messages_died");
    const Result<bool> waits = hasPartialIndex(connection, "idx_port_messages_port_waiting");
    for (const Result<bool>* known : {&names, &counts, &dead, &waits}) {
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
    const bool keepsTimes = plainly("status") && plainly("created_at") && plainly("status_changed_at");
    layout.deadByIndex = *dead && keepsTimes && plainly("processed_at");
    layout.waitsByIndex = *waits && layout.namesByIndex && keepsTimes;
    if (layout.countsByIndex) {
        for (const char* name : {"port_name", "status"})
            layout.messages.splitBy.push_back(static_cast<int>(placeOf(*layout.messages.schema, name)));
    }
    if (layout.deadByIndex && layout.namesByIndex)
        layout.deadLetters.splitBy = {static_cast<int>(placeOf(*layout.deadLetters.schema, "port_name"))};
    return layout;
}

} // namespace portolan
