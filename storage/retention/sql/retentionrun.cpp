#include "storage/retention/sql/retentionrun.h"

#include "storage/backups/backupretention.h"
#include "storage/retention/backuprule.h"

#include "storage/backups/backupcatalogue.h"
#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/operations/sql/sqljobs.h"
#include "storage/retention/sql/retentionplan.h"
#include "storage/series/sql/hypertables.h"
#include "storage/series/sql/partitions.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"

#include <QFileInfo>
#include <QUuid>
#include <algorithm>
#include <thread>

namespace portolan {

namespace {

using namespace std::chrono;
using State = RetentionOutcome::State;

/// The rows that are looked for at once, and held by their keys.
constexpr std::size_t keysAtOnce = 100'000;
/// A transaction aims at so long, so that a writer waits less than 50 ms for it also where the disk is slow for once.
constexpr microseconds aim = milliseconds(15);
constexpr std::size_t firstRows = 100;
constexpr std::size_t leastRows = 10;
constexpr std::size_t mostRows = 20'000;
/// Between two of them others have their turn, for as long as the last one took.
constexpr microseconds leastPause = milliseconds(2);
constexpr microseconds longestPause = milliseconds(50);

QString retaining() {
    return QStringLiteral("delete old rows of");
}

/// `near` and the rest of a plan's condition as one, with its bindings.
SqlCondition indexed(const RetentionPlan& plan) {
    if (plan.near.condition.isEmpty())
        return plan.doomed;
    return {QStringLiteral("(%1 AND %2)").arg(plan.near.condition, plan.doomed.condition),
            plan.near.bindings + plan.doomed.bindings};
}

/// Rows that others need are left, so many of them: each costs a few transactions.
constexpr int mostNeeded = 1'000;

/// Says that a foreign key keeps a row.
bool isNeeded(const Error& error) {
    return error.details.contains(QLatin1String("PostgreSQL 23503")) // PostgreSQL 18 says 23001 of RESTRICT
           || error.details.contains(QLatin1String("PostgreSQL 23001"))
           || error.details.contains(QLatin1String("FOREIGN KEY constraint failed"));
}

} // namespace

struct RetentionRun::Plan : RetentionPlan {
    bool isCarriedOut = false; ///< else the outcome says why it is not
};

/// Rows by their keys, the oldest first.
struct RetentionRun::Keys {
    std::vector<QByteArray> keys;
    std::vector<QByteArray> times; ///< of a table that is divided by them
};

RetentionRun::RetentionRun(Session& session, const RetentionRule& rule, const RetainOrder& order)
    : m_session(session)
    , m_rule(rule)
    , m_order(order)
    , m_cutoff(floor<milliseconds>(order.now - rule.keep.value_or(seconds(0))))
    , m_size(firstRows) {
    m_outcome.rule = rule.name;
    m_outcome.table = rule.table;
}

/// Makes the plan, or says in the outcome why the rule is left out.
Result<RetentionRun::Plan> RetentionRun::plan(Connection& connection) {
    const auto leaveOut = [this](State state, const QString& why) {
        m_outcome.state = state;
        m_outcome.problem = why;
        return Plan();
    };
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    Result<RetentionPlan> made = planRetention(connection, *catalogue, m_rule, m_order.now);
    if (!made && made.error().code == ErrorCode::NotFound)
        return leaveOut(
            State::Missing,
            QStringLiteral("Rule %1 was left out: %2").arg(QString::fromUtf8(m_rule.name), made.error().text));
    if (!made && made.error().code == ErrorCode::Busy && made.error().details.isEmpty())
        return leaveOut(State::Held, made.error().text);
    PORTOLAN_TRY(made);
    Plan plan;
    static_cast<RetentionPlan&>(plan) = std::move(*made);
    m_outcome.table = plan.name.toUtf8();
    const Result<std::optional<Timescale>> timescale = findTimescale(connection);
    PORTOLAN_TRY(timescale);
    if (*timescale) {
        const Result<bool> isKept = isHypertable(connection, plan.name);
        PORTOLAN_TRY(isKept);
        if (*isKept)
            return leaveOut(State::Server, {});
    }
    const Result<std::optional<QString>> trouble = clockTrouble(connection, *catalogue, m_rule, m_order.now);
    PORTOLAN_TRY(trouble);
    if (*trouble)
        return leaveOut(State::Stopped, **trouble);
    plan.isCarriedOut = true;
    return plan;
}

Result<void> RetentionRun::countDoomed(Connection& connection, const Plan& plan) {
    const SqlCondition doomed = indexed(plan);
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT count(*), CAST(coalesce(sum(%1), 0) AS bigint) FROM %2 AS t WHERE %3")
                           .arg(plan.bytes, plan.table, doomed.condition),
                       doomed.bindings, retaining());
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows, retaining());
    PORTOLAN_TRY(found);
    m_outcome.rows = numberAt(*rows, 0);
    m_outcome.bytes = numberAt(*rows, 1);
    return {};
}

