#include "app/commands/commands.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/export/exportrun.h"
#include "storage/json/jsontext.h"

#include <array>
#include <unistd.h>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> exportArguments{
    {{"WHAT", "a listing, as list prints it: batches, messages, port-messages, dead-letters, rows, …",
      storeListingNames}}};
constexpr std::array<OptionSpec, 7> exportOptions{{
    {"store", "STORE", "the store to read", true},
    {"to", "FILE", "where to, by its ending: .csv, .json, .jsonl, .xlsx", true},
    {"filter", "F", "rows to write, e.g. 'message_number>100 timeout'; else all"},
    {"sort", "[-]COLUMN", "order; - is descending"},
    {"table", "NAME", "rows: of which table; SCHEMA.NAME where it is not the usual schema"},
    {"flatten", nullptr, "csv and xlsx: the members of JSON columns as columns of their own"},
    {"formulas", nullptr, "csv: texts that begin with = + - @ as they are, which a spreadsheet runs"},
}};

constexpr std::chrono::milliseconds betweenTicks(200);

/// The number of rows so far, on a terminal only.
class Counting {
public:
    void operator()(qint64 rows) {
        const auto now = std::chrono::steady_clock::now();
        if (!m_shows || now < m_next)
            return;
        m_next = now + betweenTicks;
        m_said = true;
        std::fprintf(stderr, "\r%lld rows", static_cast<long long>(rows));
    }
    ~Counting() {
        if (m_said)
            std::fputs("\r\033[K", stderr);
    }
    Counting() = default;
    Counting(const Counting&) = delete;
    Counting& operator=(const Counting&) = delete;

private:
    bool m_shows = isatty(STDERR_FILENO) != 0;
    bool m_said = false;
    std::chrono::steady_clock::time_point m_next;
};

void tell(const ExportSummary& summary) {
    const CellTally& cells = summary.cells;
    if (cells.guarded > 0)
        say(QStringLiteral("cells with a ' before what a spreadsheet would run (--formulas leaves it out): %1")
                .arg(cells.guarded));
    if (cells.longTexts > 0)
        say(QStringLiteral("texts longer than a cell takes, whole in the sheet \"Long texts\": %1")
                .arg(cells.longTexts));
    if (cells.rounded > 0)
        say(QStringLiteral("numbers and times rounded to the 16 digits that a sheet has (.csv and .jsonl have all): %1")
                .arg(cells.rounded));
}

Result<ListQuery> queryOf(const Invocation& invocation, const ColumnSet& schema) {
    ListQuery query;
    const auto filter = parseFilter(invocation.value("filter"), schema, currentTime());
    PORTOLAN_TRY(filter);
    query.filter = *filter;
    if (invocation.has("sort")) {
        const auto sort = parseSort(invocation.value("sort").toUtf8(), schema);
        PORTOLAN_TRY(sort);
        query.sort = *sort;
    }
    return query;
}

Result<Exit> exportTo(const Invocation& invocation) {
    const QString what = invocation.arguments.first();
    const QString path = invocation.value("to");
    const auto format = exportFormatOf(path);
    PORTOLAN_TRY(format);
    const auto schema = storeListingSchema(what);
    if (!schema)
        return Error{schema.error().code, schema.error().text + didYouMean(what, storeListingNames())};
    if (*schema) { // a mistake is told before anything is opened
        PORTOLAN_TRY(queryOf(invocation, **schema));
    }
    const auto store = openedStore(invocation);
    PORTOLAN_TRY(store);
    const auto listing = openExport(**store, what, invocation.value("table").toUtf8(), *format, invocation.interrupted);
    PORTOLAN_TRY(listing);
    auto query = queryOf(invocation, (*listing)->schema());
    PORTOLAN_TRY(query);
    if (query->sort.column.isEmpty())
        query->sort = (*listing)->usualSort();
    const QString told = (*listing)->note();
    if (!told.isEmpty())
        say(told);
    if (const QString cost = (*listing)->costOf(query->sort); !cost.isEmpty())
        say(cost);
    const ExportOptions options{*format, {!invocation.has("formulas")}, invocation.has("flatten")};
    const auto summary = [&] {
        Counting counting;
        return exportRows(**listing, *query, path, options, invocation.has("table") ? invocation.value("table") : what,
                          std::ref(counting), invocation.interrupted);
    }();
    PORTOLAN_TRY(summary);
    tell(*summary);
    QByteArray line = "{\"file\":";
    appendJsonString(line, path.toUtf8());
    line +=
        ",\"rows\":" + QByteArray::number(summary->rows) + ",\"bytes\":" + QByteArray::number(summary->bytes) + "}\n";
    PORTOLAN_TRY(writeOut(line));
    const QString shortfall = (*listing)->leftOut();
    if (!shortfall.isEmpty() && !told.contains(shortfall))
        say(shortfall);
    const Exit bytes = tellLossyCells(summary->cells.notUtf8);
    return shortfall.isEmpty() ? bytes : Exit::Found;
}

Exit exportListing(const Invocation& invocation) {
    const auto done = exportTo(invocation);
    return done ? *done : fail(done.error());
}

} // namespace

const CommandSpec exportCommand{
    "export",
    "Writes the rows of a listing to a file.",
    exportArguments,
    exportOptions,
    exportListing,
    ".csv: RFC 4180, UTF-8; NULL is an empty field, an empty text is \"\"; text cells that a spreadsheet would run as\n"
    "a formula get a leading '. .json: one array of objects; batches with their messages. .jsonl: an object a line.\n"
    "import takes each of them again: port messages in the state that they are in, other rows as records of their "
    "kind.\n"
    "Text that is not UTF-8 has its bytes in NAME_base64 (NAME_base64_2, … where a column is called so); in .csv and\n"
    ".xlsx U+FFFD stands for them, which is said, and the exit code is 3. .xlsx: typed cells; reals have 16 digits,\n"
    "integers beyond 2^53 are text, texts longer than 32,767 characters stand whole in the sheet \"Long texts\", NULL\n"
    "and empty texts are both empty cells. The file takes its name when it is whole. The last line on standard output "
    "is\n"
    "{\"file\":…,\"rows\":N,\"bytes\":N}."};

} // namespace portolan
