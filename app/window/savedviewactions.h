#pragma once

#include "storage/storeworker.h"
#include "views/ask/productionconfirmation.h"
#include "views/window/savedviewmenu.h"

#include <QHash>
#include <QObject>
#include <QTimer>

class QAction;

namespace portolan {

class OpenStores;
class PaneStack;
class Settings;
class StoreController;
class TopBar;

/// The saved views of the store that is shown: kept by the store where it can, else by the settings of this computer;
/// offered by the button beside the field `Filter` and by the command palette. GUI thread.
class SavedViewActions : public QObject {
    Q_OBJECT
public:
    /// All are borrowed and outlive it; `window` blocks while it asks.
    SavedViewActions(OpenStores& stores, Settings& settings, TopBar& topBar, PaneStack& panes, QWidget* window);

    /// For the command palette: a view each, of every pane.
    [[nodiscard]] QList<QAction*> actions() const;

Q_SIGNALS:
    void paneWanted(int entry); ///< a view of another pane was chosen
    void notice(const QString& text);

private:
    struct StoredViews {
        std::vector<SavedView> views;
        QString cannotSave; ///< why the store cannot keep any, in words; empty: it can
    };
    [[nodiscard]] static Result<StoredViews> readStored(Store& store, const CancelToken& token);

    void showStore();
    void read();
    void adopt(const Result<StoredViews>& kept);
    void makeActions();
    void openMenu();
    void fillMenu();
    [[nodiscard]] std::vector<OfferedView> offered() const; ///< of all panes
    [[nodiscard]] std::vector<SavedView> localViews() const;
    void setLocalViews(const std::vector<SavedView>& views);
    /// Why a view would be kept by the settings, in words; empty: the store keeps it.
    [[nodiscard]] QString whyLocal() const;
    /// Why what is shown cannot be saved, in words; empty: it can.
    [[nodiscard]] QString cannotSave() const;

    void choose(const OfferedView& offered);
    void goOn();
    void apply(const SavedView& view);
    void askSave();
    void save(const OfferedView& wanted, const std::optional<SavedView>& instead);
    void remove(const OfferedView& offered);
    /// Does it to the store that is shown now, once the name of a production store was typed.
    void gated(const QString& deed, std::function<void(StoreController&)> act);
    void changed(const Result<void>& done, const QString& what);

    OpenStores& m_stores;
    Settings& m_settings;
    TopBar& m_topBar;
    PaneStack& m_panes;
    QWidget* m_window;
    SavedViewMenu* m_menu;
    QAction* m_open;
    QAction* m_save;
    QList<QAction*> m_actions;     ///< a view each
    ProductionConfirmation m_gate; ///< of the store that is shown
    RequestScope m_asker;
    QTimer m_soon;                      ///< the store has changed: it is asked again
    std::optional<StoredViews> m_kept;  ///< nothing: it has not answered yet
    std::optional<SavedView> m_pending; ///< its table is being opened
    bool m_isReading = false;
    bool m_readAgain = false;
    QString m_refused; ///< what the store said when it was to keep one and does not
    std::optional<OfferedView> m_removed;
    QHash<QByteArray, QByteArray> m_lastChosen; ///< names, by pane
};

} // namespace portolan
