#include "storage/ports/sql/sqlports.h"

#include "storage/listing/memorylisting.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/ports/sql/portactivity.h"
#include "storage/ports/sql/sqlmessagehistory.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowreader.h"

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;

/// Reads a row of PortLayout::messages.
PortMessage messageOf(const RowView& row) {
    PortMessage message;
    message.id = bytesAt(row, 0);
    message.portName = bytesAt(row, 1);
    message.sourceComponent = bytesAt(row, 2);
    message.targetComponent = bytesAt(row, 3);
    message.messageData = bytesAt(row, 4);
    message.messageMetadata = textAt(row, 5);
    QByteArray status = bytesAt(row, 6);
    const auto known = portStatusNamed(status);
    message.status = known.value_or(PortStatus::Other);
    if (!known)
        message.otherStatus = std::move(status);
    message.retryCount = integerAt(row, 7);
    message.maxRetries = integerAt(row, 8);
    message.createdAt = timeAt(row, 9);
    message.processedAt = timeAt(row, 10);
    message.completedAt = timeAt(row, 11);
    message.errorMessage = textAt(row, 12);
    message.errorDetails = textAt(row, 13);
    message.statusChangedAt = timeAt(row, 14);
    return message;
}

/// Goes from one name to the next greater one, which an index finds at once, and for each to the ends of its indexes.
QString portsSql(const PortLayout& layout, SqlDialect dialect) {
    const QString from = QStringLiteral("%1 AS %2").arg(layout.messages.table, layout.messages.alias);
    const auto column = [&](const char* name) { return layout.column(name).expression; };
    const QString name = column("port_name");
    const auto latest = [&](const char* time) {
        return QStringLiteral("(SELECT %1 FROM %2 WHERE %3 = names.p AND %1 IS NOT NULL ORDER BY %1 DESC LIMIT 1)")
            .arg(column(time), from, name);
    };
    // Where no status change is noted, created_at is the same, and may be in an index with port and status.
    const QString since = column(layout.waitsByIndex ? "pending_since" : "created_at");
    const QString oldest =
        QStringLiteral(
            "(SELECT %1 FROM %2 WHERE %3 = names.p AND %4 = 'pending' AND %1 IS NOT NULL ORDER BY %1 LIMIT 1)")
            .arg(since, from, name, column("status"));
    return QStringLiteral("WITH RECURSIVE names(p) AS (SELECT min(%1) FROM %2 UNION ALL "
                          "SELECT (SELECT min(%1) FROM %2 WHERE %1 > names.p) FROM names WHERE names.p IS NOT NULL) "
                          "SELECT %3, %4, %5, %6, %7 FROM names WHERE p IS NOT NULL")
        .arg(name, from, bytesOf(QStringLiteral("p"), dialect), oldest, latest("created_at"), latest("processed_at"),
             latest("completed_at"));
}

QString namesSql(const PortLayout& layout, SqlDialect dialect) {
    return QStringLiteral("WITH RECURSIVE names(p) AS (SELECT min(%1) FROM %2 AS %3 UNION ALL SELECT (SELECT min(%1) "
                          "FROM %2 AS %3 WHERE %1 > names.p) FROM names WHERE names.p IS NOT NULL) "
                          "SELECT %4 FROM names WHERE p IS NOT NULL")
        .arg(layout.column("port_name").expression, layout.messages.table, layout.messages.alias,
             bytesOf(QStringLiteral("p"), dialect));
}

RowOrder<Port> portOrder() {
    return {portColumns(), &portSchema(), 0, 0};
}

} // namespace

SqlPorts::SqlPorts(Session& session)
    : m_session(session)
    , m_messages(session, finder(&PortLayout::messages), &messageOf)
    , m_deadLetters(session, finder(&PortLayout::deadLetters), &messageOf)
    , m_ports(*this)
    , m_letters(session, [this](Connection& connection) { return layout(connection); })
    , m_groups(m_letters) {}

SqlRowSource<PortMessage>::Finder SqlPorts::finder(SqlListing PortLayout::*listing) {
    return [this, listing](Connection& connection) -> Result<const SqlListing*> {
        const Result<const PortLayout*> known = layout(connection);
        return known ? Result<const SqlListing*>(&((*known)->*listing)) : Result<const SqlListing*>(known.error());
    };
}

