#pragma once

#include "storage/sources/redis/redissocket.h"

#include <chrono>
#include <memory>
#include <optional>

namespace portolan {

class RedisConnection;
struct RedisTimeouts;

/// The sentinels of a master: where it is, and whether that has changed. Used by one thread, with blocking waits that
/// end soon after their token stops. Protocol: redis.io/docs/reference/sentinel-clients.
class RedisSentinels {
public:
    /// `endpoint` names the sentinels, the master and, for TLS, the files.
    RedisSentinels(const RedisEndpoint& endpoint, const RedisTimeouts& timeouts);
    ~RedisSentinels();

    /// Asks until more than half have answered, those first that answered before, and takes the answer of the latest
    /// failover (config-epoch): a sentinel that was cut off names an old master. Takes `within` at most. Errors:
    /// Connection (none can be reached), Usage (none knows the name), Auth, Timeout, Cancelled.
    [[nodiscard]] Result<RedisAddress> master(std::chrono::milliseconds within, const CancelToken& token);

    /// Returns true when another master was told since master() answered. Looks twice a second at the most; where the
    /// sentinel that tells is gone, the others are asked, for half a second every five.
    [[nodiscard]] bool hasSwitched();

private:
    using Clock = std::chrono::steady_clock;
    struct Answer {
        RedisAddress master;
        qint64 epoch = 0;
    };
    Result<Answer> ask(RedisConnection& link, std::chrono::milliseconds within, const CancelToken& token) const;
    void listen(std::unique_ptr<RedisConnection> link);
    bool isToldAnother();

    RedisEndpoint m_endpoint;
    std::vector<RedisAddress> m_sentinels; ///< the last that answered first
    std::chrono::milliseconds m_reply;
    RedisAddress m_master;
    std::unique_ptr<RedisConnection> m_told; ///< tells of switches
    Clock::time_point m_nextLook;
};

} // namespace portolan
