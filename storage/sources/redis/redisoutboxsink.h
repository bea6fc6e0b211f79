#pragma once

#include "storage/sources/outbox.h"
#include "storage/sources/redis/redisconnection.h"

namespace portolan {

/// Sends the messages of one run to a Redis stream, list or channel, whole: a stream's entry has portMessageFields(); a
/// list's element and what is published are portMessageRecord(). Sent messages are noted in the hash
/// `{NAME}:portolan:outbox:RUN`, written by the script that sends (outboxscripts), so that both stand or fall together
/// whatever the server loses.
class RedisOutboxSink final : public OutboxSink {
public:
    RedisOutboxSink(const SourceUrl& to, const QByteArray& run, RedisTimeouts timeouts = {});

    Result<OutboxLink> open(const CancelToken& token) override;
    bool isOpen() const override { return m_link.isOpen(); }
    Result<std::vector<OutboxReceipt>> send(std::span<const OutboxMessage> messages) override;
    Result<std::vector<OutboxReceipt>> receipts(std::span<const OutboxNote> notes) override;
    bool canForget() const override { return m_kind != SourceKind::RedisChannel; }
    Result<bool> isSafe() override;
    QString caution() const override;
    Result<void> forget() override;

private:
    using Clock = std::chrono::steady_clock;
    /// The ways in which a server writes its append-only file.
    enum class Keeping { NotKnown, Memory, EverySecond, Always };

    [[nodiscard]] QString doing() const;
    [[nodiscard]] Result<QByteArray> info(const char* section, const CancelToken& token);
    [[nodiscard]] Result<void> learn(const CancelToken& token);
    [[nodiscard]] Result<RedisReply> ask(std::span<const QByteArrayView> words, const CancelToken& token);
    [[nodiscard]] Result<RedisReply> answer(const CancelToken& token);
    void append(std::span<const OutboxMessage> messages);
    [[nodiscard]] Error fenced(QByteArrayView why);
    [[nodiscard]] Error nobodyListens() const;
    [[nodiscard]] Error odd();

    RedisConnection m_link;
    const SourceKind m_kind;
    bool m_isTakenRight;
    const QByteArray m_name;
    const QByteArray m_notes; ///< key
    RedisScript m_send;
    QByteArray m_run;   ///< run_id of the server; empty where we may not ask
    QByteArray m_epoch; ///< of this connection
    Keeping m_keeping = Keeping::NotKnown;
    Clock::time_point m_since;                     ///< when something was sent last, or found
    std::optional<Clock::time_point> m_quietSince; ///< the file has it all, and the sync of that is to come
};

} // namespace portolan
