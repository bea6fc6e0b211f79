#include "storage/stores/alertrules.h"

#include "storage/base/deadline.h"
#include "storage/base/diskspace.h"
#include "storage/export/namedlistings.h"
#include "storage/listing/filter.h"
#include "storage/ports/ports.h"
#include "storage/store.h"

#include <QFileInfo>
#include <algorithm>
#include <array>
#include <cmath>

namespace portolan {

namespace {

constexpr char diskListing[] = "disk";
constexpr char lagListing[] = "lag";
/// Counted as a whole, of a table that has to be named, or of no interest: these cannot be asked every few seconds.
constexpr std::array unalerted{"ports", "port-flows", "dead-letter-groups", "tables", "rows"};

/// A rule about more rows would read as many keys at each look.
constexpr double mostRows = 100'000;
constexpr double mostUnits = 1e12;   ///< MiB or seconds
constexpr int countedBeyond = 1'000; ///< the threshold: how far the value is exact
constexpr qsizetype longestAlertName = 100;
constexpr double bytesAMebibyte = 1024.0 * 1024.0;

bool hasRows(const QByteArray& listing) {
    return listing != diskListing && listing != lagListing && listing != receiverListing;
}

Error wrongRule(const AlertRule& rule, const QString& what) {
    return {ErrorCode::Usage, QStringLiteral("The alert \"%1\" %2").arg(QString::fromUtf8(rule.name), what)};
}

/// The rows that a rule is about, its window included.
Result<Filter> alertFilter(const AlertRule& rule, Timestamp now) {
    const ColumnSet* const schema = alertFilterSchema(rule.listing);
    if (!schema)
        return Filter();
    const Result<Filter> filter = parseFilter(QString::fromUtf8(rule.filter), *schema, now);
    if (!filter || !rule.window)
        return filter;
    const QString age = QStringLiteral("age<%1s").arg(qint64(rule.window->count()));
    return parseFilter(filter->isEmpty() ? age : QStringLiteral("(%1) %2").arg(filter->source, age), *schema, now);
}

/// Returns true when every row has to have a time of this column.
bool asksFor(const FilterChild& child, const ColumnSet& schema, const QByteArray& column) {
    if (!child)
        return false;
    if (const auto* const term = std::get_if<FilterTerm>(&child->node))
        return schema.columns[static_cast<std::size_t>(term->field.column)].name == column;
    const auto* const all = std::get_if<FilterAnd>(&child->node);
    return all && std::ranges::any_of(all->children, [&](const FilterChild& each) {
               return asksFor(each, schema, column);
           });
}

/// The column by which an index finds the rows of a rule from the newest on; empty: the listing's own order.
QByteArray orderOf(const AlertRule& rule, const ColumnSet& schema, const Filter& filter) {
    const QByteArray& waiting = schema.waiting.timeColumn;
    if (!waiting.isEmpty() && asksFor(filter.root, schema, waiting))
        return waiting;
    return rule.window && rule.listing != "messages" ? schema.timeColumn : QByteArray(); // messages have none by time
}

struct Measured {
    double value = 0;
    bool exact = true;
};

Result<Measured> measureRows(Store& store, const AlertRule& rule, const CancelToken& token) {
    const Result<Filter> filter = alertFilter(rule, currentTime());
    PORTOLAN_TRY(filter);
    const auto listing = openNamedListing(store, QString::fromUtf8(rule.listing), {}, token);
    PORTOLAN_TRY(listing);
    ListQuery query;
    query.filter = *filter;
    query.sort = {orderOf(rule, (*listing)->schema(), *filter), true};
    query.limit = static_cast<int>(std::min(rule.threshold, mostRows)) + countedBeyond;
    const Result<RowCount> count = (*listing)->count(query, token);
    PORTOLAN_TRY(count);
    return Measured{static_cast<double>(count->rows), count->exact};
}

Result<Measured> measureDisk(const Store& store) {
    const StoreUrl& url = store.url();
    if (url.kind != StoreKind::Files && url.kind != StoreKind::Sqlite)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The free space of a server's disk cannot be seen from here.")};
    const QString folder = url.kind == StoreKind::Files ? url.path : QFileInfo(url.path).absolutePath();
    const Result<DiskSpace> space = diskSpaceOf(folder);
    PORTOLAN_TRY(space);
    return Measured{std::floor(static_cast<double>(space->available) / bytesAMebibyte)};
}

Result<Measured> measureLag(Store& store, const AlertRule& rule, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Ports).value_or(QString())};
    const Timestamp now = currentTime();
    const Result<Filter> filter = alertFilter(rule, now);
    const Result<Filter> pending =
        parseFilter(QStringLiteral("status:pending pending_since:*"), portMessageSchema(), now);
    if (!filter || !pending)
        return filter ? pending.error() : filter.error();
    ListQuery oldest;
    oldest.filter = both(*pending, *filter);
    oldest.sort = {"pending_since", false};
    oldest.limit = 1;
    const auto page = ports->messages().page(oldest, token);
    PORTOLAN_TRY(page);
    if (page->rows.empty())
        return Measured{};
    const auto age = now - page->rows.front().pendingSince().value_or(now);
    return Measured{std::max(0.0, std::floor(std::chrono::duration<double>(age).count()))};
}

