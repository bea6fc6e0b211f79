#pragma once

#include "tests/support/loghub.h"

namespace portolan::test {

/// The sets that madeLog() makes: error messages of a database, of a network and of an order pipeline.
inline constexpr std::array<const char*, 3> madeLogs{"database", "network", "orders"};

/// Makes 2,000 messages of a set, the same ones every time: each is one of the set's forms, which is its group, with
/// values in the form's slots; common forms come a hundred times as often as rare ones.
[[nodiscard]] std::vector<LabelledMessage> madeLog(const char* set);

} // namespace portolan::test
