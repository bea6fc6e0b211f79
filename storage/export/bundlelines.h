#pragma once

#include "storage/base/result.h"
#include "storage/ports/portintake.h"

namespace portolan {

// The lines of an incident bundle's data, JSON objects (JSON lines). Keys are the column names of the tables. Documents
// are strings, so that each comes back byte for byte; bytes that are no UTF-8 stand beside their readable form in
// NAME_base64; times have microseconds where there are any.

void appendMessageLine(QByteArray& out, const PortMessage& message);
/// Error Corrupt: what is no such line.
[[nodiscard]] Result<PortMessage> parseMessageLine(QByteArrayView line);

/// Of an entry about a message; its number in the store that it is from does not go with it.
void appendAuditLine(QByteArray& out, const AuditEntry& entry);
[[nodiscard]] Result<AuditEntry> parseAuditLine(QByteArrayView line);

} // namespace portolan
