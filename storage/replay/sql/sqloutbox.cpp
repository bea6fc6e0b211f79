#include "storage/replay/sql/sqloutbox.h"

#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace replaywork;

/// Most bytes of payloads in one batch; a larger payload goes alone.
constexpr qint64 bytesInABatch = 4 * 1024 * 1024;

QString jsonOf(std::span<const OutboxReceipt> receipts, const std::vector<qint64>& positions) {
    QByteArray text = "[";
    for (const OutboxReceipt& receipt : receipts) {
        if (!std::ranges::binary_search(positions, receipt.position))
            continue;
        text += (text.size() > 1 ? ",[" : "[") + QByteArray::number(receipt.position) + ',';
        appendJsonString(text, receipt.entry);
        text += ']';
    }
    return QString::fromUtf8(text + ']');
}

std::vector<qint64> positionsOf(std::span<const OutboxReceipt> receipts) {
    std::vector<qint64> positions;
    positions.reserve(receipts.size());
    for (const OutboxReceipt& receipt : receipts)
        positions.push_back(receipt.position);
    return positions;
}

} // namespace

Connection& SqlOutbox::connection() {
    return m_replays.connection();
}

/// Runs `work` in one transaction that holds the run's row.
template <class Work>
auto SqlOutbox::locked(const QByteArray& run, Work work) -> std::invoke_result_t<Work, const OutboxSql&, RunState> {
    return withTransaction(m_replays.m_session, [&]() -> std::invoke_result_t<Work, const OutboxSql&, RunState> {
        const Result<const ReplaySql*> known = m_replays.sql();
        PORTOLAN_TRY(known);
        const OutboxSql sql(**known);
        const Result<RunState> state = m_replays.lockRun(sql, run);
        return state ? work(sql, *state) : std::invoke_result_t<Work, const OutboxSql&, RunState>(state.error());
    });
}

Result<OutboxBatch> SqlOutbox::claim(const QByteArray& run, int most, const OutboxLink& by, const QByteArray& actor) {
    return locked(run, [&](const OutboxSql& sql, RunState state) -> Result<OutboxBatch> {
        if (state != RunState::Running)
            return Error{ErrorCode::Changed,
                         QStringLiteral("The replay run %1 is %2.").arg(utf8(run), QLatin1String(runStateName(state)))};
        OutboxBatch batch;
        Result<Positions> queued = firstQueued(sql, run, most);
        PORTOLAN_TRY(queued);
        if (queued->empty()) {
            const Result<Positions> frozen = m_replays.next(sql, run, false, 0, most);
            PORTOLAN_TRY(frozen);
            batch.done = frozen->empty();
            if (batch.done)
                return batch;
            const Result<qint64> skipped = claimFrozen(sql, run, *frozen, actor);
            PORTOLAN_TRY(skipped);
            batch.skipped = *skipped;
            queued = firstQueued(sql, run, most);
            PORTOLAN_TRY(queued);
        }
        PORTOLAN_TRY(set(sql, run, QStringLiteral("attempts = attempts + 1, epoch = ?"), {by.epoch}, *queued));
        Result<std::vector<OutboxMessage>> messages = letters(sql, run, *queued);
        PORTOLAN_TRY(messages);
        batch.messages = std::move(*messages);
        return batch;
    });
}

