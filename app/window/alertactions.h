#pragma once

#include "app/desktop/desktopnotifier.h"
#include "storage/stores/alertrules.h"

#include <QObject>

class QWidget;

namespace portolan {

class LiveStore;
class OpenStores;

/// The alerts of a window: tells the log and the desktop when one of an open store begins to fire or ends, and shows
/// the rules of the current one. GUI thread.
class AlertActions : public QObject {
    Q_OBJECT
public:
    /// `stores` is borrowed and outlives it; `window` blocks while the rules are shown.
    AlertActions(OpenStores& stores, QWidget* window);

    void ask(); ///< shows the rules of the store that is shown

Q_SIGNALS:
    void notice(const QString& text);
    void overviewWanted(); ///< of the store that is shown by now: the desktop's notification was clicked

private:
    void tellFired(const LiveStore& store, const AlertReading& alert);
    void tellCleared(const LiveStore& store, const AlertReading& alert);

    OpenStores& m_stores;
    QWidget* m_window;
    DesktopNotifier m_desktop;
};

} // namespace portolan
