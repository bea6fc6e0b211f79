#include "storage/checks/sql/catalogchecks.h"

#include "storage/checks/sql/checktemplate.h"
#include "storage/checks/sql/rollupcheck.h"
#include "storage/checks/sql/schemadiff.h"
#include "storage/migrations/sql/migrator.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/sqlite/sqliteintegrity.h"
#include "storage/tables/sql/sqlobjectmodels.h"

#include <QStringList>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

QString verifyingTables() {
    return QStringLiteral("verify");
}

/// Reads all rows of a short answer, cells with a blank between them.
Result<std::vector<QByteArray>> linesOf(Connection& connection, const QString& sql) {
    Result<QSqlQuery> rows = connection.run(sql, {}, verifyingTables());
    PORTOLAN_TRY(rows);
    std::vector<QByteArray> lines;
    QueryCursor walk(connection, *rows, verifyingTables());
    while (walk.next()) {
        lines.push_back(rows->value(0).toString().toUtf8());
    }
    if (walk.error())
        return *walk.error();
    return lines;
}

CheckResult measured(const QString& what) {
    CheckResult result;
    result.detail = what.toUtf8();
    return result;
}

CheckResult foundLines(const QString& what, std::vector<QByteArray> lines) {
    CheckResult result;
    result.found = !lines.empty();
    result.count = std::ssize(lines);
    result.detail = result.found ? detailOf(what, lines, result.count) : QByteArray();
    result.rows = std::move(lines);
    return result;
}

/// Measures the ten minutes before the newest event, not before now: a store may be of last week. It only tells, and
/// never has a finding: a pipeline may rest, and history may be imported.
Result<CheckResult> ingestionRate(const SqlChecks::CheckContext& place) {
    const bool isSqlite = place.connection.dialect() == SqlDialect::Sqlite;
    const CheckWords words{place.catalogue, place.connection.dialect()};
    const QString time = words.expand(QStringLiteral("{time processed_events.processed_at p}"));
    const QString minute =
        isSqlite ? QStringLiteral("substr(at, 12, 5)") : QStringLiteral("to_char(at AT TIME ZONE 'UTC', 'HH24:MI')");
    const QString from = isSqlite ? QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', %1, '-10 minutes')")
                                  : QStringLiteral("%1 - interval '10 minutes'");
    const QString newest = QStringLiteral("(SELECT max(%1) FROM processed_events AS p)").arg(time);
    const auto lines = linesOf(
        place.connection,
        QStringLiteral("SELECT minute || ' ' || CAST(count(*) AS text) FROM (SELECT %1 AS minute FROM (SELECT %2 AS at "
                       "FROM processed_events AS p WHERE %2 > %3) AS e) AS m GROUP BY minute ORDER BY minute DESC")
            .arg(minute, time, from.arg(newest)));
    PORTOLAN_TRY(lines);
    QByteArrayList shown;
    for (const QByteArray& line : *lines)
        shown << line;
    return measured(shown.isEmpty()
                        ? QStringLiteral("no events yet")
                        : QStringLiteral("events a minute, the newest first: ") + QString::fromUtf8(shown.join(", ")));
}

Result<CheckResult> ingestionLag(const SqlChecks::CheckContext& place) {
    const bool isSqlite = place.connection.dialect() == SqlDialect::Sqlite;
    const CheckWords words{place.catalogue, place.connection.dialect()};
    const QString time = words.expand(QStringLiteral("{time metrics.timestamp m}"));
    const QString seconds =
        isSqlite ? QStringLiteral("CAST(round((julianday('now') - julianday(max(%1))) * 86400) AS INTEGER)")
                 : QStringLiteral("CAST(round(extract(epoch FROM now() - max(%1))) AS bigint)");
    const Result<QVariant> lag =
        place.connection.value(QStringLiteral("SELECT %1 FROM metrics AS m").arg(seconds.arg(time)));
    PORTOLAN_TRY(lag);
    return measured(lag->isNull() ? QStringLiteral("no events yet")
                                  : QStringLiteral("the newest event is %1 s old").arg(lag->toLongLong()));
}

