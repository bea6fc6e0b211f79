#pragma once

#include "storage/sql/columns/filtersql.h"
#include "storage/sql/postgresql/postgresqlresultset.h"
#include "storage/sql/session.h"
#include "storage/tables/sql/serverorder.h"
#include "storage/tables/sql/servershape.h"
#include "storage/tables/tables.h"

#include <functional>
#include <memory>
#include <set>

namespace portolan {

class ServerStream;

/// The rows of any table, view or foreign table on a PostgreSQL server as the server has them:
/// filters are compared in the columns' own types and collations, and rows are sorted as its ORDER BY does, NULL after
/// all values. In their own order rows go by the primary key; without one by their place, table after table where there
/// are partitions or children; those of a view and of a foreign table by their columns. On the session's thread.
class ServerTable final : public TableRows, public RowSource<TableRow> {
public:
    static Result<std::shared_ptr<ServerTable>> open(Session& session, const TableInfo& info);
    ~ServerTable() override;

    const ColumnSet& schema() const override { return m_schema; }
    RowSource<TableRow>& rows() override { return *this; }
    RowSource<TableRow>& cells() override { return m_cells; }
    Result<std::unique_ptr<ExportPage>> exportPage(const ListQuery& query, const CancelToken& token) override;
    void endExport() override;
    Result<TableRow> row(const Value& key, const CancelToken& token) override;
    QString note() const override;
    QString leftOut() const override;
    QString costOf(const Sort& sort) const override;

    Result<Page<TableRow>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    /// The part of its rows that a page brings.
    enum class Bring { Whole, Cells, Keys };

    /// Rows of a page as the server holds them.
    struct KeyRange {
        std::shared_ptr<const PostgresqlResultSet> rows;
        int first = 0;
        int count = 0;
        char finding = 'k'; ///< how these are told apart; see row()
        int keys = 0;       ///< that the row's last columns are
    };
    struct Rows {
        std::vector<KeyRange> stretches;
        qint64 count = 0;
        qint64 bytes = 0;
        Cursor next;
        bool last = true;
        bool hasMoved = false; ///< the row that the page begins after is not as it was
        bool areCut = false;   ///< of those that were kept, and there are more
    };

private:
    /// The way in which rows are told apart.
    enum class Finding { Key, Place, Content };
    struct Statement {
        QString sql;
        QVariantList bindings;
    };
    /// The source of rows: a part under the alias t, and the rows of it that are meant.
    struct From {
        QString table;
        QString condition;
    };
    /// A question about its rows, made ready.
    struct Question {
        ListQuery query;
        Bring bring;
        SqlCondition filter;
        Finding finding;
        ServerOrder order;
        int identity = 0; ///< of the order's last keys, which tell rows apart
        QByteArray name;  ///< of the order, in its places
        bool timesAsText = false;
        bool isWrittenOut = false; ///< pages end with PostgresqlResultSet::pageBytes, too
    };

    class Cells final : public RowSource<TableRow> {
    public:
        explicit Cells(ServerTable& table) : m_table(table) {}
        Result<Page<TableRow>> page(const ListQuery& query, const CancelToken& token) override;
        Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        ServerTable& m_table;
    };

    ServerTable(Session& session, TableInfo info, ServerShape shape, QString table);
    void addColumn(const ServerColumn& column);
    [[nodiscard]] QString doing() const;
    [[nodiscard]] qint64 keptRows() const;
    [[nodiscard]] const ServerColumn* columnOf(const Sort& sort) const;
    [[nodiscard]] Finding findingOf(const ListQuery& query) const;
    [[nodiscard]] std::vector<ServerKey> keysOf(Finding finding, const ServerColumn* sort) const;
    [[nodiscard]] std::vector<ServerKey> contentKeys() const;
    [[nodiscard]] QString hashSql() const;
    /// Says that no later statement finds the order again: it goes by values of the moment.
    [[nodiscard]] bool isMomentary(const Question& question) const;
    [[nodiscard]] From whole() const { return {m_table, {}}; }
    [[nodiscard]] From of(const ServerShape::Part& part) const;
    /// Says that the server goes through all rows for a page.
    [[nodiscard]] bool isSortedByServer(const Question& question) const;

