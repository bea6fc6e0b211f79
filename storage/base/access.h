#pragma once

namespace portolan {

/// The right with which a store is opened. Opened for reading it leaves no trace in its place.
enum class Access { Read, Write };

} // namespace portolan
