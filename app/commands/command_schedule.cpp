#include "app/commands/commandline.h"
#include "app/commands/commands.h"
#include "app/commands/listings.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/scheduledprocess.h"
#include "app/console/secretwords.h"
#include "storage/config/environments.h"
#include "storage/export/rowtext.h"
#include "storage/schedule/schedule.h"
#include "storage/schedule/schedulechange.h"
#include "storage/schedule/schedulespec.h"
#include "storage/schedule/trustedentries.h"
#include "storage/stores/openstore.h"

#include <QFileInfo>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 3> scheduleArguments{{{"DO", "list, add, remove or trust"},
                                                         {"[NAME]", "of the entry"},
                                                         {"[COMMAND...]", "add: after --, as it would be typed"}}};
constexpr std::array<OptionSpec, 4> scheduleOptions{{
    {"store", "STORE", "the store whose schedule is meant", true},
    {"every", "SPEC", "add: 15m, 2h, 1d, 'daily 02:00', 'weekly sun 03:00', or cron's five fields"},
    {"reason", "TEXT", "why; it goes into the audit"},
    {"format", "table|csv|jsonl", "list: table on a terminal, else jsonl"},
}};
constexpr std::array<OptionSpec, 3> runDueOptions{{
    {"store", "STORE", "a store whose schedule is run; may be given again", true, true},
    {"only", "NAME", "this entry alone, whether it is due or not"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};

const CommandSpec* specOf(const QString& name) {
    const auto all = commands();
    const auto found =
        std::ranges::find_if(all, [&](const CommandSpec* each) { return name == QLatin1String(each->name); });
    return found == all.end() ? nullptr : *found;
}

/// The option by which a command takes the store that it works on; null where it takes none.
const OptionSpec* storeOptionOf(const CommandSpec& spec) {
    const auto found = std::ranges::find_if(spec.options, [](const OptionSpec& option) {
        return option.required && option.value && qstrcmp(option.value, "STORE") == 0;
    });
    return found == spec.options.end() ? nullptr : &*found;
}

} // namespace

QStringList withScheduleStore(const QStringList& words, const QString& store) {
    const CommandSpec* const spec = specOf(words.value(0));
    const OptionSpec* const option = spec ? storeOptionOf(*spec) : nullptr;
    if (!option)
        return words;
    const auto isGiven = [&](const QString& word) {
        const QString name = word.section(u'=', 0, 0);
        return name == QStringLiteral("--") + QLatin1String(option->name) || name == QLatin1String("--env");
    };
    QStringList all = words;
    if (std::ranges::none_of(words, isGiven))
        all.insert(1, QStringLiteral("--%1=%2").arg(QLatin1String(option->name), store));
    return all;
}

namespace {

bool holdsPassword(const QString& word) {
    QByteArray shown = word.toLocal8Bit();
    hideSecrets(shown.data());
    return shown != word.toLocal8Bit();
}

/// Says why a command cannot be run by itself; nothing where it can.
std::optional<QString> whyNotScheduled(const QString& name, const Invocation& invocation) {
    const bool ends = invocation.has("max") || invocation.has("idle-exit");
    if (name == QLatin1String("schedule") || name == QLatin1String("run-due"))
        return usageText(QT_TRANSLATE_NOOP("Usage", "it would run itself"));
    if (name == QLatin1String("demo"))
        return usageText(QT_TRANSLATE_NOOP("Usage", "a sample is for trying out"));
    if ((name == QLatin1String("receive") || name == QLatin1String("work")) && !ends)
        return usageText(QT_TRANSLATE_NOOP("Usage", "it never ends; give it --idle-exit or --max"));
    if (invocation.has("follow") && !ends)
        return usageText(QT_TRANSLATE_NOOP("Usage", "with --follow it never ends; give it --idle-exit"));
    return std::nullopt;
}

/// Makes a word, of the kind that a placeholder names, mean the same from any folder.
QString absoluteWord(const QString& word, QByteArrayView kind) {
    if (word.isEmpty() || word == QLatin1String("-"))
        return word;
    const auto isOne = [&](std::initializer_list<const char*> kinds) {
        return std::ranges::any_of(kinds, [&](const char* each) { return kind == each; });
    };
    if (isOne({"FILE", "FOLDER", "FILE|FOLDER"}) || (isOne({"FILE|ID", "WHAT"}) && QFileInfo::exists(word)))
        return QFileInfo(word).absoluteFilePath();
    if (isOne({"STORE", "URL", "A", "B"})) {
        const auto store = StoreUrl::parse(word);
        return store && store->kind != StoreKind::Postgresql ? store->display() : word;
    }
    const auto source = kind == "SOURCE" ? SourceUrl::parse(word) : Result<SourceUrl>(SourceUrl());
    return source && source->store && source->store->kind != StoreKind::Postgresql ? source->display() : word;
}

/// Makes the paths of the words absolute: run-due is started in any folder.
QStringList withAbsolutePaths(const CommandSpec& spec, const QStringList& words) {
    const std::vector<OptionSpec> options = optionsOf(spec);
    const bool namesFile = qstrcmp(spec.name, "model") == 0; // else WHAT is a listing
    QStringList all{words.front()};
    std::size_t arguments = 0;
    bool isOptionsEnd = false;
    for (qsizetype i = 1; i < words.size(); ++i) {
        const QString& word = words[i];
        if (isOptionsEnd || !word.startsWith(QLatin1String("--"))) {
            QByteArray kind =
                arguments < spec.arguments.size() ? QByteArray(spec.arguments[arguments].name) : QByteArray();
            ++arguments;
            kind.replace('[', "").replace(']', "");
            all << (kind == "WHAT" && !namesFile ? word : absoluteWord(word, kind));
            continue;
        }
        isOptionsEnd = word.size() == 2;
        const QString name = word.mid(2).section(u'=', 0, 0);
        const auto option =
            std::ranges::find_if(options, [&](const OptionSpec& each) { return name == QLatin1String(each.name); });
        const qsizetype equals = word.indexOf(u'=');
        if (option == options.end() || !option->value)
            all << word;
        else if (equals >= 0)
            all << word.first(equals + 1) + absoluteWord(word.sliced(equals + 1), option->value);
        else
            all << word << absoluteWord(words[++i], option->value);
    }
    return all;
}

} // namespace

Result<QStringList> scheduledWords(const QStringList& words) {
    if (words.isEmpty())
        return Error{ErrorCode::Usage,
                     usageText(QT_TRANSLATE_NOOP(
                         "Usage", "schedule add needs the COMMAND after --: schedule add nightly --every "
                                  "'daily 02:00' --store STORE -- verify"))};
    QStringList names;
    for (const CommandSpec* each : commands())
        names << QLatin1String(each->name);
    const CommandSpec* const spec = specOf(words.front());
    if (!spec)
        return Error{
            ErrorCode::Usage,
            usageText(QT_TRANSLATE_NOOP("Usage", "A schedule runs commands of this program; there is no \"%1\"."))
                    .arg(words.front())
                + didYouMean(words.front(), names)};
    if (std::ranges::any_of(words, holdsPassword))
        return Error{ErrorCode::Usage,
                     usageText(QT_TRANSLATE_NOOP(
                         "Usage", "A schedule keeps no passwords: leave it out of the URL, and keep it in "
                                  "~/.pgpass or in the keychain."))};
    const auto invocation = readInvocation(*spec, withScheduleStore(words, QStringLiteral("store.db")).sliced(1));
    PORTOLAN_TRY(invocation);
    if (const auto why = whyNotScheduled(words.front(), *invocation))
        return Error{ErrorCode::Usage,
                     usageText(QT_TRANSLATE_NOOP("Usage", "%1 cannot be scheduled: %2.")).arg(words.front(), *why)};
    return withAbsolutePaths(*spec, words);
}

namespace {

bool isOnServerOf(const StoreUrl& own, const StoreUrl& store) {
    const auto serviceOf = [](const StoreUrl& url) {
        const auto found =
            std::ranges::find(url.options, QStringLiteral("service"), &std::pair<QString, QString>::first);
        return found == url.options.end() ? QString() : found->second;
    };
    return store.kind != StoreKind::Postgresql
           || (own.kind == store.kind && own.user == store.user && own.host == store.host && own.port == store.port
               && own.database == store.database && serviceOf(own) == serviceOf(store));
}

/// Says whether a command opens no other database on a server than this store: the one that its password is for.
bool opensNoOtherServer(const QStringList& words, const StoreUrl& own) {
    const CommandSpec* const spec = specOf(words.value(0));
    const auto invocation = spec ? readInvocation(*spec, words.sliced(1)) : Result<Invocation>(Invocation());
    if (!spec || !invocation)
        return false;
    QStringList values = invocation->arguments + invocation->options.values();
    for (const QStringList& several : invocation->all)
        values += several;
    const auto isOurs = [&](const QString& value) {
        const auto store = StoreUrl::parse(value);
        const auto source = SourceUrl::parse(value);
        return (!store || isOnServerOf(own, *store))
               && (!source || !source->store || isOnServerOf(own, *source->store));
    };
    if (!std::ranges::all_of(values, isOurs))
        return false;
    if (!invocation->has("env"))
        return true;
    const auto store = storeOfEnvironment(invocation->value("config"), invocation->value("env"));
    return store && isOnServerOf(own, *store);
}

} // namespace

std::optional<QString> scheduledPassword(const QStringList& words, const StoreUrl& own) {
    return opensNoOtherServer(words, own) ? std::optional(own.password) : std::nullopt;
}

namespace {

Exit changeSchedule(const Invocation& invocation, const Door& door) {
    const bool adds = invocation.arguments[0] == QLatin1String("add");
    const QByteArray name = invocation.arguments.value(1).trimmed().toUtf8();
    QStringList words = invocation.arguments.mid(2);
    if (name.isEmpty())
        return fail(
            {ErrorCode::Usage, QStringLiteral("schedule %1 needs the NAME of an entry.").arg(invocation.arguments[0])});
    if (adds != invocation.has("every"))
        return fail({ErrorCode::Usage,
                     adds ? QStringLiteral("schedule add needs --every: 15m, 'daily 02:00', or cron's five fields.")
                          : QStringLiteral("schedule remove takes no --every.")});
    if (!adds && !words.isEmpty())
        return fail({ErrorCode::Usage, QStringLiteral("schedule remove does not take \"%1\".").arg(words.front())});
    if (adds) {
        const auto kept = scheduledWords(words);
        if (!kept)
            return fail(kept.error());
        words = *kept;
        if (const auto spec = ScheduleSpec::parse(invocation.value("every").toUtf8()); !spec)
            return fail(spec.error());
    }
    const auto store = door.open();
    if (!store)
        return fail(store.error());
    const auto schedule = scheduleIn(**store);
    if (!schedule)
        return fail(schedule.error());
    const QByteArray reason = invocation.value("reason").toUtf8();
    ScheduleEntry entry;
    entry.name = name;
    entry.command = commandOfWords(words);
    entry.spec = invocation.value("every").trimmed().toUtf8();
    const auto changed = adds ? (*schedule)->add(name, words, entry.spec, currentTime(), reason, actorName())
                              : (*schedule)->remove(name, reason, actorName());
    if (!changed)
        return fail(changed.error());
    const auto trusted =
        adds ? TrustedEntries::trust((*store)->url(), entry) : TrustedEntries::forget((*store)->url(), name);
    return trusted ? Exit::Done : fail(trusted.error());
}

/// Trusts an entry as it is now, and says what that is.
Exit trustEntry(const Invocation& invocation) {
    const QByteArray name = invocation.arguments.value(1).trimmed().toUtf8();
    if (name.isEmpty() || invocation.arguments.size() > 2)
        return fail({ErrorCode::Usage, QStringLiteral("schedule trust needs the NAME of an entry, and no more.")});
    const auto url = invocation.store("store");
    if (!url)
        return fail(url.error());
    const auto store = openStore(*url, Access::Read, invocation.interrupted);
    if (!store)
        return fail(store.error());
    const auto entries = allEntries(**store, invocation.interrupted);
    if (!entries)
        return fail(entries.error());
    const auto found = std::ranges::find(*entries, name, &ScheduleEntry::name);
    if (found == entries->end())
        return fail(noSuchEntry(name));
    const auto words = wordsOfEntry(*found);
    if (!words)
        return fail(words.error());
    if (const auto trusted = TrustedEntries::trust((*store)->url(), *found); !trusted)
        return fail(trusted.error());
    say(QStringLiteral("%1 runs on this machine as %2 from now on: portolan %3 (%4).")
            .arg(QString::fromUtf8(name), QString::fromUtf8(actorName()), words->join(u' '),
                 QString::fromUtf8(found->spec)));
    return Exit::Done;
}

Exit schedule(const Invocation& invocation, const Door& door) {
    const QString& verb = invocation.arguments[0];
    const auto known =
        checkVerb("schedule", verb,
                  {QStringLiteral("list"), QStringLiteral("add"), QStringLiteral("remove"), QStringLiteral("trust")});
    if (!known)
        return fail(known.error());
    if (verb == QLatin1String("trust"))
        return trustEntry(invocation);
    if (verb != QLatin1String("list"))
        return changeSchedule(invocation, door);
    if (invocation.arguments.size() > 1)
        return fail(
            {ErrorCode::Usage, QStringLiteral("schedule list prints all entries; `list schedule --filter` chooses.")});
    return printListing(invocation, "schedule");
}

/// A run with the store whose schedule it is of.
struct StoreRun {
    QByteArray store;
    ScheduledRun run;
};
constexpr Column<StoreRun> runColumns[] = {
    {"name", ColumnType::Text, [](const StoreRun& r) { return Value(r.run.entry.name); }},
    {"store", ColumnType::Text, [](const StoreRun& r) { return Value(r.store); }},
    {"command", ColumnType::Json, [](const StoreRun& r) { return Value(r.run.entry.command); }},
    {"started_at", ColumnType::Time, [](const StoreRun& r) { return optionalValue(r.run.entry.lastRunAt); }},
    {"missed", ColumnType::Integer, [](const StoreRun& r) { return Value(qint64(r.run.missed)); }},
    {"result", ColumnType::Text, [](const StoreRun& r) { return Value(QByteArray(scheduleResultOf(r.run.end))); }},
    {"exit", ColumnType::Integer,
     [](const StoreRun& r) { return r.run.end.exit ? Value(qint64(*r.run.end.exit)) : Value(); }},
};

/// Says which of the entries are not trusted here, and leaves the others. Returns how many there were.
std::size_t dropUntrusted(std::vector<ScheduleEntry>& entries, const TrustedEntries& trusted) {
    return std::erase_if(entries, [&](const ScheduleEntry& entry) {
        const bool isDropped = !trusted.has(entry);
        if (isDropped)
            say(entryIsNotTrusted(entry).text);
        return isDropped;
    });
}

/// Runs what is due of one store. Returns true when all of it was done, and nothing found. A store that is marked as
/// production is entered only when something is due.
Result<bool> runDueOf(const StoreUrl& url, const Invocation& invocation, const Door& door, RowPrinter& printer) {
    PORTOLAN_TRY(door.mayEnter(url));
    RunDueOrder order;
    order.only = invocation.value("only").trimmed().toUtf8();
    bool isAllDone = true;
    const auto trusted = TrustedEntries::read(url);
    PORTOLAN_TRY(trusted);
    if (order.only.isEmpty()) {
        const auto reading = openStore(url, Access::Read, invocation.interrupted);
        PORTOLAN_TRY(reading);
        auto due = dueEntries(**reading, currentTime(), invocation.interrupted);
        PORTOLAN_TRY(due);
        isAllDone = dropUntrusted(*due, *trusted) == 0;
        if (due->empty())
            return isAllDone;
    }
    const auto store = door.open(url);
    PORTOLAN_TRY(store);
    order.mayRun = [&](const ScheduleEntry& entry) { return trusted->has(entry); };
    order.actor = actorName();
    order.run = [&](const QStringList& words, const std::function<Result<void>()>& beat) {
        const QStringList all = withScheduleStore(words, url.display());
        return runScheduled(all, scheduledPassword(all, url), beat, invocation.interrupted);
    };
    order.told = [&](const ScheduledRun& run) -> Result<void> {
        const QString name = QString::fromUtf8(run.entry.name);
        if (run.missed > 0)
            say(QStringLiteral("%1: missed %2 times before this one; it ran once.").arg(name).arg(run.missed));
        if (run.end.exit != 0) {
            isAllDone = false;
            say(QStringLiteral("%1 %2: %3")
                    .arg(name, QLatin1String(scheduleResultOf(run.end)), QString::fromUtf8(run.end.output).trimmed()));
        }
        const std::span<const Column<StoreRun>> columns = runColumns;
        std::vector<Value> values;
        exportValues(columns, StoreRun{url.display().toUtf8(), run}, values);
        return printer.print(values);
    };
    PORTOLAN_TRY(runDue(**store, order, invocation.interrupted));
    return isAllDone;
}

Result<std::vector<StoreUrl>> storesOf(const Invocation& invocation) {
    std::vector<StoreUrl> urls;
    if (!invocation.has("store")) {
        const auto url = invocation.store("store");
        PORTOLAN_TRY(url);
        urls.push_back(*url);
    }
    for (const QString& word : invocation.values("store")) {
        Invocation one = invocation;
        one.options.insert(QStringLiteral("store"), word);
        const auto url = one.store("store");
        PORTOLAN_TRY(url);
        urls.push_back(*url);
    }
    return urls;
}

Exit runDueCommands(const Invocation& invocation, const Door& door) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const auto urls = storesOf(invocation);
    if (!urls)
        return fail(urls.error());
    const std::span<const Column<StoreRun>> columns = runColumns;
    RowPrinter printer(*format, exportColumns(columns));
    Exit exit = Exit::Done;
    for (const StoreUrl& url : *urls) {
        const auto ran = runDueOf(url, invocation, door, printer);
        if (!ran && ran.error().code == ErrorCode::Cancelled) {
            const auto finished = printer.finish();
            return finished ? Exit::Interrupted : fail(finished.error());
        }
        if (!ran) // the other stores have their turn
            exit = fail(ran.error());
        else if (!*ran && exit == Exit::Done)
            exit = Exit::Found;
    }
    const auto finished = printer.finish();
    return finished ? exit : fail(finished.error());
}

} // namespace

