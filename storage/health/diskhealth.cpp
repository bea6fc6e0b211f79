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
        return {notLookedAt(name, Phrase::ofWords(folder), space.error())};
    const qint64 percent = space->capacity > 0 ? space->available * 100 / space->capacity : 100;
    const bool hasRoom = space->available >= dataBytes;
    Phrase detail{hasRoom
                      ? QT_TRANSLATE_NOOP("Findings", "%1 MiB are free, %2 %.")
                      : QT_TRANSLATE_NOOP("Findings", "%1 MiB are free, %2 %; another copy of the data (%3 MiB) has "
                                                      "no room."),
                  {QString::number(space->available / mebibyte), QString::number(percent)}};
    if (!hasRoom)
        detail.values << QString::number(dataBytes / mebibyte);
    const Phrase remedy{QT_TRANSLATE_NOOP("Findings",
                                          "Make room: `portolan retain --dry-run` tells what may go. A full disk stops "
                                          "receiving.")};
    const Phrase subject = Phrase::ofWords(folder);
    if (space->available < fewNow || percent < percentNow)
        return {{Urgency::Now, name, subject, detail, remedy}};
    if (space->available < fewSoon || percent < percentSoon || !hasRoom)
        return {{Urgency::Soon, name, subject, detail, remedy}};
    return {};
}

} // namespace portolan
