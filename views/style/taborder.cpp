#include "views/style/taborder.h"

#include <QWidget>

namespace portolan {

void placeInTabOrder(QWidget& whole, QWidget& part) {
    QWidget* first = part.nextInFocusChain();
    while (part.isAncestorOf(first) && first->focusPolicy() == Qt::NoFocus)
        first = first->nextInFocusChain();
    if (!part.isAncestorOf(first))
        return;
    // QWidget::setTabOrder moves one widget, but one whose focus proxy is in it with all that follows it there. Both
    // must be able to take the focus.
    for (QWidget* const each : {&whole, &part})
        each->setFocusPolicy(Qt::TabFocus);
    part.setFocusProxy(first);
    QWidget::setTabOrder(&whole, &part);
    part.setFocusProxy(nullptr);
    for (QWidget* const each : {&whole, &part})
        each->setFocusPolicy(Qt::NoFocus);
}

} // namespace portolan
