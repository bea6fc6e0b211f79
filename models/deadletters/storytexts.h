#pragma once

#include "models/deadletters/groupstory.h"
#include "models/list/format.h"

namespace portolan {

// The sentences of a group's story. Pure; `now` is the clock.

/// "1 800 · 02:10–02:35 · none for 18 h · never replayed".
[[nodiscard]] QString groupFigures(const DeadLetterGroup& group, const GroupStory& story, Timestamp now,
                                   TimeDisplay display);
/// "02:10–02:35", with the day where it is not today's.
[[nodiscard]] QString spanOfTimes(Timestamp first, Timestamp last, Timestamp now, TimeDisplay display);
/// "last replay 18 h ago: 300 of 300 completed", "… 12 still pending, 3 died again".
[[nodiscard]] QString replayText(const ReplayRun& run, Timestamp now);
/// "db-1 26 % ▇▇ · db-2 25 % ▇▇ · 4 more"; of a place where nearly all differ: "1 000 different values".
[[nodiscard]] QString placeText(const TemplateSlot& place);
/// Returns true when a few values make up most of a place, so that splitting by it helps.
[[nodiscard]] bool canSplit(const TemplateSlot& place);
/// Returns the filter's terms that take the letters with one of its values beside the template's words, and none of its
/// longer ones.
[[nodiscard]] QString placeFilter(const TemplateSlot& place, const QByteArray& value);
/// "data.region = eu-3 in 1 790 of 1 800, in 0 of 2 000 completed".
[[nodiscard]] QString contrastText(const Contrast& contrast);
/// Tells what was looked at: "Looked at the newest 1 000 of these letters and …".
[[nodiscard]] QString lookedAtText(const GroupStory& story);
/// "router v16 → v17: timeout_ms 5000 → 3000", the most telling difference first; of a version that changed nothing
/// that tells, and of anything else, its sentence.
[[nodiscard]] QString changeText(const Precursor& change);

} // namespace portolan
