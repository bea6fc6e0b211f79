#include "storage/retention/sql/retentionplan.h"

#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/pipelinetables.h"
#include "storage/sql/rowreader.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

QString planning() {
    return QStringLiteral("plan the retention of");
}

/// The age that the newest checkpoint may have where a rule goes by when they expire.
constexpr days quietCheckpoints(30);
/// No zone is further ahead of UTC.
constexpr hours easternmost(14);
/// Times that no program can have written are passed over, so many of them.
constexpr int mostUnreadable = 1'000;

/// The rows by whose times the clock is judged, where they are others than those of the rule.
struct Evidence {
    const char* table;
    const char* time;
};
struct EvidenceOf {
    const char* table;
    Evidence evidence;
};
constexpr std::array<EvidenceOf, 6> evidences{{
    {"port_messages", {"port_messages", "created_at"}},
    {"checkpoints", {"checkpoints", "created_at"}},
    {"portolan_message_archive", {"portolan_audit", "at"}},
    {"portolan_alerts", {"portolan_audit", "at"}},
    {"portolan_object_models", {"portolan_audit", "at"}},
    {"portolan_saved_views", {"portolan_audit", "at"}},
}};

/// The listings whose rows an alert may be about, and their tables.
struct AlertedTable {
    const char* listing;
    const char* table;
};
constexpr std::array<AlertedTable, 15> alertedTables{{
    {"port-messages", "port_messages"},
    {"dead-letters", "port_messages"},
    {"component-metrics", "component_metrics"},
    {"port-metrics", "port_metrics"},
    {"metrics", "metrics"},
    {"processed-events", "processed_events"},
    {"checkpoints", "checkpoints"},
    {"components", "component_state"},
    {"health", "system_health"},
    {"sinks", "sink_storage"},
    {"messages", "messages"},
    {"batches", "batches"},
    {"archive", "portolan_message_archive"},
    {"rejects", "portolan_rejects"},
    {"gaps", "portolan_gaps"},
}};

/// A table of any program with its columns as a filter names them.
struct ReadableTable {
    SchemaInspector::Entry entry;
    ColumnSet schema;
    std::vector<SqlColumn> columns;
};

/// Returns true for a column of SQLite that holds times, by its name: its declared type does not tell.
bool isCalledTime(const QString& name) {
    return name.endsWith(QLatin1String("_at")) || name == QLatin1String("timestamp") || name == QLatin1String("time")
           || name == QLatin1String("last_heartbeat");
}

ColumnType typeOf(const SchemaInspector::Column& column, SqlDialect dialect, const QString& timeColumn) {
    const QString& type = column.type;
    const bool isServer = dialect == SqlDialect::Postgresql;
    if (column.name == timeColumn
        || (isServer ? type.startsWith(QLatin1String("timestamp")) : isCalledTime(column.name.toLower())))
        return ColumnType::Time;
    if (isWholeNumber(column, dialect) || (!isServer && type.contains(QLatin1String("INT"), Qt::CaseInsensitive)))
        return ColumnType::Integer;
    if (isServer ? isServerNumber(type)
                 : type.contains(QLatin1String("REAL"), Qt::CaseInsensitive)
                       || type.contains(QLatin1String("DOUB"), Qt::CaseInsensitive)
                       || type.contains(QLatin1String("FLOA"), Qt::CaseInsensitive))
        return ColumnType::Real;
    if (type.startsWith(QLatin1String("bool"), Qt::CaseInsensitive))
        return ColumnType::Boolean;
    return isServer && type.startsWith(QLatin1String("json")) ? ColumnType::Json : ColumnType::Text;
}

Result<QString> nameIn(const SchemaInspector::Column& column) {
    const Result<QString> quoted = quoteIdentifier(column.name);
    return quoted ? Result<QString>(QStringLiteral("t.") + *quoted) : Result<QString>(quoted.error());
}

Error noTable(const QString& name) {
    return {ErrorCode::NotFound, QStringLiteral("The database has no table %1.").arg(name)};
}

