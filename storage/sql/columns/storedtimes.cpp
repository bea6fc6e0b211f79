#include "storage/sql/columns/storedtimes.h"

#include "storage/base/timeforms.h"
#include "storage/sql/columns/columnadapters.h"

#include <limits>

namespace portolan {

namespace {

bool isNumber(const QVariant& value) {
    const int type = value.metaType().id();
    return type == QMetaType::LongLong || type == QMetaType::Int || type == QMetaType::Double
           || type == QMetaType::ULongLong || type == QMetaType::UInt || type == QMetaType::Short;
}

StoredTimeForm formOf(const QVariant& value) {
    if (!isNumber(value)) {
        const QString text = value.toString();
        return text.size() > 10 && text[10] == u' ' ? StoredTimeForm::SqlText : StoredTimeForm::IsoText;
    }
    switch (unixUnitOf(value.toDouble())) {
    case UnixUnit::Seconds:
        return StoredTimeForm::UnixSeconds;
    case UnixUnit::Milliseconds:
        return StoredTimeForm::UnixMilliseconds;
    case UnixUnit::Microseconds:
        return StoredTimeForm::UnixMicroseconds;
    case UnixUnit::Nanoseconds:
        return StoredTimeForm::UnixNanoseconds;
    }
    Q_UNREACHABLE();
}

/// Guesses the form of a column without a value: by its declared type, in SQLite of a text by its default.
StoredTimeForm declaredForm(const SchemaInspector::Column& column, SqlDialect dialect) {
    if (isDeclaredNumber(column, dialect))
        return StoredTimeForm::UnixMilliseconds;
    const bool isCurrent = column.usual.contains(QLatin1String("CURRENT_TIMESTAMP"), Qt::CaseInsensitive)
                           || column.usual.contains(QLatin1String("datetime("), Qt::CaseInsensitive);
    return isCurrent ? StoredTimeForm::SqlText : StoredTimeForm::IsoText;
}

} // namespace

bool isDeclaredNumber(const SchemaInspector::Column& column, SqlDialect dialect) {
    return dialect == SqlDialect::Postgresql ? isServerNumber(column.type)
                                             : column.type.contains(QLatin1String("INT"), Qt::CaseInsensitive);
}

Result<StoredTimeForm> storedTimeForm(Connection& connection, const SchemaInspector& catalogue, const QString& table,
                                      const QStringList& columns) {
    const SchemaInspector::Entry* entry = catalogue.table(table);
    const SchemaInspector::Column* wanted = entry ? entry->column(columns.front()) : nullptr;
    if (!wanted)
        return StoredTimeForm::UnixMilliseconds;
    const bool isServers = connection.dialect() == SqlDialect::Postgresql && !isServerText(wanted->type);
    if (isServers && !isServerNumber(wanted->type))
        return StoredTimeForm::IsoText;
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

bool isNumber(StoredTimeForm form) {
    return form != StoredTimeForm::SqlText && form != StoredTimeForm::IsoText;
}

QVariant inForm(StoredTimeForm form, Timestamp time) {
    using namespace std::chrono;
    constexpr qint64 farthest = std::numeric_limits<qint64>::max() / 1000; // a time of the year 2262
    switch (form) {
    case StoredTimeForm::UnixMilliseconds:
        return qint64(floor<milliseconds>(time).time_since_epoch().count());
    case StoredTimeForm::UnixSeconds:
        return qint64(floor<seconds>(time).time_since_epoch().count());
    case StoredTimeForm::UnixMicroseconds:
        return qint64(time.time_since_epoch().count());
    case StoredTimeForm::UnixNanoseconds:
        return qint64(qBound(-farthest, qint64(time.time_since_epoch().count()), farthest) * 1000);
    case StoredTimeForm::SqlText: {
        QByteArray text = toIsoTime(time);
        if (hasFourDigitYear(time))
            text = text.first(19).replace(10, 1, " "); // to the second
        return QString::fromLatin1(text);
    }
    case StoredTimeForm::IsoText:
        return QString::fromLatin1(toIsoTime(time));
    }
    Q_UNREACHABLE();
}

QString timePlaceholder(const SchemaInspector::Column& column, SqlDialect dialect) {
    return dialect == SqlDialect::Sqlite ? QStringLiteral("?") : QStringLiteral("CAST(? AS %1)").arg(column.type);
}

} // namespace portolan
