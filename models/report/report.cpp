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
    {"receiving", QT_TRANSLATE_NOOP("ReportReading", "Receiving"), &ReportReading::receiving},
    {"charts", QT_TRANSLATE_NOOP("ReportReading", "Series"), &ReportReading::charts},
    {"dead-letters", QT_TRANSLATE_NOOP("ReportReading", "Dead letters"), &ReportReading::deadLetters},
    {"replays", QT_TRANSLATE_NOOP("ReportReading", "Replays"), &ReportReading::replays},
    {"health", QT_TRANSLATE_NOOP("ReportReading", "Component health"), &ReportReading::health},
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
    const auto say = [](Timestamp at) { return timeWithZone(at, TimeDisplay::Utc); };
    if (request.since && request.until)
        return ReportReading::tr("From %1 to %2").arg(say(*request.since), say(*request.until));
    if (request.since)
        return ReportReading::tr("Since %1").arg(say(*request.since));
    return request.until ? ReportReading::tr("Until %1").arg(say(*request.until))
                         : ReportReading::tr("Everything that is stored");
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
        }
    }
    return charts;
}

Result<Report> makeReport(Store& store, const ReportRequest& wish, const QString& by, const CancelToken& token) {
    ReportRequest request = wish;
    if (wish.last) {
        request.until = wish.until.value_or(currentTime());
        request.since = *request.until - *wish.last;
    }
    PORTOLAN_TRY(checkRequest(request));
    ReportReading reading{.store = store, .request = request, .token = token};
    Report report;
    report.title = request.title.isEmpty() ? ReportReading::tr("Pipeline report") : request.title;
    report.store = visibleText(store.url().display().toUtf8());
    report.span = spanText(request);
    for (const ReportSection& section : sections) {
        const QString name = QString::fromLatin1(section.name);
        if (!request.sections.isEmpty() && !request.sections.contains(name))
            continue;
        ReportPart part{name, ReportReading::tr(section.title), {}};
        if (section.read) {
            auto blocks = (reading.*section.read)();
            if (!blocks && !mayReadOn(blocks.error().code))
                return blocks.error();
            if (!blocks && blocks.error().code != ErrorCode::Unsupported)
                report.shortfalls << QStringLiteral("%1: %2 %3")
                                         .arg(part.title, blocks.error().text, blocks.error().details)
                                         .trimmed();
            part.blocks = blocks ? std::move(*blocks) : std::vector<ReportBlock>{blocks.error().text};
        }
        report.parts.push_back(std::move(part));
    }
    const auto summary = std::ranges::find(report.parts, QStringLiteral("summary"), &ReportPart::name);
    if (summary != report.parts.end() && !reading.summary.empty())
        summary->blocks.emplace_back(std::move(reading.summary));
    else if (summary != report.parts.end())
        report.parts.erase(summary);
    report.made = ReportReading::tr("Made %1 %2. All times are UTC.")
                      .arg(timeWithZone(std::chrono::floor<std::chrono::seconds>(currentTime()), TimeDisplay::Utc), by);
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

QString ReportReading::time(const std::optional<Timestamp>& at) {
    return at ? timeText(std::chrono::floor<std::chrono::seconds>(*at), TimeDisplay::Utc) : QStringLiteral("–");
}

QString ReportReading::text(const std::optional<QByteArray>& utf8) {
    constexpr qsizetype mostCharacters = 300;
    return utf8 && !utf8->isEmpty() ? visibleText(*utf8, mostCharacters) : QStringLiteral("–");
}

} // namespace portolan
