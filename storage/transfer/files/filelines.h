#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/rowsource.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/places.h"
#include "storage/transfer/storecontent.h"

namespace portolan {

/// Reads the lines of a folder, batch after batch, as StoreContent::messagesByBatch() hands them over: byte for byte,
/// each with the key and the metadata that its writer's book has of it. `state`, read before, is borrowed as well as
/// `batches`. A line that was stored since has no key yet. Errors: those of reading; Cancelled.
[[nodiscard]] Result<std::unique_ptr<RowStream>> readFileLines(RowSource<Batch>& batches, const StorePlaces& places,
                                                               const JournalState& state, const CancelToken& token);

} // namespace portolan
