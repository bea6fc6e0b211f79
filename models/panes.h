#pragma once

#include "storage/store.h"

#include <QString>
#include <span>

namespace portolan {

/// One entry of the pane list (CONTRACT §7), in its order.
struct PaneEntry {
    const char* id;      ///< for settings
    const char* name;    ///< as the contract writes it; for tr() in context "Panes"
    const char* icon;    ///< resources/icons/ICON.svg
    const char* pending; ///< why it cannot be opened in this version; null when it can
    Feature feature;     ///< what a store must be able to show
};

std::span<const PaneEntry> paneEntries();

/// The entry's name, translated.
QString paneName(const PaneEntry& entry);
/// Why it cannot be opened, translated; empty when it can.
QString panePending(const PaneEntry& entry);

} // namespace portolan
