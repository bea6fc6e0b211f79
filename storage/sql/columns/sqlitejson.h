#pragma once

#include "storage/sql/columns/filtersqltext.h"

namespace portolan {

// Conditions that call the functions of sqlitefunctions.h.

/// A term about a place in a document.
[[nodiscard]] SqlFragment sqliteJsonCondition(const QString& document, const FilterTerm& term);

/// Makes the condition that what a document means contains the text; see DocumentSearch.
[[nodiscard]] SqlFragment sqliteJsonContains(const QString& document, const QByteArray& needle);

/// Makes the expression of the bytes that a document of a table with row numbers takes, without reading it. The names
/// are plain ones of ours.
[[nodiscard]] QString sqliteBytes(const QString& table, const QString& column, const QString& alias);

} // namespace portolan
