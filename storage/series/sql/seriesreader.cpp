#include "storage/series/sql/seriesreader.h"

#include "storage/series/sql/hypertables.h"
#include "storage/sql/columns/filtersqltext.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

/// The most rows that a server is asked for at once: its whole answer is in memory.
constexpr int readAtOnce = 50'000;

qint64 milliseconds1970(Timestamp time) {
    return floor<milliseconds>(time).time_since_epoch().count();
}

Timestamp microsecondsAt(const QSqlQuery& row, int column) {
    return Timestamp(microseconds(row.value(column).toLongLong()));
}

QString doingSeries() {
    return QStringLiteral("read a series of");
}

/// Calls `take` for every row.
template <class Take>
Result<void> eachRow(Connection& connection, const QString& sql, const QVariantList& bindings, Take take) {
    Result<QSqlQuery> rows = connection.run(sql, bindings, doingSeries());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, doingSeries());
    while (walk.next()) {
        take(*rows);
    }
    if (walk.error())
        return *walk.error();
    return {};
}

/// Reads all that SQLite has of the range, or at most `most` rows of a server. Returns the time to go on from, if any.
Result<std::optional<Timestamp>> readSlice(Connection& connection, const SeriesPlace& place, TimeRange range, int most,
                                           const SampleSink& sink) {
    const SeriesLayout& layout = place.layout;
    const bool isSliced = most > 0;
    QString sql = QStringLiteral("SELECT %1, %2 FROM %3 WHERE %4%5")
                      .arg(layout.timeCell(), place.value, layout.table, place.ofKeys(), layout.within());
    if (isSliced)
        sql += QStringLiteral(" ORDER BY %1 LIMIT %2").arg(layout.time.expression, QString::number(most));
    std::vector<SeriesPoint> points;
    std::optional<Timestamp> last;
    int rows = 0;
    const Result<void> read =
        eachRow(connection, sql, place.keyValues() + layout.bounds(range), [&](const QSqlQuery& row) {
            ++rows;
            const std::optional<Timestamp> at = layout.timeAt(row.value(0));
            if (at && isSliced)
                last = at;
            const std::optional<double> value = sampleAt(row.value(1));
            if (!at || !value || !range.contains(*at))
                return;
            if (isSliced)
                points.push_back({*at, *value});
            else
                sink(SampleSum::of({*at, *value}));
        });
    PORTOLAN_TRY(read);
    const bool isWhole = rows < most || !last;
    if (!isWhole && *last <= range.begin)
        return last; // all of one instant, which has to be asked for alone
    for (const SeriesPoint& point : points) {
        if (isWhole || point.at < *last)
            sink(SampleSum::of(point));
    }
    return isWhole ? std::nullopt : last;
}

/// Reads rollups of less than an hour; in hours that have none, the samples.
Result<void> readFine(Connection& connection, const SeriesPlace& place, const SeriesSpan& span,
                      const SampleSink& sink) {
    constexpr hours hour(1);
    std::vector<SeriesSpan> parts;
    const QByteArray series = place.name.toText();
    const TimeRange whole{floorTo(span.range.begin, hour), span.range.end};
    const Result<void> looked = readRollups(connection, series, whole, hour, [&](const SampleSum& samples) {
        const Timestamp begin = floorTo(samples.firstAt, hour);
        const TimeRange part{std::max(begin, span.range.begin), std::min(begin + hour, span.range.end)};
        const seconds width = keepsRollups(span.width, samples.count) ? span.width : seconds(0);
        // Hours without a sample do not separate those that are read alike.
        if (!parts.empty() && parts.back().width == width)
            parts.back().range.end = part.end;
        else
            parts.push_back({part, width});
    });
    if (!looked)
        return looked;
    for (const SeriesSpan& part : parts) {
        const Result<void> read = part.width == seconds(0)
                                      ? readSamples(connection, place, part.range, sink)
                                      : readRollups(connection, series, part.range, part.width, sink);
        if (!read)
            return read;
    }
    return {};
}

Result<void> readAggregates(Connection& connection, const SeriesPlace& place, const SeriesSpan& span,
                            const SampleSink& sink) {
    QStringList cells;
    for (const char* name : {"min", "max", "sum", "count", "first", "last"})
        cells << place.figure + QLatin1Char('_') + QLatin1String(name);
    for (const char* name : {"min_at", "max_at", "first_at", "last_at"})
        cells << QStringLiteral("CAST(extract(epoch FROM %1_%2) * 1000000 AS bigint)")
                     .arg(place.figure, QLatin1String(name));
    return eachRow(connection,
                   QStringLiteral("SELECT %1 FROM %2 WHERE %3bucket >= CAST(? AS timestamptz) "
                                  "AND bucket < CAST(? AS timestamptz) AND %4_count > 0")
                       .arg(cells.join(QStringLiteral(", ")), aggregateName(place.layout.name, span.width),
                            place.ofKeys(), place.figure),
                   place.keyValues() << microsecondsText(span.range.begin) << microsecondsText(span.range.end),
                   [&](const QSqlQuery& row) { sink(rollupAt(row)); });
}

} // namespace

