#pragma once

#include "storage/ingest/kinds.h"

#include <variant>
#include <vector>

namespace portolan {

/// Reads the object of a delivery's payload as one of this kind: the values of the kind's fields in their order, with
/// the types it wants; or what is wrong with it, in words. Of several fields of one name the last counts, and null is
/// as good as none. With `fromFields` values that are text are read as what the kind wants.
[[nodiscard]] std::variant<std::vector<FieldValue>, QString> fieldValues(const JsonFields& object, const Kind& kind,
                                                                         const Delivery& delivery);

} // namespace portolan
