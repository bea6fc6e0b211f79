#include "tests/support/kafkabroker.h"

#include <QtGlobal>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace portolan::test {

namespace {

constexpr int answerTime = 10'000; // milliseconds

using Settings = std::initializer_list<std::pair<const char*, QByteArray>>;

rd_kafka_t* make(rd_kafka_type_t type, const Settings& settings) {
    char why[512] = "";
    rd_kafka_conf_t* all = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(all, [](const rd_kafka_t*, int, const char*, const char*) {});
    for (const auto& [name, value] : settings) {
        if (rd_kafka_conf_set(all, name, value.constData(), why, sizeof why) != RD_KAFKA_CONF_OK)
            qFatal("%s", why);
    }
    rd_kafka_t* made = rd_kafka_new(type, all, why, sizeof why);
    if (!made)
        qFatal("%s", why);
    return made;
}

void check(rd_kafka_resp_err_t code, const char* what) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("%s: %s", what, rd_kafka_err2str(code));
}

} // namespace

KafkaBroker::KafkaBroker(int brokers)
    : m_holder(make(RD_KAFKA_PRODUCER, {}))
    , m_cluster(rd_kafka_mock_cluster_new(m_holder, brokers))
    , m_producer(make(RD_KAFKA_PRODUCER, {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(m_cluster)},
                                          {"queue.buffering.max.messages", "1000000"},
                                          {"batch.num.messages", "500"}}))
    , m_brokers(brokers) {}

KafkaBroker::~KafkaBroker() {
    for (const auto& [name, topic] : m_topics)
        rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(m_producer);
    rd_kafka_mock_cluster_destroy(m_cluster);
    rd_kafka_destroy(m_holder);
}

void KafkaBroker::createTopic(const QByteArray& topic, int partitions) {
    check(rd_kafka_mock_topic_create(m_cluster, topic.constData(), partitions, 1), "create a topic");
}

void KafkaBroker::send(const QByteArray& topic, int partition, const QByteArray& payload) {
    rd_kafka_topic_t*& to = m_topics[topic];
    if (!to)
        to = rd_kafka_topic_new(m_producer, topic.constData(), nullptr);
    QByteArray bytes = payload;
    if (rd_kafka_produce(to, partition, RD_KAFKA_MSG_F_COPY, bytes.data(), static_cast<std::size_t>(bytes.size()),
                         nullptr, 0, nullptr)
        != 0)
        check(rd_kafka_last_error(), "send");
}

void KafkaBroker::sendWhole(const QByteArray& topic, const std::optional<QByteArray>& payload, const QByteArray& key,
                            const std::vector<std::pair<QByteArray, std::optional<QByteArray>>>& headers) {
    rd_kafka_headers_t* all = rd_kafka_headers_new(headers.size());
    for (const auto& [name, value] : headers)
        check(rd_kafka_header_add(all, name.constData(), name.size(), value ? value->constData() : nullptr,
                                  value ? value->size() : 0),
              "add a header");
    QByteArray bytes = payload.value_or(QByteArray());
    void* const value = payload ? bytes.data() : nullptr;
    const auto size = static_cast<std::size_t>(bytes.size());
    const auto keySize = static_cast<std::size_t>(key.size());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast" // of librdkafka's macros
    const rd_kafka_resp_err_t sent =
        rd_kafka_producev(m_producer, RD_KAFKA_V_TOPIC(topic.constData()), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, size),
                          RD_KAFKA_V_KEY(key.constData(), keySize), RD_KAFKA_V_HEADERS(all), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
    check(sent, "send");
}

void KafkaBroker::flush() {
    check(rd_kafka_flush(m_producer, answerTime * 6), "flush");
}

rd_kafka_s* KafkaBroker::memberOf(const QByteArray& group) const {
    return make(RD_KAFKA_CONSUMER,
                {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(m_cluster)}, {"group.id", group}});
}

qint64 KafkaBroker::committed(const QByteArray& group, const QByteArray& topic, int partition) const {
    rd_kafka_t* member = memberOf(group);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.constData(), partition);
    check(rd_kafka_committed(member, list, answerTime), "ask what is committed");
    const qint64 offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(member);
    return offset;
}

void KafkaBroker::commit(const QByteArray& group, const QByteArray& topic, int partition, qint64 offset) {
    rd_kafka_t* member = memberOf(group);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.constData(), partition)->offset = offset;
    check(rd_kafka_commit(member, list, 0), "commit");
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(member);
}

void KafkaBroker::setUnknown(const QByteArray& topic) {
    rd_kafka_mock_topic_set_error(m_cluster, topic.constData(), RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

void KafkaBroker::setDown(bool down) {
    for (int broker = 1; broker <= m_brokers; ++broker)
        check(down ? rd_kafka_mock_broker_set_down(m_cluster, broker) : rd_kafka_mock_broker_set_up(m_cluster, broker),
              "switch a broker");
}

QString KafkaBroker::addresses() const {
    return QString::fromLatin1(rd_kafka_mock_cluster_bootstraps(m_cluster));
}

SourceUrl KafkaBroker::source(const QString& topic, const QString& group, const QString& more) const {
    const auto url = SourceUrl::parse(QStringLiteral("kafka://%1/%2?group=%3%4").arg(addresses(), topic, group, more));
    if (!url)
        qFatal("%s", qPrintable(url.error().text));
    return *url;
}

} // namespace portolan::test
