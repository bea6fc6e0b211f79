#include "storage/sql/sqlreplays.h"

#include "storage/sql/exactly.h"
#include "storage/sql/inone.h"
#include "storage/sql/outboxrows.h"
#include "storage/sql/portlayout.h"
#include "storage/sql/rememberedgroups.h"
#include "storage/sql/replayhazards.h"
#include "storage/sql/replayrows.h"
#include "storage/sql/replaywork.h"
#include "storage/sql/rowcells.h"
#include "storage/sql/rowimage.h"
#include "storage/sql/sqljobs.h"
#include "storage/sql/tablelisting.h"

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

ReplayEdits::Goes goesTo(const QByteArray& target) {
    return target == toPorts ? ReplayEdits::Goes::Back : ReplayEdits::Goes::Out;
}

} // namespace

SqlReplays::SqlReplays(Session& session, GroupScan* groups)
    : m_session(session)
    , m_groups(groups)
    , m_runs(
          session, [this](Connection&) { return runListing(); }, &readRun)
    , m_outbox(std::make_unique<OutboxRows>(*this)) {}

SqlReplays::~SqlReplays() = default;

Outbox& SqlReplays::outbox() {
    return *m_outbox;
}

Result<const SqlListing*> SqlReplays::runListing() {
    const Result<const ReplaySql*> sql = this->sql();
    return sql ? Result<const SqlListing*>(&m_known->runs) : sql.error();
}

std::optional<QString> SqlReplays::missing(const Catalogue& catalogue) {
    const Result<ReplaySql> sql =
        ReplaySql::make(catalogue, SqlDialect::Sqlite); // what is needed is the same everywhere
    return sql ? std::nullopt : std::optional(sql.error().text);
}

Result<const ReplaySql*> SqlReplays::sql() {
    Connection& connection = this->connection();
    const Result<qint64> mark = Catalogue::mark(connection);
    if (!mark)
        return mark.error();
    if (m_known && m_known->generation == m_session.generation() && m_known->mark == *mark)
        return &m_known->sql;
    if (connection.sqlite()) {
        if (const Result<void> added = addImageFunctions(connection.sqlite()); !added)
            return added.error();
    }
    const Result<Catalogue> catalogue = Catalogue::read(connection);
    if (!catalogue)
        return catalogue.error();
    Result<ReplaySql> sql = ReplaySql::make(*catalogue, connection.dialect());
    if (!sql)
        return sql.error();
    const QString table = QStringLiteral("portolan_replay_runs");
    Result<SqlListing> runs = listingOfTable(*catalogue->table(table), table, replayRunSchema(), QStringLiteral("r"));
    if (!runs)
        return runs.error();
    Result<ArchiveSql> archive = ArchiveSql::make(*catalogue, *sql);
    m_known.emplace(Known{m_session.generation(), *mark, std::move(*sql), std::move(*runs), std::move(archive)});
    return &m_known->sql;
}

Result<void> SqlReplays::note(const QByteArray& run, const char* action, const QByteArray& actor,
                              const QByteArray& reason) {
    return connection().execute(QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, "
                                               "reason, run_id) VALUES (?, ?, 'replay_run', ?, ?, ?)"),
                                {utf8(actor), QLatin1String(action), utf8(run), orNull(reason), utf8(run)}, doing());
}

