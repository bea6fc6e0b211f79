#pragma once

#include "storage/base/clock.h"

#include <QByteArray>
#include <chrono>
#include <optional>
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
    QByteArray subject;                 ///< the component, checkpoint, run or version that it is about
    QByteArray words;                   ///< one sentence for an operator
    bool feeds = false;                 ///< it is about a component that the group's messages come from or go to
    std::optional<qint64> version = {}; ///< of a checkpoint or a state: the one that was stored or promoted
};

/// The time before a group's first letter that is looked at.
inline constexpr std::chrono::minutes precursorSpan{60};

/// Sorts them likeliest first: those of components that feed the port, then by nearness to `began`. Any thread.
void rankPrecursors(std::vector<Precursor>& precursors, Timestamp began);

} // namespace portolan
