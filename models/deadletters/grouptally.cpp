#include "models/deadletters/grouptally.h"

#include "storage/deadletters/groupscan.h"
#include "storage/listing/memorylisting.h"
#include "storage/store.h"

#include <algorithm>
#include <functional>
#include <map>

namespace portolan {

namespace {

using namespace std::chrono;
using hours_t = std::chrono::hours;

constexpr milliseconds firstPatience{150};
constexpr int restFactor = 4;   ///< counting again takes a fifth of the time at most
constexpr int sharesOfAge = 20; ///< a filter that moves with time is asked so often within its least age

Error noPorts(const Store& store) {
    return {ErrorCode::Unsupported, store.missing(Feature::DeadLetters).value_or(QString())};
}

} // namespace

/// Counts the letters that the filter takes, by their groups.
struct GroupTally::Pass {
    struct Sum {
        qint64 count = 0;
        std::optional<Timestamp> first;
        std::optional<Timestamp> last;
        HourCounts hours{};
        void add(const std::optional<Timestamp>& time, Timestamp at);
    };
    quint64 mark = 0; ///< of the store when it began
    bool isOfExactGroups = false;
    steady_clock::time_point begun = steady_clock::now();
    Timestamp now = currentTime();
    ListQuery query{};
    qint64 letters = 0;
    std::map<QByteArray, Sum> sums;
};

void GroupTally::Pass::Sum::add(const std::optional<Timestamp>& time, Timestamp at) {
    ++count;
    if (!time)
        return;
    first = first ? std::min(*first, *time) : *time;
    last = last ? std::max(*last, *time) : *time;
    const auto ago = floor<hours_t>(at) - floor<hours_t>(*time);
    if (ago.count() >= 0 && ago.count() < std::ssize(hours))
        ++hours[hours.size() - 1 - static_cast<std::size_t>(ago.count())];
}

/// The groups in the order in which they are shown, whichever sort is asked for.
class GroupTally::Rows final : public RowSource<DeadLetterGroup> {
public:
    explicit Rows(GroupTally& tally) : m_tally(tally) {}
    void setStore(Store* store) { m_store = store; }

    Result<Page<DeadLetterGroup>> page(const ListQuery& query, const CancelToken& token) override {
        const auto rows = inOrder(query, token);
        if (!rows)
            return rows.error();
        const qint64 from = placeOf(query.after);
        const qint64 until = std::min<qint64>(from + query.limit, std::ssize(*rows));
        Page<DeadLetterGroup> page;
        for (qint64 i = from; i < until; ++i)
            page.rows.push_back(*(*rows)[static_cast<std::size_t>(i)]);
        page.next.keys = {std::max(from, until)};
        page.last = until >= std::ssize(*rows);
        return page;
    }
    Result<PageIndex> skeleton(const ListQuery& query, int pages, const CancelToken& token) override {
        const auto rows = inOrder(query, token);
        if (!rows)
            return rows.error();
        PageIndex skeleton;
        qint64 at = placeOf(query.after);
        for (; at < std::ssize(*rows) && static_cast<int>(skeleton.starts.size()) < pages; at += query.limit) {
            skeleton.starts.push_back(Cursor{{at}});
            skeleton.counts.push_back(static_cast<int>(std::min<qint64>(query.limit, std::ssize(*rows) - at)));
        }
        skeleton.next.keys = {std::min<qint64>(at, std::ssize(*rows))};
        skeleton.complete = at >= std::ssize(*rows);
        return skeleton;
    }

private:
    using Order = std::vector<const DeadLetterGroup*>;

    static qint64 placeOf(const Cursor& after) { return after.atStart() ? 0 : std::get<qint64>(after.keys.front()); }
    Result<Order> inOrder(const ListQuery& query, const CancelToken& token) {
        while (m_tally.m_groups.empty() && !m_tally.m_progress.exact && !m_tally.m_mark) {
            const auto begun = m_tally.goOn(*m_store, firstPatience, token);
            if (!begun)
                return begun.error();
        }
        Order order;
        for (const DeadLetterGroup& group : m_tally.m_groups)
            order.push_back(&group);
        const auto columns = deadLetterGroupColumns();
        const auto column = std::ranges::find_if(
            columns, [&](const auto& known) { return query.sort.column == QByteArrayView(known.name); });
        if (column != columns.end())
            std::ranges::stable_sort(order, [&](const auto* a, const auto* b) {
                return query.sort.descending ? isBefore(column->value(*b), column->value(*a))
                                             : isBefore(column->value(*a), column->value(*b));
            });
        return order;
    }

    GroupTally& m_tally;
    Store* m_store = nullptr;
};

GroupTally::GroupTally(Filter filter) : m_filter(std::move(filter)), m_rows(std::make_unique<Rows>(*this)) {}

GroupTally::~GroupTally() = default;

RowSource<DeadLetterGroup>& GroupTally::rows(Store& store) {
    m_rows->setStore(&store);
    return *m_rows;
}

Result<TallyProgress> GroupTally::goOn(Store& store, milliseconds patience, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports)
        return noPorts(store);
    const Result<ChangeMark> before = store.changeMark();
    if (!before)
        return before.error();
    const Result<GroupProgress> read = ports->groups().more(patience, token);
    if (!read)
        return read.error();
    if (m_filter.isEmpty()) {
        m_groups = ports->groups().groups();
        m_progress = {read->exact, read->whole, read->letters, std::ssize(m_groups)};
        return m_progress;
    }
    m_known |= read->whole;
    if (m_known) {
        if (const Result<void> tallied =
                tally(store, patience, read->exact ? std::optional(before->value) : std::nullopt, token);
            !tallied)
            return tallied.error();
    }
    return m_progress;
}

