#include "views/operations/operationspane.h"

#include "views/operations/backupsview.h"
#include "views/operations/differencesview.h"
#include "views/operations/healthview.h"
#include "views/operations/jobsview.h"
#include "views/operations/migrationsview.h"
#include "views/operations/retentionview.h"
#include "views/operations/scheduleview.h"

namespace portolan {

OperationsPane::OperationsPane(QWidget* parent) : TabbedPane(tr("Parts of the operations"), parent) {
    addTab(new JobsView(this), tr("Jobs"), QStringLiteral("jobs"));
    addTab(new BackupsView(this), tr("Backups"), QStringLiteral("backups"));
    addTab(new DifferencesView(this), tr("Differences"), QStringLiteral("differences"));
    addTab(new RetentionView(this), tr("Retention"), QStringLiteral("retention"));
    addTab(new ScheduleView(this), tr("Schedule"), QStringLiteral("schedule"));
    addTab(new MigrationsView(this), tr("Migrations"), QStringLiteral("migrations"));
    addTab(new HealthView(this), tr("Health"), QStringLiteral("health"));
}

} // namespace portolan
