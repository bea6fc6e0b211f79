#pragma once

namespace portolan {

/// The kind of loss that a gap is.
enum class GapKind {
    Numbers,    ///< messages whose numbers never came
    Disconnect, ///< the connection was away, and messages may have been published meanwhile
    Overrun,    ///< messages were dropped because storing could not follow
    Trimmed,    ///< entries were taken out of the source before they were received
};

} // namespace portolan
