#pragma once

#include "storage/base/clock.h"
#include "storage/listing/listing.h"

#include <optional>
#include <span>

namespace portolan {

/// The traffic through a port from one component to another, by the messages themselves (`port_messages`).
struct PortFlow {
    QByteArray source;
    QByteArray port;
    QByteArray target;
    /// Messages made a minute, over the last hour or over the newest of the port that are looked at, if those are
    /// younger. Nothing where no index leads to a port's newest messages.
    std::optional<double> perMinute = {};
    std::optional<Timestamp> lastActivity = {}; ///< the newest created_at or died_at
    qint64 deadLetters = 0;
    bool exact = true; ///< false: there are at least so many dead letters
};

/// Returns flow (a text that tells rows apart), source_component, port_name, target_component, per_minute,
/// last_activity, dead_letters, exact.
std::span<const Column<PortFlow>> portFlowColumns();
const ColumnSet& portFlowSchema();

} // namespace portolan
