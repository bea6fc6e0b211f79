#include "app/window/picture.h"

#include "app/window/mainwindow.h"
#include "views/list/pane.h"

#include <QPixmap>

namespace portolan {

namespace {

constexpr int lookMilliseconds = 100;
constexpr int mostLooks = 300;
constexpr int looksToPaint = 3; ///< what has just come is painted by then

} // namespace

Picture::Picture(MainWindow& window, QString path, qint64 rows)
    : QObject(&window)
    , m_window(window)
    , m_path(std::move(path))
    , m_rows(rows) {
    connect(&m_timer, &QTimer::timeout, this, &Picture::look);
    m_timer.start(lookMilliseconds);
}

void Picture::look() {
    const Pane* pane = m_window.pane();
    const bool there = !pane || (pane->isSettled() && pane->rowsShown() >= m_rows);
    m_ready = there ? m_ready + 1 : 0;
    if (m_ready < looksToPaint && ++m_looks < mostLooks)
        return;
    m_timer.stop();
    m_saved = m_window.grab().save(m_path);
    m_window.close();
}

} // namespace portolan
