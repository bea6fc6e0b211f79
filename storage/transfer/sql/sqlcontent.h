#pragma once

#include "storage/base/cancel.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/sqlite/sqlitefile.h"
#include "storage/transfer/sql/tableselect.h"

#include <map>

namespace portolan {

/// The tables of a database, ours or another program's, as content: their names, columns and meanings. On the
/// connection's thread.
class ContentTables {
public:
    static Result<ContentTables> read(Connection& connection);

    [[nodiscard]] QStringList names() const;
    [[nodiscard]] Result<std::optional<ContentTable>> table(Connection& connection, const QString& name);
    /// Says that this role may read the table's rows.
    [[nodiscard]] Result<bool> mayRead(Connection& connection, const QString& name);
    /// Makes the statements that read a planned table. Error NotFound: it is not there.
    [[nodiscard]] Result<TableSelect> select(Connection& connection, const TablePlan& plan);

private:
    [[nodiscard]] Result<const SchemaInspector::Entry*> entry(Connection& connection, const QString& name);

    [[nodiscard]] Result<bool> isFolding(Connection& connection, const SchemaInspector::Entry& entry,
                                         const TablePlan& plan);

    SchemaInspector m_catalogue;
    std::map<QString, bool> m_folding;                         ///< SQLite: a table's keys are UUIDs, some with capitals
    std::map<QString, SchemaInspector::Entry> m_named;         ///< of other schemas, once they were asked for
    std::map<QString, std::map<QString, CellMeaning>> m_known; ///< SQLite: the columns that our tables have
};

/// A database as content, on a connection of its own that only reads.
class SqlContent final : public StoreContent {
public:
    /// Errors: those of opening; Unsupported: the URL is no database's.
    static Result<std::unique_ptr<StoreContent>> open(const StoreUrl& url, const CancelToken& token);

    ContentKeeper keeper() const override;
    QString where() const override { return m_connection->where(); }
    QStringList tables() const override { return m_tables.names(); }
    Result<std::optional<ContentTable>> table(const QString& name) override;
    Result<bool> hasRows(const QString& table) override;
    Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan) override;
    Result<qint64> countRows(const QString& table) override;
    Result<std::unique_ptr<RowStream>> messagesByBatch() override;
    QByteArray identity() const override { return m_identity; }
    Result<QByteArray> lineage() override;
    Result<bool> mayRead(const QString& table) override { return m_tables.mayRead(*m_connection, table); }
    Result<std::optional<qint64>> lastNumber(const QString& table) override;
    Result<void> checkUnmoved() override;

private:
    SqlContent(std::unique_ptr<Connection> connection, StoreUrl url, CancelToken token);

    [[nodiscard]] Result<QByteArray> place();
    [[nodiscard]] Result<QString> quotedTable(const QString& name);
    [[nodiscard]] Result<std::optional<qint64>> lastGiven(const QString& table);

    std::unique_ptr<Connection> m_connection;
    StoreUrl m_url;
    CancelToken m_token;
    Connection::Watch m_watch;
    std::optional<ReadSnapshot> m_snapshot;
    std::optional<std::pair<QString, SqliteFileMark>> m_still; ///< SQLite, read as unchanging: the file
    ContentTables m_tables;
    QByteArray m_identity;
};

/// Returns what tells a database from every other: of a file its place on the disk, of a server when it was started,
/// the database and the schema.
[[nodiscard]] Result<QByteArray> databaseIdentity(Connection& connection, const StoreUrl& url);

} // namespace portolan
