#include "storage/operations/alerts.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<const char*, 3> alertStates{"ok", "firing", "acknowledged"};

} // namespace

const char* alertStateName(AlertState state) {
    return alertStates[static_cast<std::size_t>(state)];
}

std::optional<AlertState> alertStateNamed(QByteArrayView name) {
    const auto* const found = std::ranges::find_if(alertStates, [&](const char* each) { return name == each; });
    if (found == alertStates.end())
        return std::nullopt;
    return static_cast<AlertState>(found - alertStates.begin());
}

AlertState alertStateAfter(AlertState was, bool fires) {
    if (!fires)
        return AlertState::Ok;
    return was == AlertState::Acknowledged ? was : AlertState::Firing;
}

} // namespace portolan
