#pragma once

#include "storage/transfer/storecontent.h"

namespace portolan {

/// Says in words why a database of this kind does not keep a value as it is in a column; nothing when it does.
[[nodiscard]] std::optional<QString> cellRefusal(ContentKeeper keeper, const ContentColumn& column,
                                                 const ContentCell& cell);

} // namespace portolan