/// What is replayed leaves its group; the group keeps its name and its history.
Result<void> SqlReplays::rememberGroups(const CancelToken& token) {
    if (!m_groups)
        return {};
    if (const Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    if (const Result<const ReplaySql*> sql = this->sql(); !sql)
        return sql.error();
    const Result<qint64> remembered = m_groups->remember(token);
    return remembered ? Result<void>() : Result<void>(remembered.error());
}

Result<ReplayPreview> SqlReplays::freeze(const ReplayOrder& order, const CancelToken& token) {
    if (order.reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("A replay needs a reason; it goes into the audit.")};
    const Result<QByteArray> target = order.to ? outboxTarget(*order.to) : Result<QByteArray>(toPorts);
    if (!target)
        return target.error();
    if (const Result<void> remembered = rememberGroups(token); !remembered)
        return remembered.error();
    const QByteArray id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    const auto frozen = inOne(m_session, [&]() -> Result<void> {
        const Connection::Watch watch(connection(), token);
        const Result<const ReplaySql*> sql = this->sql();
        if (!sql)
            return sql.error();
        const Result<PortLayout> layout = readPortLayout(connection());
        if (!layout)
            return layout.error();
        const SqlListing& letters = layout->deadLetters;
        const SqlCondition filter = compileFilter(measuredAt(order.filter, currentTime()), *letters.schema, letters.sql,
                                                  connection().dialect());
        // As the listing of dead letters says it, which is how an index has them.
        QString condition = letters.condition + QStringLiteral(" AND ") + filter.condition;
        QVariantList bindings = filter.bindings;
        if (!order.ids.empty()) {
            condition += QStringLiteral(" AND ") + (*sql)->isOneOf();
            bindings << jsonOf(order.ids);
        }
        const QString run = utf8(id);
        if (const auto begun = connection().execute(
                (*sql)->insertRun(), {run, utf8(order.words), utf8(order.reason), utf8(order.actor), utf8(*target)},
                doing());
            !begun)
            return begun;
        const Result<QByteArray> fingerprints = fingerprintsOf(connection(), *layout, condition, bindings, m_groups);
        if (!fingerprints)
            return fingerprints.error();
        if (const auto items = freezeItems((*sql)->freezing(condition), bindings, utf8(*fingerprints), run); !items)
            return items;
        if (const auto summed = connection().execute((*sql)->countFrozen(), {run, run}, doing()); !summed)
            return summed;
        if (order.edit) {
            Result<ReplayEdits> edits = this->edits(id, goesTo(*target));
            if (!edits)
                return edits.error();
            if (const auto kept = edits->keep(*order.edit); !kept)
                return kept;
        }
        return note(id, actionOf(RunState::Frozen), order.actor, order.reason);
    });
    return frozen ? preview(id, token) : Result<ReplayPreview>(frozen.error());
}

Result<void> SqlReplays::freezeItems(const ReplaySql::Freezing& freezing, QVariantList bindings,
                                     const QString& fingerprints, const QString& run) {
    for (const QString& before : freezing.before) {
        if (const auto done = connection().execute(before, {}, doing()); !done)
            return done;
    }
    bindings << run; // in this order they stand in the statement
    if (freezing.know.isEmpty())
        bindings << fingerprints;
    else if (const auto known = connection().execute(freezing.know, {fingerprints}, doing()); !known)
        return known;
    if (const auto items = connection().execute(freezing.freeze, bindings, doing()); !items)
        return items;
    return connection().execute(freezing.after, {}, doing());
}

Result<ReplayPreview> SqlReplays::preview(const QByteArray& run, const CancelToken& token) {
    const Result<ReplayRun> known = this->run(run);
    if (!known)
        return known.error();
    return m_session.read(token, [&](Connection& connection) -> Result<ReplayPreview> {
        const Result<const ReplaySql*> sql = this->sql();
        if (!sql)
            return sql.error();
        ReplayPreview preview;
        preview.run = *known;
        Result<QSqlQuery> span = connection.run((*sql)->span(), {utf8(run)}, doing());
        const Result<bool> found = span ? connection.next(*span) : Result<bool>(span.error());
        if (!found)
            return found.error();
        if (*found) {
            preview.oldest = timeAt(*span, 0);
            preview.newest = timeAt(*span, 1);
        }
        if (const auto described = describeEdit(preview); !described)
            return described.error();
        if (const auto looked = findHazards(connection, **sql, preview); !looked)
            return looked.error();
        if ((*sql)->alreadyProcessed().isEmpty())
            return preview;
        const Result<QVariant> processed = connection.value((*sql)->alreadyProcessed(), {utf8(run)});
        if (!processed)
            return processed.error();
        preview.alreadyProcessed = processed->toLongLong();
        return preview;
    });
}

Result<ReplayRun> SqlReplays::run(const QByteArray& id) {
    return m_session.read(m_session.token(), [&](Connection& connection) -> Result<ReplayRun> {
        if (QUuid::fromString(QLatin1String(id)).isNull())
            return noRun(id, connection);
        Result<QSqlQuery> row = connection.run(
            QStringLiteral("SELECT %1 FROM portolan_replay_runs WHERE id = ?").arg(runColumns()), {utf8(id)}, doing());
        const Result<bool> found = row ? connection.next(*row) : Result<bool>(row.error());
        if (!found)
            return found.error();
        return *found ? Result<ReplayRun>(readRun(*row)) : Result<ReplayRun>(noRun(id, connection));
    });
}

Result<std::vector<ReplayItem>> SqlReplays::items(const QByteArray& run, qint64 behind, int limit) {
    return m_session.read(m_session.token(), [&](Connection& connection) -> Result<std::vector<ReplayItem>> {
        Result<QSqlQuery> rows =
            connection.run(QStringLiteral("SELECT position, message_id, state, detail, before_image, updated_at, "
                                          "replaced_by FROM portolan_replay_items WHERE run_id = ? AND position > ? "
                                          "ORDER BY position LIMIT ?"),
                           {utf8(run), behind, limit}, doing());
        if (!rows)
            return rows.error();
        std::vector<ReplayItem> items;
        RowWalk walk(connection, *rows);
        while (walk.next()) {
            items.push_back({rows->value(0).toLongLong(), rows->value(1).toString().toUtf8(),
                             itemStateNamed(rows->value(2).toString().toUtf8()).value_or(ItemState::Failed),
                             textAt(*rows, 3), rows->value(4).toString().toUtf8(),
                             timeAt(*rows, 5).value_or(Timestamp()), textAt(*rows, 6)});
        }
        if (walk.error())
            return *walk.error();
        return items;
    });
}

Result<RunState> SqlReplays::lockRun(const ReplaySql& sql, const QByteArray& run) {
    if (QUuid::fromString(QLatin1String(run)).isNull())
        return noRun(run, connection());
    const Result<QVariant> state = connection().value(sql.lockRun(), {utf8(run)});
    if (!state)
        return state.error();
    const auto known = runStateNamed(state->toString().toUtf8());
    return known ? Result<RunState>(*known) : Result<RunState>(noRun(run, connection()));
}

Result<void> SqlReplays::count(const QByteArray& run, ItemState state, qint64 change) {
    if (change == 0 || state == ItemState::Frozen)
        return {};
    const QString column = QLatin1String(itemStateName(state));
    return connection().execute(QStringLiteral("UPDATE portolan_replay_runs SET %1 = %1 + ? WHERE id = ?").arg(column),
                                {change, utf8(run)}, doing());
}

Result<void> SqlReplays::explain(const QByteArray& run, const QByteArray& reason, const QByteArray& actor) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("A replay needs a reason; it goes into the audit.")};
    return inOne(m_session, [&]() -> Result<void> {
        const Result<const ReplaySql*> sql = this->sql();
        const Result<RunState> state = sql ? lockRun(**sql, run) : Result<RunState>(sql.error());
        if (!state)
            return state.error();
        if (*state != RunState::Frozen)
            return notNow(run, *state, RunState::Frozen);
        const auto said =
            connection().execute(QStringLiteral("UPDATE portolan_replay_runs SET reason = ? WHERE id = ?"),
                                 {utf8(reason), utf8(run)}, doing());
        return said ? note(run, "replay_explained", actor, reason) : said;
    });
}

