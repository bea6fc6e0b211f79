#pragma once

#include "storage/listing/listing.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/sqlkey.h"
#include "storage/sql/connection/dialect.h"
#include "storage/sql/connection/unitofwork.h"

#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QVariantList>
#include <functional>
#include <optional>
#include <vector>

namespace portolan {

struct SqlListing;

/// The places where the rows that a filter takes can be, by an index of texts.
struct SearchPlaces {
    std::vector<SqlCondition> candidates; ///< for KeysetQuery::make(); none: the index tells nothing
    std::optional<ReadSnapshot> snapshot; ///< the state in which this holds: keep it until the rows are read
};
/// Asks an index of texts where the rows that a filter takes can be. On the connection's thread.
using PlaceSearch = std::function<Result<SearchPlaces>(Connection&, const SqlListing&, const Filter&)>;

/// A listing as SQL has it: columns in the order of its filter schema, by expressions that name the table by `alias`.
struct SqlListing {
    const ColumnSet* schema = nullptr;
    QString table; ///< quoted
    QString alias;
    std::vector<SqlColumn> sql;
    std::vector<bool> nullable; ///< may be NULL; one that is known not to be is faster to sort by
    SqlKey key;
    std::optional<int> order = {}; ///< the column that the listing's own order goes by; nothing: the key
    QString condition = {};        ///< which of the table's rows are meant; empty: all
    std::vector<int> unread = {};  ///< columns that are filtered by, and read as NULL
    qint64 cut = 0;                ///< texts are read up to so many bytes at least; 0: whole
    std::vector<int> splitBy = {}; ///< columns with an index by (value, order): each of several values is asked alone
    PlaceSearch places = {};       ///< asks the index of texts; empty: the table is in none
};

/// Asks the listing's index of texts; without one the rows can be anywhere.
[[nodiscard]] inline Result<SearchPlaces> searchPlaces(Connection& connection, const SqlListing& listing,
                                                       const Filter& filter) {
    return listing.places ? listing.places(connection, listing, filter) : Result(SearchPlaces());
}

/// Returns the expression that reads a column: a text, cut where the listing is.
[[nodiscard]] QString readColumn(const SqlListing& listing, std::size_t column, SqlDialect dialect);

/// Makes the statements of a question about a listing, which it borrows. Rows are ordered by (sort column, key), all in
/// the sort's direction; NULL comes before everything else, in either dialect; text goes by its bytes. No OFFSET: a
/// page begins after its cursor, so that it costs what it reads, wherever it is. NULLs and the rest are asked
/// separately, so that an index serves both, on whichever side it keeps NULL.
class KeysetQuery {
public:
    /// Errors: Usage for an unknown sort column, a cursor of another query or a limit below one. `candidates`:
    /// conditions of which just one holds for each row that the filter takes, each served by an index; none: the rows
    /// are looked for anywhere.
    static Result<KeysetQuery> make(const SqlListing& listing, const ListQuery& query, SqlDialect dialect,
                                    std::vector<SqlCondition> candidates = {});

    struct Statement {
        QString sql;
        QVariantList bindings;
    };
    /// Selects at most `rows` rows after the place `after`: every column of the listing, then sort value and the parts
    /// of the key.
    [[nodiscard]] Statement page(const Cursor& after, qint64 rows) const;
    /// Selects them by statements to be run one after another until there are rows enough: SQLite sorts what several
    /// stretches bring together, though an index has each in order. One statement where a page goes by the key.
    [[nodiscard]] std::vector<Statement> pageInTurn(const Cursor& after, qint64 rows) const;
    /// Selects columns of the caller's choice, each with a name, of at most `rows` rows after the place `after`, in
    /// order; then sort value and the parts of the key. Reads nothing else of them.
    [[nodiscard]] Statement columns(const QString& named, const Cursor& after, qint64 rows) const;
    /// Selects sort value and the parts of the key of at most `rows` rows after the place `after`.
    [[nodiscard]] Statement keys(const Cursor& after, qint64 rows) const;
    /// Counts the rows after the place `after`, up to `rows`, and selects the key of the last of these. Only when
    /// canHop(); for short hops over an index.
    [[nodiscard]] Statement hop(const Cursor& after, qint64 rows) const;
    /// Selects the row whose first column has this number, without regard to filter and cursor; two where it is no key.
    [[nodiscard]] Statement one(qint64 key) const;

    /// Returns true when a server has to find the rows by what is in their documents, and has no idea how many it will
    /// find: the rows may be walked to in their order, as all others are, or picked out of all by sweep().
    [[nodiscard]] bool mayWalkOrSweep() const { return !m_documents.condition.isEmpty(); }
    /// Selects the next rows in their order, whatever is in their documents.
    [[nodiscard]] Statement walk(const Cursor& after, qint64 rows) const;
    /// Counts the rows, up to `most`, that the filter takes of the next so many that are walked to.
    [[nodiscard]] Statement countAmong(const Cursor& after, qint64 rows, qint64 most) const;
    /// Picks rows out of all and then sorts them, from here on, which a server does with several processes.
    void sweep() { m_sweeps = true; }
    [[nodiscard]] bool sweeps() const { return m_sweeps; }

