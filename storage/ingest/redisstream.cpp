#include "storage/ingest/redisstream.h"

#include <QSysInfo>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds acknowledgementPause{1};
constexpr milliseconds answerSlack{50}; ///< how much later than its BLOCK time a read is still waited for

/// Stable over restarts of the same receiver, so that what it was given before a crash is found again.
QByteArray consumerOf(const SourceUrl& url) {
    const QString name = url.consumer.isEmpty() ? QSysInfo::machineHostName() : url.consumer;
    return name.isEmpty() ? QByteArrayLiteral("portolan") : name.toUtf8();
}

} // namespace

RedisStreamSource::RedisStreamSource(const SourceUrl& url, RedisStreamOptions options)
    : m_group{url.name, url.group.toUtf8(), consumerOf(url), url.identity()}
    , m_options(options)
    , m_link(RedisEndpoint::of(url), options.timeouts)
    , m_takeover(m_link, m_group)
    , m_backoff(options.seed) {}

RedisStreamSource::~RedisStreamSource() = default;

Result<std::vector<Delivery>> RedisStreamSource::fetch(FetchLimits limits, milliseconds wait,
                                                       const CancelToken& token) {
    if (m_ready.empty()) {
        auto done = connected(wait, token);
        if (done)
            done = fill(limits, wait, token);
        if (!done && done.error().code != ErrorCode::Cancelled)
            return failed(done.error());
    }
    std::vector<Delivery> batch = handOut(limits);
    readAhead(limits);
    return batch;
}

Result<void> RedisStreamSource::connected(milliseconds wait, const CancelToken& token) {
    if (m_link.isOpen())
        return {};
    const auto left = ceil<milliseconds>(m_nextAttempt - Clock::now());
    if (m_away && left.count() > 0) {
        pauseFor(std::min(left, wait), token);
        if (token.stop_requested())
            return cancelled();
        if (left > wait)
            return *m_away;
    }
    return connect(m_options.timeouts.connect, token);
}

Result<void> RedisStreamSource::connect(milliseconds within, const CancelToken& token) {
    if (auto opened = m_link.open(token, within); !opened)
        return opened;
    if (auto created = createGroup(token); !created)
        return created;
    m_status.reconnects += m_wasConnected ? 1 : 0;
    m_wasConnected = true;
    m_status.connected = true;
    m_status.lastError.clear();
    m_away.reset();
    m_nextClaim = Clock::now();
    m_moreWaits = false;
    sendAcknowledgements(); // before the pending entries are listed: they shall not be among them
    m_takeover.beginOwn();
    return {};
}

Result<void> RedisStreamSource::createGroup(const CancelToken& token) {
    const auto reply = m_link.command({"XGROUP", "CREATE", m_group.stream, m_group.group, "0", "MKSTREAM"}, token);
    if (!reply)
        return reply.error();
    if (reply->root().isError() && !reply->root().text().startsWith("BUSYGROUP"))
        return m_link.serverError(reply->root().text(),
                                  QStringLiteral("Creating the group “%1” of the stream “%2”")
                                      .arg(QString::fromUtf8(m_group.group), QString::fromUtf8(m_group.stream)));
    m_hasGroup = true;
    return {};
}

/// What was not confirmed goes out again with the next connection; reads that were under way come back as pending.
Error RedisStreamSource::failed(Error error) {
    if (m_away && !m_link.isOpen() && Clock::now() < m_nextAttempt)
        return error; // between two attempts: nothing new
    m_link.close();
    for (const Request& request : m_asked)
        m_toAcknowledge.insert(m_toAcknowledge.end(), request.ids.begin(), request.ids.end());
    m_asked.clear();
    m_status.connected = false;
    m_status.lastError = error.text;
    m_status.behind.reset();
    m_away = error;
    m_nextAttempt = Clock::now() + m_backoff.next();
    return error;
}

Result<void> RedisStreamSource::fill(const FetchLimits& limits, milliseconds wait, const CancelToken& token) {
    const auto deadline = Clock::now() + wait;
    while (m_ready.empty() && !token.stop_requested()) {
        const auto mayRead = takeOver(limits, token);
        if (!mayRead)
            return mayRead.error();
        if (!m_ready.empty())
            return {};
        if (!*mayRead) { // the caller has acknowledgements to bring first
            pauseFor(std::min(wait, acknowledgementPause), token);
            return {};
        }
        const auto left = std::max(ceil<milliseconds>(deadline - Clock::now()), milliseconds(0));
        if (!isReadUnderWay()) {
            askBehind();
            askRead(countFor(limits), left);
        }
        if (auto answered = takeReplies(Until::Read, deadline + answerSlack, token); !answered)
            return answered;
        if (m_hasGroup && Clock::now() >= deadline)
            return {};
    }
    return {};
}

