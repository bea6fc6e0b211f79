#include "app/mainwindow.h"

#include "app/droppedstore.h"
#include "app/version.h"
#include "models/panes.h"
#include "storage/diagnostics.h"
#include "views/aboutdialog.h"
#include "views/commandpalette.h"
#include "views/filterline.h"
#include "views/icons.h"
#include "views/inspector.h"
#include "views/jobsdock.h"
#include "views/keychain.h"
#include "views/openform.h"
#include "views/pane.h"
#include "views/panestack.h"
#include "views/searchdialog.h"
#include "views/sidebar.h"
#include "views/theme.h"
#include "views/topbar.h"
#include "views/welcomepage.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDropEvent>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTime>

namespace portolan {

namespace {

constexpr int firstPane = 0;                ///< of a store that is opened: the overview, in paneEntries()
constexpr int closingMilliseconds = 10'000; ///< how long receivers may take to end; then they are joined
constexpr int mostLogLines = 2'000;
constexpr int zoomStep = 10;
constexpr int titleBar = 40; ///< that a window manager adds, about

} // namespace

MainWindow::MainWindow(Settings& settings, Theme& theme)
    : m_settings(settings)
    , m_theme(theme)
    , m_docks(*this, settings)
    , m_actions(this)
    , m_topBar(new TopBar(this))
    , m_sidebar(new Sidebar(this))
    , m_pages(new QStackedWidget(this))
    , m_welcome(new WelcomePage(this))
    , m_panes(new PaneStack(this))
    , m_inspector(new Inspector(this))
    , m_log(new QPlainTextEdit(this))
    , m_palette([this] { return new CommandPalette(this); })
    , m_openForm([this] { return makeOpenForm(); })
    , m_search([this] { return makeSearch(); })
    , m_receiving(m_actions, m_stores, *m_topBar, m_settings)
    , m_exporting(m_stores, m_settings, this)
    , m_importing(m_stores, m_settings, this)
    , m_preferring(m_settings, this)
    , m_helping(m_actions,
                {[this] {
                     return pane() ? QString::fromLatin1(paneEntries()[static_cast<std::size_t>(m_panes->entry())].id)
                                   : QString();
                 },
                 [this] { return actionsInForce(); }})
    , m_viewing(m_stores, m_settings, *m_topBar, *m_panes, this)
    , m_alerting(m_stores, this)
    , m_badges(m_stores, *m_sidebar) {
    arrange();
    connectActions();
    connectParts();
    connectPanes();
    m_preferring.takeActions();
    showTimes(m_settings.timeDisplay());
    setPaused(false);
    showStore();
}

/// Nothing shows a store any more when the stores go.
MainWindow::~MainWindow() {
    if (SearchDialog* const search = m_search.made())
        search->setOpener({});
    m_panes->setReplayDesk(nullptr);
    m_panes->setCheckDesk(nullptr);
    m_panes->setAlertDesk(nullptr);
    m_panes->setStoreDesk(nullptr);
    m_panes->setOverviewDesk(nullptr);
    m_jobs->setExportDesk(nullptr);
    m_panes->setChannel(nullptr);
}

void MainWindow::arrange() {
    setWindowIcon(QIcon(QStringLiteral(":/icons/portolan.svg")));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setMenuWidget(m_topBar);
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(m_panes);
    setCentralWidget(m_pages);
    m_docks.add(tr("Navigation"), m_sidebar, Qt::LeftDockWidgetArea, QStringLiteral("navigation"));
    m_inspectorDock =
        m_docks.add(tr("Selected row"), m_inspector, Qt::RightDockWidgetArea, QStringLiteral("inspector"));
    m_log->setReadOnly(true);
    m_log->setMaximumBlockCount(mostLogLines);
    m_log->setAccessibleName(tr("Log entries"));
    m_docks.add(tr("Log"), m_log, Qt::BottomDockWidgetArea, QStringLiteral("log"))->hide();
    addDockWidget(Qt::BottomDockWidgetArea, m_jobs = new JobsDock(this));
    takeSize(usualSize.boundedTo(screen()->availableSize() - QSize(0, titleBar)));
    m_docks.keepAsUsual();

    const auto entries = paneEntries();
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
        const PaneEntry& entry = entries[static_cast<std::size_t>(i)];
        auto* action = new QAction(themedIcon(QLatin1String(entry.icon)), tr("Go to %1").arg(paneName(entry)), this);
        action->setObjectName(QStringLiteral("go-to-") + QLatin1String(entry.id));
        if (i < 9)
            action->setShortcut(QKeySequence(QStringLiteral("Alt+%1").arg(i + 1)));
        action->setEnabled(!entry.pending);
        action->setToolTip(panePending(entry));
        connect(action, &QAction::triggered, this, [this, i] {
            m_sidebar->setCurrentPane(i);
            if (pane())
                pane()->focusList();
        });
        addAction(action);
        m_goTo << action;
        m_sidebar->setPaneReason(i, panePending(entry));
    }
    statusBar()->setContentsMargins(2 * gridUnit, 0, 0, 0);
    connect(statusBar(), &QStatusBar::messageChanged, statusBar(), &QWidget::setAccessibleName);
}

