#include "app/window/savedviewactions.h"

#include "app/desktop/settings.h"
#include "app/window/openstores.h"
#include "models/list/panes.h"
#include "views/list/filterline.h"
#include "views/list/pane.h"
#include "views/list/paneview.h"
#include "views/style/icons.h"
#include "views/window/panestack.h"
#include "views/window/saveviewdialog.h"
#include "views/window/topbar.h"

#include <QAction>
#include <QPointer>
#include <QPushButton>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr int soonMilliseconds =
    10'000; ///< a store that is written to changes several times a second; the menu asks at once

QVariantMap storedView(const SavedView& view) {
    return {{QStringLiteral("pane"), QString::fromUtf8(view.pane)},
            {QStringLiteral("name"), QString::fromUtf8(view.name)},
            {QStringLiteral("filter"), QString::fromUtf8(view.filter)},
            {QStringLiteral("sort"), QString::fromUtf8(view.sort)},
            {QStringLiteral("columns"), QString::fromUtf8(view.columns)}};
}

SavedView viewOf(const QVariantMap& stored) {
    const auto text = [&](const char* key) { return stored.value(QLatin1String(key)).toString().toUtf8(); };
    return {text("pane"), text("name"), text("filter"), text("sort"), text("columns")};
}

QString paneNameOf(const SavedView& view) {
    const int entry = paneEntryOf(QString::fromUtf8(view.pane));
    return entry < 0 ? QString() : paneName(paneEntries()[static_cast<std::size_t>(entry)]);
}

QString shownName(const SavedView& view) {
    return visibleText(view.name, 60);
}

void eraseView(std::vector<SavedView>& views, const SavedView& gone) {
    std::erase_if(views, [&](const SavedView& each) { return each.pane == gone.pane && each.name == gone.name; });
}

} // namespace

SavedViewActions::SavedViewActions(OpenStores& stores, Settings& settings, TopBar& topBar, PaneStack& panes,
                                   QWidget* window)
    : QObject(window)
    , m_stores(stores)
    , m_settings(settings)
    , m_topBar(topBar)
    , m_panes(panes)
    , m_window(window)
    , m_menu(new SavedViewMenu(topBar.savedViews()))
    , m_open(new QAction(themedIcon(QStringLiteral("bookmark")), tr("Saved views of this pane…"), this))
    , m_save(new QAction(themedIcon(QStringLiteral("bookmark")), tr("Save this view…"), this))
    , m_gate(window) {
    m_save->setObjectName(QStringLiteral("save-this-view"));
    m_save->setShortcut(QKeySequence(QStringLiteral("Ctrl+S")));
    window->addAction(m_save);
    m_soon.setSingleShot(true);
    m_soon.setInterval(soonMilliseconds);
    connect(&m_soon, &QTimer::timeout, this, &SavedViewActions::read);
    connect(&m_stores, &OpenStores::currentChanged, this, &SavedViewActions::showStore);
    connect(&m_gate, &ProductionConfirmation::refused, this, &SavedViewActions::notice);
    connect(&m_stores, &OpenStores::storeOpened, this, &SavedViewActions::read);
    connect(&m_stores, &OpenStores::storeChanged, this, [this] {
        if (!m_soon.isActive())
            m_soon.start();
    });
    // The window empties the field first.
    connect(&m_panes, &PaneStack::filterSchemaChanged, this, &SavedViewActions::goOn, Qt::QueuedConnection);
    connect(m_topBar.savedViews(), &QPushButton::clicked, this, &SavedViewActions::openMenu);
    connect(m_open, &QAction::triggered, this, &SavedViewActions::openMenu);
    connect(m_save, &QAction::triggered, this, &SavedViewActions::askSave);
    connect(m_menu, &SavedViewMenu::chosen, this, &SavedViewActions::choose);
    connect(m_menu, &SavedViewMenu::removeWanted, this, &SavedViewActions::remove);
    connect(m_menu, &SavedViewMenu::saveWanted, this, &SavedViewActions::askSave);
    connect(m_menu, &SavedViewMenu::putBackWanted, this, [this] { save(*m_removed, std::nullopt); });
    showStore();
}

QList<QAction*> SavedViewActions::actions() const {
    return QList<QAction*>{m_open, m_save} + m_actions;
}

// The views that there are

void SavedViewActions::showStore() {
    m_gate.setChannel(m_stores.current() ? &m_stores.current()->channel() : nullptr);
    m_asker.cancelPending();
    m_isReading = false;
    m_readAgain = false;
    m_kept.reset();
    m_pending.reset();
    m_refused.clear();
    m_removed.reset();
    m_lastChosen.clear();
    for (QAction* action : {m_open, m_save})
        action->setEnabled(m_stores.current() != nullptr);
    makeActions();
    read();
}

