#include "storage/operations/sql/auditparts.h"

#include "storage/sql/rowreader.h"

#include <limits>

namespace portolan {

namespace {

QString columnOf(const SqlListing& audit, QByteArrayView name) {
    const ColumnSet::Column* const column = audit.schema->find(name);
    return audit.sql[static_cast<std::size_t>(column - audit.schema->columns.data())].expression;
}

QString readingAudit() {
    return QStringLiteral("read the audit of");
}

/// Returns the condition that a program wrote an entry.
QString byProgram(const SqlListing& audit) {
    QStringList names;
    for (const ProgramAction& each : programActions())
        names << QStringLiteral("'%1 %2'").arg(QLatin1String(each.subjectKind), QLatin1String(each.action));
    return QStringLiteral("%1 IS NULL AND (%2 || ' ' || %3) IN (%4)")
        .arg(columnOf(audit, "run_id"), columnOf(audit, "subject_kind"), columnOf(audit, "action"),
             names.join(QLatin1String(", ")));
}

/// Returns the span of ten minutes in which an entry was written, so that pauses show.
QString tenMinutes(const SqlListing& audit, SqlDialect dialect) {
    const QString at = columnOf(audit, "at");
    return dialect == SqlDialect::Sqlite ? QStringLiteral("substr(%1, 1, 15)").arg(at) // "2026-11-27T22:3"
                                         : QStringLiteral("floor(extract(epoch FROM %1) / 600)").arg(at);
}

std::optional<QByteArray> theOnly(const RowView& row, int least, int most) {
    const std::optional<QByteArray> text = textAt(row, least);
    return text == textAt(row, most) ? text : std::nullopt;
}

/// Finds where the stretch begins and ends: without reading its entries, by the key alone.
Result<void> measure(Connection& connection, const SqlListing& audit, const AuditStretch& stretch, AuditParts& found) {
    const QString id = columnOf(audit, "id");
    const qint64 before = stretch.before > 0 ? stretch.before : std::numeric_limits<qint64>::max();
    Result<QSqlQuery> row = connection.run(
        QStringLiteral("SELECT min(n), max(n), count(*) FROM (SELECT %1 AS n FROM %2 AS %3 WHERE %1 > ? AND %1 < ? "
                       "ORDER BY %1 DESC LIMIT ?) AS stretch")
            .arg(id, audit.table, audit.alias),
        {stretch.after, before, stretch.most}, readingAudit());
    const Result<bool> isThere = row ? connection.next(*row, readingAudit()) : Result<bool>(row.error());
    PORTOLAN_TRY(isThere);
    found.first = numberAt(*row, 0);
    found.newest = numberAt(*row, 1);
    found.entries = numberAt(*row, 2);
    found.last = found.entries < stretch.most;
    return {};
}

} // namespace

Result<AuditParts> readAuditParts(Connection& connection, const SqlListing& audit, const AuditStretch& stretch,
                                  const Filter& filter) {
    AuditParts found;
    PORTOLAN_TRY(measure(connection, audit, stretch, found));
    if (found.entries == 0)
        return found;
    const SqlCondition taken = compileFilter(filter, *audit.schema, audit.sql, connection.dialect());
    const QString program = byProgram(audit);
    const QString sql =
        QStringLiteral("SELECT min(%1), max(%1), min(%2), max(%2), count(*), %3, %4, %5, %6, min(%7), max(%7), "
                       "min(%8), max(%8) FROM %9 AS %10 WHERE %1 >= ? AND %1 <= ? AND %11 "
                       "GROUP BY %3, %4, %5, %6, CASE WHEN %12 THEN %13 END, "
                       "CASE WHEN %6 IS NULL AND NOT (%12) THEN %1 END")
            .arg(columnOf(audit, "id"), columnOf(audit, "at"), columnOf(audit, "actor"), columnOf(audit, "action"),
                 columnOf(audit, "subject_kind"), columnOf(audit, "run_id"), columnOf(audit, "subject_id"),
                 columnOf(audit, "reason"), audit.table)
            .arg(audit.alias, taken.condition, program, tenMinutes(audit, connection.dialect()));
    Result<QSqlQuery> rows =
        connection.run(sql, QVariantList{found.first, found.newest} + taken.bindings, readingAudit());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, readingAudit());
    while (walk.next()) {
        const RowView row(*rows);
        found.parts.push_back({numberAt(row, 0), numberAt(row, 1), timeAt(row, 2).value_or(Timestamp()),
                               timeAt(row, 3).value_or(Timestamp()), numberAt(row, 4), bytesAt(row, 5), bytesAt(row, 6),
                               bytesAt(row, 7), theOnly(row, 9, 10), theOnly(row, 11, 12), textAt(row, 8)});
    }
    if (walk.error())
        return *walk.error();
    return found;
}

} // namespace portolan
