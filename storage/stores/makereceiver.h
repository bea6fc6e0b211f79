#pragma once

#include "storage/receive/receiver.h"

#include <functional>

namespace portolan {

/// A receiver from the options' source into their store, which are made on its threads. `onTick` as Receiver's.
[[nodiscard]] Receiver makeReceiver(ReceiverOptions options, std::function<void(const ReceiverStatus&)> onTick = {});

} // namespace portolan
