#pragma once

#include "storage/versions/pipelinerows.h"

#include <chrono>
#include <optional>

namespace portolan {

/// A component's state, by its own reports (`system_health`), and whether they still come.
struct ComponentHealth {
    QByteArray name;
    QByteArray status;                  ///< of the newest report
    std::optional<Timestamp> heartbeat; ///< of the newest report
    QByteArray details;                 ///< JSON, of the newest report; empty: none
    /// Of each interval up to now, oldest first, the worst state that was reported in it; empty where none was. From
    /// its first report on, or from as far back as its reports are looked at.
    std::vector<QByteArray> history;
    std::chrono::microseconds interval{}; ///< one and a half times the usual distance of its reports
    std::chrono::seconds silentAfter{};   ///< without a report for longer it is silent
    bool isSet = false;                   ///< an operator said so
    bool silent = false;                  ///< when it was read
};

/// component_name, state (`silent`, else the status), health_status, last_heartbeat, silent_after (seconds), history (a
/// block an interval, the taller the worse; a dot: nothing was reported, a blank: not known), health_details.
std::span<const Column<ComponentHealth>> componentHealthColumns();
const ColumnSet& componentHealthSchema();

/// Returns how long a component whose reports came at these times (oldest first) may be without one: three times their
/// usual distance (the median), at least half a minute; five minutes where there are fewer than three.
[[nodiscard]] std::chrono::seconds silentAfter(std::span<const Timestamp> reports);

/// From its reports, newest first, of which there is at least one; `patience` where an operator has set it.
[[nodiscard]] ComponentHealth healthOf(const QByteArray& name, std::span<const PipelineRow> newestFirst,
                                       std::optional<std::chrono::seconds> patience, Timestamp now);

inline constexpr int keptReports = 40;      ///< of a component, for its history
inline constexpr int historyIntervals = 24; ///< at most

} // namespace portolan
