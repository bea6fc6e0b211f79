#include "models/panes.h"

#include <QCoreApplication>
#include <array>

namespace portolan {

namespace {

#define PANE(text) QT_TRANSLATE_NOOP("Panes", text)

constexpr std::array entries{
    PaneEntry{"overview", PANE("Overview"), "overview", nullptr, Feature::Batches},
    PaneEntry{"batches", PANE("Batches"), "batches", nullptr, Feature::Batches},
    PaneEntry{"ports", PANE("Ports"), "ports", nullptr, Feature::Ports},
    PaneEntry{"dead-letters", PANE("Dead letters"), "dead-letters", nullptr, Feature::DeadLetters},
    PaneEntry{"checkpoints", PANE("Checkpoints"), "checkpoints", nullptr, Feature::Checkpoints},
    PaneEntry{"components", PANE("Components"), "components", nullptr, Feature::Components},
    PaneEntry{"metrics", PANE("Metrics"), "metrics", nullptr, Feature::Metrics},
    PaneEntry{"events", PANE("Events"), "events", nullptr, Feature::Events},
    PaneEntry{"tables", PANE("Tables"), "tables", nullptr, Feature::Tables},
    PaneEntry{"integrity", PANE("Integrity"), "integrity", nullptr, Feature::Integrity},
    PaneEntry{"operations", PANE("Operations"), "operations",
              PANE("Backups, migrations and retention come in a later version."), Feature::Operations},
    PaneEntry{"audit", PANE("Audit"), "audit", nullptr, Feature::Audit},
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
