#include "storage/series/sql/sqlannotations.h"

#include "storage/ports/sql/portlayout.h"
#include "storage/series/annotations.h"
#include "storage/series/sql/serieslayout.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/sql/requiredcolumns.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using AnnotationKind = Annotation::Kind;

constexpr int mostOfAKind = 5'000;
constexpr int mostLetters = 20'000;

/// The place of the annotations of a kind: the columns of their time and their subject.
struct Source {
    AnnotationKind kind;
    const char* table;
    const char* time;
    const char* subject;
};
constexpr std::array<Source, 3> sources{{
    {AnnotationKind::Checkpoint, "checkpoints", "created_at", "checkpoint_name"},
    {AnnotationKind::ComponentState, "component_state", "created_at", "component_name"},
    {AnnotationKind::Replay, "portolan_replay_runs", "created_at", "reason"},
}};

QString readingAnnotations() {
    return QStringLiteral("look for what happened in");
}

QString bound(Timestamp when) {
    return QString::fromLatin1(toIsoTime(when));
}

/// Calls take(row) for the newest rows of a table in a range, with its time and the second column. Does nothing where
/// the table or a column is missing or may not be read: a chart is drawn without its marks all the same.
template <class Take>
Result<void> eachInside(Connection& connection, const SchemaInspector& catalogue, const char* name, const char* time,
                        const char* text, TimeRange range, int most, Take take) {
    const ColumnSet schema = namedColumns({{time, ColumnType::Time}, {text, ColumnType::Text}}, time);
    const auto table = RequiredColumns::find(catalogue, name, schema);
    if (!table)
        return {};
    const QString at =
        connection.dialect() == SqlDialect::Postgresql ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT %1, %2 FROM %3 WHERE %1 >= %4 AND %1 < %4 ORDER BY %1 DESC LIMIT ?")
            .arg(table->column(0), table->column(1), table->from(), at),
        {bound(std::max(range.begin, allTimes().begin)), bound(std::min(range.end, allTimes().end)), most},
        readingAnnotations());
    if (!rows)
        return rows.error().code == ErrorCode::Auth ? Result<void>() : Result<void>(rows.error());
    QueryCursor walk(connection, *rows, readingAnnotations());
    while (walk.next()) {
        if (const auto when = timeAt(*rows, 0))
            take(*when, *rows);
    }
    if (walk.error())
        return *walk.error();
    return {};
}

/// Reads when the newest dead letters of a range died, as far as this role may see them.
Result<void> readDeaths(Connection& connection, TimeRange range, std::vector<Timestamp>& deaths) {
    const Result<PortLayout> layout = readPortLayout(connection);
    if (!layout)
        return layout.error().code == ErrorCode::Unsupported ? Result<void>() : Result<void>(layout.error());
    const SqlListing& letters = layout->deadLetters;
    const SqlColumn& died = layout->diedAt();
    const bool isPlain = connection.dialect() == SqlDialect::Postgresql && died.keeping == ColumnEncoding::Plain;
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT %1 FROM %2 AS %3 WHERE %4 AND %1 >= %5 AND %1 < %5 ORDER BY %1 DESC LIMIT ?")
            .arg(died.expression, letters.table, letters.alias, letters.condition,
                 isPlain ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?")),
        {bound(std::max(range.begin, allTimes().begin)), bound(std::min(range.end, allTimes().end)), mostLetters},
        readingAnnotations());
    if (!rows)
        return rows.error().code == ErrorCode::Auth ? Result<void>() : Result<void>(rows.error());
    QueryCursor walk(connection, *rows, readingAnnotations());
    while (walk.next()) {
        if (const auto when = timeAt(*rows, 0))
            deaths.push_back(*when);
    }
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

} // namespace

Result<std::vector<Annotation>> readAnnotations(Connection& connection, const SchemaInspector& catalogue,
                                                TimeRange range, std::chrono::microseconds gap) {
    std::vector<Annotation> found;
    if (range.isEmpty())
        return found;
    for (const Source& source : sources) {
        const Result<void> read =
            eachInside(connection, catalogue, source.table, source.time, source.subject, range, mostOfAKind,
                       [&](Timestamp at, const QSqlQuery& row) {
                           found.push_back({at, source.kind, 1, row.value(1).toString().toUtf8()});
                       });
        PORTOLAN_TRY(read);
    }
    std::vector<Timestamp> letters;
    PORTOLAN_TRY(readDeaths(connection, range, letters));
    // When there are more than it reads, nothing is known of the earlier ones.
    TimeRange looked = range;
    if (letters.size() == mostLetters)
        looked.begin = letters.back();
    const std::vector<Annotation> bursts = findBursts(letters, looked, gap);
    found.insert(found.end(), bursts.begin(), bursts.end());
    return joinAnnotations(std::move(found), gap);
}

} // namespace portolan
