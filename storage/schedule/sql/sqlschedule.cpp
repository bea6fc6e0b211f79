#include "storage/schedule/sql/sqlschedule.h"

#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/schedule/schedulespec.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/rowreader.h"

namespace portolan {

namespace {

QString scheduleTable() {
    return QStringLiteral("portolan_schedule");
}

QString usingSchedule() {
    return QStringLiteral("use the schedule of");
}

ScheduleEntry readEntry(const RowView& row) {
    ScheduleEntry entry;
    entry.id = numberAt(row, 0);
    entry.name = bytesAt(row, 1);
    entry.command = bytesAt(row, 2);
    entry.spec = bytesAt(row, 3);
    entry.nextRunAt = timeAt(row, 4);
    entry.lastRunAt = timeAt(row, 5);
    entry.lastResult = textAt(row, 6);
    entry.lastExit = integerAt(row, 7);
    entry.lastOutput = textAt(row, 8);
    entry.runner = textAt(row, 9);
    entry.leaseUntil = timeAt(row, 10);
    return entry;
}

QVariant timeBound(const std::optional<Timestamp>& at) {
    return at ? QVariant(QString::fromLatin1(toIsoTime(*at))) : QVariant(QMetaType(QMetaType::QString));
}

AuditEntry scheduleEntry(const char* action, const QByteArray& name, const QByteArray& reason,
                         const QByteArray& actor) {
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = "schedule";
    entry.subjectId = name;
    if (!reason.trimmed().isEmpty())
        entry.reason = reason.trimmed();
    return entry;
}

QByteArray imageOf(const ScheduleEntry& entry) {
    QByteArray image = "{\"command\":" + entry.command + ",\"spec\":";
    appendJsonString(image, entry.spec);
    return image + '}';
}

} // namespace

SqlSchedule::SqlSchedule(Session& session)
    : m_session(session)
    , m_rows(session, scheduleTable(), scheduleSchema(), &readEntry) {}

template <class Change>
auto SqlSchedule::change(Change change) -> std::invoke_result_t<Change, UnitOfWork&> {
    if (m_session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("%1 is open for reading only.").arg(m_session.url().display())};
    PORTOLAN_TRY(m_session.freshen());
    const Result<SchemaInspector> catalogue = SchemaInspector::read(m_session.connection());
    PORTOLAN_TRY(catalogue);
    for (const auto& lacking :
         {catalogue->lacks(scheduleTable(), {"id", "name"}), SqlAudit::unavailableReason(*catalogue)}) {
        if (lacking)
            return Error{ErrorCode::Unsupported,
                         *lacking + QStringLiteral(" `portolan migrate up` brings what a schedule needs.")};
    }
    Result<UnitOfWork> work = UnitOfWork::begin(m_session.connection());
    PORTOLAN_TRY(work);
    auto changed = change(*work);
    if (!changed)
        return changed;
    PORTOLAN_TRY(work->commit());
    return changed;
}

/// The first entry that meets a condition, in the order in which they are due; kept from others until the transaction
/// ends. On a server those that others keep are passed over.
Result<std::optional<ScheduleEntry>> SqlSchedule::find(const QString& condition, const QVariantList& bindings) {
    using Found = std::optional<ScheduleEntry>;
    Connection& connection = m_session.connection();
    const bool isServer = connection.dialect() == SqlDialect::Postgresql;
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT id, name, CAST(command AS text), spec, next_run_at, last_run_at, last_result, last_exit, "
            "last_output, runner, lease_until FROM portolan_schedule WHERE %1 ORDER BY next_run_at, id LIMIT 1%2")
            .arg(condition, isServer ? QStringLiteral(" FOR UPDATE SKIP LOCKED") : QString()),
        bindings, usingSchedule());
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows, usingSchedule());
    PORTOLAN_TRY(found);
    return *found ? Found(readEntry(*rows)) : Found();
}

Result<void> SqlSchedule::add(const QByteArray& name, const QStringList& words, const QByteArray& spec, Timestamp now,
                              const QByteArray& reason, const QByteArray& actor) {
    const Result<ScheduleSpec> when = ScheduleSpec::parse(spec);
    PORTOLAN_TRY(when);
    const auto next = when->next(now);
    if (!next)
        return Error{ErrorCode::Usage, QStringLiteral("\"%1\" never comes.").arg(QString::fromUtf8(spec))};
    return change([&](UnitOfWork& work) -> Result<void> {
        Connection& connection = work.connection();
        const Result<QVariant> taken = connection.value(
            QStringLiteral("SELECT count(*) FROM portolan_schedule WHERE name = ?"), {wholeText(name)});
        PORTOLAN_TRY(taken);
        if (taken->toInt() > 0)
            return Error{ErrorCode::Usage,
                         QStringLiteral("The schedule has an entry \"%1\" already; remove it first, or "
                                        "give another name.")
                             .arg(QString::fromUtf8(name))};
        ScheduleEntry entry;
        entry.command = commandOfWords(words);
        entry.spec = spec;
        PORTOLAN_TRY(connection.execute(
            QStringLiteral("INSERT INTO portolan_schedule (name, command, spec, next_run_at) VALUES (?, ?, ?, ?)"),
            {wholeText(name), utf8(entry.command), wholeText(spec), timeBound(next)}, usingSchedule()));
        AuditEntry told = scheduleEntry("add", name, reason, actor);
        told.after = imageOf(entry);
        return SqlAudit::append(work, told);
    });
}

