#include "models/list/pagedmodel.h"

#include "models/list/rowdiff.h"
#include "storage/storeworker.h"

#include <QTimer>

namespace portolan {

namespace {

constexpr int blocksInMemory = 40;
constexpr int questionsAtOnce = 2;
constexpr std::size_t mostWanted = 8; ///< segments looked at before these have been scrolled past
constexpr int firstIndexedPages = 64;
constexpr int mostIndexedPages = 4096;
constexpr qint64 pageIndexMilliseconds = 100; ///< the query thread answers others in between
constexpr qint64 insertMilliseconds = 500;
constexpr int mostInserted = 200'000; ///< rows at once: a header keeps something for each, which takes time

} // namespace

PagedModel::PagedModel(std::shared_ptr<const ListingAdapter> listing, QObject* parent, int pageRows)
    : QAbstractTableModel(parent)
    , m_listing(std::move(listing)) {
    m_query.limit = pageRows;
    m_askSoon->setSingleShot(true);
    connect(m_askSoon, &QTimer::timeout, this, &PagedModel::askWanted);
    m_moves.setSingleShot(true);
    connect(&m_moves, &QTimer::timeout, this, &PagedModel::timeMoves);
}

PagedModel::~PagedModel() = default;

void PagedModel::setChannel(StoreWorker* channel) {
    m_channel = channel;
    reload();
}

void PagedModel::setQuery(const Filter& filter, const Sort& sort) {
    m_query.filter = filter;
    m_query.sort = sort;
    reload();
}

void PagedModel::reload() {
    m_asker.cancelPending();
    m_query.filter = measuredAt(m_query.filter, currentTime());
    m_moved.invalidate();
    m_moveMilliseconds = 0;
    startMoving();
    beginResetModel();
    m_segments.clear();
    m_wanted.clear();
    m_asked = 0;
    m_complete = false;
    m_allCounted = false;
    m_next = {};
    m_indexedPages = firstIndexedPages;
    m_pageIndexAsked = false;
    m_counted.clear();
    m_countedRows = 0;
    m_newest = {};
    m_newer = {};
    m_countWanted = false;
    m_counting = false;
    ++m_generation;
    m_waiting.clear();
    m_waitingRows = 0;
    m_outdated = false;
    m_error.reset();
    m_state = m_channel ? State::Loading : State::Empty;
    endResetModel();
    Q_EMIT stateChanged();
    Q_EMIT totalsChanged();
    Q_EMIT waitingChanged();
    if (m_channel)
        askFirst();
}

void PagedModel::setListing(std::shared_ptr<const ListingAdapter> listing, const Filter& filter) {
    m_textAsker.cancelPending(); // its questions are about the listing before
    m_listing = std::move(listing);
    m_query.filter = filter;
    reload();
}

void PagedModel::retry() {
    if (m_state != State::Data) {
        reload();
        return;
    }
    setState(State::Data);
    refreshAll();
    if (!m_complete)
        askPageIndex();
}

void PagedModel::refreshAll() {
    m_segments.markStale();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    refresh();
}

void PagedModel::refresh() {
    if (!m_channel)
        return;
    if (m_state == State::Loading) {
        m_newer.again = true; // the first screen may have been read before the change
        return;
    }
    if (m_state == State::Failed) {
        reload();
        return;
    }
    if (m_state == State::Empty) {
        m_newer.again = m_newer.isAsked;
        askFirst();
        return;
    }
    if (isWhole()) {
        askWhole();
        return;
    }
    if (!canGrow() && !m_listing->rowsChange()) {
        m_outdated = true;
        Q_EMIT waitingChanged();
        return;
    }
    if (m_listing->rowsChange())
        readAgain();
    if (!m_complete && m_counted.empty())
        askPageIndex();
    m_countWanted = true;
    countAgain();
    askNewer();
}

/// Has the rows read again that are looked at, and those near a growing end: a late commit inserts rows before the last
/// ones.
void PagedModel::readAgain() {
    m_segments.markStale();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    for (int at = 0; at < m_segments.size(); ++at) {
        if (m_segments.at(at).count == 0 && !m_segments.at(at).asked)
            want(m_segments.at(at)); // without rows, it is never looked at
    }
    int near = 0;
    for (int at = m_segments.size() - 1; m_complete && growsAtEnd() && at >= 0 && near < m_query.limit; --at) {
        near += m_segments.at(at).count;
        if (!m_segments.at(at).asked)
            want(m_segments.at(at));
    }
}

void PagedModel::setState(State state, std::optional<Error> error) {
    m_state = state;
    m_error = std::move(error);
    Q_EMIT stateChanged();
}

// The first screen, and the page index

void PagedModel::askFirst() {
    if (m_newer.isAsked)
        return;
    m_newer.isAsked = true;
    m_channel->ask(
        m_asker,
        [listing = m_listing, query = m_query, top = growsAtTop()](Store& store, const CancelToken& token) {
            return askHead(*listing, store, query, top, token);
        },
        this, [this](Result<ListHead> head) { adoptHead(std::move(head)); });
}

void PagedModel::adoptHead(Result<ListHead> head) {
    noteMoved();
    m_newer.isAsked = false;
    const bool again = std::exchange(m_newer.again, false);
    if (!head) {
        setState(State::Failed, head.error());
        return;
    }
    m_complete = head->complete;
    m_next = head->next;
    m_newest = head->newest;
    const int rows = rowsOf(head->segments);
    if (rows == 0) {
        setState(State::Empty);
        Q_EMIT totalsChanged();
        if (again)
            refresh();
        return;
    }
    // Views ask for cells inside endInsertRows(), so the data are in place before.
    for (Segment& segment : head->segments)
        segment.used = ++m_looks;
    beginInsertRows({}, 0, rows - 1);
    m_segments.append(std::move(head->segments));
    openEnd();
    m_state = State::Data;
    m_error.reset();
    endInsertRows();
    Q_EMIT stateChanged();
    Q_EMIT totalsChanged();
    m_sinceInsert.start();
    if (!m_complete)
        askPageIndex();
    if (again)
        refresh();
}

/// Gives the places after the last counted row to the last segment, unless rows there are asked for as newer.
void PagedModel::openEnd() {
    if (!m_complete || m_segments.isEmpty())
        return;
    Segment& last = m_segments.at(m_segments.size() - 1);
    if (growsAtEnd())
        last.end = m_next;
    else if (!last.reversed)
        last.end = {};
}

void PagedModel::askPageIndex() {
    if (std::exchange(m_pageIndexAsked, true))
        return;
    ListQuery query = m_query;
    query.after = m_next;
    struct Timed {
        PageIndex pageIndex;
        qint64 milliseconds;
    };
    m_channel->ask(
        m_asker,
        [listing = m_listing, query, pages = m_indexedPages](Store& store, const CancelToken& token) -> Result<Timed> {
            QElapsedTimer timer;
            timer.start();
            auto pageIndex = listing->pageIndex(store, query, pages, token);
            PORTOLAN_TRY(pageIndex);
            return Timed{std::move(*pageIndex), timer.elapsed()};
        },
        this,
        [this](Result<Timed> timed) {
            if (timed)
                adoptPageIndex(std::move(timed->pageIndex), timed->milliseconds);
            else
                adoptPageIndex(timed.error(), 0);
        });
}

void PagedModel::adoptPageIndex(Result<PageIndex> pageIndex, qint64 milliseconds) {
    m_pageIndexAsked = false;
    if (!pageIndex) {
        insertCounted();
        setState(m_state, pageIndex.error());
        return;
    }
    m_allCounted = pageIndex->complete || pageIndex->starts.empty();
    // After pages without rows it goes on where the last one with rows ended, so that those places are in a segment.
    const Segment& last = m_counted.empty() ? m_segments.at(m_segments.size() - 1) : m_counted.back();
    std::vector<Segment> found = segmentsOf(*pageIndex, last.end);
    m_next = pageIndex->starts.empty() ? m_next : pageIndex->next;
    for (Segment& segment : found) {
        m_countedRows += segment.count;
        m_counted.push_back(std::move(segment));
    }
    const qint64 ideal = m_indexedPages * pageIndexMilliseconds / std::max<qint64>(milliseconds, 1);
    m_indexedPages = static_cast<int>(std::clamp<qint64>(ideal, 1, std::min(mostIndexedPages, 4 * m_indexedPages)));
    // Every insertion costs the views something, so it makes a few big ones.
    if (m_allCounted || m_countedRows >= rowCount() / 2 || m_sinceInsert.elapsed() >= insertMilliseconds)
        insertCounted();
    if (!m_allCounted)
        askPageIndex();
}

void PagedModel::insertCounted() {
    auto past = m_counted.begin();
    int rows = 0;
    while (past != m_counted.end() && rows < mostInserted)
        rows += (past++)->count;
    if (rows > 0) {
        beginInsertRows({}, rowCount(), rowCount() + rows - 1);
        m_segments.append({std::make_move_iterator(m_counted.begin()), std::make_move_iterator(past)});
        m_counted.erase(m_counted.begin(), past);
        m_countedRows -= rows;
        endInsertRows();
    }
    m_sinceInsert.restart();
    m_complete = m_allCounted && m_counted.empty();
    openEnd();
    Q_EMIT totalsChanged();
    if (!m_counted.empty())
        QTimer::singleShot(0, this, &PagedModel::insertCounted); // the window gets its turn
    else if (m_complete && std::exchange(m_newer.again, false))
        askAgain();
    countAgain();
}

// Rows that are looked at

std::pair<const RowBlock*, int> PagedModel::look(int row) const {
    if (row < 0 || row >= m_segments.rowCount())
        return {nullptr, 0};
    const auto place = m_segments.find(row);
    Segment& segment = m_segments.at(place.segment);
    segment.used = ++m_looks;
    if ((!segment.block || segment.stale) && !segment.asked && !segment.failed)
        want(segment);
    return {segment.block ? &segment.block : nullptr, place.offset};
}

void PagedModel::want(const Segment& segment) const {
    std::erase(m_wanted, segment.id);
    m_wanted.push_back(segment.id);
    if (!m_askSoon->isActive())
        m_askSoon->start();
}

void PagedModel::askWanted() {
    if (m_wanted.size() > mostWanted)
        m_wanted.erase(m_wanted.begin(), m_wanted.end() - static_cast<std::ptrdiff_t>(mostWanted));
    while (m_channel && m_asked < questionsAtOnce && !m_wanted.empty()) {
        const quint64 id = m_wanted.back();
        m_wanted.pop_back();
        const int at = m_segments.indexOf(id);
        if (at < 0)
            continue;
        Segment& segment = m_segments.at(at);
        segment.asked = true;
        segment.stale = false; // a later change may be missing in the answer, and makes it stale again
        ++m_asked;
        Segment asked = segment;
        asked.block = {};
        m_channel->ask(
            m_asker,
            [listing = m_listing, query = m_query, asked](Store& store, const CancelToken& token) {
                return askRows(*listing, store, query, asked, RowExtent::Cells, token);
            },
            this, [this, id](Result<SegmentRows> found) { adoptRows(id, std::move(found)); });
    }
}

void PagedModel::adoptRows(quint64 id, Result<SegmentRows> found) {
    noteMoved();
    --m_asked;
    if (const int at = m_segments.indexOf(id); at >= 0) {
        m_segments.at(at).failed = !found;
        m_segments.at(at).stale = m_segments.at(at).stale || !found;
        if (found && found->rest)
            splitOff(at, *found->rest);
        if (found)
            reconcile(m_segments.indexOf(id),
                      found->rows); // while still asked: views that look in between ask for nothing
        if (const int now = m_segments.indexOf(id); now >= 0)
            m_segments.at(now).asked = false;
        trimBlocks();
        if (!found)
            setState(m_state, found.error());
    }
    askWanted();
}

/// Splits a segment: the places after `rest` become a segment of their own.
void PagedModel::splitOff(int at, const Cursor& rest) {
    Segment& segment = m_segments.at(at);
    Segment further{.start = rest, .end = std::exchange(segment.end, rest), .reversed = segment.reversed};
    const quint64 id = m_segments.insert(segment.reversed ? at : at + 1, std::move(further));
    want(m_segments.at(m_segments.indexOf(id)));
}

/// Drops the rows looked at longest ago, but not selected ones, which could not be told from others when read again.
void PagedModel::trimBlocks() {
    constexpr int mostKept = 1000;
    std::vector<int> kept;
    const QModelIndexList indexes = persistentIndexList();
    for (const QModelIndex& each : indexes.first(std::min<qsizetype>(indexes.size(), mostKept)))
        kept.push_back(m_segments.find(each.row()).segment);
    std::ranges::sort(kept);
    m_segments.trim(blocksInMemory, kept);
}

std::vector<QByteArray> PagedModel::identities(const RowBlock& rows) const {
    std::vector<QByteArray> names;
    names.reserve(static_cast<std::size_t>(rows.count));
    for (int i = 0; i < rows.count; ++i)
        names.push_back(m_listing->identity(rows, i));
    return names;
}

/// Gives a segment the rows that were read in its place, and tells the views which came, went and moved, so that
/// selected rows stay selected.
void PagedModel::reconcile(int at, const RowBlock& rows) {
    const RowBlock old = std::exchange(m_segments.at(at).block, {});
    const int count = m_segments.at(at).count;
    if (old && rows) {
        const RowDiff change = rowChange(identities(old), identities(rows));
        for (auto run = change.gone.rbegin(); run != change.gone.rend(); ++run)
            setRows(at, run->first, run->count, 0);
        if (!change.moved.empty())
            reorderRows(at, change.moved);
        for (const RowDiff::Run& run : change.come)
            setRows(at, run.first, 0, run.count);
    } else if (count != rows.count) {
        setRows(at, std::min(count, rows.count), std::max(0, count - rows.count), std::max(0, rows.count - count));
    }
    if (rows.count == 0) {
        m_segments.removeEmpty(at);
        if (rowCount() == 0)
            reload(); // questions and waiting rows belong to rows that are gone
        return;
    }
    m_segments.at(at).block = rows;
    const int first = m_segments.firstRow(at);
    Q_EMIT dataChanged(index(first, 0), index(first + rows.count - 1, columnCount() - 1));
}

/// Moves rows within a segment.
void PagedModel::reorderRows(int at, const std::vector<int>& places) {
    const int first = m_segments.firstRow(at);
    const int past = first + static_cast<int>(places.size());
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList was = persistentIndexList();
    QModelIndexList is;
    for (const QModelIndex& each : was) {
        const bool moves = each.row() >= first && each.row() < past;
        is << (moves ? index(first + places[static_cast<std::size_t>(each.row() - first)], each.column()) : each);
    }
    changePersistentIndexList(was, is);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

/// Reads a list of few rows again as a whole, whatever its sort.
void PagedModel::askWhole() {
    if (std::exchange(m_newer.isAsked, true)) {
        m_newer.again = true;
        return;
    }
    m_channel->ask(
        m_asker,
        [listing = m_listing, query = m_query](Store& store, const CancelToken& token) {
            return askHead(*listing, store, query, false, token);
        },
        this, [this](Result<ListHead> head) { adoptWhole(std::move(head)); });
}

void PagedModel::adoptWhole(Result<ListHead> head) {
    noteMoved();
    m_newer.isAsked = false;
    if (!head) {
        setState(m_state, head.error());
        return;
    }
    if (head->segments.empty() || !head->complete || !isWhole()) {
        reload(); // none are left, or they are no longer few
        return;
    }
    Segment& segment = m_segments.at(0);
    segment.end = head->next;
    segment.asked = true; // views that look in between ask for nothing
    segment.stale = false;
    m_next = head->next;
    reconcile(0, head->segments.front().block);
    m_segments.at(0).asked = false;
    if (m_error)
        setState(State::Data); // it works again
    if (std::exchange(m_newer.again, false))
        askAgain();
}

/// Replaces `was` rows of a segment by `is` rows, from its row `from` on.
void PagedModel::setRows(int at, int from, int was, int is) {
    const int first = m_segments.firstRow(at) + from;
    const int count = m_segments.at(at).count;
    if (was > 0) {
        beginRemoveRows({}, first, first + was - 1);
        m_segments.setCount(at, count - was);
        endRemoveRows();
    }
    if (is > 0) {
        beginInsertRows({}, first, first + is - 1);
        m_segments.setCount(at, count - was + is);
        endInsertRows();
    }
    Q_EMIT totalsChanged();
}

bool PagedModel::isLoaded(int row) const {
    return row >= 0 && row < rowCount() && m_segments.at(m_segments.find(row).segment).block;
}

int PagedModel::blocksHeld() const {
    int held = 0;
    for (int i = 0; i < m_segments.size(); ++i)
        held += m_segments.at(i).block ? 1 : 0;
    return held;
}

QByteArray PagedModel::identity(int row) const {
    const auto [block, offset] = look(row);
    return block ? m_listing->identity(*block, offset) : QByteArray();
}

} // namespace portolan
