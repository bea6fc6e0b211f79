#include "storage/series/sql/sourceroller.h"

#include "storage/series/sql/rollupsql.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/unitofwork.h"

#include <QUuid>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

/// Another program that rolls up counts as alive for so long after its last sign of life.
constexpr seconds patienceWithOthers(60);

QString doingRolling() {
    return QStringLiteral("roll up series of");
}

bool isServer(const Connection& connection) {
    return connection.dialect() == SqlDialect::Postgresql;
}

/// Returns a time as `marked_until` has it; in SQLite a text that sorts before all others of its second.
QString markText(const Connection& connection, Timestamp time) {
    return isServer(connection) ? microsecondsText(time) : QString::fromLatin1(toIsoTime(time).first(19));
}

QString timePlace(const Connection& connection) {
    return isServer(connection) ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
}

qint64 millisecondsSince(Timestamp time) {
    return floor<milliseconds>(time).time_since_epoch().count();
}

} // namespace

SourceRoller::SourceRoller(const SeriesTable& table, SeriesLayout layout)
    : m_table(table)
    , m_layout(std::move(layout))
    , m_name(QUuid::createUuid().toByteArray(QUuid::WithoutBraces)) {}

void SourceRoller::forget() {
    m_state = State::Idle;
    m_book.clear();
    m_rows.clear();
    m_written = 0;
}

Result<SourceRoller::Step> SourceRoller::step(Connection& connection, Timestamp now, int rows, RollProgress& progress) {
    const Result<qint64> again = rollStale(connection, m_table, m_layout);
    PORTOLAN_TRY(again);
    progress.hours += *again;
    const Result<Step> done = advance(connection, now, rows, progress);
    if (!done)
        forget();
    return done && *again > 0 ? Result<Step>(Step::Worked) : done;
}

Result<SourceRoller::Step> SourceRoller::advance(Connection& connection, Timestamp now, int rows,
                                                 RollProgress& progress) {
    switch (m_state) {
    case State::Idle:
        return announce(connection, now, rows);
    case State::Announced:
        return waitForOthers(connection);
    case State::Reading:
        return readSome(connection, rows, progress);
    case State::Writing:
        return writeSome(connection, rows);
    }
    Q_UNREACHABLE();
}

Result<SourceRoller::Step> SourceRoller::announce(Connection& connection, Timestamp now, int rows) {
    const Timestamp target = floorTo(now, hours(1));
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    Result<std::optional<RollupMark>> mark = lockMark(*work, m_table);
    PORTOLAN_TRY(mark);
    if (!*mark) {
        const Result<std::optional<Timestamp>> first = begin(*work, target);
        if (!first || !*first)
            return first ? Result<Step>(Step::Nothing) : Result<Step>(first.error());
        mark = lockMark(*work, m_table);
        if (!mark || !*mark)
            return mark ? Result<Step>(Step::Nothing) : Result<Step>(mark.error());
    }
    const RollupMark& known = **mark;
    const bool isBegun = known.markedUntil > known.watermark;
    if (isBegun && !known.roller.isEmpty() && known.roller != m_name
        && known.updatedAt + patienceWithOthers > currentTime())
        return Step::Waiting; // another program is rolling up
    m_range = {known.watermark, known.markedUntil};
    if (!isBegun) {
        if (known.watermark >= target)
            return Step::Nothing;
        const Result<Timestamp> until = goal(connection, known.watermark, target, rows);
        PORTOLAN_TRY(until);
        m_range.end = *until;
    }
    const QString forgetting = isBegun ? QString() : QStringLiteral("marked_by = NULL, ");
    const Result<void> announced = connection.execute(
        QStringLiteral("UPDATE portolan_rollup_watermarks SET marked_until = %1, %2roller = ?, updated_at = %1 "
                       "WHERE source_table = ?")
            .arg(timePlace(connection), forgetting),
        {markText(connection, m_range.end), QString::fromLatin1(m_name), timeNow(), QLatin1String(m_table.table)},
        doingRolling());
    PORTOLAN_TRY(announced);
    PORTOLAN_TRY(work->commit());
    m_state = State::Announced;
    m_renewed = currentTime();
    const Result<void> noted = noteAnnounced(connection);
    return noted ? Result<Step>(Step::Worked) : Result<Step>(noted.error());
}

