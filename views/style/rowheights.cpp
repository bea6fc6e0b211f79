#include "views/style/rowheights.h"

#include <QHeaderView>
#include <QSignalBlocker>
#include <QTableView>

namespace portolan {

void setRowHeights(QTableView& table, int height) {
    {
        const QSignalBlocker noneByItself(table.verticalHeader());
        table.verticalHeader()->setMinimumSectionSize(0); // the style's would be more than some rows are
        table.verticalHeader()->setDefaultSectionSize(height);
    }
    table.doItemsLayout();
}

} // namespace portolan
