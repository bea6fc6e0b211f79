#pragma once

#include "models/overview/overview.h"
#include "storage/deadletters/precursors.h"
#include "storage/series/dayfigures.h"

#include <QString>
#include <vector>

namespace portolan {

/// Dead letters that died one soon after the other, by whole minutes.
struct DeathWave {
    TimeRange range{};
    qint64 letters = 0;
    qint64 groups = 0; ///< that died in it, as far as their hours tell
    friend bool operator==(const DeathWave&, const DeathWave&) = default;
};

/// Something that was changed, on the timeline.
struct DayMark {
    Timestamp at{};
    QString text;   ///< "state of order-router", "promote orders"
    QString detail; ///< who, why; may be empty
    QString place;  ///< a PanePlace as text
    QString filter;
    friend bool operator==(const DayMark&, const DayMark&) = default;
};

/// The last 24 hours of a store. A value.
struct OverviewDay {
    DayFigures figures;            ///< of whole minutes
    std::vector<DayMark> marks;    ///< oldest first
    std::vector<DeathWave> waves;  ///< oldest first
    std::vector<Precursor> before; ///< the changes in the hour before the largest wave, likeliest first
    std::vector<AuditEntry> acts;  ///< of people, newest first, a few; programs' notes of each message are none of them
    std::optional<Timestamp> newestRow; ///< of messages, port messages and sensor events
};

/// Finds the waves of deaths: minutes with dead letters, no more than `quiet` apart. Groups are counted by their times.
[[nodiscard]] std::vector<DeathWave> deathWaves(const DayFigures& figures, std::span<const DeadLetterGroup> groups,
                                                std::chrono::minutes quiet = std::chrono::minutes(15));
/// Returns the wave with most letters, or null.
[[nodiscard]] const DeathWave* largestWave(std::span<const DeathWave> waves);

/// Reads the day that ends with `now`. Query thread. Bounded, whatever the store holds. Errors: of the listings.
[[nodiscard]] Result<OverviewDay> readDay(Store& store, Timestamp now, const CancelToken& token);

} // namespace portolan
