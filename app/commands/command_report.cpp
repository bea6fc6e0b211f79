#include "app/commands/commands.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "app/render/reportwriting.h"
#include "storage/json/jsontext.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 9> reportOptions{{
    {"store", "STORE", "the store to tell of", true},
    {"to", "FILE", "where to, by its ending: .html, .pdf", true},
    {"since", "T", "from this time on (everything)"},
    {"until", "T", "up to this time (everything)"},
    {"last", "AGE", "the last so long instead: 12h, 7d; what cron wants"},
    {"sections", "A,B,…", "summary, receiving, charts, dead-letters, replays, health, checks, gaps (all of them)"},
    {"series", "F", "which series are drawn, a filter as list metrics takes it (all)"},
    {"title", "TEXT", "the title"},
    {"template", "FILE", "what is not said here: a choice as the window saves it"},
}};

bool isReport(const QString& path) {
    return path.endsWith(QLatin1String(".html"), Qt::CaseInsensitive)
           || path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
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
