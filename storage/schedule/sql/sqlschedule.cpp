#include "storage/schedule/sql/sqlschedule.h"

#include "storage/operations/sql/sqlaudit.h"
#include "storage/schedule/schedulechange.h"
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

bool isOnServer(const Connection& connection) {
    return connection.dialect() == SqlDialect::Postgresql;
}

/// The end of a lease that begins now, as an expression with at most one place: on a server by its clock, which all
/// runners share; a SQLite file's runners share the machine's.
QString leaseEnd(const Connection& connection) {
    return isOnServer(connection) ? QStringLiteral("now() + %1 * interval '1 second'").arg(Schedule::lease.count())
                                  : QStringLiteral("?");
}

QVariantList leaseBinding(const Connection& connection, Timestamp now) {
    return isOnServer(connection) ? QVariantList() : QVariantList{timeBound(now + Schedule::lease)};
}

/// Writes what a change is told as in its transaction.
Result<void> tell(UnitOfWork& work, const ScheduleChange& change) {
    for (const AuditEntry& entry : change.told) {
        PORTOLAN_TRY(SqlAudit::append(work, entry));
    }
    return {};
}

} // namespace

SqlSchedule::SqlSchedule(Session& session)
    : m_session(session)
    , m_rows(session, scheduleTable(), scheduleSchema(), &readEntry) {}

template <class Change>
auto SqlSchedule::change(Change change) -> std::invoke_result_t<Change, UnitOfWork&> {
    PORTOLAN_TRY(SqlAudit::mayChange(m_session, scheduleTable(), {"id", "name"},
                                     QStringLiteral("`portolan migrate up` brings what a schedule needs.")));
    Result<UnitOfWork> work = UnitOfWork::begin(m_session.connection());
    PORTOLAN_TRY(work);
    auto changed = change(*work);
    if (!changed)
        return changed;
    PORTOLAN_TRY(work->commit());
    return changed;
}

/// The entries that meet a condition, in the order in which they are due; `more` ends the statement.
Result<std::vector<ScheduleEntry>> SqlSchedule::readWhere(const QString& condition, const QVariantList& bindings,
                                                          const QString& more) {
    Connection& connection = m_session.connection();
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT id, name, CAST(command AS text), spec, next_run_at, last_run_at, last_result, last_exit, "
            "last_output, runner, lease_until FROM portolan_schedule WHERE %1 ORDER BY next_run_at, id%2")
            .arg(condition, more),
        bindings, usingSchedule());
    PORTOLAN_TRY(rows);
    std::vector<ScheduleEntry> found;
    while (true) {
        const Result<bool> isRow = connection.next(*rows, usingSchedule());
        PORTOLAN_TRY(isRow);
        if (!*isRow)
            return found;
        found.push_back(readEntry(*rows));
    }
}

/// The first entry that meets a condition; kept from others until the transaction ends. On a server those that others
/// keep are passed over.
Result<std::optional<ScheduleEntry>> SqlSchedule::find(const QString& condition, const QVariantList& bindings) {
    const auto found = readWhere(condition, bindings,
                                 isOnServer(m_session.connection()) ? QStringLiteral(" LIMIT 1 FOR UPDATE SKIP LOCKED")
                                                                    : QStringLiteral(" LIMIT 1"));
    PORTOLAN_TRY(found);
    return found->empty() ? std::optional<ScheduleEntry>() : std::optional(found->front());
}

Result<void> SqlSchedule::add(const QByteArray& name, const QStringList& words, const QByteArray& spec, Timestamp now,
                              const QByteArray& reason, const QByteArray& actor) {
    const Result<ScheduleChange> added = addedEntry(name, words, spec, now, reason, actor);
    PORTOLAN_TRY(added);
    return change([&](UnitOfWork& work) -> Result<void> {
        Connection& connection = work.connection();
        const Result<QVariant> taken = connection.value(
            QStringLiteral("SELECT count(*) FROM portolan_schedule WHERE name = ?"), {wholeText(name)});
        PORTOLAN_TRY(taken);
        if (taken->toInt() > 0)
            return entryIsThere(name);
        PORTOLAN_TRY(connection.execute(
            QStringLiteral("INSERT INTO portolan_schedule (name, command, spec, next_run_at) VALUES (?, ?, ?, ?)"),
            {wholeText(name), utf8(added->entry.command), wholeText(spec), timeBound(added->entry.nextRunAt)},
            usingSchedule()));
        return tell(work, *added);
    });
}

Result<void> SqlSchedule::remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    return change([&](UnitOfWork& work) -> Result<void> {
        const auto entry = find(QStringLiteral("name = ?"), {wholeText(name)});
        PORTOLAN_TRY(entry);
        if (!*entry)
            return noSuchEntry(name);
        PORTOLAN_TRY(executeExpecting(work.connection(), QStringLiteral("DELETE FROM portolan_schedule WHERE id = ?"),
                                      {qlonglong((*entry)->id)}, 1, usingSchedule()));
        return SqlAudit::append(work, removedEntry(**entry, reason, actor));
    });
}

