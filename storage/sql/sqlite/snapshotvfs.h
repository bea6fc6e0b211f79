#pragma once

namespace portolan {

/// The name of a SQLite file system for databases that nobody has open: read-only, taken for unchanging, and never
/// closing a descriptor that it has of its own (see PinnedFile). For `file:…?vfs=NAME`. Any thread.
const char* stillVfs();

} // namespace portolan
