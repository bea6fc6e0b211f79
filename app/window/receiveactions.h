#pragma once

#include "app/desktop/ondemand.h"
#include "storage/config/urls.h"
#include "views/ask/productionconfirmation.h"

#include <QHash>
#include <QObject>
#include <functional>

namespace portolan {

class Actions;
class OpenStores;
class Settings;
class SourceForm;
class TopBar;

/// The actions of the window for receiving: they and the top bar's buttons start, pause and stop the receiver of the
/// store that is shown, ask for a source, and show how it does. GUI thread.
class ReceiveActions : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it.
    ReceiveActions(const Actions& actions, OpenStores& stores, TopBar& topBar, Settings& settings);

    /// Shows what can be done now, and what the receiver says.
    void show();
    /// Receives into the store that is shown, from a source as text without its password.
    void startFrom(const QString& url);

Q_SIGNALS:
    void begun(const QString& source); ///< without password
    void notice(const QString& text);

private:
    /// The passwords of a source that were typed in this session.
    struct Typed {
        QString password;
        QString sentinelPassword;
    };
    using Completed = std::function<void(const SourceUrl& complete, const QString& problem)>;
    SourceForm* makeForm();
    void start();
    void ask(const QString& proposal);
    void startFrom(const SourceUrl& source, bool isKept);
    void keep(const SourceUrl& source);
    void complete(const SourceUrl& source, const Completed& reply);
    void receive(const SourceUrl& source);

    const Actions& m_actions;
    OpenStores& m_stores;
    TopBar& m_topBar;
    Settings& m_settings;
    QHash<QString, Typed> m_typed; ///< by PasswordFile::nameOf()
    OnDemand<SourceForm> m_form;
    ProductionConfirmation m_gate; ///< of the store that is shown
};

} // namespace portolan
