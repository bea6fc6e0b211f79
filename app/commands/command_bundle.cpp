#include "app/commands/commands.h"
#include "app/console/deadletterset.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "app/console/version.h"
#include "app/render/bundlewriting.h"
#include "storage/json/jsontext.h"
#include "storage/ports/ports.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 11> bundleOptions{{
    {"store", "STORE", "the store to take from", true},
    {"to", "FILE", "where to: FILE.zip", true},
    {"filter", "F", "which messages, as list dead-letters takes it (all)"},
    {"group", "FINGERPRINT", "those of a group"},
    {"ids", "FILE", "those whose ids are in a file, one a line; - is standard input"},
    {"every-state", nullptr, "port messages in any state, not dead letters alone"},
    {"since", "T", "the report: from this time on (an hour before the first message)"},
    {"until", "T", "the report: up to this time (by default an hour after the last)"},
    {"series", "F", "the report: which series are drawn, a filter as list metrics takes it (all)"},
    {"title", "TEXT", "the title of the report"},
    {"no-report", nullptr, "messages and audit alone, which takes no libraries of a screen"},
}};

Result<ReportRequest> reportOf(const Invocation& invocation) {
    const auto since = invocation.time("since");
    const auto until = invocation.time("until");
    if (!since || !until)
        return since ? until.error() : since.error();
    ReportRequest request;
    request.since = *since;
    request.until = *until;
    request.series = invocation.value("series");
    request.title = invocation.value("title");
    return request;
}

/// Of what the bundle takes its messages out of.
const ColumnSet& bundleSchema(const Invocation& invocation) {
    return invocation.has("every-state") ? portMessageSchema() : deadLetterSchema();
}

Result<void> checkWords(const Invocation& invocation) {
    const int ways =
        (invocation.has("filter") ? 1 : 0) + (invocation.has("group") ? 1 : 0) + (invocation.has("ids") ? 1 : 0);
    if (ways > 1)
        return Error{ErrorCode::Usage, QStringLiteral("--filter, --group and --ids exclude each other.")};
    if (!invocation.value("to").endsWith(QLatin1String(".zip"), Qt::CaseInsensitive))
        return Error{ErrorCode::Usage, QStringLiteral("%1 does not end with .zip.").arg(invocation.value("to"))};
    const auto filter = parseFilter(invocation.value("filter"), bundleSchema(invocation), currentTime());
    return filter ? Result<void>() : filter.error();
}

Result<BundleOrder> orderOf(Store& store, const Invocation& invocation) {
    BundleOrder order;
    order.everyState = invocation.has("every-state");
    order.by = "Portolan " + QByteArray(version());
    if (!invocation.has("filter") && !invocation.has("group") && !invocation.has("ids"))
        return order;
    auto set = readLetterSet(store, invocation, bundleSchema(invocation),
                             order.everyState ? IdsOf::Messages : IdsOf::DeadLetters);
    PORTOLAN_TRY(set);
    order.filter = std::move(set->filter);
    order.ids = std::move(set->ids);
    order.words = std::move(set->words);
    return order;
}

Result<BundleSummary> bundleTo(const Invocation& invocation, PaperMaker maker) {
    PORTOLAN_TRY(checkWords(invocation));
    const auto request = reportOf(invocation);
    PORTOLAN_TRY(request);
    const bool hasReport = !invocation.has("no-report");
    if (hasReport && !maker)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The report is drawn by portolan-window, which is not installed; --no-report does "
                                    "without.")};
    const auto store = openedStore(invocation);
    PORTOLAN_TRY(store);
    const auto order = orderOf(**store, invocation);
    PORTOLAN_TRY(order);
    auto draft = BundleDraft::freeze(
        **store, *order, invocation.value("to"), [](qint64) {}, invocation.interrupted);
    PORTOLAN_TRY(draft);
    std::vector<BundlePaper> papers;
    if (hasReport) {
        auto made = maker(**store, aroundTimes(*request, (*draft)->span().first, (*draft)->span().last),
                          invocation.interrupted);
        PORTOLAN_TRY(made);
        papers = std::move(*made);
    }
    return (*draft)->write(**store, papers, invocation.interrupted);
}

Exit bundleCommandRun(const Invocation& invocation) {
    return runBundle(invocation, nullptr);
}

} // namespace

Exit runBundle(const Invocation& invocation, PaperMaker maker) {
    const auto done = bundleTo(invocation, maker);
    if (!done)
        return fail(done.error());
    QByteArray line = "{\"file\":";
    appendJsonString(line, invocation.value("to").toUtf8());
    line += ",\"messages\":" + QByteArray::number(done->messages) + ",\"audit\":" + QByteArray::number(done->audit)
            + ",\"missing\":" + QByteArray::number(done->missing) + ",\"bytes\":" + QByteArray::number(done->bytes)
            + ",\"identity\":\"" + done->identity + "\"}\n";
    if (const auto written = writeOut(line); !written)
        return fail(written.error());
    return done->missing > 0 ? Exit::Found : Exit::Done;
}

bool isBundling(const QStringList& arguments) {
    return !arguments.isEmpty() && arguments.first() == QLatin1String(bundleCommand.name)
           && !arguments.contains(QLatin1String("--help")) && !arguments.contains(QLatin1String("--no-report"));
}

const CommandSpec bundleCommand{
    "bundle",
    "Takes an incident home: its messages, their audit, a report, in one archive.",
    {},
    bundleOptions,
    bundleCommandRun,
    "A ZIP archive: data/messages.jsonl has each message byte for byte as it stood, data/ids.txt the ids that were\n"
    "frozen, data/audit.jsonl what was done to them; report.html and charts/ tell of the time around them; SHA256SUMS\n"
    "is for `sha256sum -c`. `portolan FILE.zip` and --store FILE.zip open it for reading; `portolan import FILE.zip\n"
    "--into STORE` puts its messages into a store, in the state they were in. What is under data/ is the same to the\n"
    "byte when it is taken from there again; PostgreSQL keeps of a document what it means, not how it was written.\n"
    "The last line on standard output is "
    "{\"file\":…,\"messages\":N,\"audit\":N,\"missing\":N,\"bytes\":N,\"identity\":…}; the\n"
    "exit code is 3 when an id of --ids is none of such messages."};

} // namespace portolan
