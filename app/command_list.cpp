#include "app/commands.h"
#include "app/listings.h"
#include "app/output.h"
#include "app/printinglane.h"
#include "app/storeaccess.h"
#include "storage/audit.h"
#include "storage/componenthealth.h"
#include "storage/jobs.h"
#include "storage/operations.h"
#include "storage/portflows.h"
#include "storage/ports.h"
#include "storage/replay/archive.h"
#include "storage/replay/groupscan.h"
#include "storage/replay/replays.h"
#include "storage/store.h"
#include "storage/storedrows.h"
#include "storage/tables.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> listArguments{
    {{"WHAT",
      "batches, messages, ports, port-flows, port-messages, dead-letters, dead-letter-groups, archive, replays, jobs, "
      "checkpoints, components, health, component-health, sinks, component-metrics, port-metrics, metrics, "
      "processed-events, "
      "rejects, gaps, audit, tables, rows or migrations"}}};
constexpr std::array<OptionSpec, 8> listOptions{{
    {"store", "STORE", "the store to read", true},
    {"filter", "F", "rows to print, e.g. 'message_number>100 ~timeout'"},
    {"sort", "[-]COLUMN", "order; - is descending"},
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

/// `rows` gives the listing of an opened store.
template <class Row>
Result<void> list(const Invocation& invocation, const FilterSchema& schema, std::span<const Column<Row>> columns,
                  Result<RowSource<Row>*> (*rows)(Store&, const CancelToken&)) {
    const auto request = readRequest(invocation, schema);
    if (!request)
        return request.error();
    auto store = openedStore(invocation, Access::Read);
    if (!store)
        return store.error();
    const auto source = rows(**store, invocation.interrupted);
    return source ? print(**source, *request, columns, invocation.interrupted) : Result<void>(source.error());
}

/// A listing that every kind of store has.
template <auto rows>
auto always(Store& store, const CancelToken&) {
    auto& source = (store.batches().*rows)();
    return Result(&source);
}

Error lacking(const Store& store, Feature feature) {
    return {ErrorCode::Unsupported, store.missing(feature).value_or(QString())};
}

template <auto rows>
auto ofPorts(Store& store, const CancelToken&) {
    PortRepository* const ports = store.ports();
    using Source = std::remove_reference_t<decltype((ports->*rows)())>;
    return ports ? Result<Source*>(&(ports->*rows)()) : Result<Source*>(lacking(store, Feature::Ports));
}

/// Counted to the end before the first is printed.
Result<RowSource<Port>*> countedPorts(Store& store, const CancelToken& interrupted) {
    PortRepository* const ports = store.ports();
    if (!ports)
        return lacking(store, Feature::Ports);
    const auto counted = ports->countPorts(PortRepository::untilExact, interrupted);
    if (!counted)
        return counted.error();
    return &ports->ports();
}

Result<RowSource<AuditEntry>*> auditOf(Store& store, const CancelToken&) {
    if (!store.audit())
        return lacking(store, Feature::Audit);
    return store.audit();
}

Result<void> listBatches(const Invocation& invocation) {
    return list(invocation, batchSchema(), batchColumns(), always<&BatchRepository::batches>);
}

Result<void> listMessages(const Invocation& invocation) {
    return list(invocation, messageSchema(), messageColumns(), always<&BatchRepository::messages>);
}

Result<void> listRejects(const Invocation& invocation) {
    return list(invocation, rejectSchema(), rejectColumns(), always<&BatchRepository::rejects>);
}

Result<void> listGaps(const Invocation& invocation) {
    return list(invocation, gapSchema(), gapColumns(), always<&BatchRepository::gaps>);
}

Result<void> listPorts(const Invocation& invocation) {
    return list(invocation, portSchema(), portColumns(), countedPorts);
}

Result<void> listPortMessages(const Invocation& invocation) {
    return list(invocation, portMessageSchema(), portMessageColumns(), ofPorts<&PortRepository::messages>);
}

Result<void> listDeadLetters(const Invocation& invocation) {
    return list(invocation, portMessageSchema(), portMessageColumns(), ofPorts<&PortRepository::deadLetters>);
}

Result<void> listAudit(const Invocation& invocation) {
    return list(invocation, auditSchema(), auditColumns(), auditOf);
}

Result<RowSource<ReplayRun>*> replaysOf(Store& store, const CancelToken&) {
    Replays* const replays = store.replays();
    if (!replays || store.missing(Feature::Replay))
        return lacking(store, Feature::Replay);
    return &replays->runs();
}

Result<void> listReplays(const Invocation& invocation) {
    return list(invocation, replayRunSchema(), replayRunColumns(), replaysOf);
}

Result<RowSource<ArchivedMessage>*> archiveOf(Store& store, const CancelToken&) {
    Operations* const operations = store.operations();
    return operations ? Result(&operations->archive().messages())
                      : Result<RowSource<ArchivedMessage>*>(lacking(store, Feature::Replay));
}

Result<void> listArchive(const Invocation& invocation) {
    return list(invocation, archiveSchema(), archiveColumns(), archiveOf);
}

Result<RowSource<Job>*> jobsOf(Store& store, const CancelToken&) {
    Operations* const operations = store.operations();
    return operations ? Result(&operations->jobs().rows())
                      : Result<RowSource<Job>*>(lacking(store, Feature::Operations));
}

Result<void> listJobs(const Invocation& invocation) {
    return list(invocation, jobSchema(), jobColumns(), jobsOf);
}

template <StoredTable table>
Result<RowSource<StoredRow>*> storedOf(Store& store, const CancelToken&) {
    RowSource<StoredRow>* const rows = store.storedRows(table);
    return rows ? Result(rows) : Result<RowSource<StoredRow>*>(lacking(store, Feature::Metrics));
}

template <StoredTable table>
Result<void> listStored(const Invocation& invocation) {
    return list(invocation, storedSchema(table), storedColumns(table), storedOf<table>);
}

Result<RowSource<ComponentHealth>*> componentHealthOf(Store& store, const CancelToken&) {
    RowSource<ComponentHealth>* const rows = store.componentHealth();
    return rows ? Result(rows) : Result<RowSource<ComponentHealth>*>(lacking(store, Feature::Components));
}

Result<RowSource<PortFlow>*> portFlowsOf(Store& store, const CancelToken&) {
    RowSource<PortFlow>* const rows = store.portFlows();
    return rows ? Result(rows) : Result<RowSource<PortFlow>*>(lacking(store, Feature::Ports));
}

Result<void> listPortFlows(const Invocation& invocation) {
    return list(invocation, portFlowSchema(), portFlowColumns(), portFlowsOf);
}

Result<void> listComponentHealth(const Invocation& invocation) {
    return list(invocation, componentHealthSchema(), componentHealthColumns(), componentHealthOf);
}

Result<RowSource<TableInfo>*> tablesOf(Store& store, const CancelToken&) {
    Tables* const tables = store.tables();
    return tables ? Result(&tables->tables()) : Result<RowSource<TableInfo>*>(lacking(store, Feature::Tables));
}

Result<void> listTables(const Invocation& invocation) {
    return list(invocation, tableInfoSchema(), tableInfoColumns(), tablesOf);
}

/// Rows of any table: what columns there are is known when it is opened.
Result<void> listRows(const Invocation& invocation) {
    if (!invocation.has("table"))
        return Error{ErrorCode::Usage, QStringLiteral("list rows needs --table NAME.")};
    const auto store = openedStore(invocation, Access::Read);
    if (!store)
        return store.error();
    Tables* const tables = (*store)->tables();
    if (!tables)
        return lacking(**store, Feature::Tables);
    const auto table = tables->open(invocation.value("table").toUtf8(), invocation.interrupted);
    if (!table)
        return table.error();
    auto request = readRequest(invocation, (*table)->schema());
    if (!request)
        return request.error();
    if (!(*table)->note().isEmpty())
        say((*table)->note());
    std::vector<ExportColumn> columns;
    for (const FilterSchema::Column& column : (*table)->schema().columns)
        columns.push_back({column.name, column.type});
    RowPrinter printer(request->format, std::move(columns));
    qint64 left = request->limit > 0 ? request->limit : std::numeric_limits<qint64>::max();
    for (bool last = false; left > 0 && !last;) {
        request->query.limit = static_cast<int>(std::min<qint64>(left, rowsAPage));
        auto page = (*table)->rows().page(request->query, invocation.interrupted);
        if (!page)
            return page.error();
        for (const TableRow& row : page->rows) {
            if (const auto printed = printer.print(row.cells); !printed)
                return printed;
        }
        left -= static_cast<qint64>(page->rows.size());
        last = page->last;
        request->query.after = std::move(page->next);
        if (left == 0 && !last)
            say(QStringLiteral("more: --after ") + QString::fromLatin1(request->query.after.toText()));
    }
    return printer.finish();
}

/// All dead letters are read to know what they have in common. Reading leaves no trace, unless it is asked for.
Result<void> listGroups(const Invocation& invocation) {
    auto request = readRequest(invocation, deadLetterGroupSchema());
    if (!request)
        return request.error();
    const bool remembers = invocation.has("remember");
    const auto store = openedStore(invocation, remembers ? Access::Write : Access::Read);
    if (!store)
        return store.error();
    PortRepository* const ports = (*store)->ports();
    if (!ports || (*store)->missing(Feature::DeadLetters))
        return lacking(**store, Feature::DeadLetters);
    GroupScan& scan = ports->groups();
    const auto read = scan.more(GroupScan::untilExact, invocation.interrupted);
    if (!read)
        return read.error();
    if (remembers) {
        if (const auto remembered = scan.remember(invocation.interrupted); !remembered)
            return remembered.error();
    }
    if (request->query.sort.column.isEmpty())
        request->query.sort = {"count", true};
    return print<DeadLetterGroup>(scan.rows(), *request, deadLetterGroupColumns(), invocation.interrupted);
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

constexpr std::array<Listing, 25> listings{{
    {"batches", listBatches},
    {"messages", listMessages},
    {"ports", listPorts},
    {"port-flows", listPortFlows},
    {"port-messages", listPortMessages},
    {"dead-letters", listDeadLetters},
    {"dead-letter-groups", listGroups},
    {"archive", listArchive},
    {"replays", listReplays},
    {"jobs", listJobs},
    {"checkpoints", listStored<StoredTable::Checkpoints>},
    {"components", listStored<StoredTable::Components>},
    {"health", listStored<StoredTable::Health>},
    {"component-health", listComponentHealth},
    {"sinks", listStored<StoredTable::Sinks>},
    {"component-metrics", listStored<StoredTable::ComponentMetrics>},
    {"port-metrics", listStored<StoredTable::PortMetrics>},
    {"metrics", listStored<StoredTable::Metrics>},
    {"processed-events", listStored<StoredTable::ProcessedEvents>},
    {"rejects", listRejects},
    {"gaps", listGaps},
    {"audit", listAudit},
    {"tables", listTables},
    {"rows", listRows},
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
