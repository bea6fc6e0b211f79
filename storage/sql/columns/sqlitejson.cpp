#include "storage/sql/columns/sqlitejson.h"

#include "storage/sql/connection/sqlitefunctions.h"

namespace portolan {

QString sqliteBytes(const QString& table, const QString& column, const QString& alias) {
    return QStringLiteral("coalesce(portolan_bytes('%1', '%2', %3.rowid), length(CAST(%3.%2 AS BLOB)))")
        .arg(table, column, alias);
}

SqlFragment sqliteJsonCondition(const QString& document, const FilterTerm& term) {
    return {QStringLiteral("portolan_json_holds(%1, ?)").arg(document), {packedTerm(term)}};
}

SqlFragment sqliteJsonContains(const QString& document, const QByteArray& needle) {
    return {QStringLiteral("portolan_json_contains(%1, ?)").arg(document), {needle.isNull() ? QByteArray("") : needle}};
}

} // namespace portolan
