#include "models/pagedmodel.h"

#include "models/rowchange.h"
#include "storage/channel.h"

#include <QTimer>
#include <numeric>

namespace portolan {

namespace {

constexpr int blocksInMemory = 40;
constexpr int questionsAtOnce = 2;
constexpr std::size_t mostWanted = 8; ///< what was looked at before these has been scrolled past
constexpr int firstSkeletonPages = 64;
constexpr int mostSkeletonPages = 4096;
constexpr qint64 skeletonMilliseconds = 100; ///< the query thread answers others in between
constexpr qint64 insertMilliseconds = 500;
constexpr int mostInserted = 200'000; ///< rows at once: a header keeps something for each and takes its time

int rowsOf(const std::vector<Segment>& segments) {
    return std::accumulate(segments.begin(), segments.end(), 0,
                           [](int sum, const Segment& segment) { return sum + segment.count; });
}

/// Puts a counted segment behind another of the same direction, as one, when both fit.
bool mergeInto(Segment& older, const Segment& newer) {
    if (older.count + newer.count > segmentRows || !(older.end == newer.start))
        return false;
    older.count += newer.count;
    older.end = newer.end;
    older.block = {};
    return true;
}

} // namespace

PagedModel::PagedModel(std::shared_ptr<const RowListing> listing, QObject* parent)
    : QAbstractTableModel(parent)
    , m_listing(std::move(listing)) {
    m_moves.setSingleShot(true);
    connect(&m_moves, &QTimer::timeout, this, &PagedModel::timeMoves);
}

PagedModel::~PagedModel() = default;

void PagedModel::setChannel(Channel* channel) {
    m_channel = channel;
    reload();
}

void PagedModel::setQuery(const Filter& filter, const Sort& sort) {
    m_query.filter = filter;
    m_query.sort = sort;
    reload();
}

void PagedModel::reload() {
    m_asker.renew();
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
    m_skeletonPages = firstSkeletonPages;
    m_skeletonAsked = false;
    m_counted.clear();
    m_countedRows = 0;
    m_newest = {};
    m_newerAsked = false;
    m_newerAgain = false;
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

void PagedModel::setListing(std::shared_ptr<const RowListing> listing, const Filter& filter) {
    m_textAsker.renew(); // what was asked of rows is of the listing before
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
        askSkeleton();
}

void PagedModel::refreshAll() {
    m_segments.markStale();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    refresh();
}

void PagedModel::refresh() {
    if (!m_channel || m_state == State::Loading)
        return;
    if (m_state == State::Failed) {
        reload();
        return;
    }
    if (m_state == State::Empty) {
        askFirst();
        return;
    }
    if (isWhole()) {
        askWhole();
        return;
    }
    if (!canGrow()) {
        m_outdated = true;
        Q_EMIT waitingChanged();
        return;
    }
    if (m_listing->rowsChange()) {
        markAllStale();
        // A transaction that took its time comes in between the last rows; at the top that is where the operator looks.
        int near = 0;
        for (int at = m_segments.size() - 1; m_complete && !growsAtTop() && at >= 0 && near < segmentRows; --at) {
            near += m_segments.at(at).count;
            if (!m_segments.at(at).asked)
                want(m_segments.at(at));
        }
    }
    askNewer();
}

void PagedModel::setState(State state, std::optional<Error> error) {
    m_state = state;
    m_error = std::move(error);
    Q_EMIT stateChanged();
}

// The first screen, and where everything is

void PagedModel::askFirst() {
    if (m_newerAsked)
        return;
    m_newerAsked = true;
    m_channel->ask(
        m_asker,
        [listing = m_listing, query = m_query, top = growsAtTop()](Store& store, const CancelToken& token) {
            return askHead(*listing, store, query, top, token);
        },
        this, [this](Result<ListHead> head) { adoptHead(std::move(head)); });
}

void PagedModel::adoptHead(Result<ListHead> head) {
    noteMoved();
    m_newerAsked = false;
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
        return;
    }
    // Views ask for cells inside endInsertRows: by then this is a list with data.
    for (Segment& segment : head->segments)
        segment.used = ++m_looks;
    beginInsertRows({}, 0, rows - 1);
    m_segments.append(std::move(head->segments));
    m_state = State::Data;
    m_error.reset();
    endInsertRows();
    Q_EMIT stateChanged();
    Q_EMIT totalsChanged();
    m_sinceInsert.start();
    if (!m_complete)
        askSkeleton();
}

void PagedModel::askSkeleton() {
    if (std::exchange(m_skeletonAsked, true))
        return;
    ListQuery query = m_query;
    query.after = m_next;
    query.limit = segmentRows;
    struct Timed {
        Skeleton skeleton;
        qint64 milliseconds;
    };
    m_channel->ask(
        m_asker,
        [listing = m_listing, query, pages = m_skeletonPages](Store& store, const CancelToken& token) -> Result<Timed> {
            QElapsedTimer timer;
            timer.start();
            auto skeleton = listing->skeleton(store, query, pages, token);
            if (!skeleton)
                return skeleton.error();
            return Timed{std::move(*skeleton), timer.elapsed()};
        },
        this,
        [this](Result<Timed> timed) {
            if (timed)
                adoptSkeleton(std::move(timed->skeleton), timed->milliseconds);
            else
                adoptSkeleton(timed.error(), 0);
        });
}

void PagedModel::adoptSkeleton(Result<Skeleton> skeleton, qint64 milliseconds) {
    m_skeletonAsked = false;
    if (!skeleton) {
        insertCounted();
        setState(m_state, skeleton.error());
        return;
    }
    m_allCounted = skeleton->complete || skeleton->starts.empty();
    m_next = skeleton->starts.empty() ? m_next : skeleton->next;
    for (Segment& segment : segmentsOf(*skeleton, false)) {
        m_countedRows += segment.count;
        m_counted.push_back(std::move(segment));
    }
    const qint64 ideal = m_skeletonPages * skeletonMilliseconds / std::max<qint64>(milliseconds, 1);
    m_skeletonPages = static_cast<int>(std::clamp<qint64>(ideal, 1, std::min(mostSkeletonPages, 4 * m_skeletonPages)));
    // Every insertion costs the views: a few big ones.
    if (m_allCounted || m_countedRows >= rowCount() / 2 || m_sinceInsert.elapsed() >= insertMilliseconds)
        insertCounted();
    if (!m_allCounted)
        askSkeleton();
}

void PagedModel::insertCounted() {
    auto behind = m_counted.begin();
    int rows = 0;
    while (behind != m_counted.end() && rows < mostInserted)
        rows += (behind++)->count;
    if (rows > 0) {
        beginInsertRows({}, rowCount(), rowCount() + rows - 1);
        m_segments.append({std::make_move_iterator(m_counted.begin()), std::make_move_iterator(behind)});
        m_counted.erase(m_counted.begin(), behind);
        m_countedRows -= rows;
        endInsertRows();
    }
    m_sinceInsert.restart();
    m_complete = m_allCounted && m_counted.empty();
    Q_EMIT totalsChanged();
    if (!m_counted.empty())
        QTimer::singleShot(0, this, &PagedModel::insertCounted); // the window gets its turn
    else if (m_complete && std::exchange(m_newerAgain, false))
        askAgain();
}

// Rows that come

void PagedModel::askNewer() {
    if (!growsAtTop() && !m_complete) {
        m_newerAgain = true; // the skeleton may come to them, or have been past them already
        return;
    }
    if (std::exchange(m_newerAsked, true)) {
        m_newerAgain = true;
        return;
    }
    m_channel->ask(
        m_asker,
        [listing = m_listing, query = m_query, after = growsAtTop() ? m_newest : m_next](
            Store& store, const CancelToken& token) { return askTail(*listing, store, query, after, token); },
        this, [this](Result<ListTail> tail) { adoptNewer(std::move(tail)); });
}

/// What was asked meanwhile: the list may have become whole since, or no longer be.
void PagedModel::askAgain() {
    if (isWhole())
        askWhole();
    else
        askNewer();
}

void PagedModel::adoptNewer(Result<ListTail> tail) {
    noteMoved();
    m_newerAsked = false;
    if (!tail) {
        setState(m_state, tail.error());
        return;
    }
    (growsAtTop() ? m_newest : m_next) = tail->next;
    const bool again = std::exchange(m_newerAgain, false) || tail->more;
    if (!tail->segments.empty() && m_held && growsAtTop()) {
        m_waitingRows += rowsOf(tail->segments);
        for (Segment& segment : tail->segments) {
            if (m_waiting.empty() || !mergeInto(m_waiting.back(), segment))
                m_waiting.push_back(std::move(segment));
        }
        Q_EMIT waitingChanged();
    } else if (!tail->segments.empty()) {
        insertNewer(std::move(tail->segments));
    }
    if (m_error && m_state == State::Data)
        setState(State::Data); // it works again
    if (again)
        askAgain();
}

void PagedModel::setHeld(bool held) {
    m_held = held;
    if (!held)
        showWaiting();
}

void PagedModel::showWaiting() {
    if (m_outdated) {
        reload();
        return;
    }
    if (m_waiting.empty())
        return;
    m_waitingRows = 0;
    insertNewer(std::exchange(m_waiting, {}));
    Q_EMIT waitingChanged();
}

/// `segments` in ascending order. At the top they stand reversed.
void PagedModel::insertNewer(std::vector<Segment> segments) {
    const int rows = rowsOf(segments);
    const bool top = growsAtTop();
    for (Segment& segment : segments) {
        segment.used = ++m_looks;
        segment.reversed = top;
        if (top && segment.block)
            segment.block = m_listing->reversed(segment.block);
    }
    const int at = top ? 0 : rowCount();
    beginInsertRows({}, at, at + rows - 1);
    if (growInto(segments.front()))
        segments.erase(segments.begin());
    if (top) {
        std::reverse(segments.begin(), segments.end());
        m_segments.prepend(std::move(segments));
    } else {
        m_segments.append(std::move(segments));
    }
    m_segments.trim(blocksInMemory);
    endInsertRows();
    Q_EMIT totalsChanged();
}

/// Lets the segment at the growing end take the new rows in, when they fit: a trickle makes no segment a row.
bool PagedModel::growInto(Segment& newer) {
    if (m_segments.isEmpty())
        return false;
    const bool top = growsAtTop();
    const int at = top ? 0 : m_segments.size() - 1;
    Segment& edge = m_segments.at(at);
    if (edge.reversed != top || edge.asked || edge.count + newer.count > segmentRows || !(edge.end == newer.start))
        return false;
    if (!edge.block || !newer.block)
        return false; // the rows that are there must stay there
    edge.end = newer.end;
    edge.block = top ? m_listing->joined(newer.block, edge.block) : m_listing->joined(edge.block, newer.block);
    m_segments.setCount(at, edge.count + newer.count);
    return true;
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
    if (std::exchange(m_askQueued, true))
        return;
    auto* self = const_cast<PagedModel*>(this); // looking is const, asking is what it leads to, a turn later
    QMetaObject::invokeMethod(
        self, [self] { self->askWanted(); }, Qt::QueuedConnection);
}

void PagedModel::askWanted() {
    m_askQueued = false;
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
        segment.stale = false; // what changes from here on may be missing in the answer, and makes it stale again
        ++m_asked;
        Segment asked = segment;
        asked.block = {};
        if (m_complete && !asked.reversed && growsAtTop() && at == m_segments.size() - 1)
            asked.end = {}; // old rows that match now come in at the end
        if (m_complete && !canGrow() && at == m_segments.size() - 1 && leastAge(m_query.filter))
            asked.end = {}; // rows that match by now, whatever the list goes by
        m_channel->ask(
            m_asker,
            [listing = m_listing, query = m_query, asked](Store& store, const CancelToken& token) {
                return askRows(*listing, store, query, asked, RowExtent::Cells, token);
            },
            this, [this, id](Result<RowBlock> rows) { adoptRows(id, std::move(rows)); });
    }
}

