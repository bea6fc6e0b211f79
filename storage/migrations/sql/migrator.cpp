#include "storage/migrations/sql/migrator.h"

#include "storage/backups/backupcatalogue.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/sqlitebackup.h"
#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/postgresql/serverlock.h"
#include "storage/sql/tablerows.h"

#include <algorithm>

namespace portolan {

namespace {

using Kind = SchemaStatement::Kind;

QString label(const Migration& migration) {
    return QStringLiteral("%1 %2").arg(migration.version, 3, 10, QLatin1Char('0')).arg(migration.name);
}

bool names(const QStringList& tables, const QString& table) {
    return tables.contains(table, Qt::CaseInsensitive);
}

/// Names the operator class that an index on the server needs, as it is to name it: with its schema where the extension
/// that brings it is in another one. Empty: the server does not have it.
Result<QByteArray> operatorClassOf(Connection& connection, const QString& name) {
    const Result<QVariant> place = connection.value(
        QStringLiteral("SELECT CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN quote_ident(o.opcname) "
                       "ELSE quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END "
                       "FROM pg_catalog.pg_opclass AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace "
                       "WHERE o.opcname = ? ORDER BY pg_catalog.pg_opclass_is_visible(o.oid) DESC LIMIT 1"),
        {name});
    return place ? Result<QByteArray>(place->toString().toUtf8()) : place.error();
}

/// Our statements name a schema in one place: where a function says in which one it looks names up.
Result<QByteArray> inOurSchema(Connection& connection, const QByteArray& statement) {
    constexpr QByteArrayView usual = "SET search_path = public,";
    if (connection.dialect() != SqlDialect::Postgresql || !statement.contains(usual))
        return statement;
    const Result<QVariant> schema = connection.value(QStringLiteral("SELECT quote_ident(current_schema)"));
    PORTOLAN_TRY(schema);
    return QByteArray(statement).replace(usual, "SET search_path = " + schema->toString().toUtf8() + ',');
}

Result<void> withoutLimits(Connection& connection) {
    return connection.dialect() == SqlDialect::Postgresql ? liftStatementLimits(connection) : Result<void>();
}

/// `detail`: the migration's name, or why it failed.
AuditEntry migrationEntry(const MigrationAuthor& author, int from, int to, const char* result,
                          const QByteArray& detail) {
    AuditEntry entry;
    entry.actor = author.actor;
    entry.action = to > from ? "migrate up" : "migrate down";
    entry.subjectKind = "schema";
    entry.subjectId = QByteArray::number(to);
    if (const QByteArray reason = author.reason.trimmed(); !reason.isEmpty())
        entry.reason = reason;
    entry.before = "{\"version\":" + QByteArray::number(from) + '}';
    QByteArray after = "{\"version\":" + QByteArray::number(to) + ",\"result\":\"" + result + "\",\"detail\":";
    appendJsonString(after, detail);
    entry.after = after + '}';
    return entry;
}

Error noSessionForBackup(const StoreUrl& store) {
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("Cannot migrate the database %1 through this connection pooler: it holds rows, which "
                                "pg_dump backs up first, and pg_dump needs a session of its own, which a pooler in "
                                "transaction mode does not give. Nothing was changed. Migrate over the server's own "
                                "address (its host and its port, usually 5432), or a pooler in session mode.")
                     .arg(store.display())};
}

Error damaged(const QString& what, const QString& where) {
    return Error{ErrorCode::Corrupt, QStringLiteral("The migrations of %1 are not as they should be: %2. Restore the "
                                                    "store from a backup, or use the program that made it.")
                                         .arg(where, what)};
}

} // namespace

Migrator::Migrator(Connection& connection, StoreUrl store, std::vector<Migration> migrations)
    : m_connection(connection)
    , m_store(std::move(store))
    , m_migrations(std::move(migrations)) {}

Result<Migrator> Migrator::make(Connection& connection, const StoreUrl& store) {
    Result<std::vector<Migration>> migrations = builtInMigrations(connection.dialect());
    PORTOLAN_TRY(migrations);
    return Migrator(connection, store, std::move(*migrations));
}

