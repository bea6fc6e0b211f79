#include "storage/deadletters/groupscan.h"

#include <algorithm>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;

/// Between two passes there is a rest of so many times what one took, and at most of this length.
constexpr int restFactor = 4;
constexpr std::chrono::seconds longestRest{60};

/// Most newer letters that are shown ahead of a pass; when there are more, the next pass shows them.
constexpr std::size_t mostAhead = 20'000;

/// While a pass is under way its groups are not made again for so many times as long as making them took.
constexpr int groupingFactor = 4;

Error noGroup(const QByteArray& fingerprint) {
    return Error{ErrorCode::NotFound,
                 QStringLiteral("There is no group %1; `portolan list dead-letter-groups` shows those there are.")
                     .arg(QString::fromUtf8(fingerprint))};
}

std::vector<QByteArray> templatesOf(const std::vector<RememberedGroup>& groups) {
    std::vector<QByteArray> templates;
    templates.reserve(groups.size());
    for (const RememberedGroup& group : groups)
        templates.push_back(group.text);
    return templates; // the miner takes one of several equal ones
}

void addMemory(DeadLetterGroup& group, const RememberedGroup& known) {
    group.rememberedAt = known.rememberedAt;
    group.everSeen = std::max(known.letters, group.count + known.replayEnded - known.failedSame);
    group.everFirst = group.firstSeen && known.firstSeen ? std::min(group.firstSeen, known.firstSeen)
                      : known.firstSeen                  ? known.firstSeen
                                                         : group.firstSeen;
    group.replayEnded = known.replayEnded;
    group.failedAgain = known.failedSame + known.failedAnew;
}

/// Times are remembered in milliseconds.
bool isOther(const std::optional<Timestamp>& a, const std::optional<Timestamp>& b) {
    return a.has_value() != b.has_value() || (a && toIsoTime(*a) != toIsoTime(*b));
}

bool tellsMore(const DeadLetterGroup& group, const RememberedGroup& known) {
    return group.everSeen != known.letters || group.sampleId != known.sampleId
           || isOther(group.lastSeen, known.lastSeen) || isOther(group.everFirst, known.firstSeen);
}

/// Makes a group of which no letter is left.
DeadLetterGroup withoutLetters(const RememberedGroup& known) {
    DeadLetterGroup group;
    group.fingerprint = known.fingerprint;
    group.text = known.text;
    group.portName = known.portName;
    group.errorType = known.errorType;
    group.firstSeen = known.firstSeen;
    group.lastSeen = known.lastSeen;
    group.sampleId = known.sampleId;
    addMemory(group, known);
    return group;
}

} // namespace

/// A reading of all dead letters.
struct GroupScan::Pass {
    Pass(ChangeMark markBefore, std::vector<RememberedGroup> remembered)
        : mark(markBefore)
        , grouping(templatesOf(remembered)) {
        for (RememberedGroup& group : remembered)
            memory.emplace(group.fingerprint, std::move(group));
    }

    void add(const DeadLetter& letter) {
        grouping.add(letter);
        ++letters;
        newest = std::max(newest, letter.diedAt);
    }

    ChangeMark mark; ///< before it began
    DeadLetterGrouping grouping;
    std::map<QByteArray, RememberedGroup> memory;
    Cursor next;
    bool ended = false;
    qint64 letters = 0;
    std::optional<Timestamp> newest;
    Clock::duration spent{0};
    std::optional<ChangeMark> caughtUp; ///< up to which newer letters were added since
};

GroupScan::GroupScan(DeadLetterSource& source) : m_source(source), m_rows(*this) {}

GroupScan::~GroupScan() = default;

Result<void> GroupScan::begin(ChangeMark mark, const CancelToken& token) {
    Result<std::vector<RememberedGroup>> remembered = m_source.remembered(token);
    PORTOLAN_TRY(remembered);
    m_pass = std::make_unique<Pass>(mark, std::move(*remembered));
    return {};
}

/// Reads on in the pass that is under way, which is shown from its end on.
Result<void> GroupScan::goOn(std::chrono::milliseconds patience, const CancelToken& token) {
    const auto begun = Clock::now();
    Pass& pass = *m_pass;
    do {
        Result<DeadLetterSource::Letters> read = m_source.letters({}, pass.next, token);
        PORTOLAN_TRY(read);
        for (const DeadLetter& letter : read->letters)
            pass.add(letter);
        m_stale = m_stale || !m_done;
        pass.next = std::move(read->next);
        pass.ended = read->last;
    } while (!pass.ended && (patience == untilExact || Clock::now() - begun < patience));
    pass.spent += Clock::now() - begun;
    if (!pass.ended)
        return {};
    m_restUntil = Clock::now() + std::min<Clock::duration>(restFactor * pass.spent, longestRest);
    m_done = std::move(m_pass);
    m_stale = true;
    return {};
}

/// Adds the letters that are newer than any in the last pass. They are taken only when all of them are at hand, so that
/// none is passed over.
Result<void> GroupScan::catchUp(ChangeMark mark, const CancelToken& token) {
    if (m_done->caughtUp == mark)
        return {};
    const Result<bool> newestFirst = m_source.isNewestFirst();
    PORTOLAN_TRY(newestFirst);
    std::vector<DeadLetter> ahead;
    Cursor after;
    for (bool reached = !*newestFirst || !m_done->newest; !reached;) {
        Result<DeadLetterSource::Letters> read = m_source.letters({}, after, token);
        PORTOLAN_TRY(read);
        for (DeadLetter& letter : read->letters) {
            reached = reached || !letter.diedAt || letter.diedAt <= m_done->newest;
            if (!reached)
                ahead.push_back(std::move(letter));
        }
        reached = reached || read->last;
        after = std::move(read->next);
        if (ahead.size() > mostAhead)
            return {}; // the next pass shows them
    }
    for (const DeadLetter& letter : ahead)
        m_done->add(letter);
    m_stale = m_stale || !ahead.empty();
    m_done->caughtUp = mark;
    return {};
}

