#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"
#include "models/list/panes.h"
#include "storage/base/result.h"
#include "storage/series/series.h"
#include "views/list/panecontext.h"

#include <QStackedWidget>
#include <QVariantMap>
#include <optional>
#include <vector>

namespace portolan {

struct LetterChoice;

class Pane;
class PaneControls;

/// The panes of the pane list, one of them shown. Only that one asks the store; another one catches up when it is
/// shown, and is made then, the first one with a store. Each keeps its filter. Entries count as paneEntries(). GUI
/// thread.
class PaneStack : public QStackedWidget {
    Q_OBJECT
public:
    explicit PaneStack(QWidget* parent = nullptr);

    /// Shows another store, or none. Forgets the filters of the store before.
    void setContext(const PaneContext& context);
    void setRefusals(const PaneRefusals& refusals); ///< of the same store
    /// Shows another pane; `filterText` is what stands in the field for the one that was shown.
    void show(int entry, const QString& filterText);
    [[nodiscard]] int entry() const { return m_entry; }
    [[nodiscard]] Pane* pane() { return paneOf(m_entry); } ///< the one that is shown
    [[nodiscard]] QString filterText() const;              ///< of the one that is shown, as show() kept it

    /// Returns the actions of the pane that is shown: its own, and its buttons.
    [[nodiscard]] QList<QAction*> actionsInForce();
    /// Lets the actions of the pane that is shown rest, for this reason; empty: no longer.
    void setResting(const QString& why);

    void refresh();    ///< the store may have changed
    void refreshAll(); ///< the operator asks (F5)
    void setPaused(bool paused);
    void setTimeDisplay(TimeDisplay display);
    void setTimes(std::optional<TimeRange> times); ///< as Pane::setTimes(), also of panes that are made later

    /// Returns the arrangement of each pane, by its id.
    [[nodiscard]] QVariantMap saveLayouts() const;
    void restoreLayouts(const QVariantMap& layouts);

Q_SIGNALS:
    // Of the pane that is shown.
    void inspected(const portolan::Inspection& inspection);
    void inspectionFailed(const portolan::Error& error);
    void nothingInspected();
    void peekWanted();
    void narrowWanted(const QString& term);
    void controlsMade(const QList<QAction*>& actions); ///< of a pane that was just made
    void filterSchemaChanged();
    void clearFilterWanted();
    void pauseWanted();
    // Of any.
    void paneWanted(const QString& place, const QString& filter);
    void bundleWanted(const portolan::LetterChoice& choice, const QString& what);
    void storeWanted(const QString& url, const QString& place, const QString& filter);
    void timesWanted(std::optional<portolan::TimeRange> times);
    void replayWanted(const QString& filter);
    void alertsWanted();
    void receiveWanted();
    void notice(const QString& text);

private:
    struct PaneSlot {
        Pane* pane = nullptr;     ///< null: not made yet, or not there
        QWidget* frame = nullptr; ///< that scrolls it
        PaneControls* controls = nullptr;
        bool hasStore = false; ///< it has been given m_context
        bool stale = false;    ///< the store changed while it was not shown
        QString filterText = {};
        std::optional<Inspection> inspected = {}; ///< of the row that is chosen in it
    };
    /// `visit(Pane&)` for every pane that was made.
    template <class Visit>
    void forEach(Visit visit) const {
        for (const PaneSlot& slot : m_panes) {
            if (slot.pane)
                visit(*slot.pane);
        }
    }
    Pane* paneOf(int entry); ///< null: this version has none
    void make(int entry);
    void wire(Pane* pane);
    void offerToFill(const Pane& pane) const;
    void keepInspected(const Pane* pane, const Inspection* inspection);
    void catchUp();
    [[nodiscard]] PaneSlot& shown() { return m_panes[static_cast<std::size_t>(m_entry)]; }

    PaneContext m_context;
    PaneRefusals m_refusals;
    bool m_paused = false;
    TimeDisplay m_times = TimeDisplay::Local;
    std::optional<TimeRange> m_range;
    QVariantMap m_layouts;
    std::vector<PaneSlot> m_panes; ///< by entry
    int m_entry = 0;
};

} // namespace portolan
