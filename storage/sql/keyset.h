#pragma once

#include "storage/base/listing.h"
#include "storage/sql/dialect.h"
#include "storage/sql/filtersql.h"

#include <QSqlQuery>
#include <QString>
#include <QVariantList>
#include <vector>

namespace portolan {

/// A listing as SQL has it: columns in the order of its filter schema, by expressions that name the table by `alias`.
struct SqlListing {
    const FilterSchema* schema = nullptr;
    QString table; ///< quoted
    QString alias;
    std::vector<SqlColumn> sql;
    std::vector<bool> nullable; ///< may be NULL; one that is known not to be is faster to sort by
    int key = 0; ///< the column that is unique, an integer and never NULL: what the listing's own order is by
};

/// One question about a listing, as statements. Rows are ordered by (sort column, key), both in the sort's direction;
/// NULL comes before everything else, in either dialect; text goes by its bytes. No OFFSET from the start: a page
/// begins behind its cursor, so that it costs what it reads, wherever it is.
class KeysetQuery {
public:
    /// Errors: Usage for an unknown sort column, a cursor of another query or a limit below one.
    static Result<KeysetQuery> make(const SqlListing& listing, const ListQuery& query, SqlDialect dialect);

    struct Statement {
        QString sql;
        QVariantList bindings;
    };
    /// The rows behind `after`, at most `rows`: every column of the listing, then sort value and key.
    [[nodiscard]] Statement page(const Cursor& after, qint64 rows) const;
    /// Sort value and key of the rows behind `after`, at most `rows`.
    [[nodiscard]] Statement keys(const Cursor& after, qint64 rows) const;
    /// Sort value and key of the row that has `skip` rows between `after` and itself. For short hops over an index.
    [[nodiscard]] Statement hop(const Cursor& after, qint64 skip) const;
    /// How many rows there are behind `after`, counted up to `rows`.
    [[nodiscard]] Statement count(const Cursor& after, qint64 rows) const;
    /// The row with this key, without regard to filter and cursor.
    [[nodiscard]] Statement one(qint64 key) const;

    /// Whether hops cost no more than the keys they pass: no filter, and the listing's own order. (With another order
    /// SQLite finds a place among equal values only by passing all of these.)
    [[nodiscard]] bool canHop() const { return m_canHop; }
    /// Where page()'s rows have their sort value; keys() and hop() have it at 0.
    [[nodiscard]] int keysAt() const { return static_cast<int>(m_listing->sql.size()); }
    /// The cursor behind a row whose sort value is in column `at`. Error Corrupt: the value has not the column's
    /// type, so nothing could be found behind it.
    [[nodiscard]] Result<Cursor> cursorAt(const QSqlQuery& row, int at) const;
    [[nodiscard]] Result<Cursor> cursorOf(const QVariant& sortValue, const QVariant& key) const;

private:
    KeysetQuery() = default;
    [[nodiscard]] Result<void> checkCursor(const Cursor& cursor) const;
    [[nodiscard]] Statement select(const QString& what, const Statement& place) const;
    [[nodiscard]] Statement selectBehind(const QString& what, const Cursor& after) const;
    [[nodiscard]] QString order() const;
    [[nodiscard]] QString allColumns() const;
    [[nodiscard]] QString sortColumns() const;
    [[nodiscard]] Statement behind(const Cursor& after) const;
    [[nodiscard]] std::vector<Statement> stretchesBehind(const Cursor& after) const;
    [[nodiscard]] bool sortsByKey() const { return m_sort == m_listing->key; }

    const SqlListing* m_listing = nullptr;
    SqlDialect m_dialect = SqlDialect::Sqlite;
    SqlCondition m_filter;
    int m_sort = 0;
    QString m_sortExpression;
    QString m_keyExpression;
    bool m_descending = false;
    bool m_canHop = false;
};

} // namespace portolan
