#include "storage/health/diskhealth.h"

#include "storage/base/diskspace.h"

namespace portolan {

namespace {

constexpr qint64 mebibyte = 1024 * 1024;
constexpr qint64 fewNow = 256 * mebibyte;
constexpr qint64 fewSoon = 1024 * mebibyte;
constexpr qint64 percentNow = 2;
constexpr qint64 percentSoon = 10;

} // namespace

std::vector<HealthFinding> lookAtDisk(const QString& folder, qint64 dataBytes) {
    const QByteArray name = "disk";
    const Result<DiskSpace> space = diskSpaceOf(folder);
    if (!space)
        return {notLookedAt(name, folder, space.error())};
    const qint64 percent = space->capacity > 0 ? space->available * 100 / space->capacity : 100;
    const QString detail =
        QStringLiteral("%1 MiB are free, %2 %%3.")
            .arg(space->available / mebibyte)
            .arg(percent)
            .arg(space->available < dataBytes
                     ? QStringLiteral("; another copy of the data (%1 MiB) has no room").arg(dataBytes / mebibyte)
                     : QString());
    const QString remedy = QStringLiteral("Make room: `portolan retain --dry-run` tells what may go. A full disk stops "
                                          "receiving.");
    if (space->available < fewNow || percent < percentNow)
        return {{Urgency::Now, name, folder, detail, remedy}};
    if (space->available < fewSoon || percent < percentSoon || space->available < dataBytes)
        return {{Urgency::Soon, name, folder, detail, remedy}};
    return {};
}

} // namespace portolan
