#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"
#include "storage/listing/filter.h"

#include <QByteArray>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

struct LetterChoice;

class AlertMonitor;
class StoreWorker;
class CheckController;
class ListFrame;
class OverviewPoller;
class StoreController;
class ReplayController;
class ListingAdapter;

/// Rows of a pane that are in none of its ListFrames, as they are now.
struct FixedList {
    QString title; ///< as it is shown
    QString name;  ///< the same in English
    std::shared_ptr<const ListingAdapter> rows;
    qint64 count = 0;
    std::shared_ptr<const ListingAdapter> chosen; ///< the one row that is chosen; null: none is
};

/// An entry of the pane list, opened: shows one part of the store that it is given. A pane knows its models, and
/// nothing of windows, settings and receivers. GUI thread.
class Pane : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Sets where the rows come from; borrowed. Null: no store. Without a filter from then on.
    virtual void setChannel(StoreWorker* channel) = 0;
    /// Sets what puts dead letters of the store back; borrowed. Null: no store.
    virtual void setReplayDesk(ReplayController*) {}
    /// Why nothing can be put back in this store, in words; empty: it can.
    virtual void setCannotReplay(const QString&) {}
    /// Why nothing can be stored in this store, in words; empty: it can.
    virtual void setCannotReceive(const QString&) {}
    /// Sets what verifies the store; borrowed. Null: no store.
    virtual void setCheckDesk(CheckController*) {}
    /// Sets what looks at the store's alerts; borrowed. Null: no store.
    virtual void setAlertDesk(AlertMonitor*) {}
    /// Sets what changes checkpoints and settings of the store; borrowed. Null: no store.
    virtual void setStoreDesk(StoreController*) {}
    /// Sets what keeps the store's figures; borrowed. Null: no store.
    virtual void setOverviewDesk(OverviewPoller*) {}
    virtual void refresh() = 0;    ///< the store may have changed
    virtual void refreshAll() = 0; ///< the operator asks (F5)
    virtual void setPaused(bool paused) = 0;
    virtual void setTimeDisplay(TimeDisplay display) = 0;

    /// A row of it can be chosen, and shown by the Inspector.
    [[nodiscard]] virtual bool hasRows() const { return true; }
    /// Returns what the field `Filter` filters now; null when nothing.
    [[nodiscard]] virtual const ColumnSet* filterSchema() const = 0;
    virtual void setFilter(const Filter& filter) = 0;
    /// Returns what the field says when filterSchemaChanged() comes: the filter of what is filtered now, as typed.
    [[nodiscard]] virtual QString filterText() const { return {}; }
    /// Its lists, that of the focus first, else the one that matters most. None: it shows something else.
    [[nodiscard]] virtual std::vector<ListFrame*> lists() const { return {}; }
    /// Returns what else of the pane can be written to a file; nothing where there is no such thing, or it is empty.
    [[nodiscard]] virtual std::optional<FixedList> fixedList() const { return std::nullopt; }
    /// Returns what was chosen in the pane and makes its filtered list another one (a table, by its path); empty:
    /// nothing, or it is still being opened.
    [[nodiscard]] virtual QByteArray subject() const { return {}; }
    /// Chooses another; filterSchemaChanged() tells when it is there.
    virtual void openSubject(const QByteArray&) {}
    virtual void copyRows(bool withHeader); ///< those selected in the first of lists()
    virtual void focusList() = 0;
    /// A link leads here: shows, and gives the focus to, one of its lists, groups or tables (PanePlace::part) as a
    /// whole, whatever was chosen before. False: it has yet to be read; filterSchemaChanged() tells when its rows can
    /// be filtered.
    virtual bool showPart(const QString&) {
        focusList();
        return true;
    }

    /// The first answer is there: rows, the reason why there are none, or an error.
    [[nodiscard]] virtual bool isSettled() const = 0;
    [[nodiscard]] virtual int rowsShown() const = 0;

    [[nodiscard]] virtual QByteArray saveLayout() const = 0;
    virtual void restoreLayout(const QByteArray& layout) = 0;

Q_SIGNALS:
    void inspected(const portolan::Inspection& inspection);
    void inspectionFailed(const portolan::Error& error);
    void nothingInspected();
    void filterSchemaChanged();
    void clearFilterWanted();
    void pauseWanted();
    /// Asks for the rows of another pane (a PanePlace as text) that the choice leads to, filtered so.
    void paneWanted(const QString& place, const QString& filter);
    /// These dead letters are to be taken home; `what` says which, in words.
    void bundleWanted(const portolan::LetterChoice& choice, const QString& what);
    void alertsWanted(); ///< the rules of the store's alerts are to be shown
    void notice(const QString& text);
};

} // namespace portolan