/// Takes frozen items into the outbox; returns how many were skipped, because their rows are not as they were frozen.
Result<qint64> SqlOutbox::claimFrozen(const OutboxSql& sql, const QByteArray& run, const Positions& positions,
                                      const QByteArray& actor) {
    PORTOLAN_TRY(m_replays.lockRows(sql, run, positions));
    Result<QSqlQuery> rows =
        connection().run(sql.mark("queued"), {utf8(run), jsonOf(positions), now(), utf8(run)}, doing());
    PORTOLAN_TRY(rows);
    Positions taken;
    QueryCursor walk(connection(), *rows);
    while (walk.next()) {
        if (rows->value(1).toString() == QLatin1String(itemStateName(ItemState::Queued)))
            taken.push_back(rows->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    rows->finish();
    const qint64 skipped = std::ssize(positions) - std::ssize(taken);
    PORTOLAN_TRY(putInto(sql, run, taken));
    const QVariantList items{utf8(run), jsonOf(taken)};
    for (const QString& statement : {sql.reset("processing"), sql.noteAfter()}) {
        PORTOLAN_TRY(m_replays.touch(statement, items, taken.size()));
    }
    PORTOLAN_TRY(audit(sql, run, "replay_claimed", actor, taken));
    PORTOLAN_TRY(m_replays.count(run, ItemState::Queued, std::ssize(taken)));
    const auto counted = m_replays.count(run, ItemState::Skipped, skipped);
    return counted ? Result<qint64>(skipped) : Result<qint64>(counted.error());
}

/// Puts the payloads of items into the outbox. Those to which the run's edit does not apply fail, and leave `taken`.
Result<void> SqlOutbox::putInto(const OutboxSql& sql, const QByteArray& run, Positions& taken) {
    const Result<std::optional<JsonEdit>> edit = ReplayEdits::of(connection(), run);
    PORTOLAN_TRY(edit);
    if (!*edit)
        return m_replays.touch(sql.insert(), {utf8(run), jsonOf(taken)}, taken.size());
    Result<ReplayEdits> edits = m_replays.edits(run, ReplayEdits::Goes::Out);
    PORTOLAN_TRY(edits);
    Result<ReplayEdits::Outcome> outcome = edits->sendOut(sql.insertEdited(), **edit, taken);
    PORTOLAN_TRY(outcome);
    taken = std::move(outcome->edited);
    const Result<qint64> failed = m_replays.fail(sql, run, outcome->refused);
    return failed ? Result<void>() : Result<void>(failed.error());
}

/// Returns the first queued items, as many as go at once.
Result<SqlOutbox::Positions> SqlOutbox::firstQueued(const OutboxSql& sql, const QByteArray& run, int most) {
    Result<QSqlQuery> rows = connection().run(sql.queued(), {utf8(run), utf8(run), 0, most}, doing());
    PORTOLAN_TRY(rows);
    Positions positions;
    qint64 bytes = 0;
    QueryCursor walk(connection(), *rows);
    while (walk.next()) {
        bytes += rows->value(2).toLongLong();
        if (bytes > bytesInABatch && !positions.empty())
            return positions;
        positions.push_back(rows->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    return positions;
}

Result<std::vector<OutboxMessage>> SqlOutbox::letters(const OutboxSql& sql, const QByteArray& run,
                                                      const Positions& positions) {
    Result<QSqlQuery> rows = connection().run(sql.letters(), {utf8(run), jsonOf(positions)}, doing());
    PORTOLAN_TRY(rows);
    std::vector<OutboxMessage> messages;
    messages.reserve(positions.size());
    QueryCursor walk(connection(), *rows);
    while (walk.next()) {
        messages.push_back({rows->value(0).toLongLong(), bytesAt(*rows, 1), bytesAt(*rows, 2), bytesAt(*rows, 3),
                            bytesAt(*rows, 4), bytesAt(*rows, 5), textAt(*rows, 6), textAt(*rows, 7),
                            rows->value(8).toByteArray()});
    }
    if (walk.error())
        return *walk.error();
    return messages;
}

Result<void> SqlOutbox::mark(const QByteArray& run, std::span<const OutboxReceipt> receipts, const OutboxLink& by,
                             const QByteArray& actor) {
    return locked(run, [&](const OutboxSql& sql, RunState) -> Result<void> {
        // Another program may have sent, and marked, the same ones.
        const Result<Positions> open = stillIn(sql, run, ItemState::Queued, positionsOf(receipts));
        PORTOLAN_TRY(open);
        if (open->empty())
            return {};
        const Result<Rows> rows = rowsOf(sql, run, *open);
        PORTOLAN_TRY(rows);
        if (const auto completed = completeRows(sql, run, rows->processing); !completed)
            return completed;
        Positions usual = rows->processing;
        usual.insert(usual.end(), rows->completed.begin(), rows->completed.end());
        if (const auto moved = move(sql, run, ItemState::Replayed, "", usual); !moved)
            return moved;
        if (const auto moved =
                move(sql, run, ItemState::Replayed, "sent; its row was changed meanwhile", rows->changed);
            !moved)
            return moved;
        if (const auto moved =
                move(sql, run, ItemState::Replayed, "sent; its row was deleted meanwhile", rows->deleted);
            !moved)
            return moved;
        const QVariantList values{jsonOf(receipts, *open), utf8(run), now(), utf8(by.serverRun), utf8(run)};
        if (const auto noted = m_replays.touch(sql.noteReceipts(), values, open->size()); !noted)
            return noted;
        if (const auto audited = audit(sql, run, "replay_sent", actor, *open); !audited)
            return audited;
        return shift(run, ItemState::Queued, ItemState::Replayed, *open);
    });
}

Result<void> SqlOutbox::completeRows(const OutboxSql& sql, const QByteArray& run, const Positions& positions) {
    QVariantList values{utf8(run), jsonOf(positions)};
    const QVariantList items = values;
    if (sql.completionHasTime())
        values.prepend(now());
    if (const auto completed = m_replays.touch(sql.completeRows(), values, positions.size()); !completed)
        return completed;
    return m_replays.touch(sql.noteAfter(), items, positions.size());
}

Result<std::vector<OutboxNote>> SqlOutbox::notes(const QString& sql, const QByteArray& run, qint64 after, int limit,
                                                 const OutboxLink* link) {
    Result<QSqlQuery> rows = connection().run(sql, {utf8(run), utf8(run), after, limit}, doing());
    PORTOLAN_TRY(rows);
    std::vector<OutboxNote> notes;
    QueryCursor walk(connection(), *rows);
    while (walk.next()) {
        const bool elsewhere =
            link && (bytesAt(*rows, 2) != link->serverRun || rows->value(3).toLongLong() < link->notedSince);
        notes.push_back({rows->value(0).toLongLong(), bytesAt(*rows, 1), elsewhere});
    }
    if (walk.error())
        return *walk.error();
    return notes;
}

Result<std::vector<OutboxNote>> SqlOutbox::queued(const QByteArray& run, qint64 after, int limit) {
    return locked(run, [&](const OutboxSql& sql, RunState) { return notes(sql.queued(), run, after, limit, nullptr); });
}

Result<std::vector<OutboxNote>> SqlOutbox::sent(const QByteArray& run, const OutboxLink& link, qint64 after,
                                                int limit) {
    return locked(run, [&](const OutboxSql& sql, RunState) { return notes(sql.sent(), run, after, limit, &link); });
}

Result<void> SqlOutbox::keep(const QByteArray& run, const Positions& positions, const OutboxLink& link) {
    return locked(run, [&](const OutboxSql& sql, RunState) -> Result<void> {
        const Result<Positions> open = stillIn(sql, run, ItemState::Replayed, positions);
        return open ? set(sql, run, QStringLiteral("server_run = ?"), {utf8(link.serverRun)}, *open)
                    : Result<void>(open.error());
    });
}

Result<void> SqlOutbox::requeue(const QByteArray& run, const Positions& positions, const QByteArray& actor) {
    return locked(run, [&](const OutboxSql& sql, RunState) -> Result<void> {
        const Result<Positions> open = stillIn(sql, run, ItemState::Replayed, positions);
        PORTOLAN_TRY(open);
        if (const auto moved = move(sql, run, ItemState::Queued, "forgotten by the server", *open); !moved)
            return moved;
        if (const auto queued = set(sql, run, QStringLiteral("state = 'queued'"), {}, *open); !queued)
            return queued;
        if (const auto audited = audit(sql, run, "replay_forgotten", actor, *open); !audited)
            return audited;
        return shift(run, ItemState::Replayed, ItemState::Queued, *open);
    });
}

Result<qint64> SqlOutbox::confirm(const QByteArray& run, const OutboxLink& by) {
    return locked(run, [&](const OutboxSql& sql, RunState) -> Result<qint64> {
        const Result<Positions> page =
            m_replays.positionsOf(sql.sentHere(), {utf8(run), utf8(run), 0, pageOfItems, utf8(by.serverRun), by.epoch});
        PORTOLAN_TRY(page);
        if (page->empty())
            return qint64{0};
        const QString confirmed = QStringLiteral("state = 'confirmed', confirmed_at = %1").arg(sql.time());
        PORTOLAN_TRY(set(sql, run, confirmed, {now()}, *page));
        const QVariantList items{QLatin1String(itemStateName(ItemState::Completed)), now(), utf8(run), jsonOf(*page)};
        PORTOLAN_TRY(m_replays.touch(sql.moveOnly(), items, page->size()));
        const auto shifted = shift(run, ItemState::Replayed, ItemState::Completed, *page);
        return shifted ? Result<qint64>(std::ssize(*page)) : Result<qint64>(shifted.error());
    });
}

Result<void> SqlOutbox::giveBack(const QByteArray& run, const Positions& positions, const QByteArray& actor) {
    return locked(run, [&](const OutboxSql& sql, RunState) -> Result<void> {
        const Result<Positions> open = stillIn(sql, run, ItemState::Queued, positions);
        PORTOLAN_TRY(open);
        if (const auto locked = m_replays.lockRows(sql, run, *open); !locked)
            return locked;
        const Result<Rows> rows = rowsOf(sql, run, *open);
        PORTOLAN_TRY(rows);
        Positions ours = rows->processing;
        ours.insert(ours.end(), rows->completed.begin(), rows->completed.end());
        if (const auto restored = restoreRows(sql, run, ours, actor); !restored)
            return restored;
        if (const auto moved = move(sql, run, ItemState::Skipped, "cancelled", ours); !moved)
            return moved;
        if (const auto moved =
                move(sql, run, ItemState::Skipped, "cancelled; its row was changed meanwhile", rows->changed);
            !moved)
            return moved;
        if (const auto moved =
                move(sql, run, ItemState::Skipped, "cancelled; its row was deleted meanwhile", rows->deleted);
            !moved)
            return moved;
        if (const auto cancelled = set(sql, run, QStringLiteral("state = 'cancelled'"), {}, *open); !cancelled)
            return cancelled;
        return shift(run, ItemState::Queued, ItemState::Skipped, *open);
    });
}

Result<void> SqlOutbox::restoreRows(const OutboxSql& sql, const QByteArray& run, const Positions& positions,
                                    const QByteArray& actor) {
    const Result<QVariant> reason = reasonOf(run);
    PORTOLAN_TRY(reason);
    const QString items = jsonOf(positions);
    const QVariantList entry{utf8(actor), QStringLiteral("replay_returned"), *reason, utf8(run), items};
    if (const auto audited = m_replays.touch(sql.audit(true), entry, positions.size()); !audited)
        return audited;
    return m_replays.touch(sql.restore(), {utf8(run), items}, positions.size());
}

Result<bool> SqlOutbox::complete(const QByteArray& run, const QByteArray& actor) {
    return locked(run, [&](const OutboxSql& sql, RunState state) -> Result<bool> {
        if (state != RunState::Running)
            return state == RunState::Completed;
        const Result<QVariant> open = connection().value(sql.open(), {utf8(run)});
        PORTOLAN_TRY(open);
        if (open->toLongLong() > 0)
            return false;
        const auto entered = m_replays.enter(sql, run, RunState::Completed, actor, {});
        return entered ? Result<bool>(true) : Result<bool>(entered.error());
    });
}

Result<SqlOutbox::Positions> SqlOutbox::stillIn(const OutboxSql& sql, const QByteArray& run, ItemState state,
                                                const Positions& positions) {
    return m_replays.positionsOf(sql.stillIn(), {utf8(run), jsonOf(positions), QLatin1String(itemStateName(state))});
}

Result<SqlOutbox::Rows> SqlOutbox::rowsOf(const OutboxSql& sql, const QByteArray& run, const Positions& positions) {
    PORTOLAN_TRY(m_replays.lockRows(sql, run, positions));
    Result<QSqlQuery> found = connection().run(sql.rows(), {utf8(run), jsonOf(positions)}, doing());
    PORTOLAN_TRY(found);
    Rows rows;
    QueryCursor walk(connection(), *found);
    while (walk.next()) {
        const QString is = found->value(1).toString();
        Positions& kind = is == QLatin1String("processing")  ? rows.processing
                          : is == QLatin1String("completed") ? rows.completed
                          : is == QLatin1String("deleted")   ? rows.deleted
                                                             : rows.changed;
        kind.push_back(found->value(0).toLongLong());
    }
    if (walk.error())
        return *walk.error();
    return rows;
}

Result<void> SqlOutbox::move(const OutboxSql& sql, const QByteArray& run, ItemState to, const char* detail,
                             const Positions& positions) {
    if (positions.empty())
        return {};
    return m_replays.touch(sql.move(),
                           {QLatin1String(itemStateName(to)), orNull(detail), now(), utf8(run), jsonOf(positions)},
                           positions.size());
}

Result<void> SqlOutbox::set(const OutboxSql& sql, const QByteArray& run, const QString& assignments,
                            QVariantList values, const Positions& positions) {
    values << utf8(run) << utf8(run) << jsonOf(positions);
    return m_replays.touch(sql.set(assignments), values, positions.size());
}

Result<QVariant> SqlOutbox::reasonOf(const QByteArray& run) {
    return connection().value(QStringLiteral("SELECT reason FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
}

Result<void> SqlOutbox::audit(const OutboxSql& sql, const QByteArray& run, const char* action, const QByteArray& actor,
                              const Positions& positions) {
    const Result<QVariant> reason = reasonOf(run);
    PORTOLAN_TRY(reason);
    const QVariantList entry{utf8(actor), QLatin1String(action), *reason, utf8(run), jsonOf(positions)};
    return m_replays.touch(sql.auditItems(), entry, positions.size());
}

Result<void> SqlOutbox::shift(const QByteArray& run, ItemState from, ItemState to, const Positions& positions) {
    if (const auto less = m_replays.count(run, from, -std::ssize(positions)); !less)
        return less;
    return m_replays.count(run, to, std::ssize(positions));
}

} // namespace portolan
