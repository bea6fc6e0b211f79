#include "storage/series/sql/rollupsql.h"

#include "storage/sql/bulkinsert.h"
#include "storage/sql/columns/filtersqltext.h"

#include <map>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int notesAtOnce = 200;

QString doingRollups() {
    return QStringLiteral("roll up series of");
}

qint64 millisecondsOf(Timestamp time) {
    return floor<milliseconds>(time).time_since_epoch().count();
}

Timestamp ofMilliseconds(qint64 count) {
    return Timestamp(milliseconds(count));
}

bool isSqlite(const Connection& connection) {
    return connection.dialect() == SqlDialect::Sqlite;
}

/// A series with the hours noted for it; there is a note for each time that somebody wrote into an hour.
struct StaleNotes {
    std::vector<QByteArray> keys;
    std::set<Timestamp> hours;
};

struct NotesTaken {
    std::map<std::pair<QByteArray, QByteArray>, StaleNotes> series;
    QVariantList ids;
};

Result<NotesTaken> takeNotes(Connection& connection, const SeriesTable& table, const SeriesLayout& layout,
                             Timestamp watermark) {
    const QString hour = isSqlite(connection) ? QStringLiteral("hour")
                                              : QStringLiteral("to_char(hour AT TIME ZONE 'UTC', "
                                                               "'YYYY-MM-DD\"T\"HH24')");
    const QString before = isSqlite(connection) ? QStringLiteral("?") : QStringLiteral("CAST(? AS timestamptz)");
    const QByteArray text = toIsoTime(watermark);
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT id, name, part, %1 FROM portolan_rollup_stale WHERE source_table = ? AND hour < %2 "
                       "ORDER BY name, part, hour LIMIT %3")
            .arg(hour, before)
            .arg(notesAtOnce),
        {QLatin1String(table.table), QString::fromLatin1(isSqlite(connection) ? text.first(13) : text)},
        doingRollups());
    PORTOLAN_TRY(rows);
    NotesTaken notes;
    QueryCursor walk(connection, *rows, doingRollups());
    while (walk.next()) {
        notes.ids << rows->value(0);
        const std::vector<QByteArray> keys{rows->value(1).toString().toUtf8(), rows->value(2).toString().toUtf8()};
        // A text that is no hour has no samples either.
        const auto at = parseIsoTime(rows->value(3).toString().toLatin1() + ":00:00Z");
        if (!at)
            continue;
        StaleNotes& stale = notes.series[{keys[0], keys[1]}];
        stale.keys.assign(keys.begin(), keys.begin() + qsizetype(layout.keys.size()));
        stale.hours.insert(*at);
    }
    if (walk.error())
        return *walk.error();
    return notes;
}

Result<void> dropNotes(Connection& connection, const QVariantList& ids) {
    QString places;
    for (qsizetype i = 0; i < ids.size(); ++i)
        places += i > 0 ? QStringLiteral(", ?") : QStringLiteral("?");
    return connection.execute(QStringLiteral("DELETE FROM portolan_rollup_stale WHERE id IN (%1)").arg(places), ids,
                              doingRollups());
}

Result<void> rollAgain(UnitOfWork& work, const SeriesPlace& place, const std::set<Timestamp>& hours,
                       Timestamp watermark) {
    constexpr std::chrono::hours day(24);
    std::set<Timestamp> days;
    for (const Timestamp hour : hours) {
        if (const Result<void> rolled = rollHourAgain(work, place, hour); !rolled)
            return rolled;
        days.insert(floorTo(hour, day));
    }
    for (const Timestamp begin : days) {
        if (begin + day > watermark)
            continue; // the day has not ended: it is rolled up then
        if (const Result<void> rolled = rollDayAgain(work, place.name.toText(), begin); !rolled)
            return rolled;
    }
    return {};
}

Result<void> removeRollups(Connection& connection, const QByteArray& series, TimeRange range, seconds width) {
    return connection.execute(
        QStringLiteral("DELETE FROM portolan_rollups WHERE series = ? AND resolution = ? AND bucket >= ? "
                       "AND bucket < ?"),
        {wholeText(series), qint64(width.count()), millisecondsOf(range.begin), millisecondsOf(range.end)},
        doingRollups());
}

} // namespace

SeriesPlace seriesPlace(const SeriesTable& table, const SeriesLayout& layout, std::size_t value,
                        std::vector<QByteArray> keys) {
    SeriesName name{table.kind, keys};
    switch (table.kind) {
    case SeriesName::Kind::Component:
    case SeriesName::Kind::Sensor:
        break;
    case SeriesName::Kind::Port:
        name.parts.emplace_back(table.values[value]);
        break;
    case SeriesName::Kind::Table:
        name.parts = {table.table, table.time, table.values[value]};
        break;
    }
    return {std::move(name), layout, layout.values[value], QLatin1String(table.values[value]), std::move(keys)};
}

QByteArray seriesPrefix(const SeriesTable& table) {
    switch (table.kind) {
    case SeriesName::Kind::Component:
        return "component/";
    case SeriesName::Kind::Port:
        return "port/";
    case SeriesName::Kind::Sensor:
        return "sensor/";
    case SeriesName::Kind::Table:
        return QByteArray("table/") + table.table + '/';
    }
    Q_UNREACHABLE();
}