QString SeriesPlace::ofKeys() const {
    QString condition;
    for (const QString& key : layout.keys)
        condition += key + QStringLiteral(" = ? AND ");
    return condition;
}

QVariantList SeriesPlace::keyValues() const {
    QVariantList values;
    for (const QByteArray& key : keys)
        values << wholeText(key);
    return values;
}

QString rollupCells() {
    return QStringLiteral("min, max, sum, count, first, last, min_at, max_at, first_at, last_at");
}

SampleSum rollupAt(const QSqlQuery& row) {
    return {row.value(0).toDouble(), row.value(1).toDouble(), row.value(2).toDouble(), row.value(3).toLongLong(),
            row.value(4).toDouble(), row.value(5).toDouble(), microsecondsAt(row, 6),  microsecondsAt(row, 7),
            microsecondsAt(row, 8),  microsecondsAt(row, 9)};
}

Result<RolledState> readRolledState(Connection& connection, const SeriesPlace& place, TimeRange range) {
    if (place.layout.isAggregated)
        return readAggregatedState(connection, place.layout.name, range);
    RolledState state;
    if (!place.layout.isRolled)
        return state;
    const Result<void> mark =
        eachRow(connection, QStringLiteral("SELECT watermark FROM portolan_rollup_watermarks WHERE source_table = ?"),
                {place.layout.name},
                [&](const QSqlQuery& row) { state.watermark = Timestamp(milliseconds(row.value(0).toLongLong())); });
    PORTOLAN_TRY(mark);
    const QString hour = connection.dialect() == SqlDialect::Sqlite
                             ? QStringLiteral("hour")
                             : QStringLiteral("to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24')");
    QVariantList bindings{place.layout.name};
    for (std::size_t i = 0; i < 2; ++i)
        bindings << (i < place.keys.size() ? wholeText(place.keys[i]) : QStringLiteral(""));
    const Result<void> stale = eachRow(
        connection,
        QStringLiteral("SELECT DISTINCT %1 FROM portolan_rollup_stale WHERE source_table = ? AND name = ? AND part = ?")
            .arg(hour),
        bindings, [&](const QSqlQuery& row) {
            if (const auto at = parseIsoTime(row.value(0).toString().toLatin1() + ":00:00Z"))
                state.stale.insert(*at);
        });
    return stale ? Result<RolledState>(std::move(state)) : Result<RolledState>(stale.error());
}

Result<void> readSamples(Connection& connection, const SeriesPlace& place, TimeRange range, const SampleSink& sink) {
    const int most = connection.dialect() == SqlDialect::Sqlite ? 0 : readAtOnce;
    while (!range.isEmpty()) {
        const Result<std::optional<Timestamp>> next = readSlice(connection, place, range, most, sink);
        if (!next || !*next)
            return next ? Result<void>() : Result<void>(next.error());
        if (**next <= range.begin) {
            const TimeRange instant{range.begin, range.begin + microseconds(1)};
            PORTOLAN_TRY(readSlice(connection, place, instant, 0, sink));
            range.begin = instant.end;
        } else {
            range.begin = **next;
        }
    }
    return {};
}

Result<std::vector<SeriesPoint>> readNewest(Connection& connection, const SeriesPlace& place, TimeRange range,
                                            int count) {
    const SeriesLayout& layout = place.layout;
    std::vector<SeriesPoint> points;
    const Result<void> read = eachRow(connection,
                                      QStringLiteral("SELECT %1, %2 FROM %3 WHERE %4%5 ORDER BY %6 DESC LIMIT %7")
                                          .arg(layout.timeCell(), place.value, layout.table, place.ofKeys(),
                                               layout.within(), layout.time.expression, QString::number(count)),
                                      place.keyValues() + layout.bounds(range), [&](const QSqlQuery& row) {
                                          const std::optional<Timestamp> at = layout.timeAt(row.value(0));
                                          const std::optional<double> value = sampleAt(row.value(1));
                                          if (at && value && range.contains(*at))
                                              points.push_back({*at, *value});
                                      });
    PORTOLAN_TRY(read);
    std::ranges::sort(points, {}, [](SeriesPoint point) { return std::pair(point.at, point.value); });
    return points;
}

