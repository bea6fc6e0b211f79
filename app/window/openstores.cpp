#include "app/window/openstores.h"

#include <QDesktopServices>
#include <QUrl>
#include <algorithm>

namespace portolan {

OpenStores::OpenStores(QObject* parent) : QObject(parent) {}

OpenStores::~OpenStores() = default;

LiveStore& OpenStores::open(const StoreUrl& url) {
    for (std::size_t i = 0; i < m_stores.size(); ++i) {
        if (m_stores[i]->url().display() != url.display())
            continue;
        show(static_cast<int>(i));
        if (m_stores[i]->isOpen() || m_stores[i]->url().password == url.password)
            return *m_stores[i];
        closeCurrent(); // another password may open what that one did not
        break;
    }
    return add(std::make_unique<LiveStore>(url));
}

LiveStore& OpenStores::add(std::unique_ptr<LiveStore> store) {
    LiveStore& added = *store;
    const auto ifCurrent = [this, &added](auto signal) {
        return [this, &added, signal] {
            if (current() == &added)
                (this->*signal)();
        };
    };
    connect(&added, &LiveStore::changed, this, ifCurrent(&OpenStores::storeChanged));
    connect(&added, &LiveStore::connectionChanged, this, ifCurrent(&OpenStores::connectionChanged));
    connect(&added, &LiveStore::opened, this, ifCurrent(&OpenStores::storeOpened));
    connect(&added, &LiveStore::refused, this, &OpenStores::refused);
    connect(&added, &LiveStore::notice, this, &OpenStores::notice);
    connect(&added.receiver(), &ReceiverControl::changed, this, ifCurrent(&OpenStores::receiverChanged));
    connect(&added.alerts(), &AlertMonitor::fired, this,
            [this, &added](const AlertReading& alert) { Q_EMIT alertFired(added, alert); });
    connect(&added.alerts(), &AlertMonitor::cleared, this,
            [this, &added](const AlertReading& alert) { Q_EMIT alertCleared(added, alert); });
    connect(&added.replays(), &ReplayController::notice, this, &OpenStores::notice);
    connect(&added.exports(), &ExportController::notice, this, &OpenStores::notice);
    connect(&added.reports(), &ReportController::notice, this, &OpenStores::notice);
    connect(&added.reports(), &ReportController::openWanted, this,
            [](const QString& path) { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
    connect(&added.imports(), &ImportController::notice, this, &OpenStores::notice);
    connect(&added.operations(), &OperationsController::notice, this, &OpenStores::notice);
    connect(&added.operations(), &OperationsController::replacementWanted, this, &OpenStores::replacementWanted);
    connect(&added.replays(), &ReplayController::failed, this,
            [this](const Error& error) { Q_EMIT notice(error.text); });
    connect(
        &added, &LiveStore::ended, this,
        [this, &added] {
            std::erase_if(m_leaving,
                          [&added](const auto& leaving) { return leaving.get() == &added && !leaving->isBusy(); });
            if (!anyRunning())
                Q_EMIT allStopped();
        },
        Qt::QueuedConnection); // the store may go: not under the feet of its own signal
    m_stores.push_back(std::move(store));
    setCurrent(static_cast<int>(m_stores.size()) - 1);
    added.open();
    return added;
}

void OpenStores::closeCurrent() {
    if (!current())
        return;
    Q_EMIT aboutToLeave();
    const auto at = m_stores.begin() + m_current;
    std::unique_ptr<LiveStore> closed = std::move(*at);
    m_stores.erase(at);
    m_current = std::min(m_current, static_cast<int>(m_stores.size()) - 1);
    if (current())
        current()->setWatched(true);
    Q_EMIT currentChanged(); // by now nothing shows the closed one any more
    closed->setWatched(false);
    if (closed->isBusy()) {
        closed->stop();
        m_leaving.push_back(std::move(closed));
    }
}

void OpenStores::show(int store) {
    if (store == m_current || store < 0 || store >= static_cast<int>(m_stores.size()))
        return;
    setCurrent(store);
}

void OpenStores::showNext() {
    if (!m_stores.empty())
        show((m_current + 1) % static_cast<int>(m_stores.size()));
}

bool OpenStores::showStore(const QString& key) {
    const auto found = std::ranges::find(m_stores, key, &LiveStore::key);
    if (found == m_stores.end())
        return false;
    show(static_cast<int>(found - m_stores.begin()));
    return true;
}

void OpenStores::setCurrent(int store) {
    if (current()) {
        Q_EMIT aboutToLeave();
        current()->setWatched(false);
    }
    m_current = store;
    current()->setWatched(true);
    Q_EMIT currentChanged();
}

LiveStore* OpenStores::current() const {
    return m_current < 0 ? nullptr : m_stores[static_cast<std::size_t>(m_current)].get();
}

std::vector<LiveStore*> OpenStores::all() const {
    std::vector<LiveStore*> all;
    std::ranges::transform(m_stores, std::back_inserter(all), [](const auto& store) { return store.get(); });
    return all;
}

QStringList OpenStores::names() const {
    QStringList names;
    for (const auto& store : m_stores)
        names << store->name();
    return names;
}

void OpenStores::stopAll() {
    for (const auto& store : m_stores)
        store->stop();
    if (!anyRunning())
        Q_EMIT allStopped();
}

bool OpenStores::anyRunning() const {
    const auto runs = [](const auto& store) { return store->isBusy(); };
    return std::any_of(m_stores.begin(), m_stores.end(), runs) || std::any_of(m_leaving.begin(), m_leaving.end(), runs);
}

} // namespace portolan