/// The oldest row that the rule is about and leaves, by the rule's time.
Result<void> RetentionRun::findOldest(Connection& connection, const Plan& plan) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT %1 FROM %2 AS t WHERE %3 IS NOT NULL AND %4 AND NOT coalesce(%5, %6) ORDER BY %3 LIMIT 1")
            .arg(plan.readTime.expression, plan.table, plan.time, plan.among.condition, plan.doomed.condition,
                 connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("false") : QStringLiteral("0")),
        plan.among.bindings + plan.doomed.bindings, retaining());
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows, retaining());
    PORTOLAN_TRY(found);
    m_outcome.oldestKept = *found ? timeAt(*rows, 0) : std::nullopt;
    return {};
}

/// Removes file after file; the job is there before the first one goes.
Result<void> RetentionRun::removeBackups(Connection& connection, const Retention::Progress& progress,
                                         const CancelToken& token) {
    const auto sorted = sortByRule(m_session.url(), m_rule, m_order.now, m_outcome);
    PORTOLAN_TRY(sorted);
    const auto folder = backupFolderOf(m_session.url());
    PORTOLAN_TRY(folder);
    const auto total = static_cast<qint64>(sorted->leaving.size());
    for (const BackupEntry& backup : sorted->leaving) {
        if (token.stop_requested())
            return cancelled();
        if (m_job.isEmpty()) {
            const QByteArray job = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
            QByteArray parameters = "{\"rule\":";
            appendJsonString(parameters, m_rule.name);
            parameters += ",\"folder\":";
            appendJsonString(parameters, folder->toUtf8());
            Result<UnitOfWork> work = UnitOfWork::begin(connection);
            PORTOLAN_TRY(work);
            PORTOLAN_TRY(beginJob(connection, job, "retain", parameters + '}', total, m_order.actor));
            PORTOLAN_TRY(work->commit());
            m_job = job;
        }
        const Result<bool> isGone = removeBackup(*folder, backup);
        PORTOLAN_TRY(isGone);
        if (!*isGone)
            continue;
        ++m_outcome.rows;
        m_outcome.bytes += backup.bytes;
        m_removed.push_back(backup);
        Result<UnitOfWork> work = UnitOfWork::begin(connection);
        PORTOLAN_TRY(work);
        PORTOLAN_TRY(tellProgress(connection, m_job, 1));
        PORTOLAN_TRY(work->commit());
        progress(m_rule.name, m_outcome.rows, total);
    }
    return {};
}

Result<RetentionOutcome> RetentionRun::count(const CancelToken& token) {
    if (m_rule.table == backupRuleTable) {
        m_outcome.state = m_rule.enabled ? State::Counted : State::Off;
        PORTOLAN_TRY(countByRule(m_session.url(), m_rule, m_order.now, m_outcome));
        return m_outcome;
    }
    return m_session.read(token, [&](Connection& connection) -> Result<RetentionOutcome> {
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
        PORTOLAN_TRY(snapshot);
        m_outcome.state = m_rule.enabled ? State::Counted : State::Off;
        const Result<Plan> plan = this->plan(connection);
        PORTOLAN_TRY(plan);
        if (!plan->isCarriedOut)
            return m_outcome;
        PORTOLAN_TRY(countDoomed(connection, *plan));
        PORTOLAN_TRY(findOldest(connection, *plan));
        return m_outcome;
    });
}

Result<RetentionRun::Keys> RetentionRun::readKeys(Connection& connection, const Plan& plan) {
    const SqlCondition doomed = indexed(plan);
    const QString time = plan.isDivided ? QStringLiteral(", CAST(%1 AS text)").arg(plan.time) : QString();
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT CAST(%1 AS text)%2 FROM %3 AS t WHERE %4 ORDER BY %5 LIMIT %6")
                           .arg(plan.key, time, plan.table, doomed.condition, plan.time, QString::number(keysAtOnce)),
                       doomed.bindings, retaining());
    PORTOLAN_TRY(rows);
    Keys found;
    QueryCursor walk(connection, *rows, retaining());
    while (walk.next()) {
        found.keys.push_back(bytesAt(*rows, 0));
        if (plan.isDivided)
            found.times.push_back(bytesAt(*rows, 1));
    }
    if (walk.error())
        return *walk.error();
    return found;
}

