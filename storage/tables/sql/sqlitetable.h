#pragma once

#include "storage/sql/columns/filtersql.h"
#include "storage/sql/session.h"
#include "storage/sql/sqlite/sqlitevalue.h"
#include "storage/tables/tables.h"

#include <QStringList>
#include <memory>
#include <span>
#include <vector>

namespace portolan {

class KeptRows;

/// A text as a time where it is written as our own tables write theirs, in milliseconds; any other value as it is.
[[nodiscard]] Value timeOfOurs(Value cell);

/// The rows of any table, view or virtual table of a SQLite database, of any program: with the values that are stored,
/// filtered and sorted as the database compares them. In their own order rows go by their number, else by the primary
/// key; those of a view have neither, and are kept aside while they are read. On the session's thread.
class SqliteTable final : public TableRows, public RowSource<TableRow> {
public:
    static Result<std::shared_ptr<SqliteTable>> open(Session& session, const TableDetail& detail);
    ~SqliteTable() override;

    const ColumnSet& schema() const override { return m_schema; }
    RowSource<TableRow>& rows() override { return *this; }
    RowSource<TableRow>& cells() override { return m_cells; }
    Result<std::unique_ptr<ExportPage>> exportPage(const ListQuery& query, const CancelToken& token) override;
    Result<TableRow> row(const Value& key, const CancelToken& token) override;
    QString note() const override;
    QString leftOut() const override;

    Result<Page<TableRow>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    /// The extent of the rows that a page brings.
    enum class Bring { Whole, Cells, Keys };
    class Cells final : public RowSource<TableRow> {
    public:
        explicit Cells(SqliteTable& table) : m_table(table) {}
        Result<Page<TableRow>> page(const ListQuery& query, const CancelToken& token) override;
        Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        SqliteTable& m_table;
    };
    struct Statement {
        QString sql;
        QVariantList bindings;
        bool isOfOneValue = false; ///< all of its rows are equal in the column that they are sorted by
        QString keysSql =
            {}; ///< of what the order goes by of the same rows, where one statement brings no more columns
    };
    /// The order of a question, as SQL: the column that it sorts by, then the key.
    struct Order {
        std::optional<std::size_t> column;
        QStringList terms;
        std::vector<bool> descends; ///< each of these
        bool descending = false;    ///< the column, or the rows' own order backwards
    };
    SqliteTable(Session& session, const TableDetail& detail);
    [[nodiscard]] Result<void> prepare(Connection& connection, const TableDetail& detail);
    [[nodiscard]] Result<void> addColumn(Connection& connection, const TableDetail& detail,
                                         const TableDetail::Column& column);
    [[nodiscard]] Result<QString> keyTerm(const Connection& connection, std::size_t column, const QByteArray& ofColumn,
                                          const QByteArray& ofKey) const;
    [[nodiscard]] Result<void> findKey(Connection& connection, const TableDetail& detail);
    [[nodiscard]] Result<Order> orderOf(const ListQuery& query) const;
    [[nodiscard]] QStringList cellsOf(Bring bring) const;
    [[nodiscard]] bool areKeysApart(Bring bring, const Order& order) const;
    [[nodiscard]] Result<std::vector<SqliteValue>> placeOf(const Cursor& after, const Order& order) const;
    [[nodiscard]] Cursor cursorAt(const std::vector<SqliteValue>& place, const Order& order) const;
    [[nodiscard]] std::vector<Statement> beyondKey(std::span<const SqliteValue> key, const Order& order) const;
    [[nodiscard]] std::vector<Statement> stretchesAfter(const std::vector<SqliteValue>& place,
                                                        const Order& order) const;
    [[nodiscard]] Statement select(const QString& what, const Statement& stretch, const ListQuery& query,
                                   const Order& order, qint64 rows) const;
    [[nodiscard]] Result<std::vector<Statement>> statementsOf(const ListQuery& query, const Order& order, Bring bring,
                                                              qint64 rows) const;
    [[nodiscard]] std::vector<SqlColumn> columnsBeside(const Statement& stretch, const Order& order) const;
    template <class Take>
    [[nodiscard]] Result<void> each(Connection& connection, const std::vector<Statement>& statements, Take take) const;
    [[nodiscard]] Result<Page<TableRow>> readPage(Connection& connection, const ListQuery& query, Bring bring);
    [[nodiscard]] Result<Page<TableRow>> readKept(Connection& connection, const ListQuery& query, Bring bring);
    [[nodiscard]] Result<PageIndex> readPageIndex(Connection& connection, const ListQuery& query, int pages);
    [[nodiscard]] Result<std::unique_ptr<ExportPage>> readExport(Connection& connection, const ListQuery& query);
    [[nodiscard]] Result<qint64> keep(Connection& connection, const ListQuery& query, qint64 rows);
    [[nodiscard]] Value keyOf(const std::vector<SqliteValue>& key) const;
    [[nodiscard]] Value cellOf(Value cell, std::size_t column) const;
    template <class Ask>
    [[nodiscard]] auto ask(const CancelToken& token, Ask ask);
    [[nodiscard]] static QString readingRows();

    Session& m_session;
    TableInfo m_info;
    ColumnSet m_schema;
    QString m_table;                  ///< quoted
    QStringList m_read;               ///< its columns, to be read
    std::vector<SqlColumn> m_columns; ///< the same, to be compared
    QStringList m_key;                ///< as SQL, to be compared; none: its rows are kept aside
    std::vector<bool> m_keyDescends;  ///< as the key was declared
    bool m_isKeyCollated = false;     ///< some of it by another collation than its column's
    bool m_isNumbered = false;        ///< the key is the row's number
    QStringList m_byBytes;            ///< columns of unknown collations
    QStringList m_unsureBy;           ///< unknown collations that a view itself makes use of
    Cells m_cells;
    std::unique_ptr<KeptRows> m_kept;
    Statement m_keptOf;         ///< the statement whose rows these are
    ChangeMark m_keptMark = {}; ///< the state that they are of
    ChangeMark m_now = {};      ///< the present one, while rows that are kept are asked for
};

} // namespace portolan
