#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/versions/pipelinerows.h"

namespace portolan {

using SinkModel = ListingModel<PipelineRow>;

/// Lists what sinks keep (sink_storage) as rows of PipelineTable::Sinks; of their documents what a cell can show.
std::shared_ptr<const ListingAdapter> sinkListing();

/// A row of it, whole.
struct InspectedSinkRow {
    PipelineRow row;
};
/// Query thread. Errors: NotFound, and as RowSource.
[[nodiscard]] Result<InspectedSinkRow> readSinkRow(Store& store, const QByteArray& id, const CancelToken& token);
Inspection inspect(const InspectedSinkRow& inspected);

} // namespace portolan
