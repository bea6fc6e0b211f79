#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "models/list/panes.h"
#include "models/versions/comparisonmodels.h"
#include "storage/backups/backups.h"
#include "storage/config/urls.h"
#include "storage/transfer/storecomparison.h"

#include <memory>
#include <vector>

namespace portolan {

/// A row that a backup and its store do not have alike: missing in the store, extra there, or changed.
struct ListedDifference {
    qint64 number = 0; ///< in the order of tables and keys, from 1
    RowDifference row; ///< of the backup (first) and the store (second)
};

using DifferenceModel = ListingModel<ListedDifference>;

/// The outcome of comparing a backup with the store that it is of.
struct BackupComparison {
    BackupEntry backup;
    StoreKind kind = StoreKind::Sqlite;
    Timestamp comparedAt;
    qint64 alike = 0; ///< rows
    qint64 missing = 0;
    qint64 extra = 0;
    qint64 changed = 0;
    std::vector<ListedDifference> rows; ///< the first thousand of each kind and table
    QStringList leftOut;                ///< tables and columns that were not compared, each a sentence
};

/// Restores a backup aside and compares it with the store, row by row. Any thread; `progress` is told of the rows
/// compared. Memory is bounded, however many rows differ. Errors: those of openContent() and compareStores().
[[nodiscard]] Result<BackupComparison> compareBackup(const BackupEntry& backup, const StoreUrl& store,
                                                     const std::function<void(qint64)>& progress,
                                                     const CancelToken& token);

/// Says how many rows differ and how, what is not listed, and what was not compared.
[[nodiscard]] QString comparisonSummary(const BackupComparison& comparison);

/// Lists the rows that differ; of no comparison none.
[[nodiscard]] std::shared_ptr<const ListingAdapter>
differenceListing(std::shared_ptr<const BackupComparison> comparison);

/// Lays a row of the backup and of the store side by side. Any thread.
[[nodiscard]] DocumentComparison rowsSideBySide(const RowDifference& difference, const CancelToken& token);

/// Shows such a row as the backup and the store have it, whole.
[[nodiscard]] Inspection inspect(const ListedDifference& difference);

/// Returns the place of the window that shows the row in a store of this kind, and the filter for it. The store alone
/// has the extra ones, the backup alone the missing ones.
[[nodiscard]] PaneLink linkOfDifference(const RowDifference& difference, StoreKind kind);

} // namespace portolan
