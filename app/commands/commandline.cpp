#include "app/commands/commandline.h"

#include "app/commands/commands.h"
#include "app/console/door.h"
#include "app/console/interrupt.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/version.h"
#include "storage/stores/makesource.h"

#include <QFileInfo>
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace portolan {

namespace {

constexpr std::array table{
    &receiveCommand,    &demoCommand,         &importCommand,  &exportCommand,      &bundleCommand,
    &listCommand,       &showCommand,         &diffCommand,    &promoteCommand,     &expireCommand,
    &replayCommand,     &discardCommand,      &rejectsCommand, &workCommand,        &markCommand,
    &thresholdCommand,  &fingerprintCommand,  &chartCommand,   &reportCommand,      &rollCommand,
    &searchCommand,     &viewsCommand,        &verifyCommand,  &alertsCommand,      &modelCommand,
    &healCommand,       &statsCommand,        &doctorCommand,  &migrateCommand,     &retainCommand,
    &retentionCommand,  &scheduleCommand,     &runDueCommand,  &diagnosticsCommand, &manualCommand,
    &completionCommand, &undoCommand,         &compareCommand, &copyCommand,        &switchCommand,
    &backupCommand,     &verifyBackupCommand, &restoreCommand, &jobsCommand};

constexpr std::array<OptionSpec, 6> windowOptions{{
    {"theme", "light|dark|system", "the window's colours for this run"},
    {"language", "system|en|de", "the window's language for this run"},
    {"pane", "ID", "show this pane first: batches, ports, audit"},
    {"new-window", nullptr, "a window of its own, also where one is open"},
    {"picture", "FILE", "save a picture of the window once it shows data, then end (.png)"},
    {"help", nullptr, "this text"},
}};

/// The options that every command that takes a store takes in its place.
constexpr std::array<OptionSpec, 2> environmentOptions{{
    {"env", "NAME", "the store is this environment's database, in place of a URL"},
    {"config", "FILE", "the YAML file that describes environments"},
}};

/// The options that every writing command has besides its own.
constexpr std::array<OptionSpec, 2> doorOptions{{
    {"confirm", "NAME", "the name of a store that is marked as production; needed to write to one"},
    {"reason", "TEXT", "why a store that is marked as production is written to; it goes into the audit"},
}};

bool takesStore(const CommandSpec& spec) {
    return std::ranges::any_of(
        spec.options, [](const OptionSpec& option) { return option.value && qstrcmp(option.value, "STORE") == 0; });
}

const CommandSpec* find(const QString& name) {
    for (const CommandSpec* spec : table) {
        if (name == QLatin1String(spec->name))
            return spec;
    }
    return nullptr;
}

QString optionLine(const OptionSpec& option) {
    QString left = QStringLiteral("  --") + QLatin1String(option.name);
    if (option.value)
        left += u' ' + QString::fromUtf8(option.value);
    return left.leftJustified(26) + u' ' + QString::fromUtf8(option.text) + u'\n';
}

QString usageLine(const CommandSpec& spec) {
    QString line = QStringLiteral("portolan ") + QLatin1String(spec.name);
    for (const ArgumentSpec& argument : spec.arguments)
        line += u' ' + QString::fromUtf8(argument.name);
    for (const OptionSpec& option : optionsOf(spec)) {
        QString part = QStringLiteral("--") + QLatin1String(option.name);
        if (option.value)
            part += u' ' + QString::fromUtf8(option.value);
        line +=
            u' ' + (option.required ? part : u'[' + part + u']') + (option.repeats ? QStringLiteral("…") : QString());
    }
    return line;
}

QString helpOf(const CommandSpec& spec) {
    QString text = QStringLiteral("Usage: ") + usageLine(spec) + QStringLiteral("\n\n")
                   + QString::fromUtf8(spec.summary) + QStringLiteral("\n\n");
    for (const ArgumentSpec& argument : spec.arguments) {
        text += (QStringLiteral("  ") + QString::fromUtf8(argument.name)).leftJustified(26) + u' ' + argument.help()
                + u'\n';
    }
    for (const OptionSpec& option : optionsOf(spec))
        text += optionLine(option);
    text += optionLine({"help", nullptr, "this text"});
    if (spec.notes)
        text += u'\n' + QString::fromUtf8(spec.notes) + u'\n';
    return text;
}

QString generalHelp() {
    QString text = QStringLiteral("portolan [STORE] [--theme light|dark|system] [--language system|en|de] [--pane ID]\n"
                                  "         [--new-window] [--picture FILE]\n"
                                  "    opens the window on a store, or on its welcome page\n\nCommands:\n");
    std::size_t longest = 0;
    for (const CommandSpec* spec : table)
        longest = std::max(longest, std::strlen(spec->name));
    for (const CommandSpec* spec : table)
        text += QLatin1String("  ") + QString::fromLatin1(spec->name).leftJustified(static_cast<int>(longest) + 2)
                + QString::fromUtf8(spec->summary) + u'\n';
    text +=
        QStringLiteral("\nportolan COMMAND --help tells the rest. portolan --version prints the version.\n"
                       "STORE is file:///folder, sqlite:///path.db, postgresql://user@host/database,\n"
                       "bundle:///file.zip, or a path. ?schema=NAME after a database: a pipeline outside of public.\n"
                       "Exit codes: 0 done, 1 failed, 2 wrong usage,\n"
                       "3 done but something was found or left out, 130 interrupted.\n");
    return text;
}

QByteArray versionText() {
    const QByteArray kafka = kafkaSupport();
    return QByteArray("portolan ") + version() + '\n'
           + (kafka.isEmpty() ? QByteArray("without Kafka") : "with Kafka (librdkafka " + kafka + ')') + '\n';
}

const OptionSpec* findOption(std::span<const OptionSpec> options, const QString& name) {
    for (const OptionSpec& option : options) {
        if (name == QLatin1String(option.name))
            return &option;
    }
    return nullptr;
}

Error usage(const QString& text) {
    return Error{ErrorCode::Usage, text};
}

Error noOption(std::span<const OptionSpec> options, const QString& word) {
    QStringList known{QStringLiteral("help")};
    for (const OptionSpec& option : options)
        known << QLatin1String(option.name);
    QString name = word;
    while (name.startsWith(u'-'))
        name.remove(0, 1);
    return usage(usageText(QT_TRANSLATE_NOOP("Usage", "There is no option %1.")).arg(word)
                 + didYouMean(name, known, QStringLiteral("--")));
}

/// Returns true for a first word that is no command and may be a store: it looks like a path or a URL, or is there.
bool mayBeStore(const QString& word) {
    return word.contains(u'/') || word.contains(u'.') || word.contains(u':') || QFileInfo::exists(word);
}

Error noCommand(const QString& word) {
    QStringList known{QStringLiteral("help")};
    for (const CommandSpec* spec : table)
        known << QLatin1String(spec->name);
    const QString meant = didYouMean(word, known);
    return usage(QStringLiteral("There is no command \"%1\".").arg(word)
                 + (meant.isEmpty() ? QStringLiteral(" There is no file or folder of that name either.") : meant));
}

/// Reads words in GNU style: `--name value`, `--name=value`, switches, `--` ends the options.
Result<Invocation> read(std::span<const OptionSpec> options, const QStringList& words) {
    Invocation found;
    bool optionsEnded = false;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString& word = words[i];
        if (optionsEnded || !word.startsWith(QLatin1String("--"))) {
            if (!optionsEnded && word.size() > 1 && word.startsWith(u'-') && !word[1].isDigit())
                return noOption(options, word);
            found.arguments << word;
            continue;
        }
        if (word.size() == 2) {
            optionsEnded = true;
            continue;
        }
        const QString name = word.mid(2).section(u'=', 0, 0);
        const OptionSpec* option = findOption(options, name);
        if (!option)
            return noOption(options, QStringLiteral("--") + name);
        if (found.options.contains(name) && !option->repeats)
            return usage(usageText(QT_TRANSLATE_NOOP("Usage", "--%1 is given twice.")).arg(name));
        const qsizetype equals = word.indexOf(u'=');
        if (!option->value) {
            if (equals >= 0)
                return usage(usageText(QT_TRANSLATE_NOOP("Usage", "--%1 takes no value.")).arg(name));
            found.options.insert(name, QString());
        } else if (equals >= 0 || ++i < words.size()) {
            const QString value = equals >= 0 ? word.mid(equals + 1) : words[i];
            found.options.insert(name, value);
            found.all[name] << value;
        } else {
            return usage(usageText(QT_TRANSLATE_NOOP("Usage", "--%1 needs a value: %2."))
                             .arg(name, QString::fromUtf8(option->value)));
        }
    }
    return found;
}

Result<void> check(const CommandSpec& spec, const Invocation& found) {
    qsizetype least = 0;
    for (const ArgumentSpec& argument : spec.arguments)
        least += argument.name[0] != '[';
    if (found.arguments.size() < least)
        return usage(usageText(QT_TRANSLATE_NOOP("Usage", "%1 needs %2."))
                         .arg(QLatin1String(spec.name),
                              QString::fromUtf8(spec.arguments[static_cast<size_t>(found.arguments.size())].name)));
    const bool takesMore =
        !spec.arguments.empty() && QLatin1String(spec.arguments.back().name).endsWith(QLatin1String("...]"));
    if (!takesMore && found.arguments.size() > static_cast<qsizetype>(spec.arguments.size()))
        return usage(usageText(QT_TRANSLATE_NOOP("Usage", "%1 does not take \"%2\"."))
                         .arg(QLatin1String(spec.name), found.arguments.last()));
    for (const OptionSpec& option : spec.options) {
        const bool isStore = option.value && qstrcmp(option.value, "STORE") == 0;
        if (isStore && found.has(option.name) && found.has("env"))
            return usage(usageText(QT_TRANSLATE_NOOP("Usage", "--%1 and --env name two stores; give one."))
                             .arg(QLatin1String(option.name)));
        if (isReasonAtDoor(spec, option)) // the store is asked first whether it is production
            continue;
        if (option.required && !found.has(option.name) && !(isStore && found.has("env")))
            return usage(usageText(QT_TRANSLATE_NOOP("Usage", "%1 needs --%2."))
                             .arg(QLatin1String(spec.name), QLatin1String(option.name)));
    }
    return {};
}

} // namespace

