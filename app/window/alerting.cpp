#include "app/window/alerting.h"

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

Alerting::Alerting(OpenStores& stores, QWidget* window) : QObject(window), m_stores(stores), m_window(window) {
    connect(&m_stores, &OpenStores::alertFired, this, &Alerting::tellFired);
    connect(&m_stores, &OpenStores::alertCleared, this, &Alerting::tellCleared);
    connect(&m_desktop, &DesktopNotifier::chosen, this, [this](const QByteArray& key) {
        if (m_stores.showStore(QString::fromUtf8(key.left(key.indexOf('\n')))))
            Q_EMIT overviewWanted();
    });
}

void Alerting::ask() {
    if (LiveStore* const store = m_stores.current())
        (new AlertsDialog(&store->alerts(), &store->channel(), store->name(), m_window))->open();
}

/// The sample is no reason to call anybody, and neither is a window that nobody sees.
void Alerting::tellFired(const LiveStore& store, const AlertReading& alert) {
    const QString sentence = alertSentence(alert);
    Q_EMIT notice(tr("Alert in %1: %2").arg(shownName(store), sentence));
    if (!store.isSample() && QGuiApplication::platformName() != QLatin1String("offscreen"))
        m_desktop.tell(store.key().toUtf8() + '\n' + alert.alert.rule.name, shownName(store), sentence);
}

void Alerting::tellCleared(const LiveStore& store, const AlertReading& alert) {
    Q_EMIT notice(tr("No longer in %1: %2").arg(shownName(store), alertTitle(alert.alert.rule)));
}

} // namespace portolan
