#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// The statements of a SQLite script, each with its semicolon; quotes, comments and trigger bodies are understood.
/// Error Invalid: the last statement does not end.
[[nodiscard]] Result<std::vector<QByteArray>> splitSqliteScript(const QByteArray& script);

/// What a statement of a migration makes or takes away.
struct SchemaStatement {
    enum class Kind { Table, Index, Trigger, View, Other };
    Kind kind = Kind::Other;
    QString name;  ///< of the object
    QString table; ///< that it belongs to: itself, the one behind ON, the first one behind FROM; empty for a DROP
};
[[nodiscard]] SchemaStatement describeStatement(const QByteArray& statement);

} // namespace portolan