/// Makes the mark of a table that has none yet; nothing where the table has no rows of the past.
Result<std::optional<Timestamp>> SourceRoller::begin(UnitOfWork& work, Timestamp target) {
    Connection& connection = work.connection();
    const Result<QVariant> cell =
        connection.value(QStringLiteral("SELECT %1 FROM %2 WHERE %3 ORDER BY %4 LIMIT 1")
                             .arg(m_layout.timeCell(), m_layout.table, m_layout.within(), m_layout.time.expression),
                         m_layout.bounds({allTimes().begin, target}));
    PORTOLAN_TRY(cell);
    const std::optional<Timestamp> first = m_layout.timeAt(*cell);
    if (!first || *first >= target)
        return std::optional<Timestamp>();
    const QString prefix = QString::fromLatin1(seriesPrefix(m_table));
    // Removes rollups that an earlier table of this name left.
    const Result<void> removed =
        connection.execute(QStringLiteral("DELETE FROM portolan_rollups WHERE series >= ? AND series < ?"),
                           {prefix, QString(prefix.chopped(1) + QLatin1Char('0'))}, doingRolling());
    PORTOLAN_TRY(removed);
    const Timestamp from = floorTo(*first, hours(1));
    const Result<void> made = connection.execute(
        QStringLiteral("INSERT INTO portolan_rollup_watermarks (source_table, watermark, marked_until) "
                       "VALUES (?, ?, %1) ON CONFLICT DO NOTHING")
            .arg(timePlace(connection)),
        {QLatin1String(m_table.table), millisecondsSince(from), markText(connection, from)}, doingRolling());
    return made ? Result<std::optional<Timestamp>>(from) : Result<std::optional<Timestamp>>(made.error());
}

/// Returns the time of the row of this number (from 1) in the range; nothing where there are fewer.
Result<std::optional<Timestamp>> SourceRoller::timeOfRow(Connection& connection, TimeRange range, int number) {
    const QString time = QStringLiteral("t");
    const QString cell = QString(m_layout.timeCell()).replace(m_layout.time.expression, time);
    Result<QSqlQuery> found =
        connection.run(QStringLiteral("SELECT %1, n FROM (SELECT max(t) AS t, count(*) AS n FROM "
                                      "(SELECT %2 AS t FROM %3 WHERE %4 ORDER BY %2 LIMIT %5) AS taken) AS ends")
                           .arg(cell, m_layout.time.expression, m_layout.table, m_layout.within())
                           .arg(number),
                       m_layout.bounds(range), doingRolling());
    PORTOLAN_TRY(found);
    const Result<bool> row = connection.next(*found, doingRolling());
    PORTOLAN_TRY(row);
    if (found->value(1).toInt() < number)
        return std::optional<Timestamp>();
    return m_layout.timeAt(found->value(0));
}

/// Returns the end of the range to roll up next: whole hours, or whole days where these have few rows.
Result<Timestamp> SourceRoller::goal(Connection& connection, Timestamp from, Timestamp target, int rows) {
    const Result<std::optional<Timestamp>> last = timeOfRow(connection, {from, target}, rows);
    if (!last || !*last)
        return last ? Result<Timestamp>(target) : Result<Timestamp>(last.error());
    for (const hours width : {hours(24), hours(1)}) {
        if (const Timestamp end = floorTo(**last, width); end > from)
            return end;
    }
    return from + hours(1);
}

/// Notes the transaction id of a server's announcement: transactions begun before may not have seen it.
Result<void> SourceRoller::noteAnnounced(Connection& connection) {
    if (!isServer(connection))
        return {};
    return connection.execute(QStringLiteral("UPDATE portolan_rollup_watermarks SET marked_by = "
                                             "CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) "
                                             "WHERE source_table = ? AND roller = ? AND marked_by IS NULL"),
                              {QLatin1String(m_table.table), QString::fromLatin1(m_name)}, doingRolling());
}

Result<SourceRoller::Step> SourceRoller::waitForOthers(Connection& connection) {
    if (isServer(connection)) {
        const Result<QVariant> settled = connection.value(
            QStringLiteral("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) >= marked_by "
                           "FROM portolan_rollup_watermarks WHERE source_table = ? AND roller = ?"),
            {QLatin1String(m_table.table), QString::fromLatin1(m_name)});
        PORTOLAN_TRY(settled);
        if (!settled->isValid() || settled->isNull()) {
            forget(); // taken over, or emptied
            return Step::Nothing;
        }
        if (!settled->toBool())
            return Step::Waiting;
    }
    m_state = State::Reading;
    m_readUntil = m_range.begin;
    return Step::Worked;
}

void SourceRoller::take(const QSqlQuery& row, Timestamp at) {
    const int keys = static_cast<int>(m_layout.keys.size());
    QString key;
    for (int i = 0; i < keys; ++i) {
        const QVariant cell = row.value(1 + i);
        if (cell.isNull())
            return;
        key += cell.toString() + QChar(0);
    }
    std::vector<QByteArray>& names = m_names[key];
    if (names.empty()) {
        std::vector<QByteArray> parts;
        for (int i = 0; i < keys; ++i)
            parts.push_back(row.value(1 + i).toString().toUtf8());
        for (std::size_t value = 0; value < m_layout.values.size(); ++value)
            names.push_back(seriesPlace(m_table, m_layout, value, parts).name.toText());
    }
    for (std::size_t value = 0; value < names.size(); ++value) {
        if (const auto sample = sampleAt(row.value(1 + keys + static_cast<int>(value))))
            m_book.add(names[value], {at, *sample});
    }
}

