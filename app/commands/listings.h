#pragma once

#include "app/console/output.h"
#include "storage/config/urls.h"
#include "storage/operations/savedviews.h"

#include <QStringList>

namespace portolan {

/// Prints every migration that the program or the store knows: `portolan migrate history`, `list migrations`.
Result<void> printMigrations(const StoreUrl& url, Format format, const CancelToken& interrupted);

/// Prints every row of a listing of the store in --store, as `list WHAT --limit 0` does; returns the exit code.
Exit printListing(const Invocation& invocation, const char* what);

/// Returns the ids of the panes whose lists `list` prints.
[[nodiscard]] QStringList panesWithViews();

/// Returns the store's views. As savedViewsOf(), and its error says as well that the window keeps views itself.
[[nodiscard]] Result<SavedViews*> keptViews(Store& store);

/// Makes the error (NotFound) of a view that the pane has not; it names those that it has.
[[nodiscard]] Error noSuchView(const QByteArray& pane, const QByteArray& name, std::span<const SavedView> all);

/// Finds the view of this name of the pane that shows a listing. Errors: Usage for a listing that no pane shows,
/// NotFound, Unsupported where the store keeps none.
[[nodiscard]] Result<SavedView> viewOfListing(Store& store, const QString& listing, const QString& name,
                                              const CancelToken& token);

} // namespace portolan
