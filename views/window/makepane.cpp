#include "views/window/makepane.h"

#include "views/audit/auditpane.h"
#include "views/batches/batchespane.h"
#include "views/charts/eventspane.h"
#include "views/charts/metricspane.h"
#include "views/deadletters/deadletterspane.h"
#include "views/integrity/integritypane.h"
#include "views/operations/operationspane.h"
#include "views/overview/overviewpane.h"
#include "views/ports/portspane.h"
#include "views/tables/tablespane.h"
#include "views/versions/componentspane.h"
#include "views/versions/versionspane.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

struct Maker {
    const char* id;
    Pane* (*make)(QWidget* parent);
};

template <class SomePane>
Pane* make(QWidget* parent) {
    return new SomePane(parent);
}

Pane* makeCheckpoints(QWidget* parent) {
    return new VersionsPane(Versioned::Checkpoint, parent);
}

constexpr std::array makers{
    Maker{"batches", &make<BatchesPane>},       Maker{"dead-letters", &make<DeadLettersPane>},
    Maker{"events", &make<EventsPane>},         Maker{"integrity", &make<IntegrityPane>},
    Maker{"metrics", &make<MetricsPane>},       Maker{"ports", &make<PortsPane>},
    Maker{"audit", &make<AuditPane>},           Maker{"checkpoints", &makeCheckpoints},
    Maker{"components", &make<ComponentsPane>}, Maker{"overview", &make<OverviewPane>},
    Maker{"tables", &make<TablesPane>},         Maker{"operations", &make<OperationsPane>},
};

} // namespace

Pane* makePane(QByteArrayView id, QWidget* parent) {
    const auto maker = std::ranges::find_if(makers, [id](const Maker& m) { return id == m.id; });
    return maker == makers.end() ? nullptr : maker->make(parent);
}

} // namespace portolan
