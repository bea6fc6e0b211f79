#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "app/console/nearest.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "storage/export/rowtext.h"
#include "storage/stores/alertrules.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> alertArguments{
    {{"[DO]", "set, remove or acknowledge; without it, all are looked at"}, {"[NAME]", "of the alert"}}};
constexpr std::array<OptionSpec, 10> alertOptions{{
    {"store", "STORE", "the store that is looked at", true},
    {"listing", "L", "set: rows of which listing, as list knows them; or disk, lag, receiver"},
    {"filter", "F", "set: which of its rows"},
    {"threshold", "N", "set: fires from so many rows on, below so many MiB (disk), from so many seconds on (lag)"},
    {"window", "SECONDS", "set: only rows whose time lies within it; 0: whenever"},
    {"on", nullptr, "set: it is looked at"},
    {"off", nullptr, "set: it is not"},
    {"reason", "TEXT", "why; it goes into the audit"},
    {"record", nullptr, "have the store remember what fires and what does not any more; writes to it"},
    {"format", "table|csv|jsonl", "table on a terminal, else jsonl"},
}};
constexpr std::array ruleOptions{"listing", "filter", "threshold", "window", "on", "off"};

constexpr Column<AlertReading> alertColumns[] = {
    {"name", ColumnType::Text, [](const AlertReading& r) { return Value(r.alert.rule.name); }},
    {"state", ColumnType::Text, [](const AlertReading& r) { return Value(QByteArray(alertStateName(r.state))); }},
    {"value", ColumnType::Real, [](const AlertReading& r) { return optionalValue(r.value); }},
    {"threshold", ColumnType::Real, [](const AlertReading& r) { return Value(r.alert.rule.threshold); }},
    {"listing", ColumnType::Text, [](const AlertReading& r) { return Value(r.alert.rule.listing); }},
    {"filter", ColumnType::Text, [](const AlertReading& r) { return Value(r.alert.rule.filter); }},
    {"window", ColumnType::Integer,
     [](const AlertReading& r) { return r.alert.rule.window ? Value(qint64(r.alert.rule.window->count())) : Value(); }},
    {"enabled", ColumnType::Boolean, [](const AlertReading& r) { return Value(r.alert.rule.enabled); }},
    {"exact", ColumnType::Boolean, [](const AlertReading& r) { return r.value ? Value(r.exact) : Value(); }},
    {"changed_at", ColumnType::Time, [](const AlertReading& r) { return optionalValue(r.alert.changedAt); }},
};

Result<void> printAlerts(std::span<const AlertReading> readings, Format format) {
    const std::span<const Column<AlertReading>> columns = alertColumns;
    RowPrinter printer(format, exportColumns(columns));
    std::vector<Value> values;
    for (const AlertReading& each : readings) {
        exportValues(columns, each, values);
        if (const auto printed = printer.print(values); !printed)
            return printed;
    }
    return printer.finish();
}

Exit lookAtAlerts(const Invocation& invocation, const Door& door) {
    const auto format = parseFormat(invocation.value("format"));
    if (!format)
        return fail(format.error());
    const bool records = invocation.has("record");
    const auto store = records ? door.open() : openedStore(invocation);
    if (!store)
        return fail(store.error());
    const auto readings = checkAlerts(**store, patientAlertCheck, invocation.interrupted);
    if (!readings)
        return fail(readings.error());
    if (records) {
        if (const auto recorded = recordAlerts(**store, transitionsIn(*readings)); !recorded)
            return fail(recorded.error());
    }
    if (const auto printed = printAlerts(*readings, *format); !printed)
        return fail(printed.error());
    bool isAny = false;
    for (const AlertReading& each : *readings) {
        if (each.problem)
            say(each.problem->text);
        isAny = isAny || each.problem || (each.state == AlertState::Firing && each.alert.rule.enabled);
    }
    return isAny ? Exit::Found : Exit::Done;
}