void MainWindow::takeSize(const QSize& size) {
    m_docks.takeSize(size, 46 * gridUnit, 84 * gridUnit);
}

void MainWindow::comeForward() {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

OpenForm* MainWindow::makeOpenForm() {
    auto* const form = new OpenForm(this);
    connect(form, &OpenForm::storeGiven, this, [this](const StoreUrl& url) { openStore(url); });
    return form;
}

SearchDialog* MainWindow::makeSearch() {
    auto* const search = new SearchDialog(this);
    connect(search, &SearchDialog::paneWanted, this, &MainWindow::showPlace);
    search->setTimeDisplay(m_settings.timeDisplay());
    if (LiveStore* const store = m_stores.current())
        search->setOpener(store->opener());
    return search;
}

void MainWindow::connectActions() {
    m_actions.on(ActionId::Open, this, [this] { m_openForm->ask(); });
    m_actions.on(ActionId::OpenFolder, this, [this] { m_openForm->chooseFolder(); });
    m_actions.on(ActionId::OpenDatabase, this, [this] { m_openForm->chooseDatabase(); });
    m_actions.on(ActionId::OpenServer, this, [this] { m_openForm->askServer(); });
    m_actions.on(ActionId::OpenSample, this, [this] { openSample(LiveStore::sampleSource()); });
    m_actions.on(ActionId::NextStore, &m_stores, &OpenStores::showNext);
    m_actions.on(ActionId::CloseStore, &m_stores, &OpenStores::closeCurrent);
    m_actions.on(ActionId::FocusFilter, m_topBar->filter(), [this] {
        m_topBar->filter()->setFocus(Qt::ShortcutFocusReason);
        m_topBar->filter()->selectAll();
    });
    m_actions.on(ActionId::ClearFilter, m_topBar->filter(), &FilterLine::empty);
    m_actions.on(ActionId::SearchEverything, this, [this] { m_search->ask(); });
    m_actions.on(ActionId::Refresh, this, [this] { m_panes->refreshAll(); });
    m_actions.on(ActionId::PauseLive, this, [this] { setPaused(!m_paused); });
    m_actions.on(ActionId::Export, this, [this] { m_exporting.ask(*m_panes->pane()); });
    m_actions.on(ActionId::Import, &m_importing, [this] { m_importing.ask(); });
    m_actions.on(ActionId::Report, &m_exporting, &Exporting::askReport);
    m_actions.on(ActionId::Alerts, &m_alerting, &Alerting::ask);
    m_actions.on(ActionId::Copy, this, [this] { m_panes->pane()->copyRows(false); });
    m_actions.on(ActionId::CopyWithHeader, this, [this] { m_panes->pane()->copyRows(true); });
    for (const ActionId id : {ActionId::Copy, ActionId::CopyWithHeader}) { // other views copy their own
        removeAction(m_actions[id]);
        m_pages->addAction(m_actions[id]);
        m_actions[id]->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    }
    m_actions.on(ActionId::ToggleTimes, this, [this] {
        setTimeDisplay(m_settings.timeDisplay() == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc);
    });
    m_actions.on(ActionId::ThemeLight, this, [this] { setTheme(ThemeChoice::Light); });
    m_actions.on(ActionId::ThemeDark, this, [this] { setTheme(ThemeChoice::Dark); });
    m_actions.on(ActionId::ThemeSystem, this, [this] { setTheme(ThemeChoice::System); });
    m_actions.on(ActionId::ZoomIn, this, [this] { setZoom(m_settings.zoom() + zoomStep); });
    m_actions.on(ActionId::ZoomOut, this, [this] { setZoom(m_settings.zoom() - zoomStep); });
    m_actions.on(ActionId::ZoomReset, this, [this] { setZoom(100); });
    m_actions.on(ActionId::Preferences, &m_preferring, &Preferring::ask);
    m_actions.on(ActionId::Palette, this, [this] { m_palette->choose(actionsInForce()); });
    m_actions.on(ActionId::About, this, [this] {
        (new AboutDialog(diagnostics(version()), QString::fromUtf8(diagnosticsText(version())), this))->open();
    });
    m_actions.on(ActionId::Quit, this, &QWidget::close);
}

void MainWindow::connectParts() {
    connect(m_sidebar, &Sidebar::storeChosen, &m_stores, &OpenStores::show);
    connect(m_sidebar, &Sidebar::paneChosen, this,
            [this](int entry) { m_panes->show(entry, m_topBar->filter()->text()); });
    connect(m_welcome, &WelcomePage::sampleWanted, m_actions[ActionId::OpenSample], &QAction::trigger);
    connect(m_welcome, &WelcomePage::folderWanted, m_actions[ActionId::OpenFolder], &QAction::trigger);
    connect(m_welcome, &WelcomePage::databaseWanted, m_actions[ActionId::OpenDatabase], &QAction::trigger);
    connect(m_welcome, &WelcomePage::serverWanted, m_actions[ActionId::OpenServer], &QAction::trigger);
    connect(m_welcome, &WelcomePage::urlWanted, m_actions[ActionId::Open], &QAction::trigger);
    connect(m_welcome, &WelcomePage::recentWanted, this, &MainWindow::openUrl);

    connect(&m_receiving, &Receiving::begun, this, [this](const QString& source) {
        pane()->focusList();
        say(tr("Receiving from %1").arg(source));
    });
    connect(m_topBar, &TopBar::liveToggled, m_actions[ActionId::PauseLive], &QAction::trigger);
    connect(m_topBar, &TopBar::timeDisplayToggled, m_actions[ActionId::ToggleTimes], &QAction::trigger);
    connect(m_topBar, &TopBar::searchWanted, m_actions[ActionId::SearchEverything], &QAction::trigger);
    connect(m_topBar, &TopBar::exportWanted, m_actions[ActionId::Export], &QAction::trigger);
    connect(m_topBar, &TopBar::reportWanted, m_actions[ActionId::Report], &QAction::trigger);
    connect(m_topBar, &TopBar::paletteWanted, m_actions[ActionId::Palette], &QAction::trigger);

    connect(&m_stores, &OpenStores::aboutToLeave, this, &MainWindow::saveLayout);
    connect(&m_stores, &OpenStores::currentChanged, this, &MainWindow::showStore);
    connect(&m_stores, &OpenStores::storeOpened, this, &MainWindow::showAbilities);
    connect(&m_stores, &OpenStores::storeChanged, m_panes, &PaneStack::refresh);
    connect(&m_stores, &OpenStores::notice, this, &MainWindow::say);
    connect(&m_stores, &OpenStores::refused, this, [this](const auto&... what) { m_openForm->askPassword(what...); });
    connect(&m_exporting, &Exporting::notice, this, &MainWindow::say);
    connect(&m_importing, &Importing::notice, this, &MainWindow::say);
    connect(&m_preferring, &Preferring::preferred, this, &MainWindow::prefer);
    connect(&m_viewing, &Viewing::paneWanted, m_sidebar, &Sidebar::setCurrentPane);
    connect(&m_viewing, &Viewing::notice, this, &MainWindow::say);
    connect(&m_alerting, &Alerting::notice, this, &MainWindow::note);
    connect(&m_alerting, &Alerting::overviewWanted, this, [this] {
        m_sidebar->setCurrentPane(firstPane);
        comeForward();
    });
    connect(&m_stores, &OpenStores::allStopped, this, [this] {
        if (m_closing)
            close();
    });
}

void MainWindow::connectPanes() {
    FilterLine* filter = m_topBar->filter();
    connect(filter, &FilterLine::filterChanged, this,
            [this](const Filter& wanted) { m_panes->pane()->setFilter(wanted); });
    connect(filter, &FilterLine::left, this, [this] { m_panes->pane()->focusList(); });
    connect(filter, &FilterLine::historyChanged, this, [this](const QStringList& history) {
        m_settings.setOf(storeKey(), Settings::PerStore::FilterHistory, history);
    });
    connect(m_panes, &PaneStack::filterSchemaChanged, this, [this] {
        showFilter(m_panes->filterText());
        const QString wanted = std::exchange(m_wantedFilter, {});
        if (!wanted.isEmpty() && pane() && pane()->filterSchema())
            m_topBar->filter()->apply(wanted);
    });
    connect(m_panes, &PaneStack::clearFilterWanted, filter, &FilterLine::empty);
    connect(m_panes, &PaneStack::pauseWanted, m_actions[ActionId::PauseLive], &QAction::trigger);
    connect(m_panes, &PaneStack::paneWanted, this, &MainWindow::showPlace);
    connect(m_panes, &PaneStack::bundleWanted, &m_exporting, &Exporting::askBundle);
    connect(m_panes, &PaneStack::alertsWanted, &m_alerting, &Alerting::ask);
    connect(m_panes, &PaneStack::notice, this, &MainWindow::say);
    connect(m_panes, &PaneStack::inspected, m_inspector, &Inspector::show);
    connect(m_panes, &PaneStack::inspectionFailed, m_inspector, &Inspector::showError);
    connect(m_panes, &PaneStack::nothingInspected, m_inspector, &Inspector::clear);
    connect(m_inspector, &Inspector::notice, this, &MainWindow::say);
    connect(m_panes, &QStackedWidget::currentChanged, this, &MainWindow::placeInspector);
}

void MainWindow::showPlace(const QString& text, const QString& filter) {
    const PanePlace place = placeOf(text);
    const int entry = paneEntryOf(place.pane);
    if (entry < 0 || !m_goTo[entry]->isEnabled()) {
        say(entry < 0 ? tr("No pane shows these rows.") : m_goTo[entry]->toolTip());
        return;
    }
    m_sidebar->setCurrentPane(entry);
    m_wantedFilter.clear();
    const bool isThere = pane()->showPart(place.part);
    if (isThere)
        m_topBar->filter()->apply(filter);
    else
        m_wantedFilter = filter;
}

/// The Inspector steps aside for a pane that has no rows for it.
void MainWindow::placeInspector() {
    m_docks.setAside(m_inspectorDock, pane() && !pane()->hasRows());
}

void MainWindow::goTo(const QString& id) {
    if (const int entry = paneEntryOf(id); entry >= 0)
        m_goTo[entry]->trigger();
}

void MainWindow::showFilter(const QString& text) {
    m_topBar->filter()->setSchema(m_panes->pane()->filterSchema(), text);
}

// Stores

void MainWindow::openUrl(const QString& text) {
    const auto url = StoreUrl::parse(text);
    if (!url) {
        m_openForm->refuse(url.error().text);
        return;
    }
    if (OpenForm* const form = m_openForm.made())
        form->hide();
    openStore(*url);
}

void MainWindow::openStore(const StoreUrl& url, const std::function<void(LiveStore&)>& then) {
    m_settings.addRecentStore(url.display());
    keychain::complete(url, this, [this, then](const StoreUrl& complete, const QString& problem) {
        if (!problem.isEmpty())
            say(problem);
        LiveStore& store = m_stores.open(complete);
        if (then)
            then(store);
    });
}

void MainWindow::openSample(const SourceUrl& receive) {
    m_stores.add(LiveStore::sample()).receiveWhenOpen(receive);
}

void MainWindow::addStore(std::unique_ptr<LiveStore> store) {
    m_stores.add(std::move(store));
}

Pane* MainWindow::pane() const {
    return m_pages->currentWidget() == m_panes ? m_panes->pane() : nullptr;
}

QList<QAction*> MainWindow::actionsInForce() const {
    return m_actions.all() + m_panes->pane()->actions() + m_viewing.actions() + m_goTo + m_docks.actions();
}

QString MainWindow::storeKey() const {
    const LiveStore* store = m_stores.current();
    return store ? store->key() : QString();
}

void MainWindow::showStore() {
    LiveStore* store = m_stores.current();
    m_sidebar->setStores(m_stores.names(), m_stores.currentIndex());
    m_inspector->clear();
    m_panes->setReplayDesk(store ? &store->replays() : nullptr);
    m_panes->setCheckDesk(store ? &store->checks() : nullptr);
    m_panes->setAlertDesk(store ? &store->alerts() : nullptr);
    m_panes->setStoreDesk(store ? &store->desk() : nullptr);
    m_panes->setOverviewDesk(store ? &store->overview() : nullptr);
    m_jobs->setReplayDesk(store ? &store->replays() : nullptr);
    m_jobs->setExportDesk(store ? &store->exports() : nullptr);
    m_jobs->setReportDesk(store ? &store->reports() : nullptr);
    m_jobs->setImportDesk(store ? &store->imports() : nullptr);
    if (SearchDialog* const search = m_search.made())
        search->setOpener(store ? store->opener() : Channel::Opener());
    m_panes->setChannel(store ? &store->channel() : nullptr);
    for (const ActionId id :
         {ActionId::NextStore, ActionId::CloseStore, ActionId::FocusFilter, ActionId::ClearFilter,
          ActionId::SearchEverything, ActionId::Refresh, ActionId::PauseLive, ActionId::Import, ActionId::Export,
          ActionId::Report, ActionId::Alerts, ActionId::Copy, ActionId::CopyWithHeader})
        m_actions[id]->setEnabled(store != nullptr);
    if (!store) {
        setWindowTitle(QStringLiteral("Portolan"));
        m_welcome->setRecent(m_settings.recentStores());
        m_pages->setCurrentWidget(m_welcome);
        m_welcome->setFocus();
        m_docks.hideAll();
        m_topBar->setNoStore();
        m_receiving.show();
        say(tr("No store is open."));
        return;
    }
    setWindowTitle(QStringLiteral("Portolan — ") + store->name());
    m_topBar->setStore(store->name(), store->url().display());
    m_topBar->filter()->setHistory(m_settings.of(storeKey(), Settings::PerStore::FilterHistory).toStringList());
    m_pages->setCurrentWidget(m_panes);
    m_sidebar->setCurrentPane(firstPane);
    showFilter({});
    restoreLayout();
    showAbilities();
    m_receiving.show();
    pane()->focusList();
    say(tr("Opened %1").arg(store->url().display()));
}

void MainWindow::showAbilities() {
    const LiveStore& store = *m_stores.current();
    m_topBar->setCannotReceive(store.cannot(Feature::Receive));
    m_actions[ActionId::Import]->setEnabled(store.cannot(Feature::Receive).isEmpty());
    m_panes->setCannotReplay(store.cannot(Feature::Replay));
    const auto entries = paneEntries();
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
        const PaneEntry& entry = entries[static_cast<std::size_t>(i)];
        const QString reason = entry.pending ? panePending(entry) : store.cannot(entry.feature);
        m_sidebar->setPaneReason(i, reason);
        m_goTo[i]->setEnabled(reason.isEmpty());
        m_goTo[i]->setToolTip(reason);
    }
    m_receiving.show();
}

