#pragma once

#include "storage/sources/reconnectpacer.h"
#include "storage/sources/redis/redisconnection.h"
#include "storage/sources/source.h"

namespace portolan {

struct RedisChannelOptions {
    RedisTimeouts timeouts;
    std::chrono::milliseconds pingEvery{1'500}; ///< of silence
    std::chrono::milliseconds pingReply{3'000}; ///< how long the answer may take
    quint64 seed = backoffSeed();
};

/// A Redis channel, or all channels of a pattern (CONTRACT §2): at most once, with every time in which messages may
/// have been missed told as a gap. Messages have no keys; their numbers are watched, a channel each its own series.
class RedisChannelSource final : public Source {
public:
    explicit RedisChannelSource(const SourceUrl& url, RedisChannelOptions options = {});
    ~RedisChannelSource() override;

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey>) override { return {}; }
    [[nodiscard]] bool canWait() const override { return false; }
    [[nodiscard]] SourceStatus status() const override { return m_status; }

private:
    using Clock = std::chrono::steady_clock;
    /// The marks that tell one time of a server from another.
    struct Server {
        QByteArray run;                ///< run_id; empty where we may not ask
        std::optional<qint64> cutSlow; ///< clients it cut because they read too slowly (newer versions count that)
    };

    Result<void> connected(std::chrono::milliseconds wait, const CancelToken& token);
    Result<void> connect(const CancelToken& token);
    Result<Server> askServer(const CancelToken& token);
    Result<void> subscribe(const CancelToken& token);
    Result<void> listen(const FetchLimits& limits, std::chrono::milliseconds wait, const CancelToken& token);
    Result<void> keepAlive();
    qint64 take(const RedisReply::Node& push);
    std::vector<Delivery> handOut(int most);
    Error failed(Error error);
    void addNews(bool isOver, const QString& reason);
    [[nodiscard]] QString causeOf(const Server& before, const Server& now) const;

    const SourceUrl m_url;
    const RedisChannelOptions m_options;
    const QByteArray m_series; ///< of the URL's own name
    RedisConnection m_link;
    ReconnectPacer m_pacer;

    bool m_subscribed = false;
    bool m_missing = false; ///< a gap is open since the connection went
    Server m_server;
    std::optional<Clock::time_point> m_pingSent; ///< not answered
    bool m_wasSlow = false;
    Clock::time_point m_heard; ///< when the bytes came that are being read
    Timestamp m_receivedAt;    ///< the same as a time of day
    std::vector<Delivery> m_ready;
    QByteArray m_lastChannel;
    QByteArray m_lastSeries;
    SourceStatus m_status;
};

} // namespace portolan
