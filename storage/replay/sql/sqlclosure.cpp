#include "storage/deadletters/deathcause.h"
#include "storage/replay/sql/itemoutcomes.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

#include <map>

namespace portolan {

// The part of SqlReplays that finds out what became of the items put back.

using namespace replaywork;

namespace {

/// Reads an item's image; nothing where its row was not changed.
std::optional<QByteArray> imageAt(const QSqlQuery& row, int column) {
    std::optional<QByteArray> image = textAt(row, column);
    return image == "null" ? std::nullopt : std::move(image);
}

} // namespace

Result<std::vector<ReplayItem>> SqlReplays::items(const QByteArray& run, qint64 after, int limit) {
    return m_session.read(m_session.token(), [&](Connection& connection) -> Result<std::vector<ReplayItem>> {
        Result<QSqlQuery> rows =
            connection.run(QStringLiteral("SELECT position, message_id, state, detail, before_image, updated_at, "
                                          "replaced_by FROM portolan_replay_items WHERE run_id = ? AND position > ? "
                                          "ORDER BY position LIMIT ?"),
                           {utf8(run), after, limit}, doing());
        PORTOLAN_TRY(rows);
        std::vector<ReplayItem> items;
        QueryCursor walk(connection, *rows);
        while (walk.next()) {
            items.push_back({rows->value(0).toLongLong(), rows->value(1).toString().toUtf8(),
                             itemStateNamed(rows->value(2).toString().toUtf8()).value_or(ItemState::Failed),
                             textAt(*rows, 3), imageAt(*rows, 4), timeAt(*rows, 5).value_or(Timestamp()),
                             textAt(*rows, 6)});
        }
        if (walk.error())
            return *walk.error();
        const Result<QVariant> target =
            connection.value(QStringLiteral("SELECT target FROM portolan_replay_runs WHERE id = ?"), {utf8(run)});
        PORTOLAN_TRY(target);
        if (target->toByteArray() != toPorts) // what was sent elsewhere is not watched there
            return items;
        const auto looked = lookAtItems(run, items);
        return looked ? Result<std::vector<ReplayItem>>(std::move(items)) : looked.error();
    });
}

/// Gives open items the state that they have by now.
Result<void> SqlReplays::lookAtItems(const QByteArray& run, std::vector<ReplayItem>& items) {
    Positions open;
    for (const ReplayItem& item : items) {
        if (item.state == ItemState::Replayed || item.state == ItemState::Pending)
            open.push_back(item.position);
    }
    if (open.empty())
        return {};
    const Result<const ReplaySql*> sql = this->sql();
    PORTOLAN_TRY(sql);
    const auto outcomes = outcomesOf(connection(), **sql, run, open, portolan::sameCause);
    PORTOLAN_TRY(outcomes);
    std::map<qint64, ItemState> states;
    for (const ItemOutcome& outcome : *outcomes)
        states[outcome.position] = outcome.is;
    for (ReplayItem& item : items) {
        if (const auto found = states.find(item.position); found != states.end())
            item.state = found->second;
    }
    return {};
}

Result<SqlReplays::Positions> SqlReplays::settlePage(const ReplaySql& sql, const QByteArray& run, qint64 after,
                                                     const SameCause& sameCause) {
    const Result<Positions> page = next(sql, run, true, after, pageOfItems);
    if (!page || page->empty())
        return page;
    const auto outcomes = outcomesOf(connection(), sql, run, *page, sameCause);
    PORTOLAN_TRY(outcomes);
    PORTOLAN_TRY(keepOutcomes(connection(), sql, run, *outcomes));
    return page;
}

Result<ItemCounts> SqlReplays::settle(const QByteArray& run, const SameCause& sameCause, const CancelToken& token) {
    const Result<ReplayRun> asked = this->run(run);
    if (!asked || asked->target != toPorts) // what was sent elsewhere is not watched there
        return asked ? Result<ItemCounts>(asked->counts) : Result<ItemCounts>(asked.error());
    qint64 after = 0;
    while (!token.stop_requested()) {
        const auto page = withTransaction(m_session, [&]() -> Result<Positions> {
            const Result<const ReplaySql*> sql = this->sql();
            PORTOLAN_TRY(sql);
            const Result<RunState> state = lockRun(**sql, run);
            return state ? settlePage(**sql, run, after, sameCause) : Result<Positions>(state.error());
        });
        PORTOLAN_TRY(page);
        if (page->empty()) {
            const Result<ReplayRun> known = this->run(run);
            return known ? Result<ItemCounts>(known->counts) : Result<ItemCounts>(known.error());
        }
        after = page->back();
    }
    return cancelled();
}

} // namespace portolan
