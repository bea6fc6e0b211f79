#include "models/panes.h"

#include <QCoreApplication>
#include <array>

namespace portolan {

namespace {

#define PANE(text) QT_TRANSLATE_NOOP("Panes", text)

constexpr std::array entries{
    PaneEntry{"overview", PANE("Overview"), "overview",
              PANE("The overview of a whole store comes in a later version. Its messages are under Batches.")},
    PaneEntry{"batches", PANE("Batches"), "batches", nullptr},
    PaneEntry{"ports", PANE("Ports"), "ports", PANE("Port queues come in a later version.")},
    PaneEntry{"dead-letters", PANE("Dead letters"), "dead-letters",
              PANE("Dead letters and their replay come in a later version.")},
    PaneEntry{"checkpoints", PANE("Checkpoints"), "checkpoints", PANE("Checkpoints come in a later version.")},
    PaneEntry{"components", PANE("Components"), "components", PANE("Component states come in a later version.")},
    PaneEntry{"metrics", PANE("Metrics"), "metrics", PANE("Metrics and their charts come in a later version.")},
    PaneEntry{"events", PANE("Events"), "events", PANE("Sensor events come in a later version.")},
    PaneEntry{"tables", PANE("Tables"), "tables", PANE("Browsing any table comes in a later version.")},
    PaneEntry{"integrity", PANE("Integrity"), "integrity", PANE("Integrity checks come in a later version.")},
    PaneEntry{"operations", PANE("Operations"), "operations",
              PANE("Backups, migrations and retention come in a later version.")},
    PaneEntry{"audit", PANE("Audit"), "audit", PANE("The audit log comes in a later version.")},
};

#undef PANE

} // namespace

std::span<const PaneEntry> paneEntries() {
    return entries;
}

QString paneName(const PaneEntry& entry) {
    return QCoreApplication::translate("Panes", entry.name);
}

QString panePending(const PaneEntry& entry) {
    return entry.pending ? QCoreApplication::translate("Panes", entry.pending) : QString();
}

} // namespace portolan