const CommandSpec scheduleCommand{
    "schedule",
    "Shows and changes the commands that a store wants run at their times.",
    scheduleArguments,
    scheduleOptions,
    schedule,
    "add NAME --every SPEC --store STORE -- COMMAND: a command of this program, as it would be typed; it is run on "
    "the\n"
    "same store where it names none. SPEC is an interval (15m, 2h, 1d), 'daily 02:00', 'weekly sun 03:00', or cron's\n"
    "five fields, in the machine's local time. An hour that the clocks skip runs right after the jump, one that they\n"
    "show twice runs once. run-due runs what is due; nothing runs by itself. A folder of batch files keeps its "
    "schedule\n"
    "in .portolan/operations, with audit.jsonl, which tells who added, ran and removed what.\n"
    "An entry runs where it was added, for the user who added it. On another machine, for another user, after a "
    "change\n"
    "and in a copy of the store it waits until `schedule trust NAME --store STORE` says there that it is to run."};

const CommandSpec runDueCommand{
    "run-due",
    "Runs the commands of schedules that are due; for cron or a timer.",
    {},
    runDueOptions,
    runDueCommands,
    "A row a command that was run. However many run-due there are, each command is run by one of them; one that was\n"
    "killed is run again after a minute. A command that names another server gets no password from here: keep it in\n"
    "~/.pgpass or in the keychain. What was missed while nobody looked is run once, and told. Exit code 3 when "
    "a\n"
    "command failed or found something: its output is on standard error and in the schedule; and when one that is due "
    "is\n"
    "not trusted here, as it was not added by you on this machine (`schedule trust`). A store that is marked "
    "as\n"
    "production wants a run-due of its own, with --confirm; so do commands in its schedule. The package brings a "
    "timer\n"
    "for systemd that is off: systemctl --user enable --now portolan-run-due.timer, with the stores in\n"
    "~/.config/portolan/run-due.env as RUN_DUE=\"--store STORE\"."};

} // namespace portolan
