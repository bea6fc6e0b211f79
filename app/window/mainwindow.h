#pragma once

#include "app/desktop/ondemand.h"
#include "app/desktop/settings.h"
#include "app/window/actions.h"
#include "app/window/alertactions.h"
#include "app/window/closing.h"
#include "app/window/exportactions.h"
#include "app/window/helpactions.h"
#include "app/window/importactions.h"
#include "app/window/navigator.h"
#include "app/window/openstores.h"
#include "app/window/paletteactions.h"
#include "app/window/panebadges.h"
#include "app/window/preferenceactions.h"
#include "app/window/receiveactions.h"
#include "app/window/savedviewactions.h"
#include "app/window/storeopening.h"
#include "app/window/storereplacing.h"
#include "app/window/windowdocks.h"
#include "views/audit/undoask.h"

#include <QMainWindow>
#include <QPointer>
#include <QSet>
#include <QTimer>
#include <functional>

class QPlainTextEdit;
class QStackedWidget;

namespace portolan {

class CommandPalette;
class Inspector;
class JobsDock;
class NoticeBar;
class Pane;
class PaneStack;
class SearchDialog;
class Sidebar;
class Theme;
class TopBar;
class WelcomePage;

/// The window: it arranges the parts and lets each tell the others; the work is theirs.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Both are borrowed and outlive the window.
    MainWindow(Settings& settings, Theme& theme);
    ~MainWindow() override;

    void openStore(const StoreUrl& url, const std::function<void(LiveStore&)>& then = {}) { // see Opening
        m_opening.openStore(url, then);
    }
    void openSample(const SourceUrl& receive) { m_opening.openSample(receive); }
    /// Takes a size, also one that is larger than the screen, with the parts as they are at first.
    void takeSize(const QSize& size);
    void comeForward(); ///< before other windows, as far as the desktop lets it; also out of the background
    /// A later start of the program comes back to this window, so that it can go on without being seen.
    void setFound(bool isFound) { m_ending.setFound(isFound); }
    void offerToGoOn() { m_ending.offerToGoOn(*m_topBar, *m_jobs); } ///< with what the last window stopped
    void stopAndClose();                                             ///< without a question
    static constexpr QSize usualSize{1280, 800};
    static constexpr QSize leastSize{640, 400};

    [[nodiscard]] Pane* pane() const; ///< the pane that is shown
    void goTo(const QString& pane) { m_navigating.goTo(pane); }
    [[nodiscard]] OpenStores& stores() { return m_stores; }
    /// The window's actions and those of the pane that is shown, as the palette offers them.
    [[nodiscard]] QList<QAction*> actionsInForce() const;
    /// The same, with what leads elsewhere: to other panes, to stores that were open lately.
    [[nodiscard]] QList<QAction*> actionsOffered();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void arrange();
    void connectActions();
    void connectParts();
    void connectPanes();
    SearchDialog* makeSearch();
    CommandPalette* makePalette();

    void showStore();
    void showAbilities();
    void offerSetUp();
    void showConnection();
    void keepVerification(LiveStore& store);
    void setPaused(bool paused);
    void showTimes(TimeDisplay display);
    void showRange(); ///< the window's time range
    void setTimeDisplay(TimeDisplay display);
    void setTheme(ThemeChoice choice);
    void setZoom(int percent);
    void prefer(const Preferences& preferences);
    void say(const QString& text);
    void note(const QString& text); ///< in the log alone
    void saveLayout();
    void restoreLayout();
    void placeInspector();
    void setInspecting(bool isInspecting);
    void peek();
    [[nodiscard]] QString storeKey() const;

    Settings& m_settings;
    Theme& m_theme;
    WindowDocks m_docks;
    QDockWidget* m_inspectorDock = nullptr;
    Actions m_actions;
    OpenStores m_stores;
    TopBar* m_topBar;
    Sidebar* m_sidebar;
    QStackedWidget* m_pages;
    WelcomePage* m_welcome;
    PaneStack* m_panes;
    Inspector* m_inspector;
    QPlainTextEdit* m_log;
    OnDemand<CommandPalette> m_palette;
    OnDemand<SearchDialog> m_search;
    StoreOpening m_opening;
    Navigator m_navigating;
    ReceiveActions m_receiving;
    ExportActions m_exporting;
    ImportActions m_importing;
    PreferenceActions m_preferring;
    HelpActions m_helping;
    SavedViewActions m_viewing;
    AlertActions m_alerting;
    UndoAsk m_undoing;
    JobsDock* m_jobs = nullptr;
    PaneBadges m_badges;
    StoreReplacing m_replacing;
    Closing m_ending;
    PaletteActions m_offering;
    QPointer<NoticeBar> m_setUp;         ///< of the store that is shown
    QSet<QString> m_notSetUp;            ///< stores of which that was put away
    bool m_inspecting = false;           ///< a row is chosen, which the Inspector shows
    QMetaObject::Connection m_verifying; ///< to the checks of the store that is shown
    bool m_paused = false;
    bool m_closing = false;
    bool m_saidOpened = false; ///< of the store that is shown
};

} // namespace portolan