Result<std::optional<RollupMark>> lockMark(UnitOfWork& work, const SeriesTable& table) {
    Connection& connection = work.connection();
    const QString sql = isSqlite(connection)
                            ? QStringLiteral("SELECT watermark, marked_until || 'Z', roller, updated_at "
                                             "FROM portolan_rollup_watermarks WHERE source_table = ?")
                            : QStringLiteral("SELECT watermark, marked_until, roller, updated_at "
                                             "FROM portolan_rollup_watermarks WHERE source_table = ? FOR UPDATE");
    Result<QSqlQuery> rows = connection.run(sql, {QLatin1String(table.table)}, doingRollups());
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows, doingRollups());
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<RollupMark>();
    const auto time = [&](int column) { return parseIsoTime(rows->value(column).toString().toUtf8()); };
    const auto until = time(1);
    const auto updated = time(3);
    if (!until || !updated)
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("The times in portolan_rollup_watermarks of %1 are not as they should be; delete "
                                    "the row of %2 there, and its rollups are made again.")
                         .arg(connection.where(), QLatin1String(table.table))};
    return std::optional(RollupMark{ofMilliseconds(rows->value(0).toLongLong()), *until,
                                    rows->value(2).toString().toLatin1(), *updated});
}

Result<void> putRollups(UnitOfWork& work, std::span<const RollupRow> rows) {
    BulkInsert insert(work.connection(), "portolan_rollups",
                      {"series", "resolution", "bucket", "min", "max", "sum", "count", "first", "last", "min_at",
                       "max_at", "first_at", "last_at"},
                      BulkInsert::Conflict::Skip);
    const auto time = [&](Timestamp at) { insert.integer(at.time_since_epoch().count()); };
    for (const auto& [series, width, begin, samples] : rows) {
        insert.text(series);
        insert.integer(width.count());
        insert.integer(millisecondsOf(begin));
        for (const double value : {samples.min, samples.max, samples.sum})
            insert.real(value);
        insert.integer(samples.count);
        insert.real(samples.first);
        insert.real(samples.last);
        for (const Timestamp at : {samples.minAt, samples.maxAt, samples.firstAt, samples.lastAt})
            time(at);
    }
    return insert.flush();
}

Result<void> rollHourAgain(UnitOfWork& work, const SeriesPlace& place, Timestamp hour) {
    const TimeRange range{hour, hour + hours(1)};
    const QByteArray series = place.name.toText();
    RollupAccumulator book;
    const Result<void> read = readSamples(work.connection(), place, range, [&](const SampleSum& sample) {
        book.add(series, {sample.firstAt, sample.first});
    });
    if (!read)
        return read;
    for (const seconds width : rollupWidths) {
        if (width > hours(1))
            continue;
        if (const Result<void> removed = removeRollups(work.connection(), series, range, width); !removed)
            return removed;
    }
    return putRollups(work, book.hourRows());
}

Result<void> rollDayAgain(UnitOfWork& work, const QByteArray& series, Timestamp day) {
    const TimeRange range{day, day + hours(24)};
    RollupAccumulator book;
    const Result<void> read = readRollups(work.connection(), series, range, hours(1),
                                          [&](const SampleSum& samples) { book.addHour(series, samples); });
    if (!read)
        return read;
    if (const Result<void> removed = removeRollups(work.connection(), series, range, hours(24)); !removed)
        return removed;
    return putRollups(work, book.dayRows(range));
}

Result<void> rollDayOfAll(UnitOfWork& work, const SeriesTable& table, Timestamp day) {
    Connection& connection = work.connection();
    const TimeRange range{day, day + hours(24)};
    const QString first = QString::fromLatin1(seriesPrefix(table));
    const QString after = first.chopped(1) + QLatin1Char('0'); // the character after '/'
    // Goes from one name to the next greater one, or it would pass over all rows of all times.
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("WITH RECURSIVE names(s) AS (SELECT min(series) FROM portolan_rollups WHERE series >= ? "
                       "AND series < ? UNION ALL SELECT (SELECT min(series) FROM portolan_rollups "
                       "WHERE series > names.s AND series < ?) FROM names WHERE names.s IS NOT NULL) "
                       "SELECT %1, series FROM names JOIN portolan_rollups ON series = names.s AND resolution = 3600 "
                       "AND bucket >= ? AND bucket < ?")
            .arg(rollupCells()),
        {first, after, after, millisecondsOf(range.begin), millisecondsOf(range.end)}, doingRollups());
    PORTOLAN_TRY(rows);
    RollupAccumulator book;
    QueryCursor walk(connection, *rows, doingRollups());
    while (walk.next()) {
        book.addHour(rows->value(10).toString().toUtf8(), rollupAt(*rows));
    }
    if (walk.error())
        return *walk.error();
    return putRollups(work, book.dayRows(range));
}

Result<qint64> rollStale(Connection& connection, const SeriesTable& table, const SeriesLayout& layout) {
    const Result<QVariant> any =
        connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM portolan_rollup_stale WHERE source_table = ?)"),
                         {QLatin1String(table.table)});
    PORTOLAN_TRY(any);
    if (!any->toBool())
        return 0;
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<RollupMark>> mark = lockMark(*work, table);
    if (!mark || !*mark)
        return mark ? Result<qint64>(0) : Result<qint64>(mark.error());
    // Takes the notes before it reads the samples: whatever is written in between is noted again.
    const Result<NotesTaken> notes = takeNotes(connection, table, layout, (*mark)->watermark);
    PORTOLAN_TRY(notes);
    if (notes->ids.isEmpty())
        return 0;
    qint64 hours = 0;
    for (const auto& [name, stale] : notes->series) {
        hours += static_cast<qint64>(stale.hours.size());
        for (std::size_t value = 0; value < layout.values.size(); ++value) {
            const SeriesPlace place = seriesPlace(table, layout, value, stale.keys);
            PORTOLAN_TRY(rollAgain(*work, place, stale.hours, (*mark)->watermark));
        }
    }
    PORTOLAN_TRY(dropNotes(connection, notes->ids));
    const Result<void> committed = work->commit();
    return committed ? Result<qint64>(std::max<qint64>(hours, 1)) : Result<qint64>(committed.error());
}

} // namespace portolan
