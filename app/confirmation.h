#pragma once

#include "app/command.h"

namespace portolan {

class Store;

/// Whether a command may change a store that may be marked as production: --confirm is its name to the letter, and
/// --reason says why. Error Usage says what is missing.
[[nodiscard]] Result<void> confirmed(Store& store, const Invocation& invocation);

} // namespace portolan