/// The table that a rule names. On a server a name as it was created goes before the one that SQL makes of it.
Result<SchemaInspector::Entry> tableNamed(Connection& connection, const SchemaInspector& catalogue,
                                          const QByteArray& path) {
    const QString name = QString::fromUtf8(path);
    std::optional<SchemaInspector::Entry> found;
    if (connection.dialect() == SqlDialect::Postgresql) {
        for (const QString& each : {name, name.toLower()}) {
            auto named = SchemaInspector::readNamed(connection, each);
            PORTOLAN_TRY(named);
            found = std::move(*named);
            if (found)
                break;
        }
    } else if (const SchemaInspector::Entry* const own = catalogue.find(name)) {
        found = *own;
    }
    if (!found || found->kind != SchemaInspector::Kind::Table)
        return noTable(name);
    return *found;
}

/// The schema of the pipeline's tables; empty in SQLite.
Result<QString> ownSchema(Connection& connection) {
    if (connection.dialect() != SqlDialect::Postgresql)
        return QString();
    const Result<QVariant> own = connection.value(QStringLiteral("SELECT CAST(current_schema AS text)"));
    return own ? Result<QString>(own->toString()) : Result<QString>(own.error());
}

/// The one name of a table: with its schema where that is another than ours. SQLite finds a table of ours in any case.
QString nameOf(const SchemaInspector::Entry& entry, const QString& own) {
    if (entry.schema != own)
        return entry.schema + u'.' + entry.spelling;
    const QString folded = entry.spelling.toLower();
    const bool isOurs = folded.startsWith(QLatin1String("portolan_")) || folded == QLatin1String("schema_version")
                        || !columnsThatTell(folded).empty();
    return entry.dialect == SqlDialect::Sqlite && isOurs ? folded : entry.spelling;
}

/// Says that a table of another schema belongs to a store there, whose own rules are to be about it.
Result<void> expectNoOtherStore(Connection& connection, const SchemaInspector::Entry& entry, const QString& own) {
    if (entry.schema == own)
        return {};
    const Result<QVariant> found = connection.value(
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON "
                       "n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = 'portolan_audit')"),
        {entry.schema});
    PORTOLAN_TRY(found);
    if (!found->toBool())
        return {};
    return Error{ErrorCode::Usage, QStringLiteral("%1 is a table of another store, that of the schema %2; make the "
                                                  "rule there (?schema=%2).")
                                       .arg(nameOf(entry, own), entry.schema)};
}

Result<ReadableTable> readableTable(Connection& connection, const SchemaInspector& catalogue, const QByteArray& path,
                                    const QByteArray& timeColumn) {
    const QString name = QString::fromUtf8(path);
    const SqlDialect dialect = connection.dialect();
    ReadableTable table;
    Result<SchemaInspector::Entry> entry = tableNamed(connection, catalogue, path);
    PORTOLAN_TRY(entry);
    table.entry = std::move(*entry);
    // A table in the place of one of ours has to be it.
    if (const auto lacking = columnsThatTell(name).empty() ? std::nullopt : catalogue.lacks(name, {}))
        return Error{ErrorCode::NotFound, *lacking};
    const QString byTime = QString::fromUtf8(timeColumn);
    if (!table.entry.column(byTime))
        return Error{ErrorCode::NotFound, QStringLiteral("The table %1 has no column %2.").arg(name, byTime)};
    for (const SchemaInspector::Column& column : table.entry.columns) {
        const ColumnType type = typeOf(column, dialect, byTime);
        const Result<QString> quoted = nameIn(column);
        PORTOLAN_TRY(quoted);
        table.schema.columns.push_back({column.name.toUtf8(), type, type == ColumnType::Text});
        table.columns.push_back(columnAs(type, *quoted, column, dialect));
    }
    table.schema.timeColumn = table.entry.column(byTime)->name.toUtf8();
    return table;
}

