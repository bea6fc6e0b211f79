#pragma once

#include <QByteArray>
#include <optional>

namespace portolan {

/// The facts known of a message that died: its error's text and details (JSON), each perhaps nothing.
struct DeathNote {
    std::optional<QByteArray> message;
    std::optional<QByteArray> details;
};

/// Returns true when two deaths are of one cause: one error type, and texts that differ in values alone. Any thread.
[[nodiscard]] bool sameCause(const DeathNote& before, const DeathNote& after);

} // namespace portolan