void PagedModel::adoptRows(quint64 id, Result<RowBlock> rows) {
    noteMoved();
    --m_asked;
    if (const int at = m_segments.indexOf(id); at >= 0) {
        m_segments.at(at).failed = !rows;
        m_segments.at(at).stale = m_segments.at(at).stale || !rows;
        if (rows)
            reconcile(at, *rows); // while still asked: views that look in between ask for nothing
        if (const int now = m_segments.indexOf(id); now >= 0)
            m_segments.at(now).asked = false;
        m_segments.trim(blocksInMemory);
        if (!rows)
            setState(m_state, rows.error());
    }
    askWanted();
}

std::vector<QByteArray> PagedModel::identities(const RowBlock& rows) const {
    std::vector<QByteArray> names;
    names.reserve(static_cast<std::size_t>(rows.count));
    for (int i = 0; i < rows.count; ++i)
        names.push_back(m_listing->identity(rows, i));
    return names;
}

/// Brings a segment to the rows that were found where it stands, telling the views what came, went and moved: what is
/// selected stays selected.
void PagedModel::reconcile(int at, const RowBlock& rows) {
    const RowBlock old = std::exchange(m_segments.at(at).block, {});
    const int count = m_segments.at(at).count;
    if (old && rows) {
        const RowChange change = rowChange(identities(old), identities(rows));
        for (auto run = change.gone.rbegin(); run != change.gone.rend(); ++run)
            setRows(at, run->first, run->count, 0);
        if (!change.moved.empty())
            reorderRows(at, change.moved);
        for (const RowChange::Run& run : change.come)
            setRows(at, run.first, 0, run.count);
    } else if (count != rows.count) {
        setRows(at, std::min(count, rows.count), std::max(0, count - rows.count), std::max(0, rows.count - count));
    }
    if (rows.count == 0) {
        m_segments.removeEmpty(at);
        if (rowCount() == 0) {
            m_segments.clear();
            setState(State::Empty);
        }
        return;
    }
    m_segments.at(at).block = rows;
    const int first = m_segments.firstRow(at);
    Q_EMIT dataChanged(index(first, 0), index(first + rows.count - 1, columnCount() - 1));
}

/// Rows of a segment change places among themselves.
void PagedModel::reorderRows(int at, const std::vector<int>& places) {
    const int first = m_segments.firstRow(at);
    const int behind = first + static_cast<int>(places.size());
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList was = persistentIndexList();
    QModelIndexList is;
    for (const QModelIndex& each : was) {
        const bool moves = each.row() >= first && each.row() < behind;
        is << (moves ? index(first + places[static_cast<std::size_t>(each.row() - first)], each.column()) : each);
    }
    changePersistentIndexList(was, is);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

/// A list of few rows is read anew as a whole, whatever its sort.
void PagedModel::askWhole() {
    if (std::exchange(m_newerAsked, true)) {
        m_newerAgain = true;
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
    m_newerAsked = false;
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
    if (std::exchange(m_newerAgain, false))
        askAgain();
}

/// Replaces `was` rows of a segment by `is` rows, `from` its row `from` on.
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
