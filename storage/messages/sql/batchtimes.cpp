#include "storage/messages/sql/batchtimes.h"

#include "storage/migrations/sql/migrationlog.h"
#include "storage/sql/columns/columnadapters.h"

#include <cmath>

namespace portolan {

namespace {

constexpr double firstMilliseconds = 1e11; // as fromUnixNumber()

bool isNumber(const QVariant& value) {
    const int type = value.metaType().id();
    return type == QMetaType::LongLong || type == QMetaType::Int || type == QMetaType::Double
           || type == QMetaType::ULongLong || type == QMetaType::UInt || type == QMetaType::Short;
}

bool isDeclaredNumber(const SchemaInspector::Column& column, SqlDialect dialect) {
    return dialect == SqlDialect::Postgresql ? isServerNumber(column.type)
                                             : column.type.contains(QLatin1String("INT"), Qt::CaseInsensitive);
}

/// Of a column without a value: by its declared type, in SQLite of a text by its default.
BatchTimeForm declaredForm(const SchemaInspector::Column& column, SqlDialect dialect) {
    if (isDeclaredNumber(column, dialect))
        return BatchTimeForm::UnixMilliseconds;
    const bool isCurrent = column.usual.contains(QLatin1String("CURRENT_TIMESTAMP"), Qt::CaseInsensitive)
                           || column.usual.contains(QLatin1String("datetime("), Qt::CaseInsensitive);
    return isCurrent ? BatchTimeForm::SqlText : BatchTimeForm::IsoText;
}

} // namespace

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
    return {QStringLiteral("(CASE WHEN %1 BETWEEN -99999999999 AND 99999999999 THEN %1 * 1000 ELSE %1 END)")
                .arg(expression),
            ColumnEncoding::UnixMilliseconds};
}

Result<BatchTimeForm> foreignTimeForm(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                      const QString& column) {
    const SchemaInspector::Entry* entry = catalogue.table(table);
    const SchemaInspector::Column* declared = entry ? entry->column(column) : nullptr;
    if (!declared)
        return BatchTimeForm::UnixMilliseconds;
    const Result<QVariant> newest =
        connection.value(QStringLiteral("SELECT \"%1\" FROM \"%2\" WHERE \"%1\" IS NOT NULL ORDER BY id DESC LIMIT 1")
                             .arg(column, table));
    PORTOLAN_TRY(newest);
    if (newest->isNull())
        return declaredForm(*declared, connection.dialect());
    if (isNumber(*newest))
        return std::abs(newest->toDouble()) < firstMilliseconds ? BatchTimeForm::UnixSeconds
                                                                : BatchTimeForm::UnixMilliseconds;
    const QString text = newest->toString();
    return text.size() > 10 && text[10] == u' ' ? BatchTimeForm::SqlText : BatchTimeForm::IsoText;
}

QVariant inForm(BatchTimeForm form, Timestamp time) {
    using namespace std::chrono;
    switch (form) {
    case BatchTimeForm::UnixMilliseconds:
        return qint64(floor<milliseconds>(time).time_since_epoch().count());
    case BatchTimeForm::UnixSeconds:
        return qint64(floor<seconds>(time).time_since_epoch().count());
    case BatchTimeForm::SqlText: {
        QByteArray text = toIsoTime(time).left(19); // to the second
        text[10] = ' ';
        return QString::fromLatin1(text);
    }
    case BatchTimeForm::IsoText:
        return QString::fromLatin1(toIsoTime(time));
    }
    Q_UNREACHABLE();
}

} // namespace portolan
