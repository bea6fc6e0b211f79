#pragma once

#include <QIcon>
#include <QString>

namespace portolan {

/// Returns our drawing resources/icons/NAME.svg in the colours of the palette at painting time, sharp at any scale.
QIcon themedIcon(const QString& name);

} // namespace portolan
