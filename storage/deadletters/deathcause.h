#pragma once

#include <QByteArray>
#include <optional>

namespace portolan {

/// What is known of a message that died: its error's text and details (JSON), each perhaps nothing.
struct DeathNote {
    std::optional<QByteArray> message;
    std::optional<QByteArray> details;
};

/// Whether two deaths are of one cause: of one error type, and of texts that differ in values alone. Any thread.
[[nodiscard]] bool sameCause(const DeathNote& before, const DeathNote& after);

} // namespace portolan
