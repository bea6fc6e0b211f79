#include "storage/series/sql/sqlsensorevents.h"

#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/rowmetadata.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/tablelistingfactory.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr int mostCounted = 100'000; ///< events of a minute
constexpr auto shortestRest = std::chrono::seconds(1);
constexpr int restsLonger = 4;

QString readingEvents() {
    return QStringLiteral("read the sensor events of");
}

SensorEvent readEvent(const RowView& row) {
    SensorEvent event;
    event.id = numberAt(row, 0);
    event.eventId = bytesAt(row, 1);
    event.sensorId = bytesAt(row, 2);
    event.timestamp = timeAt(row, 3);
    event.value = realAt(row, 4);
    event.createdAt = timeAt(row, 5);
    event.processedAt = timeAt(row, 6);
    event.partition = integerAt(row, 7);
    event.offset = integerAt(row, 8);
    event.lag = realAt(row, 9);
    event.metadata = bytesAt(row, 10);
    return event;
}

/// Returns the expression of the seconds between two times.
QString secondsBetween(const QString& from, const QString& to, SqlDialect dialect) {
    return (dialect == SqlDialect::Sqlite
                ? QStringLiteral("round((julianday(%1) - julianday(%2)) * 86400.0, 3)")
                : QStringLiteral("CAST(round(CAST(extract(epoch FROM %1 - %2) AS numeric), 3) AS double precision)"))
        .arg(to, from);
}

class LayoutMaker {
public:
    LayoutMaker(const SchemaInspector& catalogue, SqlDialect dialect, bool withMetadata)
        : m_catalogue(catalogue)
        , m_dialect(dialect)
        , m_withMetadata(withMetadata) {}

    Result<EventLayout> make() {
        const ColumnSet& schema = sensorEventSchema();
        const SchemaInspector::Entry& table = *m_catalogue.table(QStringLiteral("metrics"));
        Result<SqlListing> listing = listingOfTable(table, QStringLiteral("metrics"), schema, QStringLiteral("t"));
        PORTOLAN_TRY(listing);
        EventLayout layout{std::move(*listing), time("metrics.timestamp t"), {}};
        const bool isProcessed =
            hasColumns(m_catalogue, m_dialect, "processed_events.event_id processed_events.processed_at");
        layout.processed = isProcessed ? time("processed_events.processed_at p") : QString();
        setTime(layout.events, table, "timestamp", layout.time);
        const QString created = time("metrics.created_at t");
        setTime(layout.events, table, "created_at", created);
        QString done = created;
        if (isProcessed) {
            const QString processed = ofProcessed(layout.processed);
            set(layout.events, "processed_at", {processed, timeKeeping()});
            done = QStringLiteral("coalesce(%1, %2)").arg(processed, created);
            for (const char* column : {"kafka_partition", "kafka_offset"}) {
                if (hasColumns(m_catalogue, m_dialect, (QByteArray("processed_events.") + column + '#').constData()))
                    set(layout.events, column, {ofProcessed(QStringLiteral("p.") + QLatin1String(column))});
            }
        }
        layout.lag = secondsBetween(layout.time, done, m_dialect);
        set(layout.events, "lag_seconds", {layout.lag});
        if (m_withMetadata)
            set(layout.events, "metadata", {rowMetadata("metrics", QStringLiteral("t.event_id"))});
        return layout;
    }

private:
    [[nodiscard]] QString time(const char* place) const {
        return comparableColumn(m_catalogue, m_dialect, ColumnType::Time, QLatin1String(place));
    }
    [[nodiscard]] ColumnEncoding timeKeeping() const {
        return m_dialect == SqlDialect::Sqlite ? ColumnEncoding::IsoText : ColumnEncoding::Plain;
    }
    static QString ofProcessed(const QString& what) {
        return QStringLiteral("(SELECT %1 FROM processed_events AS p WHERE p.event_id = t.event_id LIMIT 1)").arg(what);
    }
    static std::size_t place(const char* column) {
        const ColumnSet& schema = sensorEventSchema();
        return static_cast<std::size_t>(schema.find(column) - schema.columns.data());
    }
    static void set(SqlListing& listing, const char* column, SqlColumn expression) {
        listing.sql[place(column)] = std::move(expression);
        listing.nullable[place(column)] = true;
    }
    /// Sets a column of times; unconverted where the table is ours, so that its index serves the order.
    void setTime(SqlListing& listing, const SchemaInspector::Entry& table, const char* column,
                 const QString& expression) {
        const SchemaInspector::Column* known = table.column(QLatin1String(column));
        if (!known)
            return;
        const bool isPlain = expression == QStringLiteral("t.") + QLatin1String(column);
        set(listing, column, {expression, timeKeeping()});
        listing.nullable[place(column)] = !(isPlain && known->notNull);
    }

    const SchemaInspector& m_catalogue;
    SqlDialect m_dialect;
    bool m_withMetadata;
};

} // namespace

Result<void> SensorRows::freshen(const CancelToken& token) {
    if (m_until && Clock::now() < *m_until)
        return {};
    const auto began = Clock::now();
    Result<std::vector<EventSensor>> rows =
        m_session.read(token, [this](Connection& connection) { return read(connection); });
    PORTOLAN_TRY(rows);
    m_rows = std::move(*rows);
    const auto cost = Clock::now() - began;
    m_until = Clock::now()
              + std::max<Clock::duration>(m_rows.empty() ? Clock::duration::zero() : shortestRest, restsLonger * cost);
    return {};
}

