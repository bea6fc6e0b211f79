#include "models/list/format.h"
#include "models/report/reportcourse.h"
#include "models/report/reportreading.h"
#include "storage/checks/checks.h"
#include "storage/messages/batches.h"
#include "storage/replay/replays.h"
#include "storage/versions/componenthealth.h"

#include <algorithm>
#include <numeric>

namespace portolan {

namespace {

constexpr qsizetype mostSilences = 10;

/// Messages that batches took, by the time at which these were begun.
struct Received {
    qint64 batches = 0;
    qint64 messages = 0;
    qint64 bytes = 0;
    std::vector<std::pair<Timestamp, qint64>> times{}; ///< of batches, oldest first
};

} // namespace

ReportReading::Blocks ReportReading::receiving() {
    if (auto why = unavailableReason(Feature::Batches))
        return *why;
    Received received;
    const auto filter = within(batchSchema(), "date_created");
    PORTOLAN_TRY(filter);
    const auto read = eachRow<Batch>(store.batches().batches(), *filter, false, [&](const Batch& batch) {
        ++received.batches;
        received.messages += batch.messageCount;
        received.bytes += batch.fileSizeBytes;
        received.times.emplace_back(batch.dateCreated, batch.messageCount);
    });
    PORTOLAN_TRY(read);
    std::vector<ReportBlock> blocks;
    ReportFigures figures{{groupedNumber(received.messages), tr("messages")},
                          {groupedNumber(received.batches), tr("batches")},
                          {groupedNumber(received.bytes), tr("bytes")}};
    summary.push_back({groupedNumber(received.messages), tr("messages received")});
    ReportTable rejected{.title = tr("Rejected"),
                         .columns = {{tr("Time"), 16}, {tr("Source"), 26, false, true}, {tr("Why"), 44}}};
    qint64 rejectedAll = 0;
    if (!store.unavailableReason(Feature::Rejects)) {
        const auto ofRejects = within(rejectSchema(), "rejected_at");
        PORTOLAN_TRY(ofRejects);
        const auto rejects = newest<Reject>(store.batches().rejects(), *ofRejects, mostReportRows);
        PORTOLAN_TRY(rejects);
        const qint64 all = rejects->first;
        rejectedAll = all;
        for (const Reject& reject : rejects->second)
            rejected.rows.push_back({time(reject.rejectedAt), text(reject.source), text(reject.reason.toUtf8())});
        rejected.note = newestOf(rejected.rows.size(), all);
        figures.push_back({groupedNumber(all), tr("rejected"), badIf(all > 0)});
        summary.push_back({groupedNumber(all), tr("rejected"), badIf(all > 0)});
    }
    blocks.emplace_back(std::move(figures));
    facts.came = StoryFacts::Came{}; // clang 14 knows no emplace() of it
    StoryFacts::Came& told = *facts.came;
    told.messages = received.messages;
    told.rejected = rejectedAll;
    if (!received.times.empty()) {
        std::ranges::sort(received.times);
        told.first = received.times.front().first;
        told.last = received.times.back().first;
        blocks.emplace_back(tr("Messages count by the time at which their batch was begun."));
        came = std::move(received.times);
        if (auto chart = courseOf({came}, {*told.first, *told.last + std::chrono::microseconds(1)}, display()))
            blocks.emplace_back(std::move(*chart));
    }
    if (!rejected.rows.empty())
        blocks.emplace_back(std::move(rejected));
    return blocks;
}

ReportReading::Blocks ReportReading::replays() {
    if (auto why = unavailableReason(Feature::Replay))
        return *why;
    const auto filter = within(replayRunSchema(), "created_at");
    PORTOLAN_TRY(filter);
    ReportTable table{.columns = {{tr("Frozen at"), 14},
                                  {tr("Why"), 22},
                                  {tr("By"), 10, false, true},
                                  {tr("State"), 10},
                                  {tr("Frozen"), 7, true},
                                  {tr("Put back"), 7, true},
                                  {tr("Completed"), 8, true},
                                  {tr("Died again"), 7, true},
                                  {tr("Open"), 7, true},
                                  {tr("Skipped"), 7, true}}};
    if (isForCustomer())
        std::erase_if(table.columns, [](const ReportTable::Column& column) { return column.title == tr("By"); });
    qint64 all = 0;
    facts.putBack = StoryFacts::PutBack{};
    StoryFacts::PutBack& told = *facts.putBack;
    const auto read = eachRow<ReplayRun>(store.replays()->runs(), *filter, true, [&](const ReplayRun& run) {
        const ItemCounts& of = run.counts;
        const qint64 again = of[ItemState::FailedSame] + of[ItemState::FailedAnew];
        const qint64 underWay = of.released() - of[ItemState::Completed] - again;
        told.messages += of.released();
        told.completed += of[ItemState::Completed];
        told.diedAgain += again;
        told.underWay += underWay;
        if (++all > mostReportRows)
            return;
        QStringList cells{time(run.createdAt),
                          text(run.reason),
                          text(run.actor),
                          statusText(listedState(run)),
                          groupedNumber(run.frozen),
                          groupedNumber(of.released()),
                          groupedNumber(of[ItemState::Completed]),
                          groupedNumber(again),
                          groupedNumber(underWay),
                          groupedNumber(of[ItemState::Skipped])};
        if (isForCustomer())
            cells.removeAt(2);
        table.rows.push_back(std::move(cells));
    });
    PORTOLAN_TRY(read);
    told.runs = all;
    summary.push_back({groupedNumber(told.messages), tr("put back by replays")});
    if (all == 0)
        return std::vector<ReportBlock>{tr("There was no replay in this time.")};
    table.note = newestOf(table.rows.size(), all);
    std::vector<ReportBlock> blocks{outcomeSentence(told)};
    blocks.emplace_back(std::move(table));
    return blocks;
}

ReportReading::Blocks ReportReading::health() {
    RowSource<ComponentHealth>* const components = store.componentHealth();
    if (auto why = unavailableReason(Feature::Components); why || !components)
        return why.value_or(std::vector<ReportBlock>{tr("This kind of store has no components.")});
    ReportTable table{.columns = {{tr("Component"), 20, false, true},
                                  {tr("State"), 14},
                                  {tr("Last heartbeat"), 20},
                                  {tr("Details"), 38, false, true}}};
    qint64 all = 0;
    qint64 bad = 0;
    const Timestamp now = currentTime();
    QStringList& silent = facts.silent.emplace();
    QStringList silences;
    std::vector<QStringList> well;
    const auto read = eachRow<ComponentHealth>(*components, {}, false, [&](const ComponentHealth& component) {
        const bool isBad = component.silent || component.status == "unhealthy";
        bad += isBad ? 1 : 0;
        if (component.silent) {
            silent << text(component.name);
            if (component.heartbeat && silences.size() < mostSilences)
                silences << tr("%1 since %2 (%3)")
                                .arg(text(component.name), time(component.heartbeat),
                                     ageText(*component.heartbeat, now));
        }
        if (++all > 4 * mostReportRows)
            return;
        (isBad ? table.rows : well)
            .push_back({text(component.name),
                        statusText(component.silent ? QByteArrayView("silent") : QByteArrayView(component.status)),
                        time(component.heartbeat), text(component.details)});
    });
    PORTOLAN_TRY(read);
    if (all == 0)
        return std::vector<ReportBlock>{tr("No component has reported.")};
    std::ranges::move(well, std::back_inserter(table.rows));
    summary.push_back({tr("%1 of %2").arg(groupedNumber(bad), groupedNumber(all)), tr("components silent or unhealthy"),
                       badIf(bad > 0)});
    if (std::cmp_less(table.rows.size(), all))
        table.note = tr("The first %1 of %2.").arg(groupedNumber(qint64(table.rows.size())), groupedNumber(all));
    std::vector<ReportBlock> blocks{tr("As it is when the report is made, whatever its time.")};
    if (!silences.isEmpty())
        blocks.emplace_back(tr("Silent: %1.").arg(silences.join(QStringLiteral("; "))));
    blocks.emplace_back(std::move(table));
    return blocks;
}

ReportReading::Blocks ReportReading::checks() {
    Checks* const checks = store.checks();
    if (auto why = unavailableReason(Feature::Integrity); why || !checks)
        return why.value_or(std::vector<ReportBlock>{tr("This kind of store is not checked.")});
    const auto names = checks->begin(token);
    PORTOLAN_TRY(names);
    ReportTable table{.title = tr("What was found"),
                      .columns = {{tr("Check"), 22, false, true},
                                  {tr("What should hold"), 26},
                                  {tr("Count"), 8, true},
                                  {tr("What was found"), 44}}};
    for (const CheckName& name : *names) {
        const auto result = checks->run(name.name, token);
        PORTOLAN_TRY(result);
        if (result->found)
            table.rows.push_back(
                {text(result->name), text(name.promise.toUtf8()), groupedNumber(result->count), text(result->detail)});
    }
    const qint64 found = std::ssize(table.rows);
    facts.checked = {std::ssize(*names), found};
    summary.push_back({tr("%1 of %2").arg(groupedNumber(found), groupedNumber(std::ssize(*names))),
                       tr("checks found something"), badIf(found > 0)});
    std::vector<ReportBlock> blocks{checksSentence(*facts.checked)};
    if (found > 0)
        blocks.emplace_back(std::move(table));
    blocks.emplace_back(tr("As it is when the report is made, whatever its time."));
    return blocks;
}

ReportReading::Blocks ReportReading::gaps() {
    if (auto why = unavailableReason(Feature::Gaps))
        return *why;
    const auto filter = within(gapSchema(), "detected_at");
    PORTOLAN_TRY(filter);
    ReportTable table{.columns = {{tr("Found at"), 16},
                                  {tr("Source"), 30, false, true},
                                  {tr("Kind"), 10},
                                  {tr("First"), 10, true},
                                  {tr("Last"), 10, true},
                                  {tr("Missing"), 10, true},
                                  {tr("Closed at"), 16}}};
    const auto number = [](const std::optional<qint64>& known) {
        return known ? groupedNumber(*known) : QStringLiteral("–");
    };
    const auto gaps = newest<Gap>(store.batches().gaps(), *filter, mostReportRows);
    const auto closed = parseFilter(QStringLiteral("closed_at:*"), gapSchema(), currentTime());
    if (!gaps || !closed)
        return gaps ? closed.error() : gaps.error();
    const auto ended = newest<Gap>(store.batches().gaps(), both(*filter, *closed), 1);
    PORTOLAN_TRY(ended);
    const qint64 all = gaps->first;
    const qint64 open = all - ended->first;
    for (const Gap& gap : gaps->second)
        table.rows.push_back({time(gap.detectedAt), text(gap.source), text(gapKindName(gap.kind)),
                              number(gap.firstNumber), number(gap.lastNumber), number(gap.missing),
                              time(gap.closedAt)});
    facts.openGaps = open;
    summary.push_back({groupedNumber(open), tr("open gaps"), badIf(open > 0)});
    if (all == 0)
        return std::vector<ReportBlock>{tr("Nothing is missing of what came in this time.")};
    table.note = newestOf(table.rows.size(), all);
    std::vector<ReportBlock> blocks{
        ReportFigures{{groupedNumber(all), tr("gaps")}, {groupedNumber(open), tr("open"), badIf(open > 0)}}};
    blocks.emplace_back(std::move(table));
    return blocks;
}

} // namespace portolan
