#include "app/window/receiveactions.h"

#include "app/console/sourcepassword.h"
#include "app/desktop/settings.h"
#include "app/window/actions.h"
#include "app/window/openstores.h"
#include "storage/config/passwordfile.h"
#include "views/connect/keychain.h"
#include "views/window/topbar.h"

#include <QPointer>

namespace portolan {

ReceiveActions::ReceiveActions(const Actions& actions, OpenStores& stores, TopBar& topBar, Settings& settings)
    : m_actions(actions)
    , m_stores(stores)
    , m_topBar(topBar)
    , m_settings(settings)
    , m_gate(&topBar) {
    connect(&m_gate, &ProductionConfirmation::refused, this, &ReceiveActions::notice);
    connect(&m_stores, &OpenStores::currentChanged, this,
            [this] { m_gate.setChannel(m_stores.current() ? &m_stores.current()->channel() : nullptr); });
    m_actions.on(ActionId::StartReceiving, this, &ReceiveActions::start);
    m_actions.on(ActionId::ChooseSource, this, [this] {
        const QString key = m_stores.current()->key();
        m_topBar.askSource(m_settings.of(key, Settings::PerStore::Source).toString());
    });
    m_actions.on(ActionId::StopReceiving, this, [this] { m_stores.current()->receiver().stop(); });
    m_actions.on(ActionId::PauseReceiving, this, [this] {
        ReceiverControl& receiver = m_stores.current()->receiver();
        receiver.setPaused(!receiver.isPaused());
    });
    connect(&m_topBar, &TopBar::startWanted, this, &ReceiveActions::start);
    connect(&m_topBar, &TopBar::stopWanted, m_actions[ActionId::StopReceiving], &QAction::trigger);
    connect(&m_topBar, &TopBar::pauseReceivingWanted, m_actions[ActionId::PauseReceiving], &QAction::trigger);
    connect(&m_topBar, &TopBar::chooseSourceWanted, m_actions[ActionId::ChooseSource], &QAction::trigger);
    connect(&m_topBar, &TopBar::sourceGiven, this, &ReceiveActions::startFrom);
    connect(&m_stores, &OpenStores::receiverChanged, this, &ReceiveActions::show);
}

void ReceiveActions::show() {
    LiveStore* store = m_stores.current();
    const bool runs = store && store->receiver().isRunning();
    const bool can = store && store->cannot(Feature::Receive).isEmpty();
    m_actions[ActionId::StartReceiving]->setEnabled(can && !runs);
    m_actions[ActionId::ChooseSource]->setEnabled(can && !runs);
    m_actions[ActionId::StopReceiving]->setEnabled(runs);
    m_actions[ActionId::PauseReceiving]->setEnabled(runs);
    if (store)
        m_topBar.showReceiver(store->receiver().status(), store->receiver().source());
}

void ReceiveActions::start() {
    LiveStore& store = *m_stores.current();
    const QString last = m_settings.of(store.key(), Settings::PerStore::Source).toString();
    if (last.isEmpty() && store.isSample())
        store.receive(LiveStore::sampleSource());
    else if (last.isEmpty())
        m_topBar.askSource({});
    else
        startFrom(last);
}

void ReceiveActions::startFrom(const QString& text, const QString& password, bool isKept) {
    auto source = SourceUrl::parse(text);
    if (!source) {
        m_topBar.sourceRefused(source.error().text);
        return;
    }
    m_topBar.sourceAccepted();
    const QString name = PasswordFile::nameOf(*source);
    if (!password.isEmpty())
        source->password = password;
    if (!source->password.isEmpty()) {
        m_passwords[name] = source->password; // for this session
        if (isKept)
            keychain::keepNamed(name, source->password, this, [this](const Result<void>& kept) {
                if (!kept)
                    m_topBar.sourceRefused(kept.error().text);
            });
    } else {
        source->password = m_passwords.value(name);
    }
    if (!wantsPassword(*source)) {
        receive(withSourcePassword(*source));
        return;
    }
    const QString key = m_stores.current()->key();
    keychain::readNamed(name, this, [this, key, from = *source](const Result<std::optional<QString>>& found) {
        if (!m_stores.current() || m_stores.current()->key() != key)
            return; // another store is shown by now: it is started there by hand
        SourceUrl complete = from;
        complete.password = found ? found->value_or(QString()) : QString();
        receive(complete);
    });
}

void ReceiveActions::receive(const SourceUrl& source) {
    m_gate.passWithReason(
        tr("receive into it"),
        [this, from = source, store = QPointer<LiveStore>(m_stores.current())](const QByteArray& reason) {
            if (!store || m_stores.current() != store)
                return;
            m_settings.setOf(store->key(), Settings::PerStore::Source, from.display());
            if (!reason.isEmpty())
                store->desk().recordConfirmation("receive", reason);
            store->receive(from);
            Q_EMIT begun(from.display());
        },
        source.store); // what is tried again is marked there
}

} // namespace portolan
