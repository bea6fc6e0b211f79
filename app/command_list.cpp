#include "app/commands.h"
#include "app/listings.h"
#include "app/output.h"
#include "app/printinglane.h"
#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> listArguments{{{"WHAT", "batches, messages, rejects, gaps or migrations"}}};
constexpr std::array<OptionSpec, 6> listOptions{{
    {"store", "STORE", "the store to read", true},
    {"filter", "F", "rows to print, e.g. 'message_number>100 ~timeout'"},
    {"sort", "[-]COLUMN", "order; - is descending"},
    {"limit", "N", "rows at most (100); 0 is all"},
    {"after", "CURSOR", "go on where an earlier list ended"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

constexpr int rowsAPage = 500;
constexpr qint64 usualLimit = 100;

struct ListRequest {
    ListQuery query;
    qint64 limit = usualLimit; ///< 0 is all
    Format format = Format::Jsonl;
};

Result<ListRequest> readRequest(const Invocation& invocation, const FilterSchema& schema) {
    ListRequest request;
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return format.error();
    const auto limit = invocation.number("limit", 0);
    if (!limit)
        return limit.error();
    const auto filter = parseFilter(invocation.value("filter"), schema, currentTime());
    if (!filter)
        return filter.error();
    request.format = *format;
    request.limit = limit->value_or(usualLimit);
    request.query.filter = *filter;
    if (invocation.has("sort")) {
        const auto sort = parseSort(invocation.value("sort").toUtf8(), schema);
        if (!sort)
            return sort.error();
        request.query.sort = *sort;
    }
    if (invocation.has("after")) {
        const auto after = Cursor::fromText(invocation.value("after").toUtf8());
        if (!after)
            return after.error();
        request.query.after = *after;
    }
    return request;
}

/// Pages through a listing and prints it.
template <class Row>
Result<void> print(RowSource<Row>& source, ListRequest request, std::span<const Column<Row>> columns,
                   const CancelToken& interrupted) {
    PrintingLane<Row> lane(request.format, columns);
    qint64 left = request.limit > 0 ? request.limit : std::numeric_limits<qint64>::max();
    bool last = false;
    bool taken = true;
    while (left > 0 && !last && taken) {
        request.query.limit = static_cast<int>(std::min<qint64>(left, rowsAPage));
        auto page = source.page(request.query, interrupted);
        if (!page)
            return page.error();
        left -= static_cast<qint64>(page->rows.size());
        last = page->last;
        request.query.after = std::move(page->next);
        taken = lane.print(std::move(page->rows));
    }
    const auto printed = lane.finish();
    if (printed && !last)
        say(QStringLiteral("more: --after ") + QString::fromLatin1(request.query.after.toText()));
    return printed;
}

template <class Row>
Result<void> list(const Invocation& invocation, const FilterSchema& schema, std::span<const Column<Row>> columns,
                  RowSource<Row>& (BatchRepository::*rows)()) {
    const auto request = readRequest(invocation, schema);
    if (!request)
        return request.error();
    const auto url = invocation.store("store");
    if (!url)
        return url.error();
    auto store = openStore(*url, Access::Read, invocation.interrupted);
    if (!store)
        return store.error();
    return print((((*store)->batches()).*rows)(), *request, columns, invocation.interrupted);
}

Result<void> listBatches(const Invocation& invocation) {
    return list(invocation, batchSchema(), batchColumns(), &BatchRepository::batches);
}

Result<void> listMessages(const Invocation& invocation) {
    return list(invocation, messageSchema(), messageColumns(), &BatchRepository::messages);
}

Result<void> listRejects(const Invocation& invocation) {
    return list(invocation, rejectSchema(), rejectColumns(), &BatchRepository::rejects);
}

Result<void> listGaps(const Invocation& invocation) {
    return list(invocation, gapSchema(), gapColumns(), &BatchRepository::gaps);
}

/// The program's migrations beside the store's: a dozen rows, with neither filter nor pages.
Result<void> listMigrations(const Invocation& invocation) {
    for (const char* option : {"filter", "sort", "after"}) {
        if (invocation.has(option))
            return Error{
                ErrorCode::Usage,
                QStringLiteral("list migrations prints all of them; it takes no --%1.").arg(QLatin1String(option))};
    }
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return format.error();
    const auto url = invocation.store("store");
    return url ? printMigrations(*url, *format, invocation.interrupted) : Result<void>(url.error());
}

struct Listing {
    const char* name;
    Result<void> (*print)(const Invocation&);
};

constexpr std::array<Listing, 5> listings{{
    {"batches", listBatches},
    {"messages", listMessages},
    {"rejects", listRejects},
    {"gaps", listGaps},
    {"migrations", listMigrations},
}};

Exit list(const Invocation& invocation) {
    const QString what = invocation.arguments.first();
    QStringList known;
    for (const Listing& listing : listings) {
        if (what != QLatin1String(listing.name)) {
            known << QLatin1String(listing.name);
            continue;
        }
        const auto printed = listing.print(invocation);
        return printed ? Exit::Done : fail(printed.error());
    }
    return fail(
        {ErrorCode::Usage,
         QStringLiteral("There is no listing \"%1\"; there are %2.").arg(what, known.join(QLatin1String(", ")))});
}

} // namespace

const CommandSpec listCommand{
    "list",
    "Prints rows of a store.",
    listArguments,
    listOptions,
    list,
    "jsonl is one object a line; text that is not UTF-8 has its bytes in NAME_base64. In csv, text cells that a\n"
    "spreadsheet would run as a formula get a leading '. When there is more, standard error names the cursor."};

} // namespace portolan