Result<QString> quotedName(const SchemaInspector::Entry& entry) {
    const Result<QString> name = quoteIdentifier(entry.spelling);
    if (!name || entry.schema.isEmpty())
        return name;
    const Result<QString> schema = quoteIdentifier(entry.schema);
    return schema ? Result<QString>(*schema + QLatin1Char('.') + *name) : schema;
}

/// Returns the expression that finds a row again; nothing where rows have none.
std::optional<QString> keyOf(const SchemaInspector::Entry& entry, SqlDialect dialect) {
    if (dialect == SqlDialect::Postgresql)
        return QStringLiteral("t.ctid");
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
        if (entry.hasRowIds && !entry.column(QLatin1String(name)))
            return QStringLiteral("t.") + QLatin1String(name);
    }
    return std::nullopt;
}

Result<QString> bytesOfRow(const SchemaInspector::Entry& entry, SqlDialect dialect) {
    QStringList sizes;
    for (const SchemaInspector::Column& column : entry.columns) {
        const Result<QString> name = quoteIdentifier(column.name);
        PORTOLAN_TRY(name);
        sizes << (dialect == SqlDialect::Postgresql ? QStringLiteral("coalesce(pg_catalog.pg_column_size(%1), 0)")
                                                    : QStringLiteral("coalesce(length(CAST(%1 AS BLOB)), 0)"))
                     .arg(*name);
    }
    return sizes.join(QStringLiteral(" + "));
}

void addTo(SqlCondition& condition, const SqlCondition& more) {
    condition.condition = condition.condition.isEmpty()
                              ? more.condition
                              : QStringLiteral("(%1 AND %2)").arg(condition.condition, more.condition);
    condition.bindings += more.bindings;
}

/// A column's time before a moment, however it is stored.
SqlCondition isOlder(const ReadableTable& table, const QByteArray& column, Timestamp moment, SqlDialect dialect) {
    FilterTerm term;
    term.field.column = static_cast<int>(table.schema.find(column) - table.schema.columns.data());
    term.field.type = ColumnType::Time;
    term.comparison = Comparison::Less;
    term.value.value = moment;
    Filter filter;
    filter.root = std::make_shared<const FilterNode>(FilterNode{term});
    return compileFilter(filter, table.schema, table.columns, dialect);
}

/// Messages that a replay run or its outbox has to do with are left alone until the run is over. `id` is a text.
void spareReplayed(SqlCondition& doomed, const SchemaInspector& catalogue, const QString& id) {
    if (!catalogue.lacks(QStringLiteral("portolan_outbox"), {"message_id", "state"}))
        addTo(doomed, {QStringLiteral("(%1 NOT IN (SELECT q.message_id FROM portolan_outbox AS q WHERE q.state IN "
                                      "('queued', 'sent')))")
                           .arg(id),
                       {}});
    if (!catalogue.lacks(QStringLiteral("portolan_replay_items"), {"message_id", "run_id", "state"})
        && !catalogue.lacks(QStringLiteral("portolan_replay_runs"), {"id", "state"}))
        addTo(doomed,
              {QStringLiteral("(NOT EXISTS (SELECT 1 FROM portolan_replay_items AS i JOIN portolan_replay_runs AS r "
                              "ON r.id = i.run_id WHERE i.message_id = %1 AND (r.state IN ('frozen', 'running', "
                              "'paused') OR (r.state IN ('completed', 'failed') AND i.state IN ('queued', 'replayed', "
                              "'pending')))))")
                   .arg(id),
               {}});
}

/// The checkpoint of each name that counts stays: the one marked so, and the highest version.
void spareLatest(SqlCondition& doomed, const ReadableTable& table) {
    const bool isMarked = table.entry.column(QStringLiteral("is_latest")) != nullptr;
    const QString mark = isMarked ? QStringLiteral("o.is_latest OR ") : QString();
    addTo(doomed, {QStringLiteral("(%1EXISTS (SELECT 1 FROM checkpoints AS o WHERE o.checkpoint_name = "
                                  "t.checkpoint_name AND (%2o.version > t.version)))")
                       .arg(isMarked ? QStringLiteral("t.is_latest IS NOT TRUE AND ") : QString(), mark),
                   {}});
}

