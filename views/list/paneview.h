#pragma once

#include "storage/operations/savedviews.h"

namespace portolan {

class ListFrame;
class Pane;

// How a pane is looked at, as a saved view has it. Its `columns` are JSON: the list that is filtered, the table whose
// rows they are, and its columns from left to right, {"list":…,"table":…,"columns":[{"name":…,"width":…}]}; widths in
// characters, so that they fit other text sizes. GUI thread.

/// The list that the field `Filter` narrows; null: there is none.
[[nodiscard]] ListFrame* filteredList(const Pane& pane);

/// The sort and the columns of that list; the rest is left empty.
[[nodiscard]] SavedView lookOf(const Pane& pane);

/// The table that the view is of (Pane::subject()); empty: it is of none.
[[nodiscard]] QByteArray subjectOf(const SavedView& view);

/// Brings the list forward that the view is of; one that was saved without a window fits the list that is there, or
/// another of the pane. Sorts and arranges it so. What it has not is passed over.
void takeLook(const Pane& pane, const SavedView& view);

} // namespace portolan
