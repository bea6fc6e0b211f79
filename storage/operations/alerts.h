#pragma once

#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Acknowledged: it fires, and an operator knows. A rule that does not fire any more is ok again, acknowledged or not.
enum class AlertState { Ok, Firing, Acknowledged };

/// "ok", "firing", "acknowledged"; and back, nothing for any other text.
[[nodiscard]] const char* alertStateName(AlertState state);
[[nodiscard]] std::optional<AlertState> alertStateNamed(QByteArrayView name);

/// Returns what a state becomes after a look: `fires` says that the rule fires.
[[nodiscard]] AlertState alertStateAfter(AlertState was, bool fires);

/// When an operator is to be told: rows of a listing that match a filter, and with a window whose time lies within it,
/// number `threshold` at least. Three listings have no rows: `disk` is the free space of the store's file system in MiB
/// (fires below the threshold), `lag` the age in seconds of the oldest pending port message that matches, `receiver`
/// the receivers of a window that should run and do not.
struct AlertRule {
    QByteArray name;
    QByteArray listing;
    QByteArray filter = {}; ///< UTF-8; empty: every row
    double threshold = 1;
    std::optional<std::chrono::seconds> window = {};
    bool enabled = true;
    friend bool operator==(const AlertRule&, const AlertRule&) = default;
};

/// A rule and what is remembered of it.
struct Alert {
    AlertRule rule;
    AlertState state = AlertState::Ok;
    std::optional<double> lastValue = {}; ///< when the state last changed
    std::optional<Timestamp> changedAt = {};
    bool isStored = false; ///< false: it is built in, and the store says nothing of it
};

struct AlertTransition {
    QByteArray name;
    AlertState from = AlertState::Ok;
    AlertState to = AlertState::Ok;
    std::optional<double> value = {};
};

/// The rules that stand in a store (`portolan_alerts`). On the store's thread. Errors besides a database's own:
/// Unsupported where it has no such table, ReadOnly. An operator's acts are in the audit, in the same transaction;
/// transitions are not, since `changed_at` tells the last one and a limit may be crossed every minute.
class Alerts {
public:
    Alerts() = default;
    Alerts(const Alerts&) = delete;
    Alerts& operator=(const Alerts&) = delete;
    virtual ~Alerts() = default;

    /// By name.
    [[nodiscard]] virtual Result<std::vector<Alert>> stored(const CancelToken& token) = 0;

    /// Makes a rule, or puts it in the place of `expected`: what the caller saw, nothing where there was none. It is ok
    /// until it is looked again. Error Changed: something else stands there by now.
    [[nodiscard]] virtual Result<void> save(const AlertRule& rule, const std::optional<AlertRule>& expected,
                                            const QByteArray& reason, const QByteArray& actor) = 0;
    /// Error NotFound.
    [[nodiscard]] virtual Result<void> remove(const QByteArray& name, const QByteArray& reason,
                                              const QByteArray& actor) = 0;
    /// Says that an operator knows: that it fires was seen by the caller. A rule that does not stand in the store is
    /// put there.
    [[nodiscard]] virtual Result<void> acknowledge(const AlertRule& rule, std::optional<double> value,
                                                   const QByteArray& reason, const QByteArray& actor) = 0;
    /// Each only where the rule is still in the state that it comes from: another program may have been first. Gives
    /// how many were.
    [[nodiscard]] virtual Result<int> record(std::span<const AlertTransition> transitions) = 0;
};

} // namespace portolan