/// A checkpoint goes only when `most` newer ones of its component are there. Newest first, so that few rows are looked
/// at for each.
void spareNewest(SqlCondition& doomed, const ReadableTable& table, qint64 most, SqlDialect dialect) {
    const SqlColumn& time =
        table.columns[static_cast<std::size_t>(table.schema.find("created_at") - table.schema.columns.data())];
    const QString own = time.expression;
    QString other = own;
    other.replace(QLatin1String("t."), QLatin1String("o."));
    const QString bound =
        dialect == SqlDialect::Postgresql ? QStringLiteral("o.created_at >= t.created_at AND ") : QString();
    addTo(doomed, {QStringLiteral("((SELECT count(*) FROM (SELECT 1 FROM checkpoints AS o WHERE o.component_name = "
                                  "t.component_name AND %3(%2 > %1 OR (%2 = %1 AND o.id > t.id)) "
                                  "ORDER BY o.component_name DESC, o.created_at DESC LIMIT %4) AS n) >= %4)")
                       .arg(own, other, bound, QString::number(most)),
                   {}});
}

/// Rows that a firing alert is about stay. Nothing where its filter does not read here: then the whole rule has to
/// wait.
Result<void> spareAlerted(Connection& connection, const SchemaInspector& catalogue, const ReadableTable& table,
                          const RetentionRule& rule, Timestamp now, SqlCondition& doomed) {
    if (catalogue.lacks(QStringLiteral("portolan_alerts"), {"name", "listing", "filter", "state", "deleted_at"}))
        return {};
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT name, listing, filter, window_seconds FROM portolan_alerts WHERE enabled AND state = "
                       "'firing' AND deleted_at IS NULL ORDER BY name"),
        {}, planning());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, planning());
    while (walk.next()) {
        const QByteArray listing = bytesAt(*rows, 1);
        const auto* const about =
            std::ranges::find_if(alertedTables, [&](const AlertedTable& each) { return listing == each.listing; });
        if (about == alertedTables.end() || rule.table != about->table)
            continue;
        const auto window = integerAt(*rows, 3);
        if (window && rule.keep && seconds(*window) <= *rule.keep)
            continue; // only rows that are kept anyway
        const auto filter = parseFilter(QString::fromUtf8(bytesAt(*rows, 2)), table.schema, now);
        if (!filter)
            return Error{ErrorCode::Busy,
                         QStringLiteral("The alert \"%1\" fires about rows of %2, and its filter cannot be applied to "
                                        "them here. Acknowledge it, and run the rule again.")
                             .arg(QString::fromUtf8(bytesAt(*rows, 0)), QString::fromUtf8(rule.table))};
        const SqlCondition fires = compileFilter(*filter, table.schema, table.columns, connection.dialect());
        addTo(doomed, {QStringLiteral("(NOT %1)").arg(fires.condition), fires.bindings});
    }
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

/// The reasons for which rows of some tables are spared.
Result<void> spareNeeded(Connection& connection, const SchemaInspector& catalogue, const ReadableTable& table,
                         const RetentionRule& rule, Timestamp now, SqlCondition& doomed) {
    const bool isServer = connection.dialect() == SqlDialect::Postgresql;
    if (rule.table == "port_messages")
        spareReplayed(doomed, catalogue, isServer ? QStringLiteral("CAST(t.id AS text)") : QStringLiteral("t.id"));
    if (rule.table == "portolan_message_archive")
        spareReplayed(doomed, catalogue, QStringLiteral("t.message_id"));
    if (rule.table == "checkpoints") {
        spareLatest(doomed, table);
        if (rule.keepCount)
            spareNewest(doomed, table, *rule.keepCount, connection.dialect());
    }
    if (rule.table == "processed_events" && !catalogue.lacks(QStringLiteral("metrics"), {"event_id"}))
        addTo(doomed, {QStringLiteral("(NOT EXISTS (SELECT 1 FROM metrics AS m WHERE m.event_id = t.event_id))"), {}});
    return spareAlerted(connection, catalogue, table, rule, now, doomed);
}