/// Deletes some of the rows that were found, as long as they still are to go, in one transaction with the job's
/// progress.
Result<void> RetentionRun::deleteSome(Connection& connection, const Plan& plan, const Keys& keys, std::size_t first,
                                      std::size_t last, qint64 total) {
    const bool isServer = connection.dialect() == SqlDialect::Postgresql;
    QByteArray list;
    for (std::size_t i = first; i < last; ++i) {
        list += list.isEmpty() ? "" : ",";
        if (isServer)
            list += '"' + keys.keys[i] + '"';
        else
            list += keys.keys[i];
    }
    // No index but the row's own number: another might lead through rows of which most stay.
    QString sql = QStringLiteral("DELETE FROM %1 AS t%2 WHERE %3")
                      .arg(plan.table, isServer ? QString() : QStringLiteral(" NOT INDEXED"),
                           isServer ? QStringLiteral("t.ctid = ANY (CAST(? AS tid[]))")
                                    : plan.key + QStringLiteral(" IN (SELECT value FROM json_each(?))"));
    QVariantList bindings{QLatin1String(isServer ? "{" : "[") + QString::fromLatin1(list)
                          + QLatin1String(isServer ? "}" : "]")};
    if (plan.isDivided) {
        sql += QStringLiteral(" AND %1 >= CAST(? AS timestamptz) AND %1 <= CAST(? AS timestamptz)").arg(plan.time);
        bindings << QString::fromLatin1(keys.times[first]) << QString::fromLatin1(keys.times[last - 1]);
    }
    sql += QStringLiteral(" AND %1 RETURNING %2").arg(plan.doomed.condition, plan.bytes);
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const auto begin = steady_clock::now();
    qint64 gone = 0;
    qint64 bytes = 0;
    {
        Result<QSqlQuery> rows = connection.run(sql, bindings + plan.doomed.bindings, retaining());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows, retaining());
        for (; walk.next(); ++gone)
            bytes += numberAt(*rows, 0);
        if (walk.error())
            return *walk.error();
    }
    QByteArray job = m_job;
    if (job.isEmpty()) {
        job = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
        QByteArray parameters = "{\"rule\":";
        appendJsonString(parameters, m_rule.name);
        parameters += ",\"table\":";
        appendJsonString(parameters, m_outcome.table);
        parameters += ",\"older_than\":\"" + toIsoTime(m_cutoff) + "\"}";
        PORTOLAN_TRY(beginJob(connection, job, "retain", parameters, total, m_order.actor));
    }
    PORTOLAN_TRY(tellProgress(connection, job, gone));
    PORTOLAN_TRY(work->commit());
    m_took = duration_cast<microseconds>(steady_clock::now() - begin);
    m_job = job;
    m_outcome.rows += gone;
    m_outcome.bytes += bytes;
    return {};
}

/// Halves what a foreign key keeps, until it is one row, which is passed over.
Result<void> RetentionRun::deleteParts(Connection& connection, const Plan& plan, const Keys& keys, std::size_t first,
                                       std::size_t last, qint64 total) {
    const Result<void> deleted = deleteSome(connection, plan, keys, first, last, total);
    if (deleted || !isNeeded(deleted.error()))
        return deleted;
    if (last - first == 1) {
        m_outcome.problem =
            QStringLiteral("Rule %1 left %2 that other rows need: %3")
                .arg(QString::fromUtf8(m_rule.name),
                     ++m_needed == 1 ? QStringLiteral("a row") : QStringLiteral("%1 rows").arg(m_needed),
                     deleted.error().details);
        return m_needed < mostNeeded ? Result<void>() : deleted;
    }
    const std::size_t middle = first + (last - first) / 2;
    PORTOLAN_TRY(deleteParts(connection, plan, keys, first, middle, total));
    return deleteParts(connection, plan, keys, middle, last, total);
}

