#include "storage/backups/backupretention.h"

#include "storage/backups/backupcatalogue.h"
#include "storage/backups/backupseal.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <set>

namespace portolan {

namespace {

constexpr int mostKept = 10'000;
/// So long every backup stays.
constexpr std::chrono::hours lastDay(24);

QDate dayOf(Timestamp at) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).date();
}

Timestamp startOf(QDate day) {
    return Timestamp(std::chrono::milliseconds(QDateTime(day, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch()));
}

/// Returns true for a backup that may let an older one go.
bool isWholeProof(const BackupEntry& backup) {
    return isProved(backup) && !isLackingRows(backup);
}

/// The manifest at the end of a file in the folder that is no link to another one; nothing where there is none.
std::optional<BackupManifest> sealedIn(const Fd& folder, const QString& name) {
    const auto file = openAt(folder, QFile::encodeName(name), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    const auto seal = file ? readSeal(*file, name) : Result<BackupSeal>(file.error());
    auto manifest = seal ? BackupManifest::parse(seal->manifest) : Result<BackupManifest>(seal.error());
    return manifest ? std::optional(std::move(*manifest)) : std::nullopt;
}

} // namespace

Result<BackupPolicy> parseBackupPolicy(QByteArrayView text) {
    BackupPolicy policy;
    for (const QByteArray& word : text.toByteArray().simplified().split(' ')) {
        if (word.isEmpty())
            continue;
        bool isNumber = false;
        const int number = word.mid(word.indexOf(':') + 1).toInt(&isNumber);
        const bool isDaily = word.startsWith("daily:");
        if ((!isDaily && !word.startsWith("monthly:")) || !isNumber || number < (isDaily ? 1 : 0) || number > mostKept)
            return Error{
                ErrorCode::Usage,
                QStringLiteral("Of backups so many are kept: \"daily:30 monthly:12\", the newest of 30 days and of "
                               "12 months. \"%1\" says something else.")
                    .arg(QString::fromUtf8(word))};
        (isDaily ? policy.daily : policy.monthly) = number;
    }
    return policy;
}

SortedBackups sortBackups(std::vector<BackupEntry> backups, const BackupPolicy& policy, Timestamp now) {
    std::ranges::sort(backups, [](const BackupEntry& a, const BackupEntry& b) {
        return std::pair(a.createdAt, a.id) > std::pair(b.createdAt, b.id);
    });
    std::set<QDate> days;
    std::set<std::pair<int, int>> months;
    std::set<QByteArray> staying;
    bool isNewest = true; // of those that are proved and whole
    for (const BackupEntry& backup : backups) {
        const QDate day = dayOf(backup.createdAt);
        const bool isWhole = isWholeProof(backup) && backup.kind != backupkind::selected;
        bool stays = backup.createdAt > now - lastDay || (isWhole && isNewest);
        isNewest = isNewest && !isWhole;
        if (isWholeProof(backup) && backup.kind == backupkind::full) {
            if (std::ssize(days) < policy.daily && days.insert(day).second)
                stays = true;
            if (std::ssize(months) < policy.monthly && months.insert({day.year(), day.month()}).second)
                stays = true;
        }
        if (stays)
            staying.insert(backup.id);
    }
    const bool isFull = std::ssize(days) >= policy.daily;
    SortedBackups sorted;
    for (auto backup = backups.rbegin(); backup != backups.rend(); ++backup) {
        const bool isOther = !isWholeProof(*backup) || backup->kind != backupkind::full;
        const bool stays =
            staying.contains(backup->id) || (isOther && (!isFull || backup->createdAt >= startOf(*days.begin())));
        (stays ? sorted.staying : sorted.leaving).push_back(std::move(*backup));
    }
    return sorted;
}

Result<std::vector<BackupEntry>> ownBackups(const QString& folder) {
    auto all = BackupCatalogue(folder).entries();
    PORTOLAN_TRY(all);
    std::vector<BackupEntry> own;
    if (all->empty())
        return own;
    const auto opened = openFolder(folder);
    PORTOLAN_TRY(opened);
    for (BackupEntry& entry : *all) {
        const QFileInfo file(entry.file);
        if (file.absolutePath() != QDir(folder).absolutePath())
            continue;
        const auto manifest = sealedIn(*opened, file.fileName());
        if (!manifest || manifest->id != entry.id)
            continue;
        entry.createdAt = manifest->createdAt;
        entry.kind = manifest->kind;
        entry.bytes = file.size();
        own.push_back(std::move(entry));
    }
    return own;
}

Result<bool> removeBackup(const QString& folder, const BackupEntry& backup) {
    const auto opened = openFolder(folder);
    PORTOLAN_TRY(opened);
    const QString name = QFileInfo(backup.file).fileName();
    const auto manifest = sealedIn(*opened, name);
    if (!manifest || manifest->id != backup.id)
        return false;
    // A file without its line in the list tells of itself; a line without its file would stay.
    for (const QByteArray& each : {backup.id + backupEntrySuffix, QFile::encodeName(name)}) {
        const Result<void> removed = removeAt(*opened, each);
        if (!removed && removed.error().code != ErrorCode::NotFound)
            return removed.error();
    }
    PORTOLAN_TRY(syncFile(*opened, folder));
    return true;
}

} // namespace portolan
