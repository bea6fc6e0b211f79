#include "views/style/scrollframe.h"

#include "views/style/theme.h"

#include <QApplication>
#include <QEvent>
#include <QLayout>

namespace portolan {

namespace {

constexpr QSize leastFrame(40 * gridUnit, 20 * gridUnit);

} // namespace

ScrollFrame::ScrollFrame(QWidget* parent) : QScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setWidgetResizable(true);
    viewport()->setAutoFillBackground(false);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(qApp, &QApplication::focusChanged, this, [this](const QWidget*, QWidget* now) {
        if (now && widget() && widget()->isAncestorOf(now))
            ensureWidgetVisible(now, gridUnit, gridUnit);
    });
}

void ScrollFrame::setContent(QWidget* content) {
    const bool fills = content->autoFillBackground();
    setWidget(content);
    content->setAutoFillBackground(fills); // which QScrollArea switches on
}

QSize ScrollFrame::sizeHint() const {
    return widget() ? widget()->sizeHint().expandedTo(leastFrame) : leastFrame;
}

QSize ScrollFrame::minimumSizeHint() const {
    return widget() ? widget()->minimumSizeHint().boundedTo(leastFrame) : leastFrame;
}

bool ScrollFrame::hasHeightForWidth() const {
    return widget() && widget()->hasHeightForWidth();
}

int ScrollFrame::heightForWidth(int width) const {
    return widget() ? widget()->heightForWidth(width) : leastFrame.height();
}

/// Tells the layout around it of another size that the content wants.
bool ScrollFrame::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

} // namespace portolan
