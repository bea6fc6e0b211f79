#include "storage/sql/sqlitestore.h"

#include "storage/sql/sqlitebackup.h"
#include "storage/sql/sqlwriter.h"

#include <initializer_list>

namespace portolan {

namespace {

struct FeatureTable {
    Feature feature;
    const char* table;
};
/// The features that are not here yet, and the table that will feed each.
constexpr FeatureTable unserved[] = {
    {Feature::Ports, "port_messages"},
    {Feature::DeadLetters, "port_messages"},
    {Feature::Checkpoints, "checkpoints"},
    {Feature::Components, "component_state"},
    {Feature::Metrics, "component_metrics"},
    {Feature::Events, "processed_events"},
    {Feature::Tables, nullptr},
    {Feature::Integrity, nullptr},
    {Feature::Operations, "portolan_jobs"},
    {Feature::Audit, "portolan_audit"},
};

struct NeededTable {
    const char* table;
    std::initializer_list<const char*> columns;
};

/// What the writer writes to. Tables that another program made may have less.
std::optional<QString> missingForWriter(const Catalogue& catalogue) {
    static const NeededTable needed[] = {
        {"batches", {"id", "filename", "message_count", "date_created", "date_modified"}},
        {"messages", {"id", "batch_id", "message_number", "content", "timestamp"}},
        {"portolan_sources", {"id", "identity"}},
        {"portolan_source_chunks", {"id", "source_id", "keys"}},
        {"portolan_rejects", {"id", "payload"}},
        {"portolan_gaps", {"id", "source_id", "source", "kind", "epoch", "first_number", "last_number"}},
    };
    for (const NeededTable& need : needed) {
        if (std::optional<QString> lacking = catalogue.lacks(QLatin1String(need.table), need.columns))
            return lacking;
    }
    return std::nullopt;
}

class SqliteStore : public Store {
public:
    explicit SqliteStore(std::unique_ptr<Session> session) : m_session(std::move(session)), m_batches(*m_session) {}

    /// Looks at the tables, when they may have changed since the last look.
    Result<void> learn();

    const StoreUrl& url() const override { return m_session->url(); }
    Access access() const override { return m_session->access(); }
    std::optional<QString> missing(Feature feature) const override;
    BatchRepository& batches() override { return m_batches; }
    Result<ChangeMark> changeMark() override;
    Result<std::unique_ptr<IngestWriter>> ingestWriter() override;

    SchemaKind kind() const { return m_kind; }

private:
    std::optional<QString> missingReceive() const;
    std::optional<QString> missingUnserved(Feature feature) const;

