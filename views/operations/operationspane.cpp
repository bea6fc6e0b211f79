#include "views/operations/operationspane.h"

#include "views/operations/jobsview.h"
#include "views/operations/migrationsview.h"

namespace portolan {

OperationsPane::OperationsPane(QWidget* parent) : TabbedPane(tr("Parts of the operations"), parent) {
    addTab(new JobsView(this), tr("Jobs"), QStringLiteral("jobs"));
    addTab(new MigrationsView(this), tr("Migrations"), QStringLiteral("migrations"));
}

} // namespace portolan
