#include "storage/ports/sql/sqlportflows.h"

#include "storage/listing/memorylisting.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowreader.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;

constexpr qint64 leastOfAPort = 50;
constexpr int mostPorts = 10'000;
constexpr auto shortestFlowRest = std::chrono::seconds(1);
constexpr int flowRestsLonger = 100;

/// Source, port and target.
using FlowKey = std::tuple<QByteArray, QByteArray, QByteArray>;
using Flows = std::map<FlowKey, PortFlow>;

QString readingFlows() {
    return QStringLiteral("read the flows of");
}

RowOrder<PortFlow> flowOrder() {
    return {portFlowColumns(), &portFlowSchema(), 0, 0};
}

class FlowReader {
public:
    FlowReader(Connection& connection, const PortLayout& layout, Timestamp now)
        : m_connection(connection)
        , m_layout(layout)
        , m_now(now) {}

    Result<void> readPort(const QByteArray& port, qint64 most);
    /// Reads the newest rows in place of readPort() for all ports, where no index leads to theirs.
    Result<void> readNewest();
    Result<void> readDead();
    [[nodiscard]] std::vector<PortFlow> take();

private:
    struct Part {
        QByteArray source;
        QByteArray port;
        QByteArray target;
        qint64 count = 0;
        std::optional<Timestamp> newest;
        std::optional<Timestamp> oldest;
    };
    /// Reads the newest rows by `order`, by source, port and target.
    [[nodiscard]] Result<std::vector<Part>> parts(const SqlListing& listing, const SqlColumn& time,
                                                  const Filter& filter, qint64 most,
                                                  const QByteArray& order = {}) const;
    PortFlow& flow(const Part& part) {
        PortFlow& flow = m_flows[{part.source, part.port, part.target}];
        flow.source = part.source;
        flow.port = part.port;
        flow.target = part.target;
        return flow;
    }

    Connection& m_connection;
    const PortLayout& m_layout;
    Timestamp m_now;
    Flows m_flows;
    bool m_allDead = true; ///< every dead letter was counted
};

Result<std::vector<FlowReader::Part>> FlowReader::parts(const SqlListing& listing, const SqlColumn& time,
                                                        const Filter& filter, qint64 most,
                                                        const QByteArray& order) const {
    ListQuery wanted;
    wanted.filter = filter;
    wanted.sort = {order, true};
    const Result<KeysetQuery> newest = KeysetQuery::make(listing, wanted, m_connection.dialect());
    PORTOLAN_TRY(newest);
    const auto column = [&](const char* name) { return m_layout.column(name).expression; };
    const KeysetQuery::Statement rows = newest->columns(
        QStringLiteral("%1 AS s, %2 AS p, %3 AS t, %4 AS c")
            .arg(column("source_component"), column("port_name"), column("target_component"), time.expression),
        {}, most);
    const auto bytes = [&](const char* name) { return bytesOf(QLatin1String(name), m_connection.dialect()); };
    Result<QSqlQuery> query = m_connection.run(
        QStringLiteral("SELECT %1, %2, %3, count(*), max(c), min(c) FROM (%4) AS newest GROUP BY s, p, t")
            .arg(bytes("s"), bytes("p"), bytes("t"), rows.sql),
        rows.bindings, readingFlows());
    PORTOLAN_TRY(query);
    std::vector<Part> parts;
    QueryCursor walk(m_connection, *query, readingFlows());
    while (walk.next())
        parts.push_back({bytesAt(*query, 0), bytesAt(*query, 1), bytesAt(*query, 2), query->value(3).toLongLong(),
                         timeAt(*query, 4), timeAt(*query, 5)});
    if (walk.error())
        return *walk.error();
    return parts;
}

