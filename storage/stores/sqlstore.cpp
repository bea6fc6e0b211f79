#include "storage/stores/sqlstore.h"

#include "storage/ingest/sql/sqlwriter.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowmetadata.h"

#include <initializer_list>

namespace portolan {

namespace {

struct NeededTable {
    const char* table;
    std::initializer_list<const char*> columns;
};

/// Says what is missing of what the writer writes to. Tables that another program made may have less.
std::optional<QString> missingForWriter(const SchemaInspector& catalogue) {
    static const NeededTable needed[] = {
        {"batches", {"id", "filename", "message_count", "date_created", "date_modified"}},
        {"messages", {"id", "batch_id", "message_number", "content", "timestamp"}},
        {"portolan_sources", {"id", "identity"}},
        {"portolan_source_chunks", {"id", "source_id", "keys", "hashes"}},
        {"portolan_rejects", {"id", "payload"}},
        {"portolan_gaps", {"id", "source_id", "source", "kind", "epoch", "first_number", "last_number"}},
    };
    for (const NeededTable& need : needed) {
        if (std::optional<QString> lacking = catalogue.lacks(QLatin1String(need.table), need.columns))
            return lacking;
    }
    return std::nullopt;
}

} // namespace

Result<void> SqlStore::learn() {
    return m_session->read(m_session->token(), [this](Connection& connection) -> Result<void> {
        const Result<qint64> now = SchemaInspector::mark(connection);
        PORTOLAN_TRY(now);
        const Result<QString> migrated = migrationsMark(connection);
        if (m_learntMark == *now && m_learntGeneration == m_session->generation() && migrated
            && m_learntMigrations == *migrated)
            return {};
        // Another program may be migrating: what is learnt must be of one moment.
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
        PORTOLAN_TRY(snapshot);
        const Result<qint64> mark = SchemaInspector::mark(connection);
        PORTOLAN_TRY(mark);
        Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        Result<Migrator> migrator = Migrator::make(connection, m_session->url());
        PORTOLAN_TRY(migrator);
        const Result<SchemaKind> kind = migrator->kind();
        // A portolan_migrations that cannot be read is no reason not to show the rest.
        m_kind = kind ? *kind : SchemaKind::Damaged;
        m_catalogue = std::move(*catalogue);
        Result<QString> learnt = migrationsMark(connection);
        PORTOLAN_TRY(learnt);
        m_learntMigrations = std::move(*learnt);
        m_learntMark = *mark;
        m_learntGeneration = m_session->generation();
        return {};
    });
}

/// Returns what tells that a migration came or went which changed no table, so that the catalogue is as it was; empty
/// where the log is not ours or cannot be read, and of a server that is up to date.
Result<QString> SqlStore::migrationsMark(Connection& connection) const {
    const bool isCurrent = m_kind == SchemaKind::Current;
    const bool isAsked = m_kind == SchemaKind::Older || m_kind == SchemaKind::Newer
                         || (isCurrent && connection.dialect() == SqlDialect::Sqlite);
    return isAsked ? MigrationLog(connection).mark() : Result<QString>(QString());
}

/// A failure to ask is told where the rows are read.
std::optional<QString> SqlStore::hiddenMetadata() {
    if (!hasRowMetadata(m_catalogue))
        return std::nullopt;
    const Result<bool> may = m_session->read(
        m_session->token(), [this](Connection& connection) { return canReadRowMetadata(connection, m_catalogue); });
    if (!may || *may)
        return std::nullopt;
    return QStringLiteral("not shown: the user may not read portolan_metadata; ask the database's owner for the right "
                          "(GRANT SELECT)");
}

Result<QString> SqlStore::product() {
    return m_session->read(m_session->token(), [](Connection& connection) { return productOf(connection); });
}

std::optional<QString> SqlStore::receiveUnavailable() const {
    const QString command = QStringLiteral("`portolan migrate --store %1 up`").arg(url().display());
    switch (m_kind) {
    case SchemaKind::Current:
        return missingForWriter(m_catalogue);
    case SchemaKind::Empty:
    case SchemaKind::Foreign:
        return QStringLiteral("Another program created this database. %1 adds Portolan's own tables, and leaves "
                              "those that are there as they are.")
            .arg(command);
    case SchemaKind::Older:
        return QStringLiteral("The store's schema is older than this program. %1 brings it up to date; a backup is "
                              "made before.")
            .arg(command);
    case SchemaKind::Newer:
        return QStringLiteral("A newer version of Portolan was here; use that to write to the store.");
    case SchemaKind::Damaged:
        return QStringLiteral("The store's migrations are not as they should be; `portolan migrate --store %1 "
                              "history` shows them.")
            .arg(url().display());
    }
    Q_UNREACHABLE();
}

std::optional<QString> SqlStore::unavailableReason(Feature feature) const {
    switch (feature) {
    case Feature::Batches:
        return SqlBatches::missingBatches(m_catalogue);
    case Feature::Rejects:
        return SqlBatches::missingRejects(m_catalogue);
    case Feature::Gaps:
        return SqlBatches::missingGaps(m_catalogue);
    case Feature::Receive:
        return receiveUnavailable();
    case Feature::Replay:
        return SqlReplays::unavailableReason(m_catalogue);
    case Feature::Ports:
    case Feature::DeadLetters:
        return missingPorts(m_catalogue);
    case Feature::Checkpoints:
        return SqlPipelineTables::unavailableReason(m_catalogue, PipelineTable::CheckpointNames);
    case Feature::Components:
        return SqlPipelineTables::unavailableReason(m_catalogue, PipelineTable::ComponentNames);
    case Feature::Operations:
        return m_catalogue.lacks(QStringLiteral("portolan_jobs"), {});
    case Feature::Metrics:
        return SqlSeriesStore::unavailableReason(m_catalogue);
    case Feature::Events:
        return SqlSensorEvents::unavailableReason(m_catalogue);
    case Feature::Tables: // any program's
    case Feature::Integrity:
        return std::nullopt;
    case Feature::Audit:
        return SqlAudit::unavailableReason(m_catalogue);
    }
    Q_UNREACHABLE();
}

Result<ChangeMark> SqlStore::changeMark() {
    PORTOLAN_TRY(learn());
    return m_session->changeMark();
}

Result<std::unique_ptr<IngestWriter>> SqlStore::ingestWriter() {
    if (access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("Cannot store anything in %1: it is open for reading only.").arg(url().display())};
    PORTOLAN_TRY(learn());
    if (const std::optional<QString> missing = receiveUnavailable())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Cannot store messages in %1. %2").arg(url().display(), *missing)};
    if (!unavailableReason(Feature::Replay)) {
        constexpr std::chrono::seconds most{2}; // the rest is the next writer's
        const Result<void> tidied = m_replays.tidy(most, m_session->token());
        if (!tidied && tidied.error().code != ErrorCode::Busy) // another one is at it
            return tidied.error();
    }
    m_session->rest(); // a receiver asks its store nothing more, and needs one connection, not two
    return SqlWriter::open(url(), m_session->token());
}

Result<std::unique_ptr<Store>> makeSqlStore(std::unique_ptr<Session> session) {
    auto store = std::make_unique<SqlStore>(std::move(session));
    PORTOLAN_TRY(store->learn());
    return std::unique_ptr<Store>(std::move(store));
}

Result<void> createSchema(Session& session) {
    constexpr int patience = 20; // one more program for every step
    Result<Migrator> migrator = Migrator::make(session.connection(), session.url());
    PORTOLAN_TRY(migrator);
    Result<MigrationReport> report = migrator->up();
    for (int i = 0; i < patience && !report && report.error().code == ErrorCode::Busy; ++i)
        report = migrator->up();
    return report ? Result<void>() : Result<void>(report.error());
}

SqlMigration::SqlMigration(std::unique_ptr<Session> session, Migrator migrator)
    : m_session(std::move(session))
    , m_migrator(std::move(migrator)) {
    if (m_session->access() == Access::Read)
        m_watch = std::make_unique<Connection::Watch>(m_session->connection(), m_session->token());
}

} // namespace portolan
