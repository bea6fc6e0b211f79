#pragma once

#include <span>

namespace portolan {

/// A check that one statement makes, over a table of either database and of any program.
///
/// The statement gives a row for each thing found: `found` names it; `keys` (where it has them) are the values that
/// lead to its rows, with commas; `amount` how many it stands for. It is asked how many there are, then for the first,
/// so it holds nothing in memory here and lets an index serve it. For aliases and braces see checktemplate.h.
struct SqlCheck {
    enum class Where { Anywhere, Sqlite, Server };
    const char* name;
    const char* promise;   ///< what holds where nothing is found
    const char* what;      ///< what `found` names
    const char* needs;     ///< "table.column …"
    const char* statement; ///< from SELECT on
    const char* listing = "";
    const char* column = ""; ///< of the listing: what `keys`, or `found`, are values of
    bool hasKeys = false;
    bool hasAmount = false;
    Where where = Where::Anywhere;
};

std::span<const SqlCheck> sqlCheckTable(); ///< all of them

/// A column of a kind that many tables have, and the column that names its rows.
struct CheckedColumn {
    const char* table;
    const char* column;
    const char* key;
    const char* listing = "";
};

/// Columns that hold JSON documents (SQLite; a server's jsonb cannot hold anything else).
std::span<const CheckedColumn> jsonColumns();
/// Columns that hold when something happened.
std::span<const CheckedColumn> pastColumns();

} // namespace portolan
