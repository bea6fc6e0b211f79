#pragma once

#include "models/alerts/alertmonitor.h"
#include "models/integrity/checkcontroller.h"
#include "models/overview/overviewpoller.h"
#include "views/overview/overviewcard.h"

#include <vector>

namespace portolan {

// The lines of the overview's cards, the most urgent first. Nothing that is not known yet is said.

using CardLines = std::vector<CardLine>;

[[nodiscard]] CardLines receivingLines(const OverviewPoller& desk, Timestamp now);
[[nodiscard]] CardLines deadLetterLines(const OverviewPoller& desk, Timestamp now);
[[nodiscard]] CardLines componentLines(const OverviewPoller& desk, Timestamp now);
/// Rows, size, and the tables that grew most in the last hour.
[[nodiscard]] CardLines storeLines(const OverviewPoller& desk);
/// Says what the window has verified, or what was recorded later (`portolan verify --record`); both may be null.
[[nodiscard]] CardLines checkLines(const CheckController* desk, const OverviewPoller* recorded, Timestamp now);
/// Those that fire first; `desk` may be null. The last line leads to their rules (alertsPlace).
[[nodiscard]] CardLines alertLines(const AlertMonitor* desk);
/// In place of a pane: the dialog of the alerts.
inline constexpr char alertsPlace[] = "alerts";
[[nodiscard]] CardLines operationLines(const OverviewPoller& desk, Timestamp now);

} // namespace portolan
