#pragma once

#include "models/list/pagedmodel.h"

#include <QString>
#include <vector>

namespace portolan {

/// A way on from a cell or its row: a narrower filter of the same list, or another pane.
struct RowStep {
    QString text;  ///< as a menu says it
    QString place; ///< a PanePlace as text; empty: the same list
    QString filter;
};

/// Returns the ways on from a cell: only this value, not this value, what was around its row, its port, its component,
/// its dead letter. `narrows`: the list is the one that the field filters. Nothing for a row that is not in memory.
[[nodiscard]] std::vector<RowStep> rowSteps(const PagedModel& model, int row, int column, bool narrows);

/// Returns the row's id as it is copied: the stored column `id`, else its name or path; empty: it has none.
[[nodiscard]] QString rowId(const PagedModel& model, int row);

/// Returns the condition that a column is exactly this, as it is typed.
[[nodiscard]] QString termFor(const char* column, const QString& value);

/// Returns a filter's text with one more condition.
[[nodiscard]] QString narrowed(const QString& filter, const QString& term);

} // namespace portolan
