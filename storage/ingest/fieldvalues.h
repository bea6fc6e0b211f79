#pragma once

#include "storage/ingest/kinds.h"

#include <variant>
#include <vector>

namespace portolan {

/// The fields of an object in which mistakeIn() found none, in the order of the kind's fields and with the types it
/// wants; or, in words, why they cannot be had: a time outside of the years 0001 to 9999, JSON nested too deep.
/// `document` is the text that the object was read from. Of several fields of one name the last counts.
[[nodiscard]] std::variant<std::vector<FieldValue>, QString> fieldValues(const JsonFields& object, const Kind& kind,
                                                                         QByteArrayView document, bool textValues);

} // namespace portolan
