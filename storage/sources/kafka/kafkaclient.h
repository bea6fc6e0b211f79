#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <QByteArray>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

struct rd_kafka_s;

namespace portolan {

struct KafkaPosition {
    qint32 partition = 0;
    qint64 offset = 0;
};

/// The messages that a partition holds: from `first` on, up to before `end`.
struct KafkaExtent {
    qint64 first = 0;
    qint64 end = 0;
};

/// The result of polling.
struct KafkaEvent {
    enum class What {
        Nothing,
        Message,
        End,   ///< the partition has no more for now
        Other, ///< something that lastError() or fatal() tells of, or nothing to be concerned about
    };
    What what = What::Nothing;
    KafkaPosition at;
    QByteArray payload;
    QByteArray metadata = {}; ///< key and headers as a JSON object, or nothing
    bool isTombstone = false; ///< there is no value, which is not the same as an empty one
    qint64 sentAt = -1;       ///< the producer's or the broker's time in milliseconds since 1970; -1: not told
};

/// Told while polling, on the polling thread.
class KafkaListener {
public:
    KafkaListener() = default;
    KafkaListener(const KafkaListener&) = delete;
    KafkaListener& operator=(const KafkaListener&) = delete;
    virtual ~KafkaListener() = default;
    virtual void assigned(std::span<const qint32> partitions) = 0;
    /// They are to be given up by unassign(), within seconds; `lost`: others may have them already.
    virtual void revoked(bool lost) = 0;
    /// Tells how a commit() ended.
    virtual void committed(bool taken) = 0;
};

/// A member of a consumer group, on one topic, over librdkafka: its settings, its callbacks and its words. Nothing is
/// committed by itself. One thread (the library has its own).
class KafkaClient {
public:
    static constexpr qint64 fromGroup = -1001; ///< an offset: where the group is, or else the first there is

    /// Connects in the background. Errors: Usage – a setting is refused; Unsupported – the library is missing.
    static Result<std::unique_ptr<KafkaClient>> open(const SourceUrl& url, KafkaListener& listener);
    KafkaClient(const KafkaClient&) = delete;
    KafkaClient& operator=(const KafkaClient&) = delete;
    ~KafkaClient();
    /// Leaves the group, which takes its partitions away (revoked()); waits for that up to two seconds.
    void close();

    [[nodiscard]] KafkaEvent poll(std::chrono::milliseconds wait);
    void assign(std::span<const KafkaPosition> positions);
    void unassign();
    /// Sends the group's new positions; committed() tells how that ended. False: it could not even be sent.
    [[nodiscard]] bool commit(std::span<const KafkaPosition> positions);
    /// The partition goes on from there; soon, and without a word when it cannot be.
    void seek(KafkaPosition to);
    /// Commits, waits for the answer, and goes on from there: what came and was not polled yet does not come any more.
    /// False: it could not be done, and is to be tried again. Four seconds at most.
    [[nodiscard]] bool beginAgain(KafkaPosition at);

    /// The cluster's id; nothing where the brokers do not tell. After the first assignment.
    [[nodiscard]] QByteArray clusterId() const;
    /// Reads what is at these places, one of each partition, beside everything else: a message (of a later offset,
    /// where that one is gone), or an End. Those that do not answer within `wait` are not among it.
    [[nodiscard]] std::vector<KafkaEvent> look(std::span<const KafkaPosition> at, std::chrono::milliseconds wait,
                                               const CancelToken& token) const;
    /// Once: the brokers did not know the topic for a while; it may be another one by now.
    [[nodiscard]] bool takeTopicWasGone() { return std::exchange(m_topicWasGone, false); }

    /// Returns the offset after the last message of the partition, as it was heard last.
    [[nodiscard]] std::optional<qint64> knownEnd(qint32 partition) const;
    /// Its first message and the end, asked of the broker now; half a second at most.
    [[nodiscard]] std::optional<KafkaExtent> askExtent(qint32 partition) const;

    /// Why it does not work now. It mends by itself, as soon as it can.
    [[nodiscard]] std::optional<Error> lastError() const;
    /// Why it never will.
    [[nodiscard]] const std::optional<Error>& fatal() const { return m_fatal; }

    // For the library's callbacks.
    void hearError(int code, const QString& reason);
    void hearStatistics(QByteArrayView json);
    [[nodiscard]] KafkaListener& listener() { return m_listener; }

private:
    using Clock = std::chrono::steady_clock;
    KafkaClient(const SourceUrl& url, KafkaListener& listener);
    [[nodiscard]] Result<void> start();
    void hearMessageError(int code, const QString& reason);
    [[nodiscard]] QString brokers() const;
    [[nodiscard]] QString topic() const { return QString::fromUtf8(m_url.name); }

    const SourceUrl m_url;
    KafkaListener& m_listener;
    rd_kafka_s* m_handle = nullptr;
    bool m_up = false; ///< some broker answers
    Clock::time_point m_downSince = Clock::now();
    QString m_reason; ///< the library's own words of what went wrong last
    std::optional<Error> m_lastError;
    std::optional<Error> m_fatal;
    bool m_wasAssigned = false;
    bool m_topicWasGone = false;
    bool m_closed = false;
};

/// Says whether the system has as many threads as a client takes: two of its own, one for the group, one for each
/// broker. librdkafka ends the program where it is refused one, or waits for a broker for ever. Error Unsupported,
/// which a receiver does not try again.
[[nodiscard]] Result<void> haveKafkaThreads(const SourceUrl& url);

/// "2.0.2" of the library that is there; nothing where there is none.
[[nodiscard]] QByteArray kafkaVersion();

} // namespace portolan