/// Says whether a server keeps the table in partitions by this column.
Result<bool> isDividedBy(Connection& connection, const QString& table, const QByteArray& column) {
    if (connection.dialect() != SqlDialect::Postgresql)
        return false;
    const Result<QVariant> found = connection.value(
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_partitioned_table AS p JOIN pg_catalog.pg_attribute "
                       "AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] WHERE p.partstrat = 'r' AND "
                       "p.partnatts = 1 AND a.attname = ? AND p.partrelid = pg_catalog.to_regclass(?) AND "
                       "a.atttypid = CAST('timestamp with time zone' AS regtype))"),
        {QString::fromUtf8(column), table});
    return found ? Result<bool>(found->toBool()) : Result<bool>(found.error());
}

/// Says whether a server's table is a part of another, whose triggers would not see what is deleted from it.
Result<bool> isPart(Connection& connection, const QString& table) {
    if (connection.dialect() != SqlDialect::Postgresql)
        return false;
    const Result<QVariant> found = connection.value(
        QStringLiteral(
            "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = pg_catalog.to_regclass(?))"),
        {table});
    return found ? Result<bool>(found->toBool()) : Result<bool>(found.error());
}

/// The newest time of a table that can be read as one; nothing: there is none.
Result<std::optional<Timestamp>> newestOf(Connection& connection, const SchemaInspector& catalogue,
                                          const QByteArray& path, const QByteArray& column) {
    const Result<ReadableTable> table = readableTable(connection, catalogue, path, column);
    PORTOLAN_TRY(table);
    const Result<QString> from = quotedName(table->entry);
    PORTOLAN_TRY(from);
    const Result<QString> stored = nameIn(*table->entry.column(QString::fromUtf8(column)));
    PORTOLAN_TRY(stored);
    const SqlColumn& time = table->columns[static_cast<std::size_t>(table->schema.find(table->schema.timeColumn)
                                                                    - table->schema.columns.data())];
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT %1 FROM %2 AS t WHERE %3 IS NOT NULL ORDER BY %3 DESC LIMIT %4")
                           .arg(time.expression, *from, *stored, QString::number(mostUnreadable)),
                       {}, planning());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, planning());
    while (walk.next()) {
        if (const auto at = timeAt(*rows, 0))
            return at;
    }
    return walk.error() ? Result<std::optional<Timestamp>>(*walk.error()) : std::optional<Timestamp>();
}

QString shownTime(Timestamp at) {
    return QString::fromLatin1(toIsoTime(at));
}

} // namespace

Result<RetentionRule> settledRule(Connection& connection, const SchemaInspector& catalogue, RetentionRule rule) {
    const auto entry = tableNamed(connection, catalogue, rule.table);
    if (!entry && entry.error().code == ErrorCode::NotFound)
        return rule;
    PORTOLAN_TRY(entry);
    const Result<QString> own = ownSchema(connection);
    PORTOLAN_TRY(own);
    rule.table = nameOf(*entry, *own).toUtf8();
    if (const auto* const column = entry->column(QString::fromUtf8(rule.timeColumn)))
        rule.timeColumn = column->name.toUtf8();
    return rule;
}

