#include "storage/messages/sql/batchtimes.h"

#include "storage/migrations/sql/migrationlog.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/storedtimes.h"

namespace portolan {

Result<QStringList> adoptedTables(Connection& connection, const SchemaInspector& catalogue) {
    QStringList adopted;
    if (!catalogue.table(QStringLiteral("portolan_migrations"))) {
        for (const auto& [name, entry] : catalogue.entries())
            adopted << name.toLower();
        return adopted;
    }
    const Result<std::vector<MigrationRecord>> records = MigrationLog(connection).records();
    PORTOLAN_TRY(records);
    for (const MigrationRecord& record : *records) {
        for (const QString& table : record.adopted)
            adopted << table.toLower();
    }
    return adopted;
}

SqlColumn foreignBatchTime(const QString& expression, const SchemaInspector::Column& column, SqlDialect dialect) {
    if (!isDeclaredNumber(column, dialect))
        return columnAs(ColumnType::Time, expression, column, dialect);
    const auto milliseconds = [](const QString& whole, const QString& number) {
        return byUnixUnit(number, whole.arg(number + QStringLiteral(" * 1000")), whole.arg(number),
                          whole.arg(number + QStringLiteral(" / 1000")),
                          whole.arg(number + QStringLiteral(" / 1000000")));
    };
    if (dialect == SqlDialect::Sqlite) // a text in the column stays one
        return {QStringLiteral("coalesce(%1, %2)").arg(milliseconds(QStringLiteral("%1"), expression), expression),
                ColumnEncoding::UnixMilliseconds};
    // A narrow whole number has no room for milliseconds.
    const bool isWhole = isWholeNumber(column, dialect);
    return {milliseconds(isWhole ? QStringLiteral("%1") : QStringLiteral("CAST(floor(%1) AS bigint)"),
                         isWhole ? QStringLiteral("CAST(%1 AS bigint)").arg(expression) : expression),
            ColumnEncoding::UnixMilliseconds};
}

} // namespace portolan