Result<void> Migrator::check(const std::vector<MigrationRecord>& records) {
    const QString where = m_connection.where();
    if (!records.empty() && records.back().version > latest())
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("The schema of %1 is version %2, and this program knows versions up to %3. Use a newer "
                           "version of Portolan with it.")
                .arg(where)
                .arg(records.back().version)
                .arg(latest())};
    int expected = 0;
    for (const MigrationRecord& record : records) {
        if (record.version != ++expected)
            return damaged(QStringLiteral("version %1 is missing before version %2").arg(expected).arg(record.version),
                           where);
        const Migration& known = m_migrations[static_cast<std::size_t>(record.version) - 1];
        if (record.checksum != known.checksum())
            return damaged(QStringLiteral("%1 was changed after it was applied").arg(label(known)), where);
    }
    if (names(adoptedBy(records), QStringLiteral("schema_version")) || records.empty())
        return {};
    const Result<std::vector<int>> versions = MigrationLog(m_connection).schemaVersions();
    PORTOLAN_TRY(versions);
    const bool same = std::ranges::equal(*versions, records, {}, {}, &MigrationRecord::version);
    if (same)
        return {};
    return damaged(QStringLiteral("schema_version and portolan_migrations do not name the same versions"), where);
}

Result<void> Migrator::check() {
    const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(m_connection);
    PORTOLAN_TRY(snapshot);
    const auto records = MigrationLog(m_connection).records();
    return records ? check(*records) : Result<void>(records.error());
}

Result<int> Migrator::current() {
    const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(m_connection);
    PORTOLAN_TRY(snapshot);
    const auto records = MigrationLog(m_connection).records();
    PORTOLAN_TRY(records);
    PORTOLAN_TRY(check(*records));
    return static_cast<int>(records->size());
}

Result<SchemaKind> Migrator::kind() {
    const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(m_connection);
    PORTOLAN_TRY(snapshot);
    const auto records = MigrationLog(m_connection).records();
    PORTOLAN_TRY(records);
    if (records->empty()) {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(m_connection);
        PORTOLAN_TRY(catalogue);
        return catalogue->entries().empty() ? SchemaKind::Empty : SchemaKind::Foreign;
    }
    if (const Result<void> checked = check(*records); !checked) {
        const ErrorCode code = checked.error().code;
        if (code != ErrorCode::Unsupported && code != ErrorCode::Corrupt)
            return checked.error();
        return code == ErrorCode::Unsupported ? SchemaKind::Newer : SchemaKind::Damaged;
    }
    return static_cast<int>(records->size()) < latest() ? SchemaKind::Older : SchemaKind::Current;
}

Result<std::vector<MigrationEntry>> Migrator::history() {
    const auto records = MigrationLog(m_connection).records();
    PORTOLAN_TRY(records);
    std::vector<MigrationEntry> entries;
    for (const Migration& migration : m_migrations)
        entries.push_back(
            {migration.version, migration.name, MigrationEntry::State::Pending, {}, migration.checksum(), {}});
    for (const MigrationRecord& record : *records) {
        const auto known =
            std::ranges::find_if(entries, [&](const MigrationEntry& e) { return e.version == record.version; });
        if (known == entries.end()) {
            entries.push_back({record.version, record.name, MigrationEntry::State::Unknown, record.appliedAt,
                               record.checksum, record.adopted});
            continue;
        }
        known->state =
            known->checksum == record.checksum ? MigrationEntry::State::Applied : MigrationEntry::State::Changed;
        known->appliedAt = record.appliedAt;
        known->checksum = record.checksum;
        known->adopted = record.adopted;
    }
    return entries;
}

Result<MigrationReport> Migrator::up(std::optional<int> steps) {
    const Result<int> version = current();
    PORTOLAN_TRY(version);
    return to(steps ? std::min(latest(), *version + std::max(0, *steps)) : latest());
}

Result<MigrationReport> Migrator::down(int steps) {
    const Result<int> version = current();
    PORTOLAN_TRY(version);
    return to(std::max(0, *version - std::max(0, steps)));
}