Result<RetentionPlan> planRetention(Connection& connection, const SchemaInspector& catalogue,
                                    const RetentionRule& given, Timestamp now) {
    const SqlDialect dialect = connection.dialect();
    const Result<RetentionRule> settled = settledRule(connection, catalogue, given);
    PORTOLAN_TRY(settled);
    const RetentionRule& rule = *settled;
    PORTOLAN_TRY(checkRetentionRule(rule)); // its row may be another program's, or an older one's
    const Result<ReadableTable> table = readableTable(connection, catalogue, rule.table, rule.timeColumn);
    PORTOLAN_TRY(table);
    RetentionPlan plan;
    plan.name = QString::fromUtf8(rule.table);
    const Result<QString> quoted = quotedName(table->entry);
    const Result<QString> time = nameIn(*table->entry.column(QString::fromUtf8(rule.timeColumn)));
    const Result<QString> bytes = bytesOfRow(table->entry, dialect);
    const auto key = keyOf(table->entry, dialect);
    PORTOLAN_TRY(quoted);
    PORTOLAN_TRY(time);
    PORTOLAN_TRY(bytes);
    if (!key)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The rows of the table %1 have no numbers of their own, so retention cannot delete "
                                    "them in small parts.")
                         .arg(plan.name)};
    const Result<QString> own = ownSchema(connection);
    PORTOLAN_TRY(own);
    PORTOLAN_TRY(expectNoOtherStore(connection, table->entry, *own));
    const Result<bool> isOfAnother = isPart(connection, *quoted);
    PORTOLAN_TRY(isOfAnother);
    if (*isOfAnother)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is a part of another table; make the rule for that one.").arg(plan.name)};
    plan.table = *quoted;
    plan.time = *time;
    plan.bytes = *bytes;
    plan.key = *key;
    plan.readTime = table->columns[static_cast<std::size_t>(table->schema.find(table->schema.timeColumn)
                                                            - table->schema.columns.data())];
    plan.cutoff = floor<milliseconds>(now - rule.keep.value_or(seconds(0)));
    for (const char* needed : {"id", "component_name", "created_at"}) {
        if (rule.keepCount && !table->schema.find(needed))
            return Error{ErrorCode::NotFound,
                         QStringLiteral("The table %1 has no column %2.").arg(plan.name, QLatin1String(needed))};
    }
    const auto filter = parseFilter(QString::fromUtf8(rule.filter), table->schema, now);
    PORTOLAN_TRY(filter);
    plan.among = compileFilter(*filter, table->schema, table->columns, dialect);
    plan.doomed = plan.among;
    if (rule.keep) {
        addTo(plan.doomed, isOlder(*table, table->schema.timeColumn, plan.cutoff, dialect));
        // A text is later than its time by as much as its zone is east of UTC, and with a blank in place of the T it
        // comes before the others of its day; the time itself is looked at again.
        if (dialect == SqlDialect::Sqlite)
            plan.near = {plan.time + QStringLiteral(" < ?"), {shownTime(plan.cutoff + easternmost)}};
    }
    if (rule.table == "port_messages" && rule.filter == "status:completed") // an index is of these alone
        addTo(plan.near, {QStringLiteral("t.status = 'completed'"), {}});
    PORTOLAN_TRY(spareNeeded(connection, catalogue, *table, rule, now, plan.doomed));
    const Result<bool> isDivided = isDividedBy(connection, plan.table, table->schema.timeColumn);
    PORTOLAN_TRY(isDivided);
    plan.isDivided = *isDivided;
    return plan;
}

Result<std::optional<QString>> clockTrouble(Connection& connection, const SchemaInspector& catalogue,
                                            const RetentionRule& given, Timestamp now) {
    using Trouble = std::optional<QString>;
    if (!given.keep)
        return Trouble();
    const Result<RetentionRule> settled = settledRule(connection, catalogue, given);
    PORTOLAN_TRY(settled);
    const RetentionRule& rule = *settled;
    const auto* const other =
        std::ranges::find_if(evidences, [&](const EvidenceOf& each) { return rule.table == each.table; });
    const QByteArray table = other == evidences.end() ? rule.table : QByteArray(other->evidence.table);
    const QByteArray column = other == evidences.end() ? rule.timeColumn : QByteArray(other->evidence.time);
    const auto newest = newestOf(connection, catalogue, table, column);
    PORTOLAN_TRY(newest);
    if (!*newest)
        return Trouble();
    const auto kept = *rule.keep > seconds(0) ? microseconds(*rule.keep) : microseconds(quietCheckpoints);
    return clockTroubleOf(rule, table, **newest, now, kept);
}

} // namespace portolan
