#pragma once

#include "storage/operations/audit.h"
#include "storage/schedule/schedule.h"

#include <vector>

namespace portolan {

/// A change of an entry with what the audit says of it: the same whatever keeps the schedule.
struct ScheduleChange {
    ScheduleEntry entry; ///< as it is from then on
    std::vector<AuditEntry> told;
};

/// Makes an entry. Error Usage: the spec cannot be read, or never comes.
[[nodiscard]] Result<ScheduleChange> addedEntry(const QByteArray& name, const QStringList& words,
                                                const QByteArray& spec, Timestamp now, const QByteArray& reason,
                                                const QByteArray& actor);
[[nodiscard]] AuditEntry removedEntry(const ScheduleEntry& entry, const QByteArray& reason, const QByteArray& actor);
/// Gives an entry to a runner; one that another runner still has was lost by it.
[[nodiscard]] ScheduleChange takenEntry(const ScheduleEntry& entry, Timestamp now, const QByteArray& runner);
/// Gives it back with its result, and says when it comes next.
[[nodiscard]] ScheduleChange finishedEntry(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                                           const QByteArray& actor);

[[nodiscard]] Error entryIsThere(const QByteArray& name);
[[nodiscard]] Error noSuchEntry(const QByteArray& name);
[[nodiscard]] Error entryTakenOver(const ScheduleEntry& entry);

} // namespace portolan
