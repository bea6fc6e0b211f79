#include "storage/sources/kafka/kafkaprobe.h"

#include "storage/sources/kafka/kafkaclient.h"
#include "storage/sources/kafka/kafkasettings.h"
#include "storage/sources/kafka/librdkafka.h"

#include <algorithm>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <vector>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds probePatience{5'000};
constexpr int probeSlice = 250;    ///< milliseconds of a wait that looks at its token
constexpr int probeAnswer = 2'000; ///< milliseconds for a question to one broker

struct ProbeDeleter {
    void operator()(rd_kafka_t* handle) const { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }
};
struct MetadataDeleter {
    void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
struct PlacesDeleter {
    void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
struct EventDeleter {
    void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, MetadataDeleter>;

/// The library's last words.
struct Heard {
    bool isRefused = false;
    QString reason;
};

void hearProbeError(rd_kafka_t*, int code, const char* reason, void* opaque) {
    auto* const heard = static_cast<Heard*>(opaque);
    heard->isRefused = heard->isRefused || code == RD_KAFKA_RESP_ERR__AUTHENTICATION
                       || code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
    if (heard->reason.isEmpty() || code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) // which says least
        heard->reason = QString::fromUtf8(reason);
}

void passLogOver(const rd_kafka_t*, int, const char*, const char*) {}

QString brokersOf(const SourceUrl& url) {
    QStringList all;
    for (const auto& [host, port] : url.brokers)
        all << (host.contains(u':') ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(host).arg(port);
    return all.join(QStringLiteral(", "));
}

Error unanswered(const SourceUrl& url, const Heard& heard) {
    if (heard.isRefused)
        return {ErrorCode::Auth,
                QStringLiteral("The Kafka broker at %1 refuses who we are (user \"%2\"). Check user, password, "
                               "security.protocol and sasl.mechanism.")
                    .arg(brokersOf(url), url.user),
                heard.reason};
    return {ErrorCode::Connection,
            QStringLiteral("No Kafka broker at %1 answers. Check the addresses, and whether the port expects TLS "
                           "(security.protocol).")
                .arg(brokersOf(url)),
            heard.reason};
}

/// Serves the library's callbacks.
void serve(rd_kafka_t* handle) {
    std::unique_ptr<rd_kafka_message_t, EventDeleter>(rd_kafka_consumer_poll(handle, 0)).reset();
}

Result<std::unique_ptr<rd_kafka_t, ProbeDeleter>> openProbe(const SourceUrl& url, Heard& heard) {
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    char why[512] = "";
    for (const auto& [name, value] : kafkaSettings(url)) {
        if (rd_kafka_conf_set(settings, name.constData(), value.constData(), why, sizeof why) == RD_KAFKA_CONF_OK)
            continue;
        rd_kafka_conf_destroy(settings);
        return Error{ErrorCode::Usage,
                     QStringLiteral("The setting %1 of %2 is not accepted by Kafka's client library.")
                         .arg(QString::fromLatin1(name), url.display()),
                     QString::fromUtf8(why)};
    }
    rd_kafka_conf_set_opaque(settings, &heard);
    rd_kafka_conf_set_error_cb(settings, &hearProbeError);
    rd_kafka_conf_set_log_cb(settings, &passLogOver);
    rd_kafka_t* const handle = rd_kafka_new(RD_KAFKA_CONSUMER, settings, why, sizeof why);
    if (!handle) {
        rd_kafka_conf_destroy(settings);
        return Error{ErrorCode::Usage,
                     QStringLiteral("Kafka's client library does not take the settings of %1.").arg(url.display()),
                     QString::fromUtf8(why)};
    }
    rd_kafka_poll_set_consumer(handle);
    return std::unique_ptr<rd_kafka_t, ProbeDeleter>(handle);
}

/// Asks for all topics: a broker may make a topic that is asked for by its name.
Result<Metadata> askTopics(rd_kafka_t* handle, const SourceUrl& url, const Heard& heard, const CancelToken& token) {
    constexpr int ofAll = 1;
    const auto end = steady_clock::now() + probePatience;
    while (steady_clock::now() < end && !heard.isRefused) {
        if (token.stop_requested())
            return Error{ErrorCode::Cancelled, QStringLiteral("The test was given up.")};
        const rd_kafka_metadata_t* found = nullptr;
        if (rd_kafka_metadata(handle, ofAll, nullptr, &found, probeSlice) == RD_KAFKA_RESP_ERR_NO_ERROR)
            return Metadata(found);
        serve(handle);
    }
    return unanswered(url, heard);
}

/// Adds what the partitions hold and how much of it the group has to come.
void countEntries(rd_kafka_t* handle, const SourceUrl& url, const std::vector<qint32>& partitions,
                  const CancelToken& token, SourceProbe& probe) {
    const std::unique_ptr<rd_kafka_topic_partition_list_t, PlacesDeleter> places(
        rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const qint32 partition : partitions)
        rd_kafka_topic_partition_list_add(places.get(), url.name.constData(), partition);
    const bool isTold = rd_kafka_committed(handle, places.get(), probeAnswer) == RD_KAFKA_RESP_ERR_NO_ERROR;
    qint64 entries = 0;
    qint64 lag = 0;
    bool hasGroup = false;
    for (int i = 0; i < places->cnt; ++i) {
        const rd_kafka_topic_partition_t& place = places->elems[i];
        int64_t first = 0;
        int64_t end = 0;
        const auto asked =
            rd_kafka_query_watermark_offsets(handle, url.name.constData(), place.partition, &first, &end, probeAnswer);
        if (asked != RD_KAFKA_RESP_ERR_NO_ERROR || token.stop_requested())
            return; // half of it would be a wrong number
        const bool isKnown = isTold && place.err == RD_KAFKA_RESP_ERR_NO_ERROR && place.offset >= 0;
        hasGroup = hasGroup || isKnown;
        entries += end - first;
        lag += end - (isKnown ? std::clamp<qint64>(place.offset, first, end) : first);
    }
    probe.entries = entries;
    if (!isTold)
        return;
    probe.hasGroup = hasGroup;
    probe.lag = lag;
}

} // namespace

Result<SourceProbe> probeKafka(const SourceUrl& url, const CancelToken& token) {
    PORTOLAN_TRY(loadLibrdkafka());
    PORTOLAN_TRY(haveKafkaThreads(url));
    Heard heard; // outlives the handle
    const auto begun = steady_clock::now();
    const auto handle = openProbe(url, heard);
    PORTOLAN_TRY(handle);
    const auto topics = askTopics(handle->get(), url, heard, token);
    PORTOLAN_TRY(topics);
    SourceProbe probe;
    probe.opened = duration_cast<milliseconds>(steady_clock::now() - begun);
    probe.product = QStringLiteral("Kafka");
    probe.place = brokersOf(url);
    probe.holds = SourceProbe::Holds::Nothing;
    const auto asked = steady_clock::now();
    for (int i = 0; i < (*topics)->topic_cnt; ++i) {
        const rd_kafka_metadata_topic& topic = (*topics)->topics[i];
        if (url.name != topic.topic || topic.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            continue;
        std::vector<qint32> partitions;
        for (int each = 0; each < topic.partition_cnt; ++each)
            partitions.push_back(topic.partitions[each].id);
        probe.holds = SourceProbe::Holds::Expected;
        probe.partitions = std::ssize(partitions);
        countEntries(handle->get(), url, partitions, token, probe);
    }
    probe.answered = duration_cast<microseconds>(steady_clock::now() - asked);
    return probe;
}

} // namespace portolan
