#include "views/panes.h"

#include "views/auditpane.h"
#include "views/batchespane.h"
#include "views/componentspane.h"
#include "views/deadletterspane.h"
#include "views/eventspane.h"
#include "views/integritypane.h"
#include "views/metricspane.h"
#include "views/overviewpane.h"
#include "views/portspane.h"
#include "views/tablespane.h"
#include "views/versionspane.h"

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
    Maker{"tables", &make<TablesPane>},
};

} // namespace

Pane* makePane(QByteArrayView id, QWidget* parent) {
    const auto maker = std::ranges::find_if(makers, [id](const Maker& m) { return id == m.id; });
    return maker == makers.end() ? nullptr : maker->make(parent);
}

} // namespace portolan
