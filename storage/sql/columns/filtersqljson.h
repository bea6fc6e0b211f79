#pragma once

#include "storage/sql/columns/filtersqltext.h"

namespace portolan {

/// A term about a place inside a JSON column (text in SQLite, where what is no JSON has no places; jsonb in
/// PostgreSQL). NULL counts as false. The path is bound, not pasted. SQLite needs addSqliteFunctions().
[[nodiscard]] SqlFragment jsonCondition(const QString& document, const FilterTerm& term, SqlDialect dialect);

} // namespace portolan