QString SqlSchedule::timePlace() const {
    return m_session.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)")
                                                         : QStringLiteral("?");
}

Result<std::optional<ScheduleEntry>> SqlSchedule::take(Timestamp due, Timestamp now, const QByteArray& runner,
                                                       const EntryTest& mayRun) {
    return takeWhere(QStringLiteral("next_run_at <= ") + timePlace(), timeBound(due), now, runner, mayRun);
}

Result<std::optional<ScheduleEntry>> SqlSchedule::takeNamed(const QByteArray& name, Timestamp now,
                                                            const QByteArray& runner, const EntryTest& mayRun) {
    return takeWhere(QStringLiteral("name = ?"), wholeText(name), now, runner, mayRun);
}

/// Looks through the entries first, so that a runner that may run none keeps none from others.
Result<std::optional<ScheduleEntry>> SqlSchedule::takeWhere(const QString& condition, const QVariant& bound,
                                                            Timestamp now, const QByteArray& runner,
                                                            const EntryTest& mayRun) {
    using Found = std::optional<ScheduleEntry>;
    return change([&](UnitOfWork& work) -> Result<Found> {
        Connection& connection = work.connection();
        const bool isServer = isOnServer(connection);
        const QString free = condition
                             + QStringLiteral(" AND (lease_until IS NULL OR lease_until < %1)")
                                   .arg(isServer ? QStringLiteral("now()") : QStringLiteral("?"));
        const QVariantList bounds = isServer ? QVariantList{bound} : QVariantList{bound, timeBound(now)};
        const auto candidates = readWhere(free, bounds);
        PORTOLAN_TRY(candidates);
        Found found;
        for (const ScheduleEntry& candidate : *candidates) {
            if (!mayRun(candidate))
                continue;
            const auto kept =
                find(QStringLiteral("id = ? AND ") + free, QVariantList{qlonglong(candidate.id)} + bounds);
            PORTOLAN_TRY(kept);
            if (*kept && mayRun(**kept)) { // it may have been changed between the two
                found = *kept;
                break;
            }
        }
        if (!found)
            return Found();
        const ScheduleChange taken = takenEntry(*found, now, runner);
        PORTOLAN_TRY(executeExpecting(
            connection,
            QStringLiteral("UPDATE portolan_schedule SET runner = ?, last_run_at = ?, lease_until = %1 WHERE id = ?")
                .arg(leaseEnd(connection)),
            QVariantList{wholeText(runner), timeBound(now)} + leaseBinding(connection, now)
                + QVariantList{qlonglong(taken.entry.id)},
            1, usingSchedule()));
        PORTOLAN_TRY(tell(work, taken));
        return Found(taken.entry);
    });
}

Result<void> SqlSchedule::renew(const ScheduleEntry& taken, Timestamp now) {
    return change([&](UnitOfWork& work) -> Result<void> {
        Connection& connection = work.connection();
        const Result<QSqlQuery> renewed =
            connection.run(QStringLiteral("UPDATE portolan_schedule SET lease_until = %1 WHERE id = ? AND runner = ?")
                               .arg(leaseEnd(connection)),
                           leaseBinding(connection, now)
                               + QVariantList{qlonglong(taken.id), wholeText(taken.runner.value_or(QByteArray()))},
                           usingSchedule());
        PORTOLAN_TRY(renewed);
        return renewed->numRowsAffected() == 1 ? Result<void>() : Result<void>(entryTakenOver(taken));
    });
}

Result<void> SqlSchedule::finish(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                                 const QByteArray& actor) {
    const ScheduleChange done = finishedEntry(taken, end, now, actor);
    return change([&](UnitOfWork& work) -> Result<void> {
        const Result<QSqlQuery> finished = work.connection().run(
            QStringLiteral(
                "UPDATE portolan_schedule SET runner = NULL, lease_until = NULL, next_run_at = ?, last_result = ?, "
                "last_exit = ?, last_output = ? WHERE id = ? AND runner = ?"),
            {timeBound(done.entry.nextRunAt), utf8(*done.entry.lastResult),
             end.exit ? QVariant(*end.exit) : QVariant(QMetaType(QMetaType::Int)), utf8(*done.entry.lastOutput),
             qlonglong(taken.id), wholeText(taken.runner.value_or(QByteArray()))},
            usingSchedule());
        PORTOLAN_TRY(finished);
        if (finished->numRowsAffected() != 1)
            return entryTakenOver(taken);
        return tell(work, done);
    });
}

} // namespace portolan
