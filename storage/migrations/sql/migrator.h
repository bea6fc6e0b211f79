#pragma once

#include "storage/backups/backups.h"
#include "storage/base/cancel.h"
#include "storage/migrations/migrations.h"
#include "storage/migrations/sql/migrationlog.h"
#include "storage/migrations/sql/migrationscripts.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/sqlscript.h"

#include <optional>
#include <vector>

namespace portolan {

/// The state of a database, as far as migrations go.
enum class SchemaKind {
    Empty,   ///< no tables at all
    Foreign, ///< tables, but not a migration of ours
    Older,   ///< ours, with migrations pending
    Current, ///< ours, all migrations applied
    Newer,   ///< a later version of Portolan was here
    Damaged, ///< a gap, or a changed script
};

/// Brings a database's schema up and down. Every step is one transaction together with its rows in schema_version
/// and portolan_migrations: a kill at any instant leaves the version before or the version after. On the thread of
/// its connection.
///
/// A database that another program created keeps its tables exactly as they are, with their indexes and triggers:
/// `up` adds only what is not there, records what it left alone ("adopted"), and `down` leaves that alone again. If
/// it holds a schema_version of its own, that is left alone too; portolan_migrations alone counts.
class Migrator {
public:
    /// Backups are made beside a SQLite file, and in the user's data folder for a database on a server.
    Migrator(Connection& connection, StoreUrl store, std::vector<Migration> migrations);
    /// With the program's own migrations.
    static Result<Migrator> make(Connection& connection, const StoreUrl& store);

    /// From then on each step is in the audit. Without an author, as when a new store is made, none is.
    void setAuthor(MigrationAuthor author) { m_author = std::move(author); }

    /// From then on the token ends the backup before the first step, and nothing is changed; a step goes to its end.
    void setToken(CancelToken token) { m_token = std::move(token); }

    [[nodiscard]] int latest() const { return static_cast<int>(m_migrations.size()); }
    /// The version in force; 0 is none. Errors as check().
    [[nodiscard]] Result<int> current();
    [[nodiscard]] Result<std::vector<MigrationEntry>> history();
    [[nodiscard]] Result<SchemaKind> kind();

    /// Errors: Unsupported – newer than the program; Corrupt – a gap, a script that was changed after it was
    /// applied, or a schema_version that says otherwise. Texts say what to do.
    [[nodiscard]] Result<void> check();

    /// The next `steps` migrations, or all. Before the first step of a database with rows a verified backup is made;
    /// when that fails nothing is changed. Errors: as check(), Busy, Io, Invalid (a statement failed: nothing of its
    /// step remains, the steps before it do).
    [[nodiscard]] Result<MigrationReport> up(std::optional<int> steps = std::nullopt);
    /// Takes the last `steps` migrations back, with their data; a backup is made all the same.
    [[nodiscard]] Result<MigrationReport> down(int steps = 1);
    /// `from`: the version that the caller saw. Error Changed: it is another one by now.
    [[nodiscard]] Result<MigrationReport> to(int version, std::optional<int> from = {});
    /// Looks what to(version) would do, and changes nothing. Errors as check(), and Usage: there is no such version.
    [[nodiscard]] Result<MigrationPlan> plan(int version);

private:
    [[nodiscard]] Result<void> check(const std::vector<MigrationRecord>& records);
    [[nodiscard]] Result<void> mayGoTo(int version) const;
    [[nodiscard]] Result<void> step(int from, int to, bool first, MigrationReport& report);
    [[nodiscard]] Result<void> apply(const Migration& migration, const QStringList& foreign, MigrationReport& report);
    [[nodiscard]] Result<void> revert(const Migration& migration, const std::vector<MigrationRecord>& records);
    [[nodiscard]] Result<void> mayBackUp();
    [[nodiscard]] Result<BackupEntry> backUp();
    [[nodiscard]] Result<bool> isThere(const SchemaStatement& made, const SchemaInspector& before);
    /// Returns true for what is not made because another program's is there; notes it in `adopted`.
    [[nodiscard]] Result<bool> isLeftAlone(const SchemaStatement& made, const SchemaInspector& before,
                                           const QStringList& foreign, QStringList& adopted);
    /// Describes a statement of a script, with the table of what it drops to make it again.
    [[nodiscard]] static SchemaStatement described(const QByteArray& statement, const std::vector<QByteArray>& script);
    /// Finds the table that an object of a migration belongs to among the statements that make it.
    [[nodiscard]] static QString tableOf(const QString& object, const std::vector<QByteArray>& creating);
    [[nodiscard]] Result<bool> run(const SchemaStatement& made, const QByteArray& statement,
                                   const Migration& migration);
    [[nodiscard]] Result<void> run(const QByteArray& statement, const Migration& migration);
    [[nodiscard]] Result<void> lookForTimescale(MigrationReport& report);
    [[nodiscard]] Result<bool> runForTimescale(const SchemaStatement& made, const QByteArray& statement,
                                               const Migration& migration);
    [[nodiscard]] Result<bool> dropForTimescale(const SchemaStatement& dropped, const QString& table,
                                                const Migration& migration);
    [[nodiscard]] Result<void> dropUnlessUsed(const QByteArray& statement, const Migration& migration);
    [[nodiscard]] Result<void> sweep();
    [[nodiscard]] Result<void> audit(UnitOfWork& work, int to, const QByteArray& name, MigrationReport& report);
    [[nodiscard]] Result<void> auditFailure(int from, int to, const Error& error);

    Connection& m_connection;
    StoreUrl m_store;
    std::vector<Migration> m_migrations;
    std::optional<MigrationAuthor> m_author;
    CancelToken m_token;
    int m_told = 0;                       ///< the version that the audit knows of
    std::optional<bool> m_keepsSession;   ///< of a server: see keepsItsSession(); asked where there is a backup to make
    std::optional<Timescale> m_timescale; ///< chosen for the steps that are being made
};

} // namespace portolan
