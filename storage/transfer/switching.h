#pragma once

#include "storage/base/cancel.h"
#include "storage/base/changemark.h"
#include "storage/transfer/copydestination.h"

#include <functional>

namespace portolan {

/// A store of a switch, as it is opened to be read and to be written to.
struct SwitchSide {
    QString name; ///< its URL as it is shown
    std::function<Result<std::unique_ptr<StoreContent>>()> content;
    std::function<Result<std::unique_ptr<CopyDestination>>()> destination;
    std::function<Result<ChangeMark>()> mark;
    bool isFolder = false;
};

struct SwitchReport {
    bool isSwitched = false; ///< else the stores differ, and all is as it was
    CopyReport forth;        ///< what was copied into the new store, and the differences of the last look
    CopyReport back;         ///< the same of the other direction
};

/// Puts a store in the place of another one: copies what is new until both are alike, keeps receivers out of the old
/// store, copies what came meanwhile, brings the old one what the new one had besides, and lets receivers into the new
/// one. So both have the same rows, each knows which of them a copy left, and the same call with the sides exchanged is
/// the way back, but from a folder into the database that took its place: what that received has no numbers there. A
/// receiver of Portolan's that was writing into the old store ends with an error, and what it did not
/// store stays with its source; other programs are kept out by nobody. After an error the old store is open again,
/// unless the program is killed: then the same call goes on. `tell` gets what is waited for. Errors: those of
/// followStore(); Busy, a folder's receiver is running.
[[nodiscard]] Result<SwitchReport> switchStores(const SwitchSide& from, const SwitchSide& into,
                                                const CopyOptions& options,
                                                const std::function<void(const CopyReport&)>& progress,
                                                const std::function<void(const QString&)>& tell,
                                                const CancelToken& token);

/// Lets receivers into a store again without copying anything: the one that it was switched to is lost.
[[nodiscard]] Result<void> reopenStore(const SwitchSide& store, const CopyOptions& options);

} // namespace portolan
