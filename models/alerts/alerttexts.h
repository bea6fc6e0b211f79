#pragma once

#include "models/list/panes.h"
#include "storage/stores/alertrules.h"

#include <QString>

namespace portolan {

// The texts about alerts, in one line each, plain and visible.

/// Its name; of one that is built in, in words: "Dead letters rising".
[[nodiscard]] QString alertTitle(const AlertRule& rule);
/// "▲ firing", "○ off".
[[nodiscard]] QString alertStateText(const AlertReading& reading);
/// "12", "≥ 1 010", "512 MiB", "16 min"; empty: not found out.
[[nodiscard]] QString alertValueText(const AlertReading& reading);
/// "from 10 on", "below 1 024 MiB".
[[nodiscard]] QString alertLimitText(const AlertRule& rule);
/// "10 min"; empty: whenever.
[[nodiscard]] QString alertWindowText(const AlertRule& rule);
/// "Dead letters rising: 12 in 10 min (from 10 on)".
[[nodiscard]] QString alertSentence(const AlertReading& reading);

/// The link to an alert's rows.
[[nodiscard]] PaneLink alertLink(const AlertRule& rule);

} // namespace portolan
