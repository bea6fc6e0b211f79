#pragma once

#include "storage/transfer/copytarget.h"

namespace portolan {

/// Makes sure that a store is the one whose rows were copied under this name before, if any were, and notes it with the
/// target when it is the first time. `takesMessages`: then they must not be there already because the target received
/// them itself. Errors: Usage, in words: it is another store, or they are; those of reading and writing.
[[nodiscard]] Result<void> checkOrigin(StoreContent& from, CopyTarget& into, const QString& name, bool takesMessages);

} // namespace portolan
