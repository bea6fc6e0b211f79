#pragma once

#include "storage/store.h"

#include <QString>
#include <optional>
#include <span>

namespace portolan {

/// An entry of the pane list (CONTRACT §7), in its order.
struct PaneEntry {
    const char* id;                 ///< for settings
    const char* name;               ///< as the contract writes it; for tr() in context "Panes"
    const char* icon;               ///< resources/icons/ICON.svg
    const char* pending;            ///< why it cannot be opened in this version; null when it can
    std::optional<Feature> feature; ///< the feature that a store must have; none: any store will do
};

std::span<const PaneEntry> paneEntries();

/// The target of a link. As text "batches" or, with a part after a slash, "batches/gaps", "tables/analytics_data.kpi".
struct PanePlace {
    QString pane; ///< the id of its entry
    QString part; ///< one of the pane's lists, groups or tables; empty: the usual one
};
[[nodiscard]] PanePlace placeOf(const QString& text);
/// Rows of a pane: its place as text (empty: no pane shows them) and the filter for them.
struct PaneLink {
    QString place;
    QString filter;
};
/// Returns the place that shows a listing's rows; empty: none does.
[[nodiscard]] QString placeOfListing(const QByteArray& listing);
/// Returns the index of a pane in paneEntries(), by its id; -1 for an unknown one.
[[nodiscard]] int paneEntryOf(const QString& id);

/// Returns the entry's name, translated.
QString paneName(const PaneEntry& entry);
/// Returns why it cannot be opened, translated; empty when it can.
QString panePending(const PaneEntry& entry);

} // namespace portolan
