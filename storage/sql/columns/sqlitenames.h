#pragma once

#include <QString>

namespace portolan {

/// Returns a name in the one case that SQLite compares names in: it folds the letters of ASCII and no others.
[[nodiscard]] QString foldedName(const QString& name);

/// Makes the condition of SQLite that a row `of` of pragma_table_list is no table that a module keeps for one of its
/// virtual tables. SQLite tells these by their names alone: a table of a user's that carries the texts of a full-text
/// index ("docs_content" beside "docs USING fts5(…, content='docs_content')") has the type 'shadow', too, and is taken.
[[nodiscard]] QString isNoShadowTable(const char* of);

} // namespace portolan
