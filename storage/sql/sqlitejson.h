#pragma once

#include "storage/sql/filtersqltext.h"

struct sqlite3;

namespace portolan {

/// Gives a connection to SQLite the functions that the conditions below call: documents are read there by the very
/// code that reads them in memory, because SQLite's own takes the first of equal names, knows a name only by its
/// spelling, and rounds numbers.
void addJsonFunctions(sqlite3* database);

/// A term about a place in a document.
[[nodiscard]] SqlFragment sqliteJsonCondition(const QString& document, const FilterTerm& term);

/// Whether what a document means contains the text; see DocumentSearch.
[[nodiscard]] SqlFragment sqliteJsonContains(const QString& document, const QByteArray& needle);

/// How many bytes a document of a table with row numbers takes, without reading it. The names are plain ones of ours.
[[nodiscard]] QString sqliteBytes(const QString& table, const QString& column, const QString& alias);

} // namespace portolan
