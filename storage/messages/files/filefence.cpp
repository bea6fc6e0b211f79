#include "storage/messages/files/filefence.h"

#include "storage/messages/files/lines/posixfile.h"

namespace portolan {

namespace {

constexpr const char* fenceFile = "switched";

} // namespace

Result<std::optional<QString>> fenceOf(const QString& own) {
    using Other = std::optional<QString>;
    const auto folder = openFolder(own);
    const auto bytes = folder ? readAt(*folder, fenceFile) : Result<QByteArray>(folder.error());
    if (!bytes && bytes.error().code == ErrorCode::NotFound)
        return Other();
    PORTOLAN_TRY(bytes);
    return Other(QString::fromUtf8(bytes->trimmed()));
}

Result<void> setFence(const QString& own, const std::optional<QString>& other) {
    const auto folder = openFolder(own);
    PORTOLAN_TRY(folder);
    if (other)
        return replaceFile(*folder, fenceFile, other->toUtf8() + '\n', true);
    const auto removed = removeAt(*folder, fenceFile);
    if (!removed && removed.error().code != ErrorCode::NotFound)
        return removed;
    return syncFile(*folder, own);
}

} // namespace portolan
