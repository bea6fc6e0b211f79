#include "app/commands/commands.h"
#include "app/commands/listings.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/deadletters/groupscan.h"
#include "storage/export/exportpipeline.h"
#include "storage/listing/filter.h"
#include "storage/ports/ports.h"
#include "storage/store.h"
#include "storage/tables/tables.h"

#include <array>

namespace portolan {

namespace {

QStringList listWords() {
    return storeListingNames() + QStringList(QStringLiteral("migrations"));
}

constexpr std::array<ArgumentSpec, 1> listArguments{{{"WHAT", nullptr, listWords}}};
constexpr std::array<OptionSpec, 9> listOptions{{
    {"store", "STORE", "the store to read", true},
    {"filter", "F", "rows to print, e.g. 'message_number>100 timeout'"},
    {"sort", "[-]COLUMN", "order; - is descending"},
    {"view", "NAME",
     "the saved view of that name of the pane that shows them: its filter, and its sort unless one is given"},
    {"limit", "N", "rows at most (100); 0 is all"},
    {"after", "CURSOR", "go on where an earlier list ended"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
    {"table", "NAME", "rows: of which table; SCHEMA.NAME where it is not the usual schema"},
    {"remember", nullptr, "dead-letter-groups: have the store keep their names and history; writes to it"},
}};

constexpr int rowsAPage = 500;
constexpr qint64 usualLimit = 100;

struct ListRequest {
    ListQuery query;
    qint64 limit = usualLimit; ///< 0 is all
    Format format = Format::Jsonl;
};

Result<ListRequest> readRequest(const Invocation& invocation, const ColumnSet& schema) {
    ListRequest request;
    const auto format = parseFormat(invocation.value("format"));
    PORTOLAN_TRY(format);
    const auto limit = invocation.number("limit", 0);
    PORTOLAN_TRY(limit);
    const auto filter = parseFilter(invocation.value("filter"), schema, currentTime());
    PORTOLAN_TRY(filter);
    request.format = *format;
    request.limit = limit->value_or(usualLimit);
    request.query.filter = *filter;
    if (invocation.has("sort")) {
        const auto sort = parseSort(invocation.value("sort").toUtf8(), schema);
        PORTOLAN_TRY(sort);
        request.query.sort = *sort;
    }
    if (invocation.has("after")) {
        const auto after = Cursor::fromText(invocation.value("after").toUtf8());
        PORTOLAN_TRY(after);
        request.query.after = *after;
    }
    return request;
}

/// Says what cannot be read of it: with that the command ends with 3. `told`: the words that were said before.
Exit tellShortfall(const StoreListing& listing, const QString& told) {
    const QString shortfall = listing.leftOut();
    if (!shortfall.isEmpty() && !told.contains(shortfall))
        say(shortfall);
    return shortfall.isEmpty() ? Exit::Done : Exit::Found;
}

/// Pages through a listing and prints it; returns RowPrinter::lossyCells().
Result<qint64> print(StoreListing& listing, ListRequest request, const CancelToken& interrupted) {
    RowPrinter printer(request.format, listing.columns());
    ExportPipeline pipeline([&](std::span<const Value> row) { return printer.print(row); });
    qint64 left = request.limit > 0 ? request.limit : std::numeric_limits<qint64>::max();
    bool last = false;
    bool taken = true;
    while (left > 0 && !last && taken) {
        request.query.limit = static_cast<int>(std::min<qint64>(left, rowsAPage));
        auto page = listing.page(request.query, interrupted);
        PORTOLAN_TRY(page);
        left -= static_cast<qint64>((*page)->size());
        last = (*page)->last;
        request.query.after = std::move((*page)->next);
        taken = pipeline.push(std::move(*page));
    }
    PORTOLAN_TRY(pipeline.finish());
    PORTOLAN_TRY(printer.finish());
    if (!last)
        say(QStringLiteral("more: --after ") + QString::fromLatin1(request.query.after.toText()));
    return printer.lossyCells();
}

Result<Exit> listRows(const Invocation& invocation, const Door& door, const QString& what) {
    const auto known = storeListingSchema(what);
    if (!known)
        return Error{
            ErrorCode::Usage,
            QStringLiteral("There is no listing \"%1\"; there are %2.").arg(what, listWords().join(QLatin1String(", ")))
                + didYouMean(what, listWords())};
    if (*known) { // a mistake is told before anything is opened
        PORTOLAN_TRY(readRequest(invocation, **known));
    }
    const bool remembers = invocation.has("remember") && what == QLatin1String("dead-letter-groups");
    if (!*known && !invocation.has("table"))
        return Error{ErrorCode::Usage, QStringLiteral("list rows needs --table NAME.")};
    const auto store = remembers ? door.open() : openedStore(invocation);
    PORTOLAN_TRY(store);
    std::optional<SavedView> view;
    if (invocation.has("view")) {
        auto found = viewOfListing(**store, what, invocation.value("view"), invocation.interrupted);
        PORTOLAN_TRY(found);
        view = std::move(*found);
    }
    const auto listing = openNamedListing(**store, what, invocation.value("table").toUtf8(), invocation.interrupted);
    PORTOLAN_TRY(listing);
    auto request = readRequest(invocation, (*listing)->schema());
    PORTOLAN_TRY(request);
    if (view) {
        PORTOLAN_TRY(addView(request->query, *view, (*listing)->schema(), currentTime()));
    }
    const QString told = (*listing)->note();
    if (!told.isEmpty())
        say(told);
    if (remembers) {
        PORTOLAN_TRY((*store)->ports()->groups().remember(invocation.interrupted));
    }
    if (request->query.sort.column.isEmpty())
        request->query.sort = (*listing)->usualSort();
    if (const QString cost = (*listing)->costOf(request->query.sort); !cost.isEmpty())
        say(cost);
    const auto printed = print(**listing, *request, invocation.interrupted);
    PORTOLAN_TRY(printed);
    const Exit bytes = tellLossyCells(*printed);
    const Exit rows = tellShortfall(**listing, told);
    return rows == Exit::Done ? bytes : rows;
}

/// Lists the program's migrations beside the store's: a dozen rows, with neither filter nor pages.
Result<Exit> listMigrations(const Invocation& invocation) {
    for (const char* option : {"filter", "sort", "after", "view"}) {
        if (invocation.has(option))
            return Error{
                ErrorCode::Usage,
                QStringLiteral("list migrations prints all of them; it takes no --%1.").arg(QLatin1String(option))};
    }
    const auto format = parseFormat(invocation.value("format"));
    PORTOLAN_TRY(format);
    const auto url = invocation.store("store");
    PORTOLAN_TRY(url);
    const auto printed = printMigrations(*url, *format, invocation.interrupted);
    return printed ? Result(Exit::Done) : Result<Exit>(printed.error());
}

Result<Exit> printWhole(const Invocation& invocation, const char* what) {
    ListRequest request;
    const auto format = parseFormat(invocation.value("format"));
    PORTOLAN_TRY(format);
    request.format = *format;
    request.limit = 0;
    const auto store = openedStore(invocation);
    PORTOLAN_TRY(store);
    const auto listing = openNamedListing(**store, QLatin1String(what), {}, invocation.interrupted);
    PORTOLAN_TRY(listing);
    request.query.sort = (*listing)->usualSort();
    const auto printed = print(**listing, request, invocation.interrupted);
    PORTOLAN_TRY(printed);
    return tellLossyCells(*printed);
}

Exit list(const Invocation& invocation, const Door& door) {
    const QString what = invocation.arguments.first();
    const auto printed =
        what == QLatin1String("migrations") ? listMigrations(invocation) : listRows(invocation, door, what);
    return printed ? *printed : fail(printed.error());
}

} // namespace

Exit printListing(const Invocation& invocation, const char* what) {
    const auto printed = printWhole(invocation, what);
    return printed ? *printed : fail(printed.error());
}

const CommandSpec listCommand{
    "list",
    "Prints rows of a store.",
    listArguments,
    listOptions,
    list,
    "jsonl is one object a line; text that is not UTF-8 has its bytes in NAME_base64 (NAME_base64_2, … where a column\n"
    "is called so). In csv U+FFFD stands for them, which is said, and the exit code is 3; text cells that a\n"
    "spreadsheet would run as a formula get a leading '. When there is more, standard error names the cursor."};

} // namespace portolan