Result<void> readRollups(Connection& connection, const QByteArray& series, TimeRange range, seconds width,
                         const SampleSink& sink) {
    return eachRow(connection,
                   QStringLiteral("SELECT %1 FROM portolan_rollups WHERE series = ? AND resolution = ? "
                                  "AND bucket >= ? AND bucket < ? ORDER BY bucket")
                       .arg(rollupCells()),
                   {wholeText(series), qint64(width.count()), milliseconds1970(range.begin),
                    milliseconds1970(ceil<milliseconds>(range.end))},
                   [&](const QSqlQuery& row) { sink(rollupAt(row)); });
}

Result<void> readSeries(Connection& connection, const SeriesPlace& place, TimeRange range, seconds widest,
                        const SampleSink& sink) {
    const Result<RolledState> state = readRolledState(connection, place, range);
    PORTOLAN_TRY(state);
    for (const SeriesSpan& span : seriesSpans(range, widest, *state)) {
        Result<void> read;
        if (span.width == seconds(0))
            read = readSamples(connection, place, span.range, sink);
        else if (place.layout.isAggregated)
            read = readAggregates(connection, place, span, sink);
        else if (span.width < hours(1))
            read = readFine(connection, place, span, sink);
        else
            read = readRollups(connection, place.name.toText(), span.range, span.width, sink);
        if (!read)
            return read;
    }
    return {};
}

Result<std::optional<TimeRange>> readExtent(Connection& connection, const SeriesPlace& place) {
    const SeriesLayout& layout = place.layout;
    std::optional<Timestamp> ends[2];
    for (const bool newest : {false, true}) {
        const Result<void> read = eachRow(connection,
                                          QStringLiteral("SELECT %1 FROM %2 WHERE %3%4 AND %5 ORDER BY %6%7 LIMIT 1")
                                              .arg(layout.timeCell(), layout.table, place.ofKeys(), layout.within(),
                                                   isSample(place.value, layout.dialect), layout.time.expression,
                                                   newest ? QStringLiteral(" DESC") : QString()),
                                          place.keyValues() + layout.bounds(allTimes()), [&](const QSqlQuery& row) {
                                              ends[newest ? 1 : 0] = layout.timeAt(row.value(0));
                                          });
        PORTOLAN_TRY(read);
    }
    if (!ends[0] || !ends[1])
        return std::optional<TimeRange>();
    return std::optional(TimeRange{*ends[0], *ends[1] + microseconds(1)});
}

Result<LeftOutRows> readLeftOut(Connection& connection, const SeriesPlace& place, TimeRange range) {
    constexpr int atTime = 0;
    const SeriesLayout& layout = place.layout;
    LeftOutRows rows;
    if (layout.isRolled || layout.isAggregated)
        return rows;
    const QString value = layout.storedValue.isEmpty() ? place.value : layout.storedValue;
    const auto beginOf = [&](const QString& column) {
        return layout.dialect == SqlDialect::Sqlite
                   ? QStringLiteral(
                         "CASE typeof(%1) WHEN 'blob' THEN quote(substr(%1, 1, 20)) ELSE substr(%1, 1, 40) END")
                         .arg(column)
                   : QStringLiteral("left(CAST(%1 AS text), 40)").arg(column);
    };
    const QString found =
        QStringLiteral(
            "SELECT CASE WHEN %1 THEN 0 ELSE 1 END AS kind, %2 AS of_time, %3 AS of_value FROM %4 WHERE %5%6 IS "
            "NOT NULL AND %7 IS NOT NULL AND (%1 OR (%8 AND NOT coalesce(%9, FALSE))) LIMIT ")
            .arg(layout.isNoTime(), beginOf(layout.storedTime), beginOf(value), layout.table, place.ofKeys(),
                 layout.storedTime, value, layout.within(), isSample(place.value, layout.dialect))
        + QString::number(LeftOutRows::most);
    const Result<void> read = eachRow(
        connection,
        QStringLiteral(
            "SELECT kind, count(*), min(CASE kind WHEN 0 THEN of_time ELSE of_value END) FROM (%1) AS rows_left "
            "GROUP BY kind")
            .arg(found),
        layout.bounds(allTimes()) + place.keyValues() + layout.bounds(allTimes()) + layout.bounds(range),
        [&](const QSqlQuery& row) {
            const bool isTime = row.value(0).toInt() == atTime;
            (isTime ? rows.times : rows.values) = row.value(1).toLongLong();
            (isTime ? rows.time : rows.value) = row.value(2).toString().toUtf8();
        });
    return read ? Result<LeftOutRows>(std::move(rows)) : read.error();
}

} // namespace portolan
