#include "views/list/pane.h"

#include "views/list/listframe.h"

namespace portolan {

void Pane::copyRows(bool withHeader) {
    const std::vector<ListFrame*> all = lists();
    if (!all.empty())
        all.front()->table()->copyRows(withHeader ? RowsTextFormat::LinesWithHeader : RowsTextFormat::Lines);
}

} // namespace portolan
