#pragma once

#include "app/console/command.h"
#include "storage/store.h"

namespace portolan {

/// Opens the store that --store names, or the environment in its place, for reading; until it is open, Ctrl+C ends the
/// wait. A command that writes opens it through the door (door.h).
[[nodiscard]] Result<std::unique_ptr<Store>> openedStore(const Invocation& invocation);

/// Parses the URL of a store that is no option, and adds the password that is kept for it; one that cannot be had is
/// said, and it is tried without. Error Usage.
[[nodiscard]] Result<StoreUrl> storeNamed(const QString& text);

} // namespace portolan
