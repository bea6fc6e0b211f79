#include "storage/series/sql/partitions.h"

#include "storage/sql/connection/dialect.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/serverlock.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int daysAhead = 7;
constexpr int monthsAhead = 2;
/// The most rows that are moved at once out of the default partition, while nobody else can write there.
constexpr int mostMoved = 20'000;
/// A time further back than `longestPast`, or further ahead than `longestAhead`, is taken for wrong: it gets no
/// partition.
constexpr auto longestPast = years(20);
constexpr auto longestAhead = days(35);
/// The number of questions about all partitions that must fit into the server's table of locks at once; each locks
/// every partition with its indexes.
constexpr int questionsAtOnce = 4;
constexpr int leastPartitions = 60;

QString makingPartitions() {
    return QStringLiteral("make partitions of");
}

TimeRange rangeAround(Timestamp at, bool isMonthly) {
    const auto day = floor<days>(at);
    if (!isMonthly)
        return {day, day + days(1)};
    const year_month_day date(day);
    const year_month month = date.year() / date.month();
    return {sys_days(month / 1), sys_days((month + months(1)) / 1)};
}

QString nameOf(const char* table, TimeRange range, bool isMonthly) {
    const QByteArray iso = toIsoTime(range.begin);
    QByteArray date = iso.first(isMonthly ? 7 : 10);
    return QLatin1String(table) + u'_' + QString::fromLatin1(date.replace('-', '_'));
}

QString boundText(Timestamp at) {
    return QStringLiteral("'%1'").arg(QString::fromLatin1(toIsoTime(at)));
}

/// Returns true when somebody is in the way, or has just put a row of that time into the default partition.
bool isPassing(const Connection& connection, const Error& error) {
    return connection.isAlive()
           && (error.code == ErrorCode::Busy || error.code == ErrorCode::Timeout || error.code == ErrorCode::Invalid);
}

} // namespace

/// Learns which of our tables are partitioned by the range of their time, have a default partition, and may be changed.
Result<void> Partitions::learn() {
    if (m_tables && m_generation == m_session.generation())
        return {};
    Connection& connection = m_session.connection();
    std::vector<Table> tables;
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT c.relname, a.attname, CAST(c.oid AS bigint), d.relname, "
            "CAST(pg_catalog.current_setting('max_locks_per_transaction') AS bigint) * "
            "(CAST(pg_catalog.current_setting('max_connections') AS bigint) + "
            "CAST(pg_catalog.current_setting('max_prepared_transactions') AS bigint)) / "
            "(1 + (SELECT count(*) FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid)) "
            "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = c.oid "
            "JOIN pg_catalog.pg_class AS d ON d.oid = p.partdefid "
            "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] "
            "WHERE c.relnamespace = pg_catalog.to_regnamespace(quote_ident(current_schema)) AND d.relnamespace = "
            "c.relnamespace "
            "AND d.relname = c.relname || '_default' "
            "AND p.partstrat = 'r' AND p.partnatts = 1 "
            "AND a.atttypid = CAST('timestamp with time zone' AS regtype) "
            "AND pg_catalog.pg_has_role(c.relowner, 'USAGE') AND pg_catalog.pg_has_role(d.relowner, 'USAGE') "
            "AND pg_catalog.has_schema_privilege(current_schema, 'CREATE')"),
        {}, makingPartitions());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, makingPartitions());
    while (walk.next()) {
        const SeriesTable* series = seriesTableNamed(rows->value(0).toString());
        if (!series || rows->value(1).toString() != QLatin1String(series->time))
            continue;
        Table table;
        table.series = series;
        table.oid = rows->value(2).toLongLong();
        table.usual = rows->value(3).toString();
        table.isMonthly = series->kind == SeriesName::Kind::Sensor;
        table.most =
            static_cast<std::size_t>(std::max<qint64>(leastPartitions, rows->value(4).toLongLong() / questionsAtOnce));
        tables.push_back(std::move(table));
    }
    if (walk.error())
        return *walk.error();
    for (Table& table : tables) {
        Result<std::vector<TimeRange>> ranges = rangesOf(table);
        PORTOLAN_TRY(ranges);
        table.ranges = std::move(*ranges);
    }
    m_tables = std::move(tables);
    m_generation = m_session.generation();
    return {};
}

