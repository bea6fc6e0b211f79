#include "app/window/alertactions.h"

#include "app/window/openstores.h"
#include "models/alerts/alerttexts.h"
#include "models/list/format.h"
#include "views/alerts/alertsdialog.h"

#include <QGuiApplication>

namespace portolan {

namespace {

QString shownName(const LiveStore& store) {
    return visibleText(store.name().toUtf8(), 60);
}

} // namespace

AlertActions::AlertActions(OpenStores& stores, QWidget* window) : QObject(window), m_stores(stores), m_window(window) {
    connect(&m_stores, &OpenStores::alertFired, this, &AlertActions::tellFired);
    connect(&m_stores, &OpenStores::alertCleared, this, &AlertActions::tellCleared);
    connect(&m_desktop, &DesktopNotifier::chosen, this, [this](const QByteArray& key) {
        if (m_stores.showStore(QString::fromUtf8(key.left(key.indexOf('\n')))))
            Q_EMIT overviewWanted();
    });
}

void AlertActions::ask() {
    if (LiveStore* const store = m_stores.current())
        (new AlertsDialog(&store->alerts(), &store->channel(), store->name(), m_window))->open();
}

/// The sample is no reason to call anybody, and neither is a window that nobody sees.
void AlertActions::tellFired(const LiveStore& store, const AlertReading& alert) {
    const QString sentence = alertSentence(alert);
    Q_EMIT notice(tr("Alert in %1: %2").arg(shownName(store), sentence));
    if (!store.isSample() && QGuiApplication::platformName() != QLatin1String("offscreen"))
        m_desktop.tell(store.key().toUtf8() + '\n' + alert.alert.rule.name, shownName(store), sentence);
}

void AlertActions::tellCleared(const LiveStore& store, const AlertReading& alert) {
    Q_EMIT notice(tr("No longer in %1: %2").arg(shownName(store), alertTitle(alert.alert.rule)));
}

} // namespace portolan