Result<MigrationReport> Migrator::to(int version, std::optional<int> seen) {
    PORTOLAN_TRY(mayGoTo(version));
    const Result<int> from = current();
    PORTOLAN_TRY(from);
    if (seen && *seen != *from)
        return Error{ErrorCode::Changed, QStringLiteral("The schema of %1 has version %2 by now, and was seen with "
                                                        "version %3. Nothing was changed; look at it again.")
                                             .arg(m_connection.where())
                                             .arg(*from)
                                             .arg(*seen)};
    MigrationReport report;
    report.from = report.to = *from;
    PORTOLAN_TRY(lookForTimescale(report));
    if (*from == 0 && version > 0) {
        PORTOLAN_TRY(sweep());
    }
    if (version != *from) {
        PORTOLAN_TRY(mayBackUp());
    }
    m_told = *from;
    const int direction = version > *from ? 1 : -1;
    while (report.to != version) {
        const int next = report.to + direction;
        if (const Result<void> done = step(report.to, next, report.to == *from, report); !done) {
            Error error = done.error();
            if (const Result<void> told = auditFailure(report.to, next, error); !told)
                error.details += QStringLiteral("\nThe audit does not tell of it: ") + told.error().text;
            return error;
        }
        report.to = next;
    }
    if (version == 0 && *from > 0) {
        PORTOLAN_TRY(sweep());
    }
    if (!report.adopted.isEmpty()) {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(m_connection);
        PORTOLAN_TRY(catalogue);
        for (const QString& table : std::as_const(report.adopted)) {
            if (const auto lacking = catalogue->lacks(table, {}); lacking && catalogue->table(table))
                report.unusable += *lacking;
        }
    }
    return report;
}

Result<void> Migrator::step(int from, int to, bool first, MigrationReport& report) {
    if (const Result<void> unlimited = withoutLimits(m_connection); !unlimited)
        return unlimited;
    Result<UnitOfWork> work = UnitOfWork::begin(m_connection);
    PORTOLAN_TRY(work);
    if (const Result<void> locked = lockUntilCommit(m_connection, ServerLock::Schema); !locked)
        return locked;
    MigrationLog log(m_connection);
    const auto records = log.records();
    PORTOLAN_TRY(records);
    if (const Result<void> checked = check(*records); !checked)
        return checked;
    if (static_cast<int>(records->size()) != from)
        return Error{ErrorCode::Busy, QStringLiteral("Another program is changing the schema of %1; look at `portolan "
                                                     "migrate history` and try again.")
                                          .arg(m_connection.where())};
    const bool upward = to > from;
    const Migration& migration = m_migrations[static_cast<std::size_t>(upward ? to : from) - 1];
    if (first) {
        // Under the write lock: nothing gets in between the backup and the step.
        auto backup = backUp();
        PORTOLAN_TRY(backup);
        report.backup = backup->file;
        report.shortfalls = backup->shortfalls;
    }
    if (const Result<void> done = upward ? apply(migration, adoptedBy(*records), report) : revert(migration, *records);
        !done)
        return done;
    if (const Result<void> told = audit(*work, to, migration.name.toUtf8(), report); !told)
        return told;
    if (const Result<void> committed = work->commit(); !committed)
        return committed;
    report.steps.append(QLatin1String(upward ? "up " : "down ") + label(migration));
    return {};
}

/// In the step's own transaction. A step that ends with no audit in the database is told of by the next one that has
/// it, as the version that that one began from.
Result<void> Migrator::audit(UnitOfWork& work, int to, const QByteArray& name, MigrationReport& report) {
    if (!m_author)
        return {};
    const Result<bool> has = MigrationLog(m_connection).hasAudit();
    PORTOLAN_TRY(has);
    report.auditGone = report.auditGone || (!*has && to < m_told);
    if (!*has)
        return {};
    report.auditGone = false;
    const Result<void> added = SqlAudit::append(work, migrationEntry(*m_author, m_told, to, "done", name));
    m_told = to;
    return added;
}

