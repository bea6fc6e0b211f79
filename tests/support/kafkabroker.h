#pragma once

#include "storage/config/urls.h"

#include <QByteArray>
#include <QString>
#include <map>
#include <optional>
#include <utility>
#include <vector>

struct rd_kafka_s;
struct rd_kafka_mock_cluster_s;
struct rd_kafka_topic_s;

namespace portolan::test {

/// Kafka's brokers of the test's own: librdkafka's, on free ports of 127.0.0.1, in this process, ended with the object.
/// A group's first member waits three seconds for others, as with brokers as they are shipped.
class KafkaBroker {
public:
    explicit KafkaBroker(int brokers = 1);
    ~KafkaBroker();
    KafkaBroker(const KafkaBroker&) = delete;
    KafkaBroker& operator=(const KafkaBroker&) = delete;

    void createTopic(const QByteArray& topic, int partitions);
    void send(const QByteArray& topic, int partition, const QByteArray& payload);
    /// With a key, headers and perhaps no value.
    void sendWhole(const QByteArray& topic, const std::optional<QByteArray>& payload, const QByteArray& key,
                   const std::vector<std::pair<QByteArray, std::optional<QByteArray>>>& headers);
    void flush(); ///< returns when everything is in the topics
    /// What the group has committed; -1001: nothing.
    [[nodiscard]] qint64 committed(const QByteArray& group, const QByteArray& topic, int partition) const;
    void commit(const QByteArray& group, const QByteArray& topic, int partition, qint64 offset);
    void setUnknown(const QByteArray& topic); ///< else topics are made by being asked for
    void setDown(bool down);                  ///< all of them; connections are cut

    [[nodiscard]] QString addresses() const; ///< "127.0.0.1:1234,…"
    [[nodiscard]] SourceUrl source(const QString& topic, const QString& group, const QString& more = {}) const;

private:
    [[nodiscard]] rd_kafka_s* memberOf(const QByteArray& group) const;

    rd_kafka_s* m_holder;
    rd_kafka_mock_cluster_s* m_cluster;
    rd_kafka_s* m_producer;
    int m_brokers;
    std::map<QByteArray, rd_kafka_topic_s*> m_topics;
};

} // namespace portolan::test
