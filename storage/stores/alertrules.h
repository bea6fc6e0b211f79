#pragma once

#include "storage/operations/alerts.h"

#include <QByteArrayList>

namespace portolan {

struct ColumnSet;
class Store;

/// The rules that hold in every store that has what they are about, until the store has one of that name.
[[nodiscard]] std::span<const AlertRule> builtInAlerts();
[[nodiscard]] const AlertRule* builtInAlert(QByteArrayView name); ///< or null

/// Returns what a rule may be about: listings that are counted without reading everything, and the three without rows.
[[nodiscard]] QByteArrayList alertListings();
/// Returns what a rule's filter may name; null where there is nothing to filter. `listing` is one of alertListings().
[[nodiscard]] const ColumnSet* alertFilterSchema(const QByteArray& listing);
/// Returns true when a rule of it can have a window.
[[nodiscard]] bool hasAlertWindow(const QByteArray& listing);
inline constexpr auto longestAlertWindow = std::chrono::hours(366 * 24);
/// A receiver is known to its window alone: nobody else can look.
inline constexpr char receiverListing[] = "receiver";

/// Checks that the rule can be looked at. Error Usage says what is wrong; of a filter, where.
[[nodiscard]] Result<void> validateAlert(const AlertRule& rule);

/// All rules of a store: the built-in ones in their order, as the store has them, then its others by name.
[[nodiscard]] Result<std::vector<Alert>> alertRules(Store& store, const CancelToken& token);

/// A rule, looked at.
struct AlertReading {
    Alert alert;
    AlertState state = AlertState::Ok; ///< now; as it was where there is no value
    /// Rows (at least so many, unless exact), MiB or seconds. Nothing: switched off, or not found out.
    std::optional<double> value = {};
    bool exact = true;
    std::optional<Error> problem = {}; ///< why there is none
};

/// Returns true when the value is beyond the rule's threshold.
[[nodiscard]] bool firesAt(const AlertRule& rule, double value);

/// Looks, for so long at most (then the problem is a Timeout). Reads only.
[[nodiscard]] AlertReading checkAlert(Store& store, const Alert& alert, std::chrono::milliseconds patience,
                                      const CancelToken& token);
/// A rule that is built in, about something that this store has not: not worth a word.
[[nodiscard]] bool isOutOfPlace(const AlertReading& reading);
/// All of them, each with the same patience, without those that are out of place.
[[nodiscard]] Result<std::vector<AlertReading>> checkAlerts(Store& store, std::chrono::milliseconds patience,
                                                            const CancelToken& token);

/// Those that the store is to remember: built-in rules that it says nothing of are no concern of it.
[[nodiscard]] std::vector<AlertTransition> transitionsIn(std::span<const AlertReading> readings);

/// As the functions of Alerts, of a store that may have none (error Unsupported, in words), with validateAlert()
/// before.
[[nodiscard]] Result<void> saveAlertRule(Store& store, const AlertRule& rule, const std::optional<AlertRule>& expected,
                                         const QByteArray& reason, const QByteArray& actor);
[[nodiscard]] Result<void> removeAlertRule(Store& store, const QByteArray& name, const QByteArray& reason,
                                           const QByteArray& actor);
/// Looks itself. Error Usage: it does not fire, or there is no such rule (NotFound).
[[nodiscard]] Result<void> acknowledgeAlert(Store& store, const QByteArray& name, const QByteArray& reason,
                                            const QByteArray& actor, const CancelToken& token);
[[nodiscard]] Result<int> recordAlerts(Store& store, std::span<const AlertTransition> transitions);

/// The time that a command, for which nobody waits, may take for each rule.
inline constexpr auto patientAlertCheck = std::chrono::seconds(30);

} // namespace portolan
