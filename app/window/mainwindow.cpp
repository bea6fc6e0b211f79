#include "app/window/mainwindow.h"

#include "app/console/version.h"
#include "models/list/panes.h"
#include "models/list/rowsteps.h"
#include "models/overview/statesentence.h"
#include "storage/stores/diagnostics.h"
#include "views/connect/welcomepage.h"
#include "views/guide/aboutdialog.h"
#include "views/inspector/inspector.h"
#include "views/list/filterline.h"
#include "views/list/pane.h"
#include "views/search/commandpalette.h"
#include "views/search/searchdialog.h"
#include "views/style/scrollframe.h"
#include "views/style/theme.h"
#include "views/window/jobsdock.h"
#include "views/window/noticebar.h"
#include "views/window/panestack.h"
#include "views/window/sidebar.h"
#include "views/window/topbar.h"

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
constexpr int dateLetters = 11;          ///< of timeText(), before the time
constexpr int leastPane = 64 * gridUnit; ///< wide, with docks on both sides
constexpr int titleBar = 40;             ///< that a window manager adds, about

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
    , m_palette([this] { return makePalette(); })
    , m_search([this] { return makeSearch(); })
    , m_opening(m_actions, m_stores, m_settings, *m_welcome, this)
    , m_navigating(*m_sidebar, *m_panes, *m_topBar->filter(), this)
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
    , m_undoing(this)
    , m_badges(m_stores, *m_sidebar)
    , m_replacing(m_stores, this)
    , m_ending({m_stores, m_settings, m_opening, m_receiving}, this)
    , m_offering({m_settings, m_opening, m_navigating, *m_panes}, this) {
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
    m_jobs->setContext({});
    m_panes->setContext({});
    m_undoing.setContext({});
}

void MainWindow::arrange() {
    setWindowIcon(QIcon(QStringLiteral(":/icons/portolan.svg")));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setMinimumSize(leastSize); // whatever is shown in it
    setMenuWidget(m_topBar);
    auto* const welcome = new ScrollFrame(m_pages);
    welcome->setContent(m_welcome);
    m_pages->addWidget(welcome);
    m_pages->addWidget(m_panes);
    m_pages->setMinimumWidth(leastPane);
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
    statusBar()->setContentsMargins(2 * gridUnit, 0, 0, 0);
    connect(statusBar(), &QStatusBar::messageChanged, statusBar(), &QWidget::setAccessibleName);
}

void MainWindow::takeSize(const QSize& size) {
    m_docks.takeSize(size, 46 * gridUnit, 84 * gridUnit);
}