/// The group anew when it is gone, then pending entries, our own and abandoned ones, while there are any. False: what
/// was taken over has to be stored and acknowledged before anything else is read.
Result<bool> RedisStreamSource::takeOver(const FetchLimits& limits, const CancelToken& token) {
    const bool looksForOthers = Clock::now() >= m_nextClaim;
    if (m_hasGroup && !looksForOthers && !m_takeover.isUnderWay())
        return true;
    if (auto answered = takeReplies(Until::All, Clock::time_point::max(), token); !answered)
        return answered.error();
    if (token.stop_requested())
        return false;
    if (!m_hasGroup) {
        if (auto created = createGroup(token); !created)
            return created.error();
        m_takeover.beginOwn();
    }
    while (m_ready.empty()) {
        if (!m_takeover.isUnderWay()) {
            if (Clock::now() < m_nextClaim)
                return true;
            m_nextClaim = Clock::now() + m_options.claimEvery;
            if (auto looked = m_takeover.lookForOthers(m_options.claimIdle, token); !looked)
                return looked.error();
            continue;
        }
        auto taken = m_takeover.step(countFor(limits), m_outstanding, token);
        if (!taken)
            return taken.error();
        if (taken->mustWait)
            return false;
        for (Delivery& delivery : taken->deliveries)
            addReady(std::move(delivery));
        m_status.gaps += static_cast<qint64>(taken->gone.size());
        m_toAcknowledge.insert(m_toAcknowledge.end(), taken->gone.begin(), taken->gone.end());
    }
    return true;
}

/// Lets the server put the next batch together while this one is being stored.
void RedisStreamSource::readAhead(const FetchLimits& limits) {
    if (limits.ahead <= 0 || !m_moreWaits || !m_ready.empty() || !m_link.isOpen() || !m_hasGroup || isReadUnderWay())
        return;
    askRead(std::min(countFor(limits), limits.ahead), milliseconds(0));
    // A failure shows in the next reply that is waited for.
    (void)m_link.send({});
}

std::vector<Delivery> RedisStreamSource::handOut(const FetchLimits& limits) {
    std::vector<Delivery> batch;
    qint64 bytes = 0;
    const auto most = static_cast<std::size_t>(std::max(limits.count, 1));
    batch.reserve(std::min(most, m_ready.size()));
    while (!m_ready.empty() && batch.size() < most && (batch.empty() || bytes < limits.bytes)) {
        bytes += m_ready.front().payload.size();
        batch.push_back(std::move(m_ready.front()));
        m_ready.pop_front();
    }
    return batch;
}

/// The server counts entries only; what they weigh is guessed from the last ones.
int RedisStreamSource::countFor(const FetchLimits& limits) const {
    return static_cast<int>(std::clamp<qint64>(limits.bytes / m_entryBytes, 1, std::max(limits.count, 1)));
}

void RedisStreamSource::addReady(Delivery delivery) {
    m_outstanding.add({delivery.key.major, delivery.key.minor});
    m_ready.push_back(std::move(delivery));
}

Result<void> RedisStreamSource::acknowledge(std::span<const SourceKey> keys) {
    for (const SourceKey& key : keys) {
        if (key.source == m_group.identity)
            m_toAcknowledge.push_back({key.major, key.minor});
    }
    if (!m_link.isOpen())
        return {}; // they go out with the next connection
    sendAcknowledgements();
    // A failure is remembered for the next fetch; nothing is lost with it.
    if (const auto taken = takeReplies(Until::All, Clock::now(), {}); !taken)
        failed(taken.error());
    return {};
}

Result<void> RedisStreamSource::settle(milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    while (!m_toAcknowledge.empty() || !m_asked.empty()) {
        const auto left = std::max(ceil<milliseconds>(deadline - Clock::now()), milliseconds(1));
        Result<void> done;
        if (!m_link.isOpen()) {
            pauseFor(std::min(left, ceil<milliseconds>(m_nextAttempt - Clock::now())), {});
            done = connect(left, {});
        }
        if (done) {
            sendAcknowledgements();
            done = takeReplies(Until::All, deadline, {});
        }
        if (!done)
            failed(done.error());
        if (Clock::now() >= deadline)
            break;
    }
    if (m_toAcknowledge.empty() && m_asked.empty())
        return {};
    return Error{ErrorCode::Connection,
                 QStringLiteral("Messages that are stored could not be acknowledged at the Redis server %1. They will "
                                "be delivered again and recognised as duplicates.")
                     .arg(m_link.endpoint().display()),
                 m_status.lastError};
}

} // namespace portolan
