#pragma once

#include "storage/base/access.h"
#include "storage/base/changemark.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <QString>
#include <memory>
#include <optional>

namespace portolan {

class Alerts;
class Batches;
class Checkpoints;
class Checks;
class IngestWriter;
class ReadCache;
class ObjectModels;
class StoreMeter;
class PortIntake;
class Ports;
class Replays;
class Operations;
class Rollups;
class SavedViews;
class SeriesStore;
class SensorEvents;
class Tables;
struct AuditEntry;
struct ComponentHealth;
struct PortFlow;
struct StoredRow;
enum class StoredTable;
template <class Row>
class RowSource;

/// The abilities that a store may have, to show or to do; a pane asks for its own.
enum class Feature {
    Batches,
    Rejects,
    Gaps,
    Ports,
    DeadLetters,
    Checkpoints,
    Components,
    Metrics,
    Events,
    Tables,
    Integrity,
    Operations,
    Audit,
    Receive,
    Replay,
};

/// An opened place that holds a pipeline's data. It belongs to the thread that opened it and is used and destroyed
/// there. Opened for reading, it leaves no trace in the place and its connection refuses writes.
class Store {
public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    [[nodiscard]] virtual const StoreUrl& url() const = 0;
    [[nodiscard]] virtual Access access() const = 0;

    /// Returns the name of what keeps it, with its version: "PostgreSQL 15.18, TLS", "SQLite 3.40.1", "batch files".
    [[nodiscard]] virtual Result<QString> product() { return QStringLiteral("batch files"); }

    /// Says in words why this store cannot feed a pane; nothing when it can. For Receive and Replay: what stands in the
    /// way of it in this place, whichever way it is opened here (a window reads, and its receiver opens it again).
    [[nodiscard]] virtual std::optional<QString> missing(Feature feature) const = 0;

    /// Says why what came beside rows (their `metadata`) is not shown although it is kept: the role may not read it.
    /// Nothing when it may, and where there is no place for it.
    [[nodiscard]] virtual std::optional<QString> hiddenMetadata() { return std::nullopt; }

    virtual Batches& batches() = 0;

    /// Port messages and dead letters; null where this kind of store has none. Of a database that lacks their table it
    /// is there, and answers Unsupported; missing(Feature::Ports) says why in either case.
    virtual Ports* ports() { return nullptr; }

    /// Takes port messages of another store; as ports().
    virtual PortIntake* intake() { return nullptr; }

    /// Puts dead letters back; as ports(), with Feature::Replay.
    virtual Replays* replays() { return nullptr; }

    /// The archive, the jobs and what is set for the store; as replays().
    virtual Operations* operations() { return nullptr; }

    /// The rules for alerts that stand in it; null where this kind of store has none, Unsupported for a database
    /// without.
    virtual Alerts* alerts() { return nullptr; }

    /// Lists what was done to the store and by whom; as ports() with Feature::Audit.
    virtual RowSource<AuditEntry>* audit() { return nullptr; }

    /// The time series; as ports() with Feature::Metrics.
    virtual SeriesStore* series() { return nullptr; }
    /// Tables as they are; null where this kind of store has none, Unsupported for one that this database lacks.
    virtual RowSource<StoredRow>* storedRows(StoredTable) { return nullptr; }
    /// Changes checkpoints; as ports() with Feature::Checkpoints. They are read by storedRows().
    virtual Checkpoints* checkpoints() { return nullptr; }
    /// Keeps the time series quick to read; as series().
    virtual Rollups* rollups() { return nullptr; }
    /// Verifies the store; as ports() with Feature::Integrity.
    virtual Checks* checks() { return nullptr; }

    /// Sizes, rows, rates and latencies.
    virtual StoreMeter* meter() { return nullptr; }

    /// Sensor events, and the sensors; as ports() with Feature::Events.
    virtual SensorEvents* sensorEvents() { return nullptr; }
    /// Who feeds whom through which port; as ports().
    virtual RowSource<PortFlow>* portFlows() { return nullptr; }
    /// Every table of a database; null where this kind of store has none.
    virtual Tables* tables() { return nullptr; }
    /// Keeps what user-defined tables are to look like; as tables().
    virtual ObjectModels* objectModels() { return nullptr; }
    /// Keeps the ways in which lists are looked at, under names; as tables(). savedViewsOf() says why there are none.
    virtual SavedViews* savedViews() { return nullptr; }
    /// Components by their reports; null where there cannot be any.
    virtual RowSource<ComponentHealth>* componentHealth() { return nullptr; }

    /// Keeps answers as long as the store is as it was; null: it has none.
    virtual ReadCache* cache() { return nullptr; }

    /// Costs microseconds to a few milliseconds; asked several times a second by a live window.
    [[nodiscard]] virtual Result<ChangeMark> changeMark() = 0;

    /// The one that stores what a receiver brings. Error ReadOnly when opened for reading; Busy, with the holder's
    /// process id, when another writer has a file store.
    [[nodiscard]] virtual Result<std::unique_ptr<IngestWriter>> ingestWriter() = 0;
};

} // namespace portolan
