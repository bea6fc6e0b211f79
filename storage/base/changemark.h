#pragma once

#include <QtGlobal>

namespace portolan {

/// A cheap figure that differs when the store's contents may have changed since, whoever wrote (another program too).
struct ChangeMark {
    quint64 value = 0;
    friend bool operator==(ChangeMark, ChangeMark) = default;
};

} // namespace portolan
