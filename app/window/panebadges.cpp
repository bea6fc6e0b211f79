#include "app/window/panebadges.h"

#include "models/list/format.h"
#include "models/list/panes.h"
#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/store.h"
#include "storage/versions/componenthealth.h"
#include "views/window/sidebar.h"

#include <algorithm>
#include <numeric>

namespace portolan {

namespace {

constexpr int restMilliseconds = 1'000;
constexpr int countedPages = 20; ///< of 500: beyond these "≥" is enough
constexpr int lettersAPage = 500;
constexpr int mostSilent = 1'000;
constexpr int clockMilliseconds = 10'000;

int entryOf(QByteArrayView id) {
    const auto entries = paneEntries();
    const auto found = std::ranges::find_if(entries, [id](const PaneEntry& entry) { return id == entry.id; });
    return static_cast<int>(found - entries.begin());
}

Result<PageIndex> countLetters(Store& store, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports || store.unavailableReason(Feature::DeadLetters)) {
        PageIndex none;
        none.complete = true;
        return none;
    }
    ListQuery query;
    query.limit = lettersAPage;
    return ports->deadLetters().pageIndex(query, countedPages, token);
}

/// Of what was rejected, what nobody dealt with yet.
Result<PageIndex> countOpenRejects(Store& store, const CancelToken& token) {
    if (store.unavailableReason(Feature::Rejects)) {
        PageIndex none;
        none.complete = true;
        return none;
    }
    auto open = parseFilter(QStringLiteral("state:open"), rejectSchema(), currentTime());
    PORTOLAN_TRY(open);
    ListQuery query;
    query.filter = std::move(*open);
    query.limit = lettersAPage;
    return store.batches().rejects().pageIndex(query, countedPages, token);
}

/// "812", "≥10k"; empty: none.
QString figureOf(qint64 count, bool exact) {
    return count == 0 ? QString() : exact ? groupedNumber(count) : QStringLiteral("≥%1k").arg(count / 1000);
}

qint64 sumOf(const PageIndex& counted) {
    return std::accumulate(counted.counts.begin(), counted.counts.end(), qint64{0});
}

Result<int> countSilentOnes(Store& store, const CancelToken& token) {
    RowSource<ComponentHealth>* const components = store.componentHealth();
    if (!components)
        return 0;
    ListQuery query; // silent ones stand first
    query.limit = mostSilent;
    const auto page = components->page(query, token);
    PORTOLAN_TRY(page);
    return static_cast<int>(std::ranges::count_if(page->rows, &ComponentHealth::silent));
}

} // namespace

PaneBadges::PaneBadges(OpenStores& stores, Sidebar& sidebar, QObject* parent)
    : QObject(parent)
    , m_stores(stores)
    , m_sidebar(sidebar) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &PaneBadges::count);
    m_clock.setInterval(clockMilliseconds);
    connect(&m_clock, &QTimer::timeout, this, &PaneBadges::countSilent);
    m_clock.start();
    connect(&m_stores, &OpenStores::currentChanged, this, &PaneBadges::begin);
    connect(&m_stores, &OpenStores::storeOpened, this, &PaneBadges::count);
    connect(&m_stores, &OpenStores::storeChanged, this, [this] {
        if (!m_rest.isActive())
            m_rest.start();
    });
}

void PaneBadges::begin() {
    m_asker.cancelPending();
    m_asked = false;
    m_rest.stop();
    show(0, true);
    m_rejectAsker.cancelPending();
    showRejects(0, true);
    m_silentAsker.cancelPending();
    m_askedSilent = false;
    m_sidebar.setPaneBadge(entryOf("components"), {}, {});
    disconnect(m_checks);
    disconnect(m_alerts);
    if (LiveStore* const store = m_stores.current()) {
        m_checks = connect(&store->checks(), &CheckController::changed, this, &PaneBadges::showChecks);
        m_alerts = connect(&store->alerts(), &AlertMonitor::changed, this, &PaneBadges::showAlerts);
    }
    showChecks();
    showAlerts();
    count();
}

void PaneBadges::count() {
    LiveStore* const store = m_stores.current();
    if (!store || std::exchange(m_asked, true))
        return;
    store->channel().ask(m_asker, countLetters, this, [this](const Result<PageIndex>& counted) {
        m_asked = false;
        if (counted)
            show(sumOf(*counted), counted->complete);
    });
    store->channel().ask(m_rejectAsker, countOpenRejects, this, [this](const Result<PageIndex>& counted) {
        if (counted)
            showRejects(sumOf(*counted), counted->complete);
    });
    countSilent();
}

void PaneBadges::countSilent() {
    LiveStore* const store = m_stores.current();
    if (!store || std::exchange(m_askedSilent, true))
        return;
    store->channel().ask(m_silentAsker, countSilentOnes, this, [this](const Result<int>& silent) {
        m_askedSilent = false;
        const int count = silent ? *silent : 0; // a store without reports has none
        m_sidebar.setPaneBadge(entryOf("components"), count == 0 ? QString() : groupedNumber(count),
                               count == 0 ? QString() : tr("Silent components: %1").arg(count));
    });
}

void PaneBadges::show(qint64 letters, bool exact) {
    const QString meaning = exact ? tr("Dead letters: %1").arg(letters) : tr("Dead letters: %1 at least").arg(letters);
    m_sidebar.setPaneBadge(entryOf("dead-letters"), figureOf(letters, exact), letters == 0 ? QString() : meaning);
}

void PaneBadges::showRejects(qint64 rejects, bool exact) {
    const QString meaning =
        exact ? tr("Rejected and open: %1").arg(rejects) : tr("Rejected and open: %1 at least").arg(rejects);
    m_sidebar.setPaneBadge(entryOf("batches"), figureOf(rejects, exact), rejects == 0 ? QString() : meaning);
}

void PaneBadges::showChecks() {
    LiveStore* const store = m_stores.current();
    const int found = store ? store->checks().found() : 0;
    m_sidebar.setPaneBadge(entryOf("integrity"), found == 0 ? QString() : groupedNumber(found),
                           found == 0 ? QString() : tr("Checks that found something: %1").arg(found));
}

void PaneBadges::showAlerts() {
    LiveStore* const store = m_stores.current();
    const int firing = store ? store->alerts().firing() : 0;
    m_sidebar.setPaneBadge(entryOf("overview"), firing == 0 ? QString() : groupedNumber(firing),
                           firing == 0 ? QString() : tr("Alerts that fire: %1").arg(firing));
}

} // namespace portolan