Result<void> SqlReplays::change(const QByteArray& run, RunState to, const QByteArray& actor,
                                const QByteArray& errorMessage) {
    return inOne(m_session, [&]() -> Result<void> {
        const Result<const ReplaySql*> sql = this->sql();
        if (!sql)
            return sql.error();
        const Result<RunState> from = lockRun(**sql, run);
        if (!from)
            return from.error();
        if (!isAllowed(*from, to))
            return notNow(run, *from, to);
        return enter(**sql, run, to, actor, errorMessage);
    });
}

Result<void> SqlReplays::enter(const ReplaySql& sql, const QByteArray& run, RunState to, const QByteArray& actor,
                               const QByteArray& errorMessage) {
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
    if (to == RunState::Cancelled || to == RunState::Recalled) {
        const QString left = QStringLiteral("UPDATE portolan_replay_items SET state = 'skipped', detail = ? "
                                            "WHERE run_id = ? AND state = 'frozen'");
        Result<QSqlQuery> skipped = connection().run(left, {QLatin1String(runStateName(to)), utf8(run)}, doing());
        if (!skipped)
            return skipped.error();
        if (const auto summed = count(run, ItemState::Skipped, skipped->numRowsAffected()); !summed)
            return summed;
    }
    if (const auto followed = followRun(connection(), run, to, actor, errorMessage); !followed)
        return followed;
    return note(run, actionOf(to), actor, errorMessage);
}

