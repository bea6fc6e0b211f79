#pragma once

#include "app/console/output.h"
#include "storage/config/urls.h"
#include "storage/operations/savedviews.h"

#include <QStringList>

namespace portolan {

/// `portolan migrate history` and `portolan list migrations`: every migration the program or the store knows.
Result<void> printMigrations(const StoreUrl& url, Format format, const CancelToken& interrupted);

/// Prints every row of a listing of the store in --store, as `list WHAT --limit 0` does; returns the exit code.
Exit printListing(const Invocation& invocation, const char* what);

/// The panes whose lists `list` prints, by their ids.
[[nodiscard]] QStringList panesWithViews();

/// As savedViewsOf(), and where the window keeps them.
[[nodiscard]] Result<SavedViews*> keptViews(Store& store);

/// Error NotFound, with the views that the pane has.
[[nodiscard]] Error noSuchView(const QByteArray& pane, const QByteArray& name, std::span<const SavedView> all);

/// The view of this name of the pane that shows a listing. Errors: Usage for a listing that no pane shows, NotFound,
/// Unsupported where the store keeps none.
[[nodiscard]] Result<SavedView> viewOfListing(Store& store, const QString& listing, const QString& name,
                                              const CancelToken& token);

} // namespace portolan
