#include "storage/deadletters/precursors.h"

#include <QtGlobal>
#include <algorithm>

namespace portolan {

const char* precursorKindName(PrecursorKind kind) {
    switch (kind) {
    case PrecursorKind::Checkpoint:
        return "checkpoint";
    case PrecursorKind::ComponentState:
        return "component_state";
    case PrecursorKind::Silence:
        return "silence";
    case PrecursorKind::Replay:
        return "replay";
    case PrecursorKind::Migration:
        return "migration";
    case PrecursorKind::Promotion:
        return "promotion";
    }
    Q_UNREACHABLE();
}

void rankPrecursors(std::vector<Precursor>& precursors, Timestamp began) {
    const auto distance = [began](const Precursor& precursor) {
        return precursor.at < began ? began - precursor.at : precursor.at - began;
    };
    std::ranges::stable_sort(precursors, [&](const Precursor& a, const Precursor& b) {
        if (a.feeds != b.feeds)
            return a.feeds;
        return distance(a) < distance(b);
    });
}

} // namespace portolan