Result<SqlReplays::Positions> SqlReplays::positionsOf(const QString& sql, const QVariantList& bindings) {
    Result<QSqlQuery> rows = connection().run(sql, bindings, doing());
    if (!rows)
        return rows.error();
    Positions positions;
    RowWalk walk(connection(), *rows);
    while (walk.next()) {
        positions.push_back(rows->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    return positions;
}

Result<SqlReplays::Positions> SqlReplays::next(const ReplaySql& sql, const QByteArray& run, bool unsettled,
                                               qint64 behind, int most) {
    return positionsOf(sql.next(unsettled), {utf8(run), behind, most});
}

Result<void> SqlReplays::lockRows(const ReplaySql& sql, const QByteArray& run, const Positions& positions) {
    const QString statement = sql.lockRows();
    if (statement.isEmpty())
        return {};
    return connection().execute(statement, {utf8(run), jsonOf(positions)}, doing());
}

Result<void> SqlReplays::touch(const QString& sql, const QVariantList& bindings, std::size_t rows) {
    return changeExactly(connection(), sql, bindings, rows, doing());
}

Result<SqlReplays::Marked> SqlReplays::mark(const ReplaySql& sql, const QByteArray& run, const Positions& positions) {
    Result<QSqlQuery> rows = connection().run(sql.mark(), {utf8(run), jsonOf(positions), now(), utf8(run)}, doing());
    if (!rows)
        return rows.error();
    Marked marked;
    RowWalk walk(connection(), *rows);
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
    if (!edit)
        return edit.error();
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
    if (!edits)
        return edits.error();
    Result<ReplayEdits::Outcome> outcome = edits->replace(edit, marked.replayed, reason, actor);
    if (!outcome)
        return outcome.error();
    const Result<qint64> failed = fail(sql, run, outcome->refused);
    if (!failed)
        return failed.error();
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
        if (const auto moved = touch(sql.move(), bindings, positions.size()); !moved)
            return moved.error();
        failed += std::ssize(positions);
    }
    const Result<void> counted = count(run, ItemState::Failed, failed);
    return counted ? Result<qint64>(failed) : Result<qint64>(counted.error());
}

Result<ReplayEdits> SqlReplays::edits(const QByteArray& run, ReplayEdits::Goes goes) {
    const Result<ArchiveSql>& archive = m_known->archive;
    return archive ? ReplayEdits(connection(), *archive, run, goes) : Result<ReplayEdits>(archive.error());
}

Result<void> SqlReplays::describeEdit(ReplayPreview& preview) {
    const Result<std::optional<JsonEdit>> edit = ReplayEdits::of(connection(), preview.run.id);
    if (!edit || !*edit)
        return edit ? Result<void>() : Result<void>(edit.error());
    Result<ReplayEdits> edits = this->edits(preview.run.id, goesTo(preview.run.target));
    return edits ? edits->describe(**edit, preview) : Result<void>(edits.error());
}

Result<ReplayStep> SqlReplays::step(const QByteArray& run, int most, const QByteArray& actor) {
    return inOne(m_session, [&]() -> Result<ReplayStep> {
        const Result<const ReplaySql*> sql = this->sql();
        if (!sql)
            return sql.error();
        const Result<RunState> state = lockRun(**sql, run);
        if (!state)
            return state.error();
        if (*state != RunState::Running)
            return Error{
                ErrorCode::Changed,
                QStringLiteral("The replay run %1 is %2.").arg(utf8(run), QLatin1String(runStateName(*state)))};
        const Result<QVariant> target =
            connection().value(QStringLiteral("SELECT target FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
        if (!target)
            return target.error();
        if (target->toByteArray() != toPorts)
            return Error{ErrorCode::Unsupported, QStringLiteral("The replay run %1 sends to %2; nothing of it is put "
                                                                "back.")
                                                     .arg(utf8(run), target->toString())};
        const Result<Positions> positions = next(**sql, run, false, 0, most);
        if (!positions)
            return positions.error();
        ReplayStep step;
        if (!positions->empty()) {
            if (const auto locked = lockRows(**sql, run, *positions); !locked)
                return locked.error();
            Result<Marked> marked = mark(**sql, run, *positions);
            if (!marked)
                return marked.error();
            if (const auto put = record(**sql, run, *marked, actor); !put)
                return put.error();
            step = {std::ssize(marked->replayed), std::ssize(marked->skipped), false, marked->failed};
        }
        if (const auto told = tellProgress(connection(), run, std::ssize(*positions)); !told)
            return told.error();
        step.done = std::ssize(*positions) < most;
        if (step.done) {
            if (const auto ended = enter(**sql, run, RunState::Completed, actor, {}); !ended)
                return ended.error();
        }
        return step;
    });
}

Result<void> SqlReplays::record(const ReplaySql& sql, const QByteArray& run, Marked& marked, const QByteArray& actor) {
    const Result<QVariant> reason =
        connection().value(QStringLiteral("SELECT reason FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
    if (!reason)
        return reason.error();
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

Result<SqlReplays::Positions> SqlReplays::settlePage(const ReplaySql& sql, const QByteArray& run, qint64 behind,
                                                     const SameCause& sameCause) {
    const Result<Positions> page = next(sql, run, true, behind, pageOfItems);
    if (!page || page->empty())
        return page;
    Result<QSqlQuery> rows = connection().run(sql.outcomes(), {utf8(run), jsonOf(*page)}, doing());
    if (!rows)
        return rows.error();
    std::map<std::pair<ItemState, ItemState>, Positions> moves; // from, to
    RowWalk walk(connection(), *rows);
    while (walk.next()) {
        const ItemState was = itemStateNamed(rows->value(1).toString().toUtf8()).value_or(ItemState::Replayed);
        const QString status = rows->value(2).toString();
        ItemState is = ItemState::Pending;
        if (rows->value(2).isNull())
            is = ItemState::Vanished;
        else if (status == QLatin1String("completed"))
            is = ItemState::Completed;
        else if (rows->value(3).toInt() == 1)
            is = sameCause({textAt(*rows, 6), textAt(*rows, 7)}, {textAt(*rows, 4), textAt(*rows, 5)})
                     ? ItemState::FailedSame
                     : ItemState::FailedAnew;
        if (is != was)
            moves[{was, is}].push_back(rows->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    for (const auto& [way, positions] : moves) {
        const QVariantList bindings{QLatin1String(itemStateName(way.second)), orNull({}), now(), utf8(run),
                                    jsonOf(positions)};
        if (const auto moved = touch(sql.move(), bindings, positions.size()); !moved)
            return moved.error();
        if (const auto less = count(run, way.first, -std::ssize(positions)); !less)
            return less.error();
        if (const auto more = count(run, way.second, std::ssize(positions)); !more)
            return more.error();
        if (const auto known = countOutcome(connection(), run, jsonOf(positions), way.second); !known)
            return known.error();
    }
    return page;
}

Result<ItemCounts> SqlReplays::settle(const QByteArray& run, const SameCause& sameCause, const CancelToken& token) {
    const Result<ReplayRun> asked = this->run(run);
    if (!asked || asked->target != toPorts) // what was sent elsewhere is not watched there
        return asked ? Result<ItemCounts>(asked->counts) : Result<ItemCounts>(asked.error());
    qint64 behind = 0;
    while (!token.stop_requested()) {
        const auto page = inOne(m_session, [&]() -> Result<Positions> {
            const Result<const ReplaySql*> sql = this->sql();
            if (!sql)
                return sql.error();
            const Result<RunState> state = lockRun(**sql, run);
            return state ? settlePage(**sql, run, behind, sameCause) : Result<Positions>(state.error());
        });
        if (!page)
            return page.error();
        if (page->empty()) {
            const Result<ReplayRun> known = this->run(run);
            return known ? Result<ItemCounts>(known->counts) : Result<ItemCounts>(known.error());
        }
        behind = page->back();
    }
    return cancelled();
}

} // namespace portolan
