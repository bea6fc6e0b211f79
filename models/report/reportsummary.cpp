#include "models/report/reportcourse.h"
#include "models/report/reportreading.h"
#include "storage/series/series.h"
#include "storage/versions/pipelinerows.h"

#include <QDateTime>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr std::size_t fewestBuckets = 4; ///< a course of fewer is none
constexpr std::size_t mostChanges = 12;  ///< that the first page tells
constexpr qint64 mostVersions = 5'000;   ///< of checkpoints and of components each, that are compared
constexpr qint64 marksASpan = 30;        ///< what is nearer than that part of the span is one mark
constexpr minutes lookedBefore{60};      ///< the span, in which a change may have had its effect in it

microseconds offsetAt(Timestamp at, TimeDisplay display) {
    if (display == TimeDisplay::Utc)
        return {};
    return seconds(QDateTime::fromMSecsSinceEpoch(floor<milliseconds>(at).time_since_epoch().count()).offsetFromUtc());
}

/// A text that follows the times in which nothing happened: every bucket has its point.
ChartLine countsOf(const ReportTimes& times, TimeRange span, microseconds width, const QString& title) {
    ChartLine line;
    line.title = title;
    line.unit = title;
    line.pieces = {0};
    std::vector<qint64> counts(static_cast<std::size_t>((span.length() + width - microseconds(1)) / width));
    for (const auto& [at, count] : times) {
        if (!span.contains(at))
            continue;
        counts[static_cast<std::size_t>((at - span.begin) / width)] += count;
        line.samples += count;
    }
    // A count is drawn in the middle of its time.
    for (std::size_t i = 0; i < counts.size(); ++i)
        line.points.emplace_back(chartTime(span.begin + width * qint64(i) + width / 2), double(counts[i]));
    if (!counts.empty())
        line.greatest = double(std::ranges::max(counts));
    return line;
}

struct Versions {
    PipelineTable table;
    const char* name;
    const char* document;
    const char* at;
};

constexpr std::array<Versions, 2> versionTables{{
    {PipelineTable::Components, "component_name", "state_data", "created_at"},
    {PipelineTable::Checkpoints, "checkpoint_name", "checkpoint_data", "created_at"},
}};

} // namespace

std::optional<ReportChart> courseOf(std::span<const ReportTimes> times, TimeRange span, TimeDisplay display) {
    const microseconds width = storyBucket(span.length());
    const microseconds offset = offsetAt(span.begin, display);
    const auto floored = [&](Timestamp at) {
        const auto since = (at + offset).time_since_epoch();
        return Timestamp(since - ((since % width) + width) % width) - offset;
    };
    const TimeRange whole{floored(span.begin), floored(span.end - microseconds(1)) + width};
    ReportChart chart;
    chart.title = bucketTitle(width);
    chart.span = whole;
    chart.display = display;
    const QStringList titles{ReportReading::tr("received"), ReportReading::tr("died")};
    QStringList figures;
    for (std::size_t i = 0; i < times.size(); ++i) {
        ChartLine line = countsOf(times[i], whole, width, titles[qsizetype(i)]);
        if (line.samples == 0)
            continue;
        line.color = i == 0 ? 0 : 3;
        figures << ReportReading::tr("%1 %2, at most %3 at once")
                       .arg(groupedNumber(line.samples), line.title, groupedNumber(qint64(line.greatest)));
        chart.lines.push_back(std::move(line));
    }
    if (chart.lines.empty() || chart.lines.front().points.size() < fewestBuckets)
        return std::nullopt;
    chart.figures = figures.join(QStringLiteral("; ")) + u'.';
    return chart;
}

std::optional<TimeRange> ReportReading::storySpan() const {
    std::optional<TimeRange> span;
    for (const ReportTimes* times : {&came, &died}) {
        for (const auto& each : *times) {
            const Timestamp at = each.first;
            if (!span)
                span = TimeRange{at, at + microseconds(1)};
            span->begin = std::min(span->begin, at);
            span->end = std::max(span->end, at + microseconds(1));
        }
    }
    if (request.since && request.until)
        return TimeRange{*request.since, *request.until};
    if (span && request.since)
        span->begin = *request.since;
    if (span && request.until)
        span->end = *request.until;
    return span && !span->isEmpty() ? span : std::nullopt;
}

