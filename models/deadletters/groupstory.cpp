#include "models/deadletters/groupstory.h"

#include "models/deadletters/grouptally.h"
#include "storage/deadletters/groupscan.h"
#include "storage/replay/replays.h"
#include "storage/store.h"

namespace portolan {

namespace {

using std::chrono::steady_clock;

constexpr int rowsAPage = 100;
constexpr std::size_t mostColumns = 30;

} // namespace

std::optional<ChangedVersion> versionOf(const Precursor& change) {
    const bool isCheckpoint = change.kind == PrecursorKind::Checkpoint || change.kind == PrecursorKind::Promotion;
    if (!change.version || (!isCheckpoint && change.kind != PrecursorKind::ComponentState))
        return std::nullopt;
    return ChangedVersion{isCheckpoint, change.subject, *change.version};
}

ContrastedMessage contrasted(const PortMessage& message) {
    return {message.sourceComponent, message.targetComponent, message.messageData,
            message.messageMetadata ? QByteArrayView(*message.messageMetadata) : QByteArrayView()};
}

GroupStoryReader::GroupStoryReader(DeadLetterGroup group) : m_group(std::move(group)), m_places(m_group.text) {}

GroupStoryReader::~GroupStoryReader() = default;

Result<GroupStory> GroupStoryReader::goOn(Store& store, std::chrono::milliseconds patience, const CancelToken& token) {
    const auto until = steady_clock::now() + patience;
    do {
        PORTOLAN_TRY(next(store, token));
        if (token.stop_requested())
            return cancelled();
    } while (m_step != Step::End && steady_clock::now() < until);
    if (m_story.letters > 0) {
        m_story.named = m_places.namedText();
        m_story.places = m_places.places();
        m_story.columns = m_contrasts.commonPlaces(mostColumns);
        m_story.contrasts = m_contrasts.found(mostContrasts);
    }
    m_story.isWhole = m_step == Step::End;
    return m_story;
}

Result<void> GroupStoryReader::next(Store& store, const CancelToken& token) {
    switch (m_step) {
    case Step::Changes:
        return readChanges(store, token);
    case Step::Replays:
        return readReplays(store, token);
    case Step::Letters:
        return readLetters(store, token);
    case Step::Completed:
        return readCompleted(store, token);
    case Step::End:
        return {};
    }
    Q_UNREACHABLE();
}

Result<void> GroupStoryReader::readChanges(Store& store, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports) {
        m_step = Step::End;
        return {};
    }
    auto before = ports->groups().precursors(m_group, token);
    PORTOLAN_TRY(before);
    m_story.before = std::move(*before);
    m_step = Step::Replays;
    return {};
}

/// Finds the newest run that was frozen of this group; runs of selected letters or of a filter tell no group.
Result<void> GroupStoryReader::readReplays(Store& store, const CancelToken& token) {
    m_step = Step::Letters;
    m_story.areReplaysKnown = true;
    Replays* const replays = store.replays();
    if (!replays)
        return {};
    const auto filter = parseFilter(QStringLiteral("filter~\"group %1\"").arg(QString::fromLatin1(m_group.fingerprint)),
                                    replayRunSchema(), currentTime());
    PORTOLAN_TRY(filter);
    ListQuery query;
    query.filter = *filter;
    query.sort.descending = true;
    query.limit = 1;
    auto runs = replays->runs().page(query, token);
    if (!runs) // a database without runs has had no replay
        return runs.error().code == ErrorCode::Unsupported ? Result<void>() : runs.error();
    if (!runs->rows.empty())
        m_story.lastReplay = std::move(runs->rows.front());
    return {};
}

Result<void> GroupStoryReader::readLetters(Store& store, const CancelToken& token) {
    ListQuery query;
    query.filter = equals(deadLetterSchema(), "port_name", m_group.portName);
    query.sort.descending = true;
    query.limit = rowsAPage;
    query.after = m_after;
    const auto page = store.ports()->deadLetters().page(query, token);
    PORTOLAN_TRY(page);
    for (const PortMessage& letter : page->rows) {
        ++m_deadRead;
        if (m_story.letters >= mostLetters || GroupTally::groupOf(store, letter) != m_group.fingerprint)
            continue;
        ++m_story.letters;
        m_contrasts.addDead(contrasted(letter));
        if (letter.errorMessage)
            m_places.add(*letter.errorMessage);
    }
    m_after = page->next;
    m_story.areAllLetters = page->last && m_story.letters < mostLetters;
    if (page->last || m_story.letters >= mostLetters || m_deadRead >= mostDeadRead) {
        m_after = {};
        m_step = m_story.letters > 0 ? Step::Completed : Step::End;
    }
    return {};
}

Result<void> GroupStoryReader::readCompleted(Store& store, const CancelToken& token) {
    ListQuery query;
    query.filter = both(equals(portMessageSchema(), "port_name", m_group.portName),
                        equals(portMessageSchema(), "status", QByteArray(portStatusName(PortStatus::Completed))));
    query.sort.descending = true;
    query.limit = rowsAPage;
    query.after = m_after;
    const auto page = store.ports()->messages().page(query, token);
    PORTOLAN_TRY(page);
    for (const PortMessage& message : page->rows)
        m_contrasts.addCompleted(contrasted(message));
    m_after = page->next;
    m_story.completed = m_contrasts.completed();
    m_story.areAllCompleted = page->last;
    if (page->last || m_story.completed >= mostCompleted)
        m_step = Step::End;
    return {};
}

} // namespace portolan
