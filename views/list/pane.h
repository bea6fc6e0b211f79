#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/series/series.h"
#include "views/list/panecontext.h"

#include <QByteArray>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

struct LetterChoice;

class ListFrame;
class ListingAdapter;

/// Rows of a pane that are in none of its ListFrames, as they are now.
struct FixedList {
    QString title; ///< as shown
    QString name;  ///< in English
    std::shared_ptr<const ListingAdapter> rows;
    qint64 count = 0;
    std::shared_ptr<const ListingAdapter> chosen; ///< the one chosen row; null: none
};

/// An opened entry of the pane list: shows one part of the store that it is given. A pane knows its models, but no
/// windows, settings or receivers. GUI thread.
class Pane : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Shows another store, or none, without a filter from then on.
    virtual void setContext(const PaneContext& context) = 0;
    /// Says what cannot be done in the store that is shown.
    virtual void setRefusals(const PaneRefusals&) {}
    virtual void refresh() = 0;    ///< the store may have changed
    virtual void refreshAll() = 0; ///< the operator asks (F5)
    virtual void setPaused(bool paused) = 0;
    virtual void setTimeDisplay(TimeDisplay display) = 0;
    /// Shows the window's time range, by what is not filtered by the field `Filter`: charts, timelines. Nothing: all.
    virtual void setTimes(std::optional<TimeRange>) {}

    /// Returns true when its rows can be chosen and shown in the Inspector.
    [[nodiscard]] virtual bool hasRows() const { return true; }
    /// Returns the columns that the field `Filter` filters now; null: none.
    [[nodiscard]] virtual const ColumnSet* filterSchema() const = 0;
    virtual void setFilter(const Filter& filter) = 0;
    /// Returns the filter in force, as typed, which the field shows after filterSchemaChanged().
    [[nodiscard]] virtual QString filterText() const { return {}; }
    /// Returns its lists, first the one with the focus, else the one that matters most. None: it shows something else.
    [[nodiscard]] virtual std::vector<ListFrame*> lists() const { return {}; }
    /// Returns the list that the field `Filter` filters; null: none.
    [[nodiscard]] ListFrame* filteredList() const;
    /// Returns other rows of the pane that can be written to a file; nothing: there are none.
    [[nodiscard]] virtual std::optional<FixedList> fixedList() const { return std::nullopt; }
    /// Returns the subject chosen in the pane, whose rows its filtered list shows (a table, by its path); empty: none,
    /// or it is still being opened.
    [[nodiscard]] virtual QByteArray subject() const { return {}; }
    /// Chooses another subject; filterSchemaChanged() tells when it is there.
    virtual void openSubject(const QByteArray&) {}
    virtual void copyRows(bool withHeader); ///< those selected in the first of lists()
    virtual void focusList() = 0;
    /// Follows a link: shows one of its lists, groups or tables (PanePlace::part) as a whole, whatever was chosen
    /// before, and gives it the focus. Returns false when it has yet to be read; filterSchemaChanged() tells when its
    /// rows can be filtered.
    virtual bool showPart(const QString&) {
        focusList();
        return true;
    }

    /// Returns true when the first answer is there: rows, the reason why there are none, or an error.
    [[nodiscard]] virtual bool isSettled() const = 0;
    [[nodiscard]] virtual int rowsShown() const = 0;

    [[nodiscard]] virtual QByteArray saveLayout() const = 0;
    virtual void restoreLayout(const QByteArray& layout) = 0;

Q_SIGNALS:
    void inspected(const portolan::Inspection& inspection);
    void inspectionFailed(const portolan::Error& error);
    void nothingInspected();
    void peekWanted(); ///< asks to see the chosen row, or to see it no longer
    void filterSchemaChanged();
    void narrowWanted(const QString& term); ///< asks for one more condition in the field `Filter`
    void clearFilterWanted();
    void pauseWanted();
    /// Asks for another pane (a PanePlace as text) with this filter, to which the chosen row leads.
    void paneWanted(const QString& place, const QString& filter);
    /// Asks for a bundle of these dead letters; `what` names them in words.
    void bundleWanted(const portolan::LetterChoice& choice, const QString& what);
    /// Asks for another store to be opened, and there for a pane with this filter; without a place as it opens.
    void storeWanted(const QString& url, const QString& place = {}, const QString& filter = {});
    void timesWanted(std::optional<portolan::TimeRange> times); ///< asks for these times in every pane; nothing: all
    void replayWanted(const QString& filter);                   ///< asks for a replay of these dead letters
    void alertsWanted();                                        ///< asks for the rules of the store's alerts
    void receiveWanted();                                       ///< asks for a source to receive from
    void notice(const QString& text);
};

} // namespace portolan