/// Reads the sensors from name to name over the index (a "loose" scan), which neither database plans by itself.
Result<std::vector<EventSensor>> SensorRows::read(Connection& connection) const {
    const Result<const EventLayout*> layout = m_finder(connection);
    PORTOLAN_TRY(layout);
    const QString names =
        (*layout)->hasSensorIndex
            ? QStringLiteral("WITH RECURSIVE s(id) AS (SELECT min(sensor_id) FROM metrics UNION ALL SELECT (SELECT "
                             "min(n.sensor_id) FROM metrics AS n WHERE n.sensor_id > s.id) FROM s WHERE s.id IS NOT "
                             "NULL) ")
            : QStringLiteral("WITH s(id) AS (SELECT DISTINCT sensor_id FROM metrics ORDER BY sensor_id) ");
    const QString newest = QStringLiteral("(SELECT %1 FROM metrics AS t WHERE t.sensor_id = s.id "
                                          "ORDER BY t.timestamp DESC LIMIT 1)");
    Result<QSqlQuery> query =
        connection.run(names
                           + QStringLiteral("SELECT CAST(s.id AS text), %1, %2 FROM s WHERE s.id IS NOT NULL LIMIT %3")
                                 .arg(newest.arg((*layout)->time), newest.arg(QStringLiteral("t.value")))
                                 .arg(SensorEvents::mostSensors),
                       {}, readingEvents());
    PORTOLAN_TRY(query);
    std::vector<EventSensor> rows;
    QueryCursor walk(connection, *query, readingEvents());
    while (walk.next()) {
        rows.push_back({query->value(0).toString().toUtf8(), timeAt(*query, 1), realAt(*query, 2)});
    }
    if (walk.error())
        return *walk.error();
    return rows;
}

Result<Page<EventSensor>> SensorRows::page(const ListQuery& query, const CancelToken& token) {
    PORTOLAN_TRY(freshen(token));
    return pageOfRows(m_rows, {eventSensorColumns(), &eventSensorSchema()}, query);
}

Result<PageIndex> SensorRows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    PORTOLAN_TRY(freshen(token));
    return pageIndexOfRows(m_rows, {eventSensorColumns(), &eventSensorSchema()}, query, pages);
}

SqlSensorEvents::SqlSensorEvents(Session& session)
    : m_session(session)
    , m_events(
          session,
          [this](Connection& connection) -> Result<const SqlListing*> {
              const Result<const EventLayout*> found = layout(connection);
              return found ? Result<const SqlListing*>(&(*found)->events) : found.error();
          },
          &readEvent)
    , m_sensors(session, [this](Connection& connection) { return layout(connection); }) {}

std::optional<QString> SqlSensorEvents::unavailableReason(const SchemaInspector& catalogue) {
    const QString name = QStringLiteral("metrics");
    if (auto lacking = catalogue.lacks(name, {"id", "sensor_id", "event_id", "timestamp", "value"}))
        return lacking;
    return lacksRowKey(*catalogue.table(name), name);
}

Result<const EventLayout*> SqlSensorEvents::layout(Connection& connection) {
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (m_layout && m_generation == m_session.generation() && m_mark == *now)
        return &*m_layout;
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const auto lacking = unavailableReason(*catalogue))
        return Error{ErrorCode::Unsupported, *lacking};
    const Result<bool> withMetadata = canReadRowMetadata(connection, *catalogue);
    PORTOLAN_TRY(withMetadata);
    Result<EventLayout> made = LayoutMaker(*catalogue, connection.dialect(), *withMetadata).make();
    PORTOLAN_TRY(made);
    const Result<bool> indexed =
        SchemaInspector::hasIndex(connection, QStringLiteral("metrics"), {QStringLiteral("sensor_id")});
    PORTOLAN_TRY(indexed);
    made->hasSensorIndex = *indexed;
    if (*indexed) // asks for each of several sensors apart
        made->events.splitBy = {2};
    m_layout = std::move(*made);
    m_generation = m_session.generation();
    m_mark = *now;
    return &*m_layout;
}

Result<EventFlow> SqlSensorEvents::flow(const CancelToken& token) {
    return m_session.read(token, [this](Connection& connection) -> Result<EventFlow> {
        const Result<const EventLayout*> found = layout(connection);
        PORTOLAN_TRY(found);
        const EventLayout& kept = **found;
        EventFlow flow;
        const auto newest = connection.value(
            QStringLiteral("SELECT %1 FROM metrics AS t ORDER BY t.timestamp DESC LIMIT 1").arg(kept.time));
        PORTOLAN_TRY(newest);
        flow.newest = newest->isNull() ? std::nullopt : parseIsoTime(newest->toString().toUtf8());
        if (kept.processed.isEmpty())
            return flow;
        const QString minuteAgo = connection.dialect() == SqlDialect::Sqlite
                                      ? QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-60 seconds')")
                                      : QStringLiteral("now() - interval '60 seconds'");
        const auto count =
            connection.value(QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM processed_events AS p WHERE %1 >= %2 "
                                            "LIMIT %3) AS f")
                                 .arg(kept.processed, minuteAgo)
                                 .arg(mostCounted));
        PORTOLAN_TRY(count);
        flow.lastMinute = count->toLongLong();
        flow.atLeast = *flow.lastMinute == mostCounted;
        const auto lag = connection.value(
            QStringLiteral("SELECT %1 FROM metrics AS t WHERE t.event_id = (SELECT p.event_id FROM processed_events "
                           "AS p ORDER BY p.processed_at DESC LIMIT 1) LIMIT 1")
                .arg(kept.lag));
        PORTOLAN_TRY(lag);
        flow.lag = lag->isNull() ? std::nullopt : std::optional(lag->toDouble());
        return flow;
    });
}

} // namespace portolan