Result<GroupProgress> GroupScan::more(std::chrono::milliseconds patience, const CancelToken& token) {
    const bool isEndless = patience == untilExact;
    const Result<ChangeMark> mark = m_source.changeMark();
    PORTOLAN_TRY(mark);
    if (m_done && m_done->mark == *mark) {
        m_pass.reset();
        m_progress = {true, true, m_done->letters};
        return m_progress;
    }
    if (m_done && !isEndless) {
        PORTOLAN_TRY(catchUp(*mark, token));
    }
    const bool rests = m_done && !m_pass && !isEndless && Clock::now() < m_restUntil;
    if (!rests) {
        if (!m_pass || (isEndless && m_pass->mark != *mark)) {
            PORTOLAN_TRY(begin(*mark, token));
        }
        PORTOLAN_TRY(goOn(patience, token));
    }
    const bool ended = !rests && !m_pass;
    const Result<ChangeMark> now = ended && !isEndless ? m_source.changeMark() : *mark;
    PORTOLAN_TRY(now);
    m_progress = {ended && (isEndless || *now == m_done->mark), m_done != nullptr, shown()->letters};
    return m_progress;
}

const std::vector<DeadLetterGroup>& GroupScan::groups() {
    Pass* const pass = shown();
    const bool isDue = !pass || pass->ended || Clock::now() >= m_groupAgain;
    if (!pass || !m_stale || !isDue)
        return m_groups;
    const auto begun = Clock::now();
    m_groups = pass->grouping.groups();
    for (DeadLetterGroup& group : m_groups) {
        if (const auto known = pass->memory.find(group.fingerprint); known != pass->memory.end())
            addMemory(group, known->second);
    }
    m_groupAgain = Clock::now() + groupingFactor * (Clock::now() - begun);
    m_stale = false;
    return m_groups;
}

Result<void> GroupScan::readAll(const CancelToken& token) {
    const Result<GroupProgress> read = more(untilExact, token);
    return read ? Result<void>() : Result<void>(read.error());
}

Result<DeadLetterGroup> GroupScan::group(const QByteArray& fingerprint, const CancelToken& token) {
    PORTOLAN_TRY(readAll(token));
    for (const DeadLetterGroup& group : groups()) {
        if (group.fingerprint == fingerprint)
            return group;
    }
    const auto known = m_done->memory.find(fingerprint);
    return known == m_done->memory.end() ? Result<DeadLetterGroup>(noGroup(fingerprint))
                                         : Result<DeadLetterGroup>(withoutLetters(known->second));
}

Result<std::vector<Precursor>> GroupScan::precursors(const DeadLetterGroup& group, const CancelToken& token) {
    return m_source.precursors(group, token);
}

Result<std::vector<QByteArray>> GroupScan::lettersOf(const QByteArray& fingerprint, const CancelToken& token) {
    const Result<DeadLetterGroup> wanted = group(fingerprint, token);
    PORTOLAN_TRY(wanted);
    std::vector<QByteArray> ids;
    ids.reserve(static_cast<std::size_t>(wanted->count));
    // Another program's table may have messages of no port, which no filter by port finds.
    const auto port = wanted->portName.isEmpty() ? std::nullopt : std::optional(wanted->portName);
    Cursor after;
    for (bool last = wanted->count == 0; !last;) {
        Result<DeadLetterSource::Letters> read = m_source.letters(port, after, token);
        PORTOLAN_TRY(read);
        for (DeadLetter& letter : read->letters) {
            if (fingerprintOf(letter) == fingerprint)
                ids.push_back(std::move(letter.id));
        }
        last = read->last;
        after = std::move(read->next);
    }
    return ids;
}

Result<qint64> GroupScan::remember(const CancelToken& token) {
    PORTOLAN_TRY(readAll(token));
    std::vector<DeadLetterGroup> news;
    for (const DeadLetterGroup& group : groups()) {
        const auto known = m_done->memory.find(group.fingerprint);
        if (known == m_done->memory.end() || tellsMore(group, known->second))
            news.push_back(group);
    }
    m_done->grouping.settle();
    if (news.empty())
        return std::ssize(m_groups);
    PORTOLAN_TRY(m_source.remember(news, token));
    Result<std::vector<RememberedGroup>> known = m_source.remembered(token);
    PORTOLAN_TRY(known);
    for (RememberedGroup& group : *known)
        m_done->memory.insert_or_assign(group.fingerprint, std::move(group));
    m_stale = true;
    return std::ssize(groups());
}

QByteArray GroupScan::fingerprintOf(const DeadLetter& letter) {
    Pass* const pass = shown();
    return pass ? pass->grouping.fingerprintOf(letter) : QByteArray();
}

DeadLetterGroup GroupScan::groupOf(const DeadLetter& letter) {
    Pass* const pass = shown();
    if (!pass)
        return {};
    DeadLetterGroup group = pass->grouping.groupOf(letter);
    if (const auto known = pass->memory.find(group.fingerprint); known != pass->memory.end())
        addMemory(group, known->second);
    return group;
}

Result<Page<DeadLetterGroup>> GroupScan::Rows::page(const ListQuery& query, const CancelToken& token) {
    return GroupRows(m_scan.groups()).page(query, token);
}

Result<PageIndex> GroupScan::Rows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    return GroupRows(m_scan.groups()).pageIndex(query, pages, token);
}

} // namespace portolan
