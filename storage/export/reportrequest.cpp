#include "storage/export/reportrequest.h"

#include <QFile>
#include <array>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

using Json = nlohmann::json;

constexpr qint64 largestTemplate = 1024 * 1024;

QByteArray ageText(std::chrono::microseconds age) {
    struct Unit {
        qint64 seconds;
        char letter;
    };
    constexpr std::array<Unit, 4> units{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    const qint64 seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    const auto unit = std::ranges::find_if(units, [seconds](const Unit& each) { return seconds % each.seconds == 0; });
    return QByteArray::number(seconds / unit->seconds) + unit->letter;
}

constexpr std::array readerNames{"anybody", "operator", "customer"};

Error wrongMember(const std::string& name, const QString& what) {
    return {ErrorCode::Usage,
            QStringLiteral("The report template's \"%1\" %2.").arg(QString::fromStdString(name), what)};
}

QString textOf(const Json& value) {
    return QString::fromStdString(value.get_ref<const std::string&>());
}

/// Takes one member into the request.
Result<void> take(const std::string& name, const Json& value, ReportRequest& request) {
    if (name == "sections") {
        if (!value.is_array() || std::ranges::any_of(value, [](const Json& each) { return !each.is_string(); }))
            return wrongMember(name, QStringLiteral("is an array of names"));
        for (const Json& each : value)
            request.sections << textOf(each);
        return {};
    }
    static const QStringList known{QStringLiteral("title"), QStringLiteral("series"), QStringLiteral("last"),
                                   QStringLiteral("since"), QStringLiteral("until"),  QStringLiteral("span"),
                                   QStringLiteral("for"),   QStringLiteral("times")};
    if (!known.contains(QString::fromStdString(name)))
        return wrongMember(
            name, QStringLiteral("is none of title, last, since, until, span, sections, series, for and times"));
    if (!value.is_string())
        return wrongMember(name, QStringLiteral("is a text"));
    if (name == "title")
        request.title = textOf(value);
    if (name == "series")
        request.series = textOf(value);
    if (name == "last") {
        request.last = parseAge(textOf(value).toUtf8());
        if (!request.last)
            return wrongMember(name, QStringLiteral("is an age as 12h or 7d"));
    }
    if (name == "span") {
        request.span = namedSpan(textOf(value));
        if (!request.span)
            return wrongMember(name, QStringLiteral("is one of %1").arg(namedSpanNames().join(QStringLiteral(", "))));
    }
    if (name == "for") {
        const auto reader = reportReader(textOf(value));
        if (!reader)
            return wrongMember(name,
                               QStringLiteral("is one of %1").arg(reportReaderNames().join(QStringLiteral(", "))));
        request.reader = *reader;
    }
    if (name == "times") {
        const QString times = textOf(value);
        if (times != QLatin1String("local") && times != QLatin1String("utc"))
            return wrongMember(name, QStringLiteral("is local or utc"));
        request.isLocal = times == QLatin1String("local");
    }
    if (name == "since" || name == "until") {
        auto& time = name == "since" ? request.since : request.until;
        time = parseIsoTime(textOf(value).toUtf8());
        if (!time)
            return wrongMember(name, QStringLiteral("is a time as 2025-10-16T14:56:05Z"));
    }
    return {};
}

} // namespace

QStringList reportReaderNames() {
    QStringList names;
    for (const char* name : readerNames)
        names << QString::fromLatin1(name);
    return names;
}

std::optional<ReportReader> reportReader(const QString& name) {
    const auto at = reportReaderNames().indexOf(name);
    return at < 0 ? std::nullopt : std::optional(static_cast<ReportReader>(at));
}

QStringList sectionsFor(ReportReader reader) {
    QStringList names{QStringLiteral("summary"), QStringLiteral("receiving"), QStringLiteral("dead-letters"),
                      QStringLiteral("replays")};
    if (reader == ReportReader::Customer)
        return names;
    return names << QStringLiteral("health") << QStringLiteral("charts") << QStringLiteral("checks")
                 << QStringLiteral("gaps");
}

ReportRequest aroundTimes(ReportRequest request, std::optional<Timestamp> first, std::optional<Timestamp> last) {
    constexpr std::chrono::hours around(1);
    if (!request.since && first)
        request.since = *first - around;
    if (!request.until && last)
        request.until = *last + around;
    return request;
}

QByteArray reportTemplate(const ReportRequest& request) {
    Json json = Json::object();
    if (!request.title.isEmpty())
        json["title"] = request.title.toStdString();
    if (!request.series.isEmpty())
        json["series"] = request.series.toStdString();
    if (request.last)
        json["last"] = ageText(*request.last).toStdString();
    if (request.since)
        json["since"] = toIsoTime(*request.since).toStdString();
    if (request.until)
        json["until"] = toIsoTime(*request.until).toStdString();
    if (request.span)
        json["span"] = namedSpanName(*request.span).toStdString();
    if (request.reader != ReportReader::Anybody)
        json["for"] = readerNames[static_cast<std::size_t>(request.reader)];
    if (request.isLocal)
        json["times"] = "local";
    for (const QString& section : request.sections)
        json["sections"].push_back(section.toStdString());
    return QByteArray::fromStdString(json.dump(2)) + '\n';
}

Result<ReportRequest> parseReportTemplate(const QByteArray& text) {
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object())
        return Error{ErrorCode::Usage, QStringLiteral("A report template is a JSON object.")};
    ReportRequest request;
    for (const auto& [name, value] : json.items()) {
        PORTOLAN_TRY(take(name, value, request));
    }
    if (request.last && request.since)
        return wrongMember("last", QStringLiteral("and \"since\" exclude each other"));
    if (request.span && (request.last || request.since || request.until))
        return wrongMember("span", QStringLiteral("and other times exclude each other"));
    return request;
}

Result<ReportRequest> readReportTemplate(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Io, QStringLiteral("Cannot read %1: %2.").arg(path, file.errorString())};
    const QByteArray text = file.read(largestTemplate + 1);
    if (text.size() > largestTemplate)
        return Error{ErrorCode::Usage, QStringLiteral("%1 is too long for a report template.").arg(path)};
    return parseReportTemplate(text);
}

} // namespace portolan
