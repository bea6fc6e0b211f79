#include "storage/sources/kafka/kafkaclient.h"

#include "storage/base/backoff.h"
#include "storage/base/thread.h"
#include "storage/ingest/metadataobject.h"
#include "storage/sources/kafka/kafkasettings.h"
#include "storage/sources/kafka/librdkafka.h"

#include <QStringList>
#include <algorithm>
#include <librdkafka/rdkafka.h>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds answerTime{4'000}; ///< after which brokers that say nothing are said to be silent
constexpr milliseconds closeTime{2'000};
constexpr int extentTime = 500; ///< milliseconds

static_assert(KafkaClient::fromGroup == RD_KAFKA_OFFSET_INVALID);

struct ListDeleter {
    void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, ListDeleter>;

struct MessageDeleter {
    void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};

PartitionList listOf(const QByteArray& topic, std::span<const KafkaPosition> positions) {
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
    for (const KafkaPosition& at : positions)
        rd_kafka_topic_partition_list_add(list.get(), topic.constData(), at.partition)->offset = at.offset;
    return list;
}

KafkaClient& clientOf(void* opaque) {
    return *static_cast<KafkaClient*>(opaque);
}

void onError(rd_kafka_t*, int code, const char* reason, void* opaque) {
    clientOf(opaque).hearError(code, QString::fromUtf8(reason));
}

/// The library frees the text when it is told 0.
int onStatistics(rd_kafka_t*, char* json, std::size_t size, void* opaque) {
    clientOf(opaque).hearStatistics(QByteArrayView(json, static_cast<qsizetype>(size)));
    return 0;
}

void onRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list, void* opaque) {
    KafkaListener& listener = clientOf(opaque).listener();
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        listener.revoked(rd_kafka_assignment_lost(handle) != 0);
        return;
    }
    std::vector<qint32> partitions;
    for (int i = 0; i < list->cnt; ++i)
        partitions.push_back(list->elems[i].partition);
    listener.assigned(partitions);
}

void onCommit(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list, void* opaque) {
    bool taken = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; taken && list && i < list->cnt; ++i)
        taken = list->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR;
    clientOf(opaque).listener().committed(taken);
}

/// Else it writes on standard error.
void onLog(const rd_kafka_t*, int, const char*, const char*) {}

/// {"key":…,"headers":{…}}, as far as there are any.
QByteArray kafkaMetadata(const rd_kafka_message_t& message) {
    MetadataObject object;
    if (message.key)
        object.add("key", {static_cast<const char*>(message.key), static_cast<qsizetype>(message.key_len)});
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        MetadataObject all;
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
             ++i) {
            if (value)
                all.add(name, {static_cast<const char*>(value), static_cast<qsizetype>(size)});
            else
                all.addNull(name);
        }
        object.addObject("headers", all);
    }
    return object.toJson();
}

KafkaEvent eventOf(const rd_kafka_message_t& message) {
    const KafkaPosition at{message.partition, message.offset};
    switch (static_cast<int>(message.err)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: {
        const auto* bytes = static_cast<const char*>(message.payload);
        rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        const qint64 sentAt = rd_kafka_message_timestamp(&message, &kind);
        return {KafkaEvent::What::Message,
                at,
                QByteArray(bytes, static_cast<qsizetype>(message.len)),
                kafkaMetadata(message),
                bytes == nullptr,
                kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : sentAt};
    }
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        return {KafkaEvent::What::End, at, {}, {}};
    default:
        return {KafkaEvent::What::Other, at, {}, {}};
    }
}

bool saysUp(const nlohmann::json& broker) {
    const auto state = broker.find("state");
    return state != broker.end() && *state == "UP";
}

} // namespace

Result<void> haveKafkaThreads(const SourceUrl& url) {
    std::vector<std::jthread> held;
    while (held.size() < 3 + url.brokers.size()) {
        auto started = startThread([](const CancelToken& token) { pauseFor(answerTime, token); });
        if (!started)
            return Error{ErrorCode::Unsupported, started.error().text, started.error().details};
        held.push_back(std::move(*started));
    }
    return {};
}

