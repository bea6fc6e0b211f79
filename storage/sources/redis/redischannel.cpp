#include "storage/sources/redis/redischannel.h"

#include "storage/json/jsontext.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

/// A subscriber that had so much to read still when it was cut had been too slow.
constexpr qint64 slowBacklog = 1024 * 1024;

/// The value of a line "name:value" of INFO.
QByteArray infoValue(QByteArrayView info, QByteArrayView name) {
    const QByteArray begin = '\n' + name.toByteArray() + ':';
    const qsizetype at = info.indexOf(begin);
    if (at < 0)
        return {};
    const QByteArrayView rest = info.sliced(at + begin.size());
    return rest.first(std::max<qsizetype>(rest.indexOf('\r'), 0)).toByteArray();
}

} // namespace

RedisChannelSource::RedisChannelSource(const SourceUrl& url, RedisChannelOptions options)
    : m_url(url)
    , m_options(options)
    , m_series(url.identity())
    , m_link(RedisEndpoint::of(url), options.timeouts)
    , m_pacer(reconnectBackoff(url, options.seed)) {}

RedisChannelSource::~RedisChannelSource() = default;

Result<std::vector<Delivery>> RedisChannelSource::fetch(FetchLimits limits, milliseconds wait,
                                                        const CancelToken& token) {
    if (m_ready.empty()) {
        auto done = connected(wait, token);
        if (done && m_ready.empty())
            done = listen(limits, wait, token);
        if (!done && done.error().code != ErrorCode::Cancelled) {
            const Error error = failed(done.error());
            if (m_ready.empty())
                return error;
        }
    }
    return handOut(std::max(limits.count, 1));
}

std::vector<Delivery> RedisChannelSource::handOut(int most) {
    if (std::ssize(m_ready) <= most) {
        std::vector<Delivery> next;
        next.reserve(m_ready.size()); // as many may come again
        return std::exchange(m_ready, std::move(next));
    }
    const auto end = m_ready.begin() + most;
    std::vector<Delivery> batch(std::make_move_iterator(m_ready.begin()), std::make_move_iterator(end));
    m_ready.erase(m_ready.begin(), end);
    return batch;
}

Result<void> RedisChannelSource::connected(milliseconds wait, const CancelToken& token) {
    if (m_link.isOpen())
        return {};
    if (auto due = m_pacer.await(wait, token); !due)
        return due;
    return connect(token);
}

Result<void> RedisChannelSource::connect(const CancelToken& token) {
    if (auto opened = m_link.open(token); !opened)
        return opened;
    auto server = askServer(token);
    PORTOLAN_TRY(server);
    if (auto subscribed = subscribe(token); !subscribed)
        return subscribed;
    if (m_missing)
        addNews(true, causeOf(m_server, *server));
    m_status.reconnects += m_missing ? 1 : 0;
    m_missing = false;
    m_server = std::move(*server);
    m_subscribed = true;
    m_pingSent.reset();
    m_wasSlow = false;
    m_pacer.reset();
    m_pacer.connected();
    m_status.connected = true;
    m_status.lastError.clear();
    return {};
}

/// A user without the right to ask is no reason not to listen.
Result<RedisChannelSource::Server> RedisChannelSource::askServer(const CancelToken& token) {
    const auto reply = m_link.command({"INFO"}, token);
    PORTOLAN_TRY(reply);
    Server server;
    const QByteArrayView info = reply->root().isError() ? QByteArrayView() : reply->root().text();
    server.run = infoValue(info, "run_id");
    bool counts = false;
    const qint64 cut = infoValue(info, "client_output_buffer_limit_disconnections").toLongLong(&counts);
    if (counts)
        server.cutSlow = cut;
    return server;
}

Result<void> RedisChannelSource::subscribe(const CancelToken& token) {
    const bool isPattern = m_url.kind == SourceKind::RedisPattern;
    const auto reply = m_link.command({isPattern ? "PSUBSCRIBE" : "SUBSCRIBE", m_url.name}, token);
    PORTOLAN_TRY(reply);
    if (reply->root().isError())
        return m_link.serverError(
            reply->root().text(),
            QStringLiteral("Subscribing to the %1 “%2”")
                .arg(isPattern ? QStringLiteral("pattern") : QStringLiteral("channel"), QString::fromUtf8(m_url.name)));
    return {};
}