Result<Invocation> readInvocation(const CommandSpec& spec, const QStringList& words) {
    auto invocation = read(optionsOf(spec), words);
    PORTOLAN_TRY(invocation);
    PORTOLAN_TRY(check(spec, *invocation));
    return invocation;
}

Exit runCommand(const CommandSpec& spec, const QStringList& words) {
    if (words.contains(QLatin1String("--help")))
        return writeOut(helpOf(spec).toUtf8()) ? Exit::Done : Exit::Failed;
    auto invocation = readInvocation(spec, words);
    if (!invocation)
        return fail(invocation.error());
    const auto interrupted = interruptToken();
    if (!interrupted)
        return fail(interrupted.error());
    invocation->interrupted = *interrupted;
    return spec.run(spec, *invocation);
}

std::span<const CommandSpec* const> commands() {
    return table;
}

std::vector<OptionSpec> optionsOf(const CommandSpec& spec) {
    std::vector<OptionSpec> options(spec.options.begin(), spec.options.end());
    for (const OptionSpec& option : doorOptions) {
        if (spec.run.writes() && !findOption(spec.options, QLatin1String(option.name)))
            options.push_back(option);
    }
    if (takesStore(spec))
        options.insert(options.end(), environmentOptions.begin(), environmentOptions.end());
    return options;
}

