#pragma once

#include "models/list/clipboardtext.h"
#include "models/list/format.h"
#include "models/list/listingadapter.h"
#include "models/list/pagequeries.h"
#include "models/list/segments.h"
#include "storage/base/worker.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QTimer>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

namespace portolan {

class StoreWorker;
struct RowChoice;

/// Rows of a list as runs: first and last.
using RowRuns = std::vector<std::pair<int, int>>;

/// A listing as a table, of any length: it knows where pages begin (segments), holds the rows of a few dozen of them,
/// and asks for the others when they are looked at. GUI thread; never waits.
///
/// A filter that measures times from the moment of the question is asked again as time passes, at a pace that goes by
/// its least time span and by what the question costs.
///
/// A newest-first list in the listing's own order grows at its top and an oldest-first one at its end, without moving
/// what is there; in other sorts it becomes outdated(), unless its rows change: then it is read again in place.
/// Rows that go, come back or change places anywhere are found by counting again, little by little, in memory or not: a
/// row is never in two places for long. Cells that are not in memory read "…" and change when their rows come.
class PagedModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum class State { Loading, Empty, Failed, Data };
    enum Role {
        TimestampRole = Qt::UserRole, ///< Timestamp in microseconds as qint64, for time columns
        LoadingRole,                  ///< true: the row is not in memory yet
        FiguresRole,                  ///< Figures, for columns of kind Spark
        TrendRole,                    ///< std::vector<double>, for columns of kind Trend
        OutlineRole,                  ///< OutlinePlace, for columns of kind Outline
    };

    /// `pageRows`: the number of rows read at once.
    explicit PagedModel(std::shared_ptr<const ListingAdapter> listing, QObject* parent = nullptr,
                        int pageRows = ListQuery().limit);
    ~PagedModel() override;

    /// Sets where the rows come from; borrowed. Null: nowhere, and the list is empty.
    void setChannel(StoreWorker* channel);
    /// Reads the list with this filter and sort from its beginning; drops what was asked before.
    void setQuery(const Filter& filter, const Sort& sort);
    void reload();
    /// Shows another listing with the same columns, filtered.
    void setListing(std::shared_ptr<const ListingAdapter> listing, const Filter& filter);
    /// Asks for newer rows and, where rows can change, for those in memory again: the store may have changed.
    void refresh();
    /// The same, and reads those in memory again in any case: the operator asks.
    void refreshAll();
    /// Asks again after an error.
    void retry();

    /// Keeps newer rows waiting instead of showing them (the operator has scrolled or selected).
    void setHeld(bool held);
    [[nodiscard]] int waitingRows() const { return m_waitingRows; }
    [[nodiscard]] bool outdated() const { return m_outdated; } ///< changed, in a sort that cannot grow
    void showWaiting();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isSettled() const { return m_state != State::Loading; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; } ///< in State::Data too
    [[nodiscard]] bool isComplete() const { return m_complete; }                ///< rowCount() is the list's length
    [[nodiscard]] const Filter& filter() const { return m_query.filter; }
    [[nodiscard]] const Sort& sorting() const { return m_query.sort; }
    [[nodiscard]] bool newestFirst() const { return m_query.sort.column.isEmpty() && m_query.sort.descending; }
    [[nodiscard]] const ListingAdapter& listing() const { return *m_listing; }
    [[nodiscard]] const std::shared_ptr<const ListingAdapter>& sharedListing() const { return m_listing; }

    void setTimeDisplay(TimeDisplay display);
    [[nodiscard]] TimeDisplay timeDisplay() const { return m_timeDisplay; }

    /// Asks for the text of whole rows, read from the store so that nothing is cut; `reply` on the GUI thread.
    void askText(const RowRuns& runs, RowsTextFormat format, QObject* context,
                 std::function<void(Result<QByteArray>)> reply);

    /// Gives these rows to be read elsewhere; `reply` on the GUI thread, at once where rows keep their places.
    void askChoice(const RowRuns& runs, QObject* context, std::function<void(Result<RowChoice>)> reply);

    /// Asks for the identities of these rows, in memory or not.
    void askIdentities(const RowRuns& runs, QObject* context,
                       std::function<void(Result<std::vector<QByteArray>>)> reply);

    [[nodiscard]] bool isLoaded(int row) const;
    [[nodiscard]] int blocksHeld() const;             ///< for memory figures
    [[nodiscard]] QByteArray identity(int row) const; ///< empty when not in memory

