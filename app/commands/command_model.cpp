#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/listing/filter.h"
#include "storage/store.h"
#include "storage/tables/objectmodels.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> modelArguments{
    {{"DO", "register or forget"}, {"WHAT", "the file that describes a model, or the name of one"}}};
constexpr std::array<OptionSpec, 2> modelOptions{{
    {"store", "STORE", "the store whose user-defined table it is", true},
    {"reason", "TEXT", "why; it goes into the audit", true},
}};
constexpr std::array<OptionSpec, 4> healOptions{{
    {"store", "STORE", "the store whose user-defined tables are mended", true},
    {"reason", "TEXT", "why; it goes into the audit (not needed with --dry-run)"},
    {"dry-run", nullptr, "only say what would be done"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

struct ModelStore {
    std::unique_ptr<Store> store;
    ObjectModels* models = nullptr;
};

Result<ModelStore> modelsOf(Result<std::unique_ptr<Store>> store) {
    PORTOLAN_TRY(store);
    ObjectModels* const models = (*store)->objectModels();
    if (!models)
        return Error{ErrorCode::Unsupported, QStringLiteral("Only databases keep object models.")};
    return ModelStore{std::move(*store), models};
}

Result<ModelText> readModel(const QString& name) {
    const Result<QByteArray> text = readWhole(name, "object model");
    return text ? parseModelFile(*text) : text.error();
}

Exit changeModel(const Invocation& invocation, const Door& door) {
    const QString& what = invocation.arguments[0];
    const bool registers = what == QLatin1String("register");
    if (!registers && what != QLatin1String("forget"))
        return fail({ErrorCode::Usage, QStringLiteral("model knows register and forget, not \"%1\".").arg(what)
                                           + didYouMean(what, {QStringLiteral("register"), QStringLiteral("forget")})});
    std::optional<ModelText> model;
    if (registers) {
        auto read = readModel(invocation.arguments[1]);
        if (!read)
            return fail(read.error());
        model = std::move(*read);
    }
    const auto opened = modelsOf(door.open());
    if (!opened)
        return fail(opened.error());
    const QByteArray reason = invocation.value("reason").toUtf8();
    if (!model) {
        const auto gone =
            opened->models->forget(invocation.arguments[1].toUtf8(), reason, actorName(), invocation.interrupted);
        return gone ? Exit::Done : fail(gone.error());
    }
    const auto version = opened->models->add(*model, reason, actorName(), invocation.interrupted);
    if (!version)
        return fail(version.error());
    const auto written = writeOut("{\"version\":" + QByteArray::number(*version) + "}\n");
    return written ? Exit::Done : fail(written.error());
}

Result<void> printDifferences(std::span<const ModelDifference> differences, const char* harmless, Format format) {
    RowPrinter printer(format, {{"model", ColumnType::Text},
                                {"difference", ColumnType::Text},
                                {"state", ColumnType::Text},
                                {"statements", ColumnType::Text}});
    for (const ModelDifference& each : differences) {
        const QByteArrayList statements(each.statements.begin(), each.statements.end());
        const QByteArray state = each.losesNothing ? harmless : "left";
        PORTOLAN_TRY(printer.print(std::array<Value, 4>{each.model, each.what, state, statements.join("; ")}));
    }
    return printer.finish();
}

Exit heal(const Invocation& invocation, const Door& door) {
    const bool isDry = invocation.has("dry-run");
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    if (const auto said = isDry ? Result<void>() : door.wantReason(); !said)
        return fail(said.error());
    const auto opened = modelsOf(isDry ? openedStore(invocation) : door.open());
    if (!opened)
        return fail(opened.error());
    const auto differences = opened->models->differences(invocation.interrupted);
    if (!differences)
        return fail(differences.error());
    const std::vector<QByteArray> statements = harmlessStatements(*differences);
    if (!isDry && !statements.empty()) {
        const auto healed =
            opened->models->heal(statements, invocation.value("reason").toUtf8(), actorName(), invocation.interrupted);
        if (!healed)
            return fail(healed.error());
    }
    if (const auto printed = printDifferences(*differences, isDry ? "would be healed" : "healed", *format); !printed)
        return fail(printed.error());
    const bool isClean =
        isDry ? differences->empty()
              : std::ranges::all_of(*differences, [](const ModelDifference& each) { return each.losesNothing; });
    return isClean ? Exit::Done : Exit::Found;
}

} // namespace

const CommandSpec modelCommand{
    "model",
    "Says what a user-defined table is to look like, or forgets it.",
    modelArguments,
    modelOptions,
    changeModel,
    "The file is "
    "{\"name\":NAME,\"table\":\"analytics_data.TABLE\",\"definition\":{\"columns\":[{\"name\":…,\"type\":…,\n"
    "\"not_null\":true,\"default\":…}],\"primary_key\":[…],\"indexes\":[{\"name\":…,\"columns\":[…],\"unique\":true}]}}"
    ".\n"
    "A default is text, a number, a truth value or {\"call\":\"now\"}. In SQLite the table is analytics_data_TABLE. A\n"
    "name that is registered already gets its next version; `list object-models` shows all. The table itself is not\n"
    "touched: `verify` says where it differs, and `heal` mends it."};

const CommandSpec healCommand{
    "heal",
    "Makes user-defined tables what their object models say, as far as nothing is lost by it.",
    {},
    healOptions,
    heal,
    "One row a difference: the model, what differs, its state and the statements. What is missing is made, in one\n"
    "transaction with its entries in the audit. Where rows or columns would go or change, the statement is only shown\n"
    "(state left). Exit code 3 when something is left, or with --dry-run found."};

} // namespace portolan
