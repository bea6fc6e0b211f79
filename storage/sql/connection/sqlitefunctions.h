#pragma once

#include "storage/listing/filter.h"

#include <QByteArray>

struct sqlite3;

namespace portolan {

/// Gives a connection to SQLite the functions that sqlitejson.h, filtersqltext.h and columnadapters.h call: documents
/// and times are read there by the very code that reads them in memory, because SQLite's own takes the first of equal
/// names, knows a name only by its spelling, rounds numbers, and knows fewer zones and no calendar.
/// https://sqlite.org/appfunc.html
void addSqliteFunctions(sqlite3* database);

/// A term about a place in a document, as portolan_json_holds() takes it: bytes to be bound.
[[nodiscard]] QByteArray packedTerm(const FilterTerm& term);

} // namespace portolan
