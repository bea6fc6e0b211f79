#include "app/commands.h"
#include "app/output.h"
#include "app/runreceiver.h"
#include "storage/ingest/filesource.h"

#include <QFileInfo>
#include <QStringList>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> importArguments{
    {{"FILE", "CSV with names in its first row, or a JSON object a line"}}};

constexpr std::array<OptionSpec, 4> importOptions{{
    {"into", "STORE", "where the rows are stored, e.g. sqlite:///path.db or postgresql://user@host/database", true},
    {"as", "KIND", "what the rows are, where their columns or fields do not tell: sensor_event, port_message, …"},
    {"columns", "FIELD=COLUMN,…", "which column is which field, by its name or its number from 1: time=A,value=B"},
    {"sensor", "NAME", "whose samples they are (the file's base name)"},
}};

Result<MessageKind> kindOption(const QString& name) {
    if (const Kind* kind = kindNamed(name.toUtf8()))
        return kind->kind;
    QStringList all;
    for (const Kind& kind : kinds())
        all << QLatin1String(kind.name);
    return Error{ErrorCode::Usage,
                 QStringLiteral("--as is one of %1, not \"%2\".").arg(all.join(QStringLiteral(", ")), name)};
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

Exit importFile(const Invocation& invocation) {
    const auto options = optionsOf(invocation);
    if (!options)
        return fail(options.error());
    const auto into = invocation.store("into");
    if (!into)
        return fail(into.error());
    ReceiverOptions receiver;
    receiver.into = *into;
    const auto source = [options = *options]() -> Result<std::unique_ptr<Source>> {
        return std::unique_ptr<Source>(std::make_unique<FileSource>(options));
    };
    return runReceiver(receiver, source, invocation.interrupted);
}

} // namespace

const CommandSpec importCommand{
    "import",
    "Stores the rows of a CSV or JSON lines file.",
    importArguments,
    importOptions,
    importFile,
    "Rows are what their columns or fields say, as when they are received. A time and a number are samples of a "
    "sensor:\n"
    "they become sensor events with the ids NAME:ROW, so that a file that is imported twice is stored once. Times are\n"
    "ISO 8601, YYYY-MM-DD HH:MM:SS (UTC), Unix seconds or milliseconds.\n"
    "What cannot be read is kept among the rejects, with its line and column. The last line on standard output is\n"
    "{\"received\":N,\"stored\":N,\"duplicates\":N,\"rejected\":N,\"gaps\":N}; the exit code is 3 when something was\n"
    "rejected."};

} // namespace portolan
