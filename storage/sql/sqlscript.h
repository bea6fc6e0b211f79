#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/dialect.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// Splits a SQLite script into its statements, each with its semicolon; understands quotes, comments and trigger
/// bodies. Error Invalid: the last statement does not end.
[[nodiscard]] Result<std::vector<QByteArray>> splitSqliteScript(const QByteArray& script);

/// Does the same for a PostgreSQL script, which has dollar quotes.
[[nodiscard]] Result<std::vector<QByteArray>> splitPostgresqlScript(const QByteArray& script);

[[nodiscard]] Result<std::vector<QByteArray>> splitScript(const QByteArray& script, SqlDialect dialect); ///< either

/// The object that a statement of a migration makes, changes (ALTER, UPDATE) or takes away.
struct SchemaStatement {
    enum class Kind { Table, Partition, Index, Trigger, View, Function, Schema, Extension, Other };
    Kind kind = Kind::Other;
    QString name;          ///< of the object; a function's with "()"
    QString table;         ///< that it belongs to: itself, the one after ON, OF or FROM; empty for a DROP
    QString operatorClass; ///< that it needs, by a comment "-- requires operator class NAME"; empty for none
};
[[nodiscard]] SchemaStatement describeStatement(const QByteArray& statement); ///< Other where it is none of these

} // namespace portolan
