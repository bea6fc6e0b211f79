#pragma once

#include "storage/base/cancel.h"
#include "storage/config/urls.h"
#include "storage/transfer/copydestination.h"
#include "storage/transfer/storecontent.h"

#include <QStringList>
#include <memory>
#include <optional>

namespace portolan {

/// The help that reading a backup needs.
struct ContentAid {
    std::optional<StoreUrl> server = {}; ///< where a backup of a database on a server is restored aside
    QStringList tables = {};             ///< those of Portolan's own that will be read
};

/// Opens what a store or a backup holds at this moment, to be compared or copied, on a connection of its own that only
/// reads. The token ends opening and reading. Errors: those of openStore() and openBackupContent(); Unsupported: a
/// bundle, which is an excerpt.
[[nodiscard]] Result<std::unique_ptr<StoreContent>> openContent(const StoreUrl& url, const CancelToken& token = {},
                                                                const ContentAid& aid = {});

/// Says that two URLs name one store, however they are spelled; both must be there. Errors: those of openContent().
[[nodiscard]] Result<bool> isOneStore(const StoreUrl& a, const StoreUrl& b, const CancelToken& token = {});

/// Opens the same to be copied, a backup as well: of files the tables that a database has for the same.
[[nodiscard]] Result<std::unique_ptr<StoreContent>> openCopySource(const StoreUrl& url, const CancelToken& token = {},
                                                                   const ContentAid& aid = {});

/// Opens a store that rows are copied into; a missing one is made. Errors: those of openStore() and of
/// openFolderDestination(); Unsupported, in words: it is a bundle, or its schema is not the current one.
[[nodiscard]] Result<std::unique_ptr<CopyDestination>> openCopyDestination(const StoreUrl& url,
                                                                           const CancelToken& token = {});

/// Opens a folder to see what a copy would do in it; nothing is made or written. Error Unsupported: it is no folder.
[[nodiscard]] Result<std::unique_ptr<CopyDestination>> lookAtCopyDestination(const StoreUrl& url,
                                                                             const CancelToken& token = {});

} // namespace portolan