/// Changes a rule as the options say. Error Usage.
Result<AlertRule> changedRule(AlertRule rule, const Invocation& invocation) {
    if (invocation.has("on") && invocation.has("off"))
        return Error{ErrorCode::Usage, QStringLiteral("Say either --on or --off.")};
    const auto window = invocation.number("window", 0);
    PORTOLAN_TRY(window);
    if (invocation.has("listing")) {
        const QByteArray listing = invocation.value("listing").toUtf8();
        if (listing != rule.listing && !invocation.has("filter"))
            rule.filter.clear();
        if (!hasAlertWindow(listing))
            rule.window.reset();
        rule.listing = listing;
    }
    if (invocation.has("filter"))
        rule.filter = invocation.value("filter").trimmed().toUtf8();
    if (*window)
        rule.window = **window > 0 ? std::optional(std::chrono::seconds(**window)) : std::nullopt;
    if (invocation.has("threshold")) {
        bool ok = false;
        rule.threshold = invocation.value("threshold").toDouble(&ok);
        if (!ok)
            return Error{ErrorCode::Usage,
                         QStringLiteral("--threshold is a number, not \"%1\".").arg(invocation.value("threshold"))};
    }
    if (invocation.has("on") || invocation.has("off"))
        rule.enabled = invocation.has("on");
    return rule;
}

Result<void> setAlert(Store& store, const QByteArray& name, const Invocation& invocation) {
    const auto rules = alertRules(store, invocation.interrupted);
    PORTOLAN_TRY(rules);
    const auto known = std::ranges::find_if(*rules, [&](const Alert& alert) { return alert.rule.name == name; });
    if (known == rules->end() && !invocation.has("listing"))
        return Error{
            ErrorCode::Usage,
            QStringLiteral("There is no alert \"%1\" yet; a new one needs --listing.").arg(QString::fromUtf8(name))};
    const auto rule = changedRule(known == rules->end() ? AlertRule{name, {}} : known->rule, invocation);
    PORTOLAN_TRY(rule);
    const bool isStored = known != rules->end() && known->isStored;
    return saveAlertRule(store, *rule, isStored ? std::optional(known->rule) : std::nullopt,
                         invocation.value("reason").toUtf8(), actorName());
}

/// Checks what can be said of a rule without its store.
Result<void> checkWords(const QString& verb, const Invocation& invocation) {
    PORTOLAN_TRY(
        checkVerb("alerts", verb, {QStringLiteral("set"), QStringLiteral("remove"), QStringLiteral("acknowledge")}));
    if (invocation.arguments.size() < 2)
        return Error{ErrorCode::Usage, QStringLiteral("alerts %1 needs the NAME of an alert.").arg(verb)};
    const bool isSet = verb == QLatin1String("set");
    for (const char* option : ruleOptions) {
        if (!isSet && invocation.has(option))
            return Error{ErrorCode::Usage, QStringLiteral("alerts %1 takes no --%2.").arg(verb, QLatin1String(option))};
    }
    if (!isSet || !invocation.has("listing"))
        return {};
    const auto rule = changedRule({invocation.arguments[1].toUtf8(), {}}, invocation);
    return rule ? validateAlert(*rule) : Result<void>(rule.error());
}

Exit changeAlert(const Invocation& invocation, const Door& door) {
    const QString& verb = invocation.arguments[0];
    if (const auto usable = checkWords(verb, invocation); !usable)
        return fail(usable.error());
    const auto opened = door.open();
    if (!opened)
        return fail(opened.error());
    Store& store = **opened;
    const QByteArray name = invocation.arguments[1].toUtf8();
    const QByteArray reason = invocation.value("reason").toUtf8();
    const Result<void> done = verb == QLatin1String("set") ? setAlert(store, name, invocation)
                              : verb == QLatin1String("remove")
                                  ? removeAlertRule(store, name, reason, actorName())
                                  : acknowledgeAlert(store, name, reason, actorName(), invocation.interrupted);
    return done ? Exit::Done : fail(done.error());
}

Exit alerts(const Invocation& invocation, const Door& door) {
    return invocation.arguments.isEmpty() ? lookAtAlerts(invocation, door) : changeAlert(invocation, door);
}

} // namespace

const CommandSpec alertsCommand{
    "alerts",
    "Says which alerts of a store fire, and sets their rules.",
    alertArguments,
    alertOptions,
    alerts,
    "A rule fires when the rows of a listing that match its filter, and lie within its window, are THRESHOLD or more.\n"
    "disk is the free space of the store's file system in MiB, and fires below the threshold; lag is the age in "
    "seconds\n"
    "of the oldest pending port message; receiver is for windows, which know theirs. Rules that are built in hold "
    "until\n"
    "the store has one of their name; remove brings them back, set NAME --off ends them.\n"
    "Exit code 3 when something fires that nobody acknowledged, or could not be looked at: for cron. Looking writes\n"
    "nothing; with --record the store remembers since when, and that what was acknowledged has ended."};

} // namespace portolan
