#pragma once

#include "storage/listing/filter.h"
#include "storage/sql/connection/dialect.h"

#include <QString>
#include <QVariantList>
#include <span>

namespace portolan {

/// The form in which a column keeps what the filter's schema says it is.
enum class ColumnEncoding {
    Plain,            ///< as its type says; times in the database's own type (PostgreSQL timestamptz)
    IsoText,          ///< times as "2025-10-16T14:56:05.123Z", which compare as text
    UnixMilliseconds, ///< times as integers
    Integer,          ///< text that is a whole number kept as one (a message's id)
    Bytes,            ///< text kept as BLOB or bytea, which may be no text at all (a reject's payload)
    Uuid,             ///< text kept in PostgreSQL's uuid
    AsStored,         ///< SQLite: anything, compared as the database compares it
};

/// A column of a ColumnSet in SQL. The expression comes from a repository's own constant table, never from a user,
/// and is used as it is; it may name columns of the query's tables ("m.content"), and is NULL (in PostgreSQL of the
/// column's type) for a column that a foreign database lacks. JSON columns are text in SQLite and jsonb in PostgreSQL.
struct SqlColumn {
    SqlColumn(QString sql, ColumnEncoding kept = ColumnEncoding::Plain) : expression(std::move(sql)), keeping(kept) {}
    SqlColumn(const char* sql, ColumnEncoding kept = ColumnEncoding::Plain)
        : SqlColumn(QString::fromLatin1(sql), kept) {}

    QString expression;
    ColumnEncoding keeping = ColumnEncoding::Plain;
    QString document = {}; ///< a JSON column that is something else in the database: the expression that is JSON
    /// SQLite: bounds from below (above) do not choose the place in an index: a better one stands beside them. SQLite
    /// enters an index by one bound only, and may take the wrong one.
    bool keepsLowerOut = false;
    bool keepsUpperOut = false;
    /// PostgreSQL, a native column: the type that values are cast to. SQLite, a computed one: that of a wanted number.
    QString cast = {};
    QString shown = {}; ///< what a row shows, where not what is compared; empty: `expression`
    QString type = {};  ///< PostgreSQL, a column that may hold times: its own type, in full
};

/// A complete WHERE condition, already parenthesised. Placeholders are positional ("?"), one binding each, in order.
struct SqlCondition {
    QString condition;
    QVariantList bindings;
};

/// The filter as SQL that holds for exactly the rows that matches() (storage/listing/filtermatch.h) takes: two-valued,
/// a comparison with NULL is false and its `not` is true. Every value is bound. Comparisons of plain columns stay
/// `column op ?`, so that indexes serve them. An empty filter gives "(1=1)". `columns` are in the order of
/// `schema.columns`. Cheap; any thread.
[[nodiscard]] SqlCondition compileFilter(const Filter& filter, const ColumnSet& schema,
                                         std::span<const SqlColumn> columns, SqlDialect dialect);

} // namespace portolan
