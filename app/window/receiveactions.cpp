#include "app/window/receiveactions.h"

#include "app/console/sourcepassword.h"
#include "app/desktop/settings.h"
#include "app/window/actions.h"
#include "app/window/openstores.h"
#include "storage/config/passwordfile.h"
#include "views/connect/keychain.h"
#include "views/connect/sourceform.h"
#include "views/window/topbar.h"

#include <QPointer>

namespace portolan {

namespace {

/// Returns the name in the keychain of what lets in at the sentinels of a source.
QString nameOfSentinels(const QString& nameOfSource) {
    return nameOfSource + QStringLiteral("?sentinel_password");
}

} // namespace

ReceiveActions::ReceiveActions(const Actions& actions, OpenStores& stores, TopBar& topBar, Settings& settings)
    : m_actions(actions)
    , m_stores(stores)
    , m_topBar(topBar)
    , m_settings(settings)
    , m_form([this] { return makeForm(); })
    , m_gate(&topBar) {
    connect(&m_gate, &ProductionConfirmation::refused, this, &ReceiveActions::notice);
    connect(&m_stores, &OpenStores::currentChanged, this,
            [this] { m_gate.setChannel(m_stores.current() ? &m_stores.current()->channel() : nullptr); });
    m_actions.on(ActionId::StartReceiving, this, &ReceiveActions::start);
    m_actions.on(ActionId::ChooseSource, this, [this] {
        const QString key = m_stores.current()->key();
        ask(m_settings.of(key, Settings::PerStore::Source).toString());
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

SourceForm* ReceiveActions::makeForm() {
    auto* const form = new SourceForm(m_topBar.window());
    form->setCompletion([this](const SourceUrl& url, const Completed& reply) { complete(url, reply); });
    connect(form, &SourceForm::sourceGiven, this,
            [this](const SourceUrl& source, bool isKept) { startFrom(source, isKept); });
    return form;
}

/// With the form open it is what was typed there that is meant.
void ReceiveActions::start() {
    if (m_form.made() && m_form.made()->isTyped()) {
        m_form->give();
        return;
    }
    LiveStore& store = *m_stores.current();
    const QString last = m_settings.of(store.key(), Settings::PerStore::Source).toString();
    if (last.isEmpty() && store.isSample())
        store.receive(LiveStore::sampleSource());
    else if (last.isEmpty())
        ask({});
    else
        startFrom(last);
}

void ReceiveActions::ask(const QString& proposal) {
    m_form->setRecent(m_settings.recentSources());
    m_form->ask(proposal);
}

void ReceiveActions::startFrom(const QString& url) {
    if (const auto source = SourceUrl::parse(url))
        startFrom(*source, false);
    else
        m_form->refuse(source.error().text);
}

void ReceiveActions::startFrom(const SourceUrl& source, bool isKept) {
    LiveStore* const store = m_stores.current();
    if (!store || store->receiver().isRunning()) { // the form does not block the window
        m_form->refuse(store ? tr("This store receives already: stop that first.") : tr("No store is open."));
        return;
    }
    if (m_form.made())
        m_form->accepted();
    Typed& typed = m_typed[PasswordFile::nameOf(source)];
    if (!source.password.isEmpty())
        typed.password = source.password;
    if (!source.sentinelPassword.isEmpty())
        typed.sentinelPassword = source.sentinelPassword;
    if (isKept)
        keep(source);
    complete(source, [this, key = store->key()](const SourceUrl& complete, const QString&) {
        if (m_stores.current() && m_stores.current()->key() == key)
            receive(complete); // of another store that is shown by now it is started by hand
    });
}

/// In the keychain, what was typed.
void ReceiveActions::keep(const SourceUrl& source) {
    const auto tell = [this](const Result<void>& kept) {
        if (!kept)
            m_form->refuse(kept.error().text);
    };
    const QString name = PasswordFile::nameOf(source);
    if (!source.password.isEmpty())
        keychain::keepNamed(name, source.password, this, tell);
    if (!source.sentinelPassword.isEmpty())
        keychain::keepNamed(nameOfSentinels(name), source.sentinelPassword, this, tell);
}

/// Adds the passwords that were typed in this session, or that the environment or the keychain has. A keychain that
/// cannot be asked is no reason not to try without; the reply says it.
void ReceiveActions::complete(const SourceUrl& source, const Completed& reply) {
    const QString name = PasswordFile::nameOf(source);
    SourceUrl from = source;
    const Typed typed = m_typed.value(name);
    if (from.password.isEmpty())
        from.password = typed.password;
    if (!from.sentinels.empty() && from.sentinelPassword.isEmpty())
        from.sentinelPassword = typed.sentinelPassword;
    const bool wantsOwn = wantsPassword(from);
    from = withSourcePassword(from);
    const auto askSentinels = [this, name, reply](const SourceUrl& found, const QString& problem) {
        if (found.sentinels.empty() || !found.sentinelPassword.isEmpty()) {
            reply(found, problem);
            return;
        }
        keychain::readNamed(nameOfSentinels(name), this,
                            [found, problem, reply](const Result<std::optional<QString>>& kept) {
                                SourceUrl whole = found;
                                if (kept)
                                    whole.sentinelPassword = kept->value_or(QString());
                                reply(whole, kept ? problem : kept.error().text);
                            });
    };
    if (!wantsOwn) {
        askSentinels(from, {});
        return;
    }
    keychain::readNamed(name, this, [from, askSentinels](const Result<std::optional<QString>>& kept) {
        SourceUrl whole = from;
        if (kept)
            whole.password = kept->value_or(QString());
        askSentinels(whole, kept ? QString() : kept.error().text);
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
            m_settings.addRecentSource(from.display());
            Q_EMIT begun(from.display());
        },
        source.store); // what is tried again is marked there
}

} // namespace portolan
