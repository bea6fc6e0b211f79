#include "views/list/pane.h"

#include "views/list/listframe.h"

namespace portolan {

ListFrame* Pane::filteredList() const {
    for (ListFrame* const frame : lists()) {
        if (&frame->table()->paged()->listing().schema() == filterSchema())
            return frame;
    }
    return nullptr;
}

void Pane::copyRows(bool withHeader) {
    const std::vector<ListFrame*> all = lists();
    if (!all.empty())
        all.front()->table()->copyRows(withHeader ? RowsTextFormat::LinesWithHeader : RowsTextFormat::Lines);
}

} // namespace portolan
