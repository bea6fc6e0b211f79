#include "storage/ports/sql/sqlversionhistory.h"

#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"

#include <algorithm>

namespace portolan {

std::optional<VersionTable> VersionTable::find(const SchemaInspector& catalogue, const char* table, const char* subject,
                                               const char* document) {
    auto columns = RequiredColumns::find(catalogue, table,
                                         namedColumns({{subject, ColumnType::Text},
                                                       {"version", ColumnType::Integer},
                                                       {"created_at", ColumnType::Time},
                                                       {document, ColumnType::Json}},
                                                      "created_at"));
    return columns ? std::optional(VersionTable(std::move(*columns))) : std::nullopt;
}

std::optional<VersionTable> VersionTable::checkpoints(const SchemaInspector& catalogue) {
    return find(catalogue, "checkpoints", "checkpoint_name", "checkpoint_data");
}

std::optional<VersionTable> VersionTable::states(const SchemaInspector& catalogue) {
    return find(catalogue, "component_state", "component_name", "state_data");
}

Result<std::vector<VersionDocument>> VersionTable::around(Connection& connection, const QByteArray& subject,
                                                          qint64 greatest) const {
    std::vector<VersionDocument> found;
    const auto read = [&](const char* side, const char* order, int most) -> Result<void> {
        const QString sql =
            QStringLiteral("SELECT version, time, document FROM (SELECT %1 AS version, %2 AS time, CAST(%3 AS TEXT) AS "
                           "document FROM %4 WHERE %5 = ? AND %1 %6 ? ORDER BY %1 %7 LIMIT ?) AS found WHERE "
                           "length(document) <= ?")
                .arg(m_columns.column(1), m_columns.column(2), m_columns.column(3), m_columns.from(),
                     m_columns.column(0), QLatin1String(side), QLatin1String(order));
        Result<QSqlQuery> rows = connection.run(sql, {utf8(subject), greatest, most, largestDocument},
                                                QStringLiteral("look for what changed in"));
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows);
        while (walk.next()) {
            if (const auto at = timeAt(*rows, 1))
                found.push_back({subject, rows->value(0).toLongLong(), *at, rows->value(2).toString().toUtf8()});
        }
        return walk.error() ? Result<void>(*walk.error()) : Result<void>();
    };
    PORTOLAN_TRY(read("<=", "DESC", mostBefore));
    PORTOLAN_TRY(read(">", "ASC", mostAfter));
    std::ranges::stable_sort(found, {}, &VersionDocument::version);
    return found;
}

} // namespace portolan
