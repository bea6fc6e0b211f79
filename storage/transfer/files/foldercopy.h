#pragma once

#include "storage/base/cancel.h"
#include "storage/messages/files/places.h"
#include "storage/transfer/copydestination.h"

namespace portolan {

/// Opens a folder of batch files that messages are copied into, a missing one is made, and keeps its writer's lock:
/// nobody else writes there meanwhile. Messages that are there already are found by the lines themselves, so that a
/// copy that was cut short goes on. Nothing is ever removed or changed. Errors: those of FileWriter::open().
[[nodiscard]] Result<std::unique_ptr<CopyDestination>> openFolderDestination(const StorePlaces& places, int batchSize);

/// The same for a dry run: all is read and told, nothing is made or written, no lock is taken. The token ends opening.
[[nodiscard]] Result<std::unique_ptr<CopyDestination>> lookAtFolderDestination(const StorePlaces& places,
                                                                               const CancelToken& token);

} // namespace portolan
