#include "storage/transfer/files/foldercopy.h"

#include "storage/messages/files/filefence.h"
#include "storage/transfer/copiedtables.h"
#include "storage/transfer/files/filerows.h"
#include "storage/transfer/files/folderlines.h"
#include "storage/transfer/files/foldermemory.h"

namespace portolan {

namespace {

class FolderDestination final : public CopyDestination {
public:
    explicit FolderDestination(std::unique_ptr<FolderSide> side) : m_side(std::move(side)) {}

    Result<CopyReport> take(StoreContent& from, const CopyOptions& options,
                            const std::function<void(const CopyReport&)>& progress) override {
        if (from.identity() == folderIdentity(m_side->places()))
            return Error{ErrorCode::Usage, QStringLiteral("%1 and %2 are one store; name another one to copy into.")
                                               .arg(from.where(), m_side->places().messages)};
        PORTOLAN_TRY(checkAsked(options.only));
        CopyReport report;
        FolderGroup group(from, *m_side, options, report, progress);
        FolderLines lines(group);
        FolderMemory memory(group);
        if (group.wantsAll()) {
            PORTOLAN_TRY(memory.tellOthers());
        }
        PORTOLAN_TRY(lines.checkKinship());
        if (group.wants("messages")) {
            PORTOLAN_TRY(lines.run());
            PORTOLAN_TRY(group.flush());
        }
        PORTOLAN_TRY(memory.run());
        return report;
    }
    /// A folder has no audit.
    Result<void> tellEnd(const CopyOptions& options, const CopyReport& report) override {
        Q_UNUSED(options)
        Q_UNUSED(report)
        return {};
    }
    Result<void> tellOffer(const CopyOptions& options, std::chrono::seconds alike) override {
        Q_UNUSED(options)
        Q_UNUSED(alike)
        return {};
    }
    Result<void> setFence(const std::optional<QString>& other, const CopyOptions& options) override {
        Q_UNUSED(options)
        return portolan::setFence(m_side->places().own, other);
    }

private:
    std::unique_ptr<FolderSide> m_side;
};

Result<std::unique_ptr<CopyDestination>> destinationOf(Result<std::unique_ptr<FolderSide>> side) {
    if (!side)
        return side.error();
    return std::unique_ptr<CopyDestination>(std::make_unique<FolderDestination>(std::move(*side)));
}

} // namespace

Result<std::unique_ptr<CopyDestination>> openFolderDestination(const StorePlaces& places, int batchSize) {
    return destinationOf(FolderSide::open(places, batchSize));
}

Result<std::unique_ptr<CopyDestination>> lookAtFolderDestination(const StorePlaces& places, const CancelToken& token) {
    return destinationOf(FolderSide::look(places, token));
}

} // namespace portolan
