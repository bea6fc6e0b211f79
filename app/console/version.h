#pragma once

namespace portolan {

/// "0.1.0"
const char* version();

} // namespace portolan
