#pragma once

#include "app/command.h"
#include "storage/store.h"

namespace portolan {

/// The store that --store names, or the environment in its place, opened; until it is, Ctrl+C ends the wait.
[[nodiscard]] Result<std::unique_ptr<Store>> openedStore(const Invocation& invocation, Access access);

/// Whether a command may change a store that may be marked as production: --confirm is its name to the letter, and
/// --reason says why. Error Usage says what is missing.
[[nodiscard]] Result<void> confirmed(Store& store, const Invocation& invocation);

} // namespace portolan
