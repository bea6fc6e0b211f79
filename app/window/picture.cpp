#include "app/window/picture.h"

#include "app/window/mainwindow.h"
#include "views/list/pane.h"

#include <QAbstractItemView>
#include <QPixmap>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr int lookMilliseconds = 100;
constexpr int mostLooks = 300;
constexpr int looksToPaint = 3;   ///< what has just come is painted by then
constexpr int looksToAnswer = 12; ///< and by then what a chosen row leads to

} // namespace

Picture::Picture(MainWindow& window, QString path, qint64 rows, QString chosen)
    : QObject(&window)
    , m_window(window)
    , m_path(std::move(path))
    , m_rows(rows)
    , m_chosen(std::move(chosen)) {
    connect(&m_timer, &QTimer::timeout, this, &Picture::look);
    m_timer.start(lookMilliseconds);
}

void Picture::look() {
    const Pane* pane = m_window.pane();
    const qint64 shown = pane ? pane->rowsShown() : 0;
    const bool isStill = m_chosen.isEmpty() || std::exchange(m_shown, shown) == shown; // what is chosen grows no more
    const bool there = !pane || (pane->isSettled() && shown >= m_rows && isStill);
    if (!m_isChosen)
        m_ready = there ? m_ready + 1 : 0;
    else
        ++m_ready;
    const bool isLate = ++m_looks >= mostLooks;
    if (m_ready < (m_isChosen ? looksToAnswer : looksToPaint) && !isLate)
        return;
    if (!m_chosen.isEmpty() && !m_isChosen && !isLate) {
        m_isChosen = choose();
        m_ready = 0;
        return;
    }
    m_timer.stop();
    m_saved = m_window.grab().save(m_path);
    m_window.close();
}

/// Returns false where there is no row yet.
bool Picture::choose() const {
    const auto views = m_window.findChildren<QAbstractItemView*>();
    const auto found = std::ranges::find_if(views, [this](const QAbstractItemView* view) {
        return view->accessibleName() == m_chosen && view->isVisible();
    });
    if (found == views.end() || !(*found)->model() || (*found)->model()->rowCount() == 0)
        return false;
    const QModelIndex first = (*found)->model()->index(0, 0);
    (*found)->setCurrentIndex(first);
    (*found)->selectionModel()->select(first, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    return true;
}

} // namespace portolan
