#include "storage/checks/sql/checktemplate.h"

#include "storage/sql/columns/columnadapters.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

const QString isoNow = QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', 'now'%1)");

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
        return comparableColumn(catalogue, dialect, ColumnType::Time, *place);
    if (const auto place = rest("true "))
        return comparableColumn(catalogue, dialect, ColumnType::Boolean, *place);
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
                          "a.action LIKE 'promote%' AND a.subject_id = l.checkpoint_name)");
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
