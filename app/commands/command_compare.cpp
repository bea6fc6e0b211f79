#include "app/commands/commands.h"
#include "app/console/deadletterset.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/stores/backup.h"
#include "storage/stores/opencontent.h"
#include "storage/transfer/storecomparison.h"

#include <algorithm>
#include <array>
#include <vector>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> compareArguments{{
    {"A", "a store, or the file or id of a backup"},
    {"B", "the store or backup that is held against it"},
}};

constexpr std::array<OptionSpec, 3> compareOptions{{
    {"table", "TABLE", "this table alone, also one of Portolan's own (the tables of the pipeline)"},
    {"of", "STORE", "the store that a backup is of, where A and B do not say it"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

/// The two sides, and the store that --of names.
struct Sides {
    std::array<std::optional<StoreUrl>, 2> urls; ///< nothing: the word is the id of a backup
    std::vector<StoreUrl> stores;                ///< those that are named, --of's first
};

Result<Sides> sidesOf(const Invocation& invocation) {
    Sides sides;
    if (invocation.has("of")) {
        auto of = storeNamed(invocation.value("of"));
        PORTOLAN_TRY(of);
        sides.stores.push_back(std::move(*of));
    }
    for (std::size_t side = 0; side < sides.urls.size(); ++side) {
        const QString& word = invocation.arguments[static_cast<qsizetype>(side)];
        if (namesBackup(word))
            continue;
        const auto url = storeNamed(word);
        PORTOLAN_TRY(url);
        sides.urls[side] = *url;
        sides.stores.push_back(*url);
    }
    return sides;
}

Result<std::unique_ptr<StoreContent>> contentOf(const Sides& sides, std::size_t side, const Invocation& invocation) {
    ContentAid aid;
    if (invocation.has("table"))
        aid.tables << invocation.value("table");
    const auto server = std::ranges::find(sides.stores, StoreKind::Postgresql, &StoreUrl::kind);
    if (server != sides.stores.end())
        aid.server = *server;
    StoreUrl url = sides.urls[side].value_or(StoreUrl());
    if (!sides.urls[side]) {
        const auto file = backupFileOf(invocation.arguments[static_cast<qsizetype>(side)], sides.stores);
        PORTOLAN_TRY(file);
        url.kind = StoreKind::Bundle;
        url.path = *file;
    }
    return openContent(url, invocation.interrupted, aid);
}

Result<CompareReport> compare(const Invocation& invocation, Format format) {
    const auto sides = sidesOf(invocation);
    PORTOLAN_TRY(sides);
    const auto a = contentOf(*sides, 0, invocation);
    PORTOLAN_TRY(a);
    const auto b = contentOf(*sides, 1, invocation);
    PORTOLAN_TRY(b);
    RowPrinter printer(format, {{"table", ColumnType::Text},
                                {"key", ColumnType::Text},
                                {"difference", ColumnType::Text},
                                {"columns", ColumnType::Text}});
    CompareOptions options;
    if (invocation.has("table"))
        options.tables << invocation.value("table");
    auto report = compareStores(**a, **b, options, [&](const RowDifference& difference) {
        return printer.print(std::array<Value, 4>{difference.table, difference.key,
                                                  QByteArray(rowDifferenceName(difference.kind)),
                                                  difference.columns.isEmpty() ? Value() : Value(difference.columns)});
    });
    PORTOLAN_TRY(printer.finish());
    return report;
}

Exit runCompare(const Invocation& invocation) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const auto report = compare(invocation, *format);
    if (!report)
        return fail(report.error());
    for (const QString& sentence : report->leftOut)
        say(shown(sentence.toUtf8()));
    say(QStringLiteral("Rows alike: %1, rows that differ: %2.").arg(report->rows).arg(report->differences));
    return report->differences == 0 && report->leftOut.isEmpty() ? Exit::Done : Exit::Found;
}

} // namespace

const CommandSpec compareCommand{
    "compare",
    "Compares two stores, or backups, row by row.",
    compareArguments,
    compareOptions,
    runCompare,
    "A row each: missing (in A, not in B), extra (in B, not in A) or changed, with the columns that differ. Each store "
    "is\n"
    "read as it is at one moment, whatever is written meanwhile. Values are compared by what they mean: times to the\n"
    "microsecond, documents whatever their spelling, numbers with all digits. A file store is compared by its "
    "messages\n"
    "alone: batch, number, content, and time in whole seconds. A backup is restored aside, proved, and gone "
    "afterwards:\n"
    "one of a database on a server beside the other side's, or beside --of's. Exit code 3 when something differs, or "
    "one store alone\n"
    "has a table with rows, or a column."};

} // namespace portolan
