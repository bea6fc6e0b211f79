#include "app/commands/commands.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/health/health.h"
#include "storage/listing/rowsource.h"
#include "storage/store.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 2> doctorOptions{{
    {"store", "STORE", "the store to look at", true},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

Exit doctor(const Invocation& invocation) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const auto store = openedStore(invocation);
    if (!store)
        return fail(store.error());
    if (!(*store)->findings())
        return fail({ErrorCode::Unsupported, QStringLiteral("This kind of store cannot be looked at so.")});
    ListQuery query;
    query.limit = 10'000;
    const auto page = (*store)->findings()->page(query, invocation.interrupted);
    if (!page)
        return fail(page.error());
    const auto columns = healthFindingColumns().subspan(1); // without the id
    std::vector<ExportColumn> names;
    for (const Column<HealthFinding>& column : columns)
        names.push_back({column.name, column.type});
    RowPrinter printer(*format, names);
    for (const HealthFinding& finding : page->rows) {
        std::vector<Value> values;
        for (const Column<HealthFinding>& column : columns)
            values.push_back(column.value(finding));
        if (const auto printed = printer.print(values); !printed)
            return fail(printed.error());
    }
    if (const auto printed = printer.finish(); !printed)
        return fail(printed.error());
    if (page->rows.empty())
        say(QStringLiteral("Nothing is to be mended."));
    const bool isAiling = std::ranges::any_of(page->rows, [](const HealthFinding& finding) {
        return finding.urgency != Urgency::Note || finding.isUnchecked;
    });
    return isAiling ? Exit::Found : Exit::Done;
}

} // namespace

const CommandSpec doctorCommand{
    "doctor",
    "Looks at a store, its server and its disk, and says what to mend first.",
    {},
    doctorOptions,
    doctor,
    "A row a finding: urgency (now, soon, note), name, subject, detail, remedy; the most urgent first. Nothing is\n"
    "changed. Of a PostgreSQL server: blocked sessions and who blocks them, long transactions, connections, the WAL\n"
    "archive, standbys and slots, transaction numbers, dead rows, invalid indexes, the disk where it is this "
    "machine's.\n"
    "Of every store: jobs and replay runs that nobody carries on, open rejects and gaps. The exit code is 3 when\n"
    "something is to be mended now or soon, or could not be looked at. `portolan verify` looks at the data "
    "themselves."};

} // namespace portolan
