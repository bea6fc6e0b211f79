#pragma once

#include "app/desktop/ondemand.h"
#include "storage/config/urls.h"

#include <QObject>
#include <QUrl>
#include <functional>

namespace portolan {

class Actions;
class LiveStore;
class OpenForm;
class OpenStores;
class Settings;
class WelcomePage;

/// Returns the URL of the store that a file or folder from outside is: a folder, the folder of a batch file, an
/// incident bundle, or a database. Empty when it does not exist here.
QString droppedStoreUrl(const QUrl& dropped);

/// Returns true when it is a file here whose rows can be imported, by its name: .csv, .jsonl, .ndjson.
bool isRowFile(const QUrl& dropped);

/// The actions of the window for opening a store, with the welcome page and the form that asks for one, and the
/// passwords that are kept. GUI thread.
class StoreOpening : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it; `window` blocks while it asks.
    StoreOpening(const Actions& actions, OpenStores& stores, Settings& settings, WelcomePage& welcome, QWidget* window);

    /// Its password is looked for where it is kept, which may take until the keychain's user has let it in; `then` is
    /// called once the store is shown.
    void openStore(const StoreUrl& url, const std::function<void(LiveStore&)>& then = {});
    void openSample(const SourceUrl& receive);
    /// Opens a store by a typed URL or a dropped file; says why it cannot.
    void openUrl(const QString& text, const std::function<void(LiveStore&)>& then = {});

Q_SIGNALS:
    void notice(const QString& text);

private:
    OpenForm* makeForm();

    OpenStores& m_stores;
    Settings& m_settings;
    QWidget* m_window;
    OnDemand<OpenForm> m_form;
};

} // namespace portolan
