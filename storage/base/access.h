#pragma once

namespace portolan {

/// What a store is opened for. Opened for reading it leaves no trace in its place.
enum class Access { Read, Write };

} // namespace portolan
