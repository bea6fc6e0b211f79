#include "storage/replay/sql/sqlreplays.h"

#include "storage/operations/sql/sqljobs.h"
#include "storage/replay/sql/itemoutcomes.h"
#include "storage/replay/sql/listedruns.h"
#include "storage/replay/sql/replayrowmapper.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqloutbox.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/rowimage.h"
#include "storage/sql/tablelistingfactory.h"
#include "storage/sql/withtransaction.h"

#include <QUuid>
#include <algorithm>

namespace portolan {

namespace {

using namespace replaywork;

Error noRun(const QByteArray& run, const Connection& connection) {
    return Error{ErrorCode::NotFound, QStringLiteral("There is no replay run %1 in %2; `portolan list replays` shows "
                                                     "those there are.")
                                          .arg(utf8(run), connection.where())};
}

Error notNow(const QByteArray& run, RunState state, RunState to) {
    return Error{ErrorCode::Changed,
                 QStringLiteral("The replay run %1 is %2 and cannot become %3.")
                     .arg(utf8(run), QLatin1String(runStateName(state)), QLatin1String(runStateName(to)))};
}

/// Returns the states through which a job goes when its run enters `to`.
std::vector<JobState> wayOf(JobState from, RunState to) {
    switch (to) {
    case RunState::Frozen:
        return {};
    case RunState::Running:
        if (from == JobState::Failed)
            return {JobState::Queued, JobState::Running};
        return from == JobState::Paused || from == JobState::Queued ? std::vector{JobState::Running}
                                                                    : std::vector<JobState>();
    case RunState::Paused:
        return {JobState::Paused};
    case RunState::Completed:
        return {JobState::Completed};
    case RunState::Failed:
        return {JobState::Failed};
    case RunState::Cancelled:
    case RunState::Recalled:
        return {JobState::Cancelled};
    }
    Q_UNREACHABLE();
}

/// Moves the job of a run, which has the run's id, as the run enters a state; makes it when the run is first carried
/// out, and leaves one that has ended. Within a transaction.
Result<void> followRun(Connection& connection, const QByteArray& run, RunState to, const QByteArray& actor,
                       const QByteArray& errorMessage) {
    const Result<std::optional<JobState>> state = jobStateOf(connection, run);
    PORTOLAN_TRY(state);
    if (!*state) {
        if (to != RunState::Running)
            return {};
        const Result<QVariant> frozen =
            connection.value(QStringLiteral("SELECT frozen FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
        return frozen ? beginJob(connection, run, "replay", "{\"run\":\"" + run + "\"}", frozen->toLongLong(), actor)
                      : Result<void>(frozen.error());
    }
    if (**state == JobState::Completed || **state == JobState::Cancelled)
        return {};
    return moveJob(connection, run, wayOf(**state, to), actor, errorMessage);
}

} // namespace

SqlReplays::SqlReplays(Session& session, GroupScan* groups)
    : m_session(session)
    , m_groups(groups)
    , m_runs(
          session, [this](Connection&) { return runListing(); }, &readRun)
    , m_listed(std::make_unique<ListedRuns>(*this))
    , m_outbox(std::make_unique<SqlOutbox>(*this)) {}

SqlReplays::~SqlReplays() = default;

RowSource<ReplayRun>& SqlReplays::runs() {
    return *m_listed;
}

Outbox& SqlReplays::outbox() {
    return *m_outbox;
}

Result<const SqlListing*> SqlReplays::runListing() {
    const Result<const ReplaySql*> sql = this->sql();
    return sql ? Result<const SqlListing*>(&m_known->runs) : sql.error();
}

std::optional<QString> SqlReplays::unavailableReason(const SchemaInspector& catalogue) {
    const Result<ReplaySql> sql =
        ReplaySql::make(catalogue, SqlDialect::Sqlite); // what is needed is the same everywhere
    return sql ? std::nullopt : std::optional(sql.error().text);
}

Result<const ReplaySql*> SqlReplays::sql() {
    Connection& connection = this->connection();
    const Result<qint64> mark = SchemaInspector::mark(connection);
    PORTOLAN_TRY(mark);
    if (m_known && m_known->generation == m_session.generation() && m_known->mark == *mark)
        return &m_known->sql;
    if (connection.sqlite()) {
        PORTOLAN_TRY(addImageFunctions(connection.sqlite()));
    }
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    Result<ReplaySql> sql = ReplaySql::make(*catalogue, connection.dialect());
    PORTOLAN_TRY(sql);
    const QString table = QStringLiteral("portolan_replay_runs");
    Result<SqlListing> runs = listingOfTable(*catalogue->table(table), table, replayRunSchema(), QStringLiteral("r"));
    PORTOLAN_TRY(runs);
    Result<ArchiveSql> archive = ArchiveSql::make(*catalogue, *sql);
    m_known.emplace(
        StatementCache{m_session.generation(), *mark, std::move(*sql), std::move(*runs), std::move(archive)});
    return &m_known->sql;
}

Result<void> SqlReplays::note(const QByteArray& run, const char* action, const QByteArray& actor,
                              const QByteArray& reason, const QByteArray& before) {
    return connection().execute(
        QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, "
                       "before_image) VALUES (?, ?, 'replay_run', ?, ?, ?, ?)"),
        {utf8(actor), QLatin1String(action), utf8(run), orNull(reason), utf8(run), orNull(before)}, doing());
}

Result<ReplayRun> SqlReplays::run(const QByteArray& id) {
    return m_session.read(m_session.token(), [&](Connection& connection) -> Result<ReplayRun> {
        if (QUuid::fromString(QLatin1String(id)).isNull())
            return noRun(id, connection);
        Result<QSqlQuery> row = connection.run(
            QStringLiteral("SELECT %1 FROM portolan_replay_runs WHERE id = ?").arg(runColumns()), {utf8(id)}, doing());
        const Result<bool> found = row ? connection.next(*row) : Result<bool>(row.error());
        PORTOLAN_TRY(found);
        return *found ? Result<ReplayRun>(readRun(*row)) : Result<ReplayRun>(noRun(id, connection));
    });
}

Result<RunState> SqlReplays::lockRun(const ReplaySql& sql, const QByteArray& run) {
    if (QUuid::fromString(QLatin1String(run)).isNull())
        return noRun(run, connection());
    const Result<QVariant> state = connection().value(sql.lockRun(), {utf8(run)});
    PORTOLAN_TRY(state);
    const auto known = runStateNamed(state->toString().toUtf8());
    return known ? Result<RunState>(*known) : Result<RunState>(noRun(run, connection()));
}

Result<void> SqlReplays::count(const QByteArray& run, ItemState state, qint64 change) {
    return countItems(connection(), run, state, change);
}

Result<void> SqlReplays::change(const QByteArray& run, RunState to, const QByteArray& actor,
                                const QByteArray& errorMessage) {
    if (const Result<void> tidied = tidyOnce(m_session.token()); !tidied)
        return tidied;
    return moveTo(run, to, actor, errorMessage);
}

Result<void> SqlReplays::moveTo(const QByteArray& run, RunState to, const QByteArray& actor,
                                const QByteArray& errorMessage) {
    const auto left = withTransaction(m_session, [&]() -> Result<RunState> {
        const Result<const ReplaySql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<RunState> from = lockRun(**sql, run);
        if (!from)
            return from;
        if (!isAllowed(*from, to))
            return notNow(run, *from, to);
        const auto entered = enter(**sql, run, to, actor, errorMessage);
        return entered ? from : Result<RunState>(entered.error());
    });
    PORTOLAN_TRY(left);
    if (*left != RunState::Frozen || to != RunState::Cancelled)
        return {};
    while (true) { // nothing of it was ever touched
        const Result<bool> gone = removeSome(run);
        if (!gone || *gone)
            return gone ? Result<void>() : Result<void>(gone.error());
    }
}

Result<void> SqlReplays::enter(const ReplaySql& sql, const QByteArray& run, RunState to, const QByteArray& actor,
                               const QByteArray& errorMessage) {
    const Result<QVariant> from =
        connection().value(QStringLiteral("SELECT state FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
    PORTOLAN_TRY(from);
    const bool begins = to == RunState::Running;
    const bool ends = to != RunState::Running && to != RunState::Paused;
    QString times = begins ? QStringLiteral(", started_at = coalesce(started_at, %1), finished_at = NULL") : QString();
    if (ends)
        times = QStringLiteral(", finished_at = %1");
    QVariantList bindings{QLatin1String(runStateName(to)), orNull(errorMessage)};
    if (!times.isEmpty())
        bindings << now();
    const auto changed =
        connection().execute(QStringLiteral("UPDATE portolan_replay_runs SET state = ?, error_message = ?")
                                 + (times.isEmpty() ? times : times.arg(sql.time())) + QStringLiteral(" WHERE id = ?"),
                             bindings << utf8(run), doing());
    if (!changed)
        return changed;
    const Result<QVariant> begun =
        connection().value(QStringLiteral("SELECT started_at FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
    PORTOLAN_TRY(begun);
    if ((to == RunState::Cancelled || to == RunState::Recalled) && !begun->isNull()) {
        const QString left = QStringLiteral("UPDATE portolan_replay_items SET state = 'skipped', detail = ? "
                                            "WHERE run_id = ? AND state = 'frozen'");
        Result<QSqlQuery> skipped = connection().run(left, {QLatin1String(runStateName(to)), utf8(run)}, doing());
        PORTOLAN_TRY(skipped);
        if (const auto summed = count(run, ItemState::Skipped, skipped->numRowsAffected()); !summed)
            return summed;
    }
    if (const auto followed = followRun(connection(), run, to, actor, errorMessage); !followed)
        return followed;
    return note(run, actionOf(to), actor, errorMessage,
                to == RunState::Recalled ? "{\"state\":\"" + from->toByteArray() + "\"}" : QByteArray());
}

Result<SqlReplays::Positions> SqlReplays::positionsOf(const QString& sql, const QVariantList& bindings) {
    Result<QSqlQuery> rows = connection().run(sql, bindings, doing());
    PORTOLAN_TRY(rows);
    Positions positions;
    QueryCursor walk(connection(), *rows);
    while (walk.next()) {
        positions.push_back(rows->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    return positions;
}

Result<SqlReplays::Positions> SqlReplays::next(const ReplaySql& sql, const QByteArray& run, bool unsettled,
                                               qint64 after, int most) {
    return positionsOf(sql.next(unsettled), {utf8(run), after, most});
}

Result<void> SqlReplays::lockRows(const ReplaySql& sql, const QByteArray& run, const Positions& positions) {
    const QString statement = sql.lockRows();
    if (statement.isEmpty())
        return {};
    return connection().execute(statement, {utf8(run), jsonOf(positions)}, doing());
}

Result<void> SqlReplays::touch(const QString& sql, const QVariantList& bindings, std::size_t rows) {
    return executeExpecting(connection(), sql, bindings, rows, doing());
}

Result<SqlReplays::Marked> SqlReplays::mark(const ReplaySql& sql, const QByteArray& run, const Positions& positions) {
    Result<QSqlQuery> rows = connection().run(sql.mark(), {utf8(run), jsonOf(positions), now(), utf8(run)}, doing());
    PORTOLAN_TRY(rows);
    Marked marked;
    QueryCursor walk(connection(), *rows);
    while (walk.next()) {
        const bool replayed = rows->value(1).toString() == QLatin1String(itemStateName(ItemState::Replayed));
        (replayed ? marked.replayed : marked.skipped).push_back(rows->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    return marked;
}

Result<void> SqlReplays::putBack(const ReplaySql& sql, const QByteArray& run, Marked& marked, const QByteArray& reason,
                                 const QByteArray& actor) {
    const Result<std::optional<JsonEdit>> edit = ReplayEdits::of(connection(), run);
    PORTOLAN_TRY(edit);
    marked.edited = edit->has_value();
    if (*edit) {
        if (const auto edited = replaceEdited(sql, **edit, run, marked, reason, actor); !edited)
            return edited;
    } else if (const auto reset = touch(sql.reset(), {utf8(run), jsonOf(marked.replayed)}, marked.replayed.size());
               !reset) {
        return reset;
    }
    return touch(sql.noteAfter(), {utf8(run), jsonOf(marked.replayed)}, marked.replayed.size());
}

Result<void> SqlReplays::replaceEdited(const ReplaySql& sql, const JsonEdit& edit, const QByteArray& run,
                                       Marked& marked, const QByteArray& reason, const QByteArray& actor) {
    Result<ReplayEdits> edits = this->edits(run, ReplayEdits::Goes::Back);
    PORTOLAN_TRY(edits);
    Result<ReplayEdits::Outcome> outcome = edits->replace(edit, marked.replayed, reason, actor);
    PORTOLAN_TRY(outcome);
    const Result<qint64> failed = fail(sql, run, outcome->refused);
    PORTOLAN_TRY(failed);
    marked.failed = *failed;
    marked.replayed = std::move(outcome->edited);
    return {};
}

Result<qint64> SqlReplays::fail(const ReplaySql& sql, const QByteArray& run,
                                const std::map<QByteArray, Positions>& refused) {
    qint64 failed = 0;
    for (const auto& [why, positions] : refused) {
        const QVariantList bindings{QLatin1String(itemStateName(ItemState::Failed)), utf8(why), now(), utf8(run),
                                    jsonOf(positions)};
        PORTOLAN_TRY(touch(sql.move(), bindings, positions.size()));
        PORTOLAN_TRY(touch(sql.dropImages(), {utf8(run), jsonOf(positions)}, positions.size()));
        failed += std::ssize(positions);
    }
    const Result<void> counted = count(run, ItemState::Failed, failed);
    return counted ? Result<qint64>(failed) : Result<qint64>(counted.error());
}

Result<ReplayEdits> SqlReplays::edits(const QByteArray& run, ReplayEdits::Goes goes) {
    const Result<ArchiveSql>& archive = m_known->archive;
    return archive ? ReplayEdits(connection(), *archive, run, goes) : Result<ReplayEdits>(archive.error());
}

Result<ReplayStep> SqlReplays::step(const QByteArray& run, int most, const QByteArray& actor) {
    return withTransaction(m_session, [&]() -> Result<ReplayStep> {
        const Result<const ReplaySql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<RunState> state = lockRun(**sql, run);
        PORTOLAN_TRY(state);
        if (*state != RunState::Running)
            return Error{
                ErrorCode::Changed,
                QStringLiteral("The replay run %1 is %2.").arg(utf8(run), QLatin1String(runStateName(*state)))};
        const Result<QVariant> target =
            connection().value(QStringLiteral("SELECT target FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
        PORTOLAN_TRY(target);
        if (target->toByteArray() != toPorts)
            return Error{ErrorCode::Unsupported, QStringLiteral("The replay run %1 sends to %2; nothing of it is put "
                                                                "back.")
                                                     .arg(utf8(run), target->toString())};
        const Result<Positions> positions = next(**sql, run, false, 0, most);
        PORTOLAN_TRY(positions);
        ReplayStep step;
        if (!positions->empty()) {
            PORTOLAN_TRY(lockRows(**sql, run, *positions));
            Result<Marked> marked = mark(**sql, run, *positions);
            PORTOLAN_TRY(marked);
            PORTOLAN_TRY(record(**sql, run, *marked, actor));
            step = {std::ssize(marked->replayed), std::ssize(marked->skipped), false, marked->failed};
        }
        PORTOLAN_TRY(tellProgress(connection(), run, std::ssize(*positions)));
        step.done = std::ssize(*positions) < most;
        if (step.done) {
            PORTOLAN_TRY(enter(**sql, run, RunState::Completed, actor, {}));
        }
        return step;
    });
}

Result<void> SqlReplays::record(const ReplaySql& sql, const QByteArray& run, Marked& marked, const QByteArray& actor) {
    const Result<QVariant> reason =
        connection().value(QStringLiteral("SELECT reason FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
    PORTOLAN_TRY(reason);
    if (const auto put = putBack(sql, run, marked, reason->toString().toUtf8(), actor); !put)
        return put;
    const QString action = marked.edited ? QStringLiteral("replay_edited") : QStringLiteral("replay");
    const QVariantList entry{utf8(actor), action, *reason, utf8(run), jsonOf(marked.replayed)};
    if (const auto audited = touch(sql.audit(false), entry, marked.replayed.size()); !audited)
        return audited;
    if (const auto counted = count(run, ItemState::Replayed, std::ssize(marked.replayed)); !counted)
        return counted;
    return count(run, ItemState::Skipped, std::ssize(marked.skipped));
}

} // namespace portolan
