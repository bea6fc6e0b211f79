#pragma once

#include "app/desktop/settings.h"

#include <QDockWidget>
#include <QList>
#include <QMainWindow>

namespace portolan {

/// The docks around the panes, and the window's own place: how they stand is remembered for each store. GUI thread.
class WindowDocks {
public:
    /// Both are borrowed and outlive it.
    WindowDocks(QMainWindow& window, Settings& settings) : m_window(window), m_settings(settings) {}

    /// `id` is how the settings know it, and the action that shows or hides it; `title` is what people read. The
    /// content is laid out, which takes long, when the dock is first of use.
    QDockWidget* add(const QString& title, QWidget* content, Qt::DockWidgetArea area, const QString& id);
    /// The window's size, with the parts as they are at first: navigation `left` wide, the selected row `right`.
    void takeSize(const QSize& size, int left, int right);
    /// As they stand now they do in a store that is new.
    void keepAsUsual();
    void hideAll();

    void save(const QString& storeKey);
    void restore(const QString& storeKey);

    /// Hides a dock while it is of no use, and shows it again if it was there.
    void setAside(QDockWidget* dock, bool aside);
    /// Shows a dock for as long as it is of use, also one that the operator closed; hides one that is shown until it is
    /// of use again.
    void peek(QDockWidget* dock);

    [[nodiscard]] const QList<QAction*>& actions() const { return m_actions; }

private:
    struct Dock {
        QDockWidget* dock;
        QWidget* content;
    };
    void fill();
    void placeWindow(const QByteArray& geometry);

    QMainWindow& m_window;
    Settings& m_settings;
    QList<Dock> m_docks;
    QList<QAction*> m_actions;
    QByteArray m_usual;
    QDockWidget* m_aside = nullptr;  ///< hidden for now, remembered as shown
    QDockWidget* m_peeked = nullptr; ///< shown for now, remembered as closed
    bool m_placed = false;           ///< the window's own place was restored
};

} // namespace portolan
