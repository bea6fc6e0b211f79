#include "views/list/listpane.h"

#include "views/list/listframe.h"

namespace portolan {

void ListPane::wire(ListFrame* frame, const std::function<void()>& clear) {
    connect(frame, &ListFrame::clearFilterWanted, this, [this, clear] {
        if (clear)
            clear();
        Q_EMIT clearFilterWanted();
    });
    connect(frame->table(), &DataTable::pauseWanted, this, &Pane::pauseWanted);
    connect(frame->table(), &DataTable::failed, this, &Pane::notice);
    connect(frame->table(), &DataTable::copied, this,
            [this](int rows) { Q_EMIT notice(tr("Rows copied: %1").arg(groupedNumber(rows))); });
}

void ListPane::inspectNothing() {
    m_inspecting.cancelPending();
    Q_EMIT nothingInspected();
}

} // namespace portolan
