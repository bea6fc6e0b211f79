#include "storage/messages/sql/batchtimes.h"

#include "storage/migrations/sql/migrationlog.h"
#include "storage/sql/columns/columnadapters.h"

#include <limits>

namespace portolan {

namespace {

bool isNumber(const QVariant& value) {
    const int type = value.metaType().id();
    return type == QMetaType::LongLong || type == QMetaType::Int || type == QMetaType::Double
           || type == QMetaType::ULongLong || type == QMetaType::UInt || type == QMetaType::Short;
}

BatchTimeForm formOf(const QVariant& value) {
    if (!isNumber(value)) {
        const QString text = value.toString();
        return text.size() > 10 && text[10] == u' ' ? BatchTimeForm::SqlText : BatchTimeForm::IsoText;
    }
    switch (unixUnitOf(value.toDouble())) {
    case UnixUnit::Seconds:
        return BatchTimeForm::UnixSeconds;
    case UnixUnit::Milliseconds:
        return BatchTimeForm::UnixMilliseconds;
    case UnixUnit::Microseconds:
        return BatchTimeForm::UnixMicroseconds;
    case UnixUnit::Nanoseconds:
        return BatchTimeForm::UnixNanoseconds;
    }
    Q_UNREACHABLE();
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

bool isDeclaredNumber(const SchemaInspector::Column& column, SqlDialect dialect) {
    return dialect == SqlDialect::Postgresql ? isServerNumber(column.type)
                                             : column.type.contains(QLatin1String("INT"), Qt::CaseInsensitive);
}

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

Result<BatchTimeForm> foreignTimeForm(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                      const QStringList& columns) {
    const SchemaInspector::Entry* entry = catalogue.table(table);
    const SchemaInspector::Column* wanted = entry ? entry->column(columns.front()) : nullptr;
    if (!wanted)
        return BatchTimeForm::UnixMilliseconds;
    const QString order = entry->column(QStringLiteral("id")) ? QStringLiteral(" ORDER BY id DESC") : QString();
    for (const QString& name : columns) {
        const SchemaInspector::Column* column = entry->column(name);
        if (!column
            || isDeclaredNumber(*column, connection.dialect()) != isDeclaredNumber(*wanted, connection.dialect()))
            continue;
        const Result<QVariant> newest =
            connection.value(QStringLiteral("SELECT at FROM (SELECT \"%1\" AS at FROM \"%2\"%3 LIMIT 200) AS newest "
                                            "WHERE at IS NOT NULL LIMIT 1")
                                 .arg(column->name, table, order));
        PORTOLAN_TRY(newest);
        if (!newest->isNull())
            return formOf(*newest);
    }
    return declaredForm(*wanted, connection.dialect());
}

bool isNumber(BatchTimeForm form) {
    return form != BatchTimeForm::SqlText && form != BatchTimeForm::IsoText;
}

QVariant inForm(BatchTimeForm form, Timestamp time) {
    using namespace std::chrono;
    constexpr qint64 farthest = std::numeric_limits<qint64>::max() / 1000; // a time of the year 2262
    switch (form) {
    case BatchTimeForm::UnixMilliseconds:
        return qint64(floor<milliseconds>(time).time_since_epoch().count());
    case BatchTimeForm::UnixSeconds:
        return qint64(floor<seconds>(time).time_since_epoch().count());
    case BatchTimeForm::UnixMicroseconds:
        return qint64(time.time_since_epoch().count());
    case BatchTimeForm::UnixNanoseconds:
        return qint64(qBound(-farthest, qint64(time.time_since_epoch().count()), farthest) * 1000);
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
