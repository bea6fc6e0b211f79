#pragma once

#include "models/alerts/alertdesk.h"
#include "models/integrity/checkdesk.h"
#include "models/overview/overviewdesk.h"
#include "views/overview/overviewcard.h"

#include <vector>

namespace portolan {

// What the cards of the overview say, the most urgent first. Nothing that is not known yet is said.

using CardLines = std::vector<CardLine>;

[[nodiscard]] CardLines receivingLines(const OverviewDesk& desk, Timestamp now);
[[nodiscard]] CardLines deadLetterLines(const OverviewDesk& desk, Timestamp now);
[[nodiscard]] CardLines componentLines(const OverviewDesk& desk, Timestamp now);
/// Rows, size, and the tables that grew most in the last hour.
[[nodiscard]] CardLines storeLines(const OverviewDesk& desk);
/// Says what the window has verified, or what was recorded later (`portolan verify --record`); both may be null.
[[nodiscard]] CardLines checkLines(const CheckDesk* desk, const OverviewDesk* recorded, Timestamp now);
/// Those that fire first; `desk` may be null. The last line leads to their rules (alertsWay).
[[nodiscard]] CardLines alertLines(const AlertDesk* desk);
/// In place of a pane: the dialog of the alerts.
inline constexpr char alertsWay[] = "alerts";
[[nodiscard]] CardLines operationLines(const OverviewDesk& desk, Timestamp now);

} // namespace portolan