Result<SavedViewActions::StoredViews> SavedViewActions::readStored(Store& store, const CancelToken& token) {
    const Result<SavedViews*> views = savedViewsOf(store);
    if (!views)
        return StoredViews{{}, views.error().text};
    auto cannot = (*views)->cannotSave(token);
    PORTOLAN_TRY(cannot);
    auto list = (*views)->list(token);
    if (!list)
        return list.error().code == ErrorCode::Unsupported ? Result<StoredViews>(StoredViews{{}, list.error().text})
                                                           : list.error();
    return StoredViews{std::move(*list), cannot->value_or(QString())};
}

void SavedViewActions::read() {
    LiveStore* const store = m_stores.current();
    if (!store)
        return;
    if (std::exchange(m_isReading, true)) { // what is being read may be older than what is asked for
        m_readAgain = true;
        return;
    }
    store->channel().ask(m_asker, &SavedViewActions::readStored, this, [this](const Result<StoredViews>& kept) {
        m_isReading = false;
        adopt(kept);
        if (std::exchange(m_readAgain, false))
            read();
    });
}

/// A store that does not answer keeps nothing, and what is known of it stays offered.
void SavedViewActions::adopt(const Result<StoredViews>& kept) {
    const std::vector<OfferedView> before = offered();
    if (kept)
        m_kept = *kept;
    else
        m_kept = StoredViews{m_kept ? std::move(m_kept->views) : std::vector<SavedView>(), kept.error().text};
    makeActions();
    if (m_menu->isVisible() && offered() != before)
        fillMenu();
}

std::vector<OfferedView> SavedViewActions::offered() const {
    std::vector<OfferedView> all;
    for (const SavedView& each : m_kept ? m_kept->views : std::vector<SavedView>())
        all.push_back({each, false});
    for (const SavedView& each : localViews())
        all.push_back({each, true});
    std::ranges::stable_sort(all, [](const OfferedView& a, const OfferedView& b) {
        return QString::localeAwareCompare(QString::fromUtf8(a.view.name), QString::fromUtf8(b.view.name)) < 0;
    });
    return all;
}

std::vector<SavedView> SavedViewActions::localViews() const {
    std::vector<SavedView> views;
    const LiveStore* const store = m_stores.current();
    const QVariantList stored =
        store ? m_settings.of(store->key(), Settings::PerStore::Views).toList() : QVariantList();
    for (const QVariant& each : stored)
        views.push_back(viewOf(each.toMap()));
    return views;
}

void SavedViewActions::setLocalViews(const std::vector<SavedView>& views) {
    QVariantList stored;
    for (const SavedView& each : views)
        stored << storedView(each);
    m_settings.setOf(m_stores.current()->key(), Settings::PerStore::Views, stored);
}

void SavedViewActions::makeActions() {
    for (QAction* action : std::exchange(m_actions, {})) // the palette may be about to run one of them
        action->deleteLater();
    const LiveStore* const store = m_stores.current();
    for (const OfferedView& each : offered()) {
        const int entry = paneEntryOf(QString::fromUtf8(each.view.pane));
        if (!store || entry < 0 || paneEntries()[static_cast<std::size_t>(entry)].pending)
            continue; // of another version of the program
        const QString name = offeredText(each).replace(u'&', QLatin1String("&&"));
        auto* const action = new QAction(themedIcon(QStringLiteral("bookmark")),
                                         tr("View: %1 (%2)").arg(name, paneNameOf(each.view)), this);
        const QString reason = store->cannot(paneEntries()[static_cast<std::size_t>(entry)].feature);
        action->setEnabled(reason.isEmpty());
        action->setToolTip(reason);
        connect(action, &QAction::triggered, this, [this, each] { choose(each); });
        m_actions << action;
    }
}

void SavedViewActions::openMenu() {
    if (!m_stores.current())
        return;
    fillMenu();
    const QWidget* const button = m_topBar.savedViews();
    m_menu->popup(button->mapToGlobal(QPoint(0, button->height())));
    read(); // others save views, too
}

void SavedViewActions::fillMenu() {
    const QByteArray pane = paneEntries()[static_cast<std::size_t>(m_panes.entry())].id;
    std::vector<OfferedView> views = offered();
    std::erase_if(views, [&](const OfferedView& each) { return each.view.pane != pane; });
    m_menu->offer(views, cannotSave(), m_removed);
}

QString SavedViewActions::whyLocal() const {
    return m_kept->cannotSave.isEmpty() ? m_refused : m_kept->cannotSave;
}

QString SavedViewActions::cannotSave() const {
    if (!filteredList(*m_panes.pane()))
        return m_panes.pane()->lists().empty() ? tr("This pane has no list of its own")
                                               : tr("There is no list here that can be filtered");
    return m_kept ? QString() : tr("The store has not answered yet");
}

// Choosing one

