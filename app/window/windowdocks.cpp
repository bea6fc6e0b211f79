#include "app/window/windowdocks.h"
#include "views/style/scrollframe.h"

#include <QAction>
#include <QCoreApplication>
#include <QScreen>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr int layoutVersion = 1; ///< another one, and remembered docks are not put back

} // namespace

QDockWidget* WindowDocks::add(const QString& title, QWidget* content, Qt::DockWidgetArea area, const QString& id) {
    auto* const dock = new QDockWidget(title, &m_window);
    dock->setObjectName(id);
    content->hide();
    m_window.addDockWidget(area, dock);
    QAction* const toggle = dock->toggleViewAction();
    toggle->setObjectName(QStringLiteral("show-or-hide-") + id);
    toggle->setText(QCoreApplication::translate("WindowDocks", "Show or hide: %1").arg(title));
    m_window.addAction(toggle);
    QObject::connect(toggle, &QAction::triggered, dock, [this] { fill(); });
    m_actions << toggle;
    m_docks << Dock{dock, content};
    return dock;
}

void WindowDocks::fill() {
    for (const auto& [dock, content] : m_docks) {
        if (dock->widget())
            continue;
        auto* const frame = new ScrollFrame(dock);
        frame->setContent(content);
        dock->setWidget(frame);
    }
}

void WindowDocks::takeSize(const QSize& size, int left, int right) {
    m_window.resize(size);
    m_window.resizeDocks({m_docks.at(0).dock, m_docks.at(1).dock}, {left, right}, Qt::Horizontal);
}

void WindowDocks::keepAsUsual() {
    m_usual = m_window.saveState(layoutVersion);
}

void WindowDocks::hideAll() {
    for (QDockWidget* const dock : m_window.findChildren<QDockWidget*>())
        dock->hide();
}

void WindowDocks::save(const QString& storeKey) {
    if (m_aside) // it is only away for now
        std::exchange(m_aside, nullptr)->show();
    if (m_peeked) // and that one only there
        std::exchange(m_peeked, nullptr)->hide();
    m_settings.setOf(storeKey, Settings::PerStore::Geometry, m_window.saveGeometry());
    m_settings.setOf(storeKey, Settings::PerStore::Docks, m_window.saveState(layoutVersion));
}

void WindowDocks::restore(const QString& storeKey) {
    fill();
    if (!std::exchange(m_placed, true))
        placeWindow(m_settings.of(storeKey, Settings::PerStore::Geometry).toByteArray());
    if (!m_window.restoreState(m_settings.of(storeKey, Settings::PerStore::Docks).toByteArray(), layoutVersion))
        m_window.restoreState(m_usual, layoutVersion);
    m_aside = nullptr;
    m_peeked = nullptr;
}

/// Puts the window where it was, no larger than the screen that is there now.
void WindowDocks::placeWindow(const QByteArray& geometry) {
    if (!m_window.restoreGeometry(geometry) || m_window.isMaximized() || m_window.isFullScreen())
        return; // the window manager places a new one
    const QRect room = m_window.screen()->availableGeometry();
    const QSize frame = m_window.frameGeometry().size() - m_window.size();
    m_window.resize(m_window.size().boundedTo(room.size() - frame));
    if (room.contains(m_window.frameGeometry()))
        return;
    const QSize whole = m_window.size() + frame;
    m_window.move(std::clamp(m_window.x(), room.left(), std::max(room.left(), room.right() + 1 - whole.width())),
                  std::clamp(m_window.y(), room.top(), std::max(room.top(), room.bottom() + 1 - whole.height())));
}

void WindowDocks::setAside(QDockWidget* dock, bool aside) {
    if (aside && !dock->isHidden()) {
        dock->hide();
        if (!std::exchange(m_peeked, nullptr))
            m_aside = dock;
    } else if (!aside && m_aside == dock) {
        std::exchange(m_aside, nullptr)->show();
    }
}

void WindowDocks::peek(QDockWidget* dock) {
    if (!dock->isHidden()) {
        setAside(dock, true);
    } else if (m_aside == dock) {
        setAside(dock, false);
    } else {
        m_peeked = dock;
        dock->show();
    }
}

} // namespace portolan