    [[nodiscard]] Result<void> judge(Connection& connection, const Filter& filter);
    [[nodiscard]] Result<Question> ask(Connection& connection, const ListQuery& query, Bring bring);
    [[nodiscard]] QString cellsSql(Bring bring, bool timesAsText) const;
    [[nodiscard]] Statement statement(const Question& question, const ServerOrder& order, const From& from,
                                      const ServerOrder::Condition& place, std::optional<qint64> limit) const;
    [[nodiscard]] Result<std::shared_ptr<const PostgresqlResultSet>>
    run(Connection& connection, Question& question, const std::function<Statement(const Question&)>& make,
        qint64 bytesRead = 0) const;

    /// Keeps what is to be said of the pages read so far.
    void noteRead(const ListQuery& query, const Rows& rows);
    [[nodiscard]] Result<Rows> read(Connection& connection, Question& question);
    [[nodiscard]] Result<Rows> readPage(Connection& connection, Question& question);
    [[nodiscard]] Result<Rows> readOrdered(Connection& connection, Question& question, qint64 limit) const;
    [[nodiscard]] Result<void> readInOrder(Connection& connection, Question& question, const ServerOrder& order,
                                           const From& from, const std::optional<ServerPlace>& after, qint64 given,
                                           qint64 limit, Rows& rows) const;
    [[nodiscard]] Result<Rows> readByPlace(Connection& connection, Question& question) const;
    [[nodiscard]] Result<void> readBlocks(Connection& connection, Question& question, const ServerShape::Part& part,
                                          const std::optional<QByteArray>& after, Rows& rows) const;
    [[nodiscard]] Result<Rows> readFirst(Connection& connection, Question& question);
    [[nodiscard]] Result<Rows> readKept(Connection& connection, const Question& question);
    [[nodiscard]] Result<Rows> readWrittenOut(Connection& connection, Question& question, bool isNext,
                                              const CancelToken& token);
    [[nodiscard]] Rows rowsFrom(const std::shared_ptr<const PostgresqlResultSet>& all, qint64 count, qint64 at,
                                const Question& question, bool isBackwards) const;
    [[nodiscard]] Result<PageIndex> readPageIndex(Connection& connection, const ListQuery& query, int pages);
    [[nodiscard]] Result<std::optional<Rows>> readStreamed(Question& question, const CancelToken& token);

    /// Adds what was read to a page, whose last place it sets, up to its limit.
    void take(Question& question, const std::shared_ptr<const PostgresqlResultSet>& read, int first, char finding,
              int keys, Rows& rows) const;
    [[nodiscard]] Page<TableRow> pageOf(const Rows& rows, Bring bring) const;
    [[nodiscard]] int cellsOf(Bring bring) const;

    Session& m_session;
    TableInfo m_info;
    ServerShape m_shape;
    Finding m_finding = Finding::Content;
    QString m_table; ///< quoted
    ColumnSet m_schema;
    std::vector<SqlColumn> m_sql;
    Cells m_cells;
    std::set<QString> m_judged; ///< filters whose values the server takes
    /// Of a view that the server could not sort in time: its first rows, in no order.
    std::shared_ptr<const PostgresqlResultSet> m_first;
    bool m_isCut = false; ///< there are more
    /// Of a view whose order goes by values of the moment: the rows that one statement gave in it.
    struct Kept {
        std::shared_ptr<const PostgresqlResultSet> rows;
        QString filter;
        Sort sort;
        bool isCut = false;
    };
    Kept m_kept;
    qint64 m_keeper;         ///< in the cursors of these rows, which no other program has
    bool m_hasMoved = false; ///< rows changed while their pages were read
    bool m_isKeptCut = false;
    std::unique_ptr<ServerStream> m_stream;
    bool m_mayStream = true;     ///< the server sorts all rows within its limit, as far as is known
    bool m_isStreamless = false; ///< there was no connection for the rows of this export, or it broke
    Cursor m_exported;           ///< where the next page of an export begins
};

} // namespace portolan
