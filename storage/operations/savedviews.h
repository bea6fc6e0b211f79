#pragma once

#include "storage/base/cancel.h"
#include "storage/listing/listing.h"

#include <QString>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

class Store;

/// A way to look at the list of a pane, under a name. Filter and sort are kept as they were typed: the caller that
/// applies them reads them against the list's columns.
struct SavedView {
    QByteArray pane; ///< its id in the pane list
    QByteArray name; ///< one of its kind in the pane
    QByteArray filter;
    QByteArray sort;                       ///< "[-]COLUMN"; empty: the list's own order
    QByteArray columns;                    ///< JSON of the window, which arranges them; empty: as they are
    std::optional<Timestamp> updated = {}; ///< given by who keeps it
    friend bool operator==(const SavedView&, const SavedView&) = default;
};

/// Those that `portolan views` prints.
std::span<const Column<SavedView>> savedViewColumns();

/// The one of this name; null when there is none.
[[nodiscard]] const SavedView* findView(std::span<const SavedView> views, const QByteArray& pane,
                                        const QByteArray& name);

/// Error Usage: an empty name, one of more than 100 characters, or with blanks around it or line breaks in it.
[[nodiscard]] Result<void> checkViewName(const QByteArray& name);

/// Adds to a query what a view asks for: its filter and, unless the query is sorted already, its sort. Error Usage: the
/// view does not fit these columns; it names the view, and the place in its filter.
[[nodiscard]] Result<void> addView(ListQuery& query, const SavedView& view, const ColumnSet& schema, Timestamp now);

/// The views that a store keeps, for everybody who opens it. Changes are one transaction each, with their entry in the
/// audit. On the store's thread. Errors: Unsupported where the database has no place for them, in words.
class SavedViews {
public:
    SavedViews() = default;
    SavedViews(const SavedViews&) = delete;
    SavedViews& operator=(const SavedViews&) = delete;
    virtual ~SavedViews() = default;

    /// All of them, by pane and name.
    [[nodiscard]] virtual Result<std::vector<SavedView>> list(const CancelToken& token) = 0;

    /// Why nothing can be saved in this place, whichever way it is opened here, in words; nothing when it can.
    [[nodiscard]] virtual Result<std::optional<QString>> cannotSave(const CancelToken& token) = 0;

    /// Keeps a view: a new one or, with `instead`, in the place of that one of its name, which has to be as it was
    /// seen. Errors: Changed when it is not (or when there is one by now), Usage as checkViewName().
    [[nodiscard]] virtual Result<void> save(const SavedView& view, const std::optional<SavedView>& instead,
                                            const QByteArray& actor, const CancelToken& token) = 0;

    /// Takes it away, as it was seen; the row stays, marked as deleted. Error Changed.
    [[nodiscard]] virtual Result<void> remove(const SavedView& seen, const QByteArray& actor,
                                              const CancelToken& token) = 0;

    /// Gives it another name. Errors: Changed when it is not as it was seen or the name is taken, Usage.
    [[nodiscard]] virtual Result<void> rename(const SavedView& seen, const QByteArray& name, const QByteArray& actor,
                                              const CancelToken& token) = 0;
};

/// Those of a store. Error Unsupported: this kind of store keeps none.
[[nodiscard]] Result<SavedViews*> savedViewsOf(Store& store);

} // namespace portolan
