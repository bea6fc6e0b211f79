#pragma once

#include <QByteArrayView>
#include <QString>

namespace portolan {

/// Describes how far two JSON numbers are apart: "−2 000 (−40 %)", "+0.5"; without a share where the first is 0, "≈"
/// where they have more digits than are compared. Empty unless both are numbers that differ. Any thread.
[[nodiscard]] QString numberChange(QByteArrayView before, QByteArrayView after);

} // namespace portolan
