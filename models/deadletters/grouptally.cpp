#include "models/deadletters/grouptally.h"

#include "storage/deadletters/groupscan.h"
#include "storage/listing/memorylisting.h"
#include "storage/store.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

namespace portolan {

namespace {

using namespace std::chrono;
using hours_t = std::chrono::hours;

constexpr milliseconds firstPatience{150};
constexpr int restFactor = 4;   ///< counting again takes a fifth of the time at most
constexpr int sharesOfAge = 20; ///< a filter that moves with time is asked so often within its least age

DeadLetter asDeadLetter(const PortMessage& letter) {
    return {letter.id, letter.portName, letter.errorMessage, letter.errorDetails, letter.messageData, letter.diedAt()};
}

/// Adds a letter to the figures of its group.
void countLetter(DeadLetterGroup& group, const DeadLetter& letter, Timestamp now) {
    if (group.sampleId.isNull() || letter.diedAt > group.lastSeen)
        group.sampleId = letter.id;
    ++group.count;
    group.everSeen = std::max(group.everSeen, group.count);
    if (!letter.diedAt)
        return;
    group.firstSeen = group.firstSeen ? std::min(group.firstSeen, letter.diedAt) : letter.diedAt;
    group.everFirst = group.everFirst ? std::min(group.everFirst, group.firstSeen) : group.firstSeen;
    group.lastSeen = std::max(group.lastSeen, letter.diedAt);
    const auto ago = std::max(floor<hours_t>(now) - floor<hours_t>(*letter.diedAt), hours_t(0)).count();
    if (ago < std::ssize(group.lastHours))
        ++group.lastHours[group.lastHours.size() - 1 - static_cast<std::size_t>(ago)];
}

Error noPorts(const Store& store) {
    return {ErrorCode::Unsupported, store.unavailableReason(Feature::DeadLetters).value_or(QString())};
}

} // namespace

/// Counts the letters that the filter takes, by their groups.
struct GroupTally::Pass {
    quint64 mark = 0; ///< of the store when it began
    bool isOfExactGroups = false;
    steady_clock::time_point begun = steady_clock::now();
    Timestamp now = currentTime();
    ListQuery query{};
    qint64 letters = 0;
    std::map<QByteArray, DeadLetterGroup> groups; ///< by fingerprint, with what was counted of them
};

/// The groups in the order in which they are shown, whichever sort is asked for.
class GroupTally::Rows final : public RowSource<DeadLetterGroup> {
public:
    explicit Rows(GroupTally& tally) : m_tally(tally) {}
    void setStore(Store* store) { m_store = store; }

    Result<Page<DeadLetterGroup>> page(const ListQuery& query, const CancelToken& token) override {
        const auto rows = inOrder(query, token);
        PORTOLAN_TRY(rows);
        const qint64 from = placeOf(query.after);
        const qint64 until = std::min<qint64>(from + query.limit, std::ssize(*rows));
        Page<DeadLetterGroup> page;
        for (qint64 i = from; i < until; ++i)
            page.rows.push_back(*(*rows)[static_cast<std::size_t>(i)]);
        page.next.keys = {std::max(from, until)};
        page.last = until >= std::ssize(*rows);
        return page;
    }
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override {
        const auto rows = inOrder(query, token);
        PORTOLAN_TRY(rows);
        PageIndex pageIndex;
        qint64 at = placeOf(query.after);
        for (; at < std::ssize(*rows) && static_cast<int>(pageIndex.starts.size()) < pages; at += query.limit) {
            pageIndex.starts.push_back(Cursor{{at}});
            pageIndex.counts.push_back(static_cast<int>(std::min<qint64>(query.limit, std::ssize(*rows) - at)));
        }
        pageIndex.next.keys = {std::min<qint64>(at, std::ssize(*rows))};
        pageIndex.complete = at >= std::ssize(*rows);
        return pageIndex;
    }

private:
    using Order = std::vector<const DeadLetterGroup*>;

