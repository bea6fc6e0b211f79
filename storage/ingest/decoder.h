#pragma once

#include "storage/ingest/delivery.h"

#include <QRegularExpression>

namespace portolan {

/// Tells what a payload is (CONTRACT §3) and checks it. Never fails: what cannot be stored becomes a Rejection.
/// `number` finds the number of a text that is of no kind, in its first group or as a whole; nothing: CONTRACT §3.2
/// does. Pure; any thread.
[[nodiscard]] Decoded decode(const Delivery& delivery, const QRegularExpression* number = nullptr);

/// "port_message" for MessageKind::PortMessage, and so on.
[[nodiscard]] const char* kindName(MessageKind kind);

} // namespace portolan