/// Reads what is there, waiting for the first, within the limits. Silence counts from when what had come was read:
/// while the caller was elsewhere nobody listened, and a PING to a server that has closed the connection by then makes
/// the system throw away what is still on its way.
Result<void> RedisChannelSource::listen(const FetchLimits& limits, milliseconds wait, const CancelToken& token) {
    const auto deadline = Clock::now() + wait;
    qint64 bytes = 0;
    bool hasLooked = false;
    while (static_cast<int>(m_ready.size()) < limits.count && bytes < limits.bytes) {
        const bool mayWait = hasLooked && m_ready.empty();
        if (mayWait) {
            if (const auto kept = keepAlive(); !kept)
                return kept;
        }
        const auto left = mayWait ? ceil<milliseconds>(deadline - Clock::now()) : milliseconds(0);
        auto reply = m_link.poll(std::clamp(left, milliseconds(0), m_options.pingEvery), token);
        PORTOLAN_TRY(reply);
        if (*reply) {
            bytes += take((*reply)->root());
            m_link.reuse(std::move(**reply));
        } else if ((hasLooked && left.count() <= 0) || !m_ready.empty() || token.stop_requested()) {
            break;
        }
        hasLooked = true;
    }
    return {};
}

/// After some silence the server is asked for a sign of life; it may be hung, or gone without a word.
Result<void> RedisChannelSource::keepAlive() {
    const auto now = Clock::now();
    if (m_pingSent) {
        if (now - std::max(*m_pingSent, m_link.heardAt()) >= m_options.pingReply)
            return m_link.notAnswering(m_options.pingReply);
    } else if (now - m_link.heardAt() >= m_options.pingEvery) {
        m_link.append({"PING"});
        m_pingSent = now;
    }
    return {};
}

/// [message, channel, payload], [pmessage, pattern, channel, payload], [pong, ""]; others are of no account. The size
/// of the payload.
qint64 RedisChannelSource::take(const RedisReply::Node& push) {
    m_pingSent.reset();
    if (m_heard != m_link.heardAt()) {
        m_heard = m_link.heardAt();
        m_receivedAt = currentTime();
    }
    auto at = push.begin();
    if (push.size() < 3)
        return 0;
    const QByteArrayView kind = (*at).text();
    if (kind != "message" && kind != "pmessage")
        return 0;
    if (kind == "pmessage")
        ++at;
    const QByteArrayView channel = (*++at).text();
    if (m_lastSeries.isEmpty() || channel != m_lastChannel) {
        m_lastChannel = channel.toByteArray();
        m_lastSeries = m_url.seriesOf(m_lastChannel);
    }
    m_ready.push_back(Delivery{{}, m_lastChannel, (*++at).text().toByteArray(), m_lastSeries, {}, m_receivedAt});
    return m_ready.back().payload.size();
}

Error RedisChannelSource::failed(Error error) {
    if (!m_link.isOpen() && m_pacer.isPausing())
        return error; // between two attempts: nothing new
    m_link.close();
    if (m_subscribed) {
        m_subscribed = false;
        m_missing = true;
        m_wasSlow = m_link.backlog() > slowBacklog && error.code == ErrorCode::Connection;
        addNews(false, error.text);
    }
    m_status.connected = false;
    m_status.lastError = error.text;
    m_pacer.failed(error);
    return error;
}

void RedisChannelSource::addNews(bool isOver, const QString& reason) {
    GapNews news{GapKind::Disconnect, isOver, std::nullopt, "{\"reason\":"};
    appendJsonString(news.details, reason.toUtf8());
    news.details += '}';
    Delivery delivery;
    delivery.keyText = m_url.name;
    delivery.series = m_series;
    delivery.receivedAt = currentTime();
    delivery.gap = std::make_shared<const GapNews>(std::move(news));
    m_ready.push_back(std::move(delivery));
}

QString RedisChannelSource::causeOf(const Server& before, const Server& now) const {
    const QString server = m_link.endpoint().display();
    if (before.run != now.run)
        return QStringLiteral("The Redis server at %1 was restarted, or another one has taken its place.").arg(server);
    const bool cutsWereCounted = before.cutSlow && now.cutSlow;
    if (cutsWereCounted ? *now.cutSlow > *before.cutSlow : m_wasSlow)
        return QStringLiteral("The Redis server at %1 cut this subscriber because it read too slowly. Its limit is "
                              "client-output-buffer-limit pubsub.")
            .arg(server);
    return m_pacer.why() ? m_pacer.why()->text
                         : QStringLiteral("The connection to the Redis server at %1 was lost.").arg(server);
}

} // namespace portolan
