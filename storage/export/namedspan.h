#pragma once

#include "storage/base/clock.h"

#include <QByteArrayView>
#include <QStringList>
#include <QTimeZone>
#include <optional>

namespace portolan {

/// Times that people call by a name, in the days of a zone.
enum class NamedSpan {
    Today,     ///< from midnight until now
    Yesterday, ///< from midnight to midnight
    LastNight, ///< from 20:00 to 08:00, of the night that is or the one before
    ThisWeek,  ///< from Monday's midnight until now (ISO 8601)
    LastWeek,  ///< from Monday's midnight to Monday's midnight
};

/// "today", "yesterday", "last-night", "this-week", "last-week".
[[nodiscard]] QStringList namedSpanNames();
[[nodiscard]] QString namedSpanName(NamedSpan span);
[[nodiscard]] std::optional<NamedSpan> namedSpan(const QString& name);

struct NamedTimes {
    Timestamp since;
    Timestamp until; ///< not in it; never after `now`, as long as something of the span is before that
    friend bool operator==(const NamedTimes&, const NamedTimes&) = default;
};

/// Returns the times that a name means at `now`, in the zone's days: one of 23 or 25 hours where its clocks change, and
/// one that begins at 01:00 where there is no midnight.
[[nodiscard]] NamedTimes timesOf(NamedSpan span, Timestamp now, const QTimeZone& zone);

} // namespace portolan