// How it looks

void MainWindow::setPaused(bool paused) {
    m_paused = paused;
    m_panes->setPaused(paused);
    m_topBar->setLive(!paused);
}

void MainWindow::setTimeDisplay(TimeDisplay display) {
    m_settings.setTimeDisplay(display);
    showTimes(display);
}

void MainWindow::showTimes(TimeDisplay display) {
    m_panes->setTimeDisplay(display);
    m_inspector->setTimeDisplay(display);
    if (SearchDialog* const search = m_search.made())
        search->setTimeDisplay(display);
    m_topBar->setTimeDisplay(display);
}

void MainWindow::setTheme(ThemeChoice choice) {
    m_settings.setTheme(choice);
    m_theme.choose(choice);
}

void MainWindow::setZoom(int percent) {
    m_settings.setZoom(percent);
    QApplication::setFont(interfaceFont(m_settings.zoom()));
    say(tr("Text size %1 %").arg(m_settings.zoom()));
}

void MainWindow::prefer(const Preferences& preferences) {
    m_settings.setLanguage(languageNamed(preferences.language).value_or(Language::System));
    setTheme(preferences.theme);
    setTimeDisplay(preferences.times);
    if (preferences.zoom != m_settings.zoom())
        setZoom(preferences.zoom);
}

void MainWindow::say(const QString& text) {
    statusBar()->showMessage(text);
    note(text);
}

