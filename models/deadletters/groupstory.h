#pragma once

#include "storage/deadletters/contrasts.h"
#include "storage/deadletters/deadlettergroups.h"
#include "storage/deadletters/precursors.h"
#include "storage/deadletters/templateslots.h"
#include "storage/listing/listing.h"
#include "storage/replay/replay.h"

#include <QString>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

class Store;
struct PortMessage;

/// The facts of a group besides its counts, as far as they were looked for.
struct GroupStory {
    std::optional<std::vector<Precursor>> before; ///< what changed shortly before, likeliest first
    bool areReplaysKnown = false;
    std::optional<ReplayRun> lastReplay; ///< of this group, as a group
    QByteArray named;                    ///< the template with the names of its places; empty until letters were read
    std::vector<TemplateSlot> places;
    std::vector<Contrast> contrasts;
    std::vector<QByteArray> columns; ///< places in the documents that may be shown as columns
    qint64 letters = 0;              ///< of the group that were looked at, newest first
    bool areAllLetters = false;
    qint64 completed = 0; ///< completed messages of the port that were looked at, newest first
    bool areAllCompleted = false;
    bool isWhole = false; ///< nothing is left to be looked at
};

/// Looks for the story of one group little by little. The letters of the store have to be known to its scan before.
/// Made anywhere, used on the query thread of one store.
class GroupStoryReader {
public:
    // At most so many are looked at, whatever the group's size.
    static constexpr qint64 mostLetters = 1'000;
    static constexpr qint64 mostDeadRead = 10'000; ///< letters of the port, of this group or others
    static constexpr qint64 mostCompleted = 2'000;
    static constexpr std::size_t mostContrasts = 5;

    explicit GroupStoryReader(DeadLetterGroup group);
    ~GroupStoryReader();
    GroupStoryReader(const GroupStoryReader&) = delete;
    GroupStoryReader& operator=(const GroupStoryReader&) = delete;

    /// Looks on for about so long, at least one page.
    [[nodiscard]] Result<GroupStory> goOn(Store& store, std::chrono::milliseconds patience, const CancelToken& token);

private:
    enum class Step { Changes, Replays, Letters, Completed, End };
    [[nodiscard]] Result<void> next(Store& store, const CancelToken& token);
    [[nodiscard]] Result<void> readChanges(Store& store, const CancelToken& token);
    [[nodiscard]] Result<void> readReplays(Store& store, const CancelToken& token);
    [[nodiscard]] Result<void> readLetters(Store& store, const CancelToken& token);
    [[nodiscard]] Result<void> readCompleted(Store& store, const CancelToken& token);

    DeadLetterGroup m_group;
    Step m_step = Step::Changes;
    GroupStory m_story;
    SlotCounter m_places;
    ContrastCounter m_contrasts;
    Cursor m_after;
    qint64 m_deadRead = 0;
};

/// The checkpoint or component that a change is about, and the version; nothing: it is about neither.
struct ChangedVersion {
    bool isCheckpoint = false;
    QByteArray name;
    qint64 version = 0;
};
[[nodiscard]] std::optional<ChangedVersion> versionOf(const Precursor& change);

/// Returns a message as far as it is contrasted with others. It borrows the message's texts.
[[nodiscard]] ContrastedMessage contrasted(const PortMessage& message);

} // namespace portolan