Result<Measured> measure(Store& store, const AlertRule& rule, const CancelToken& token) {
    PORTOLAN_TRY(validateAlert(rule));
    if (rule.listing == diskListing)
        return measureDisk(store);
    return rule.listing == lagListing ? measureLag(store, rule, token) : measureRows(store, rule, token);
}

Result<Alerts*> alertsOf(Store& store) {
    Alerts* const alerts = store.alerts();
    if (!alerts)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Only databases keep rules for alerts; here the built-in ones hold.")};
    return alerts;
}

Result<void> validateThreshold(const AlertRule& rule) {
    const double most = hasRows(rule.listing) ? mostRows : mostUnits;
    const bool isWhole = std::isfinite(rule.threshold) && rule.threshold == std::floor(rule.threshold);
    if (isWhole && rule.threshold >= 1 && rule.threshold <= most)
        return {};
    return wrongRule(
        rule, QStringLiteral("has a threshold that is no whole number from 1 to %1.").arg(static_cast<qint64>(most)));
}

} // namespace

std::span<const AlertRule> builtInAlerts() {
    using std::chrono::minutes;
    static const std::array<AlertRule, 11> rules{{
        {"dead-letters-rising", "dead-letters", {}, 10, minutes(10)},
        {"component-silent", "component-health", "state:silent", 1},
        {"messages-waiting", "port-messages", "status:pending age>15m", 1},
        {"rejects-rising", "rejects", "state:open", 1, minutes(10)},
        {"receiver-stopped", receiverListing, {}, 1},
        {"disk-low", diskListing, {}, 1024},
        {"store-ails", "findings", "urgency:now", 1},
        {"backup-unproved", "findings", "name:backups urgency:soon", 1},
        {"disk-filling", "findings", "name:disk-filling", 1},
        {"questions-slow", "findings", "name:questions-slow", 1},
        {"questions-failed", "findings", "name:questions-failed", 1},
    }};
    return rules;
}

const AlertRule* builtInAlert(QByteArrayView name) {
    const auto rules = builtInAlerts();
    const auto found = std::ranges::find_if(rules, [&](const AlertRule& rule) { return name == rule.name; });
    return found == rules.end() ? nullptr : &*found;
}

QByteArrayList alertListings() {
    QByteArrayList listings;
    for (const QString& name : storeListingNames()) {
        if (std::ranges::none_of(unalerted, [&](const char* each) { return name == QLatin1String(each); }))
            listings << name.toUtf8();
    }
    return listings << diskListing << lagListing << receiverListing;
}

const ColumnSet* alertFilterSchema(const QByteArray& listing) {
    if (listing == lagListing)
        return &portMessageSchema();
    if (!hasRows(listing))
        return nullptr;
    const auto schema = storeListingSchema(QString::fromUtf8(listing));
    return schema ? *schema : nullptr;
}

bool hasAlertWindow(const QByteArray& listing) {
    const ColumnSet* const schema = hasRows(listing) ? alertFilterSchema(listing) : nullptr;
    return schema && !schema->timeColumn.isEmpty();
}

Result<void> validateAlert(const AlertRule& rule) {
    const QString name = QString::fromUtf8(rule.name);
    if (name.isEmpty() || name.trimmed() != name || name.size() > longestAlertName
        || std::ranges::any_of(name, [](QChar c) { return !c.isPrint(); }))
        return Error{ErrorCode::Usage, QStringLiteral("The name of an alert is a line of 1 to %1 characters, no blanks "
                                                      "around it.")
                                           .arg(longestAlertName)};
    if (!alertListings().contains(rule.listing))
        return wrongRule(rule,
                         QStringLiteral("is about \"%1\"; there are %2.")
                             .arg(QString::fromUtf8(rule.listing), QString::fromUtf8(alertListings().join(", "))));
    if (Result<void> valid = validateThreshold(rule); !valid)
        return valid;
    if (rule.window && !hasAlertWindow(rule.listing))
        return wrongRule(rule, QStringLiteral("has a window; %1 has no time that it could be measured by.")
                                   .arg(QString::fromUtf8(rule.listing)));
    if (rule.window && *rule.window < std::chrono::seconds(1))
        return wrongRule(rule, QStringLiteral("has a window of less than a second."));
    if (rule.window && *rule.window > longestAlertWindow)
        return wrongRule(rule, QStringLiteral("has a window of more than a year."));
    if (!alertFilterSchema(rule.listing) && !rule.filter.trimmed().isEmpty())
        return wrongRule(rule, QStringLiteral("has a filter; %1 has no rows.").arg(QString::fromUtf8(rule.listing)));
    const Result<Filter> filter = alertFilter(rule, currentTime());
    return filter ? Result<void>() : filter.error();
}

