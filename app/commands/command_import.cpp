#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/deadletterset.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/runreceiver.h"
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
      "CSV or TSV, JSON (objects in a list, or one a line), each as it is or .gz, XLSX, or an incident bundle"}}};

constexpr std::array<OptionSpec, 11> importOptions{{
    {"into", "STORE", "where the rows are stored, e.g. sqlite:///path.db or postgresql://user@host/database", true},
    {"as", "KIND", "what the rows are, where their columns or fields do not tell: sensor_event, port_message, …"},
    {"columns", "FIELD=COLUMN,…",
     "which column is which field, by its name or its number from 1: time=A,value=B; date=A,time=B,value=*"},
    {"sensor", "NAME", "whose samples they are (the file's base name)"},
    {"separator", "CHAR", "comma, semicolon, tab, pipe or another character, where it is not found"},
    {"decimal", "MARK", "point or comma, in numbers"},
    {"times", "FORM",
     "how times are written: iso, seconds, ms, us, ns, webkit, filetime, mac, ticks, julian, excel, "
     "compact, years, ymd, dmy, mdy, names"},
    {"header", "yes|no", "whether the first row names the columns"},
    {"comment", "CHAR", "lines that begin with it are passed over (#, where the file begins so)"},
    {"encoding", "NAME", "utf-8, utf-16le, utf-16be or windows-1252"},
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

Error oneOf(const char* option, const QStringList& all, const QString& given) {
    return Error{ErrorCode::Usage, QStringLiteral("--%1 is one of %2, not \"%3\".")
                                           .arg(QLatin1String(option), all.join(QStringLiteral(", ")), given)
                                       + didYouMean(given, all)};
}

/// Says how the file is written.
Result<DialectWishes> wishesOf(const Invocation& invocation) {
    DialectWishes wishes;
    if (const QString given = invocation.value("separator"); invocation.has("separator")) {
        wishes.separator = separatorNamed(given);
        if (!wishes.separator)
            return Error{
                ErrorCode::Usage,
                QStringLiteral("--separator is comma, semicolon, tab, pipe or one character that is no letter, "
                               "figure or quote, not \"%1\".")
                    .arg(given)};
    }
    if (const QString given = invocation.value("decimal"); invocation.has("decimal")) {
        const bool isComma = given == u"comma" || given == u",";
        if (!isComma && given != u"point" && given != u".")
            return oneOf("decimal", {QStringLiteral("point"), QStringLiteral("comma")}, given);
        wishes.decimal = isComma ? ',' : '.';
    }
    if (const QString given = invocation.value("times"); invocation.has("times")) {
        wishes.times = timesNamed(given);
        if (!wishes.times)
            return oneOf("times", timesNames(), given);
    }
    if (const QString given = invocation.value("header"); invocation.has("header")) {
        if (given != u"yes" && given != u"no")
            return oneOf("header", {QStringLiteral("yes"), QStringLiteral("no")}, given);
        wishes.hasNames = given == u"yes";
    }
    if (const QString given = invocation.value("comment"); invocation.has("comment")) {
        if (given.size() != 1 || given[0].unicode() >= 0x80 || given[0] == u'"')
            return Error{ErrorCode::Usage,
                         QStringLiteral("--comment is one character, as in #, not \"%1\".").arg(given)};
        wishes.comment = given[0].toLatin1();
    }
    if (const QString given = invocation.value("encoding"); invocation.has("encoding")) {
        wishes.encoding = encodingNamed(given.toUtf8());
        if (!wishes.encoding)
            return oneOf("encoding",
                         {QStringLiteral("utf-8"), QStringLiteral("utf-16le"), QStringLiteral("utf-16be"),
                          QStringLiteral("windows-1252")},
                         given);
    }
    return wishes;
}

Result<ImportOptions> optionsOf(const Invocation& invocation) {
    ImportOptions options;
    options.file = invocation.arguments.first();
    if (!QFileInfo(options.file).isFile())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no file %1.").arg(options.file)};
    if (invocation.has("as")) {
        const auto kind = kindOption(invocation.value("as"));
        PORTOLAN_TRY(kind);
        options.kind = *kind;
    }
    if (invocation.has("columns")) {
        auto columns = parseImportColumns(invocation.value("columns"));
        PORTOLAN_TRY(columns);
        options.columns = std::move(*columns);
    }
    auto wishes = wishesOf(invocation);
    PORTOLAN_TRY(wishes);
    options.wishes = *wishes;
    options.sensor = invocation.value("sensor").toUtf8();
    if (invocation.has("sensor") && options.sensor.isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("--sensor is a name, and it is empty.")};
    return options;
}

Result<IntakeOutcome> takeBundleFile(const Invocation& invocation, const Door& door) {
    const auto file = BundleFile::open(invocation.arguments.first(), invocation.interrupted);
    PORTOLAN_TRY(file);
    const auto store = door.open("into");
    PORTOLAN_TRY(store);
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

/// Tells on standard error how the file was understood, where that is more than its plain text.
void tellReading(const ImportTally& tally) {
    if (const QString text = readingText(tally.reading); !text.isEmpty())
        say(shown(text.toUtf8()));
    if (tally.comments > 0)
        say(QStringLiteral("Comment lines passed over: %1.").arg(tally.comments));
    if (tally.missing > 0)
        say(QStringLiteral("Cells without a value, which are no samples: %1.").arg(tally.missing));
    if (!tally.strangers.empty())
        say(QStringLiteral("Left out, because only later objects have them: %1.")
                .arg(shown(QByteArrayList(tally.strangers.begin(), tally.strangers.end()).join(", "))));
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
    tellReading(*options->tally);
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
    "they become sensor events with the ids NAME:ROW, so that a file that is imported twice is stored once. Of "
    "several\n"
    "columns of numbers each is a series NAME.COLUMN; of JSON so with --columns time=FIELD,value=*.\n"
    "How a file is written is found: separator (, ; tab |), decimal comma, marked thousands, \"sep=;\", comments,\n"
    "UTF-8 or UTF-16, line ends, gzip, InfluxDB's annotated CSV; times as ISO 8601 (UTC without a zone), "
    "20260105T1011,\n"
    "2026/01/05, 05.01.2026, 01/05/2026, Jan 5 2026, years, date and time of day side by side, Unix seconds to\n"
    "nanoseconds, WebKit's microseconds, Windows file times, .NET ticks, Julian days, Excel's days. How it was read "
    "is\n"
    "said; what can be read in two ways is asked back (--times, --decimal), and so is a column that looks like the "
    "time\n"
    "of day of dates. What comes after the file's beginning and reads otherwise than that tells is rejected.\n"
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
