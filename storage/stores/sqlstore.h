#pragma once

#include "storage/backups/backupcatalogue.h"
#include "storage/checks/sql/checkrunner.h"
#include "storage/checks/sql/sqlmeter.h"
#include "storage/health/healthrows.h"
#include "storage/health/sql/sqlhealth.h"
#include "storage/health/sql/sqlhistory.h"
#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/messages/sql/sqlbatches.h"
#include "storage/migrations/sql/migrator.h"
#include "storage/operations/sql/sqlalerts.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/operations/sql/sqloperations.h"
#include "storage/operations/sql/sqlsavedviews.h"
#include "storage/ports/sql/messagelookup.h"
#include "storage/ports/sql/sqlportflows.h"
#include "storage/ports/sql/sqlportintake.h"
#include "storage/ports/sql/sqlports.h"
#include "storage/replay/sql/sqlarchive.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/retention/sql/sqlretention.h"
#include "storage/schedule/sql/sqlschedule.h"
#include "storage/series/sql/sqlrollups.h"
#include "storage/series/sql/sqlsensorevents.h"
#include "storage/series/sql/sqlseries.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/session.h"
#include "storage/store.h"
#include "storage/tables/sql/sqlobjectmodels.h"
#include "storage/tables/sql/sqltables.h"
#include "storage/undo/sql/sqlundo.h"
#include "storage/versions/sql/sqlcheckpoints.h"
#include "storage/versions/sql/sqlcomponenthealth.h"
#include "storage/versions/sql/sqlpipelinetables.h"

#include <memory>
#include <optional>

namespace portolan {

/// A database as a store, whichever kind it is; opened by openSqliteStore() or openPostgresqlStore().
class SqlStore : public Store {
public:
    explicit SqlStore(std::unique_ptr<Session> session)
        : m_session(std::move(session))
        , m_batches(*m_session)
        , m_ports(*m_session)
        , m_flows(*m_session, m_ports)
        , m_intake(*m_session, m_ports)
        , m_replays(*m_session, &m_ports.groups())
        , m_archive(*m_session, &m_ports.groups())
        , m_operations(*m_session, m_archive, &lookUpMessages)
        , m_audit(*m_session)
        , m_series(*m_session)
        , m_stored(*m_session)
        , m_health(*m_session, m_stored.rows(PipelineTable::Health))
        , m_checkpoints(*m_session)
        , m_rollups(*m_session)
        , m_checks(*m_session)
        , m_meter(*m_session)
        , m_history(*m_session)
        , m_events(*m_session)
        , m_tables(*m_session)
        , m_models(*m_session)
        , m_views(*m_session)
        , m_alerts(*m_session)
        , m_retention(*m_session)
        , m_schedule(*m_session)
        , m_undo(*m_session, m_replays, m_archive)
        , m_backups(m_session->url())
        , m_condition(*m_session)
        , m_findings(*this, &m_condition) {
        offer({.ports = &m_ports,
               .intake = &m_intake,
               .replays = &m_replays,
               .operations = &m_operations,
               .alerts = &m_alerts,
               .backups = &m_backups,
               .audit = &m_audit.entries(),
               .series = &m_series,
               .rollups = &m_rollups,
               .checkpoints = &m_checkpoints,
               .checks = &m_checks,
               .meter = &m_meter,
               .history = &m_history,
               .sensorEvents = &m_events,
               .portFlows = &m_flows,
               .tables = &m_tables,
               .objectModels = &m_models,
               .retention = &m_retention,
               .schedule = &m_schedule,
               .savedViews = &m_views,
               .componentHealth = &m_health,
               .findings = &m_findings,
               .undo = &m_undo,
               .cache = &m_session->cache(),
               .pipelineRows = [this](PipelineTable table) { return &m_stored.rows(table); }});
    }

    /// Looks at the tables, when they may have changed since the last look.
    Result<void> learn();

    const StoreUrl& url() const override { return m_session->url(); }
    Access access() const override { return m_session->access(); }
    Result<QString> product() override;
    std::optional<QString> unavailableReason(Feature feature) const override;
    std::optional<QString> hiddenMetadata() override;
    Batches& batches() override { return m_batches; }
    Result<ChangeMark> changeMark() override;
    Result<std::unique_ptr<IngestWriter>> ingestWriter() override;

    SchemaKind kind() const { return m_kind; }

private:
    [[nodiscard]] Result<QString> migrationsMark(Connection& connection) const;
    std::optional<QString> receiveUnavailable() const;

    std::unique_ptr<Session> m_session;
    SqlBatches m_batches;
    SqlPorts m_ports;
    SqlPortFlows m_flows;
    SqlPortIntake m_intake;
    SqlReplays m_replays;
    SqlArchive m_archive;
    SqlOperations m_operations;
    SqlAudit m_audit;
    SqlSeriesStore m_series;
    SqlPipelineTables m_stored;
    SqlComponentHealth m_health;
    SqlCheckpoints m_checkpoints;
    SqlRollups m_rollups;
    SqlChecks m_checks;
    SqlMeter m_meter;
    SqlStoreHistory m_history;
    SqlSensorEvents m_events;
    SqlTables m_tables;
    SqlObjectModels m_models;
    SqlSavedViews m_views;
    SqlAlerts m_alerts;
    SqlRetention m_retention;
    SqlSchedule m_schedule;
    SqlUndo m_undo;
    BackupRows m_backups;
    SqlHealth m_condition;
    HealthRows m_findings;
    SchemaInspector m_catalogue;
    SchemaKind m_kind = SchemaKind::Empty;
    quint64 m_learntGeneration = 0;
    std::optional<qint64> m_learntMark;
    QString m_learntMigrations; ///< migrationsMark() then
};

/// Looks at the tables and makes the store.
[[nodiscard]] Result<std::unique_ptr<Store>> makeSqlStore(std::unique_ptr<Session> session);

/// Brings a new store's schema up; waits for another program that does the same.
[[nodiscard]] Result<void> createSchema(Session& session);

/// A database opened for `portolan migrate`, whatever its schema is. Opened for reading, it obeys the token it was
/// opened with; a migration goes to its end.
class SqlMigration {
public:
    SqlMigration(std::unique_ptr<Session> session, Migrator migrator);
    [[nodiscard]] Migrator& migrator() { return m_migrator; }

private:
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Connection::Watch> m_watch;
    Migrator m_migrator;
};

} // namespace portolan
