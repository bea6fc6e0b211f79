#include "models/alerts/alerttexts.h"

#include "models/list/format.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

namespace portolan {

namespace {

constexpr qsizetype longestAlertTitle = 100;

QString sayOfAlert(const char* source) {
    return QCoreApplication::translate("Alerts", source);
}

struct BuiltInTitle {
    const char* name;
    const char* title;
};
constexpr std::array builtInTitles{
    BuiltInTitle{"dead-letters-rising", QT_TRANSLATE_NOOP("Alerts", "Dead letters rising")},
    BuiltInTitle{"component-silent", QT_TRANSLATE_NOOP("Alerts", "Component silent")},
    BuiltInTitle{"messages-waiting", QT_TRANSLATE_NOOP("Alerts", "Messages waiting")},
    BuiltInTitle{"rejects-rising", QT_TRANSLATE_NOOP("Alerts", "Messages rejected")},
    BuiltInTitle{"receiver-stopped", QT_TRANSLATE_NOOP("Alerts", "Receiver stopped")},
    BuiltInTitle{"disk-low", QT_TRANSLATE_NOOP("Alerts", "Disk low")},
    BuiltInTitle{"store-ails", QT_TRANSLATE_NOOP("Alerts", "Server or disk in trouble")},
    BuiltInTitle{"backup-unproved", QT_TRANSLATE_NOOP("Alerts", "No backup proved for a week")},
    BuiltInTitle{"disk-filling", QT_TRANSLATE_NOOP("Alerts", "Disk full within a month")},
    BuiltInTitle{"questions-slow", QT_TRANSLATE_NOOP("Alerts", "Questions slow")},
    BuiltInTitle{"questions-failed", QT_TRANSLATE_NOOP("Alerts", "Questions failing")},
};

/// Listings whose places do not filter by the listing's columns.
constexpr std::array unfilteredListings{"batches", "checkpoints", "component-metrics", "components",       "findings",
                                        "health",  "metrics",     "port-metrics",      "processed-events", "receiver"};

QString alertSpanText(double seconds) {
    const Timestamp now = currentTime();
    const auto span = std::chrono::microseconds(static_cast<qint64>(std::min(seconds, 1e12) * 1e6));
    return seconds < 1 ? sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "0 s")) : ageText(now - span, now);
}

QString figureText(const AlertRule& rule, double value) {
    if (rule.listing == "lag")
        return alertSpanText(value);
    const QString number = value == std::floor(value) && std::abs(value) < 1e15
                               ? groupedNumber(static_cast<qint64>(value))
                               : realText(value);
    return rule.listing == "disk" ? sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "%1 MiB")).arg(number) : number;
}

} // namespace

QString alertTitle(const AlertRule& rule) {
    const auto* const known =
        std::ranges::find_if(builtInTitles, [&](const BuiltInTitle& each) { return rule.name == each.name; });
    return known == builtInTitles.end() ? visibleText(rule.name, longestAlertTitle) : sayOfAlert(known->title);
}

QString alertStateText(const AlertReading& reading) {
    if (!reading.alert.rule.enabled)
        return sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "○ off"));
    switch (reading.state) {
    case AlertState::Ok:
        return reading.problem ? sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "? not known"))
                               : sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "● ok"));
    case AlertState::Firing:
        return sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "✖ firing"));
    case AlertState::Acknowledged:
        return sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "▲ acknowledged"));
    }
    Q_UNREACHABLE();
}

QString alertValueText(const AlertReading& reading) {
    if (!reading.value)
        return {};
    const AlertRule& rule = reading.alert.rule;
    if (rule.listing == receiverListing)
        return *reading.value > 0 ? sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "stopped")) : QString();
    return (reading.exact ? QString() : QStringLiteral("≥ ")) + figureText(rule, *reading.value);
}

QString alertLimitText(const AlertRule& rule) {
    if (rule.listing == receiverListing)
        return {};
    return (rule.listing == "disk" ? sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "below %1"))
                                   : sayOfAlert(QT_TRANSLATE_NOOP("Alerts", "from %1 on")))
        .arg(figureText(rule, rule.threshold));
}

QString alertWindowText(const AlertRule& rule) {
    return rule.window ? alertSpanText(static_cast<double>(rule.window->count())) : QString();
}

QString alertSentence(const AlertReading& reading) {
    const AlertRule& rule = reading.alert.rule;
    QString sentence = alertTitle(rule);
    const QString value = alertValueText(reading);
    if (!value.isEmpty() && rule.listing != receiverListing)
        sentence += QStringLiteral(": ") + value;
    if (rule.window)
        sentence += sayOfAlert(QT_TRANSLATE_NOOP("Alerts", " in %1")).arg(alertWindowText(rule));
    const QString limit = alertLimitText(rule);
    return limit.isEmpty() ? sentence : sentence + QStringLiteral(" (") + limit + u')';
}

PaneLink alertLink(const AlertRule& rule) {
    PaneLink link{placeOfListing(rule.listing), {}};
    const auto isListing = [&](const char* listing) { return rule.listing == listing; };
    if (link.place.isEmpty() || std::ranges::any_of(unfilteredListings, isListing))
        return link;
    QStringList terms;
    if (rule.listing == "lag")
        terms << QStringLiteral("status:pending");
    if (const QString filter = QString::fromUtf8(rule.filter).trimmed(); !filter.isEmpty())
        terms << (terms.isEmpty() && !rule.window ? filter : u'(' + filter + u')');
    if (rule.window)
        terms << QStringLiteral("age<%1s").arg(qint64(rule.window->count()));
    link.filter = terms.join(u' ');
    return link;
}

} // namespace portolan