Result<void> SqlSchedule::remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    return change([&](UnitOfWork& work) -> Result<void> {
        const auto entry = find(QStringLiteral("name = ?"), {wholeText(name)});
        PORTOLAN_TRY(entry);
        if (!*entry)
            return Error{ErrorCode::NotFound,
                         QStringLiteral("The schedule has no entry \"%1\"; `schedule list` has all.")
                             .arg(QString::fromUtf8(name))};
        PORTOLAN_TRY(executeExpecting(work.connection(), QStringLiteral("DELETE FROM portolan_schedule WHERE id = ?"),
                                      {qlonglong((*entry)->id)}, 1, usingSchedule()));
        AuditEntry told = scheduleEntry("remove", name, reason, actor);
        told.before = imageOf(**entry);
        return SqlAudit::append(work, told);
    });
}

Result<std::optional<ScheduleEntry>> SqlSchedule::take(Timestamp due, Timestamp now, const QByteArray& runner) {
    using Found = std::optional<ScheduleEntry>;
    return change([&](UnitOfWork& work) -> Result<Found> {
        const bool isServer = work.connection().dialect() == SqlDialect::Postgresql;
        const QString time = isServer ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
        const auto found =
            find(QStringLiteral("next_run_at <= %1 AND (lease_until IS NULL OR lease_until < %1)").arg(time),
                 {timeBound(due), timeBound(now)});
        PORTOLAN_TRY(found);
        if (!*found)
            return Found();
        ScheduleEntry entry = **found;
        if (entry.runner) { // it died
            AuditEntry told = scheduleEntry("lost", entry.name, {}, *entry.runner);
            PORTOLAN_TRY(SqlAudit::append(work, told));
        }
        entry.runner = runner;
        entry.lastRunAt = now;
        entry.leaseUntil = now + lease;
        PORTOLAN_TRY(executeExpecting(
            work.connection(),
            QStringLiteral("UPDATE portolan_schedule SET runner = ?, lease_until = ?, last_run_at = ? WHERE id = ?"),
            {wholeText(runner), timeBound(entry.leaseUntil), timeBound(now), qlonglong(entry.id)}, 1, usingSchedule()));
        AuditEntry told = scheduleEntry("run", entry.name, {}, runner);
        told.before = imageOf(entry);
        PORTOLAN_TRY(SqlAudit::append(work, told));
        return Found(entry);
    });
}

namespace {

Error takenOver(const ScheduleEntry& entry) {
    return {ErrorCode::Changed,
            QStringLiteral("The schedule's entry \"%1\" was removed, or taken over by another program, "
                           "while it ran.")
                .arg(QString::fromUtf8(entry.name))};
}

} // namespace

Result<void> SqlSchedule::renew(const ScheduleEntry& taken, Timestamp now) {
    return change([&](UnitOfWork& work) -> Result<void> {
        const Result<QSqlQuery> renewed = work.connection().run(
            QStringLiteral("UPDATE portolan_schedule SET lease_until = ? WHERE id = ? AND runner = ?"),
            {timeBound(now + lease), qlonglong(taken.id), wholeText(taken.runner.value_or(QByteArray()))},
            usingSchedule());
        PORTOLAN_TRY(renewed);
        return renewed->numRowsAffected() == 1 ? Result<void>() : Result<void>(takenOver(taken));
    });
}

Result<void> SqlSchedule::finish(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                                 const QByteArray& actor) {
    const Result<ScheduleSpec> spec = ScheduleSpec::parse(taken.spec);
    const auto next = spec ? spec->next(now, taken.nextRunAt) : std::nullopt;
    return change([&](UnitOfWork& work) -> Result<void> {
        const QByteArray result = scheduleResultOf(end);
        const Result<QSqlQuery> finished = work.connection().run(
            QStringLiteral(
                "UPDATE portolan_schedule SET runner = NULL, lease_until = NULL, next_run_at = ?, last_result = ?, "
                "last_exit = ?, last_output = ? WHERE id = ? AND runner = ?"),
            {timeBound(next), utf8(result), end.exit ? QVariant(*end.exit) : QVariant(QMetaType(QMetaType::Int)),
             QString::fromUtf8(end.output).remove(QChar(0)), qlonglong(taken.id),
             wholeText(taken.runner.value_or(QByteArray()))},
            usingSchedule());
        PORTOLAN_TRY(finished);
        if (finished->numRowsAffected() != 1)
            return takenOver(taken);
        AuditEntry told = scheduleEntry("ran", taken.name, {}, actor);
        told.after =
            "{\"result\":\"" + result + "\",\"exit\":" + (end.exit ? QByteArray::number(*end.exit) : "null") + '}';
        return SqlAudit::append(work, told);
    });
}

} // namespace portolan