    /// Returns true when hops cost no more than the keys they pass: no filter, and the order of a key that is a number.
    /// (With another order SQLite finds a place among equal values only by passing all of these.)
    [[nodiscard]] bool canHop() const { return m_canHop; }
    /// Returns the column of page()'s rows that has their sort value; keys() has it at 0.
    [[nodiscard]] int keysAt() const { return static_cast<int>(m_listing->sql.size()); }
    /// Returns true when its cursors are the key alone.
    [[nodiscard]] bool sortsByKey() const {
        return !m_sort || (m_sort == m_listing->key.column && m_listing->key.kind != SqlKey::Kind::Native);
    }
    /// Returns the number of parts of the key, which follow the sort value.
    [[nodiscard]] int keyCount() const { return static_cast<int>(m_keys.size()); }
    /// Makes the cursor after a row. Error Corrupt: the sort value has not the column's type, so nothing could be found
    /// after it.
    [[nodiscard]] Result<Cursor> cursorOf(const QVariant& sortValue, const QVariantList& keys) const;

private:
    KeysetQuery() = default;
    [[nodiscard]] Result<void> checkCursor(const Cursor& cursor) const;
    [[nodiscard]] Value placeOf(Value value) const;
    /// A filter, or one of those that it is split into, in the forms that go with each kind of place.
    struct Choice {
        SqlCondition whole;
        SqlCondition conditionAfter; ///< the bound on the cursor's side of the sort column is kept from the index
        SqlCondition at;             ///< both bounds are: the sort column's value is given
    };
    /// A stretch of rows that an index has in order: its condition (`place`), and the form of the filter beside it.
    struct KeyRange {
        Statement place;
        SqlCondition Choice::*filter;
    };
    [[nodiscard]] SqlCondition filterWithout(const Filter& filter, bool lower, bool upper) const;
    [[nodiscard]] Choice choiceOf(const Filter& filter) const;
    [[nodiscard]] Statement select(const QString& what, const Statement& place, const SqlCondition& filter,
                                   const SqlCondition& candidates) const;
    [[nodiscard]] Statement selectAfter(const QString& what, const Cursor& after) const;
    [[nodiscard]] QString orderIn(const KeyRange& stretch) const;
    [[nodiscard]] QString orderOfSweep(bool withNulls) const;
    [[nodiscard]] bool isInOnePart() const { return m_choices.size() == 1 && m_candidates.size() == 1; }
    [[nodiscard]] Statement parts(const QString& what, const Cursor& after, qint64 rows) const;
    [[nodiscard]] QString orderBy(const QString& sort, const QStringList& keys, bool withNulls) const;
    [[nodiscard]] QString orderByKeys() const;
    [[nodiscard]] QStringList keysRead(const QStringList& expressions) const;
    [[nodiscard]] QStringList keysNamed(const QString& name, bool areMade) const;
    [[nodiscard]] Statement beyondKeys(const Cursor& after) const;
    [[nodiscard]] std::size_t keysFrom() const { return sortsByKey() ? 0 : 1; }
    [[nodiscard]] QString allColumns() const;
    [[nodiscard]] QString sortColumns() const;
    [[nodiscard]] Statement conditionAfter(const Cursor& after) const;
    [[nodiscard]] std::vector<KeyRange> stretchesFrom(const Cursor& after) const;
    [[nodiscard]] std::vector<Statement> rangesAfter(const Cursor& after) const;
    [[nodiscard]] bool sortsWithNulls() const;
    [[nodiscard]] bool hasNullsAfter(const Cursor& after) const;
    [[nodiscard]] KeyForm sortForm() const;

    const SqlListing* m_listing = nullptr;
    SqlDialect m_dialect = SqlDialect::Sqlite;
    Choice m_filter;
    std::vector<Choice> m_choices;          ///< the filters that it is split into; one: it is not split
    std::vector<SqlCondition> m_candidates; ///< at least one; an empty one is "anywhere"
    SqlCondition m_documents;               ///< what mayWalkOrSweep() is about; empty: nothing
    SqlCondition m_others;                  ///< the rest of the filter then
    bool m_sweeps = false;
    bool m_skipsNull = false;  ///< the filter wants a value of the sort column
    std::optional<int> m_sort; ///< nothing: by a key that is no column
    QString m_sortExpression;
    std::vector<SqlKeyPart> m_keys; ///< without what the sort column is
    QStringList m_keyExpressions;   ///< of these
    bool m_descending = false;
    bool m_canHop = false;
};

} // namespace portolan