void SavedViewActions::choose(const OfferedView& offered) {
    const int entry = paneEntryOf(QString::fromUtf8(offered.view.pane));
    Q_EMIT paneWanted(entry);
    if (m_panes.entry() != entry)
        return;
    const QByteArray subject = subjectOf(offered.view);
    if (subject.isEmpty() || subject == m_panes.pane()->subject()) {
        apply(offered.view);
        return;
    }
    m_pending = offered.view;
    m_panes.pane()->openSubject(subject);
}

/// The table that was waited for is there, unless another was chosen meanwhile.
void SavedViewActions::goOn() {
    if (!m_pending || m_panes.pane()->subject().isEmpty())
        return;
    const SavedView view = *std::exchange(m_pending, {});
    const int entry = paneEntryOf(QString::fromUtf8(view.pane));
    if (m_panes.entry() == entry && m_panes.pane()->subject() == subjectOf(view))
        apply(view);
}

void SavedViewActions::apply(const SavedView& view) {
    m_pending.reset();
    takeLook(*m_panes.pane(), view);
    m_topBar.filter()->apply(QString::fromUtf8(view.filter));
    m_lastChosen[view.pane] = view.name;
    m_panes.pane()->focusList();
    Q_EMIT notice(tr("View “%1”").arg(shownName(view)));
}

// Saving and removing

void SavedViewActions::askSave() {
    if (const QString reason = cannotSave(); !reason.isEmpty()) {
        Q_EMIT notice(reason);
        return;
    }
    const Pane& pane = *m_panes.pane();
    SavedView view = lookOf(pane);
    const QString filter = m_topBar.filter()->text().trimmed();
    if (!parseFilter(filter, *pane.filterSchema(), currentTime())) {
        m_topBar.filter()->apply(filter); // which says what is wrong with it
        return;
    }
    view.pane = paneEntries()[static_cast<std::size_t>(m_panes.entry())].id;
    view.filter = filter.toUtf8();
    view.name = m_lastChosen.value(view.pane);
    const bool isLocal = !whyLocal().isEmpty();
    auto* const dialog =
        new SaveViewDialog(view, paneNameOf(view), isLocal ? localViews() : m_kept->views, whyLocal(), m_window);
    connect(dialog, &SaveViewDialog::saveWanted, this,
            [this, isLocal, key = m_stores.current()->key()](const SavedView& named,
                                                             const std::optional<SavedView>& instead) {
                if (m_stores.current() && m_stores.current()->key() == key)
                    save({named, isLocal}, instead);
            });
    dialog->open();
}

void SavedViewActions::save(const OfferedView& wanted, const std::optional<SavedView>& instead) {
    const QString what = wanted.isLocal ? tr("View “%1” is kept on this computer").arg(shownName(wanted.view))
                                        : tr("View “%1” is saved").arg(shownName(wanted.view));
    m_lastChosen[wanted.view.pane] = wanted.view.name;
    const auto saved = [this, what, view = wanted.view](const Result<void>& done) {
        if (done && m_removed && m_removed->view.pane == view.pane && m_removed->view.name == view.name)
            m_removed.reset();
        changed(done, what);
    };
    if (!wanted.isLocal) {
        gated(tr("save a view in it"), [this, view = wanted.view, instead, saved](StoreController& desk) {
            desk.saveView(view, instead, this, saved);
        });
        return;
    }
    std::vector<SavedView> views = localViews();
    eraseView(views, wanted.view);
    views.push_back(wanted.view);
    setLocalViews(views);
    saved({});
}

void SavedViewActions::remove(const OfferedView& offered) {
    const auto removed = [this, offered, key = m_stores.current()->key()](const Result<void>& done) {
        if (done && m_stores.current() && m_stores.current()->key() == key)
            m_removed = offered;
        changed(done, tr("View “%1” is removed; the menu of saved views puts it back").arg(shownName(offered.view)));
    };
    if (!offered.isLocal) {
        gated(tr("remove a view from it"),
              [this, view = offered.view, removed](StoreController& desk) { desk.removeView(view, this, removed); });
        return;
    }
    std::vector<SavedView> views = localViews();
    eraseView(views, offered.view);
    setLocalViews(views);
    removed({});
}

void SavedViewActions::gated(const QString& deed, std::function<void(StoreController&)> act) {
    m_gate.passWithReason(
        deed, [act = std::move(act), store = QPointer<LiveStore>(m_stores.current())](const QByteArray& reason) {
            if (!store)
                return;
            if (!reason.isEmpty())
                store->desk().recordConfirmation("views", reason);
            act(store->desk());
        });
}

/// A store that turns out not to be written to leaves views to the settings from then on.
void SavedViewActions::changed(const Result<void>& done, const QString& what) {
    static constexpr std::array lasting{ErrorCode::ReadOnly, ErrorCode::Unsupported, ErrorCode::Auth};
    if (!done && std::ranges::find(lasting, done.error().code) != lasting.end())
        m_refused = done.error().text;
    Q_EMIT notice(done ? what : done.error().text);
    makeActions();
    read();
}

} // namespace portolan
