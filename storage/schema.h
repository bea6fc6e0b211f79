#pragma once

#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/base/urls.h"

#include <QStringList>
#include <optional>
#include <vector>

namespace portolan {

/// A line of `migrate history`: every migration the program knows, and those only the database knows.
struct MigrationEntry {
    enum class State { Pending, Applied, Changed, Unknown };
    int version = 0;
    QString name;
    State state = State::Pending;
    std::optional<Timestamp> appliedAt;
    QByteArray checksum; ///< as recorded; of a pending one the program's own
    QStringList adopted; ///< tables of another program that were left as they were
};

/// What a migration run did.
struct MigrationReport {
    int from = 0;
    int to = 0;
    QStringList steps;    ///< "up 003 add_checkpoint_support", in order
    QStringList adopted;  ///< tables of another program that were left as they were
    QStringList unusable; ///< why those of them that only share their names are no use to the pipeline, a sentence each
    QStringList leftOut;  ///< what the server lacks an extension for, with the reason
    QString series;       ///< what keeps the time series: "plain PostgreSQL", "TimescaleDB 2.20.3"; empty for SQLite
    QString backup;       ///< path of the verified backup made before; empty when the store had no rows
    bool auditGone = false; ///< the audit's own table was taken back, and with it what would tell of this run
};

/// Who migrates a store, and why, for its audit.
struct MigrationAuthor {
    QByteArray actor;
    QByteArray reason; ///< may be empty
};

/// How far a store's schema is.
struct SchemaVersion {
    int version = 0; ///< 0 is none
    int latest = 0;  ///< what this program brings
    QString name;    ///< of the version in force; empty for none
};

// Each opens the store, does its work and closes it; any thread. The token ends opening a database on a server, and
// reading; a migration that has begun goes to its end. Errors besides those of opening: Unsupported – a file store has
// no schema, or the store's is newer than the program; Corrupt – a gap, or a changed script.

[[nodiscard]] Result<SchemaVersion> schemaVersion(const StoreUrl& url, const CancelToken& token);
[[nodiscard]] Result<std::vector<MigrationEntry>> migrationHistory(const StoreUrl& url, const CancelToken& token);

enum class MigrationMove { Up, Down, To };

/// Up and Down take a number of steps (nothing: all the way up, one down), To takes a version. A missing SQLite file
/// is created by Up and To. A verified backup is made before a store with rows is changed: beside a SQLite file, and
/// by pg_dump in the user's data folder for a database on a server. Each step is in the audit, in its own transaction,
/// as soon as there is one and for as long as there is; so is a step that failed.
[[nodiscard]] Result<MigrationReport> migrate(const StoreUrl& url, MigrationMove move, std::optional<int> count,
                                              const MigrationAuthor& author, const CancelToken& token);

} // namespace portolan