/// Reads about so many rows, in whole seconds; returns where it ended.
Result<Timestamp> SourceRoller::readRows(Connection& connection, TimeRange range, int most) {
    QString cells = m_layout.timeCell();
    for (const QString& column : m_layout.keys)
        cells += QStringLiteral(", ") + column;
    for (const QString& column : m_layout.values)
        cells += QStringLiteral(", ") + (column.isEmpty() ? QStringLiteral("NULL") : column);
    Timestamp end = range.end;
    const Result<std::optional<Timestamp>> last = timeOfRow(connection, range, most);
    PORTOLAN_TRY(last);
    if (*last)
        end = std::min(end, std::max(floorTo(**last, seconds(1)), range.begin + seconds(1)));
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT %1 FROM %2 WHERE %3").arg(cells, m_layout.table, m_layout.within()),
                       m_layout.bounds({range.begin, end}), doingRolling());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, doingRolling());
    while (walk.next()) {
        const std::optional<Timestamp> at = m_layout.timeAt(rows->value(0));
        if (at && range.begin <= *at && *at < end)
            take(*rows, *at);
    }
    if (walk.error())
        return *walk.error();
    return end;
}

Result<SourceRoller::Step> SourceRoller::readSome(Connection& connection, int rows, RollProgress& progress) {
    if (currentTime() > m_renewed + patienceWithOthers / 3) {
        Result<UnitOfWork> work = UnitOfWork::begin(connection);
        PORTOLAN_TRY(work);
        const Result<bool> isOurs = keepClaim(*work);
        if (!isOurs || !*isOurs)
            return isOurs ? Result<Step>(Step::Nothing) : Result<Step>(isOurs.error());
        PORTOLAN_TRY(work->commit());
    }
    const qint64 before = m_book.samples();
    const Result<Timestamp> until = readRows(connection, {m_readUntil, m_range.end}, rows);
    PORTOLAN_TRY(until);
    progress.samples += m_book.samples() - before;
    m_readUntil = *until;
    if (m_readUntil < m_range.end)
        return Step::Worked;
    m_rows = m_book.hourRows();
    std::ranges::move(m_book.dayRows(m_range), std::back_inserter(m_rows));
    // In the order of the index: filled so, it stays small and quick.
    std::ranges::sort(m_rows, {}, [](const RollupRow& row) { return std::tie(row.series, row.width, row.begin); });
    m_book.clear();
    m_written = 0;
    m_state = State::Writing;
    return Step::Worked;
}

/// Renews our sign of life. Returns false, and forgets all, when another program has taken the table over.
Result<bool> SourceRoller::keepClaim(UnitOfWork& work) {
    const Result<std::optional<RollupMark>> mark = lockMark(work, m_table);
    PORTOLAN_TRY(mark);
    if (!*mark || (*mark)->roller != m_name || (*mark)->watermark != m_range.begin) {
        forget();
        return false;
    }
    const Result<void> renewed = work.connection().execute(
        QStringLiteral("UPDATE portolan_rollup_watermarks SET updated_at = %1 WHERE source_table = ?")
            .arg(timePlace(work.connection())),
        {timeNow(), QLatin1String(m_table.table)}, doingRolling());
    PORTOLAN_TRY(renewed);
    m_renewed = currentTime();
    return true;
}

Result<SourceRoller::Step> SourceRoller::writeSome(Connection& connection, int rows) {
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<bool> isOurs = keepClaim(*work);
    if (!isOurs || !*isOurs)
        return isOurs ? Result<Step>(Step::Nothing) : Result<Step>(isOurs.error());
    const std::size_t end = std::min(m_rows.size(), m_written + static_cast<std::size_t>(rows));
    // Rows of an interrupted try stay: all writes since its announcement have their notes.
    PORTOLAN_TRY(putRollups(*work, std::span(m_rows).subspan(m_written, end - m_written)));
    const bool isLast = end == m_rows.size();
    if (isLast) {
        PORTOLAN_TRY(finish(*work));
    }
    PORTOLAN_TRY(work->commit());
    m_written = end;
    if (isLast)
        forget();
    return Step::Worked;
}

/// Writes the day that the range ends but did not begin, and the watermark; both at once, for others may roll up an
/// hour of that day again until then, and would not know of its day.
Result<void> SourceRoller::finish(UnitOfWork& work) {
    constexpr hours day(24);
    const Timestamp first = floorTo(m_range.begin, day);
    if (first < m_range.begin && first + day <= m_range.end) {
        if (const Result<void> rolled = rollDayOfAll(work, m_table, first); !rolled)
            return rolled;
    }
    return work.connection().execute(
        QStringLiteral("UPDATE portolan_rollup_watermarks SET watermark = ?, roller = NULL WHERE source_table = ?"),
        {millisecondsSince(m_range.end), QLatin1String(m_table.table)}, doingRolling());
}

} // namespace portolan
