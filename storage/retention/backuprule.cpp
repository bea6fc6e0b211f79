#include "storage/retention/backuprule.h"

#include "storage/backups/backupcatalogue.h"
#include "storage/json/jsontext.h"

#include <QFileInfo>

namespace portolan {

Result<SortedBackups> sortByRule(const StoreUrl& store, const RetentionRule& rule, Timestamp now,
                                 RetentionOutcome& outcome) {
    constexpr std::chrono::hours farAhead(24);
    const auto policy = parseBackupPolicy(rule.filter);
    PORTOLAN_TRY(policy);
    const auto folder = backupFolderOf(store);
    PORTOLAN_TRY(folder);
    auto backups = ownBackups(*folder);
    PORTOLAN_TRY(backups);
    if (!backups->empty() && backups->back().createdAt > now + farAhead) {
        outcome.state = RetentionOutcome::State::Stopped;
        outcome.problem =
            QStringLiteral("Rule %1 was stopped: the newest backup is of %2, a time that the clock does not "
                           "know yet.")
                .arg(QString::fromUtf8(rule.name), QString::fromLatin1(toIsoTime(backups->back().createdAt)));
        return SortedBackups{{}, std::move(*backups)};
    }
    SortedBackups sorted = sortBackups(std::move(*backups), *policy, now);
    outcome.oldestKept =
        sorted.staying.empty() ? std::optional<Timestamp>() : std::optional(sorted.staying.front().createdAt);
    return sorted;
}

Result<void> countByRule(const StoreUrl& store, const RetentionRule& rule, Timestamp now, RetentionOutcome& outcome) {
    const auto sorted = sortByRule(store, rule, now, outcome);
    PORTOLAN_TRY(sorted);
    for (const BackupEntry& backup : sorted->leaving) {
        ++outcome.rows;
        outcome.bytes += backup.bytes;
    }
    return {};
}

QByteArray fileNamesOf(const std::vector<BackupEntry>& backups) {
    QByteArray names = "[";
    for (const BackupEntry& backup : backups) {
        names += names.size() > 1 ? "," : "";
        appendJsonString(names, QFileInfo(backup.file).fileName().toUtf8());
    }
    return names + ']';
}

} // namespace portolan