Result<CheckResult> migrations(const SqlChecks::CheckContext& place) {
    Result<Migrator> migrator = Migrator::make(place.connection, place.url);
    PORTOLAN_TRY(migrator);
    const Result<SchemaKind> kind = migrator->kind();
    PORTOLAN_TRY(kind);
    if (*kind == SchemaKind::Empty || *kind == SchemaKind::Foreign)
        return measured(QStringLiteral("the tables are another program's; none of them came by a migration"));
    const Result<void> checked = migrator->check();
    if (!checked && (checked.error().code == ErrorCode::Corrupt || checked.error().code == ErrorCode::Unsupported))
        return foundLines(QStringLiteral("migrations"), {checked.error().text.toUtf8()});
    PORTOLAN_TRY(checked);
    const Result<int> version = migrator->current();
    PORTOLAN_TRY(version);
    return measured(
        QStringLiteral("version %1 of %2, each as this program knows it").arg(*version).arg(migrator->latest()));
}

/// Returns true for a line about a table whose damage a finer check has told already.
bool isExplained(const QByteArray& line, const QSet<QString>& damaged) {
    static constexpr QByteArrayView constraint = "CHECK constraint failed in ";
    return line.startsWith(constraint) && damaged.contains(QString::fromUtf8(line.mid(constraint.size())));
}

/// Runs SQLite's own check; the parts that it could not look at come first.
Result<std::vector<QByteArray>> integrityLines(Connection& connection) {
    constexpr int mostLines = 1000;
    auto integrity = checkSqliteIntegrity(connection, mostLines);
    PORTOLAN_TRY(integrity);
    std::vector<QByteArray> lines;
    for (const QString& unchecked : integrity->unchecked)
        lines.push_back(unchecked.toUtf8());
    std::ranges::move(integrity->damage, std::back_inserter(lines));
    return lines;
}

Result<CheckResult> sqliteIntegrity(const SqlChecks::CheckContext& place) {
    auto lines = integrityLines(place.connection);
    if (!lines) // a page that cannot be read at all ends the check itself
        return lines.error().code == ErrorCode::Corrupt ? Result<CheckResult>(
                   foundLines(QStringLiteral("the database file is damaged"), {lines.error().details.toUtf8()}))
                                                        : lines.error();
    std::erase_if(*lines, [&](const QByteArray& line) { return isExplained(line, place.damaged); });
    return foundLines(QStringLiteral("SQLite's integrity_check"), std::move(*lines));
}

/// Messages without their batch have a check of their own.
Result<CheckResult> sqliteForeignKeys(const SqlChecks::CheckContext& place) {
    auto lines = linesOf(place.connection,
                         QStringLiteral("SELECT \"table\" || ' ' || coalesce(rowid, '') || ' refers to ' || parent "
                                        "FROM pragma_foreign_key_check WHERE NOT (\"table\" = 'messages' AND "
                                        "parent = 'batches') LIMIT 1000"));
    return lines ? Result<CheckResult>(foundLines(QStringLiteral("rows whose parent is not there"), std::move(*lines)))
                 : lines.error();
}

/// Names default partitions with rows that belong to no other: they are read as all others are, and only make dropping
/// old ones slower, so that this check never has a finding.
Result<CheckResult> defaultPartitions(const SqlChecks::CheckContext& place) {
    const auto names =
        linesOf(place.connection, QStringLiteral("SELECT c.relname FROM pg_catalog.pg_class AS c JOIN "
                                                 "pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid WHERE "
                                                 "c.relnamespace = to_regnamespace(quote_ident(current_schema)) AND "
                                                 "pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' "
                                                 "ORDER BY c.relname"));
    PORTOLAN_TRY(names);
    QByteArrayList holding;
    for (const QByteArray& name : *names) {
        const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(name));
        PORTOLAN_TRY(quoted);
        const Result<QVariant> some =
            place.connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM %1)").arg(*quoted));
        PORTOLAN_TRY(some);
        if (some->toBool())
            holding << name;
    }
    return measured(holding.isEmpty() ? QStringLiteral("no rows stand in default partitions")
                                      : QStringLiteral("rows stand in ") + QString::fromUtf8(holding.join(", ")));
}

