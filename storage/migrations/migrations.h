#pragma once

#include "storage/base/clock.h"
#include "storage/listing/listing.h"

#include <QByteArray>
#include <QStringList>
#include <optional>
#include <span>
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

/// version, description, state (pending, applied, changed, unknown), applied_at, checksum.
std::span<const Column<MigrationEntry>> migrationColumns();
const ColumnSet& migrationSchema();

/// A step of a migration that is looked at before it is made.
struct MigrationStep {
    int version = 0; ///< that it makes or takes back
    QString name;
    std::vector<QByteArray> statements; ///< in their order, without those about another program's tables
    friend bool operator==(const MigrationStep&, const MigrationStep&) = default;
};

/// A migration that is looked at before it is made.
struct MigrationPlan {
    int from = 0;
    int to = 0;
    std::vector<MigrationStep> steps; ///< in their order
    QStringList adopted = {};         ///< what another program made, and stays as it is
    bool holdsRows = false;           ///< a verified backup is made before
    QString series = {};              ///< as MigrationReport's; TimescaleDB has its own instead of partitions
};

/// The report of a migration run.
struct MigrationReport {
    int from = 0;
    int to = 0;
    QStringList steps;    ///< "up 003 add_checkpoint_support", in order
    QStringList adopted;  ///< tables of another program that were left as they were
    QStringList unusable; ///< why those of them that only share their names are no use to the pipeline, a sentence each
    QStringList leftOut;  ///< what the server lacks an extension for, with the reason
    QString series;       ///< what keeps the time series: "plain PostgreSQL", "TimescaleDB 2.20.3"; empty for SQLite
    QString backup;       ///< path of the verified backup made before; empty when the store had no rows
    QStringList shortfalls = {}; ///< sentences: what of that backup was not proved or written down
    bool auditGone = false;      ///< the audit's own table was taken back, and with it what would tell of this run
};

/// The author of a store's migration, and the reason, for its audit.
struct MigrationAuthor {
    QByteArray actor;
    QByteArray reason; ///< may be empty
};

/// The version of a store's schema.
struct SchemaVersion {
    int version = 0; ///< 0 is none
    int latest = 0;  ///< what this program brings
    QString name;    ///< of the version in force; empty for none
};

} // namespace portolan
