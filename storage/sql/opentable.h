#pragma once

#include "storage/sql/keyset.h"
#include "storage/sql/session.h"
#include "storage/sql/tablecatalogue.h"
#include "storage/tables.h"

#include <QStringList>
#include <memory>
#include <vector>

namespace portolan {

/// A cell of a column of this type, as the driver's own handle gave it.
[[nodiscard]] Value tableCell(Value cell, ColumnType type);

/// The rows of any table of a server, whoever made it. In its own order they go by the primary key; where there is none
/// by their place, ctid, table after table where there are partitions. A view has neither: its first rows are read, and
/// kept while nothing changes. On the session's thread.
class OpenTable final : public TableRows, public RowSource<TableRow> {
public:
    /// Errors: Unsupported for a foreign table.
    static Result<std::shared_ptr<OpenTable>> open(Session& session, const TableDetail& detail);

    const FilterSchema& schema() const override { return m_schema; }
    RowSource<TableRow>& rows() override { return *this; }
    RowSource<TableRow>& cells() override { return m_cells; }
    Result<std::unique_ptr<ExportPage>> exportPage(const ListQuery& query, const CancelToken& token) override;
    Result<TableRow> row(const Value& key, const CancelToken& token) override;
    QString note() const override;

    Result<Page<TableRow>> page(const ListQuery& query, const CancelToken& token) override;
    Result<Skeleton> skeleton(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    /// How rows are found again.
    enum class Finding {
        Key,   ///< the columns of the primary key, compared as one
        Place, ///< PostgreSQL's ctid, in each part
        First, ///< a view: not at all
    };
    struct KeyColumn {
        QString expression;
        QString type; ///< on a server
    };
    struct Statement {
        QString sql;
        QVariantList bindings;
    };

    /// Its rows, cut.
    class Cells final : public RowSource<TableRow> {
    public:
        explicit Cells(OpenTable& table) : m_table(table) {}
        Result<Page<TableRow>> page(const ListQuery& query, const CancelToken& token) override;
        Result<Skeleton> skeleton(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        OpenTable& m_table;
    };

    OpenTable(Session& session, const TableDetail& detail) : m_session(session), m_info(detail.info), m_cells(*this) {}
    [[nodiscard]] Result<void> prepare(Connection& connection, const TableDetail& detail);
    [[nodiscard]] Result<void> addColumn(const TableDetail::Column& column, SqlDialect dialect);
    [[nodiscard]] Result<void> findParts(Connection& connection);
    /// How much of its rows a page brings.
    enum class Bring { Whole, Cells, Keys };
    [[nodiscard]] Result<Page<TableRow>> readPage(Connection& connection, const ListQuery& query, Bring bring);
    [[nodiscard]] Result<Statement> keyPage(const ListQuery& query, Bring bring) const;
    [[nodiscard]] Result<std::unique_ptr<ExportPage>> readHeld(Connection& connection, const ListQuery& query);
    [[nodiscard]] Result<Page<TableRow>> readByKey(Connection& connection, const ListQuery& query, Bring bring);
    [[nodiscard]] Result<Page<TableRow>> readByPlace(Connection& connection, const ListQuery& query, Bring bring);
    [[nodiscard]] Result<Page<TableRow>> readFirst(Connection& connection, const ListQuery& query);
    [[nodiscard]] Result<void> checkOrder(const ListQuery& query) const;
    [[nodiscard]] Result<std::vector<TableRow>> run(Connection& connection, const Statement& statement, Bring bring);
    [[nodiscard]] Result<std::optional<std::vector<TableRow>>>
    runBinary(Connection& connection, const Statement& statement, int keysAt, int keys);
    [[nodiscard]] TableRow rowAt(const QSqlQuery& query) const;
    [[nodiscard]] static QString readingRows();
    [[nodiscard]] static QString columnsOf(const SqlListing& listing, SqlDialect dialect);
    [[nodiscard]] QString broughtSql(Bring bring) const;
    [[nodiscard]] QString keySql() const;
    [[nodiscard]] Statement keyPlace(const Value& key, const char* comparison) const;

    Session& m_session;
    TableInfo m_info;
    Finding m_finding = Finding::First;
    FilterSchema m_schema;
    SqlListing m_listing;
    SqlListing m_cutListing; ///< the same, of which cells are read
    Cells m_cells;
    std::vector<KeyColumn> m_key;
    QStringList m_parts;    ///< quoted, of Finding::Place
    bool m_isBinary = true; ///< a server's rows can be read as it holds them, as far as is known
    // Of a view:
    std::vector<TableRow> m_first;
    std::optional<ChangeMark> m_firstMark;
};

} // namespace portolan
