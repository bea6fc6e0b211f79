#include "storage/series/dayfigures.h"

namespace portolan {

std::optional<qint64> sumOf(const DayFigures::Line& line) {
    std::optional<qint64> sum;
    for (const auto& figure : line) {
        if (figure)
            sum = sum.value_or(0) + *figure;
    }
    return sum;
}

} // namespace portolan
