#include "storage/sql/connection/dialect.h"

namespace portolan {

Result<QString> quoteIdentifier(const QString& name) {
    if (name.contains(QChar::Null))
        return Error{ErrorCode::Usage, QStringLiteral("A table or column name holds a NUL character.")};
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
        return (dialect.isUtf16() ? QStringLiteral("portolan_bytes(%1)") : QStringLiteral("CAST(%1 AS BLOB)"))
            .arg(expression);
    case SqlDialect::Postgresql:
        return QStringLiteral("convert_to(CAST(%1 AS text), 'UTF8')").arg(expression); // JSON too
    }
    Q_UNREACHABLE();
}

QString textOf(const QString& expression, SqlDialect dialect, qint64 least) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return least > 0 ? QStringLiteral("substr(%1, 1, %2)").arg(bytesOf(expression, dialect), QString::number(least))
                         : bytesOf(expression, dialect);
    case SqlDialect::Postgresql: // a character is a byte at least
        return least > 0 ? QStringLiteral("left(CAST(%1 AS text), %2)").arg(expression, QString::number(least))
                         : expression;
    }
    Q_UNREACHABLE();
}

QString cutValue(const QString& expression, SqlDialect dialect, qint64 least) {
    if (dialect == SqlDialect::Postgresql)
        return expression;
    return QStringLiteral("CASE WHEN typeof(%1) IN ('text', 'blob') THEN %2 ELSE %1 END")
        .arg(expression, textOf(expression, dialect, least));
}

} // namespace portolan
