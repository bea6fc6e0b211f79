#pragma once

#include "storage/base/clock.h"
#include "storage/versions/versionchanges.h"

#include <QByteArray>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The kinds of change that may have brought a group of dead letters about.
enum class PrecursorKind {
    Checkpoint,     ///< a version of a checkpoint was stored
    ComponentState, ///< a version of a component's state was stored
    Silence,        ///< a component sent no heartbeat for longer than it usually does
    Replay,         ///< dead letters were put back
    Migration,      ///< the schema was changed
    Promotion,      ///< an older version of a checkpoint was made the one that counts
};

/// Returns "checkpoint", "component_state", "silence", "replay", "migration" or "promotion".
[[nodiscard]] const char* precursorKindName(PrecursorKind kind);

/// Something that changed shortly before a group of dead letters began.
struct Precursor {
    Timestamp at;
    PrecursorKind kind = PrecursorKind::Checkpoint;
    QByteArray subject;                     ///< the component, checkpoint, run or version that it is about
    QByteArray words;                       ///< one sentence for an operator
    bool feeds = false;                     ///< it is about a component that the group's messages come from or go to
    std::optional<qint64> version = {};     ///< of a checkpoint or a state: the one that was stored or promoted
    std::optional<qint64> previous = {};    ///< the one that it was compared with
    std::vector<MemberChange> members = {}; ///< what a version changed; after rankPrecursors() the most telling first
    std::chrono::microseconds known = {};   ///< the time that the compared versions are of
    bool isRoutine = false; ///< it explains nothing: such changes go on all the time, or it belongs to setting up

    [[nodiscard]] bool isStored() const {
        return kind == PrecursorKind::Checkpoint || kind == PrecursorKind::ComponentState;
    }
    /// Returns true for a stored version before which none is known.
    [[nodiscard]] bool isFirst() const {
        return isStored() && version && !previous && known == std::chrono::microseconds::zero();
    }
};

/// The time before a group's first letter that is looked at.
inline constexpr std::chrono::minutes precursorSpan{60};

/// Notes what each version of one subject changed against the one before it. `documents`: the subject's versions around
/// them, before and after, in the order of their numbers. Any thread.
void noteDifferences(std::span<Precursor* const> versions, std::span<const VersionDocument> documents, Timestamp began);

/// Sorts them likeliest first by the evidence that each caused letters which began at `began`, and marks those that are
/// routine, which come last. `errors` is what the letters say: the template of their group and some of their messages.
/// Any thread.
void rankPrecursors(std::vector<Precursor>& precursors, Timestamp began, std::span<const QByteArray> errors);

} // namespace portolan
