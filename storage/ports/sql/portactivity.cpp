#include "storage/ports/sql/portactivity.h"

#include <array>

namespace portolan {

namespace {

constexpr qint64 mostMessages = 200'000; ///< of all ports together
constexpr qint64 leastOfEach = 1'000;    ///< of a port and status, where that is more

/// The SQL of what messages of one minute have in common, cheaply, and of the minutes since 1970 of that.
struct MinuteSql {
    QString common;
    QString number;
};

MinuteSql minuteSql(SqlDialect dialect) {
    if (dialect == SqlDialect::Postgresql)
        return {QStringLiteral("date_trunc('minute', t)"),
                QStringLiteral("CAST(extract(epoch FROM minute) AS bigint) / 60")};
    return {QStringLiteral("substr(t, 1, 16)"), QStringLiteral("CAST(strftime('%s', minute) AS INTEGER) / 60")};
}

/// The newest messages of one port and status, minute by minute.
struct Count {
    std::size_t port = 0;
    PortStatus status = PortStatus::Pending;
    std::map<qint64, qint64> minutes{}; ///< since 1970
    bool isWhole = false;               ///< there were no more in the hour
};

class Hour {
public:
    Hour(Connection& connection, const PortLayout& layout, std::span<const Port> ports, Timestamp now)
        : m_connection(connection)
        , m_layout(layout)
        , m_ports(ports)
        , m_now(now)
        , m_last(std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count()) {}

    /// Counts `most` messages at most; returns how many there were.
    Result<qint64> read(Count& count, qint64 most) const;
    [[nodiscard]] PortActivity activity(const std::vector<Count>& counts) const;

private:
    [[nodiscard]] qint64 first() const { return m_last - PortActivity::minutes + 1; }

    Connection& m_connection;
    const PortLayout& m_layout;
    std::span<const Port> m_ports;
    Timestamp m_now;
    qint64 m_last; ///< minute since 1970
};

Result<qint64> Hour::read(Count& count, qint64 most) const {
    const ColumnSet& schema = *m_layout.messages.schema;
    const Result<Filter> when =
        parseFilter(QStringLiteral("status:%1 created_at>=%2 created_at<=%3")
                        .arg(QLatin1String(portStatusName(count.status)),
                             QString::fromLatin1(toIsoTime(Timestamp(std::chrono::minutes(first())))),
                             QString::fromLatin1(toIsoTime(m_now))),
                    schema, m_now);
    PORTOLAN_TRY(when);
    const SqlCondition which = compileFilter(both(equals(schema, "port_name", m_ports[count.port].portName), *when),
                                             schema, m_layout.messages.sql, m_connection.dialect());
    const MinuteSql minute = minuteSql(m_connection.dialect());
    Result<QSqlQuery> rows = m_connection.run(
        QStringLiteral("SELECT %1, number FROM (SELECT %2 AS minute, count(*) AS number FROM (SELECT %3 AS t FROM %4 "
                       "AS %5 WHERE %6 ORDER BY %3 DESC LIMIT ?) AS newest GROUP BY %2) AS part")
            .arg(minute.number, minute.common, m_layout.column("created_at").expression, m_layout.messages.table,
                 m_layout.messages.alias, which.condition),
        which.bindings + QVariantList{QVariant(most)}, QStringLiteral("count the last hour of ports in"));
    PORTOLAN_TRY(rows);
    count.minutes.clear();
    qint64 all = 0;
    QueryCursor walk(m_connection, *rows);
    while (walk.next()) {
        count.minutes[rows->value(0).toLongLong()] = rows->value(1).toLongLong();
        all += rows->value(1).toLongLong();
    }
    if (walk.error())
        return *walk.error();
    count.isWhole = all < most;
    return all;
}

PortActivity Hour::activity(const std::vector<Count>& counts) const {
    PortActivity activity;
    for (const Port& port : m_ports)
        activity.made[port.portName].resize(PortActivity::minutes, 0);
    for (const Count& count : counts) {
        auto& figures = activity.made[m_ports[count.port].portName];
        const auto place = [this](qint64 minute) {
            return static_cast<std::size_t>(std::clamp<qint64>(minute - first(), 0, PortActivity::minutes - 1));
        };
        for (const auto& [minute, number] : count.minutes) {
            if (auto& figure = figures[place(minute)])
                *figure += number;
        }
        if (count.isWhole)
            continue; // else the oldest minute may be counted in part, and those before it are not at all
        for (std::size_t at = 0; at <= place(count.minutes.begin()->first); ++at)
            figures[at].reset();
    }
    return activity;
}

} // namespace

Result<PortActivity> readPortActivity(Connection& connection, const PortLayout& layout, std::span<const Port> ports,
                                      Timestamp now) {
    if (!layout.countsByIndex || ports.empty())
        return PortActivity{};
    const Hour hour(connection, layout, ports, now);
    std::vector<Count> counts;
    for (std::size_t port = 0; port < ports.size(); ++port) {
        for (const PortStatus status : portStatuses)
            counts.push_back({.port = port, .status = status});
    }
    // First the same share for each; what the small ones leave is for the large ones.
    qint64 left = mostMessages;
    std::vector<Count*> open;
    for (Count& count : counts)
        open.push_back(&count);
    for (int round = 0; round < 2 && !open.empty(); ++round) {
        const qint64 share = std::max(leastOfEach, left / std::ssize(open));
        for (Count* const count : open) {
            const Result<qint64> read = hour.read(*count, share);
            PORTOLAN_TRY(read);
            left -= count->isWhole ? *read : 0;
        }
        std::erase_if(open, [](const Count* count) { return count->isWhole; });
    }
    return hour.activity(counts);
}

} // namespace portolan
