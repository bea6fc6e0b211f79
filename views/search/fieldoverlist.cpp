#include "views/search/fieldoverlist.h"

#include "views/style/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

constexpr int rowsAStep = 8; ///< of Page Up and Page Down

} // namespace

FieldOverList::FieldOverList(QWidget* parent) : QDialog(parent), m_field(new QLineEdit(this)) {
    setWindowFlag(Qt::FramelessWindowHint);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, 2 * gridUnit, 2 * gridUnit, 2 * gridUnit);
    layout->addWidget(m_field);
    m_field->installEventFilter(this);
}

void FieldOverList::setList(QListView* list) {
    m_view = list;
    list->setMouseTracking(true);
    static_cast<QVBoxLayout*>(layout())->addWidget(list, 1);
}

void FieldOverList::openOverWindow() {
    const QWidget* window = parentWidget()->window();
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, 20 * gridUnit)));
    open();
    m_field->setFocus();
}

/// Goes to rows that cannot be chosen, too.
void FieldOverList::moveBy(int rows) {
    const QAbstractItemModel& model = *m_view->model();
    const int row = std::clamp(m_view->currentIndex().row() + rows, 0, std::max(model.rowCount() - 1, 0));
    m_view->selectionModel()->setCurrentIndex(model.index(row, 0), QItemSelectionModel::ClearAndSelect);
}

void FieldOverList::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.fillRect(rect(), t.base);
    painter.setPen(t.accent);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5)); // a line lies on both sides of its edge
}

bool FieldOverList::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
        moveBy(1);
        return true;
    case Qt::Key_Up:
        moveBy(-1);
        return true;
    case Qt::Key_PageDown:
        moveBy(rowsAStep);
        return true;
    case Qt::Key_PageUp:
        moveBy(-rowsAStep);
        return true;
    default:
        return QDialog::eventFilter(watched, event);
    }
}

} // namespace portolan
