#pragma once

#include "storage/series/series.h"

#include <QByteArray>
#include <chrono>
#include <optional>
#include <vector>

namespace portolan {

/// The numbers of rows that came, died and waited in a pipeline, by stretches of a range: a timeline of it. A value.
struct DayFigures {
    /// A figure a stretch, oldest first; nothing for a stretch of which only a part was counted.
    using Line = std::vector<std::optional<qint64>>;
    TimeRange range{};
    std::chrono::microseconds width{1};
    Line received; ///< rows of `tables`, by when they came; empty: nothing can be counted
    Line died;     ///< dead letters there are, by when they died; empty: as received
    Line waiting;  ///< port messages that were pending at the stretch's end; empty: as received
    std::vector<QByteArray> tables;

    [[nodiscard]] std::size_t stretches() const {
        return range.isEmpty() ? 0
                               : static_cast<std::size_t>((range.length() - std::chrono::microseconds(1)) / width) + 1;
    }
    [[nodiscard]] Timestamp beginOf(std::size_t stretch) const {
        return range.begin + width * static_cast<qint64>(stretch);
    }
    friend bool operator==(const DayFigures&, const DayFigures&) = default;
};

/// Adds the known figures of a line; nothing where none is known.
[[nodiscard]] std::optional<qint64> sumOf(const DayFigures::Line& line);

} // namespace portolan
