#include "app/commands/commands.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/listing/listing.h"
#include "storage/search/search.h"
#include "storage/store.h"

#include <QStringList>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> searchArguments{
    {{"TEXT", "what to look for; capitals make no difference in a to z"}}};
constexpr std::array<OptionSpec, 4> searchOptions{{
    {"store", "STORE", "the store to search", true},
    {"kind", "KIND", "only message, port-message, checkpoint, component, sink or reject"},
    {"limit", "N", "rows of each kind at most (100); 0 is all"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};
constexpr qint64 usualLimit = 100;
constexpr qint64 rowsAPage = 500;

struct SearchRequest {
    QString text;
    std::vector<FoundKind> kinds;
    qint64 limit = usualLimit; ///< of each kind; 0 is all
    Format format = Format::Jsonl;
};

/// Prints a page; how many rows it had.
Result<qint64> print(RowPrinter& printer, const std::vector<Found>& rows) {
    for (const Found& row : rows) {
        std::vector<Value> cells;
        for (const Column<Found>& column : foundColumns())
            cells.push_back(column.value(row));
        PORTOLAN_TRY(printer.print(cells));
    }
    return std::ssize(rows);
}

/// Prints what there is of a kind, and says how much in words; empty where there is nothing.
Result<QString> searchKind(Store& store, const SearchRequest& request, FoundKind kind, RowPrinter& printer,
                           const CancelToken& interrupted) {
    qint64 printed = 0;
    Cursor after;
    bool more = true;
    while (more && (request.limit == 0 || printed < request.limit)) {
        const qint64 wanted = request.limit == 0 ? rowsAPage : std::min(request.limit - printed, rowsAPage);
        Result<FoundRows> found = searchStore(store, kind, request.text, static_cast<int>(wanted), after, interrupted);
        PORTOLAN_TRY(found);
        if (found->missing && request.kinds.size() == 1)
            return Error{ErrorCode::Unsupported, *found->missing};
        const Result<qint64> rows = print(printer, found->rows);
        PORTOLAN_TRY(rows);
        printed += *rows;
        more = found->more;
        after = std::move(found->next);
    }
    if (printed == 0)
        return QString();
    return QStringLiteral("%1: %2%3")
        .arg(QString::fromLatin1(foundKindName(kind)), QString::number(printed),
             more ? QStringLiteral(" of more") : QString());
}

struct SearchSummary {
    QStringList found;    ///< how many of each kind
    QStringList failures; ///< kinds that could not be searched: these hide nothing of the others
};

Result<SearchSummary> searchAll(Store& store, const SearchRequest& request, const CancelToken& interrupted) {
    RowPrinter printer(request.format, exportColumns(foundColumns()));
    SearchSummary summary;
    for (const FoundKind kind : request.kinds) {
        const Result<QString> found = searchKind(store, request, kind, printer, interrupted);
        if (!found && (!mayReadOn(found.error().code) || request.kinds.size() == 1))
            return found.error();
        if (!found)
            summary.failures << QStringLiteral("%1: %2 (%3)")
                                    .arg(QString::fromLatin1(foundKindName(kind)), found.error().text,
                                         found.error().details);
        else if (!found->isEmpty())
            summary.found << *found;
    }
    const Result<void> finished = printer.finish();
    return finished ? Result<SearchSummary>(summary) : Result<SearchSummary>(finished.error());
}

QStringList kindNames() {
    QStringList names;
    for (const FoundKind kind : foundKinds)
        names << QString::fromLatin1(foundKindName(kind));
    return names;
}

Exit runSearch(const Invocation& invocation) {
    const auto format = parseFormat(invocation.value("format"));
    const auto limit = invocation.number("limit", 0);
    if (!format || !limit)
        return fail(format ? limit.error() : format.error());
    std::vector<FoundKind> kinds(foundKinds.begin(), foundKinds.end());
    if (invocation.has("kind")) {
        const auto kind = foundKindNamed(invocation.value("kind").toUtf8());
        if (!kind)
            return fail({ErrorCode::Usage, QStringLiteral("There is no kind %1; there are message, port-message, "
                                                          "checkpoint, component, sink and reject.")
                                                   .arg(invocation.value("kind"))
                                               + didYouMean(invocation.value("kind"), kindNames())});
        kinds = {*kind};
    }
    const auto store = openedStore(invocation);
    if (!store)
        return fail(store.error());
    const Result<SearchSummary> found = searchAll(
        **store, {invocation.arguments.first(), kinds, limit->value_or(usualLimit), *format}, invocation.interrupted);
    if (!found)
        return fail(found.error());
    for (const QString& failure : found->failures)
        say(failure);
    say(found->found.isEmpty() ? QStringLiteral("nothing found") : found->found.join(QStringLiteral(", ")));
    return found->failures.isEmpty() ? Exit::Done : Exit::Found;
}

} // namespace

const CommandSpec searchCommand{
    "search",
    "Finds a text in everything: messages, port messages, versions of checkpoints and components, sinks, rejects.",
    searchArguments,
    searchOptions,
    runSearch,
    "Newest first, kind by kind; the same rows as `portolan list` finds with the text in quotes as a filter. A "
    "database\n"
    "that `portolan roll` or a receiver looks after answers from its index, every other is read through."};

} // namespace portolan