Result<TallyProgress> GroupTally::readAll(Store& store, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports)
        return noPorts(store);
    const Result<GroupProgress> read = ports->groups().more(GroupScan::untilExact, token);
    if (!read)
        return read.error();
    if (m_filter.isEmpty()) {
        m_groups = ports->groups().groups();
        m_progress = {true, true, read->letters, std::ssize(m_groups)};
        return m_progress;
    }
    const Result<ChangeMark> mark = store.changeMark();
    if (!mark)
        return mark.error();
    m_known = true;
    begin(mark->value, true);
    for (bool last = false; !last;) {
        const Result<bool> page = readPage(store, token);
        if (!page)
            return page.error();
        last = *page;
    }
    adopt(ports->groups().groups());
    m_mark = m_pass->mark;
    m_isOfExactGroups = true;
    m_pass.reset();
    m_progress.exact = m_progress.whole = true;
    return m_progress;
}

void GroupTally::begin(quint64 mark, bool ofExactGroups) {
    m_pass = std::make_unique<Pass>();
    m_pass->mark = mark;
    m_pass->isOfExactGroups = ofExactGroups;
    m_pass->query.filter = measuredAt(m_filter, currentTime());
    m_pass->query.limit = lettersAPage;
}

/// Adds the next page of letters to the pass; true when it was the last.
Result<bool> GroupTally::readPage(Store& store, const CancelToken& token) {
    auto page = store.ports()->deadLetters().page(m_pass->query, token);
    if (!page)
        return page.error();
    for (const PortMessage& letter : page->rows)
        m_pass->sums[groupOf(store, letter)].add(letter.diedAt(), m_pass->now);
    m_pass->letters += std::ssize(page->rows);
    m_pass->query.after = std::move(page->next);
    return page->last;
}

/// Goes on with a pass over what the filter takes, or begins one where the store has changed.
Result<void> GroupTally::tally(Store& store, milliseconds patience, std::optional<quint64> exactAt,
                               const CancelToken& token) {
    const Result<ChangeMark> mark = store.changeMark();
    if (!mark)
        return mark.error();
    const bool groupsAreExact = exactAt == mark->value;
    const bool isDue = m_moveAt && steady_clock::now() >= *m_moveAt;
    const bool isOfNow = m_mark == mark->value && !isDue;
    m_progress.exact = isOfNow && m_isOfExactGroups;
    // Letters of a group that was not known yet are missing: they are tallied again as soon as all groups are known.
    const bool isWanting = isOfNow && !m_isOfExactGroups && groupsAreExact;
    if (!isWanting && (isOfNow || (!m_pass && steady_clock::now() < m_restUntil)))
        return {};
    if (!m_pass)
        begin(mark->value, groupsAreExact);
    const auto until = steady_clock::now() + patience;
    bool last = false;
    do {
        const Result<bool> read = readPage(store, token);
        if (!read)
            return read.error();
        last = *read;
    } while (!last && steady_clock::now() < until);
    if (last || !m_mark) // later passes are shown when they are whole
        adopt(store.ports()->groups().groups());
    if (!last)
        return {};
    m_mark = m_pass->mark;
    m_isOfExactGroups = m_pass->isOfExactGroups;
    m_progress.whole = true;
    m_progress.exact = m_mark == mark->value && m_isOfExactGroups;
    const auto rest = restFactor * (steady_clock::now() - m_pass->begun);
    m_restUntil = steady_clock::now() + rest;
    if (const auto age = leastAge(m_filter)) {
        const auto pace = std::clamp<steady_clock::duration>(*age / sharesOfAge, seconds(1), minutes(1));
        m_moveAt = steady_clock::now() + std::max<steady_clock::duration>(pace, rest);
    }
    m_pass.reset();
    return {};
}

/// Those of all groups that have letters in the pass, with its counts.
void GroupTally::adopt(const std::vector<DeadLetterGroup>& all) {
    m_groups.clear();
    for (const DeadLetterGroup& group : all) {
        const auto found = m_pass->sums.find(group.fingerprint);
        if (found == m_pass->sums.end())
            continue;
        DeadLetterGroup& taken = m_groups.emplace_back(group);
        taken.count = found->second.count;
        taken.firstSeen = found->second.first;
        taken.lastSeen = found->second.last;
        taken.lastHours = found->second.hours;
    }
    std::ranges::stable_sort(m_groups, std::greater(), &DeadLetterGroup::count);
    m_progress.letters = m_pass->letters;
    m_progress.groups = std::ssize(m_groups);
}

QByteArray GroupTally::groupOf(Store& store, const PortMessage& letter) {
    Ports* const ports = store.ports();
    if (!ports)
        return {};
    return ports->groups().fingerprintOf(
        {letter.id, letter.portName, letter.errorMessage, letter.errorDetails, letter.messageData, letter.diedAt()});
}

} // namespace portolan
