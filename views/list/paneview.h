#pragma once

#include "storage/operations/savedviews.h"

namespace portolan {

class ListFrame;
class Pane;

// The look of a pane, as a saved view keeps it. The view's `columns` are JSON: the filtered list, the table whose rows
// it shows, and its columns from left to right, {"list":…,"table":…,"columns":[{"name":…,"width":…}]}; widths in
// characters, so that they fit other text sizes. GUI thread.

/// Returns the list that the field `Filter` filters; null: there is none.
[[nodiscard]] ListFrame* filteredList(const Pane& pane);

/// Returns a view with the sort and the columns of that list; the rest is empty.
[[nodiscard]] SavedView lookOf(const Pane& pane);

/// Returns the table of a view (Pane::subject()); empty: it has none.
[[nodiscard]] QByteArray subjectOf(const SavedView& view);

/// Brings the view's list forward, and sorts and arranges it so; unknown columns are passed over. A view that names no
/// list applies to the one in front, or to another of the pane that it fits.
void takeLook(const Pane& pane, const SavedView& view);

} // namespace portolan
