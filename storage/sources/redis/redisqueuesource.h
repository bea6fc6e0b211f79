#pragma once

#include "storage/sources/reconnectpacer.h"
#include "storage/sources/redis/redisqueueprotocol.h"
#include "storage/sources/source.h"

#include <deque>

namespace portolan {

struct RedisPullOptions {
    RedisTimeouts timeouts;
    std::chrono::milliseconds claimIdle{60'000};  ///< another consumer's message is taken over after so long untouched
    std::chrono::milliseconds claimEvery{30'000}; ///< how often what is abandoned is looked for
    std::chrono::milliseconds behindEvery{1'000}; ///< how often the server is asked how much waits
    quint64 seed = backoffSeed();
};

/// Messages of a RedisQueueProtocol, effectively once: one stays with the server until it is acknowledged. First comes
/// what this consumer was given before and never acknowledged, then what is new; now and then what consumers that are
/// gone left over. Needs Redis 6.2.
///
/// Requests are pipelined: while a batch is being stored the next one is already under way, and acknowledgements
/// wait for nobody. `m_asked` is what the server owes, in order.
class RedisQueueSource : public Source {
public:
    ~RedisQueueSource() override;

    [[nodiscard]] Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                      const CancelToken& token) override;
    [[nodiscard]] Result<void> acknowledge(std::span<const SourceKey> keys) override;
    [[nodiscard]] Result<void> settle(std::chrono::milliseconds wait) override;
    [[nodiscard]] bool isQuiet() const override { return m_hasAnswered; }
    [[nodiscard]] SourceStatus status() const override { return m_status; }

protected:
    using QueueMaker = std::unique_ptr<RedisQueueProtocol> (*)(RedisConnection& link, const SourceUrl& url);
    RedisQueueSource(const SourceUrl& url, RedisPullOptions options, QueueMaker queue);

private:
    using Clock = std::chrono::steady_clock;
    enum class Question { Before, Read, Acknowledge, Behind, NewsStored };
    struct Request {
        Question what = Question::Read;
        Clock::time_point owedBy;  ///< when the server should have answered
        int count = 0;             ///< Read: messages asked for
        std::vector<StreamId> ids; ///< Acknowledge
    };
    enum class Until { Read, All };

    Result<void> connected(std::chrono::milliseconds wait, const CancelToken& token);
    Result<void> connect(std::chrono::milliseconds within, const CancelToken& token);
    Result<void> prepare(const CancelToken& token);
    Error failed(Error error);

    Result<void> fill(const FetchLimits& limits, std::chrono::milliseconds wait, const CancelToken& token);
    Result<bool> takeOver(const FetchLimits& limits, const CancelToken& token);
    void readAhead(const FetchLimits& limits);
    void readOn(qint64 messages, qint64 bytes);
    std::vector<Delivery> handOut(const FetchLimits& limits);
    [[nodiscard]] int countFor(const FetchLimits& limits) const;

    void ask(Request request, int repliesBefore);
    void askRead(const FetchLimits& limits, int count, std::chrono::milliseconds block);
    void askBehind();
    void sendAcknowledgements();
    [[nodiscard]] bool isReadUnderWay() const;
    Result<void> takeReplies(Until what, Clock::time_point until, const CancelToken& token);
    Result<void> handle(Request request, const RedisReply::Node& root);
    Result<void> handleRead(int count, const RedisReply::Node& root);
    void addReady(std::vector<Delivery> deliveries);
    void takeNews();
    void addTrimmed(StreamId id);

    const RedisPullOptions m_options;
    RedisConnection m_link;
    const std::unique_ptr<RedisQueueProtocol> m_queue;
    ReconnectPacer m_pacer;
    bool m_wasConnected = false;
    bool m_prepared = false;
    std::shared_ptr<DedupQuery> m_question; ///< handed out; nothing is read before it is answered
    QByteArray m_keySource;                 ///< of what is outstanding

    std::deque<Request> m_asked;
    std::vector<Delivery> m_ready;         ///< received, not fetched yet
    std::vector<Delivery> m_sourceless;    ///< received; their source is known once it is prepared
    OutstandingIds m_outstanding;          ///< received, not known to be acknowledged
    std::vector<StreamId> m_toAcknowledge; ///< to be sent, perhaps again
    std::optional<FetchLimits> m_fetching; ///< those of the fetch that waits for messages
    Clock::time_point m_nextClaim;
    Clock::time_point m_nextBehind;
    bool m_hasAnswered = false;        ///< the last fetch had the answer to a read
    bool m_moreWaits = false;          ///< the last read brought all it was asked for
    qint64 m_messageBytes = 16 * 1024; ///< a guess at the next messages' size, from the last ones
    SourceStatus m_status;
};

} // namespace portolan
