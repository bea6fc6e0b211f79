#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/replay/archive.h"

namespace portolan {

using ArchiveModel = ListingModel<ArchivedMessage>;

/// Returns the listing of messages that were discarded or replaced by an edited one, newest first.
std::shared_ptr<const ListingAdapter> archiveListing();
/// The id of the message, of what tells a row of that listing from the others.
QByteArray archivedMessageId(const QByteArray& identity);

/// The row as it was.
Inspection inspect(const ArchivedMessage& message);

} // namespace portolan