Result<const PortLayout*> SqlPorts::layout(Connection& connection) {
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (!m_layout || m_layout->generation != m_session.generation() || m_layout->catalogueMark != *now)
        m_layout.emplace(KnownLayout{m_session.generation(), *now, readPortLayout(connection)});
    const Result<PortLayout>& known = m_layout->layout;
    if (known)
        return &*known;
    Error error = known.error();
    if (error.code != ErrorCode::Unsupported)
        m_layout.reset(); // that may pass
    return error;
}

Result<PortMessage> SqlPorts::message(const QByteArray& id) {
    return readMessage(id, m_session.token());
}

Result<std::vector<AuditEntry>> SqlPorts::auditOf(std::span<const QByteArray> ids, const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<std::vector<AuditEntry>> {
        const auto layout = this->layout(connection);
        PORTOLAN_TRY(layout);
        return (*layout)->hasAudit ? SqlAudit::ofAll(connection, "port_message", ids) : std::vector<AuditEntry>();
    });
}

Result<PortMessage> SqlPorts::readMessage(const QByteArray& id, const CancelToken& token) {
    ListQuery query;
    query.filter = equals(portMessageSchema(), "id", id);
    query.sort.column = "id";
    query.limit = 1;
    Result<Page<PortMessage>> page = m_messages.page(query, token);
    PORTOLAN_TRY(page);
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no port message %1 in %2.")
                                              .arg(QString::fromUtf8(id), m_session.connection().where())};
    return std::move(page->rows.front());
}

Result<std::vector<Port>> SqlPorts::portsByIndex(Connection& connection, const PortLayout& layout) {
    const bool withTimes = layout.countsByIndex;
    const QString sql = withTimes ? portsSql(layout, connection.dialect()) : namesSql(layout, connection.dialect());
    Result<QSqlQuery> rows = connection.run(sql, {}, QStringLiteral("list the ports of"));
    PORTOLAN_TRY(rows);
    std::vector<Port> ports;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        Port port;
        port.portName = bytesAt(*rows, 0);
        if (withTimes) {
            port.oldestPending = timeAt(*rows, 1);
            for (const int column : {2, 3, 4})
                port.lastActivity = std::max(port.lastActivity, timeAt(*rows, column));
        }
        ports.push_back(std::move(port));
    }
    if (walk.error())
        return *walk.error();
    return ports;
}

void SqlPorts::fillIn(std::vector<Port>& ports, bool namesByIndex, ChangeMark now) const {
    const PortTallies* tallies = m_counted ? &m_counted->tallies : m_pass ? &m_pass->counting.tallies() : nullptr;
    if (!tallies)
        return;
    if (!namesByIndex) {
        ports.clear();
        for (const auto& [name, tally] : *tallies)
            ports.push_back({.portName = name});
    }
    const bool exact = m_counted && m_counted->mark == now;
    for (Port& port : ports) {
        port.exact = exact;
        port.countedAt = m_counted ? std::optional(m_counted->at) : std::nullopt;
        const auto found = tallies->find(port.portName);
        if (found == tallies->end())
            continue;
        const PortTally& tally = found->second;
        const auto count = [&](PortStatus status) {
            const auto known = tally.counts.find(status);
            return known == tally.counts.end() ? qint64(0) : known->second;
        };
        port.pending = count(PortStatus::Pending);
        port.processing = count(PortStatus::Processing);
        port.completed = count(PortStatus::Completed);
        port.failed = count(PortStatus::Failed);
        port.deadLetter = count(PortStatus::DeadLetter);
        if (!port.oldestPending)
            port.oldestPending = tally.oldestPending;
        if (!port.lastActivity)
            port.lastActivity = tally.lastActivity;
    }
}

Result<std::vector<Port>> SqlPorts::listPorts(const CancelToken& token) {
    const Result<ChangeMark> mark = m_session.changeMark();
    PORTOLAN_TRY(mark);
    return m_session.read(token, [&](Connection& connection) -> Result<std::vector<Port>> {
        const Result<const PortLayout*> known = layout(connection);
        PORTOLAN_TRY(known);
        const bool byIndex = (*known)->namesByIndex;
        if (byIndex && (!m_known || m_known->mark != *mark)) {
            Result<std::vector<Port>> listed = portsByIndex(connection, **known);
            PORTOLAN_TRY(listed);
            m_known.emplace(KnownPorts{*mark, std::move(*listed)});
        }
        std::vector<Port> ports = byIndex ? m_known->ports : std::vector<Port>();
        fillIn(ports, byIndex, *mark);
        return ports;
    });
}

Result<Page<Port>> SqlPorts::PortRows::page(const ListQuery& query, const CancelToken& token) {
    const Result<std::vector<Port>> ports = m_repository.listPorts(token);
    return ports ? pageOfRows(*ports, portOrder(), query) : Result<Page<Port>>(ports.error());
}

