#include "models/report/report.h"

#include "models/list/format.h"
#include "models/report/reportreading.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

struct ReportSection {
    const char* name;
    const char* title;
    ReportReading::Blocks (ReportReading::*read)(); ///< null: the summary, which the others make
};

constexpr std::array<ReportSection, 8> sections{{
    {"summary", QT_TRANSLATE_NOOP("ReportReading", "Summary"), nullptr},
    {"dead-letters", QT_TRANSLATE_NOOP("ReportReading", "Dead letters"), &ReportReading::deadLetters},
    {"replays", QT_TRANSLATE_NOOP("ReportReading", "Replays"), &ReportReading::replays},
    {"health", QT_TRANSLATE_NOOP("ReportReading", "Component health"), &ReportReading::health},
    {"receiving", QT_TRANSLATE_NOOP("ReportReading", "Receiving"), &ReportReading::receiving},
    {"charts", QT_TRANSLATE_NOOP("ReportReading", "Series"), &ReportReading::charts},
    {"checks", QT_TRANSLATE_NOOP("ReportReading", "Checks"), &ReportReading::checks},
    {"gaps", QT_TRANSLATE_NOOP("ReportReading", "Gaps"), &ReportReading::gaps},
}};

Result<void> checkRequest(const ReportRequest& request) {
    const QStringList known = reportSectionNames();
    for (const QString& name : request.sections) {
        if (!known.contains(name))
            return Error{ErrorCode::Usage,
                         QCoreApplication::translate("Errors", "A report has no section \"%1\"; it has %2.")
                             .arg(name, known.join(QStringLiteral(", ")))};
    }
    if (request.since && request.until && *request.until <= *request.since)
        return Error{ErrorCode::Usage,
                     QCoreApplication::translate("Errors", "The end of the report's time is not after its beginning.")};
    PORTOLAN_TRY(parseFilter(request.series, seriesSchema(), currentTime()));
    return {};
}

QString spanText(const ReportRequest& request) {
    const auto display = request.isLocal ? TimeDisplay::Local : TimeDisplay::Utc;
    const auto say = [display](Timestamp at) { return timeWithZone(at, display); };
    if (request.since && request.until)
        return ReportReading::tr("From %1 to %2").arg(say(*request.since), say(*request.until));
    if (request.since)
        return ReportReading::tr("Since %1").arg(say(*request.since));
    return request.until ? ReportReading::tr("Until %1").arg(say(*request.until))
                         : ReportReading::tr("Everything that is stored");
}

QString usualTitle(ReportReader reader) {
    return reader == ReportReader::Operator ? ReportReading::tr("Handover") : ReportReading::tr("Pipeline report");
}

/// Names its times, and its sections where it names none.
ReportRequest wholeRequest(const ReportRequest& wish) {
    ReportRequest request = wish;
    if (wish.span) {
        const NamedTimes times = timesOf(*wish.span, currentTime(), QTimeZone::systemTimeZone());
        request.since = times.since;
        request.until = times.until;
    } else if (wish.last) {
        request.until = wish.until.value_or(currentTime());
        request.since = *request.until - *wish.last;
    }
    if (wish.sections.isEmpty())
        request.sections = sectionsFor(wish.reader);
    if (wish.title.isEmpty())
        request.title = usualTitle(wish.reader);
    return request;
}

} // namespace

QStringList reportSectionNames() {
    QStringList names;
    for (const ReportSection& section : sections)
        names << QString::fromLatin1(section.name);
    return names;
}

QString reportSectionTitle(const QString& name) {
    const auto found = std::ranges::find(
        sections, name, [](const ReportSection& section) { return QString::fromLatin1(section.name); });
    return found == sections.end() ? QString() : ReportReading::tr(found->title);
}

std::vector<const ReportChart*> chartsOf(const Report& report) {
    std::vector<const ReportChart*> charts;
    for (const ReportPart& part : report.parts) {
        for (const ReportBlock& block : part.blocks) {
            if (const auto* chart = std::get_if<ReportChart>(&block))
                charts.push_back(chart);
            if (const auto* multiples = std::get_if<ReportMultiples>(&block))
                std::ranges::transform(multiples->charts, std::back_inserter(charts),
                                       [](const ReportChart& chart) { return &chart; });
        }
    }
    return charts;
}

