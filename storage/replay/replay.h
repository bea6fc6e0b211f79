#pragma once

#include "storage/config/urls.h"
#include "storage/deadletters/seenletters.h"
#include "storage/json/jsondifference.h"
#include "storage/listing/listing.h"

#include <QByteArray>
#include <QString>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The states of a replay run. frozen → running → completed; running ⇄ paused; all of these but completed → cancelled;
/// running → failed (and on from there by resuming); what has run at all → recalled.
enum class RunState { Frozen, Running, Paused, Completed, Cancelled, Failed, Recalled };

/// The states of a frozen dead letter. Every item is in one of these, so that they always add up to what was frozen.
enum class ItemState {
    Frozen,     ///< not touched yet
    Queued,     ///< in the outbox, on its way to another place
    Replayed,   ///< put back, or sent; nothing is known of it since
    Pending,    ///< seen to wait or to be worked on, after it was put back
    Completed,  ///< seen completed
    FailedSame, ///< died again of the same error
    FailedAnew, ///< died again of another one
    Vanished,   ///< put back, and deleted since
    Skipped,    ///< not touched, because it was changed or deleted after it was frozen, or the run was cancelled
    Recalled,   ///< put back, and taken back while it was pending
    Failed,     ///< could not be put back or sent
};
constexpr std::size_t itemStates = 11;

[[nodiscard]] const char* runStateName(RunState state);
struct ReplayRun;
/// Returns the state as it is listed: `handed_back` for a run that has put all of its items back while some are open.
[[nodiscard]] const char* listedState(const ReplayRun& run);
[[nodiscard]] std::optional<RunState> runStateNamed(QByteArrayView name);
/// Returns "frozen", "failed_same", …
[[nodiscard]] const char* itemStateName(ItemState state);
[[nodiscard]] std::optional<ItemState> itemStateNamed(QByteArrayView name);

/// The target of a run that puts back.
inline constexpr char toPorts[] = "port";

/// The numbers of items in each state.
struct ItemCounts {
    std::array<qint64, itemStates> of{};
    qint64& operator[](ItemState state) { return of[static_cast<std::size_t>(state)]; }
    qint64 operator[](ItemState state) const { return of[static_cast<std::size_t>(state)]; }
    [[nodiscard]] qint64 total() const;
    /// Counts those that were put back or sent, whatever became of them.
    [[nodiscard]] qint64 released() const;
    friend bool operator==(const ItemCounts&, const ItemCounts&) = default;
};

/// A replay of a frozen set of dead letters.
struct ReplayRun {
    QByteArray id; ///< a UUID
    RunState state = RunState::Frozen;
    QByteArray filter; ///< what was asked for, in words that can be typed again where it was a filter
    QByteArray reason;
    QByteArray actor;
    QByteArray target; ///< "port": back to where they died; else a source URL without password
    qint64 frozen = 0; ///< items
    ItemCounts counts;
    Timestamp createdAt;
    std::optional<Timestamp> startedAt;
    std::optional<Timestamp> finishedAt;
    std::optional<QByteArray> errorMessage;
};

/// A frozen dead letter of a run.
struct ReplayItem {
    qint64 position = 0; ///< from 1, the order of execution: oldest first
    QByteArray messageId;
    ItemState state = ItemState::Frozen;
    std::optional<QByteArray> detail;      ///< why it was skipped or failed
    std::optional<QByteArray> beforeImage; ///< the row as it was before a step changed it, a JSON object
    Timestamp updatedAt;
    std::optional<QByteArray> replacedBy = {}; ///< the id of the edited message that went in its place
};

std::span<const Column<ReplayRun>> replayRunColumns();
std::span<const Column<ReplayItem>> replayItemColumns();
const ColumnSet& replayRunSchema();
const ColumnSet& replayItemSchema();

/// The order of a replay: what is to be put back, by whom and why.
struct ReplayOrder {
    Filter filter;               ///< over port messages; of these the dead letters
    QByteArray words;            ///< the run's `filter`
    std::vector<QByteArray> ids; ///< when any: these alone, of those that the filter takes
    QByteArray reason;           ///< not empty
    QByteArray actor;
    std::optional<SourceUrl> to = {};    ///< where to send them; nothing: back to where they died
    std::optional<QByteArray> edit = {}; ///< what changes in their documents before they go, as JsonEdit reads it
};

/// The facts known of an order's dead letters before any is touched.
struct ReplayPreview {
    ReplayOrder order;
    ReplayRun run;                           ///< without an id until the set is frozen
    std::shared_ptr<const SeenLetters> seen; ///< these are frozen, and no others that match by then
    std::optional<Timestamp> oldest;         ///< when the first of them died
    std::optional<Timestamp> newest;
    /// The number with event ids in processed_events, which would be taken for duplicates.
    qint64 alreadyProcessed = 0;

    /// The changes that an edit makes in a document.
    struct Edited {
        QByteArray messageId;
        std::vector<JsonDifference> changes; ///< the first ones
    };
    /// The number that comes too late, as a later message of their port and correlation key has completed
    /// (DECISIONS.md).
    qint64 overtaken = 0;
    std::vector<QByteArray> overtakenKeys = {}; ///< the keys with most of them
    bool overtakenAtLeast = false;              ///< there may be more: not all were looked at
    std::vector<Edited> edits = {};             ///< of the first messages of a run that edits
    qint64 notEditable = 0;                     ///< how many have documents to which the edit does not apply
    QString whyNotEditable = {};                ///< of the first of these
};

/// The result of one step of a run.
struct ReplayStep {
    qint64 replayed = 0;
    qint64 skipped = 0;
    bool done = false; ///< nothing frozen is left
    qint64 failed = 0; ///< those to whose documents the edit did not apply
};

} // namespace portolan
