#pragma once

#include <span>

namespace portolan::test {

/// One kind of damage to a database, planted as another program would, and the check that must find it, alone.
struct Damage {
    const char* check;
    const char* names;            ///< what the detail says of it, in part
    long long count;              ///< -1: at least one
    const char* sqlite;           ///< null: only on a server
    const char* server = nullptr; ///< null: the same statements; empty: only in SQLite
};

/// Of a healthy store with the rows below. "$TABLE$" is the table anew without any constraint.
std::span<const Damage> sqlDamages();

/// Beside what the demo brings: two versions of the checkpoint `cp` and of the component `c`, port messages `p-…` in
/// every state, a health report, metrics of the sensor `s`.
const char* healthyRows();

} // namespace portolan::test
