#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "models/versions/comparisonmodels.h"
#include "storage/versions/versions.h"

namespace portolan {

using VersionModel = ListingModel<PipelineRow>;

/// Checkpoints, each with the version that counts; components have ComponentNameListing. Rows are of
/// versionedTable(kind).names.
std::shared_ptr<const ListingAdapter> checkpointNameListing();
/// Versions of checkpoints or of components; rows are of versionedTable(kind).versions.
std::shared_ptr<const ListingAdapter> versionListing(Versioned kind);

/// A version, whole, and the one that it is compared with. Rows are of versionedTable(kind).table.
struct InspectedVersion {
    Versioned kind = Versioned::Checkpoint;
    PipelineRow version;
    std::optional<PipelineRow> other;
    std::optional<QString> noMetadata = {}; ///< why what came beside it is not shown, though it is kept
    bool isFirstLook = false;               ///< only its text: of a large document the rest takes a while
};

/// Its content, and where it differs from the other: places, with what stood there and what stands there.
Inspection inspect(const InspectedVersion& inspected);

/// The differences that an Inspection of a version shows. Borrowed from it.
struct VersionDifferences {
    const Inspection::Table* table = nullptr; ///< place, before, after, change; null: there is no other version
    QString since;                            ///< the other version, in words
};
[[nodiscard]] VersionDifferences differencesIn(const Inspection& inspection);

/// Versions of one name beside each other, in the order of their numbers. On the query thread, where large documents
/// take a while. Errors: as findVersion().
[[nodiscard]] Result<DocumentComparison> compareVersions(Store& store, Versioned kind, const QByteArray& name,
                                                         std::vector<qint64> versions, const CancelToken& token);
/// A version beside the one that counts; that one itself beside the one before it. As compareVersions().
[[nodiscard]] Result<DocumentComparison> compareWithTheOneThatCounts(Store& store, Versioned kind,
                                                                     const QByteArray& name, qint64 version,
                                                                     const CancelToken& token);

/// The effects of promoting a version of a checkpoint, before it is done.
struct PromotionPreview {
    DocumentComparison comparison; ///< of the version, the one that is the latest now and the one before that
    qint64 latest = 0;             ///< the one that is it now
};
/// As compareVersions().
[[nodiscard]] Result<PromotionPreview> previewPromotion(Store& store, const QByteArray& name, qint64 version,
                                                        const CancelToken& token);

} // namespace portolan