std::span<const OptionSpec> windowOptionsOf() {
    return windowOptions;
}

bool isWindowRequest(const QStringList& arguments) {
    if (arguments.isEmpty())
        return true;
    const auto has = [&](const char* word) { return arguments.contains(QLatin1String(word)); };
    if (has("--help") || has("-h") || has("--version") || arguments.first() == QLatin1String("help"))
        return false;
    const QString& first = arguments.first();
    if (const CommandSpec* spec = find(first))
        return spec == &demoCommand && !has("--headless");
    return first.startsWith(u'-') || mayBeStore(first);
}

Exit runCommandLine(const QStringList& arguments) {
    if (const CommandSpec* spec = arguments.isEmpty() ? nullptr : find(arguments.first()))
        return runCommand(*spec, arguments.mid(1));
    const QString first = arguments.value(0);
    const QString about = arguments.value(1);
    if (first == QLatin1String("help") && !about.isEmpty() && !about.startsWith(u'-')) {
        const CommandSpec* const spec = find(about);
        return spec ? runCommand(*spec, {QStringLiteral("--help")}) : fail(noCommand(about));
    }
    if (!first.isEmpty() && !first.startsWith(u'-') && first != QLatin1String("help") && !mayBeStore(first))
        return fail(noCommand(first));
    const QByteArray text = arguments.contains(QLatin1String("--version")) ? versionText() : generalHelp().toUtf8();
    const auto written = writeOut(text);
    return written ? Exit::Done : fail(written.error());
}

Result<WindowRequest> parseWindowRequest(const QStringList& arguments) {
    WindowRequest request;
    const bool demo = !arguments.isEmpty() && arguments.first() == QLatin1String(demoCommand.name);
    std::vector<OptionSpec> options(windowOptions.begin(), windowOptions.end());
    if (demo)
        options.insert(options.end(), demoCommand.options.begin(), demoCommand.options.end());
    const auto found = read(options, demo ? arguments.mid(1) : arguments);
    PORTOLAN_TRY(found);
    request.demo = demo;
    if (found->arguments.size() > (demo ? 0 : 1))
        return usage(QStringLiteral("There is no command \"%1\".").arg(found->arguments.first()));
    if (!found->arguments.isEmpty())
        request.store = found->arguments.first();
    if (demo && found->has("store"))
        request.store = found->value("store");
    const auto count = found->number("count", 0);
    PORTOLAN_TRY(count);
    request.count = count->value_or(0);
    request.picture = found->value("picture");
    request.isAlone = found->has("new-window");
    request.theme = found->value("theme");
    request.language = found->value("language");
    request.pane = found->value("pane");
    return request;
}

} // namespace portolan