/// In a transaction of its own, because the step's is undone.
Result<void> Migrator::auditFailure(int from, int to, const Error& error) {
    const bool wasTried =
        error.code != ErrorCode::Busy && error.code != ErrorCode::ReadOnly && error.code != ErrorCode::Cancelled;
    if (!m_author || !wasTried || !m_connection.isAlive())
        return {};
    Result<UnitOfWork> work = UnitOfWork::begin(m_connection);
    PORTOLAN_TRY(work);
    const Result<bool> has = MigrationLog(m_connection).hasAudit();
    if (!has || !*has)
        return has ? Result<void>() : Result<void>(has.error());
    const AuditEntry entry = migrationEntry(*m_author, from, to, "failed", error.text.toUtf8());
    if (const Result<void> added = SqlAudit::append(*work, entry); !added)
        return added;
    return work->commit();
}

/// The program that makes a server's backup sets what it needs on the session that it gets, so this has to be its own.
Result<void> Migrator::mayBackUp() {
    const PostgresqlWire* const wire = m_connection.postgresql();
    if (!wire || !wire->terms())
        return {};
    const Connection::Watch watch(m_connection, m_token);
    const Result<bool> rows = holdsRows(m_connection);
    if (!rows || !*rows)
        return rows ? Result<void>() : Result<void>(rows.error());
    if (!m_keepsSession && !wire->isInTransaction()) {
        const Result<bool> keeps = keepsItsSession(m_connection, m_store, {});
        PORTOLAN_TRY(keeps);
        m_keepsSession = *keeps;
    }
    return m_keepsSession.value_or(false) ? Result<void>() : Result<void>(noSessionForBackup(m_store));
}

/// Returns the backup; one without a file when there was nothing to keep.
Result<BackupEntry> Migrator::backUp() {
    {
        const Connection::Watch watch(m_connection, m_token);
        const auto looking = Savepoint::begin(m_connection); // its locks go: another session may wait for one
        PORTOLAN_TRY(looking);
        const Result<bool> worthIt = holdsRows(m_connection);
        PORTOLAN_TRY(worthIt);
        if (!*worthIt)
            return BackupEntry{};
        PORTOLAN_TRY(mayBackUp());
    }
    const Result<QString> folder = backupFolderOf(m_store);
    PORTOLAN_TRY(folder);
    const bool isFile = m_connection.dialect() == SqlDialect::Sqlite;
    const BackupParts parts = isFile ? sqliteBackup(sqliteFileSource(m_store.path), {})
                                     : postgresqlBackup(m_connection, m_store, {}, ServerHold::Tables);
    const auto made =
        makeBackup({*folder, {}, m_store.name()},
                   newBackup(backupkind::migration, isFile ? "sqlite" : "postgresql", m_store.display(), "Portolan"),
                   parts, {}, m_token);
    if (made)
        return m_token.stop_requested() ? Result<BackupEntry>(cancelled()) : made;
    if (made.error().code == ErrorCode::Cancelled)
        return made.error();
    Error error = made.error();
    error.text =
        QStringLiteral("The backup before the migration could not be made: %1 Nothing was migrated.").arg(error.text);
    return error;
}

/// Returns true when another program has made such an object before.
Result<bool> Migrator::isThere(const SchemaStatement& made, const SchemaInspector& before) {
    const auto look = [&](const char* sql) -> Result<bool> {
        QString name = made.name;
        const Result<QVariant> there = m_connection.value(QString::fromLatin1(sql), {name.remove(QLatin1String("()"))});
        PORTOLAN_TRY(there);
        return there->toBool();
    };
    switch (made.kind) {
    case Kind::Table:
    case Kind::View:
        return before.find(made.name) != nullptr;
    case Kind::Function:
        return look("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_proc WHERE proname = ? "
                    "AND pronamespace = to_regnamespace(quote_ident(current_schema)))");
    case Kind::Schema:
        return look("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?)");
    case Kind::Extension:
        return look("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = ?)");
    case Kind::Partition:
    case Kind::Index:
    case Kind::Trigger:
    case Kind::Other:
        return false;
    }
    Q_UNREACHABLE();
}

