#include "storage/sql/checkstatement.h"

#include "storage/sql/foreigncolumns.h"
#include "storage/sql/tablelisting.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

const QString isoNow = QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', 'now'%1)");

/// Our own tables keep times in one form, which a default tells; another program's may keep them in any.
bool keepsOwnTimes(const Catalogue::Entry& table) {
    return std::ranges::any_of(table.columns, [](const Catalogue::Column& column) {
        return column.usual.contains(QLatin1String("strftime('%Y-%m-%dT%H:%M:%fZ'"));
    });
}

/// Unix milliseconds as a time: the messages' own tables keep them.
QString fromMilliseconds(const QString& name, SqlDialect dialect) {
    return (dialect == SqlDialect::Sqlite
                ? QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', %1 / 1000.0, 'unixepoch')")
                : QStringLiteral("(CASE WHEN abs(%1) < 100000000000000 THEN to_timestamp(%1 / 1000.0) END)"))
        .arg(name);
}

QString notANumber(const QString& name, SqlDialect dialect) {
    return (dialect == SqlDialect::Sqlite
                ? QStringLiteral("(%1 IS NULL OR typeof(%1) NOT IN ('real', 'integer') OR abs(%1) > 1.797e308)")
                : QStringLiteral("(%1 IS NULL OR %1 IN ('NaN', 'Infinity', '-Infinity'))"))
        .arg(name);
}

} // namespace

QString CheckWords::expand(const QString& text) const {
    QString expanded;
    qsizetype at = 0;
    while (true) {
        const qsizetype open = text.indexOf(u'{', at);
        const qsizetype close = open < 0 ? -1 : text.indexOf(u'}', open);
        expanded += QStringView(text).mid(at, close < 0 ? -1 : open - at);
        if (close < 0)
            return expanded;
        expanded += wordFor(text.mid(open + 1, close - open - 1));
        at = close + 1;
    }
}

QString CheckWords::wordFor(const QString& word) const {
    const bool isSqlite = dialect == SqlDialect::Sqlite;
    const auto rest = [&](const char* begin) {
        const QLatin1String beginning(begin);
        return word.startsWith(beginning) ? std::optional(word.mid(beginning.size())) : std::nullopt;
    };
    if (const auto place = rest("time "))
        return columnFor(ColumnType::Time, *place);
    if (const auto place = rest("true "))
        return columnFor(ColumnType::Boolean, *place);
    if (const auto name = rest("no number "))
        return notANumber(*name, dialect);
    if (const auto name = rest("minute before "))
        return (isSqlite ? QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', %1, '-60 seconds')")
                         : QStringLiteral("%1 - interval '60 seconds'"))
            .arg(*name);
    if (word == QLatin1String("now"))
        return isSqlite ? isoNow.arg(QString()) : QStringLiteral("now()");
    if (word == QLatin1String("soon"))
        return isSqlite ? isoNow.arg(QStringLiteral(", '+5 minutes'"))
                        : QStringLiteral("(now() + interval '5 minutes')");
    if (word == QLatin1String("size"))
        return QString::number(batchSize);
    if (word == QLatin1String("numbers repeat"))
        return numbersRepeat ? QStringLiteral(", content") : QString();
    Q_ASSERT(word == QLatin1String("unless promoted"));
    if (!hasColumns(catalogue, dialect, "portolan_audit.action portolan_audit.subject_id"))
        return {};
    return QStringLiteral(" AND NOT EXISTS (SELECT 1 FROM portolan_audit AS a WHERE a.subject_kind = 'checkpoint' AND "
                          "a.action LIKE 'promote%' AND substr(a.subject_id, 1, length(l.checkpoint_name)) = "
                          "l.checkpoint_name)");
}

QString CheckWords::columnFor(ColumnType type, const QString& place) const {
    const QString tableName = place.section(u'.', 0, 0);
    const QString columnName = place.section(u'.', 1).section(u' ', 0, 0);
    const QString name = place.section(u' ', 1) + u'.' + columnName;
    const Catalogue::Entry* table = catalogue.table(tableName);
    const Catalogue::Column* column = table ? table->column(columnName) : nullptr;
    if (!column)
        return QLatin1String(nothingOf(type, SqlKeeping::Plain, dialect));
    const bool isWhole = isWholeNumber(*column, dialect);
    if (type == ColumnType::Boolean) // in another program's table on a server it may be a number
        return dialect == SqlDialect::Postgresql && isWhole ? QStringLiteral("(%1 <> 0)").arg(name) : name;
    if (isWhole && tableName == QLatin1String("messages"))
        return fromMilliseconds(name, dialect);
    if (dialect == SqlDialect::Sqlite && keepsOwnTimes(*table))
        return name;
    return columnAs(ColumnType::Time, name, *column, dialect).expression;
}

bool hasColumns(const Catalogue& catalogue, SqlDialect dialect, const char* needs) {
    const QStringList places = QString::fromLatin1(needs).split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(places, [&](QString place) {
        const bool isNumber = place.endsWith(u'#');
        if (isNumber)
            place.chop(1);
        const QString name = place.section(u'.', 0, 0);
        const Catalogue::Entry* table = catalogue.lacks(name, {}) ? nullptr : catalogue.table(name);
        const Catalogue::Column* column = table ? table->column(place.section(u'.', 1)) : nullptr;
        return column && (!isNumber || dialect == SqlDialect::Sqlite || isWholeNumber(*column, dialect));
    });
}

QString futureStatement(const CheckedColumn& column) {
    return QStringLiteral("SELECT CAST(f.%1 AS text) AS found FROM %2 AS f WHERE {time %2.%3 f} > {soon}")
        .arg(QLatin1String(column.key), QLatin1String(column.table), QLatin1String(column.column));
}

QString brokenStatement(const CheckedColumn& column) {
    return QStringLiteral("SELECT CAST(%1 AS text) AS found FROM %2 WHERE %3 IS NOT NULL AND NOT json_valid(%3)")
        .arg(QLatin1String(column.key), QLatin1String(column.table), QLatin1String(column.column));
}

} // namespace portolan
