// The part of PagedModel that grows: adds rows at its top or its end, at once or when the operator says so.

#include "models/list/pagedmodel.h"
#include "storage/storeworker.h"

#include <algorithm>

namespace portolan {

namespace {

/// Appends a counted segment to another of the same direction when both fit into one.
bool mergeInto(Segment& older, const Segment& newer, int most) {
    if (older.count + newer.count > most || !(older.end == newer.start))
        return false;
    older.count += newer.count;
    older.end = newer.end;
    older.block = {};
    return true;
}

} // namespace

void PagedModel::askNewer() {
    if (!growsAtTop() && !growsAtEnd())
        return; // rows come anywhere, and are found by counting and reading again
    if (!growsAtTop() && !m_complete) {
        m_newer.again = true; // the page index may still reach them, or be past them already
        return;
    }
    if (std::exchange(m_newer.isAsked, true)) {
        m_newer.again = true;
        return;
    }
    // Waiting rows may have changed places or gone, so a few of them are asked for again as a whole.
    constexpr int mostReplaced = 20;
    m_newer.replaces = !std::exchange(m_newer.continues, false) && m_listing->rowsChange() && !m_waiting.empty()
                       && m_waitingRows <= mostReplaced * m_query.limit;
    const Cursor& after = m_newer.replaces ? m_waiting.front().start : growsAtTop() ? m_newest : m_next;
    m_channel->ask(
        m_asker,
        [listing = m_listing, query = m_query, after](Store& store, const CancelToken& token) {
            return askTail(*listing, store, query, after, token);
        },
        this, [this](Result<ListTail> tail) { adoptNewer(std::move(tail)); });
}

/// Asks again for newer rows if that was wanted meanwhile; the list may have become whole since, or no longer be.
void PagedModel::askAgain() {
    if (isWhole())
        askWhole();
    else
        askNewer();
}

void PagedModel::adoptNewer(Result<ListTail> tail) {
    noteMoved();
    m_newer.isAsked = false;
    const bool replaces = std::exchange(m_newer.replaces, false);
    if (std::exchange(m_newer.isDropped, false)) {
        askAgain();
        return;
    }
    if (!tail) {
        setState(m_state, tail.error());
        return;
    }
    (growsAtTop() ? m_newest : m_next) = tail->next;
    m_newer.continues = tail->more;
    const bool waited = m_waitingRows > 0;
    if (replaces) {
        m_waiting.clear();
        m_waitingRows = 0;
    }
    if (m_held && growsAtTop()) {
        m_waitingRows += rowsOf(tail->segments);
        for (Segment& segment : tail->segments) {
            if (m_waiting.empty() || !mergeInto(m_waiting.back(), segment, m_query.limit))
                m_waiting.push_back(std::move(segment));
        }
        if (waited || m_waitingRows > 0)
            Q_EMIT waitingChanged();
    } else if (!tail->segments.empty()) {
        insertNewer(std::move(tail->segments));
    }
    if (m_error && m_state == State::Data)
        setState(State::Data); // it works again
    if (m_newer.continues)
        askNewer();
    else if (std::exchange(m_newer.again, false))
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
    m_newer.isDropped = m_newer.isDropped || m_newer.replaces; // its answer would bring the rows now shown again
    m_waitingRows = 0;
    std::vector<Segment> waiting = std::exchange(m_waiting, {});
    if (m_listing->rowsChange()) {
        for (Segment& segment : waiting)
            segment.stale = true;
        m_countWanted = true;
    }
    insertNewer(std::move(waiting));
    countAgain();
    Q_EMIT waitingChanged();
}

/// Inserts segments, given in ascending order; at the top they are reversed.
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
    endInsertRows();
    trimBlocks();
    Q_EMIT totalsChanged();
}

/// Adds new rows to the segment at the growing end when they fit, so that a trickle does not make a segment a row.
bool PagedModel::growInto(Segment& newer) {
    if (m_segments.isEmpty())
        return false;
    const bool top = growsAtTop();
    const int at = top ? 0 : m_segments.size() - 1;
    Segment& edge = m_segments.at(at);
    if (edge.reversed != top || edge.asked || edge.count + newer.count > m_query.limit || !(edge.end == newer.start))
        return false;
    if (!edge.block || !newer.block)
        return false; // the rows in memory must keep their places
    edge.end = newer.end;
    edge.stale = edge.stale || newer.stale;
    edge.block = top ? m_listing->joined(newer.block, edge.block) : m_listing->joined(edge.block, newer.block);
    m_segments.setCount(at, edge.count + newer.count);
    return true;
}

} // namespace portolan
