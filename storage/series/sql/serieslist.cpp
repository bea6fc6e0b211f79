#include "storage/series/sql/serieslist.h"

#include "storage/series/sql/rollupsql.h"

#include <QRegularExpression>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

/// Returns true for tables of the reference and of Portolan that hold no series, though they have times and numbers.
bool holdsNoSeries(const QString& table) {
    static const QStringList others{QStringLiteral("schema_version"),   QStringLiteral("component_state"),
                                    QStringLiteral("system_health"),    QStringLiteral("checkpoints"),
                                    QStringLiteral("port_messages"),    QStringLiteral("sink_storage"),
                                    QStringLiteral("batches"),          QStringLiteral("messages"),
                                    QStringLiteral("processed_events"), QStringLiteral("connector_profiles"),
                                    QStringLiteral("client_configs"),   QStringLiteral("service_proposals"),
                                    QStringLiteral("news_articles"),    QStringLiteral("component_statistics")};
    return others.contains(table) || table.startsWith(QLatin1String("portolan_")) || seriesTableNamed(table) != nullptr;
}

bool containsAny(const QString& type, std::initializer_list<const char*> words) {
    for (const char* word : words) {
        if (type.contains(QLatin1String(word), Qt::CaseInsensitive))
            return true;
    }
    return false;
}

