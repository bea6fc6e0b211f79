#pragma once

#include "app/console/command.h"
#include "storage/receive/receiver.h"

namespace portolan {

/// Receives until the end or the interrupt, reports on standard error and prints the counts as the last line.
Exit runReceiver(const ReceiverOptions& options, const CancelToken& interrupted);
/// The same from the source of a maker.
Exit runReceiver(const ReceiverOptions& options, Receiver::SourceMaker source, const CancelToken& interrupted);

} // namespace portolan
