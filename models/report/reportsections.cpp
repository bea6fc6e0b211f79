#include "models/charts/chartfeed.h"
#include "models/deadletters/grouptally.h"
#include "models/list/format.h"
#include "models/report/reportreading.h"
#include "storage/checks/checks.h"
#include "storage/messages/batches.h"
#include "storage/replay/replays.h"
#include "storage/series/bucketwidth.h"
#include "storage/versions/componenthealth.h"

#include <algorithm>
#include <numeric>

namespace portolan {

namespace {

constexpr int mostRows = 50; ///< of a table: the newest; the lists have the others
constexpr int mostCharts = 24;
constexpr int mostGroups = 25;
constexpr int reportPixels = 900; ///< that a line of a chart is read for
constexpr qint64 receivingBuckets = 120;

/// "the newest 50 of 1 204"; nothing where all are there.
QString newestOf(std::size_t shown, qint64 all) {
    return std::cmp_less(shown, all)
               ? ReportReading::tr("The newest %1 of %2.").arg(groupedNumber(qint64(shown)), groupedNumber(all))
               : QString();
}

/// Messages that batches took, by the time at which these were begun.
struct Received {
    qint64 batches = 0;
    qint64 messages = 0;
    qint64 bytes = 0;
    std::vector<std::pair<Timestamp, qint64>> times{}; ///< of batches, oldest first
};

/// "5 min": a width that a bucket has.
QString lengthText(std::chrono::microseconds length) {
    using namespace std::chrono;
    const auto text = [&]<class Unit>(Unit, const char* name) {
        return realText(duration<double, typename Unit::period>(length).count()) + u' ' + QLatin1String(name);
    };
    return length < seconds(1)   ? text(milliseconds(), "ms")
           : length < minutes(1) ? text(seconds(), "s")
           : length < hours(1)   ? text(minutes(), "min")
           : length < days(1)    ? text(hours(), "h")
                                 : text(days(), "d");
}

/// Nothing where all came at once.
std::optional<ReportChart> chartOf(const Received& received) {
    const TimeRange span{received.times.front().first, received.times.back().first + std::chrono::microseconds(1)};
    const auto width = bucketWidth(span, receivingBuckets);
    const auto placeOf = [&](Timestamp at) { return at.time_since_epoch() / width; };
    const auto first = placeOf(span.begin);
    std::vector<qint64> counts(static_cast<std::size_t>(placeOf(received.times.back().first) - first + 1));
    if (counts.size() < 2)
        return std::nullopt;
    for (const auto& [at, messages] : received.times)
        counts[static_cast<std::size_t>(placeOf(at) - first)] += messages;
    ReportChart chart;
    chart.title = ReportReading::tr("Messages per %1").arg(lengthText(width));
    const Timestamp begin{first * width};
    chart.span = {begin, begin + width * std::ssize(counts)};
    chart.line.title = chart.title;
    chart.line.pieces = {0};
    for (std::size_t i = 0; i < counts.size(); ++i)
        chart.line.points.emplace_back(chartTime(begin + width * qint64(i)), double(counts[i]));
    chart.line.samples = received.messages;
    chart.figures = ReportReading::tr("At most %1 at once.").arg(groupedNumber(std::ranges::max(counts)));
    return chart;
}

QString figuresOf(const ChartLine& line) {
    return ReportReading::tr("%1 samples, from %2 to %3, last %4 %5")
        .arg(groupedNumber(line.samples), realText(line.least), realText(line.greatest), realText(line.last), line.unit)
        .trimmed();
}

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
    if (!store.unavailableReason(Feature::Rejects)) {
        const auto ofRejects = within(rejectSchema(), "rejected_at");
        PORTOLAN_TRY(ofRejects);
        const auto rejects = newest<Reject>(store.batches().rejects(), *ofRejects, mostRows);
        PORTOLAN_TRY(rejects);
        const qint64 all = rejects->first;
        for (const Reject& reject : rejects->second)
            rejected.rows.push_back({time(reject.rejectedAt), text(reject.source), text(reject.reason.toUtf8())});
        rejected.note = newestOf(rejected.rows.size(), all);
        figures.push_back({groupedNumber(all), tr("rejected"), badIf(all > 0)});
        summary.push_back({groupedNumber(all), tr("rejected"), badIf(all > 0)});
    }
    blocks.emplace_back(std::move(figures));
    if (!received.times.empty()) {
        std::ranges::sort(received.times);
        blocks.emplace_back(tr("Messages count by the time at which their batch was begun."));
        if (auto chart = chartOf(received))
            blocks.emplace_back(std::move(*chart));
    }
    if (!rejected.rows.empty())
        blocks.emplace_back(std::move(rejected));
    return blocks;
}

ReportReading::Blocks ReportReading::charts() {
    if (auto why = unavailableReason(Feature::Metrics))
        return *why;
    SeriesStore& series = *store.series();
    const auto filter = parseFilter(request.series, seriesSchema(), currentTime());
    PORTOLAN_TRY(filter);
    std::vector<SeriesInfo> infos;
    const auto listed =
        eachRow<SeriesInfo>(series.series(), *filter, false, [&](const SeriesInfo& info) { infos.push_back(info); });
    PORTOLAN_TRY(listed);
    std::vector<ReportBlock> blocks;
    int left = 0;
    for (const SeriesInfo& info : infos) {
        const auto extent = series.extent(info.name, token);
        PORTOLAN_TRY(extent);
        if (!*extent)
            continue;
        const TimeRange span{std::max(request.since.value_or((*extent)->begin), (*extent)->begin),
                             std::min(request.until.value_or((*extent)->end), (*extent)->end)};
        if (span.isEmpty())
            continue;
        if (std::ssize(blocks) == mostCharts) {
            ++left;
            continue;
        }
        auto line = readLine(series, info, span, ChartFigure::Samples, reportPixels, token);
        PORTOLAN_TRY(line);
        if (line->samples == 0)
            continue;
        ReportChart chart;
        chart.title = line->title;
        chart.figures = figuresOf(*line);
        chart.span = span;
        chart.line = std::move(*line);
        blocks.emplace_back(std::move(chart));
    }
    if (blocks.empty())
        blocks.emplace_back(tr("There are no samples of this time."));
    if (left > 0)
        blocks.emplace_back(tr("%n more series have samples of this time; a filter chooses others.", nullptr, left));
    return blocks;
}

ReportReading::Blocks ReportReading::deadLetters() {
    if (auto why = unavailableReason(Feature::DeadLetters))
        return *why;
    const auto filter = within(deadLetterSchema(), "died_at");
    PORTOLAN_TRY(filter);
    GroupTally tally(*filter);
    const auto read = tally.readAll(store, token);
    PORTOLAN_TRY(read);
    const TallyProgress progress = *read;
    summary.push_back({groupedNumber(progress.letters), tr("dead letters"), badIf(progress.letters > 0)});
    if (progress.letters == 0)
        return std::vector<ReportBlock>{tr("No message of this time died.")};
    ListQuery query;
    query.limit = mostGroups;
    const auto page = tally.rows(store).page(query, token);
    PORTOLAN_TRY(page);
    ReportTable groups{.title = tr("What they have in common"),
                       .columns = {{tr("Count"), 7, true},
                                   {tr("Error"), 41, false, true},
                                   {tr("Port"), 12, false, true},
                                   {tr("First"), 20},
                                   {tr("Last"), 20}}};
    std::vector<QByteArray> ids;
    for (const DeadLetterGroup& group : page->rows) {
        groups.rows.push_back({groupedNumber(group.count), text(group.text), text(group.portName),
                               time(group.firstSeen), time(group.lastSeen)});
        ids.push_back(group.sampleId);
    }
    if (std::cmp_less(groups.rows.size(), progress.groups))
        groups.note = tr("The largest %1 of %2 groups.")
                          .arg(groupedNumber(qint64(groups.rows.size())), groupedNumber(progress.groups));
    std::vector<ReportBlock> blocks{
        ReportFigures{{groupedNumber(progress.letters), tr("dead letters"), ReportTone::Bad},
                      {groupedNumber(progress.groups), tr("groups")}}};
    blocks.emplace_back(std::move(groups));
    auto examples = samples(ids);
    PORTOLAN_TRY(examples);
    if (*examples)
        blocks.emplace_back(std::move(**examples));
    return blocks;
}

/// The newest letter of each group, as far as it is still there.
Result<std::optional<ReportTable>> ReportReading::samples(const std::vector<QByteArray>& ids) const {
    ReportTable table{
        .title = tr("The newest of each"),
        .columns = {{tr("Message"), 22, false, true}, {tr("Error"), 34, false, true}, {tr("Data"), 38, false, true}}};
    for (const QByteArray& id : ids) {
        const auto letter = store.ports()->message(id);
        if (!letter && letter.error().code == ErrorCode::NotFound)
            continue;
        PORTOLAN_TRY(letter);
        table.rows.push_back({text(letter->id), text(letter->errorMessage), text(letter->messageData)});
    }
    return table.rows.empty() ? std::optional<ReportTable>() : std::optional(std::move(table));
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
                                  {tr("Skipped"), 7, true}}};
    qint64 all = 0;
    qint64 released = 0;
    const auto read = eachRow<ReplayRun>(store.replays()->runs(), *filter, true, [&](const ReplayRun& run) {
        released += run.counts.released();
        if (++all > mostRows)
            return;
        const ItemCounts& of = run.counts;
        table.rows.push_back({time(run.createdAt), text(run.reason), text(run.actor),
                              statusText(runStateName(run.state)), groupedNumber(run.frozen),
                              groupedNumber(of.released()), groupedNumber(of[ItemState::Completed]),
                              groupedNumber(of[ItemState::FailedSame] + of[ItemState::FailedAnew]),
                              groupedNumber(of[ItemState::Skipped])});
    });
    PORTOLAN_TRY(read);
    summary.push_back({groupedNumber(released), tr("put back by replays")});
    if (all == 0)
        return std::vector<ReportBlock>{tr("There was no replay in this time.")};
    table.note = newestOf(table.rows.size(), all);
    return std::vector<ReportBlock>{std::move(table)};
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
    const auto read = eachRow<ComponentHealth>(*components, {}, false, [&](const ComponentHealth& component) {
        bad += component.silent || component.status == "unhealthy" ? 1 : 0;
        if (++all > 4 * mostRows)
            return;
        table.rows.push_back(
            {text(component.name),
             statusText(component.silent ? QByteArrayView("silent") : QByteArrayView(component.status)),
             time(component.heartbeat), text(component.details)});
    });
    PORTOLAN_TRY(read);
    if (all == 0)
        return std::vector<ReportBlock>{tr("No component has reported.")};
    summary.push_back({tr("%1 of %2").arg(groupedNumber(bad), groupedNumber(all)), tr("components silent or unhealthy"),
                       badIf(bad > 0)});
    if (std::cmp_less(table.rows.size(), all))
        table.note = tr("The first %1 of %2.").arg(groupedNumber(qint64(table.rows.size())), groupedNumber(all));
    std::vector<ReportBlock> blocks{tr("As it is when the report is made, whatever its time.")};
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
                      .columns = {{tr("Check"), 26, false, true}, {tr("Count"), 8, true}, {tr("Detail"), 66}}};
    QStringList well;
    for (const CheckName& name : *names) {
        const auto result = checks->run(name.name, token);
        PORTOLAN_TRY(result);
        if (result->found)
            table.rows.push_back({text(result->name), groupedNumber(result->count), text(result->detail)});
        else
            well << visibleText(result->name);
    }
    const qint64 found = std::ssize(table.rows);
    summary.push_back({tr("%1 of %2").arg(groupedNumber(found), groupedNumber(std::ssize(*names))),
                       tr("checks found something"), badIf(found > 0)});
    std::vector<ReportBlock> blocks{tr("As it is when the report is made, whatever its time.")};
    if (found > 0)
        blocks.emplace_back(std::move(table));
    if (!well.empty())
        blocks.emplace_back(tr("Nothing was found by: %1.").arg(well.join(QStringLiteral(", "))));
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
    const auto gaps = newest<Gap>(store.batches().gaps(), *filter, mostRows);
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
