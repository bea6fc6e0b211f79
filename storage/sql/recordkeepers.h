#pragma once

#include "storage/ingest/delivery.h"
#include "storage/sql/connection.h"

namespace portolan {

/// Stores one record of a kind in the caller's transaction. Error Invalid: the record is refused.
using RecordKeeper = Result<void> (*)(Connection& connection, const IngestItem& item, const IncomingRecord& record);

/// Who keeps records of a kind in SQL stores; null when nobody does, and they are rejected. A new kind is a file of
/// its own and its line here.
[[nodiscard]] RecordKeeper recordKeeper(MessageKind kind);

} // namespace portolan
