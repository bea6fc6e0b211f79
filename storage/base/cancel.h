#pragma once

#include "storage/base/result.h"

#include <stop_token>

namespace portolan {

/// Says that an answer is no longer wanted. A copyable view of its source; any thread may look at it.
/// A default-made token never cancels. Long functions check it once a row.
using CancelToken = std::stop_token;

/// The asker's end of a CancelToken.
using CancelSource = std::stop_source;

/// Makes the error of a function that stopped because its token was cancelled.
inline Error cancelled() {
    return Error{ErrorCode::Cancelled, QStringLiteral("Cancelled.")};
}

} // namespace portolan
