#pragma once

#include "app/console/command.h"
#include "storage/receive/receiver.h"

namespace portolan {

/// Receives until the end or the interrupt, tells of it on standard error and prints the counts as the last line.
Exit runReceiver(const ReceiverOptions& options, const CancelToken& interrupted);
/// The same from a source made elsewhere.
Exit runReceiver(const ReceiverOptions& options, Receiver::SourceMaker source, const CancelToken& interrupted);

} // namespace portolan
