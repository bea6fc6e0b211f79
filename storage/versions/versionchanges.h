#pragma once

#include "storage/base/clock.h"

#include <QByteArray>
#include <QString>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

// Differences between the versions of a checkpoint or of a component's state, and which of them are news. Pure; any
// thread.

/// A version of a checkpoint or of a component's state.
struct VersionDocument {
    QByteArray subject; ///< "billing"
    qint64 version = 0;
    Timestamp at;
    QByteArray document; ///< JSON; anything else has no members
};

/// Tells routine changes of a member from news, by the other versions that are known of its subject.
enum class MemberHabit {
    Rare,     ///< it changes seldom: a setting
    Doubtful, ///< too few versions are known, and it may be a counter
    Constant, ///< most versions change it: a counter, a position, a load
};

/// A member that has another value in a version than in the one before.
struct MemberChange {
    QString path;   ///< "config.timeout_ms"
    QString before; ///< empty: it was not there
    QString after;  ///< empty: it is gone
    MemberHabit habit = MemberHabit::Rare;
    qint64 times = 1;      ///< so many of the known versions change it
    bool mayCount = false; ///< each time it rises, or changes in its digits alone
    friend bool operator==(const MemberChange&, const MemberChange&) = default;
};

/// A version against the one before it.
struct VersionDifference {
    QByteArray subject;
    qint64 version = 0;
    qint64 before = 0; ///< the version that it follows
    Timestamp at;
    std::vector<MemberChange> members; ///< in the order of their paths, those that are gone last
};

/// Compares each version with the one before it of its subject; the first known of each has none. `versions`: those of
/// a subject in the order of their numbers. Scalars, arrays and what is more than five levels deep are members.
[[nodiscard]] std::vector<VersionDifference> versionDifferences(std::span<const VersionDocument> versions);

/// A member's change that tells something.
struct VersionChange {
    QByteArray subject;
    qint64 version = 0; ///< the later one
    Timestamp at;
    QString path; ///< "config.timeout_ms"
    QString before;
    QString after;
};

/// Finds the changes of members that seldom change (MemberHabit::Rare). Counters and positions, which most versions
/// change, are left out. As versionDifferences().
[[nodiscard]] std::vector<VersionChange> tellingChanges(std::span<const VersionDocument> versions);

} // namespace portolan
