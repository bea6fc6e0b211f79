#pragma once

#include "storage/backups/backupretention.h"
#include "storage/config/urls.h"
#include "storage/retention/retention.h"

namespace portolan {

/// Sorts the backups of a store by a rule about them (backupRuleTable), and says in the outcome which the oldest is
/// that stays, or why the rule is left out: then none leaves. Errors: Usage, Io.
[[nodiscard]] Result<SortedBackups> sortByRule(const StoreUrl& store, const RetentionRule& rule, Timestamp now,
                                               RetentionOutcome& outcome);

/// Counts in the outcome what leaves by the rule. Errors: as sortByRule().
[[nodiscard]] Result<void> countByRule(const StoreUrl& store, const RetentionRule& rule, Timestamp now,
                                       RetentionOutcome& outcome);

/// Returns the names of the files of backups as JSON.
[[nodiscard]] QByteArray fileNamesOf(const std::vector<BackupEntry>& backups);

} // namespace portolan
