#pragma once

#include "storage/base/access.h"
#include "storage/base/changemark.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace portolan {

class Alerts;
class Batches;
class Checkpoints;
class Checks;
class IngestWriter;
class ReadCache;
class ObjectModels;
class StoreHistory;
class StoreMeter;
class PortIntake;
class QuestionLog;
class Ports;
class Replays;
class Retention;
class Operations;
class Rollups;
class SavedViews;
class Schedule;
class SeriesStore;
class SensorEvents;
class Tables;
class Undo;
struct AuditEntry;
struct BackupEntry;
struct ComponentHealth;
struct HealthFinding;
struct PortFlow;
struct PipelineRow;
enum class PipelineTable;
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

/// The parts that not every kind of store has: null where this kind has none. Of a database that lacks a part's tables
/// the part is there, and answers Unsupported; unavailableReason() says why in either case.
struct StoreParts {
    Ports* ports = nullptr;                    ///< port messages and dead letters; Feature::Ports
    PortIntake* intake = nullptr;              ///< takes port messages of another store; Feature::Ports
    Replays* replays = nullptr;                ///< puts dead letters back; Feature::Replay
    Operations* operations = nullptr;          ///< the archive, the jobs, what is set for the store; as replays
    Alerts* alerts = nullptr;                  ///< the rules for alerts that are kept in it
    RowSource<BackupEntry>* backups = nullptr; ///< the list of its backups, which is kept beside it
    RowSource<AuditEntry>* audit = nullptr;    ///< what was done to the store, by whom; Feature::Audit
    SeriesStore* series = nullptr;             ///< the time series; Feature::Metrics
    Rollups* rollups = nullptr;                ///< keeps the time series quick to read; as series
    Checkpoints* checkpoints = nullptr;        ///< changes them, pipelineRows reads them; Feature::Checkpoints
    Checks* checks = nullptr;                  ///< verifies the store; Feature::Integrity
    StoreMeter* meter = nullptr;               ///< sizes, rows, rates and latencies
    StoreHistory* history = nullptr;           ///< the same, day by day
    SensorEvents* sensorEvents = nullptr;      ///< sensor events, and the sensors; Feature::Events
    RowSource<PortFlow>* portFlows = nullptr;  ///< who feeds whom through which port; Feature::Ports
    Tables* tables = nullptr;                  ///< every table of a database
    ObjectModels* objectModels = nullptr;      ///< what user-defined tables are to look like; as tables
    Retention* retention = nullptr;            ///< what may go, and when
    Schedule* schedule = nullptr;              ///< commands to be run at their times
    SavedViews* savedViews = nullptr;          ///< ways to look at lists; savedViewsOf() says why there are none
    RowSource<ComponentHealth>* componentHealth = nullptr; ///< components by their reports
    RowSource<HealthFinding>* findings = nullptr;          ///< what ails it, its server and its disk
    Undo* undo = nullptr;                                  ///< undoes what the audit tells
    ReadCache* cache = nullptr;                            ///< keeps answers as long as the store is as it was
    std::function<RowSource<PipelineRow>*(PipelineTable)> pipelineRows = {}; ///< tables as they are
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
    [[nodiscard]] virtual std::optional<QString> unavailableReason(Feature feature) const = 0;

    /// Says why what came beside rows (their `metadata`) is not shown although it is kept: the role may not read it.
    /// Nothing when it may, and where there is no place for it.
    [[nodiscard]] virtual std::optional<QString> hiddenMetadata() { return std::nullopt; }

    virtual Batches& batches() = 0;

    [[nodiscard]] const StoreParts& parts() const { return m_parts; }
    Ports* ports() { return m_parts.ports; }
    PortIntake* intake() { return m_parts.intake; }
    Replays* replays() { return m_parts.replays; }
    Operations* operations() { return m_parts.operations; }
    Alerts* alerts() { return m_parts.alerts; }
    RowSource<BackupEntry>* backups() { return m_parts.backups; }
    RowSource<AuditEntry>* audit() { return m_parts.audit; }
    SeriesStore* series() { return m_parts.series; }
    Rollups* rollups() { return m_parts.rollups; }
    Checkpoints* checkpoints() { return m_parts.checkpoints; }
    Checks* checks() { return m_parts.checks; }
    StoreMeter* meter() { return m_parts.meter; }
    StoreHistory* history() { return m_parts.history; }
    SensorEvents* sensorEvents() { return m_parts.sensorEvents; }
    RowSource<PortFlow>* portFlows() { return m_parts.portFlows; }
    Tables* tables() { return m_parts.tables; }
    ObjectModels* objectModels() { return m_parts.objectModels; }
    Retention* retention() { return m_parts.retention; }
    Schedule* schedule() { return m_parts.schedule; }
    SavedViews* savedViews() { return m_parts.savedViews; }
    RowSource<ComponentHealth>* componentHealth() { return m_parts.componentHealth; }
    RowSource<HealthFinding>* findings() { return m_parts.findings; }
    Undo* undo() { return m_parts.undo; }
    ReadCache* cache() { return m_parts.cache; }
    RowSource<PipelineRow>* pipelineRows(PipelineTable table) {
        return m_parts.pipelineRows ? m_parts.pipelineRows(table) : nullptr;
    }

    /// Gives it the questions that a window asks of its place, for its findings; null: nobody measures them.
    void setQuestions(std::shared_ptr<const QuestionLog> questions) { m_questions = std::move(questions); }
    [[nodiscard]] const QuestionLog* questions() const { return m_questions.get(); }

    /// Costs microseconds to a few milliseconds; asked several times a second by a live window.
    [[nodiscard]] virtual Result<ChangeMark> changeMark() = 0;

    /// The one that stores what a receiver brings. Error ReadOnly when opened for reading; Busy, with the holder's
    /// process id, when another writer has a file store.
    [[nodiscard]] virtual Result<std::unique_ptr<IngestWriter>> ingestWriter() = 0;

protected:
    /// Says what this store has, once, when it is made.
    void offer(StoreParts parts) { m_parts = std::move(parts); }

private:
    StoreParts m_parts;
    std::shared_ptr<const QuestionLog> m_questions;
};

} // namespace portolan
