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
    if (const auto locked = lockRows(sql, run, page); !locked)
        return locked.error();
    ItemCounts was;
    for (const ItemState state : {ItemState::Replayed, ItemState::Pending}) {
        const Result<QVariant> before =
            connection().value(sql.untouched(), {utf8(run), jsonOf(page), QLatin1String(itemStateName(state))});
        if (!before)
            return before.error();
        was[state] = before->toLongLong();
    }
    Result<Positions> recalled = positionsOf(sql.markRecalled(), {utf8(run), jsonOf(page), now(), utf8(run)});
    if (!recalled)
        return recalled;
    const std::size_t rows = recalled->size();
    const QString items = jsonOf(*recalled);
    const QVariantList entry{utf8(actor), QStringLiteral("recall"), orNull(reason), utf8(run), items};
    if (const auto audited = touch(sql.audit(true), entry, rows); !audited)
        return audited.error();
    const Result<std::optional<JsonEdit>> edit = ReplayEdits::of(connection(), run);
    if (!edit)
        return edit.error();
    Result<void> restored;
    if (!*edit)
        restored = touch(sql.restore(), {utf8(run), items}, rows);
    else if (Result<ReplayEdits> edits = this->edits(run, ReplayEdits::Goes::Back); edits)
        restored = edits->takeBack(*recalled);
    else
        restored = edits.error();
    if (!restored)
        return restored.error();
    for (const ItemState state : {ItemState::Replayed, ItemState::Pending}) {
        if (const auto less = count(run, state, -was[state]); !less)
            return less.error();
    }
    if (const auto more = count(run, ItemState::Recalled, std::ssize(*recalled)); !more)
        return more.error();
    return recalled;
}

Result<qint64> SqlReplays::recall(const QByteArray& run, const QByteArray& actor, const QByteArray& reason,
                                  const CancelToken& token) {
    const Result<ReplayRun> known = this->run(run);
    if (!known)
        return known.error();
    if (known->target != toPorts)
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("Messages that were sent to %1 cannot be taken back. `portolan replay --cancel %2` ends the "
                           "run where it is not done.")
                .arg(utf8(known->target), utf8(run))};
    if (known->state != RunState::Recalled) { // else it goes on where it was broken off
        if (const auto recalled = change(run, RunState::Recalled, actor, {}); !recalled)
            return recalled.error();
    }
    qint64 all = 0;
    qint64 after = 0;
    while (!token.stop_requested()) {
        const auto page = withTransaction(m_session, [&]() -> Result<Positions> {
            const Result<const ReplaySql*> sql = this->sql();
            if (!sql)
                return sql.error();
            const Result<RunState> state = lockRun(**sql, run);
            if (!state)
                return state.error();
            Result<Positions> open = next(**sql, run, true, after, pageOfItems);
            if (!open || open->empty())
                return open;
            const Result<Positions> recalled = recallPage(**sql, run, *open, actor, reason);
            if (!recalled)
                return recalled.error();
            all += std::ssize(*recalled);
            return open;
        });
        if (!page)
            return page.error();
        if (page->empty())
            return all;
        after = page->back();
    }
    return cancelled();
}

} // namespace portolan
