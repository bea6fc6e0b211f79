#pragma once

#include "storage/base/clock.h"

#include <QString>

namespace portolan {

/// A whole number with thin-space thousands, for the screen.
QString groupedNumber(qint64 number);

} // namespace portolan
