#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"
#include "models/list/panes.h"
#include "storage/base/result.h"

#include <QStackedWidget>
#include <QVariantMap>
#include <vector>

namespace portolan {

struct LetterChoice;

class AlertMonitor;
class StoreWorker;
class CheckController;
class OverviewPoller;
class StoreController;
class Pane;
class ReplayController;

/// The panes of the pane list, one of them shown. Only that one asks the store; another one catches up when it is
/// shown, and is made then, the first one with a store. Each keeps its filter. Entries count as paneEntries(). GUI
/// thread.
class PaneStack : public QStackedWidget {
    Q_OBJECT
public:
    explicit PaneStack(QWidget* parent = nullptr);

    /// Sets where rows come from; borrowed. Null: no store. Forgets the filters of the store before.
    void setChannel(StoreWorker* channel);
    void setReplayDesk(ReplayController* desk);
    void setCannotReplay(const QString& reason); ///< of the same store; borrowed
    void setCannotReceive(const QString& reason);
    void setCheckDesk(CheckController* desk); ///< the same
    void setAlertDesk(AlertMonitor* desk);    ///< the same
    void setStoreDesk(StoreController* desk); ///< the same
    void setOverviewDesk(OverviewPoller* desk);
    /// Shows another pane; `filterText` is what stands in the field for the one that was shown.
    void show(int entry, const QString& filterText);
    [[nodiscard]] int entry() const { return m_entry; }
    [[nodiscard]] Pane* pane() { return paneOf(m_entry); } ///< the one that is shown
    [[nodiscard]] QString filterText() const;              ///< of the one that is shown, as show() kept it

    void refresh();    ///< the store may have changed
    void refreshAll(); ///< the operator asks (F5)
    void setPaused(bool paused);
    void setTimeDisplay(TimeDisplay display);

    /// Returns the arrangement of each pane, by its id.
    [[nodiscard]] QVariantMap saveLayouts() const;
    void restoreLayouts(const QVariantMap& layouts);

Q_SIGNALS:
    // Of the pane that is shown.
    void inspected(const portolan::Inspection& inspection);
    void inspectionFailed(const portolan::Error& error);
    void nothingInspected();
    void filterSchemaChanged();
    void clearFilterWanted();
    void pauseWanted();
    // Of any.
    void paneWanted(const QString& place, const QString& filter);
    void bundleWanted(const portolan::LetterChoice& choice, const QString& what);
    void alertsWanted();
    void notice(const QString& text);

private:
    struct Kept {
        Pane* pane = nullptr;           ///< null: not made yet, or not there
        StoreWorker* channel = nullptr; ///< what it has been given
        bool stale = false;             ///< the store changed while it was not shown
        QString filterText = {};
    };
    /// The values that each pane is told, one that is made later, too.
    struct Told {
        ReplayController* replays = nullptr;
        QString cannotReplay = {};
        QString cannotReceive = {};
        CheckController* checks = nullptr;
        AlertMonitor* alerts = nullptr;
        StoreController* store = nullptr;
        OverviewPoller* overview = nullptr;
        bool paused = false;
        TimeDisplay times = TimeDisplay::Local;
        QVariantMap layouts = {};
    };
    /// `visit(Pane&)` for every pane that was made.
    template <class Visit>
    void forEach(Visit visit) const {
        for (const Kept& kept : m_panes) {
            if (kept.pane)
                visit(*kept.pane);
        }
    }
    Pane* paneOf(int entry); ///< null: this version has none
    void make(int entry);
    void wire(Pane* pane);
    void catchUp();
    [[nodiscard]] Kept& shown() { return m_panes[static_cast<std::size_t>(m_entry)]; }

    Told m_told;
    std::vector<Kept> m_panes; ///< by entry
    StoreWorker* m_channel = nullptr;
    int m_entry = 0;
};

} // namespace portolan
