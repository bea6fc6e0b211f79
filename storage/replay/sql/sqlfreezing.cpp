#include "storage/deadletters/groupscan.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/ports/sql/rememberedgroups.h"
#include "storage/replay/sql/itemoutcomes.h"
#include "storage/replay/sql/replayhazards.h"
#include "storage/replay/sql/replayrowmapper.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

#include <chrono>

namespace portolan {

// The part of SqlReplays that looks at dead letters, freezes those seen, and removes runs that nobody will carry out.

using namespace replaywork;

namespace {

constexpr int itemsAtOnce = 1000;
constexpr std::chrono::days promised{7}; ///< how long a run that was frozen for later may be carried out
constexpr int runsAtOnce = 50;

Error noReasonGiven() {
    return {ErrorCode::Usage, QStringLiteral("A replay needs a reason; it goes into the audit.")};
}

Result<QByteArray> targetOf(const ReplayOrder& order) {
    return order.to ? outboxTarget(*order.to) : Result<QByteArray>(toPorts);
}

ReplayEdits::Goes goesTo(const QByteArray& target) {
    return target == toPorts ? ReplayEdits::Goes::Back : ReplayEdits::Goes::Out;
}

std::vector<QByteArray> idsIn(const std::vector<SeenLetters::Letter>& letters) {
    std::vector<QByteArray> ids;
    for (const SeenLetters::Letter& letter : letters)
        ids.push_back(letter.id);
    return ids;
}

/// Selects runs that were never begun and that nobody will begin: cancelled ones, and those that were kept long enough.
QString abandonedRuns(const ReplaySql& sql) {
    return QStringLiteral("SELECT CAST(id AS text), state FROM portolan_replay_runs WHERE started_at IS NULL AND "
                          "(state IN ('cancelled', 'recalled') OR (state = 'frozen' AND created_at < %1)) LIMIT ?")
        .arg(sql.time());
}

/// Selects runs that wait and whose first item has an image, which older versions kept when they froze. Images are
/// dropped from the last item to the first.
QString runsWithImages(const ReplaySql& sql) {
    return QStringLiteral("SELECT CAST(r.id AS text) FROM portolan_replay_runs AS r JOIN portolan_replay_items AS i ON "
                          "i.run_id = r.id AND i.position = 1 WHERE r.state = 'frozen' AND r.started_at IS NULL AND "
                          "%1 <> 'null' LIMIT ?")
        .arg(sql.isServer() ? QStringLiteral("CAST(i.before_image AS text)") : QStringLiteral("i.before_image"));
}

} // namespace

/// Has the groups remembered before some of their letters go: a group keeps its name and its history.
Result<void> SqlReplays::rememberGroups(const CancelToken& token) {
    if (!m_groups)
        return {};
    if (const Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    PORTOLAN_TRY(this->sql());
    const Result<qint64> remembered = m_groups->remember(token);
    return remembered ? Result<void>() : Result<void>(remembered.error());
}

Result<SqlReplays::Condition> SqlReplays::conditionOf(const ReplaySql& sql, const ReplayOrder& order) {
    const Result<PortLayout> layout = readPortLayout(connection());
    PORTOLAN_TRY(layout);
    const SqlListing& letters = layout->deadLetters;
    const SqlCondition filter =
        compileFilter(measuredAt(order.filter, currentTime()), *letters.schema, letters.sql, connection().dialect());
    // As the listing of dead letters says it, which is how an index has them.
    Condition condition{letters.condition + QStringLiteral(" AND ") + filter.condition, filter.bindings};
    if (!order.ids.empty()) {
        condition.text += QStringLiteral(" AND ") + sql.isOneOf();
        condition.bindings << jsonOf(order.ids);
    }
    return condition;
}

Result<ReplayPreview> SqlReplays::look(const ReplayOrder& order, const CancelToken& token) {
    const Result<QByteArray> target = targetOf(order);
    PORTOLAN_TRY(target);
    return m_session.read(token, [&](Connection& connection) -> Result<ReplayPreview> {
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
        PORTOLAN_TRY(snapshot);
        const Result<const ReplaySql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<Condition> condition = conditionOf(**sql, order);
        PORTOLAN_TRY(condition);
        ReplayPreview preview;
        preview.order = order;
        preview.run.filter = order.words;
        preview.run.reason = order.reason;
        preview.run.actor = order.actor;
        preview.run.target = *target;
        const auto looked = lookAt(**sql, *condition, preview);
        return looked ? Result<ReplayPreview>(std::move(preview)) : Result<ReplayPreview>(looked.error());
    });
}

Result<void> SqlReplays::lookAt(const ReplaySql& sql, const Condition& condition, ReplayPreview& preview) {
    Result<std::shared_ptr<SeenLetters>> seen = SeenLetters::make();
    PORTOLAN_TRY(seen);
    {
        Result<QSqlQuery> rows = connection().run(sql.seen(condition.text), condition.bindings, doing());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection(), *rows);
        while (walk.next()) {
            if (const auto added = (*seen)->add({bytesAt(*rows, 0), rows->value(1).toByteArray()}); !added)
                return added;
            const std::optional<Timestamp> at = timeAt(*rows, 2);
            if (at) {
                preview.oldest = std::min(preview.oldest.value_or(*at), *at);
                preview.newest = std::max(preview.newest.value_or(*at), *at);
            }
        }
        if (walk.error())
            return *walk.error();
    }
    if (const auto finished = (*seen)->finish(); !finished)
        return finished;
    preview.run.frozen = (*seen)->count();
    preview.run.counts[ItemState::Frozen] = preview.run.frozen;
    preview.seen = std::move(*seen);
    if (const auto described = describeEdit(sql, preview); !described)
        return described;
    if (const auto found = findHazards(connection(), sql, {condition.text, condition.bindings}, preview); !found)
        return found;
    const QString processed = sql.alreadyProcessed(condition.text);
    if (processed.isEmpty())
        return {};
    const Result<QVariant> count = connection().value(processed, condition.bindings);
    PORTOLAN_TRY(count);
    preview.alreadyProcessed = count->toLongLong();
    return {};
}

Result<void> SqlReplays::describeEdit(const ReplaySql& sql, ReplayPreview& preview) {
    if (!preview.order.edit)
        return {};
    const Result<ReplayEdits> edits = this->edits({}, goesTo(preview.run.target));
    PORTOLAN_TRY(edits);
    const Result<JsonEdit> edit = edits->accepted(*preview.order.edit, preview.run.frozen);
    return edit ? edits->describe(sql, *edit, preview) : Result<void>(edit.error());
}

Result<void> SqlReplays::freeze(const ReplayOrder& order, const SeenLetters& seen, const QByteArray& run, Begins begins,
                                const CancelToken& token) {
    if (order.reason.trimmed().isEmpty())
        return noReasonGiven();
    const Result<QByteArray> target = targetOf(order);
    PORTOLAN_TRY(target);
    if (const Result<void> tidied = tidyOnce(token); !tidied)
        return tidied;
    PORTOLAN_TRY(rememberGroups(token));
    return withTransaction(m_session, [&]() -> Result<void> {
        const Connection::Watch watch(connection(), token);
        const Result<const ReplaySql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<QVariant> known =
            connection().value(QStringLiteral("SELECT count(*) FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
        PORTOLAN_TRY(known);
        if (known->toLongLong() > 0) // a commit whose answer was lost
            return {};
        const QVariantList values{utf8(run),         utf8(order.words), utf8(order.reason),
                                  utf8(order.actor), utf8(*target),     seen.count()};
        if (const auto begun = connection().execute((*sql)->insertRun(), values, doing()); !begun)
            return begun;
        if (const auto items = freezeItems(**sql, seen, run); !items)
            return items;
        if (order.edit) {
            Result<ReplayEdits> edits = this->edits(run, goesTo(*target));
            PORTOLAN_TRY(edits);
            if (const auto kept = edits->keep(*order.edit, seen.count()); !kept)
                return kept;
        }
        if (const auto noted = note(run, actionOf(RunState::Frozen), order.actor, order.reason); !noted)
            return noted;
        return begins == Begins::Now ? enter(**sql, run, RunState::Running, order.actor, {}) : Result<void>();
    });
}

Result<void> SqlReplays::freezeItems(const ReplaySql& sql, const SeenLetters& seen, const QByteArray& run) {
    const Result<PortLayout> layout = readPortLayout(connection());
    PORTOLAN_TRY(layout);
    qint64 place = 0;
    qint64 position = 0;
    while (true) {
        const auto letters = seen.read(place, itemsAtOnce);
        PORTOLAN_TRY(letters);
        if (letters->empty())
            return {};
        const QString ids = jsonOf(idsIn(*letters));
        const auto fingerprints = fingerprintsOf(connection(), *layout, sql.isOneOf(), {ids}, m_groups);
        PORTOLAN_TRY(fingerprints);
        PORTOLAN_TRY(settleEarlier(connection(), sql, ids));
        QByteArray items = "[";
        for (const SeenLetters::Letter& letter : *letters) {
            items += (items.size() > 1 ? ",[" : "[") + QByteArray::number(++position) + ',';
            appendJsonString(items, letter.id);
            const auto fingerprint = fingerprints->find(letter.id);
            items += ",\"" + letter.hash.toHex() + "\","
                     + (fingerprint == fingerprints->end() ? "null" : '"' + fingerprint->second + '"') + ']';
        }
        if (const auto inserted = executeExpecting(connection(), sql.insertItems(), {utf8(run), utf8(items + ']')},
                                                   letters->size(), doing());
            !inserted)
            return inserted;
    }
}

Result<SqlReplays::Leftovers> SqlReplays::leftovers(const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<Leftovers> {
        const Result<const ReplaySql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        Leftovers found;
        const QString before = QString::fromLatin1(toIsoTime(currentTime() - promised));
        Result<QSqlQuery> runs = connection.run(abandonedRuns(**sql), {before, runsAtOnce}, doing());
        PORTOLAN_TRY(runs);
        QueryCursor walk(connection, *runs);
        while (walk.next()) {
            found.abandoned.emplace_back(bytesAt(*runs, 0),
                                         runStateNamed(bytesAt(*runs, 1)).value_or(RunState::Cancelled));
        }
        if (walk.error())
            return *walk.error();
        Result<QSqlQuery> images = connection.run(runsWithImages(**sql), {runsAtOnce}, doing());
        PORTOLAN_TRY(images);
        QueryCursor imageWalk(connection, *images);
        while (imageWalk.next()) {
            found.withImages.push_back(bytesAt(*images, 0));
        }
        if (imageWalk.error())
            return *imageWalk.error();
        return found;
    });
}

Result<void> SqlReplays::tidyOnce(const CancelToken& token) {
    if (m_tidied)
        return {};
    constexpr std::chrono::minutes asLongAsItTakes{10};
    const Result<void> tidied = tidy(asLongAsItTakes, token);
    m_tidied = tidied.ok();
    return tidied;
}

Result<void> SqlReplays::tidy(std::chrono::milliseconds most, const CancelToken& token) {
    const Result<Leftovers> found = leftovers(token);
    PORTOLAN_TRY(found);
    const auto until = std::chrono::steady_clock::now() + most;
    const auto whole = [&](const QByteArray& run, Result<bool> (SqlReplays::*some)(const QByteArray&)) -> Result<void> {
        while (std::chrono::steady_clock::now() < until) {
            if (token.stop_requested())
                return cancelled();
            const Result<bool> done = (this->*some)(run);
            if (!done || *done)
                return done ? Result<void>() : Result<void>(done.error());
        }
        return {};
    };
    for (const auto& [run, state] : found->abandoned) {
        if (state == RunState::Frozen) {
            const auto ended = withTransaction(m_session, [&, id = run]() -> Result<void> {
                const Result<const ReplaySql*> sql = this->sql();
                const Result<RunState> is = sql ? lockRun(**sql, id) : Result<RunState>(sql.error());
                if (!is || *is != RunState::Frozen)
                    return is || is.error().code == ErrorCode::NotFound ? Result<void>() : Result<void>(is.error());
                return enter(**sql, id, RunState::Cancelled, "portolan", "not carried out within seven days");
            });
            if (!ended)
                return ended;
        }
        if (const auto removed = whole(run, &SqlReplays::removeSome); !removed)
            return removed;
    }
    for (const QByteArray& run : found->withImages) {
        if (const auto dropped = whole(run, &SqlReplays::dropSomeImages); !dropped)
            return dropped;
    }
    return {};
}

Result<bool> SqlReplays::removeSome(const QByteArray& run) {
    return withTransaction(m_session, [&]() -> Result<bool> {
        const Result<const ReplaySql*> sql = this->sql();
        PORTOLAN_TRY(sql);
        const Result<RunState> state = lockRun(**sql, run);
        if (!state)
            return state.error().code == ErrorCode::NotFound ? Result<bool>(true) : Result<bool>(state.error());
        const Result<QVariant> begun =
            connection().value(QStringLiteral("SELECT started_at FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
        PORTOLAN_TRY(begun);
        if (!begun->isNull() || (*state != RunState::Cancelled && *state != RunState::Recalled))
            return true;
        Result<QSqlQuery> removed = connection().run(
            QStringLiteral("DELETE FROM portolan_replay_items WHERE run_id = %1 AND position IN (SELECT position "
                           "FROM portolan_replay_items WHERE run_id = %1 ORDER BY position LIMIT ?)")
                .arg((*sql)->run()),
            {utf8(run), utf8(run), itemsAtOnce}, doing());
        PORTOLAN_TRY(removed);
        if (removed->numRowsAffected() > 0)
            return false;
        removed->finish();
        const auto gone =
            connection().execute(QStringLiteral("DELETE FROM portolan_replay_runs WHERE id = ?"), {utf8(run)}, doing());
        return gone ? Result<bool>(true) : Result<bool>(gone.error());
    });
}

Result<bool> SqlReplays::dropSomeImages(const QByteArray& run) {
    return withTransaction(m_session, [&]() -> Result<bool> {
        const Result<const ReplaySql*> sql = this->sql();
        const Result<RunState> state = sql ? lockRun(**sql, run) : Result<RunState>(sql.error());
        if (!state)
            return state.error().code == ErrorCode::NotFound ? Result<bool>(true) : Result<bool>(state.error());
        if (*state != RunState::Frozen)
            return true;
        const QString kept = (*sql)->isServer() ? QStringLiteral("CAST(before_image AS text) <> 'null'")
                                                : QStringLiteral("before_image <> 'null'");
        Result<QSqlQuery> dropped = connection().run(
            QStringLiteral("UPDATE portolan_replay_items SET before_image = 'null' WHERE run_id = %1 AND position IN "
                           "(SELECT position FROM portolan_replay_items WHERE run_id = %1 AND %2 "
                           "ORDER BY position DESC LIMIT ?)")
                .arg((*sql)->run(), kept),
            {utf8(run), utf8(run), itemsAtOnce}, doing());
        return dropped ? Result<bool>(dropped->numRowsAffected() == 0) : Result<bool>(dropped.error());
    });
}

} // namespace portolan