Result<std::vector<VersionChange>> ReportReading::changes(TimeRange span) const {
    std::vector<VersionChange> all;
    for (const Versions& of : versionTables) {
        const Feature feature = of.table == PipelineTable::Components ? Feature::Components : Feature::Checkpoints;
        RowSource<PipelineRow>* const source = store.pipelineRows(of.table);
        if (!source || store.unavailableReason(feature))
            continue;
        const auto within = parseFilter(QStringLiteral("created_at>=%1 created_at<%2")
                                            .arg(QString::fromLatin1(toIsoTime(span.begin - lookedBefore)),
                                                 QString::fromLatin1(toIsoTime(span.end))),
                                        pipelineSchema(of.table), currentTime());
        PORTOLAN_TRY(within);
        std::vector<VersionDocument> versions;
        ListQuery query{*within, {"created_at", true}, {}, 500};
        for (bool isLast = false; !isLast && std::cmp_less(versions.size(), mostVersions);) {
            const auto page = source->page(query, token);
            PORTOLAN_TRY(page);
            for (const PipelineRow& row : page->rows) {
                const Value name = pipelineCell(of.table, row, of.name);
                const Value version = pipelineCell(of.table, row, "version");
                const Value at = pipelineCell(of.table, row, of.at);
                const Value document = pipelineCell(of.table, row, of.document);
                if (std::holds_alternative<QByteArray>(name) && std::holds_alternative<Timestamp>(at)
                    && std::holds_alternative<QByteArray>(document))
                    versions.push_back({std::get<QByteArray>(name),
                                        std::holds_alternative<qint64>(version) ? std::get<qint64>(version) : 0,
                                        std::get<Timestamp>(at), std::get<QByteArray>(document)});
            }
            query.after = page->next;
            isLast = page->last || page->rows.empty();
        }
        std::ranges::stable_sort(versions, [](const VersionDocument& a, const VersionDocument& b) {
            return std::tie(a.subject, a.version, a.at) < std::tie(b.subject, b.version, b.at);
        });
        std::ranges::move(tellingChanges(versions), std::back_inserter(all));
    }
    std::ranges::stable_sort(all, {}, &VersionChange::at);
    return all;
}

ReportReading::Blocks ReportReading::story() {
    std::vector<ReportBlock> blocks;
    if (const QStringList sentences = storySentences(facts, display()); !sentences.isEmpty())
        blocks.emplace_back(ReportStory{sentences});
    if (!summary.empty())
        blocks.emplace_back(std::move(summary));
    const auto span = storySpan();
    if (!span)
        return blocks;
    auto course = courseOf({came, died}, *span, display());
    if (course)
        course->title = tr("The course: %1").arg(course->title);
    if (isForCustomer()) {
        if (course)
            blocks.emplace_back(std::move(*course));
        return blocks;
    }
    const auto found = changes(*span);
    if (!found && !mayReadOn(found.error().code))
        return found.error();
    ReportTable table{.title = tr("What changed"),
                      .columns = {{tr("Time"), 20}, {tr("Where"), 22, false, true}, {tr("What"), 58, false, true}}};
    if (found) {
        for (const VersionChange& change : *found) {
            const QString what = changeText(change);
            if (table.rows.size() < mostChanges)
                table.rows.push_back({time(change.at), whereText(change), what});
            if (course && course->span.contains(change.at) && course->markers.size() < mostChanges)
                course->markers.push_back({chartTime(change.at), what, QChar(0x25C6), false});
        }
        if (found->size() > table.rows.size())
            table.note = tr("The first %1 of %2.")
                             .arg(groupedNumber(qint64(table.rows.size())), groupedNumber(qint64(found->size())));
    }
    if (course && store.series() && !store.unavailableReason(Feature::Metrics)) {
        const auto happened = store.series()->annotations(
            *span, std::max<microseconds>(span->length() / marksASpan, microseconds(1)), token);
        for (const Annotation& each : happened ? *happened : std::vector<Annotation>()) {
            if (each.kind == Annotation::Kind::Burst || each.kind == Annotation::Kind::Replay)
                course->markers.push_back(markerOf(each));
        }
    }
    if (course)
        blocks.emplace_back(std::move(*course));
    if (!table.rows.empty())
        blocks.emplace_back(std::move(table));
    return blocks;
}

} // namespace portolan