Result<void> Migrator::apply(const Migration& migration, const QStringList& foreign, MigrationReport& report) {
    MigrationLog log(m_connection);
    if (const Result<void> created = log.create(); !created)
        return created;
    const Result<SchemaInspector> before = SchemaInspector::read(m_connection);
    PORTOLAN_TRY(before);
    const auto statements = splitScript(migration.up, m_connection.dialect());
    PORTOLAN_TRY(statements);
    QStringList adopted;
    for (const QByteArray& statement : *statements) {
        const SchemaStatement made = described(statement, *statements);
        const Result<bool> alone = isLeftAlone(made, *before, foreign, adopted);
        PORTOLAN_TRY(alone);
        if (*alone)
            continue;
        const Result<bool> kept = m_timescale ? runForTimescale(made, statement, migration) : Result<bool>(false);
        PORTOLAN_TRY(kept);
        if (*kept)
            continue;
        const Result<bool> done = run(made, statement, migration);
        PORTOLAN_TRY(done);
        if (!*done)
            report.leftOut.append(made.name);
    }
    report.adopted += adopted;
    if (!names(foreign + adopted, QStringLiteral("schema_version"))) {
        if (const Result<void> added = log.addSchemaVersion(migration); !added)
            return added;
    }
    return log.add(migration, adopted);
}

Result<void> Migrator::revert(const Migration& migration, const std::vector<MigrationRecord>& records) {
    const auto statements = splitScript(migration.down, m_connection.dialect());
    const auto creating = splitScript(migration.up, m_connection.dialect());
    if (!statements || !creating)
        return statements ? creating.error() : statements.error();
    const QStringList foreign = adoptedBy(records);
    MigrationLog log(m_connection);
    if (migration.version > 1 && !names(foreign, QStringLiteral("schema_version"))) {
        if (const Result<void> removed = log.removeSchemaVersion(migration.version); !removed)
            return removed;
    }
    for (const QByteArray& statement : *statements) {
        const SchemaStatement dropped = describeStatement(statement);
        const QString table = tableOf(dropped.name, *creating);
        if (names(foreign, dropped.name) || names(foreign, table))
            continue;
        const Result<bool> gone = m_timescale ? dropForTimescale(dropped, table, migration) : Result<bool>(false);
        PORTOLAN_TRY(gone);
        if (*gone)
            continue;
        const Result<void> done =
            dropped.kind == Kind::Extension ? dropUnlessUsed(statement, migration) : run(statement, migration);
        if (!done)
            return done;
    }
    if (const Result<void> removed = log.remove(migration.version); !removed)
        return removed;
    return migration.version == 1 ? log.drop() : Result<void>();
}

Result<void> Migrator::lookForTimescale(MigrationReport& report) {
    Result<std::optional<Timescale>> found = findTimescale(m_connection);
    PORTOLAN_TRY(found);
    m_timescale = std::move(*found);
    if (m_timescale)
        report.series = QStringLiteral("TimescaleDB ") + m_timescale->version;
    else if (m_connection.dialect() == SqlDialect::Postgresql)
        report.series = QStringLiteral("plain PostgreSQL");
    return {};
}

/// True when the statement was carried out, or is not needed, because TimescaleDB keeps the table.
Result<bool> Migrator::runForTimescale(const SchemaStatement& made, const QByteArray& statement,
                                       const Migration& migration) {
    const QByteArray whole = made.kind == Kind::Table ? withoutPartitions(statement) : statement;
    if (whole != statement) {
        const SeriesTable* series = seriesTableNamed(made.name);
        if (!series)
            return false;
        PORTOLAN_TRY(run(whole, migration));
        for (const QString& sql : hypertableStatements(*series, *m_timescale)) {
            PORTOLAN_TRY(run(sql.toUtf8(), migration));
        }
        return true;
    }
    if (const QStringList later = laterHypertableStatements(made.name, *m_timescale);
        made.kind == Kind::Other && !later.isEmpty()) {
        PORTOLAN_TRY(run(statement, migration));
        for (const QString& sql : later) {
            PORTOLAN_TRY(run(sql.toUtf8(), migration));
        }
        return true;
    }
    // Its chunks take the place of partitions, its aggregates that of the rollups that triggers look after.
    if (made.kind == Kind::Partition || made.kind == Kind::Trigger)
        return isHypertable(m_connection, made.table);
    return false;
}

