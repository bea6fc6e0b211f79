#pragma once

#include "app/desktop/desktopnotifier.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QVariantMap>

namespace portolan {

class ClosingDialog;
class JobsDock;
class LiveStore;
class NoticeBar;
class OpenStores;
class ReceiveActions;
class Settings;
class StoreOpening;
class TopBar;

/// Asks once before a window, or a store, is closed while something runs; lets it run without the window; and offers at
/// the next start to go on with what was stopped. The sample's receiver is nobody's loss. GUI thread.
class Closing : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it.
    struct Parts {
        OpenStores& stores;
        Settings& settings;
        StoreOpening& opening;
        ReceiveActions& receiving;
    };
    Closing(const Parts& parts, QWidget* window);

    /// Returns true when the window may close. Else it has asked, and what was decided is told by a signal.
    [[nodiscard]] bool mayClose();
    /// Decides to stop, without a question: a signal says so, or the desktop's session ends.
    void decideToStop();
    void askStore(); ///< closes the store that is shown
    /// Keeps for the next start what runs now and goes with the window.
    void keepStopped();

    /// A later start of the program comes back to this window.
    void setFound(bool isFound) { m_isFound = isFound; }
    [[nodiscard]] bool isInBackground() const { return m_isInBackground; }
    void comeBack(); ///< the window is shown again

    /// Shows what the last window stopped, in `bar`, with a button for each store; runs go on through `jobs`.
    void offerToGoOn(TopBar& bar, JobsDock& jobs);

Q_SIGNALS:
    void decided();          ///< the window is to be closed now: everything is to be stopped
    void backgroundWanted(); ///< the window is to be hidden
    void notice(const QString& text);

private:
    void goIntoBackground();
    void lookWhetherAnythingRuns();
    void goOn(const QVariantMap& stopped, JobsDock& jobs);
    void setStopped(QVariantList now);
    void forget(const QVariantMap& stopped);
    void forgetKept();

    Parts m_parts;
    QWidget* m_window;
    QPointer<ClosingDialog> m_dialog;
    DesktopNotifier m_desktop;
    QTimer m_look;
    QVariantList m_kept; ///< of this window, while it is in the background
    bool m_isFound = false;
    bool m_isDecided = false;
    bool m_isInBackground = false;
};

} // namespace portolan