void MainWindow::note(const QString& text) {
    m_log->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss  ")) + text);
}

void MainWindow::saveLayout() {
    m_docks.save(storeKey());
    m_settings.setOf(storeKey(), Settings::PerStore::PaneLayouts, m_panes->saveLayouts());
}

void MainWindow::restoreLayout() {
    m_docks.restore(storeKey());
    m_jobs->showJobs(); // it may have been left with some
    m_panes->restoreLayouts(m_settings.of(storeKey(), Settings::PerStore::PaneLayouts).toMap());
    placeInspector();
}

// The end, and what is dropped

/// A window that closes discards nothing: what was received is stored and acknowledged first.
void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_stores.current() && !m_closing)
        saveLayout();
    m_helping.close();
    if (!m_stores.anyRunning()) {
        event->accept();
        return;
    }
    event->ignore();
    if (std::exchange(m_closing, true))
        return;
    say(tr("Storing what was received…"));
    setEnabled(false);
    m_stores.stopAll();
    QTimer::singleShot(closingMilliseconds, this, [] { QCoreApplication::exit(0); });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && (isRowFile(urls.first()) || !droppedStoreUrl(urls.first()).isEmpty()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    for (const QUrl& url : urls) {
        if (isRowFile(url))
            m_importing.ask(url.toLocalFile());
        else
            openUrl(droppedStoreUrl(url));
    }
}

} // namespace portolan
