#include "storage/replay/sql/replayedits.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/withtransaction.h"

namespace portolan {

// The part of SqlReplays that takes back items that were put back.

using namespace replaywork;

Result<SqlReplays::Positions> SqlReplays::recallPage(const ReplaySql& sql, const QByteArray& run, const Positions& page,
                                                     const QByteArray& actor, const QByteArray& reason) {
    PORTOLAN_TRY(lockRows(sql, run, page));
    ItemCounts was;
    for (const ItemState state : {ItemState::Replayed, ItemState::Pending}) {
        const Result<QVariant> before =
            connection().value(sql.untouched(), {utf8(run), jsonOf(page), QLatin1String(itemStateName(state))});
        PORTOLAN_TRY(before);
        was[state] = before->toLongLong();
    }
    Result<Positions> recalled = positionsOf(sql.markRecalled(), {utf8(run), jsonOf(page), now(), utf8(run)});
    if (!recalled)
        return recalled;
    const std::size_t rows = recalled->size();
    const QString items = jsonOf(*recalled);
    const QVariantList entry{utf8(actor), QStringLiteral("recall"), orNull(reason), utf8(run), items};
    PORTOLAN_TRY(touch(sql.audit(true), entry, rows));
    const Result<std::optional<JsonEdit>> edit = ReplayEdits::of(connection(), run);
    PORTOLAN_TRY(edit);
    Result<void> restored;
    if (!*edit)
        restored = touch(sql.restore(), {utf8(run), items}, rows);
    else if (Result<ReplayEdits> edits = this->edits(run, ReplayEdits::Goes::Back); edits)
        restored = edits->takeBack(*recalled);
    else
        restored = edits.error();
    PORTOLAN_TRY(restored);
    for (const ItemState state : {ItemState::Replayed, ItemState::Pending}) {
        PORTOLAN_TRY(count(run, state, -was[state]));
    }
    PORTOLAN_TRY(count(run, ItemState::Recalled, std::ssize(*recalled)));
    return recalled;
}

Result<qint64> SqlReplays::recall(const QByteArray& run, const QByteArray& actor, const QByteArray& reason,
                                  const CancelToken& token) {
    const Result<ReplayRun> known = this->run(run);
    PORTOLAN_TRY(known);
    if (known->target != toPorts)
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("Messages that were sent to %1 cannot be taken back. `portolan replay --cancel %2` ends the "
                           "run where it is not done.")
                .arg(utf8(known->target), utf8(run))};
    if (known->state != RunState::Recalled) { // else it goes on where it was broken off
        PORTOLAN_TRY(change(run, RunState::Recalled, actor, {}));
    }
    qint64 all = 0;
    qint64 after = 0;
    while (!token.stop_requested()) {
        const auto page = withTransaction(m_session, [&]() -> Result<Positions> {
            const Result<const ReplaySql*> sql = this->sql();
            PORTOLAN_TRY(sql);
            const Result<RunState> state = lockRun(**sql, run);
            PORTOLAN_TRY(state);
            Result<Positions> open = next(**sql, run, true, after, pageOfItems);
            if (!open || open->empty())
                return open;
            const Result<Positions> recalled = recallPage(**sql, run, *open, actor, reason);
            PORTOLAN_TRY(recalled);
            all += std::ssize(*recalled);
            return open;
        });
        PORTOLAN_TRY(page);
        if (page->empty())
            return all;
        after = page->back();
    }
    return cancelled();
}

} // namespace portolan
