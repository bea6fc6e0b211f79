#include "storage/base/diskspace.h"

#include <QFile>
#include <filesystem>

namespace portolan {

Result<DiskSpace> diskSpaceOf(const QString& folder) {
    std::error_code failed;
    const auto space = std::filesystem::space(QFile::encodeName(folder).toStdString(), failed);
    if (failed)
        return Error{ErrorCode::Io, QStringLiteral("Cannot tell how much space there is left for %1.").arg(folder),
                     QString::fromStdString(failed.message())};
    return DiskSpace{static_cast<qint64>(space.available), static_cast<qint64>(space.capacity)};
}

} // namespace portolan
