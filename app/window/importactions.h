#pragma once

#include "views/ask/productionconfirmation.h"

#include <QObject>

namespace portolan {

struct ImportOptions;
class OpenStores;
class Settings;

/// Has files imported into the store that is shown: asks which and as what, and leaves the rest to the store's
/// ImportController. GUI thread.
class ImportActions : public QObject {
    Q_OBJECT
public:
    /// Both are borrowed and outlive it; `window` blocks while it asks.
    ImportActions(OpenStores& stores, Settings& settings, QWidget* window);

    /// `path`: the file that is proposed; empty: none, in the folder where files were last.
    void ask(const QString& path = {});

Q_SIGNALS:
    void notice(const QString& text);

private:
    void begin(const ImportOptions& options, const QByteArray& reason);

    OpenStores& m_stores;
    Settings& m_settings;
    QWidget* m_window;
    ProductionConfirmation m_gate; ///< of the store that is shown
};

} // namespace portolan
