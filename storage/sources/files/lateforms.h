#pragma once

#include "storage/base/timeforms.h"

#include <QByteArrayView>

namespace portolan {

// The beginning of a file tells how its columns are written. Later rows are held against that: a text that the form
// reads, and that another form of the field would have been learnt from, is no value but a question.

/// Returns true for a number that is two: 1,234, and with `points` also 1.234.
[[nodiscard]] bool isTwoNumbers(QByteArrayView text, bool points);

/// Returns true for a number that in this form is a time outside of the years 1973 to 2099, and in another unit or
/// count is one of them.
[[nodiscard]] bool isOfOtherUnit(QByteArrayView number, Timestamp read, TimeForm form);

/// Says to operators what such a cell should have been.
inline constexpr const char oneNumberWanted[] =
    "a number that reads in one way alone, and nothing at the file's beginning tells which (--decimal comma or "
    "--decimal point does)";
inline constexpr const char oneUnitWanted[] =
    "a time in the unit of those at the file's beginning (--times says another one)";

} // namespace portolan
