#pragma once

#include "storage/sql/columns/filtersqltext.h"

namespace portolan {

/// A term about a place inside a JSON column (text in SQLite, where what is no JSON has no places; jsonb in
/// PostgreSQL). NULL counts as false. The path is bound, not pasted. SQLite needs addSqliteFunctions().
[[nodiscard]] SqlFragment jsonCondition(const QString& document, const FilterTerm& term, SqlDialect dialect);

/// A server's document of any type as jsonb, in which every document of type json can be looked into: jsonb refuses the
/// character NUL and half of a surrogate pair, where U+0001 and U+FFFD take their places.
[[nodiscard]] QString asJsonb(const QString& document);

} // namespace portolan
