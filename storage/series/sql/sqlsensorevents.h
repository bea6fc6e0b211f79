#pragma once

#include "storage/listing/memorylisting.h"
#include "storage/series/sensorevents.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/sqlrowsource.h"

#include <chrono>
#include <optional>

namespace portolan {

/// The form in which a database keeps sensor events, in tables of any program.
struct EventLayout {
    SqlListing events;           ///< of `metrics`, with what processed_events adds
    QString time;                ///< a metric's time, in a form to compare; the alias is t
    QString processed;           ///< the time of a row of processed_events, alias p; empty: there is no such table
    QString lag = {};            ///< the seconds until it was processed
    bool hasSensorIndex = false; ///< an index begins with sensor_id
};

/// The sensors of a store, read at most once a second, and the less often the longer that takes.
class SensorRows : public RowSource<EventSensor> {
public:
    using Finder = std::function<Result<const EventLayout*>(Connection&)>;
    SensorRows(Session& session, Finder finder) : m_session(session), m_finder(std::move(finder)) {}

    Result<Page<EventSensor>> page(const ListQuery& query, const CancelToken& token) override;
    Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] Result<void> freshen(const CancelToken& token);
    [[nodiscard]] Result<std::vector<EventSensor>> read(Connection& connection) const;

    Session& m_session;
    Finder m_finder;
    std::vector<EventSensor> m_rows;
    std::optional<Clock::time_point> m_until; ///< until when they count as fresh
};

class SqlSensorEvents : public SensorEvents {
public:
    /// Borrows the session.
    explicit SqlSensorEvents(Session& session);

    /// Returns why a database with these tables has no sensor events, in words; nothing when it has.
    static std::optional<QString> unavailableReason(const SchemaInspector& catalogue);

    RowSource<SensorEvent>& events() override { return m_events; }
    RowSource<EventSensor>& sensors() override { return m_sensors; }
    [[nodiscard]] Result<EventFlow> flow(const CancelToken& token) override;

private:
    [[nodiscard]] Result<const EventLayout*> layout(Connection& connection);

    Session& m_session;
    quint64 m_generation = 0;
    qint64 m_mark = 0;
    std::optional<EventLayout> m_layout;
    SqlRowSource<SensorEvent> m_events;
    SensorRows m_sensors;
};

} // namespace portolan
