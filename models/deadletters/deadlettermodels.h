#pragma once

#include "models/deadletters/grouptally.h"
#include "models/deadletters/letterplaces.h"
#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/deadletters/precursors.h"
#include "storage/replay/replay.h"

#include <memory>

namespace portolan {

using DeadLetterGroupModel = ListingModel<DeadLetterGroup>;
using DeadLetterModel = ListingModel<PortMessage>;
using ReplayRunModel = ListingModel<ReplayRun>;
using ReplayItemModel = ListingModel<ReplayItem>;

/// The groups of a tally; it belongs to the query thread that the listing is asked on.
std::shared_ptr<const ListingAdapter> deadLetterGroupListing(std::shared_ptr<GroupTally> tally);

/// Every dead letter, with columns for places in their documents.
std::shared_ptr<const ListingAdapter> letterListing(const std::vector<LetterPlace>& places = {});
/// The dead letters of one group alone. Letters are read and looked at one after the other, so that a page index may
/// count pages with few rows or none; asked to filter for the group's port, too, it reads only that one's.
std::shared_ptr<const ListingAdapter> lettersOfGroupListing(const QByteArray& fingerprint,
                                                            const std::vector<LetterPlace>& places = {});

std::shared_ptr<const ListingAdapter> replayRunListing();
/// The items of one run, in the order of execution; they are neither filtered nor sorted.
std::shared_ptr<const ListingAdapter> replayItemListing(const QByteArray& run);

/// The background of a group besides its figures. Nothing: it is still being looked for.
struct GroupBackground {
    std::optional<std::vector<Precursor>> before; ///< what changed just before it began, likeliest first
    std::optional<PortMessage> sample;            ///< one of its letters, whole
};
Inspection inspect(const DeadLetterGroup& group, const GroupBackground& background);
Inspection inspect(const ReplayRun& run);   ///< cheap
Inspection inspect(const ReplayItem& item); ///< with the row as it was frozen

} // namespace portolan
