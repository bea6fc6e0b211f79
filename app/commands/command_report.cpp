#include "app/commands/commands.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "app/render/reportwriting.h"
#include "storage/json/jsontext.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 12> reportOptions{{
    {"store", "STORE", "the store to tell of", true},
    {"to", "FILE", "where to, by its ending: .html, .pdf", true},
    {"since", "T", "from this time on (everything)"},
    {"until", "T", "up to this time (everything)"},
    {"last", "AGE", "the last so long instead: 12h, 7d; what cron wants"},
    {"span", "NAME", "by its name instead, in the days here: today, yesterday, last-night, this-week, last-week"},
    {"times", "local|utc", "the zone of the times that it shows (utc)"},
    {"for", "WHOM", "operator: a handover, with all of it; customer: without payloads, checks and places"},
    {"sections", "A,B,…", "summary, dead-letters, replays, health, receiving, charts, checks, gaps (all of them)"},
    {"series", "F", "which series are drawn, a filter as list metrics takes it (all)"},
    {"title", "TEXT", "the title"},
    {"template", "FILE", "what is not said here: a choice as the window saves it"},
}};

bool isReport(const QString& path) {
    return path.endsWith(QLatin1String(".html"), Qt::CaseInsensitive)
           || path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
}

/// Takes what is one of a few names.
Result<void> takeNames(const Invocation& invocation, ReportRequest& request) {
    const auto wrong = [&](const char* option, const QStringList& names) {
        return Error{ErrorCode::Usage,
                     QStringLiteral("--%1 takes one of %2, not \"%3\".")
                         .arg(QLatin1String(option), names.join(QStringLiteral(", ")), invocation.value(option))};
    };
    if (invocation.has("span")) {
        const auto span = namedSpan(invocation.value("span"));
        if (!span)
            return wrong("span", namedSpanNames());
        if (invocation.has("since") || invocation.has("until") || invocation.has("last"))
            return Error{ErrorCode::Usage, QStringLiteral("--span and --since, --until or --last exclude each other.")};
        request.span = span;
        request.since = request.until = std::nullopt;
        request.last = std::nullopt;
    } else if (invocation.has("since") || invocation.has("until") || invocation.has("last")) {
        request.span = std::nullopt;
    }
    if (invocation.has("for")) {
        const auto reader = reportReader(invocation.value("for"));
        if (!reader)
            return wrong("for", reportReaderNames());
        request.reader = *reader;
    }
    if (invocation.has("times")) {
        const QStringList zones{QStringLiteral("local"), QStringLiteral("utc")};
        if (!zones.contains(invocation.value("times")))
            return wrong("times", zones);
        request.isLocal = invocation.value("times") == zones.front();
    }
    return {};
}

/// Reads the request. Options go before the template.
Result<ReportRequest> requestOf(const Invocation& invocation) {
    auto request = invocation.has("template") ? readReportTemplate(invocation.value("template"))
                                              : Result<ReportRequest>(ReportRequest());
    const auto since = invocation.time("since");
    const auto until = invocation.time("until");
    if (!request || !since || !until)
        return !request ? request.error() : !since ? since.error() : until.error();
    const auto last = parseAge(invocation.value("last").toUtf8());
    if (invocation.has("last") && !last)
        return Error{ErrorCode::Usage,
                     QStringLiteral("--last takes an age as 12h or 7d, not \"%1\".").arg(invocation.value("last"))};
    if (last && *since)
        return Error{ErrorCode::Usage, QStringLiteral("--last and --since exclude each other.")};
    if (last || *since) {
        request->last = last;
        request->since = *since;
    }
    PORTOLAN_TRY(takeNames(invocation, *request));
    if (*until)
        request->until = *until;
    if (invocation.has("series"))
        request->series = invocation.value("series");
    if (invocation.has("title"))
        request->title = invocation.value("title");
    if (invocation.has("sections")) {
        request->sections.clear();
        for (const QString& section : invocation.value("sections").split(u',', Qt::SkipEmptyParts))
            request->sections << section.trimmed();
    }
    return request;
}

Result<Exit> reportTo(const Invocation& invocation, ReportWriter writer) {
    const QString path = invocation.value("to");
    if (!isReport(path))
        return Error{ErrorCode::Usage, QStringLiteral("%1 ends with none of .html and .pdf.").arg(path)};
    const auto request = requestOf(invocation);
    PORTOLAN_TRY(request);
    if (!writer)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is written by portolan-window, which is not installed.").arg(path)};
    const auto store = openedStore(invocation);
    PORTOLAN_TRY(store);
    const auto written = writer(**store, *request, path, invocation.interrupted);
    PORTOLAN_TRY(written);
    for (const QString& shortfall : written->shortfalls)
        say(shortfall);
    QByteArray line = "{\"file\":";
    appendJsonString(line, path.toUtf8());
    PORTOLAN_TRY(writeOut(line + ",\"bytes\":" + QByteArray::number(written->bytes) + "}\n"));
    return written->shortfalls.isEmpty() ? Exit::Done : Exit::Found;
}

Exit report(const Invocation& invocation) {
    return runReport(invocation, nullptr);
}

} // namespace

Exit runReport(const Invocation& invocation, ReportWriter writer) {
    const auto done = reportTo(invocation, writer);
    return done ? *done : fail(done.error());
}

bool isReporting(const QStringList& arguments) {
    return !arguments.isEmpty() && arguments.first() == QLatin1String(reportCommand.name)
           && !arguments.contains(QLatin1String("--help"));
}

const CommandSpec reportCommand{
    "report",
    "Writes a report of a store, for people, to a file.",
    {},
    reportOptions,
    report,
    "One file with its pictures in it, which loads nothing from elsewhere. A section that the store has nothing for\n"
    "says so. Health and checks are as they are now, whatever the time. The last line on standard output is\n"
    "{\"file\":…,\"bytes\":N}."};

} // namespace portolan
