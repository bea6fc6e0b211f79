#pragma once

#include "storage/operations/auditacts.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/preparedstatements.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/sqlrowsource.h"

#include <optional>

namespace portolan {

/// The audit of a SQL store (`portolan_audit`), oldest first. On the session's thread.
class SqlAudit {
public:
    explicit SqlAudit(Session& session);

    RowSource<AuditEntry>& entries() { return m_entries; }

    /// Adds up the entries that a filter takes of a stretch of the audit: the newest `most` entries with ids after
    /// `after`, and before `before` unless that is 0.
    [[nodiscard]] Result<AuditParts> parts(qint64 after, qint64 before, int most, const Filter& filter,
                                           const CancelToken& token);

    /// Why a database with these tables has no audit, in words; nothing when it has.
    [[nodiscard]] static std::optional<QString> unavailableReason(const SchemaInspector& catalogue);

    /// Looks whether a session may change rows of a table of ours with their entry. Errors: ReadOnly; Unsupported, the
    /// table, one of the columns or the audit is not there; `remedy` ends its text.
    [[nodiscard]] static Result<void> mayChange(Session& session, const QString& table,
                                                std::initializer_list<const char*> columns, const QString& remedy);

    /// The newest entries about one subject, oldest of them first.
    [[nodiscard]] static Result<std::vector<AuditEntry>> about(Connection& connection, const QByteArray& kind,
                                                               const QByteArray& id, int most);

    /// Every entry about subjects of a kind: by subject, in the order given, each as they were written.
    [[nodiscard]] static Result<std::vector<AuditEntry>> ofAll(Connection& connection, const QByteArray& kind,
                                                               std::span<const QByteArray> ids);

    /// Writes an entry into the transaction that does what it tells; id and time are the database's. Error Invalid for
    /// images that are no JSON.
    [[nodiscard]] static Result<void> append(UnitOfWork& work, const AuditEntry& entry);
    /// The same; returns the number of the entry, which wants the right to read the audit.
    [[nodiscard]] static Result<qint64> add(Connection& connection, const AuditEntry& entry);
    /// The same for entry after entry.
    [[nodiscard]] static Result<qint64> add(PreparedStatements& statements, const AuditEntry& entry);

    /// Reads an entry; nothing: there is none of that number.
    [[nodiscard]] static Result<std::optional<AuditEntry>> entry(Connection& connection, qint64 id);
    /// Reads the newest entries of an actor, newest first.
    [[nodiscard]] static Result<std::vector<AuditEntry>> newestOf(Connection& connection, const QByteArray& actor,
                                                                  int most);
    /// Reads entries of one act: those that have `like`'s run, action and kind of subject, after an id, in their order;
    /// of an entry without a run itself alone.
    [[nodiscard]] static Result<std::vector<AuditEntry>> ofAct(Connection& connection, const AuditEntry& like,
                                                               qint64 after, int most);

private:
    [[nodiscard]] Result<const SqlListing*> listing(Connection& connection);

    Session& m_session;
    quint64 m_generation = 0;
    qint64 m_mark = 0;
    std::optional<SqlListing> m_listing;
    SqlRowSource<AuditEntry> m_entries;
};

} // namespace portolan