/// True when there is nothing to drop. Takes away the objects that keep a table from being dropped.
Result<bool> Migrator::dropForTimescale(const SchemaStatement& dropped, const QString& table,
                                        const Migration& migration) {
    if (dropped.kind == Kind::Trigger)
        return isHypertable(m_connection, table);
    if (const QStringList plain = plainTableStatements(dropped.name); dropped.kind == Kind::Other && !plain.isEmpty()) {
        const Result<bool> is = isHypertable(m_connection, dropped.name);
        if (!is || !*is)
            return is;
        for (const QString& sql : plain) {
            PORTOLAN_TRY(run(sql.toUtf8(), migration));
        }
        return true;
    }
    const SeriesTable* series = dropped.kind == Kind::Table ? seriesTableNamed(dropped.name) : nullptr;
    if (!series)
        return false;
    const Result<bool> has = hasAggregates(m_connection, dropped.name);
    if (!has || !*has)
        return has;
    for (const QString& sql : aggregateDrops(*series)) {
        PORTOLAN_TRY(run(sql.toUtf8(), migration));
    }
    return false;
}

/// False when it was left out, because the server lacks what it needs and the rest works without.
Result<bool> Migrator::run(const SchemaStatement& made, const QByteArray& statement, const Migration& migration) {
    const auto finish = [](const Result<void>& done, bool made_) { return done ? Result<bool>(made_) : done.error(); };
    if (!made.operatorClass.isEmpty()) {
        const Result<QByteArray> place = operatorClassOf(m_connection, made.operatorClass);
        if (!place || place->isEmpty())
            return place ? Result<bool>(false) : place.error();
        return finish(run(QByteArray(statement).replace(made.operatorClass.toUtf8(), *place), migration), true);
    }
    if (made.kind != Kind::Extension)
        return finish(run(statement, migration), true);
    PORTOLAN_TRY(m_connection.execute(QStringLiteral("SAVEPOINT extension")));
    const Result<void> done = run(statement, migration);
    if (done)
        return finish(m_connection.execute(QStringLiteral("RELEASE SAVEPOINT extension")), true);
    // Not installed on the server's machine, or this role may not: neither is in the way of anything else.
    if (!m_connection.isAlive())
        return done.error();
    return finish(m_connection.execute(QStringLiteral("ROLLBACK TO SAVEPOINT extension")), false);
}

Result<void> Migrator::run(const QByteArray& statement, const Migration& migration) {
    const Result<QByteArray> ours = inOurSchema(m_connection, statement);
    PORTOLAN_TRY(ours);
    const Result<void> done = m_connection.execute(QString::fromUtf8(*ours));
    if (done)
        return {};
    Error error = done.error();
    error.text = QStringLiteral("Migration %1 failed, and nothing of it remains. %2").arg(label(migration), error.text);
    error.details += QLatin1Char('\n') + QString::fromUtf8(statement);
    return error;
}

/// An extension is the database's: one that a pipeline in another schema goes on using stays.
Result<void> Migrator::dropUnlessUsed(const QByteArray& statement, const Migration& migration) {
    if (const Result<void> marked = m_connection.execute(QStringLiteral("SAVEPOINT extension")); !marked)
        return marked;
    Result<void> done = run(statement, migration);
    if (done)
        return m_connection.execute(QStringLiteral("RELEASE SAVEPOINT extension"));
    const bool isUsed = done.error().details.contains(QLatin1String("2BP01")); // dependent objects still exist
    return isUsed ? m_connection.execute(QStringLiteral("ROLLBACK TO SAVEPOINT extension")) : done;
}

Result<void> Migrator::sweep() {
    if (m_connection.dialect() != SqlDialect::Sqlite)
        return {};
    const Result<QVariant> others =
        m_connection.value(QStringLiteral("SELECT count(*) FROM sqlite_schema WHERE name <> 'sqlite_sequence'"));
    PORTOLAN_TRY(others);
    if (others->toInt() > 0)
        return {};
    const Result<QVariant> left = m_connection.value(QStringLiteral("SELECT count(*) FROM sqlite_schema"));
    if (!left || left->toInt() == 0)
        return left ? Result<void>() : Result<void>(left.error());
    // sqlite_sequence alone is left, and this is the one way to be rid of it.
    return m_connection.execute(QStringLiteral("VACUUM"));
}

} // namespace portolan
