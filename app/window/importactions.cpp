#include "app/window/importactions.h"

#include "app/desktop/settings.h"
#include "app/window/openstores.h"
#include "views/export/importdialog.h"

#include <QFileInfo>
#include <QPointer>

namespace portolan {

ImportActions::ImportActions(OpenStores& stores, Settings& settings, QWidget* window)
    : QObject(window)
    , m_stores(stores)
    , m_settings(settings)
    , m_window(window)
    , m_gate(window) {
    connect(&m_stores, &OpenStores::currentChanged, this,
            [this] { m_gate.setChannel(m_stores.current() ? &m_stores.current()->channel() : nullptr); });
    connect(&m_gate, &ProductionConfirmation::refused, this, &ImportActions::notice);
}

void ImportActions::ask(const QString& path) {
    LiveStore* const store = m_stores.current();
    if (!store) {
        Q_EMIT notice(tr("Open the store first that %1 is to be imported into.").arg(QFileInfo(path).fileName()));
        return;
    }
    if (const QString why = store->cannot(Feature::Receive); !why.isEmpty()) {
        Q_EMIT notice(why);
        return;
    }
    auto* const dialog =
        new ImportDialog(store->name(), &store->imports(), path.isEmpty() ? m_settings.exportFolder() : path, m_window);
    connect(dialog, &ImportDialog::importWanted, store,
            [this, store](const ImportOptions& options, const QByteArray& reason) {
                if (m_stores.current() == store)
                    begin(options, reason);
            });
    dialog->open();
}

/// Rows too have the name of a production store typed: a file is dropped on the wrong window more easily than a command
/// is given the wrong store.
void ImportActions::begin(const ImportOptions& options, const QByteArray& reason) {
    m_settings.setExportFolder(QFileInfo(options.file).absolutePath());
    m_gate.passWithReason(tr("import %1").arg(QFileInfo(options.file).fileName()),
                          [store = QPointer<LiveStore>(m_stores.current()), options, reason](const QByteArray& why) {
                              if (!store)
                                  return;
                              if (!why.isEmpty())
                                  store->desk().recordConfirmation("import", why);
                              store->imports().start(options, reason.isEmpty() ? why : reason);
                          });
}

} // namespace portolan
