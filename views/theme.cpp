#include "views/theme.h"

#include <QApplication>
#include <QStyleFactory>

namespace portolan {

void applyTheme(ThemeChoice) {
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
}

} // namespace portolan
