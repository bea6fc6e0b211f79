#pragma once

namespace portolan {

/// Returns the version, such as "0.1.0".
const char* version();

} // namespace portolan
