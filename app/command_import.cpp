#include "app/actor.h"
#include "app/commands.h"
#include "app/door.h"
#include "app/letterset.h"
#include "app/nearest.h"
#include "app/output.h"
#include "app/runreceiver.h"
#include "storage/export/bundlefile.h"
#include "storage/export/importrun.h"
#include "storage/export/sheetrows.h"

#include <QFileInfo>
#include <QStringList>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> importArguments{
    {{"FILE",
      "CSV with names in its first row, JSON (objects in a list, or one a line), XLSX, or an incident bundle"}}};

constexpr std::array<OptionSpec, 5> importOptions{{
    {"into", "STORE", "where the rows are stored, e.g. sqlite:///path.db or postgresql://user@host/database", true},
    {"as", "KIND", "what the rows are, where their columns or fields do not tell: sensor_event, port_message, …"},
    {"columns", "FIELD=COLUMN,…", "which column is which field, by its name or its number from 1: time=A,value=B"},
    {"sensor", "NAME", "whose samples they are (the file's base name)"},
    {"reason", "TEXT", "why, for the audit (of a bundle: its filter)"},
}};

Result<MessageKind> kindOption(const QString& name) {
    if (const Kind* kind = kindNamed(name.toUtf8()))
        return kind->kind;
    QStringList all;
    for (const Kind& kind : kinds())
        all << QLatin1String(kind.name);
    return Error{ErrorCode::Usage,
                 QStringLiteral("--as is one of %1, not \"%2\".").arg(all.join(QStringLiteral(", ")), name)
                     + didYouMean(name, all)};
}

Result<ImportOptions> optionsOf(const Invocation& invocation) {
    ImportOptions options;
    options.file = invocation.arguments.first();
    if (!QFileInfo(options.file).isFile())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no file %1.").arg(options.file)};
    if (invocation.has("as")) {
        const auto kind = kindOption(invocation.value("as"));
        if (!kind)
            return kind.error();
        options.kind = *kind;
    }
    if (invocation.has("columns")) {
        auto columns = parseImportColumns(invocation.value("columns"));
        if (!columns)
            return columns.error();
        options.columns = std::move(*columns);
    }
    options.sensor = invocation.value("sensor").toUtf8();
    if (invocation.has("sensor") && options.sensor.isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("--sensor is a name, and it is empty.")};
    return options;
}

Result<IntakeOutcome> takeBundleFile(const Invocation& invocation, const Door& door) {
    const auto file = BundleFile::open(invocation.arguments.first(), invocation.interrupted);
    if (!file)
        return file.error();
    const auto store = door.open("into");
    if (!store)
        return store.error();
    const BundleManifest& manifest = (*file)->manifest();
    say(QStringLiteral("%1 messages of %2, taken %3, asked for: %4")
            .arg(QString::number(manifest.messages), shown(manifest.store), shown(manifest.made),
                 manifest.filter.isEmpty() ? QStringLiteral("all") : shown(manifest.filter)));
    const QString given = invocation.value("reason").trimmed();
    const QByteArray reason = given.isEmpty() ? "bundle of " + manifest.made + ": " + manifest.filter : given.toUtf8();
    return takeBundle(
        **file, **store, {{}, reason, actorName()}, [](qint64) {}, invocation.interrupted);
}

Exit importBundle(const Invocation& invocation, const Door& door) {
    const auto taken = takeBundleFile(invocation, door);
    if (!taken)
        return fail(taken.error());
    for (const auto& [id, why] : taken->refused)
        say(QStringLiteral("%1 is left out: %2").arg(shown(id), why));
    const qint64 refused = std::ssize(taken->refused);
    const auto written = writeOut("{\"received\":" + QByteArray::number(taken->taken + taken->present + refused)
                                  + ",\"stored\":" + QByteArray::number(taken->taken) + ",\"duplicates\":"
                                  + QByteArray::number(taken->present) + ",\"rejected\":" + QByteArray::number(refused)
                                  + ",\"gaps\":0,\"audit\":" + QByteArray::number(taken->audit) + "}\n");
    if (!written)
        return fail(written.error());
    return refused > 0 ? Exit::Found : Exit::Done;
}

Exit importFile(const Invocation& invocation, const Door& door) {
    if (isZipFile(invocation.arguments.first()) && !isSheetFile(invocation.arguments.first()))
        return importBundle(invocation, door);
    auto options = optionsOf(invocation);
    if (!options)
        return fail(options.error());
    options->tally = std::make_shared<ImportTally>();
    const auto into = door.pass("into");
    if (!into)
        return fail(into.error());
    ReceiverOptions receiver;
    receiver.into = *into;
    const auto source = [options = *options]() -> Result<std::unique_ptr<Source>> { return openImport(options); };
    const Exit exit = runReceiver(receiver, source, invocation.interrupted);
    if (const QString kept = statesKept(*options->tally); !kept.isEmpty())
        say(kept);
    for (const QString& sheet : options->tally->leftOut)
        say(QStringLiteral("The sheet \"%1\" is left out: it has no part of the first one's rows.").arg(sheet));
    return exit == Exit::Done && !options->tally->leftOut.isEmpty() ? Exit::Found : exit;
}

} // namespace

const CommandSpec importCommand{
    "import",
    "Stores the rows of a CSV, JSON or XLSX file, or the messages of an incident bundle.",
    importArguments,
    importOptions,
    importFile,
    "Rows are what their columns or fields say, as when they are received. A time and a number are samples of a "
    "sensor:\n"
    "they become sensor events with the ids NAME:ROW, so that a file that is imported twice is stored once. Times are\n"
    "ISO 8601, YYYY-MM-DD HH:MM:SS (UTC), Unix seconds or milliseconds.\n"
    "Rows that export or list wrote are what they were: port messages keep their state and times, checkpoints and\n"
    "component states their versions. Listings that are no kind (rejects, audit, gaps, ports …) are refused in words.\n"
    "What cannot be read is kept among the rejects, with its line and column. The last line on standard output is\n"
    "{\"received\":N,\"stored\":N,\"duplicates\":N,\"rejected\":N,\"gaps\":N}; the exit code is 3 when something was\n"
    "rejected.\n"
    "An incident bundle (`portolan bundle`) is checked whole before anything is stored: its messages come in the "
    "state\n"
    "they were in, with their ids and their audit, in transactions of some hundreds; what is there already is left as\n"
    "it is, so that importing again takes the rest. The last line then has \"audit\":N, too."};

} // namespace portolan
