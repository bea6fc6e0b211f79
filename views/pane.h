#pragma once

#include "models/format.h"
#include "models/inspection.h"
#include "storage/base/filter.h"

#include <QByteArray>
#include <QWidget>

namespace portolan {

class Channel;
class CheckDesk;
class OverviewDesk;
class StoreDesk;
class ReplayDesk;

/// One entry of the pane list, opened: shows one part of the store that it is given. A pane knows its models, and
/// nothing of windows, settings and receivers. GUI thread.
class Pane : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Where the rows come from; borrowed. Null: no store. Without a filter from then on.
    virtual void setChannel(Channel* channel) = 0;
    /// What puts dead letters of the store back; borrowed. Null: no store.
    virtual void setReplayDesk(ReplayDesk*) {}
    /// What verifies the store; borrowed. Null: no store.
    virtual void setCheckDesk(CheckDesk*) {}
    /// What changes checkpoints and settings of the store; borrowed. Null: no store.
    virtual void setStoreDesk(StoreDesk*) {}
    /// What keeps the store's figures; borrowed. Null: no store.
    virtual void setOverviewDesk(OverviewDesk*) {}
    virtual void refresh() = 0;    ///< the store may have changed
    virtual void refreshAll() = 0; ///< the operator asks (F5)
    virtual void setPaused(bool paused) = 0;
    virtual void setTimeDisplay(TimeDisplay display) = 0;

    /// A row of it can be chosen, and shown by the Inspector.
    [[nodiscard]] virtual bool hasRows() const { return true; }
    /// What the field `Filter` filters now; null when nothing.
    [[nodiscard]] virtual const FilterSchema* filterSchema() const = 0;
    virtual void setFilter(const Filter& filter) = 0;
    virtual void copyRows(bool withHeader) = 0;
    virtual void focusList() = 0;

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
    /// What was chosen leads to rows of another pane (its id in paneEntries()), filtered so.
    void paneWanted(const QString& id, const QString& filter);
    void notice(const QString& text);
};

} // namespace portolan
