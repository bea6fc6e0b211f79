#include "storage/sql/dialect.h"

namespace portolan {

Result<QString> quoteIdentifier(const QString& name) {
    if (name.isEmpty() || name.contains(QChar::Null))
        return Error{ErrorCode::Usage, QStringLiteral("A table or column name is empty or holds a NUL character.")};
    QString quoted = name;
    quoted.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QString(QLatin1Char('"') + quoted + QLatin1Char('"'));
}

QString beginWriting(SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return QStringLiteral("BEGIN IMMEDIATE");
    case SqlDialect::Postgresql:
        return QStringLiteral("BEGIN");
    }
    Q_UNREACHABLE();
}

QString beginReading(SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return QStringLiteral("BEGIN DEFERRED");
    case SqlDialect::Postgresql:
        return QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    Q_UNREACHABLE();
}

QString bytesOf(const QString& expression, SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return QStringLiteral("CAST(%1 AS BLOB)").arg(expression);
    case SqlDialect::Postgresql:
        return QStringLiteral("convert_to(CAST(%1 AS text), 'UTF8')").arg(expression); // JSON too
    }
    Q_UNREACHABLE();
}

} // namespace portolan
