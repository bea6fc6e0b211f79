#include "app/commands/commands.h"
#include "app/console/deadletterset.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/stores/opencontent.h"
#include "storage/transfer/storecomparison.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> compareArguments{{
    {"A", "a store"},
    {"B", "the store that is held against it"},
}};

constexpr std::array<OptionSpec, 2> compareOptions{{
    {"table", "TABLE", "this table alone, also one of Portolan's own (the tables of the pipeline)"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

Result<std::unique_ptr<StoreContent>> contentOf(const QString& word, const CancelToken& interrupted) {
    const auto url = storeNamed(word);
    return url ? openContent(*url, interrupted) : url.error();
}

Result<CompareReport> compare(const Invocation& invocation, Format format) {
    const auto a = contentOf(invocation.arguments[0], invocation.interrupted);
    PORTOLAN_TRY(a);
    const auto b = contentOf(invocation.arguments[1], invocation.interrupted);
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
    "Compares two stores row by row.",
    compareArguments,
    compareOptions,
    runCompare,
    "A row each: missing (in A, not in B), extra (in B, not in A) or changed, with the columns that differ. Each store "
    "is\n"
    "read as it is at one moment, whatever is written meanwhile. Values are compared by what they mean: times to the\n"
    "microsecond, documents whatever their spelling, numbers with all digits. A file store is compared by its "
    "messages\n"
    "alone: batch, number, content, and time in whole seconds. Exit code 3 when something differs, or one store alone\n"
    "has a table with rows, or a column."};

} // namespace portolan