Result<void> RetentionRun::deleteAll(Connection& connection, const Plan& plan, qint64 total,
                                     const Retention::Progress& progress, const CancelToken& token) {
    while (true) {
        const Result<Keys> keys = readKeys(connection, plan);
        PORTOLAN_TRY(keys);
        const qint64 before = m_outcome.rows;
        m_needed = 0; // they are the first of each page
        for (std::size_t first = 0; first < keys->keys.size();) {
            if (token.stop_requested())
                return cancelled();
            const std::size_t last = std::min(first + m_size, keys->keys.size());
            PORTOLAN_TRY(deleteParts(connection, plan, *keys, first, last, total));
            first = last;
            progress(m_rule.name, m_outcome.rows, std::max(total, m_outcome.rows));
            const double factor = double(aim.count()) / double(std::max<qint64>(m_took.count(), 1));
            m_size = std::clamp(static_cast<std::size_t>(double(m_size) * std::clamp(factor, 0.25, 2.0)), leastRows,
                                mostRows);
            std::this_thread::sleep_for(std::clamp(m_took, leastPause, longestPause));
        }
        // None of a whole page went: others have changed them all.
        if (keys->keys.size() < keysAtOnce || m_outcome.rows == before)
            return {};
    }
}

/// Ends the job, and writes into the rule and the audit what was done, in one transaction.
Result<void> RetentionRun::note(const QString& failed) {
    Connection& connection = m_session.connection();
    const QByteArray result = retentionStateName(m_outcome.state);
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    AuditEntry entry =
        auditEntry("retain", "retention", m_rule.name, m_order.reason.value_or(QByteArray()), m_order.actor);
    QByteArray after = "{\"table\":";
    appendJsonString(after, m_outcome.table);
    after += ",\"rows\":" + QByteArray::number(m_outcome.rows) + ",\"bytes\":" + QByteArray::number(m_outcome.bytes)
             + (m_rule.table == backupRuleTable ? ",\"files\":" + fileNamesOf(m_removed)
                                                : ",\"older_than\":\"" + toIsoTime(m_cutoff) + '"')
             + ",\"result\":\"" + result + "\"}";
    entry.after = after;
    if (!m_job.isEmpty()) {
        entry.runId = m_job;
        PORTOLAN_TRY(setJobResult(connection, m_job, after));
        PORTOLAN_TRY(changeJob(connection, m_job,
                               !failed.isEmpty()                     ? JobState::Failed
                               : m_outcome.state == State::Cancelled ? JobState::Cancelled
                                                                     : JobState::Completed,
                               m_order.actor, failed.toUtf8()));
    }
    PORTOLAN_TRY(
        connection.execute(QStringLiteral("UPDATE portolan_retention_rules SET last_run_at = ?, last_rows = ?, "
                                          "last_result = ? WHERE name = ? AND deleted_at IS NULL"),
                           {timeNow(), qlonglong(m_outcome.rows), utf8(result), wholeText(m_rule.name)}, retaining()));
    PORTOLAN_TRY(SqlAudit::append(*work, entry));
    return work->commit();
}

Result<RetentionOutcome> RetentionRun::carryOut(const Retention::Progress& progress, const CancelToken& token) {
    PORTOLAN_TRY(m_session.freshen());
    Result<void> done;
    {
        Connection& connection = m_session.connection();
        const Connection::Watch watch(connection, token);
        const bool isAboutBackups = m_rule.table == backupRuleTable;
        const Result<Plan> plan = isAboutBackups ? Result<Plan>(Plan()) : this->plan(connection);
        if (!plan) {
            done = plan.error();
        } else if (isAboutBackups) {
            done = removeBackups(connection, progress, token);
        } else if (plan->isCarriedOut) {
            PORTOLAN_TRY(countDoomed(connection, *plan));
            const qint64 total = m_outcome.rows;
            m_outcome.rows = m_outcome.bytes = 0;
            done = deleteAll(connection, *plan, total, progress, token);
            if (done && plan->isDivided)
                done = Partitions(m_session).dropEmpty(m_outcome.table, plan->cutoff);
            if (done)
                done = findOldest(connection, *plan);
        }
    }
    if (!done) {
        const bool isCancelled = done.error().code == ErrorCode::Cancelled;
        m_outcome.state = isCancelled ? State::Cancelled : State::Failed;
        m_outcome.problem = isCancelled ? QString() : retentionFailure(m_rule, done.error());
    }
    const Result<void> noted = note(m_outcome.state == State::Failed ? done.error().text : QString());
    if (!done && !mayReadOn(done.error().code) && m_outcome.state == State::Failed)
        return done.error();
    return noted ? Result<RetentionOutcome>(m_outcome) : noted.error();
}

} // namespace portolan