KafkaClient::KafkaClient(const SourceUrl& url, KafkaListener& listener) : m_url(url), m_listener(listener) {}

Result<std::unique_ptr<KafkaClient>> KafkaClient::open(const SourceUrl& url, KafkaListener& listener) {
    PORTOLAN_TRY(loadLibrdkafka());
    std::unique_ptr<KafkaClient> client(new KafkaClient(url, listener));
    PORTOLAN_TRY(haveKafkaThreads(url));
    PORTOLAN_TRY(client->start());
    return client;
}

Result<void> KafkaClient::start() {
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    char why[512] = "";
    for (const auto& [name, value] : kafkaSettings(m_url)) {
        if (rd_kafka_conf_set(settings, name.constData(), value.constData(), why, sizeof why) == RD_KAFKA_CONF_OK)
            continue;
        rd_kafka_conf_destroy(settings);
        return Error{ErrorCode::Usage,
                     QStringLiteral("The setting %1 of %2 is not accepted by Kafka's client library.")
                         .arg(QString::fromLatin1(name), m_url.display()),
                     QString::fromUtf8(why)};
    }
    rd_kafka_conf_set_opaque(settings, this);
    rd_kafka_conf_set_error_cb(settings, &onError);
    rd_kafka_conf_set_stats_cb(settings, &onStatistics);
    rd_kafka_conf_set_rebalance_cb(settings, &onRebalance);
    rd_kafka_conf_set_offset_commit_cb(settings, &onCommit);
    rd_kafka_conf_set_log_cb(settings, &onLog);
    m_handle = rd_kafka_new(RD_KAFKA_CONSUMER, settings, why, sizeof why);
    if (!m_handle) {
        rd_kafka_conf_destroy(settings);
        return Error{ErrorCode::Usage,
                     QStringLiteral("Kafka's client library does not take the settings of %1.").arg(m_url.display()),
                     QString::fromUtf8(why)};
    }
    rd_kafka_poll_set_consumer(m_handle);
    const std::array<KafkaPosition, 1> all{{{RD_KAFKA_PARTITION_UA, fromGroup}}};
    const auto subscribed = rd_kafka_subscribe(m_handle, listOf(m_url.name, all).get());
    if (subscribed == RD_KAFKA_RESP_ERR_NO_ERROR)
        return {};
    return Error{ErrorCode::Usage, QStringLiteral("The topic of %1 cannot be read.").arg(m_url.display()),
                 QString::fromUtf8(rd_kafka_err2str(subscribed))};
}