/// Returns true for names such as "created_at", "ts", "time_ms", "InvoiceDate", but not "update" or "lifetime".
bool isNamedForTimes(const QString& name) {
    static const QRegularExpression words(
        QStringLiteral("(^|_)(ts|at|time|times|timestamp|date|datetime|day|epoch|julian)(_|$)"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression humps(QStringLiteral("[a-z](At|Time|Timestamp|Date|DateTime|Ts)$"));
    return words.match(name).hasMatch() || humps.match(name).hasMatch();
}

bool isTime(const SchemaInspector::Column& column) {
    if (containsAny(column.type, {"TIME", "DATE"}) || column.usual.contains(QLatin1String("strftime(")))
        return true;
    return containsAny(column.type, {"TEXT"})
               ? column.name.endsWith(QLatin1String("_at")) || containsAny(column.name, {"time", "date"})
               : column.keyPosition == 0 && isNamedForTimes(column.name)
                     && (column.type.isEmpty()
                         || containsAny(column.type, {"INT", "REAL", "FLOA", "DOUB", "NUM", "CHAR"}));
}

bool isNumber(const SchemaInspector::Column& column) {
    return column.keyPosition == 0 && containsAny(column.type, {"INT", "REAL", "FLOA", "DOUB", "NUM", "DEC"})
           && !containsAny(column.type, {"INTERVAL", "POINT", "[]"});
}

void addTable(const SchemaInspector::Entry& table, std::vector<SeriesInfo>& found) {
    for (const SchemaInspector::Column& time : table.columns) {
        if (!isTime(time))
            continue;
        for (const SchemaInspector::Column& value : table.columns) {
            if (!isNumber(value) || isTime(value))
                continue;
            SeriesInfo info;
            info.name = {SeriesName::Kind::Table, {table.spelling.toUtf8(), time.name.toUtf8(), value.name.toUtf8()}};
            found.push_back(std::move(info));
        }
    }
}

/// Returns the expressions of a newest row's cells: time, unit, figures.
QStringList newestCells(const SeriesLayout& layout) {
    QStringList cells{layout.timeCell(), layout.unit.isEmpty() ? QStringLiteral("NULL") : layout.unit};
    for (const QString& value : layout.values)
        cells << (value.isEmpty() ? QStringLiteral("NULL") : value);
    return cells;
}

/// Makes the statement that goes from one key to the next greater one over the index, and finds the newest row of each.
QString indexedSql(const SeriesLayout& layout, QVariantList& bindings) {
    QStringList names;
    QStringList known;
    for (std::size_t i = 0; i < layout.keys.size(); ++i) {
        names << QStringLiteral("k%1").arg(i);
        known << QStringLiteral("names.k%1").arg(i);
    }
    const QStringList keys(layout.keys.begin(), layout.keys.end());
    const QString key = keys.join(QLatin1String(", "));
    const auto smallest = [&](const QString& what, const QString& condition) {
        return QStringLiteral("(SELECT %1 FROM %2%3 ORDER BY %4 LIMIT 1)").arg(what, layout.table, condition, key);
    };
    QStringList next;
    for (const QString& each : keys)
        next << smallest(each, QStringLiteral(" WHERE (%1) > (%2)").arg(key, known.join(QLatin1String(", "))));
    QStringList same;
    for (qsizetype i = 0; i < keys.size(); ++i)
        same << QStringLiteral("%1 = %2").arg(keys[i], known[i]);
    const auto newest = [&](const QString& what) {
        bindings << layout.bounds(allTimes());
        return QStringLiteral("(SELECT %1 FROM %2 WHERE %3 AND %4 ORDER BY %5 DESC LIMIT 1)")
            .arg(what, layout.table, same.join(QLatin1String(" AND ")), layout.within(), layout.time.expression);
    };
    QStringList cells = names;
    QString beside; // a server finds the row once for all of its cells, in each of many partitions
    if (layout.dialect == SqlDialect::Postgresql) {
        cells << QStringLiteral("newest.*");
        beside = QStringLiteral(" LEFT JOIN LATERAL %1 AS newest ON TRUE")
                     .arg(newest(newestCells(layout).join(QLatin1String(", "))));
    } else {
        for (const QString& cell : newestCells(layout))
            cells << newest(cell);
    }
    return QStringLiteral("WITH RECURSIVE names(%1) AS (SELECT * FROM %2 AS first UNION ALL SELECT %3 FROM names "
                          "WHERE names.k0 IS NOT NULL) SELECT %4 FROM names%5 WHERE names.k0 IS NOT NULL")
        .arg(names.join(QLatin1String(", ")), smallest(key, {}), next.join(QLatin1String(", ")),
             cells.join(QLatin1String(", ")), beside);
}

/// Makes the statement that passes over the rows once. SQLite takes bare columns beside a max() from that row.
QString unindexedSql(const SeriesLayout& layout, QVariantList& bindings) {
    const QString key = QStringList(layout.keys.begin(), layout.keys.end()).join(QLatin1String(", "));
    const QString cells = newestCells(layout).join(QLatin1String(", "));
    bindings << layout.bounds(allTimes());
    if (layout.dialect == SqlDialect::Sqlite)
        return QStringLiteral("SELECT %1, %2, max(%3) FROM %4 WHERE %5 GROUP BY %1")
            .arg(key, cells, layout.time.expression, layout.table, layout.within());
    return QStringLiteral("SELECT DISTINCT ON (%1) %1, %2 FROM %3 WHERE %4 ORDER BY %1, %5 DESC")
        .arg(key, cells, layout.table, layout.within(), layout.time.expression);
}

/// Makes the statement for the newest row of a table without keys.
QString keylessSql(const SeriesLayout& layout, QVariantList& bindings) {
    bindings << layout.bounds(allTimes());
    return QStringLiteral("SELECT %1 FROM %2 WHERE %3 ORDER BY %4 DESC LIMIT 1")
        .arg(newestCells(layout).join(QLatin1String(", ")), layout.table, layout.within(), layout.time.expression);
}

void addRow(const QSqlQuery& row, const SeriesTable& table, const SeriesLayout& layout,
            std::vector<SeriesInfo>& found) {
    const int keys = static_cast<int>(layout.keys.size());
    std::vector<QByteArray> parts;
    for (int i = 0; i < keys; ++i) {
        if (row.value(i).isNull())
            return;
        parts.push_back(row.value(i).toString().toUtf8());
    }
    for (std::size_t value = 0; value < layout.values.size(); ++value) {
        if (layout.values[value].isEmpty())
            continue;
        SeriesInfo info;
        info.name = seriesPlace(table, layout, value, parts).name;
        info.lastTime = layout.timeAt(row.value(keys));
        info.unit = row.value(keys + 1).toString().toUtf8();
        // Not only samples: a list shows infinities and NaN, too.
        const QVariant newest = row.value(keys + 2 + static_cast<int>(value));
        info.lastValue = newest.typeId() == QMetaType::Double && !newest.isNull() ? std::optional(newest.toDouble())
                                                                                  : sampleAt(newest);
        found.push_back(std::move(info));
    }
}

Result<void> addKnown(Connection& connection, const SeriesTable& table, const SeriesLayout& layout,
                      std::vector<SeriesInfo>& found) {
    QVariantList bindings;
    const QString sql = layout.keys.empty() ? keylessSql(layout, bindings)
                        : layout.isIndexed  ? indexedSql(layout, bindings)
                                            : unindexedSql(layout, bindings);
    Result<QSqlQuery> rows = connection.run(sql, bindings, QStringLiteral("list the series of"));
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, QStringLiteral("list the series of"));
    while (walk.next()) {
        addRow(*rows, table, layout, found);
    }
    if (walk.error())
        return *walk.error();
    return {};
}

} // namespace

bool holdsSeries(const QString& name, const SchemaInspector::Entry& table) {
    return !holdsNoSeries(name) && std::ranges::any_of(table.columns, &isTime)
           && std::ranges::any_of(table.columns, [](const auto& each) { return isNumber(each) && !isTime(each); });
}

Result<std::vector<SeriesInfo>> listSeries(Connection& connection, const SchemaInspector& catalogue) {
    std::vector<SeriesInfo> found;
    for (const SeriesTable& table : seriesTables()) {
        const Result<SeriesLayout> layout = readSeriesLayout(connection, catalogue, table);
        if (!layout) {
            const ErrorCode code = layout.error().code;
            if (code == ErrorCode::NotFound || code == ErrorCode::Unsupported)
                continue; // this database has no such series
            return layout.error();
        }
        PORTOLAN_TRY(addKnown(connection, table, *layout, found));
    }
    for (const auto& [name, table] : catalogue.entries()) {
        if (table.kind == SchemaInspector::Kind::Table && !holdsNoSeries(name))
            addTable(table, found);
    }
    return found;
}

} // namespace portolan
