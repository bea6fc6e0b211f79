#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "models/list/panes.h"
#include "storage/checks/storestats.h"
#include "storage/health/health.h"
#include "storage/questionlog.h"

#include <span>

namespace portolan {

using FindingModel = ListingModel<HealthFinding>;

/// Lists what ails a store, its server and its disk, the most urgent first. Each page looks again.
std::shared_ptr<const ListingAdapter> findingListing();

/// Returns a finding, whole: what was found, and what to do.
Inspection inspect(const HealthFinding& finding);

/// Returns the place of the window where a finding is mended, or its rows are; empty: it is mended elsewhere.
[[nodiscard]] PaneLink linkOfFinding(const QByteArray& name);

/// Says sizes, how much was not read again, and how long questions took, as far as they were measured; the store comes
/// first. Empty: nothing was.
[[nodiscard]] QString figuresOfStore(std::span<const StoreStats> sizes);

/// Says how long questions took, how many were slow or failed, and which of these were the last. Empty: none was asked.
[[nodiscard]] QString figuresOfQuestions(const QuestionLog::Figures& figures);

} // namespace portolan
