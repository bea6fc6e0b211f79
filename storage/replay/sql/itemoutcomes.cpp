#include "storage/replay/sql/itemoutcomes.h"

#include "storage/deadletters/deathcause.h"
#include "storage/ports/sql/rememberedgroups.h"
#include "storage/replay/sql/replaywork.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/rowreader.h"

#include <map>

namespace portolan {

using namespace replaywork;

Result<std::vector<ItemOutcome>> outcomesOf(Connection& connection, const ReplaySql& sql, const QByteArray& run,
                                            const std::vector<qint64>& positions, const Replays::SameCause& sameCause) {
    Result<QSqlQuery> rows = connection.run(sql.outcomes(), {utf8(run), jsonOf(positions)}, doing());
    PORTOLAN_TRY(rows);
    std::vector<ItemOutcome> outcomes;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        ItemOutcome outcome;
        outcome.position = rows->value(0).toLongLong();
        outcome.was = itemStateNamed(rows->value(1).toString().toUtf8()).value_or(ItemState::Replayed);
        const QString status = rows->value(2).toString();
        outcome.is = ItemState::Pending;
        if (rows->value(2).isNull())
            outcome.is = ItemState::Vanished;
        else if (status == QLatin1String("completed"))
            outcome.is = ItemState::Completed;
        else if (rows->value(3).toInt() == 1)
            outcome.is = sameCause({textAt(*rows, 6), textAt(*rows, 7)}, {textAt(*rows, 4), textAt(*rows, 5)})
                             ? ItemState::FailedSame
                             : ItemState::FailedAnew;
        outcomes.push_back(outcome);
    }
    if (walk.error())
        return *walk.error();
    return outcomes;
}

Result<void> countItems(Connection& connection, const QByteArray& run, ItemState state, qint64 change) {
    if (change == 0 || state == ItemState::Frozen)
        return {};
    const QString column = QLatin1String(itemStateName(state));
    return connection.execute(QStringLiteral("UPDATE portolan_replay_runs SET %1 = %1 + ? WHERE id = ?").arg(column),
                              {change, utf8(run)}, doing());
}

Result<void> keepOutcomes(Connection& connection, const ReplaySql& sql, const QByteArray& run,
                          const std::vector<ItemOutcome>& outcomes) {
    std::map<std::pair<ItemState, ItemState>, std::vector<qint64>> moves; // from, to
    for (const ItemOutcome& outcome : outcomes) {
        if (outcome.is != outcome.was)
            moves[{outcome.was, outcome.is}].push_back(outcome.position);
    }
    for (const auto& [way, positions] : moves) {
        const QString items = jsonOf(positions);
        const QVariantList bindings{QLatin1String(itemStateName(way.second)), orNull(QByteArray()), now(), utf8(run),
                                    items};
        PORTOLAN_TRY(executeExpecting(connection, sql.move(), bindings, positions.size(), doing()));
        PORTOLAN_TRY(countItems(connection, run, way.first, -std::ssize(positions)));
        PORTOLAN_TRY(countItems(connection, run, way.second, std::ssize(positions)));
        PORTOLAN_TRY(countOutcome(connection, run, items, way.second));
    }
    return {};
}

Result<void> settleEarlier(Connection& connection, const ReplaySql& sql, const QString& ids) {
    std::map<QByteArray, std::vector<qint64>> open; // in the order in which everybody locks runs
    {
        Result<QSqlQuery> rows = connection.run(sql.openOf(), {ids, ids}, doing());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows);
        while (walk.next())
            open[bytesAt(*rows, 0)].push_back(rows->value(1).toLongLong());
        if (walk.error())
            return *walk.error();
    }
    for (const auto& [run, positions] : open) {
        PORTOLAN_TRY(connection.value(sql.lockRun(), {utf8(run)}));
        auto outcomes = outcomesOf(connection, sql, run, positions, portolan::sameCause); // those that are still open
        PORTOLAN_TRY(outcomes);
        std::erase_if(*outcomes, [](const ItemOutcome& outcome) { return outcome.is == ItemState::Pending; });
        PORTOLAN_TRY(keepOutcomes(connection, sql, run, *outcomes));
    }
    return {};
}

} // namespace portolan