ReportSparks::Spark sparkOf(const ChartLine& line, TimeRange span) {
    ReportSparks::Spark spark;
    spark.title = line.title;
    const double begin = chartTime(span.begin);
    const double width = std::max(chartTime(span.end) - begin, 1.0);
    double least = 0;
    double greatest = 0;
    for (const QPointF& point : line.points) {
        least = &point == &line.points.front() ? point.y() : std::min(least, point.y());
        greatest = &point == &line.points.front() ? point.y() : std::max(greatest, point.y());
    }
    for (std::size_t i = 0; i < line.points.size(); ++i) {
        if (spark.pieces.empty() || std::ranges::find(line.pieces, i) != line.pieces.end())
            spark.pieces.emplace_back();
        const QPointF& point = line.points[i];
        const double height = greatest > least ? (point.y() - least) / (greatest - least) : 0.5;
        spark.pieces.back().emplace_back(std::clamp((point.x() - begin) / width, 0.0, 1.0), height);
    }
    return spark;
}

Result<Report> makeReport(Store& store, const ReportRequest& wish, const QString& by, const CancelToken& token) {
    const ReportRequest request = wholeRequest(wish);
    PORTOLAN_TRY(checkRequest(request));
    ReportReading reading{.store = store, .request = request, .token = token};
    Report report;
    report.title = request.title;
    report.store = reading.isForCustomer() ? visibleText(store.url().name().toUtf8())
                                           : visibleText(store.url().display().toUtf8());
    report.span = spanText(request);
    const auto read = [&](const ReportSection& section, auto reader) -> Result<void> {
        ReportPart part{QString::fromLatin1(section.name), ReportReading::tr(section.title), {}};
        auto blocks = (reading.*reader)();
        if (!blocks && !mayReadOn(blocks.error().code))
            return blocks.error();
        if (!blocks && blocks.error().code != ErrorCode::Unsupported)
            report.shortfalls
                << QStringLiteral("%1: %2 %3").arg(part.title, blocks.error().text, blocks.error().details).trimmed();
        part.blocks = blocks ? std::move(*blocks) : std::vector<ReportBlock>{blocks.error().text};
        if (section.read || !part.blocks.empty())
            report.parts.insert(section.read ? report.parts.end() : report.parts.begin(), std::move(part));
        return {};
    };
    for (const ReportSection& section : sections) {
        if (section.read && request.sections.contains(QString::fromLatin1(section.name)))
            PORTOLAN_TRY(read(section, section.read));
    }
    if (request.sections.contains(QLatin1String(sections.front().name)))
        PORTOLAN_TRY(read(sections.front(), &ReportReading::story));
    const QString made = timeWithZone(std::chrono::floor<std::chrono::seconds>(currentTime()), reading.display());
    report.made = request.isLocal ? ReportReading::tr("Made %1 %2. All times are local.").arg(made, by)
                                  : ReportReading::tr("Made %1 %2. All times are UTC.").arg(made, by);
    return report;
}

std::optional<std::vector<ReportBlock>> ReportReading::unavailableReason(Feature feature) const {
    if (const auto why = store.unavailableReason(feature))
        return std::vector<ReportBlock>{*why};
    return std::nullopt;
}

Result<Filter> ReportReading::within(const ColumnSet& schema, const char* column) const {
    QStringList terms;
    if (request.since)
        terms << QStringLiteral("%1>=%2").arg(QLatin1String(column), QString::fromLatin1(toIsoTime(*request.since)));
    if (request.until)
        terms << QStringLiteral("%1<%2").arg(QLatin1String(column), QString::fromLatin1(toIsoTime(*request.until)));
    return parseFilter(terms.join(u' '), schema, currentTime());
}

QString ReportReading::time(const std::optional<Timestamp>& at) const {
    return at ? timeText(std::chrono::floor<std::chrono::seconds>(*at), display()) : QStringLiteral("–");
}

QString ReportReading::newestOf(std::size_t shown, qint64 all) {
    return std::cmp_less(shown, all)
               ? ReportReading::tr("The newest %1 of %2.").arg(groupedNumber(qint64(shown)), groupedNumber(all))
               : QString();
}

QString ReportReading::text(const std::optional<QByteArray>& utf8) {
    constexpr qsizetype mostCharacters = 300;
    return utf8 && !utf8->isEmpty() ? visibleText(*utf8, mostCharacters) : QStringLiteral("–");
}

} // namespace portolan