/// Reads the ranges of a table's partitions. A bound that is no time (MINVALUE, infinity) becomes the first or the last
/// time.
Result<std::vector<TimeRange>> Partitions::rangesOf(const Table& table) {
    static const QString bound =
        QStringLiteral("CASE WHEN m[%1] IS NOT NULL AND isfinite(CAST(m[%1] AS timestamptz)) "
                       "THEN CAST(extract(epoch FROM CAST(m[%1] AS timestamptz)) * 1000000 AS bigint) END");
    Connection& connection = m_session.connection();
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT %1, %2 FROM (SELECT regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid), "
                       "'^FOR VALUES FROM \\((MINVALUE|''([^'']+)'')\\) TO \\((MAXVALUE|''([^'']+)'')\\)$') AS m "
                       "FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid "
                       "WHERE i.inhparent = CAST(CAST(? AS bigint) AS oid)) AS bounds WHERE m IS NOT NULL")
            .arg(bound.arg(2), bound.arg(4)),
        {table.oid}, makingPartitions());
    PORTOLAN_TRY(rows);
    std::vector<TimeRange> ranges;
    QueryCursor walk(connection, *rows, makingPartitions());
    while (walk.next()) {
        const auto timeAt = [&](int column, Timestamp otherwise) {
            const QVariant value = rows->value(column);
            return value.isNull() ? otherwise : Timestamp(microseconds(value.toLongLong()));
        };
        ranges.push_back({timeAt(0, Timestamp::min()), timeAt(1, Timestamp::max())});
    }
    if (walk.error())
        return *walk.error();
    std::ranges::sort(ranges, {}, &TimeRange::begin);
    return ranges;
}

/// Makes the partition of a range in one transaction. Returns false when it left the range to existing partitions.
Result<bool> Partitions::makeOnce(Table& table, TimeRange range) {
    Connection& connection = m_session.connection();
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const auto run = [&](const QString& sql) { return connection.execute(sql, {}, makingPartitions()); };
    // A session that waits for a table's lock blocks all that ask after it.
    PORTOLAN_TRY(run(QStringLiteral("SET LOCAL lock_timeout = '200ms'")));
    PORTOLAN_TRY(lockUntilCommit(connection, ServerLock::Partitions));
    Result<std::vector<TimeRange>> ranges = rangesOf(table);
    PORTOLAN_TRY(ranges);
    table.ranges = std::move(*ranges);
    const QString name = nameOf(table.series->table, range, table.isMonthly);
    const Result<QVariant> taken =
        connection.value(QStringLiteral("SELECT pg_catalog.to_regclass(quote_ident(?)) IS NOT NULL"), {name});
    PORTOLAN_TRY(taken);
    const auto overlaps = [&](const TimeRange& other) { return other.begin < range.end && range.begin < other.end; };
    if (taken->toBool() || std::ranges::any_of(table.ranges, overlaps))
        return false;
    const Result<QString> usual = quoteIdentifier(table.usual);
    PORTOLAN_TRY(usual);
    const QString parent = QLatin1String(table.series->table);
    const QString within = QStringLiteral("%1 >= %2 AND %1 < %3")
                               .arg(QLatin1String(table.series->time), boundText(range.begin), boundText(range.end));
    const Result<QVariant> rows =
        connection.value(QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM %1 WHERE %2 LIMIT %3) AS found")
                             .arg(*usual, within, QString::number(mostMoved + 1)));
    PORTOLAN_TRY(rows);
    if (rows->toInt() > mostMoved)
        return false;
    QStringList statements{QStringLiteral("CREATE TABLE %1 (LIKE %2 INCLUDING DEFAULTS INCLUDING "
                                          "GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMPRESSION)")
                               .arg(name, parent)};
    if (rows->toInt() > 0)
        statements << QStringLiteral("LOCK TABLE %1 IN ACCESS EXCLUSIVE MODE").arg(*usual)
                   << QStringLiteral("WITH moved AS (DELETE FROM %1 WHERE %2 RETURNING *) "
                                     "INSERT INTO %3 SELECT * FROM moved")
                          .arg(*usual, within, name);
    statements << QStringLiteral("ALTER TABLE %1 ATTACH PARTITION %2 FOR VALUES FROM (%3) TO (%4)")
                      .arg(parent, name, boundText(range.begin), boundText(range.end));
    for (const QString& statement : std::as_const(statements)) {
        PORTOLAN_TRY(run(statement));
    }
    PORTOLAN_TRY(work->commit());
    return true;
}

Result<void> Partitions::make(Table& table, TimeRange range) {
    const Result<bool> made = makeOnce(table, range);
    if (!made && !isPassing(m_session.connection(), made.error()))
        return made.error();
    if (made && *made)
        table.ranges.insert(std::ranges::upper_bound(table.ranges, range.begin, {}, &TimeRange::begin), range);
    else
        table.left.insert(range.begin); // for another time: the default partition takes what comes
    return {};
}

Result<void> Partitions::want(Table& table, TimeRange range, Room room) {
    const auto after = std::ranges::lower_bound(table.ranges, range.end, {}, &TimeRange::begin);
    const bool overlaps = after != table.ranges.begin() && std::prev(after)->end > range.begin;
    const bool isFull = room == Room::Limited && table.ranges.size() >= table.most;
    return overlaps || isFull || table.left.contains(range.begin) ? Result<void>() : make(table, range);
}

