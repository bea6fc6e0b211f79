#pragma once

#include "storage/ingest/delivery.h"

namespace portolan {

/// Tells what a payload is (CONTRACT §3) and checks it. Never fails: what cannot be stored becomes a Rejection.
/// Pure; any thread.
[[nodiscard]] Decoded decode(const Delivery& delivery);

/// "port_message" for MessageKind::PortMessage, and so on.
[[nodiscard]] const char* kindName(MessageKind kind);

} // namespace portolan
