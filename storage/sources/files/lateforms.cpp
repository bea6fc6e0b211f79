#include "storage/sources/files/lateforms.h"

#include "storage/sources/files/numberform.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

/// Before 1980 the numbers of Windows file times of our days are nanoseconds since 1970.
bool isLikely(Timestamp time) {
    using namespace std::chrono;
    return time >= sys_days(year(1980) / January / 1) && time < sys_days(year(2100) / January / 1);
}

} // namespace

bool isTwoNumbers(QByteArrayView text, bool points) {
    const QByteArrayView bare = text.trimmed();
    if (bare.size() < 5)
        return false;
    const char mark = bare[bare.size() - 4];
    if (mark != ',' && (mark != '.' || !points))
        return false;
    NumberEvidence evidence;
    look(evidence, bare);
    return evidence.ambiguousComma + evidence.ambiguousPoint > 0;
}

bool isOfOtherUnit(QByteArrayView number, Timestamp read, TimeForm form) {
    using enum TimeForm;
    static constexpr std::array<TimeForm, 10> forms{Seconds,  Milliseconds, Microseconds, Nanoseconds, WebKit,
                                                    FileTime, Ticks,        JulianDays,   ExcelDays,   Compact};
    const QByteArrayView bare = number.trimmed();
    if (isLikely(read) || !isDecimalNumber(bare) || isNoTime(bare))
        return false;
    return std::ranges::any_of(forms, [&](TimeForm other) {
        const auto time = other == form ? std::nullopt : readTime(bare, other);
        return time && isLikely(*time);
    });
}

} // namespace portolan