    static qint64 placeOf(const Cursor& after) { return after.atStart() ? 0 : std::get<qint64>(after.keys.front()); }
    Result<Order> inOrder(const ListQuery& query, const CancelToken& token) {
        while (m_tally.m_groups.empty() && !m_tally.m_progress.exact && !m_tally.m_mark) {
            const auto begun = m_tally.goOn(*m_store, firstPatience, token);
            PORTOLAN_TRY(begun);
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
    PORTOLAN_TRY(before);
    const Result<GroupProgress> read = ports->groups().more(patience, token);
    PORTOLAN_TRY(read);
    if (m_filter.isEmpty()) {
        m_groups = ports->groups().groups();
        m_progress = {read->exact, read->whole, read->letters, std::ssize(m_groups)};
        return m_progress;
    }
    m_known |= read->whole;
    if (m_known) {
        PORTOLAN_TRY(tally(store, patience, read->exact ? std::optional(before->value) : std::nullopt, token));
    }
    return m_progress;
}

Result<TallyProgress> GroupTally::readAll(Store& store, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports)
        return noPorts(store);
    const Result<GroupProgress> read = ports->groups().more(GroupScan::untilExact, token);
    PORTOLAN_TRY(read);
    if (m_filter.isEmpty()) {
        m_groups = ports->groups().groups();
        m_progress = {true, true, read->letters, std::ssize(m_groups)};
        return m_progress;
    }
    const Result<ChangeMark> mark = store.changeMark();
    PORTOLAN_TRY(mark);
    m_known = true;
    begin(mark->value, true);
    for (bool last = false; !last;) {
        const Result<bool> page = readPage(store, token);
        PORTOLAN_TRY(page);
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
    Ports& ports = *store.ports();
    auto page = ports.deadLetters().page(m_pass->query, token);
    PORTOLAN_TRY(page);
    for (const PortMessage& row : page->rows) {
        const DeadLetter letter = asDeadLetter(row);
        const auto [group, isFirst] = m_pass->groups.try_emplace(ports.groups().fingerprintOf(letter));
        if (isFirst)
            group->second = ports.groups().groupOf(letter);
        countLetter(group->second, letter, m_pass->now);
    }
    m_pass->letters += std::ssize(page->rows);
    m_pass->query.after = std::move(page->next);
    return page->last;
}

/// Goes on with a pass over what the filter takes, or begins one where the store has changed.
Result<void> GroupTally::tally(Store& store, milliseconds patience, std::optional<quint64> exactAt,
                               const CancelToken& token) {
    const Result<ChangeMark> mark = store.changeMark();
    PORTOLAN_TRY(mark);
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
        PORTOLAN_TRY(read);
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

/// The groups that have letters in the pass, with its counts: of all there are, and those of letters that came since.
void GroupTally::adopt(const std::vector<DeadLetterGroup>& all) {
    m_groups.clear();
    auto counted = m_pass->groups;
    for (const DeadLetterGroup& group : all) {
        const auto found = counted.extract(group.fingerprint);
        if (found.empty())
            continue;
        DeadLetterGroup& taken = m_groups.emplace_back(group);
        taken.count = found.mapped().count;
        taken.firstSeen = found.mapped().firstSeen;
        taken.lastSeen = found.mapped().lastSeen;
        taken.lastHours = found.mapped().lastHours;
    }
    for (auto& [fingerprint, group] : counted)
        m_groups.push_back(std::move(group));
    std::ranges::stable_sort(m_groups, std::greater(), &DeadLetterGroup::count);
    m_progress.letters = m_pass->letters;
    m_progress.groups = std::ssize(m_groups);
}

QByteArray GroupTally::groupOf(Store& store, const PortMessage& letter) {
    Ports* const ports = store.ports();
    if (!ports)
        return {};
    return ports->groups().fingerprintOf(asDeadLetter(letter));
}

} // namespace portolan