void MainWindow::comeForward() {
    if (m_ending.isInBackground()) {
        m_ending.comeBack();
        restoreLayout();
        show();
        QGuiApplication::setQuitOnLastWindowClosed(true);
    }
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

SearchDialog* MainWindow::makeSearch() {
    auto* const search = new SearchDialog(this);
    connect(search, &SearchDialog::paneWanted, &m_navigating, &Navigator::showFound);
    search->setTimeDisplay(m_settings.timeDisplay());
    if (LiveStore* const store = m_stores.current())
        search->setOpener(store->opener());
    return search;
}

CommandPalette* MainWindow::makePalette() {
    auto* const palette = new CommandPalette(this);
    connect(palette, &CommandPalette::keysWanted, &m_preferring, &PreferenceActions::askKeysOf);
    return palette;
}

void MainWindow::connectActions() {
    m_actions.on(ActionId::NextStore, &m_stores, &OpenStores::showNext);
    m_actions.on(ActionId::CloseStore, &m_ending, &Closing::askStore);
    m_actions.on(ActionId::FocusFilter, m_topBar->filter(), [this] {
        m_topBar->filter()->setFocus(Qt::ShortcutFocusReason);
        m_topBar->filter()->selectAll();
    });
    m_actions.on(ActionId::ClearFilter, m_topBar->filter(), &FilterLine::empty);
    m_actions.on(ActionId::ChooseTimes, this, [this] { m_navigating.askTimes(m_settings.timeDisplay()); });
    m_actions.on(ActionId::AllTimes, this, [this] { m_navigating.setTimes(std::nullopt); });
    m_actions.on(ActionId::SearchEverything, this, [this] { m_search->ask(); });
    m_actions.on(ActionId::Refresh, this, [this] { m_panes->refreshAll(); });
    m_actions.on(ActionId::PauseLive, this, [this] { setPaused(!m_paused); });
    m_actions.on(ActionId::Export, this, [this] {
        FilterLine* const filter = m_topBar->filter();
        if (filter->settle()) // else the rows would not be those that the field says
            m_exporting.ask(*m_panes->pane(), filter->text().trimmed());
        else
            say(filter->pending());
    });
    m_actions.on(ActionId::Import, &m_importing, [this] { m_importing.ask(); });
    m_actions.on(ActionId::Report, &m_exporting, &ExportActions::askReport);
    m_actions.on(ActionId::ReportYesterday, &m_exporting, &ExportActions::askReportOfYesterday);
    m_actions.on(ActionId::Alerts, &m_alerting, &AlertActions::ask);
    m_actions.on(ActionId::Undo, &m_undoing, &UndoAsk::askNewest);
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
    m_actions.on(ActionId::Preferences, &m_preferring, &PreferenceActions::ask);
    m_actions.on(ActionId::Language, &m_preferring, &PreferenceActions::askLanguage);
    m_actions.on(ActionId::Palette, this, [this] {
        m_palette->choose(actionsOffered(), [this](const QString& typed) {
            return pane() ? m_offering.madeOf(typed) : QList<QAction*>();
        });
    });
    m_actions.on(ActionId::About, this, [this] {
        (new AboutDialog(diagnostics(version()), QString::fromUtf8(diagnosticsText(version())), this))->open();
    });
    m_actions.on(ActionId::Quit, this, &QWidget::close);
}

void MainWindow::connectParts() {
    connect(m_sidebar, &Sidebar::storeChosen, &m_stores, &OpenStores::show);
    connect(&m_receiving, &ReceiveActions::begun, this, [this](const QString& source) {
        pane()->focusList();
        say(tr("Receiving from %1").arg(source));
    });
    connect(&m_receiving, &ReceiveActions::notice, this, &MainWindow::say);
    connect(m_jobs, &JobsDock::notice, this, &MainWindow::say);
    connect(m_topBar, &TopBar::liveToggled, m_actions[ActionId::PauseLive], &QAction::trigger);
    connect(m_topBar, &TopBar::timeDisplayToggled, m_actions[ActionId::ToggleTimes], &QAction::trigger);
    connect(m_topBar, &TopBar::searchWanted, m_actions[ActionId::SearchEverything], &QAction::trigger);
    connect(m_topBar, &TopBar::exportWanted, m_actions[ActionId::Export], &QAction::trigger);
    connect(m_topBar, &TopBar::reportWanted, m_actions[ActionId::Report], &QAction::trigger);
    connect(m_topBar, &TopBar::paletteWanted, m_actions[ActionId::Palette], &QAction::trigger);
    connect(&m_stores, &OpenStores::aboutToLeave, this, &MainWindow::saveLayout);
    connect(&m_stores, &OpenStores::currentChanged, this, &MainWindow::showStore);
    connect(&m_stores, &OpenStores::storeOpened, this, &MainWindow::showAbilities);
    connect(&m_stores, &OpenStores::connectionChanged, this, &MainWindow::showConnection);
    connect(&m_stores, &OpenStores::storeChanged, m_panes, &PaneStack::refresh);
    connect(&m_stores, &OpenStores::notice, this, &MainWindow::say);
    connect(&m_opening, &StoreOpening::notice, this, &MainWindow::say);
    connect(&m_ending, &Closing::notice, this, &MainWindow::say);
    connect(&m_ending, &Closing::decided, this, &QWidget::close);
    connect(&m_ending, &Closing::backgroundWanted, this, [this] {
        saveLayout();
        QGuiApplication::setQuitOnLastWindowClosed(false);
        hide();
    });
    connect(&m_offering, &PaletteActions::notice, this, &MainWindow::say);
    connect(&m_offering, &PaletteActions::searchWanted, this, [this](const QString& text) { m_search->ask(text); });
    connect(&m_replacing, &StoreReplacing::notice, this, &MainWindow::say);
    connect(&m_replacing, &StoreReplacing::replaced, this,
            [this] { m_navigating.showPlace(QStringLiteral("operations/backups"), {}); });
    connect(&m_navigating, &Navigator::notice, this, &MainWindow::say);
    connect(&m_navigating, &Navigator::timesChanged, this, &MainWindow::showRange);
    connect(m_topBar, &TopBar::allTimesWanted, m_actions[ActionId::AllTimes], &QAction::trigger);
    connect(&m_exporting, &ExportActions::notice, this, &MainWindow::say);
    connect(&m_importing, &ImportActions::notice, this, &MainWindow::say);
    connect(&m_preferring, &PreferenceActions::preferred, this, &MainWindow::prefer);
    connect(&m_viewing, &SavedViewActions::paneWanted, m_sidebar, &Sidebar::setCurrentPane);
    connect(&m_viewing, &SavedViewActions::notice, this, &MainWindow::say);
    connect(&m_alerting, &AlertActions::notice, this, &MainWindow::note);
    connect(&m_undoing, &UndoAsk::notice, this, &MainWindow::say);
    connect(&m_alerting, &AlertActions::overviewWanted, this, [this] {
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
    connect(filter, &FilterLine::pendingChanged, m_panes, &PaneStack::setResting);
    connect(filter, &FilterLine::pendingChanged, this, [this, filter](const QString& why) {
        if (!filter->isBeingTyped()) // a mistake, or the end of one
            statusBar()->showMessage(why);
    });
    connect(m_panes, &PaneStack::narrowWanted, filter,
            [filter](const QString& term) { filter->apply(narrowed(filter->text(), term)); });
    connect(m_panes, &PaneStack::controlsMade, &m_preferring, &PreferenceActions::add);
    connect(filter, &FilterLine::left, this, [this] { m_panes->pane()->focusList(); });
    connect(filter, &FilterLine::historyChanged, this, [this](const QStringList& history) {
        m_settings.setOf(storeKey(), Settings::PerStore::FilterHistory, history);
    });
    connect(m_panes, &PaneStack::clearFilterWanted, filter, &FilterLine::empty);
    connect(m_panes, &PaneStack::pauseWanted, m_actions[ActionId::PauseLive], &QAction::trigger);
    connect(m_panes, &PaneStack::bundleWanted, &m_exporting, &ExportActions::askBundle);
    connect(m_panes, &PaneStack::storeWanted, this,
            [this](const QString& url, const QString& place, const QString& wanted) {
                m_opening.openUrl(url, [this, place, wanted](LiveStore&) {
                    if (!place.isEmpty())
                        m_navigating.showPlace(place, wanted);
                });
            });
    connect(m_panes, &PaneStack::alertsWanted, &m_alerting, &AlertActions::ask);
    connect(m_panes, &PaneStack::receiveWanted, this, [this] {
        QAction* const choose = m_actions[ActionId::ChooseSource];
        if (choose->isEnabled())
            choose->trigger();
        else
            say(tr("Receiving already: rows appear as they come."));
    });
    connect(m_panes, &PaneStack::notice, this, &MainWindow::say);
    connect(m_panes, &PaneStack::inspected, m_inspector, &Inspector::show);
    connect(m_panes, &PaneStack::inspectionFailed, m_inspector, &Inspector::showError);
    connect(m_panes, &PaneStack::nothingInspected, m_inspector, &Inspector::clear);
    connect(m_panes, &PaneStack::inspected, this, [this] { setInspecting(true); });
    connect(m_panes, &PaneStack::inspectionFailed, this, [this] { setInspecting(true); });
    connect(m_panes, &PaneStack::nothingInspected, this, [this] { setInspecting(false); });
    connect(m_panes, &PaneStack::peekWanted, this, &MainWindow::peek);
    connect(m_inspector, &Inspector::notice, this, &MainWindow::say);
    connect(m_panes, &QStackedWidget::currentChanged, this, &MainWindow::placeInspector);
}

/// Gives the Inspector room only while a row is chosen; the focus it had goes back to the rows.
void MainWindow::placeInspector() {
    if (!pane())
        return;
    const bool hadFocus = m_inspectorDock->isAncestorOf(m_inspectorDock->window()->focusWidget());
    m_docks.setAside(m_inspectorDock, !m_inspecting || !pane()->hasRows());
    if (hadFocus && m_inspectorDock->isHidden())
        pane()->focusList();
}

void MainWindow::setInspecting(bool isInspecting) {
    m_inspecting = isInspecting;
    placeInspector();
}

void MainWindow::peek() {
    if (m_inspecting)
        m_docks.peek(m_inspectorDock);
}

Pane* MainWindow::pane() const {
    return m_pages->currentWidget() == m_panes ? m_panes->pane() : nullptr;
}

QList<QAction*> MainWindow::actionsInForce() const {
    return m_actions.all() + (pane() ? m_panes->actionsInForce() : QList<QAction*>()) + m_viewing.actions()
           + m_navigating.actions() + m_docks.actions();
}

QList<QAction*> MainWindow::actionsOffered() {
    return actionsInForce() + m_offering.actions(pane() != nullptr);
}

QString MainWindow::storeKey() const {
    const LiveStore* store = m_stores.current();
    return store ? store->key() : QString();
}

void MainWindow::showStore() {
    LiveStore* store = m_stores.current();
    m_sidebar->setStores(m_stores.names(), m_stores.currentIndex());
    m_inspector->clear();
    m_inspecting = false;
    const PaneContext context = store ? store->context() : PaneContext();
    m_jobs->setContext(context);
    if (SearchDialog* const search = m_search.made())
        search->setOpener(store ? store->opener() : StoreWorker::Opener());
    m_panes->setContext(context);
    m_navigating.forgetTimes();
    m_undoing.setContext(context);
    for (const ActionId id : {ActionId::NextStore, ActionId::CloseStore, ActionId::FocusFilter, ActionId::ClearFilter,
                              ActionId::ChooseTimes, ActionId::SearchEverything, ActionId::Refresh, ActionId::PauseLive,
                              ActionId::Import, ActionId::Export, ActionId::Report, ActionId::ReportYesterday,
                              ActionId::Alerts, ActionId::Undo, ActionId::Copy, ActionId::CopyWithHeader})
        m_actions[id]->setEnabled(store != nullptr);
    offerSetUp();
    if (!store) {
        setWindowTitle(QStringLiteral("Portolan"));
        m_welcome->setRecent(m_settings.recentStores());
        m_pages->setCurrentIndex(0);
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
    m_topBar->filter()->setSchema(pane()->filterSchema(), {});
    restoreLayout();
    showAbilities();
    m_receiving.show();
    pane()->focusList();
    keepVerification(*store);
    m_saidOpened = false;
    say(tr("Opening %1…").arg(store->url().display()));
    showConnection();
}

/// Shows what was verified before the last start, and keeps each verification that comes to its end.
void MainWindow::keepVerification(LiveStore& store) {
    disconnect(m_verifying);
    if (store.isSample()) // the next one is another store
        return;
    CheckController& checks = store.checks();
    checks.restore(m_settings.of(storeKey(), Settings::PerStore::Verification).toByteArray());
    m_verifying = connect(&checks, &CheckController::changed, this, [this, &checks, key = storeKey()] {
        if (const QByteArray kept = checks.save(); !kept.isEmpty())
            m_settings.setOf(key, Settings::PerStore::Verification, kept);
    });
}

/// Shows whether the store answers. That it was opened is said once, when it was.
void MainWindow::showConnection() {
    const LiveStore& store = *m_stores.current();
    StoreConnection shown;
    shown.problem = store.problem();
    shown.production = store.production();
    if (store.standbyLag())
        shown.standby = durationText(*store.standbyLag());
    if (!store.isOpen())
        shown.state =
            store.problem().isEmpty() ? StoreConnection::State::Opening : StoreConnection::State::NotConnected;
    else
        shown.state = store.problem().isEmpty() ? StoreConnection::State::Live : StoreConnection::State::Stale;
    if (store.answeredAt())
        shown.since = timeText(*store.answeredAt(), m_settings.timeDisplay()).sliced(dateLetters);
    m_topBar->setConnection(shown);
    if (store.isOpen() && !std::exchange(m_saidOpened, true))
        say(tr("Opened %1").arg(store.url().display()));
    else if (shown.state == StoreConnection::State::NotConnected)
        say(store.problem());
}

void MainWindow::showAbilities() {
    const LiveStore& store = *m_stores.current();
    m_topBar->setCannotReceive(store.cannot(Feature::Receive));
    m_actions[ActionId::Import]->setEnabled(store.cannot(Feature::Receive).isEmpty());
    m_panes->setRefusals({store.cannot(Feature::Replay), store.cannot(Feature::Receive), store.canSetUp()});
    m_navigating.showAbilities(store);
    m_receiving.show();
    offerSetUp();
}

/// Says on every pane of a database that is not set up that it can be, until that is done or put away.
void MainWindow::offerSetUp() {
    const LiveStore* const store = m_stores.current();
    const bool isWanted = store && store->canSetUp() && !m_notSetUp.contains(store->key());
    if (!isWanted || (m_setUp && m_setUp->property("store") != store->key())) {
        delete m_setUp;
        m_setUp = nullptr;
    }
    if (!isWanted || m_setUp)
        return;
    m_setUp =
        new NoticeBar(tr("This database is not set up: what is received, died or measured has no tables in it yet. "
                         "Tables that are there stay as they are."),
                      tr("Set up this database…"), m_topBar);
    m_setUp->setProperty("store", store->key());
    connect(m_setUp, &NoticeBar::wanted, this,
            [this] { m_navigating.showPlace(QStringLiteral("operations/migrations/up"), {}); });
    connect(m_setUp, &NoticeBar::dismissed, this, [this, key = store->key()] { m_notSetUp.insert(key); });
    m_topBar->addNotice(m_setUp);
}

// Its look

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
    showRange();
}

void MainWindow::showRange() {
    const auto& times = m_navigating.times();
    m_actions[ActionId::AllTimes]->setEnabled(times.has_value());
    m_topBar->setTimes(times ? spokenRange(*times, currentTime(), m_settings.timeDisplay()) : QString());
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
    if (!m_ending.mayClose()) {
        event->ignore();
        return;
    }
    if (m_stores.current() && !m_closing)
        saveLayout();
    if (!m_closing)
        m_ending.keepStopped();
    m_helping.close();
    if (!m_stores.anyRunning()) {
        event->accept();
        if (isHidden()) // in the background: no window is closed that would end the program
            QCoreApplication::exit(0);
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

void MainWindow::stopAndClose() {
    m_ending.decideToStop();
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
            m_opening.openUrl(droppedStoreUrl(url));
    }
}

} // namespace portolan