    /// Returns the block and the row within it; null when it is not in memory, and asks for it.
    [[nodiscard]] std::pair<const RowBlock*, int> blockAt(int row) const { return look(row); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void stateChanged();   ///< state, error
    void totalsChanged();  ///< rowCount, isComplete
    void waitingChanged(); ///< waitingRows, outdated

protected:
    [[nodiscard]] std::pair<const RowBlock*, int> look(int row) const;

private:
    [[nodiscard]] std::vector<RowPiece> piecesOf(const RowRuns& runs,
                                                 int most = std::numeric_limits<int>::max() - 1) const;
    void timeMoves();
    void startMoving();
    void noteMoved();
    void askFirst();
    void adoptHead(Result<ListHead> head);
    void askPageIndex();
    void adoptPageIndex(Result<PageIndex> pageIndex, qint64 milliseconds);
    void insertCounted();
    void readAgain();
    void askNewer();
    void askAgain();
    void adoptNewer(Result<ListTail> tail);
    void insertNewer(std::vector<Segment> segments);
    bool growInto(Segment& newer);
    void want(const Segment& segment) const;
    void askWanted();
    void adoptRows(quint64 segment, Result<SegmentRows> found);
    void splitOff(int segment, const Cursor& rest);
    void reconcile(int segment, const RowBlock& rows);
    void openEnd();
    void trimBlocks();
    void setRows(int segment, int from, int was, int is);
    void reorderRows(int segment, const std::vector<int>& places);
    void countAgain();
    void askCounts(int from);
    void adoptCounts(Result<ListCount> count, int from);
    void endCount();
    void adoptCount(const Segment& was, int count);
    void askWhole();
    void adoptWhole(Result<ListHead> head);
    [[nodiscard]] std::vector<QByteArray> identities(const RowBlock& rows) const;
    void setState(State state, std::optional<Error> error = {});
    [[nodiscard]] bool growsAtTop() const { return newestFirst() && !m_listing->rowsAreFew(); }
    [[nodiscard]] bool canGrow() const { return m_query.sort.column.isEmpty(); }
    /// Returns true when newer rows come after the last one of the list.
    [[nodiscard]] bool growsAtEnd() const { return canGrow() && !newestFirst(); }
    /// Returns true when all rows are in one segment and are read as a whole.
    [[nodiscard]] bool isWhole() const { return m_listing->rowsAreFew() && m_complete && m_segments.size() == 1; }
    [[nodiscard]] QVariant cell(const Value& value, const ModelColumn& column, int role) const;

    std::shared_ptr<const ListingAdapter> m_listing;
    StoreWorker* m_channel = nullptr;
    ListQuery m_query;
    TimeDisplay m_timeDisplay = TimeDisplay::Utc;

    RequestScope m_asker; ///< the list as a whole: a new one for every change of the query
    RequestScope m_textAsker;
    State m_state = State::Empty;
    std::optional<Error> m_error;

    mutable SegmentList m_segments;
    mutable std::vector<quint64> m_wanted; ///< segments looked at and not in memory, latest last
    mutable quint64 m_looks = 0;
    QTimer* const m_askSoon = new QTimer(this); ///< looking is const; its question is asked a turn later
    int m_asked = 0;

    bool m_complete = false;
    bool m_allCounted = false; ///< the page index is complete, though not all of it is inserted
    Cursor m_next;             ///< the place up to which pages are counted; when complete, after the last row
    int m_indexedPages = 0;    ///< the pages counted by one question, about a tenth of a second
    bool m_pageIndexAsked = false;
    std::vector<Segment> m_counted; ///< not inserted yet
    int m_countedRows = 0;
    QElapsedTimer m_sinceInsert;

    Cursor m_newest; ///< the place of the newest row that is shown or waits
    /// The question for newer rows.
    struct NewerQuestion {
        bool isAsked = false;
        bool again = false;     ///< it is to be asked once more after the answer
        bool replaces = false;  ///< the answer takes the place of the waiting rows
        bool continues = false; ///< there were more rows than one answer has
        bool isDropped = false; ///< the answer is void, and is to be asked for again
    };
    NewerQuestion m_newer;
    bool m_held = false;
    std::vector<Segment> m_waiting; ///< counted, not shown; oldest first
    int m_waitingRows = 0;
    bool m_outdated = false;

    // The list is counted again after a change; see pagedmodelcounts.cpp.
    bool m_countWanted = false;
    bool m_counting = false;  ///< or resting from it
    quint64 m_generation = 0; ///< of the list: each reload() begins another
    QElapsedTimer m_sinceCount;
    QTimer m_moves;        ///< until a filter with a relative time is asked again
    QElapsedTimer m_moved; ///< since it was asked again, until the answer comes
    qint64 m_moveMilliseconds = 0;
};

} // namespace portolan

Q_DECLARE_METATYPE(portolan::Figures)
Q_DECLARE_METATYPE(portolan::OutlinePlace)