Result<std::vector<Alert>> alertRules(Store& store, const CancelToken& token) {
    Result<std::vector<Alert>> stored = std::vector<Alert>();
    if (Alerts* const alerts = store.alerts())
        stored = alerts->stored(token);
    if (!stored && stored.error().code != ErrorCode::Unsupported)
        return stored;
    std::vector<Alert> others = stored ? std::move(*stored) : std::vector<Alert>();
    std::vector<Alert> rules;
    for (const AlertRule& builtIn : builtInAlerts()) {
        const auto own =
            std::ranges::find_if(others, [&](const Alert& alert) { return alert.rule.name == builtIn.name; });
        if (own == others.end()) {
            rules.push_back({builtIn});
        } else {
            rules.push_back(std::move(*own));
            others.erase(own);
        }
    }
    std::ranges::move(others, std::back_inserter(rules));
    return rules;
}

bool firesAt(const AlertRule& rule, double value) {
    return rule.listing == diskListing ? value < rule.threshold : value >= rule.threshold;
}

AlertReading checkAlert(Store& store, const Alert& alert, std::chrono::milliseconds patience,
                        const CancelToken& token) {
    AlertReading reading{alert, alert.state};
    if (!alert.rule.enabled || alert.rule.listing == receiverListing)
        return reading;
    const auto deadline = Deadline::begin(token, patience);
    const Result<Measured> measured =
        deadline ? measure(store, alert.rule, (*deadline)->token()) : Result<Measured>(deadline.error());
    if (measured) {
        reading.value = measured->value;
        reading.exact = measured->exact;
        reading.state = alertStateAfter(alert.state, firesAt(alert.rule, measured->value));
    } else if (deadline && (*deadline)->hasPassed()) {
        reading.problem =
            Error{ErrorCode::Timeout, QStringLiteral("The alert \"%1\" was not counted within %2 ms; a window or a "
                                                     "filter that an index serves would make it quicker.")
                                          .arg(QString::fromUtf8(alert.rule.name))
                                          .arg(patience.count())};
    } else {
        reading.problem = measured.error();
    }
    return reading;
}

bool isOutOfPlace(const AlertReading& reading) {
    return !reading.alert.isStored && reading.problem && reading.problem->code == ErrorCode::Unsupported;
}

Result<std::vector<AlertReading>> checkAlerts(Store& store, std::chrono::milliseconds patience,
                                              const CancelToken& token) {
    const Result<std::vector<Alert>> rules = alertRules(store, token);
    PORTOLAN_TRY(rules);
    std::vector<AlertReading> readings;
    for (const Alert& alert : *rules) {
        AlertReading reading = checkAlert(store, alert, patience, token);
        if (token.stop_requested())
            return cancelled();
        if (!isOutOfPlace(reading))
            readings.push_back(std::move(reading));
    }
    return readings;
}

std::vector<AlertTransition> transitionsIn(std::span<const AlertReading> readings) {
    std::vector<AlertTransition> transitions;
    for (const AlertReading& each : readings) {
        if (each.alert.isStored && each.state != each.alert.state)
            transitions.push_back({each.alert.rule.name, each.alert.state, each.state, each.value});
    }
    return transitions;
}

Result<void> saveAlertRule(Store& store, const AlertRule& rule, const std::optional<AlertRule>& expected,
                           const QByteArray& reason, const QByteArray& actor) {
    if (Result<void> valid = validateAlert(rule); !valid)
        return valid;
    const Result<Alerts*> alerts = alertsOf(store);
    return alerts ? (*alerts)->save(rule, expected, reason, actor) : Result<void>(alerts.error());
}

Result<void> removeAlertRule(Store& store, const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    const Result<Alerts*> alerts = alertsOf(store);
    return alerts ? (*alerts)->remove(name, reason, actor) : Result<void>(alerts.error());
}

Result<void> acknowledgeAlert(Store& store, const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                              const CancelToken& token) {
    const Result<Alerts*> alerts = alertsOf(store);
    PORTOLAN_TRY(alerts);
    const Result<std::vector<Alert>> rules = alertRules(store, token);
    PORTOLAN_TRY(rules);
    const auto found = std::ranges::find_if(*rules, [&](const Alert& alert) { return alert.rule.name == name; });
    if (found == rules->end())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no alert \"%1\".").arg(QString::fromUtf8(name))};
    const AlertReading reading = checkAlert(store, *found, patientAlertCheck, token);
    if (reading.problem)
        return *reading.problem;
    if (reading.state == AlertState::Ok)
        return wrongRule(found->rule, QStringLiteral("does not fire; there is nothing to acknowledge."));
    return (*alerts)->acknowledge(found->rule, reading.value, reason, actor);
}

Result<int> recordAlerts(Store& store, std::span<const AlertTransition> transitions) {
    if (transitions.empty())
        return 0;
    const Result<Alerts*> alerts = alertsOf(store);
    return alerts ? (*alerts)->record(transitions) : Result<int>(alerts.error());
}

} // namespace portolan