Result<void> FlowReader::readPort(const QByteArray& port, qint64 most) {
    const ColumnSet& schema = *m_layout.messages.schema;
    const Filter ofPort = equals(schema, "port_name", port);
    Result<std::vector<Part>> looked = parts(m_layout.messages, m_layout.column("created_at"), ofPort, most);
    PORTOLAN_TRY(looked);
    const Timestamp hourAgo = m_now - std::chrono::hours(1);
    qint64 all = 0;
    std::optional<Timestamp> newest;
    std::optional<Timestamp> oldest = m_now;
    for (const Part& part : *looked) {
        PortFlow& found = flow(part);
        found.lastActivity = std::max(found.lastActivity, part.newest);
        all += part.count;
        newest = std::max(newest, part.newest);
        oldest = std::min(oldest, part.oldest); // nothing, where a message has no time
    }
    for (const Part& part : *looked)
        flow(part).perMinute = 0;
    if (!newest || *newest < hourAgo)
        return {};
    // So many in a part of the hour; else the hour itself is counted, which then has fewer.
    const bool isFull = all >= most && oldest && *oldest > hourAgo;
    if (!isFull) {
        const Result<Filter> inHour =
            parseFilter(QStringLiteral("created_at>=") + QString::fromLatin1(toIsoTime(hourAgo)), schema, m_now);
        PORTOLAN_TRY(inHour);
        looked = parts(m_layout.messages, m_layout.column("created_at"), both(ofPort, *inHour), most);
        PORTOLAN_TRY(looked);
    }
    using Minutes = std::chrono::duration<double, std::ratio<60>>;
    const auto span =
        isFull ? std::max<Timestamp::duration>(m_now - *oldest, std::chrono::seconds(1)) : std::chrono::hours(1);
    for (const Part& part : *looked)
        flow(part).perMinute = static_cast<double>(part.count) / Minutes(span).count();
    return {};
}

Result<void> FlowReader::readNewest() {
    const Result<std::vector<Part>> looked =
        parts(m_layout.messages, m_layout.column("created_at"), {}, SqlPortFlows::mostMessages, "id");
    PORTOLAN_TRY(looked);
    for (const Part& part : *looked)
        flow(part).lastActivity = part.newest;
    return {};
}

Result<void> FlowReader::readDead() {
    if (!m_layout.deadByIndex) {
        m_allDead = false; // only a look at every message would tell
        return {};
    }
    const Result<std::vector<Part>> dead = parts(m_layout.deadLetters, m_layout.diedAt(), {}, SqlPortFlows::mostDead);
    PORTOLAN_TRY(dead);
    qint64 all = 0;
    for (const Part& part : *dead) {
        PortFlow& found = flow(part);
        found.deadLetters = part.count;
        found.lastActivity = std::max(found.lastActivity, part.newest);
        all += part.count;
    }
    m_allDead = all < SqlPortFlows::mostDead;
    return {};
}

std::vector<PortFlow> FlowReader::take() {
    std::vector<PortFlow> rows;
    for (auto& [key, flow] : m_flows) {
        flow.exact = m_allDead;
        rows.push_back(std::move(flow));
    }
    return rows;
}

Result<void> readPorts(FlowReader& reader, const std::vector<Port>& ports) {
    const qint64 share = SqlPortFlows::mostMessages / std::max<qint64>(std::ssize(ports), 1);
    for (const Port& port : ports) {
        auto read = reader.readPort(port.portName, std::clamp(share, leastOfAPort, SqlPortFlows::mostOfAPort));
        if (!read)
            return read;
    }
    return {};
}

} // namespace

Result<void> SqlPortFlows::freshen(const CancelToken& token) {
    const auto began = Clock::now();
    if (m_until && began < *m_until)
        return {};
    ListQuery all;
    all.limit = mostPorts;
    const Result<Page<Port>> ports = m_ports.ports().page(all, token);
    PORTOLAN_TRY(ports);
    Result<std::vector<PortFlow>> rows =
        m_session.read(token, [&](Connection& connection) -> Result<std::vector<PortFlow>> {
            const Result<PortLayout> layout = readPortLayout(connection);
            PORTOLAN_TRY(layout);
            FlowReader reader(connection, *layout, currentTime());
            Result<void> read = layout->countsByIndex ? readPorts(reader, ports->rows) : reader.readNewest();
            if (read)
                read = reader.readDead();
            return read ? Result(reader.take()) : read.error();
        });
    PORTOLAN_TRY(rows);
    m_rows = std::move(*rows);
    const auto ended = Clock::now();
    m_until = ended + std::max<Clock::duration>(shortestFlowRest, (ended - began) * flowRestsLonger);
    return {};
}

Result<Page<PortFlow>> SqlPortFlows::page(const ListQuery& query, const CancelToken& token) {
    PORTOLAN_TRY(freshen(token));
    return pageOfRows(m_rows, flowOrder(), query);
}

Result<PageIndex> SqlPortFlows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    PORTOLAN_TRY(freshen(token));
    return pageIndexOfRows(m_rows, flowOrder(), query, pages);
}

} // namespace portolan