KafkaClient::~KafkaClient() {
    close();
    if (m_handle)
        rd_kafka_destroy_flags(m_handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaClient::close() {
    if (!m_handle || std::exchange(m_closed, true))
        return;
    rd_kafka_queue_t* queue = rd_kafka_queue_new(m_handle);
    const auto end = Clock::now() + closeTime;
    if (rd_kafka_error_t* refused = rd_kafka_consumer_close_queue(m_handle, queue)) {
        rd_kafka_error_destroy(refused); // a fatal error ended it before
    } else {
        // Messages still come among the callbacks; they are nobody's any more.
        while (!rd_kafka_consumer_closed(m_handle) && Clock::now() < end)
            std::unique_ptr<rd_kafka_message_t, MessageDeleter>(rd_kafka_consume_queue(queue, 20)).reset();
    }
    rd_kafka_queue_destroy(queue);
}

KafkaEvent KafkaClient::poll(milliseconds wait) {
    const std::unique_ptr<rd_kafka_message_t, MessageDeleter> message(
        rd_kafka_consumer_poll(m_handle, static_cast<int>(wait.count())));
    if (!message)
        return {};
    KafkaEvent event = eventOf(*message);
    if (event.what == KafkaEvent::What::Message) {
        m_up = true;
        m_lastError.reset();
    }
    if (event.what != KafkaEvent::What::Other)
        return event;
    const auto* words = static_cast<const char*>(message->payload);
    hearMessageError(message->err, QString::fromUtf8(words, static_cast<qsizetype>(message->len)));
    return event;
}

void KafkaClient::assign(std::span<const KafkaPosition> positions) {
    m_wasAssigned = true;
    rd_kafka_assign(m_handle, listOf(m_url.name, positions).get());
}

void KafkaClient::unassign() {
    rd_kafka_assign(m_handle, nullptr);
}

bool KafkaClient::commit(std::span<const KafkaPosition> positions) {
    constexpr int asynchronously = 1;
    return rd_kafka_commit(m_handle, listOf(m_url.name, positions).get(), asynchronously) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void KafkaClient::seek(KafkaPosition to) {
    constexpr int withoutWaiting = 0;
    const std::array<KafkaPosition, 1> one{to};
    const PartitionList list = listOf(m_url.name, one);
    if (rd_kafka_error_t* refused = rd_kafka_seek_partitions(m_handle, list.get(), withoutWaiting))
        rd_kafka_error_destroy(refused); // then what is known already comes, and is passed over
}

bool KafkaClient::beginAgain(KafkaPosition at) {
    constexpr int waiting = 0;
    constexpr int longest = 2'000; // milliseconds
    const std::array<KafkaPosition, 1> one{at};
    const PartitionList list = listOf(m_url.name, one);
    if (rd_kafka_commit(m_handle, list.get(), waiting) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    list->elems[0].offset = at.offset;
    rd_kafka_error_t* refused = rd_kafka_seek_partitions(m_handle, list.get(), longest);
    const bool isDone = !refused && list->elems[0].err == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (refused)
        rd_kafka_error_destroy(refused);
    return isDone;
}

QByteArray KafkaClient::clusterId() const {
    char* const id = rd_kafka_clusterid(m_handle, extentTime);
    const QByteArray text(id);
    if (id)
        rd_kafka_mem_free(m_handle, id);
    return text;
}

std::vector<KafkaEvent> KafkaClient::look(std::span<const KafkaPosition> at, milliseconds wait,
                                          const CancelToken& token) const {
    if (!haveKafkaThreads(m_url))
        return {};
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    auto wanted = kafkaSettings(m_url);
    for (const char* setting : {"queued.min.messages", "statistics.interval.ms"})
        wanted.emplace_back(setting, setting[0] == 'q' ? "1" : "0");
    wanted.emplace_back("fetch.message.max.bytes", "65536");
    char why[512] = "";
    for (const auto& [name, value] : wanted)
        rd_kafka_conf_set(settings, name.constData(), value.constData(), why, sizeof why); // start() has checked them
    rd_kafka_conf_set_log_cb(settings, &onLog);
    rd_kafka_t* const handle = rd_kafka_new(RD_KAFKA_CONSUMER, settings, why, sizeof why);
    std::vector<KafkaEvent> found;
    if (!handle) {
        rd_kafka_conf_destroy(settings);
        return found;
    }
    rd_kafka_poll_set_consumer(handle);
    rd_kafka_assign(handle, listOf(m_url.name, at).get());
    const auto end = Clock::now() + wait;
    while (found.size() < at.size() && Clock::now() < end && !token.stop_requested()) {
        constexpr int slice = 50; // milliseconds
        const std::unique_ptr<rd_kafka_message_t, MessageDeleter> message(rd_kafka_consumer_poll(handle, slice));
        const bool isSeen = message && std::ranges::any_of(found, [&](const KafkaEvent& each) {
                                return each.at.partition == message->partition;
                            });
        if (!message || isSeen)
            continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            found.push_back(eventOf(*message));
    }
    rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return found;
}

std::optional<qint64> KafkaClient::knownEnd(qint32 partition) const {
    int64_t first = 0;
    int64_t end = 0;
    const auto known = rd_kafka_get_watermark_offsets(m_handle, m_url.name.constData(), partition, &first, &end);
    return known == RD_KAFKA_RESP_ERR_NO_ERROR && end >= 0 ? std::optional<qint64>(end) : std::nullopt;
}

std::optional<KafkaExtent> KafkaClient::askExtent(qint32 partition) const {
    int64_t first = 0;
    int64_t end = 0;
    const auto known =
        rd_kafka_query_watermark_offsets(m_handle, m_url.name.constData(), partition, &first, &end, extentTime);
    if (known != RD_KAFKA_RESP_ERR_NO_ERROR || end < 0)
        return std::nullopt;
    return KafkaExtent{first, end};
}

// Errors, in words.

QString KafkaClient::brokers() const {
    QStringList all;
    for (const auto& [host, port] : m_url.brokers)
        all << (host.contains(u':') ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(host).arg(port);
    return all.join(QStringLiteral(", "));
}

std::optional<Error> KafkaClient::lastError() const {
    if (m_lastError)
        return m_lastError;
    if (m_up || Clock::now() - m_downSince < answerTime)
        return std::nullopt;
    return Error{ErrorCode::Connection,
                 QStringLiteral("No Kafka broker at %1 answers. Check the addresses, and whether the port expects TLS "
                                "(security.protocol).")
                     .arg(brokers()),
                 m_reason};
}

void KafkaClient::hearError(int code, const QString& reason) {
    switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        m_up = false;
        m_downSince = Clock::now();
        // A TLS that failed says more.
        if (!m_lastError) {
            m_lastError =
                Error{ErrorCode::Connection,
                      QStringLiteral("No Kafka broker at %1 can be reached. Check the address and whether they "
                                     "run; it is tried again.")
                          .arg(brokers()),
                      m_reason};
        }
        return;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        m_fatal = Error{ErrorCode::Auth,
                        QStringLiteral("The Kafka broker at %1 refuses who we are (user \"%2\"). Check user, password, "
                                       "sasl.mechanism and security.protocol.")
                            .arg(brokers(), m_url.user),
                        reason};
        return;
    case RD_KAFKA_RESP_ERR__SSL:
        m_lastError = Error{ErrorCode::Connection,
                            QStringLiteral("TLS with the Kafka broker at %1 cannot be set up. Check security.protocol, "
                                           "ssl.ca.location and the broker's certificate.")
                                .arg(brokers()),
                            reason};
        return;
    case RD_KAFKA_RESP_ERR__FATAL: {
        char words[512] = "";
        rd_kafka_fatal_error(m_handle, words, sizeof words);
        m_fatal = Error{ErrorCode::Unsupported, QStringLiteral("Kafka's client library has given up."),
                        QString::fromUtf8(words)};
        return;
    }
    default: // of one broker: others may serve
        m_reason = reason;
    }
}

/// Of the topic, a partition or the group.
void KafkaClient::hearMessageError(int code, const QString& reason) {
    switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: {
        const QString text =
            QStringLiteral("The Kafka brokers at %1 know no topic \"%2\". Check its name, or create it.")
                .arg(brokers(), topic());
        m_topicWasGone = true;
        if (m_wasAssigned)
            m_lastError = Error{ErrorCode::Connection, text, reason};
        else
            m_fatal = Error{ErrorCode::NotFound, text, reason};
        return;
    }
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        m_fatal =
            Error{ErrorCode::Auth,
                  QStringLiteral("The Kafka broker does not let the user \"%1\" read the topic \"%2\" in the group "
                                 "\"%3\".")
                      .arg(m_url.user, topic(), m_url.group),
                  reason};
        return;
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED: // storing took so long that others got the partitions; it joins again
    default:
        m_reason = reason;
    }
}

/// Comes once a second. Shows a thing that no error says: that a broker answers again.
void KafkaClient::hearStatistics(QByteArrayView json) {
    const auto document = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    const auto brokers = document.is_object() ? document.find("brokers") : document.end();
    const bool up = brokers != document.end() && std::any_of(brokers->begin(), brokers->end(), saysUp);
    if (m_up && !up)
        m_downSince = Clock::now();
    m_up = up;
    if (up)
        m_lastError.reset();
}

QByteArray kafkaVersion() {
    return loadLibrdkafka() ? QByteArray(rd_kafka_version_str()) : QByteArray();
}

} // namespace portolan
