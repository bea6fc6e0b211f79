#pragma once

#include "storage/sql/columns/filtersql.h"

namespace portolan {

/// A piece of SQL with the bindings of its "?", in order.
struct SqlFragment {
    QString text;
    QVariantList bindings;
};

/// The text whole: QString::fromUtf8() takes a byte order mark away. Never null, which would be bound as NULL.
[[nodiscard]] QString wholeText(const QByteArray& utf8);

/// Returns true when PostgreSQL can hold the text: UTF-8 without NUL.
[[nodiscard]] bool isPostgresqlText(const QByteArray& text);

/// Returns true when this is how PostgreSQL writes a UUID: lower case, with hyphens, without braces.
[[nodiscard]] bool isCanonicalUuid(QByteArrayView text);

/// "=", "<" and so on; only for comparisons that have an order.
[[nodiscard]] QString sqlOperator(Comparison comparison);

/// A column of text against a text, by UTF-8 bytes. A text that PostgreSQL cannot hold (with NUL, or no UTF-8; the
/// parser lets none through) compares with nothing there.
[[nodiscard]] SqlFragment compareText(const QString& expression, Comparison comparison, const QByteArray& wanted,
                                      SqlDialect dialect);

/// SQLite: an expression against a text as the database itself compares them, by affinity and collation.
[[nodiscard]] SqlFragment compareAsStored(const QString& expression, Comparison comparison, const QByteArray& wanted);

/// A column of BLOBs (bytea) against bytes.
[[nodiscard]] SqlFragment compareBytes(const QString& expression, Comparison comparison, const QByteArray& wanted,
                                       SqlDialect dialect);

/// Makes the condition that a column contains the text, ASCII letters of either case alike.
[[nodiscard]] SqlFragment containsText(const SqlColumn& column, ColumnType type, const QByteArray& needle,
                                       SqlDialect dialect);

/// The same for an expression that is text.
[[nodiscard]] SqlFragment containsText(const QString& expression, const QByteArray& needle, SqlDialect dialect);

/// "2025-10-16T14:56:05.123Z"; beyond the year 9999 a text that comes after all of these.
[[nodiscard]] QString millisecondsText(std::chrono::sys_time<std::chrono::milliseconds> time);

/// "2025-10-16T14:56:05.123456Z"
[[nodiscard]] QString microsecondsText(Timestamp time);

} // namespace portolan
