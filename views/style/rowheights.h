#pragma once

class QTableView;

namespace portolan {

/// Makes all rows of a table, and those to come, so many pixels high, in a time that a million of them do not make felt
/// (about 10 ms): QHeaderView::setMinimumSectionSize() resizes each row by itself, moving all others.
void setRowHeights(QTableView& table, int height);

} // namespace portolan