Result<PageIndex> SqlPorts::PortRows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    const Result<std::vector<Port>> ports = m_repository.listPorts(token);
    return ports ? pageIndexOfRows(*ports, portOrder(), query, pages) : Result<PageIndex>(ports.error());
}

Result<void> SqlPorts::beginPass(Connection& connection, ChangeMark mark) {
    const Result<const PortLayout*> known = layout(connection);
    PORTOLAN_TRY(known);
    auto own = std::make_unique<PortLayout>(**known);
    std::vector<QByteArray> names;
    if (own->countsByIndex) {
        const Result<std::vector<Port>> ports = portsByIndex(connection, *own);
        PORTOLAN_TRY(ports);
        for (const Port& port : *ports)
            names.push_back(port.portName);
    }
    PortPass counting(*own, connection.dialect(), std::move(names));
    m_pass.emplace(Pass{m_session.generation(), mark, std::move(own), std::move(counting)});
    return {};
}

Result<void> SqlPorts::goOn(Connection& connection, std::chrono::milliseconds patience) {
    const auto begun = Clock::now();
    const bool isEndless = patience == untilExact;
    do {
        const Result<bool> ended = m_pass->counting.step(connection);
        PORTOLAN_TRY(ended);
        if (!*ended)
            continue;
        m_counted.emplace(Counted{m_pass->mark, m_pass->counting.tallies(), m_pass->counting.counted(), currentTime()});
        m_pass.reset();
        return {};
    } while (isEndless || Clock::now() - begun < patience);
    return {};
}

Result<PortCounting> SqlPorts::countPorts(std::chrono::milliseconds patience, const CancelToken& token) {
    const Result<ChangeMark> mark = m_session.changeMark();
    PORTOLAN_TRY(mark);
    if (m_counted && m_counted->mark == *mark)
        return PortCounting{true, m_counted->counted, true};
    const bool isEndless = patience == untilExact;
    const Result<void> counted = m_session.read(token, [&](Connection& connection) -> Result<void> {
        std::optional<ReadSnapshot> snapshot;
        if (isEndless) {
            Result<ReadSnapshot> begun = ReadSnapshot::begin(connection);
            PORTOLAN_TRY(begun);
            snapshot.emplace(std::move(*begun));
        }
        // Rows that others wrote since a pass began would be counted in part; a window shows it so, and counts again.
        const bool goesOn =
            m_pass && m_pass->generation == m_session.generation() && (!isEndless || m_pass->mark == *mark);
        if (!goesOn) {
            if (const Result<void> begun = beginPass(connection, *mark); !begun)
                return begun;
        }
        return goOn(connection, patience);
    });
    PORTOLAN_TRY(counted);
    if (m_pass)
        return PortCounting{false, m_pass->counting.counted(), false};
    const Result<ChangeMark> now = m_session.changeMark();
    PORTOLAN_TRY(now);
    return PortCounting{isEndless || *now == m_counted->mark, m_counted->counted, true};
}

Result<PortActivity> SqlPorts::activity(Timestamp now, const CancelToken& token) {
    constexpr auto freshFor = std::chrono::seconds(5); // a live window asks four times a second
    const Result<ChangeMark> mark = m_session.changeMark();
    PORTOLAN_TRY(mark);
    const auto minute = [](Timestamp time) { return std::chrono::floor<std::chrono::minutes>(time); };
    if (m_activity && minute(m_activity->asked) == minute(now)
        && (m_activity->mark == *mark || (now >= m_activity->asked && now - m_activity->asked < freshFor)))
        return m_activity->activity;
    const Result<std::vector<Port>> ports = listPorts(token);
    PORTOLAN_TRY(ports);
    Result<PortActivity> read = m_session.read(token, [&](Connection& connection) -> Result<PortActivity> {
        const Result<const PortLayout*> known = layout(connection);
        return known ? readPortActivity(connection, **known, *ports, now) : known.error();
    });
    if (read)
        m_activity.emplace(KnownActivity{*mark, now, *read});
    return read;
}

Result<MessageHistory> SqlPorts::history(const QByteArray& id, const CancelToken& token) {
    Result<PortMessage> message = readMessage(id, token);
    PORTOLAN_TRY(message);
    return m_session.read(token, [&](Connection& connection) -> Result<MessageHistory> {
        const Result<const PortLayout*> known = layout(connection);
        return known ? readMessageHistory(connection, **known, *message) : known.error();
    });
}

} // namespace portolan
