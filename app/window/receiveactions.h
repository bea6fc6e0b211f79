#pragma once

#include "storage/config/urls.h"
#include "views/ask/productionconfirmation.h"

#include <QHash>
#include <QObject>

namespace portolan {

class Actions;
class OpenStores;
class Settings;
class TopBar;

/// The actions of the window for receiving: they and the top bar's buttons start, pause and stop the receiver of the
/// store that is shown, and show how it does. GUI thread.
class ReceiveActions : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it.
    ReceiveActions(const Actions& actions, OpenStores& stores, TopBar& topBar, Settings& settings);

    /// Shows what can be done now, and what the receiver says.
    void show();
    /// Receives into the store that is shown, from a source without its password, as the button does from the last one.
    void startFrom(const QString& url, const QString& password = {}, bool isKept = false);

Q_SIGNALS:
    void begun(const QString& source); ///< without password
    void notice(const QString& text);

private:
    void start();
    void receive(const SourceUrl& source);

    const Actions& m_actions;
    OpenStores& m_stores;
    TopBar& m_topBar;
    Settings& m_settings;
    QHash<QString, QString> m_passwords; ///< of sources, typed in this session
    ProductionConfirmation m_gate;       ///< of the store that is shown
};

} // namespace portolan