/// Checks user-defined tables (zone 2) against their models. A difference is told with its statements; those that lose
/// nothing can be run.
Result<CheckResult> verifyModels(const SqlChecks::CheckContext& place) {
    const Result<std::vector<ModelDifference>> differences = readModelDifferences(place.connection);
    PORTOLAN_TRY(differences);
    CheckResult result;
    for (const ModelDifference& each : *differences) {
        QByteArrayList statements(each.statements.begin(), each.statements.end());
        result.rows.push_back(each.what + (statements.isEmpty() ? QByteArray() : ": " + statements.join("; ")));
        result.healing += healingLines(each.what, each.statements);
        result.canHeal = result.canHeal || each.losesNothing;
    }
    result.count = std::ssize(result.rows);
    result.found = result.count > 0;
    if (result.found)
        result.detail = detailOf(QStringLiteral("differences from the object models"), result.rows, result.count);
    return result;
}

constexpr DatabaseCheck tableChecks[] = {
    {"ingestion-rate", "how many events came, minute by minute", "processed_events.processed_at", true, true,
     &ingestionRate},
    {"ingestion-lag", "how old the newest event is", "metrics.timestamp", true, true, &ingestionLag},
    {"rollups", "each rollup is what its samples add up to",
     "portolan_rollups.series portolan_rollup_watermarks.watermark portolan_rollup_stale.hour", true, true,
     &verifyRollups},
    {"migrations", "the schema is what its migrations made", "", true, true, &migrations},
    {"schema", "tables, columns, indexes and triggers are as the migrations make them", "", true, true, &verifySchema},
    {"object-models", "user-defined tables are as their object models",
     "portolan_object_models.definition portolan_object_models.deleted_at", true, true, &verifyModels},
    {"default-partitions", "which partitions hold what no other takes", "", false, true, &defaultPartitions},
    {"foreign-keys", "each row that refers to another has it", "", true, false, &sqliteForeignKeys},
    {"database-file", "the database file and its indexes are whole", "", true, false, &sqliteIntegrity},
};

} // namespace

std::span<const DatabaseCheck> databaseChecks() {
    return tableChecks;
}

Result<qint64> usualBatchSize(Connection& connection, const StoreUrl& url) {
    Result<QSqlQuery> sizes = connection.run(
        QStringLiteral("SELECT message_count, count(*) FROM batches WHERE id < (SELECT max(id) FROM batches) AND "
                       "message_count > 0 GROUP BY message_count ORDER BY count(*) DESC, message_count DESC LIMIT 1"),
        {}, verifyingTables());
    PORTOLAN_TRY(sizes);
    const Result<bool> any = connection.next(*sizes, verifyingTables());
    PORTOLAN_TRY(any);
    return *any && sizes->value(1).toLongLong() > 1 ? sizes->value(0).toLongLong() : qint64(url.batchSize);
}

Result<bool> mayNumbersRepeat(Connection& connection, const SchemaInspector& catalogue) {
    if (!hasColumns(catalogue, connection.dialect(), "portolan_sources.epoch portolan_sources.last_number"))
        return false;
    const Result<QVariant> repeat =
        connection.value(QStringLiteral("SELECT count(*) > 1 OR coalesce(max(epoch), 0) > 0 FROM portolan_sources "
                                        "WHERE last_number IS NOT NULL OR epoch > 0"));
    return repeat ? Result<bool>(repeat->toBool()) : repeat.error();
}

} // namespace portolan
