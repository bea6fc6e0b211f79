#pragma once

#include <QtGlobal>

namespace portolan {

/// A cheap figure that differs when the contents of a store may have changed since, also by another program.
struct ChangeMark {
    quint64 value = 0;
    friend bool operator==(ChangeMark, ChangeMark) = default;
};

} // namespace portolan