    std::unique_ptr<Session> m_session;
    SqlBatchRepository m_batches;
    Catalogue m_catalogue;
    SchemaKind m_kind = SchemaKind::Empty;
    quint64 m_learntGeneration = 0;
    qint64 m_learntVersion = -1;
};

Result<void> SqliteStore::learn() {
    return m_session->read(CancelToken(), [this](Connection& connection) -> Result<void> {
        const Result<QVariant> version = connection.value(QStringLiteral("PRAGMA schema_version"));
        if (!version)
            return version.error();
        if (m_learntVersion == version->toLongLong() && m_learntGeneration == m_session->generation())
            return {};
        Result<Catalogue> catalogue = Catalogue::read(connection);
        if (!catalogue)
            return catalogue.error();
        Result<Migrator> migrator = Migrator::make(connection, m_session->url().path);
        if (!migrator)
            return migrator.error();
        const Result<SchemaKind> kind = migrator->kind();
        // A portolan_migrations that cannot be read is no reason not to show the rest.
        m_kind = kind ? *kind : SchemaKind::Damaged;
        m_catalogue = std::move(*catalogue);
        m_learntVersion = version->toLongLong();
        m_learntGeneration = m_session->generation();
        return {};
    });
}

std::optional<QString> SqliteStore::missingReceive() const {
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

std::optional<QString> SqliteStore::missingUnserved(Feature feature) const {
    for (const FeatureTable& entry : unserved) {
        if (entry.feature != feature || !entry.table)
            continue;
        if (std::optional<QString> lacking = m_catalogue.lacks(QLatin1String(entry.table), {}))
            return lacking;
    }
    return QStringLiteral("This version of Portolan does not show it yet for SQLite stores.");
}

std::optional<QString> SqliteStore::missing(Feature feature) const {
    switch (feature) {
    case Feature::Batches:
        return SqlBatchRepository::missingBatches(m_catalogue);
    case Feature::Rejects:
        return SqlBatchRepository::missingRejects(m_catalogue);
    case Feature::Gaps:
        return SqlBatchRepository::missingGaps(m_catalogue);
    case Feature::Receive:
        return missingReceive();
    case Feature::Ports:
    case Feature::DeadLetters:
    case Feature::Checkpoints:
    case Feature::Components:
    case Feature::Metrics:
    case Feature::Events:
    case Feature::Tables:
    case Feature::Integrity:
    case Feature::Operations:
    case Feature::Audit:
        return missingUnserved(feature);
    }
    Q_UNREACHABLE();
}

Result<ChangeMark> SqliteStore::changeMark() {
    if (const Result<void> learnt = learn(); !learnt)
        return learnt.error();
    return m_session->changeMark();
}

Result<std::unique_ptr<IngestWriter>> SqliteStore::ingestWriter() {
    if (access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("Cannot store anything in %1: it is open for reading only.").arg(url().display())};
    if (const Result<void> learnt = learn(); !learnt)
        return learnt.error();
    if (const std::optional<QString> missing = missingReceive())
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("Cannot store messages in %1. %2").arg(url().display(), *missing)};
    return SqlWriter::open(url());
}

/// The first schema of a new store. Two programs may create one together: who comes second waits, step by step.
Result<void> createSchema(Connection& connection, const QString& path) {
    constexpr int patience = 20;
    if (const Result<void> logged = useWriteAheadLog(connection); !logged)
        return logged;
    Result<Migrator> migrator = Migrator::make(connection, path);
    if (!migrator)
        return migrator.error();
    Result<MigrationReport> report = migrator->up();
    for (int i = 0; i < patience && !report && report.error().code == ErrorCode::Busy; ++i)
        report = migrator->up();
    return report ? Result<void>() : Result<void>(report.error());
}

Result<void> prepareForWriting(Session& session) {
    Connection& connection = session.connection();
    Result<Migrator> migrator = Migrator::make(connection, session.url().path);
    if (!migrator)
        return migrator.error();
    const Result<SchemaKind> kind = migrator->kind();
    if (!kind)
        return kind.error();
    switch (*kind) {
    case SchemaKind::Empty:
        return createSchema(connection, session.url().path);
    case SchemaKind::Current:
        return useWriteAheadLog(connection);
    case SchemaKind::Older: {
        // Nothing to lose, so nothing to ask: most likely whoever created it was killed between two migrations.
        const Result<bool> rows = holdsRows(connection);
        if (!rows)
            return rows.error();
        return *rows ? Result<void>() : createSchema(connection, session.url().path);
    }
    case SchemaKind::Foreign:
        return {};
    case SchemaKind::Newer:
    case SchemaKind::Damaged:
        return migrator->check();
    }
    Q_UNREACHABLE();
}

} // namespace

Result<std::unique_ptr<Store>> openSqliteStore(const StoreUrl& url, Access access) {
    Result<std::unique_ptr<Session>> session = Session::open(url, access);
    if (!session)
        return session.error();
    if (access == Access::Write) {
        if (const Result<void> prepared = prepareForWriting(**session); !prepared)
            return prepared.error();
    }
    auto store = std::make_unique<SqliteStore>(std::move(*session));
    if (const Result<void> learnt = store->learn(); !learnt)
        return learnt.error();
    return std::unique_ptr<Store>(std::move(store));
}

SqliteMigration::SqliteMigration(std::unique_ptr<Session> session, Migrator migrator)
    : m_session(std::move(session))
    , m_migrator(std::move(migrator)) {}

Result<SqliteMigration> SqliteMigration::open(const StoreUrl& url, Access access) {
    Result<std::unique_ptr<Session>> session = Session::open(url, access);
    if (!session)
        return session.error();
    Result<Migrator> migrator = Migrator::make((*session)->connection(), url.path);
    if (!migrator)
        return migrator.error();
    if (access == Access::Write) {
        const Result<SchemaKind> kind = migrator->kind();
        if (!kind)
            return kind.error();
        if (*kind == SchemaKind::Empty || *kind == SchemaKind::Older || *kind == SchemaKind::Current) {
            if (const Result<void> logged = useWriteAheadLog((*session)->connection()); !logged)
                return logged.error();
        }
    }
    return SqliteMigration(std::move(*session), std::move(*migrator));
}

} // namespace portolan