Result<void> Partitions::provide(const char* name, Timestamp at) {
    if (m_session.dialect() == SqlDialect::Sqlite)
        return {};
    if (!m_tables || m_generation != m_session.generation()) {
        if (const Result<void> learnt = learn(); !learnt)
            return learnt;
    }
    const auto table = std::ranges::find_if(
        *m_tables, [&](const Table& each) { return QByteArrayView(each.series->table) == QByteArrayView(name); });
    if (table == m_tables->end())
        return {};
    const TimeRange range = rangeAround(at, table->isMonthly);
    if (table->last == range.begin)
        return {};
    table->last = range.begin;
    const Timestamp now = currentTime();
    if (at < now - longestPast || at > now + longestAhead)
        return {};
    return want(*table, range, Room::Limited);
}

/// Moves rows out of the default partition until `end`, a partition's at a time: those of the first row's day or month.
Result<void> Partitions::emptyDefault(Table& table, steady_clock::time_point end) {
    Connection& connection = m_session.connection();
    const Result<QString> usual = quoteIdentifier(table.usual);
    PORTOLAN_TRY(usual);
    const Timestamp now = currentTime();
    Timestamp from = now - longestPast;
    while (steady_clock::now() < end && table.ranges.size() < table.most) {
        const Result<QVariant> first = connection.value(
            QStringLiteral("SELECT CAST(extract(epoch FROM min(%1)) * 1000000 AS bigint) FROM %2 "
                           "WHERE %1 >= %3 AND %1 < %4")
                .arg(QLatin1String(table.series->time), *usual, boundText(from), boundText(now + longestAhead)));
        if (!first)
            return isPassing(connection, first.error()) ? Result<void>() : Result<void>(first.error());
        if (first->isNull())
            return {};
        const TimeRange range = rangeAround(Timestamp(microseconds(first->toLongLong())), table.isMonthly);
        if (const Result<void> made = want(table, range, Room::Limited); !made)
            return made;
        from = range.end;
    }
    return {};
}

/// Drops one of them: looks for rows once no writer can bring any. Others wait for the table for a moment.
Result<void> Partitions::dropOnce(const Table& table, TimeRange range) {
    Connection& connection = m_session.connection();
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const auto run = [&](const QString& sql) { return connection.execute(sql, {}, makingPartitions()); };
    PORTOLAN_TRY(run(QStringLiteral("SET LOCAL lock_timeout = '30ms'")));
    PORTOLAN_TRY(lockUntilCommit(connection, ServerLock::Partitions));
    const QString name = nameOf(table.series->table, range, table.isMonthly);
    const Result<QVariant> isPart = connection.value(
        QStringLiteral(
            "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid "
            "= i.inhrelid WHERE i.inhparent = CAST(CAST(? AS bigint) AS oid) AND c.oid = "
            "pg_catalog.to_regclass(quote_ident(?)) AND pg_catalog.pg_has_role(c.relowner, 'USAGE'))"),
        {table.oid, name});
    PORTOLAN_TRY(isPart);
    if (!isPart->toBool())
        return {};
    PORTOLAN_TRY(run(QStringLiteral("LOCK TABLE ONLY %1, ONLY %2 IN ACCESS EXCLUSIVE MODE")
                         .arg(QLatin1String(table.series->table), name)));
    const Result<QVariant> hasRows = connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM %1)").arg(name));
    PORTOLAN_TRY(hasRows);
    if (hasRows->toBool())
        return {};
    PORTOLAN_TRY(run(QStringLiteral("DROP TABLE %1").arg(name)));
    return work->commit();
}

Result<void> Partitions::dropEmpty(const QByteArray& name, Timestamp before) {
    if (m_session.dialect() == SqlDialect::Sqlite)
        return {};
    PORTOLAN_TRY(learn());
    const auto table = std::ranges::find_if(*m_tables, [&](const Table& each) { return name == each.series->table; });
    if (table == m_tables->end())
        return {};
    for (const TimeRange& range : table->ranges) {
        const TimeRange ours = rangeAround(range.begin, table->isMonthly);
        if (range.end > before || range.begin != ours.begin || range.end != ours.end)
            continue;
        const Result<void> dropped = dropOnce(*table, range);
        if (!dropped && !isPassing(m_session.connection(), dropped.error()))
            return dropped.error();
    }
    forget();
    return {};
}

Result<void> Partitions::keep(Timestamp now, milliseconds patience) {
    if (m_session.dialect() == SqlDialect::Sqlite)
        return {};
    forget(); // others make and drop some too
    if (const Result<void> learnt = learn(); !learnt)
        return learnt;
    const auto begin = steady_clock::now();
    const auto end = patience < hours(1) ? begin + patience : begin + hours(1); // for ever does not fit
    for (Table& table : *m_tables) {
        const int ahead = table.isMonthly ? monthsAhead : daysAhead;
        TimeRange range = rangeAround(now, table.isMonthly);
        for (int i = 0; i <= ahead; ++i) {
            if (const Result<void> made = want(table, range, Room::Any); !made)
                return made;
            range = rangeAround(range.end, table.isMonthly);
        }
        if (const Result<void> emptied = emptyDefault(table, end); !emptied)
            return emptied;
    }
    return {};
}

} // namespace portolan
