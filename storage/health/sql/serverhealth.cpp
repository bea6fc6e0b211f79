#include "storage/health/sql/serverhealth.h"

#include <QFileInfo>

namespace portolan {

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

constexpr qint64 lagSeconds = 300;
constexpr qint64 keptBytes = 1024 * mebibyte;

QString ageText(const QString& seconds) {
    const qint64 all = seconds.toLongLong();
    return all < 120    ? QStringLiteral("%1 s").arg(all)
           : all < 7200 ? QStringLiteral("%1 min").arg(all / 60)
                        : QStringLiteral("%1 h").arg(all / 3600);
}

QString sizeText(const QString& bytes) {
    return QStringLiteral("%1 MiB").arg(bytes.toLongLong() / mebibyte);
}

/// A name as SQL has it.
QString inQuotes(QString name) {
    return u'"' + name.replace(u'"', QLatin1String("\"\"")) + u'"';
}

Phrase sessionText(const QString& process, const QString& user, const QString& program) {
    return program.isEmpty() ? Phrase{QT_TRANSLATE_NOOP("Findings", "process %1 (%2)"), {process, user}}
                             : Phrase{QT_TRANSLATE_NOOP("Findings", "process %1 (%2, %3)"), {process, user, program}};
}

Phrase endSession(const QString& process) {
    return {QT_TRANSLATE_NOOP("Findings", "Ask its owner, or end it: SELECT pg_terminate_backend(%1);"), {process}};
}

std::optional<HealthFinding> hiddenSessions(const QStringList& row) {
    if (row[0] == QLatin1String("t"))
        return std::nullopt;
    return HealthFinding{
        Urgency::Note,
        "sessions-hidden",
        Phrase::ofWords(row[1]),
        {QT_TRANSLATE_NOOP("Findings", "This role sees its own sessions only: what others hold or wait "
                                       "for is not looked at.")},
        Phrase::ofWords(QStringLiteral("GRANT pg_monitor TO %1;").arg(inQuotes(row[1])))};
}

/// Of a row: process, user, program, seconds, statement, who holds what it waits for, the first of these.
std::optional<HealthFinding> blocked(const QStringList& row) {
    return HealthFinding{row[3].toLongLong() >= 60 ? Urgency::Now : Urgency::Soon,
                         "blocked-sessions",
                         sessionText(row[0], row[1], row[2]),
                         {QT_TRANSLATE_NOOP("Findings", "It has waited for %1 for what %2 holds: %3"),
                          {ageText(row[3]), row[5], row[4]}},
                         endSession(row[6])};
}

/// Of a row: process, user, program, seconds, state, statement.
std::optional<HealthFinding> longTransaction(const QStringList& row) {
    const bool isIdle = row[4].startsWith(QLatin1String("idle"));
    return HealthFinding{Urgency::Soon,
                         "long-transactions",
                         sessionText(row[0], row[1], row[2]),
                         {isIdle ? QT_TRANSLATE_NOOP("Findings", "Its transaction is open for %1, and idle: %2")
                                 : QT_TRANSLATE_NOOP("Findings", "Its transaction is open for %1: %2"),
                          {ageText(row[3]), row[5]}},
                         endSession(row[0])};
}

/// Of a row: sessions, the most.
std::optional<HealthFinding> connections(const QStringList& row) {
    const qint64 used = row[0].toLongLong();
    const qint64 most = row[1].toLongLong();
    if (used * 10 < most * 9)
        return std::nullopt;
    return HealthFinding{
        used >= most ? Urgency::Now : Urgency::Soon,
        "connections",
        {QT_TRANSLATE_NOOP("Findings", "sessions")},
        {QT_TRANSLATE_NOOP("Findings", "%1 of %2 are used."), {QString::number(used), QString::number(most)}},
        {QT_TRANSLATE_NOOP("Findings", "Close what is not needed, put a pooler in front, or raise max_connections.")}};
}

/// Of a row: archive_mode, seconds since the last success, since the last failure, the file that failed.
std::optional<HealthFinding> archiving(const QStringList& row) {
    const Phrase subject{QT_TRANSLATE_NOOP("Findings", "WAL archive")};
    if (row[0] == QLatin1String("off"))
        return HealthFinding{
            Urgency::Note,
            "archiving",
            subject,
            {QT_TRANSLATE_NOOP("Findings", "archive_mode is off: a restore goes back to a backup, to no moment between "
                                           "two.")},
            {QT_TRANSLATE_NOOP("Findings", "Set archive_mode and archive_command; the guide has a chapter about it.")}};
    const bool hasFailed = !row[2].isNull();
    const bool isMended = hasFailed && !row[1].isNull() && row[1].toLongLong() <= row[2].toLongLong();
    if (!hasFailed || isMended)
        return std::nullopt;
    return HealthFinding{
        Urgency::Now,
        "archiving",
        subject,
        {QT_TRANSLATE_NOOP("Findings", "Archiving %1 failed %2 ago, and nothing was archived since."),
         {row[3], ageText(row[2])}},
        {QT_TRANSLATE_NOOP("Findings", "Read the server's log and mend archive_command: until then the log fills the "
                                       "disk.")}};
}

/// Of a row: seconds of lag, whether a primary sends.
std::optional<HealthFinding> standby(const QStringList& row) {
    const bool isFed = row[1] == QLatin1String("t");
    if (isFed && row[0].toLongLong() < lagSeconds)
        return std::nullopt;
    const Phrase subject{QT_TRANSLATE_NOOP("Findings", "this standby")};
    const Phrase remedy{QT_TRANSLATE_NOOP("Findings", "Look at the network, and at the log of both servers.")};
    if (!isFed)
        return HealthFinding{
            Urgency::Now, "standby-lag", subject, {QT_TRANSLATE_NOOP("Findings", "No primary sends to it.")}, remedy};
    return HealthFinding{Urgency::Soon,
                         "standby-lag",
                         subject,
                         {QT_TRANSLATE_NOOP("Findings", "It is %1 behind its primary."), {ageText(row[0])}},
                         remedy};
}

/// Of a row: its name, its address, its state, seconds and bytes of lag.
std::optional<HealthFinding> replica(const QStringList& row) {
    if (row[3].toLongLong() < lagSeconds && row[4].toLongLong() < keptBytes)
        return std::nullopt;
    return HealthFinding{
        Urgency::Soon,
        "replication-lag",
        {QT_TRANSLATE_NOOP("Findings", "standby %1 %2"), {row[0], row[1]}},
        {QT_TRANSLATE_NOOP("Findings", "It is %1 and %2 behind (%3)."), {ageText(row[3]), sizeText(row[4]), row[2]}},
        {QT_TRANSLATE_NOOP("Findings", "Look at its disk, its log and the network.")}};
}

/// Of a row: its name, the bytes that it keeps.
std::optional<HealthFinding> slot(const QStringList& row) {
    if (row[1].toLongLong() < keptBytes)
        return std::nullopt;
    return HealthFinding{
        Urgency::Soon,
        "replication-slots",
        {QT_TRANSLATE_NOOP("Findings", "slot %1"), {row[0]}},
        {QT_TRANSLATE_NOOP("Findings", "Nobody reads it, and the server keeps %1 of its log for it."),
         {sizeText(row[1])}},
        {QT_TRANSLATE_NOOP("Findings", "Start its reader, or: SELECT pg_drop_replication_slot('%1');"), {row[0]}}};
}

/// Of a row: the database, the age of its oldest transaction number.
std::optional<HealthFinding> wraparound(const QStringList& row) {
    constexpr qint64 soon = 1'000'000'000;
    constexpr qint64 now = 1'800'000'000;
    const qint64 age = row[1].toLongLong();
    if (age < soon)
        return std::nullopt;
    return HealthFinding{
        age < now ? Urgency::Soon : Urgency::Now,
        "wraparound",
        {QT_TRANSLATE_NOOP("Findings", "database %1"), {row[0]}},
        {QT_TRANSLATE_NOOP("Findings", "Its oldest transaction number is %1 old; at 2,147,483,647 the server stops "
                                       "writing."),
         {QString::number(age)}},
        {QT_TRANSLATE_NOOP("Findings", "VACUUM (FREEZE) as the owner, and find out what keeps autovacuum from it.")}};
}

/// Of a row: the table, dead and live rows.
std::optional<HealthFinding> deadRows(const QStringList& row) {
    return HealthFinding{
        Urgency::Note,
        "dead-rows",
        {QT_TRANSLATE_NOOP("Findings", "table %1"), {row[0]}},
        {QT_TRANSLATE_NOOP("Findings", "%1 dead rows beside %2 live ones."), {row[1], row[2]}},
        {QT_TRANSLATE_NOOP("Findings", "VACUUM (ANALYZE) %1; and see whether a long transaction keeps them."),
         {inQuotes(row[0])}}};
}

std::optional<HealthFinding> invalidIndex(const QStringList& row) {
    return HealthFinding{Urgency::Soon,
                         "invalid-indexes",
                         {QT_TRANSLATE_NOOP("Findings", "index %1"), {row[0]}},
                         {QT_TRANSLATE_NOOP("Findings", "It serves no question: its building was cut short.")},
                         Phrase::ofWords(QStringLiteral("REINDEX INDEX CONCURRENTLY %1;").arg(row[0]))};
}

/// Of a row: commits, rollbacks.
std::optional<HealthFinding> rollbacks(const QStringList& row) {
    return HealthFinding{Urgency::Note,
                         "rollbacks",
                         {QT_TRANSLATE_NOOP("Findings", "transactions")},
                         {QT_TRANSLATE_NOOP("Findings", "%1 of %2 were rolled back since the statistics began."),
                          {row[1], QString::number(row[0].toLongLong() + row[1].toLongLong())}},
                         {QT_TRANSLATE_NOOP("Findings", "The server's log has the statements that fail.")}};
}

constexpr HealthQuestion questions[] = {
    {"sessions-hidden", 2, "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'), current_user",
     &hiddenSessions},
    {"blocked-sessions", 7,
     "SELECT a.pid, a.usename, a.application_name, CAST(extract(epoch FROM now() - a.query_start) AS bigint), "
     "left(a.query, 200), (SELECT string_agg('process ' || b.pid || ' (' || coalesce(b.usename, '') || ', ' || "
     "coalesce(b.application_name, '') || ', ' || coalesce(b.state, '') || ')', ', ' ORDER BY b.pid) "
     "FROM pg_stat_activity AS b WHERE b.pid = ANY (pg_blocking_pids(a.pid))), (pg_blocking_pids(a.pid))[1] "
     "FROM pg_stat_activity AS a WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' "
     "AND cardinality(pg_blocking_pids(a.pid)) > 0 AND now() - a.query_start > make_interval(secs => {blocked}) "
     "ORDER BY a.query_start LIMIT 20",
     &blocked},
    {"long-transactions", 6,
     "SELECT pid, usename, application_name, CAST(extract(epoch FROM now() - xact_start) AS bigint), state, "
     "left(query, 200) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
     "AND backend_type = 'client backend' AND xact_start < now() - make_interval(secs => {long}) ORDER BY xact_start "
     "LIMIT 20",
     &longTransaction},
    {"connections", 2,
     "SELECT count(*) FILTER (WHERE backend_type = 'client backend'), CAST(current_setting('max_connections') AS int) "
     "- CAST(current_setting('superuser_reserved_connections') AS int) FROM pg_stat_activity",
     &connections},
    {"archiving", 4,
     "SELECT current_setting('archive_mode'), CAST(extract(epoch FROM now() - last_archived_time) AS bigint), "
     "CAST(extract(epoch FROM now() - last_failed_time) AS bigint), last_failed_wal FROM pg_stat_archiver "
     "WHERE NOT pg_is_in_recovery()",
     &archiving},
    {"standby-lag", 2,
     "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE "
     "CAST(extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS bigint) END, "
     "EXISTS (SELECT 1 FROM pg_stat_wal_receiver) WHERE pg_is_in_recovery()",
     &standby},
    {"replication-lag", 5,
     "SELECT application_name, host(client_addr), state, CAST(coalesce(extract(epoch FROM replay_lag), 0) AS bigint), "
     "CAST(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0) AS bigint) FROM pg_stat_replication "
     "WHERE NOT pg_is_in_recovery() LIMIT 20",
     &replica},
    {"replication-slots", 2,
     "SELECT slot_name, CAST(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) AS bigint) "
     "FROM pg_replication_slots WHERE NOT active AND NOT pg_is_in_recovery() LIMIT 20",
     &slot},
    {"wraparound", 2, "SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC LIMIT 1", &wraparound},
    {"dead-rows", 3,
     "SELECT relname, n_dead_tup, n_live_tup FROM pg_stat_user_tables WHERE schemaname = current_schema "
     "AND n_dead_tup > 50000 AND n_dead_tup > n_live_tup * 0.3 ORDER BY n_dead_tup DESC LIMIT 10",
     &deadRows},
    {"invalid-indexes", 1,
     "SELECT CAST(CAST(i.indexrelid AS regclass) AS text) FROM pg_index AS i JOIN pg_class AS c ON c.oid = "
     "i.indexrelid "
     "WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relnamespace = to_regnamespace(quote_ident(current_schema)) "
     "AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() "
     "AND query ILIKE '%concurrently%') LIMIT 20",
     &invalidIndex},
    {"rollbacks", 2,
     "SELECT xact_commit, xact_rollback FROM pg_stat_database WHERE datname = current_database() "
     "AND xact_rollback > 1000 AND xact_rollback > xact_commit * 0.1",
     &rollbacks},
};

} // namespace

std::span<const HealthQuestion> serverHealthQuestions() {
    return questions;
}

Result<QString> localDataFolder(Connection& connection, const QString& host) {
    const bool isHere = host.isEmpty() || host.startsWith(u'/') || host == QLatin1String("localhost")
                        || host.startsWith(QLatin1String("127.")) || host == QLatin1String("::1");
    if (!isHere)
        return QString();
    const Result<QVariant> folder =
        connection.value(QStringLiteral("SELECT setting FROM pg_settings WHERE name = 'data_directory'"));
    PORTOLAN_TRY(folder);
    const QString path = folder->toString();
    return path.isEmpty() || !QFileInfo::exists(path) ? QString() : path;
}

} // namespace portolan
