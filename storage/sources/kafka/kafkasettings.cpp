#include "storage/sources/kafka/kafkasettings.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::pair<const char*, const char*> always[] = {
    // Committed is what is stored, by us.
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "earliest"},
    {"allow.auto.create.topics", "false"},
    {"enable.partition.eof", "true"},
    // Tells which brokers answer.
    {"statistics.interval.ms", "1000"},
    // Messages that wait in memory beside the receiver's own queue.
    {"queued.min.messages", "20000"},
    {"queued.max.messages.kbytes", "16384"},
    // An operator has a word within five seconds.
    {"socket.timeout.ms", "4000"},
    {"socket.connection.setup.timeout.ms", "4000"},
    {"reconnect.backoff.max.ms", "2000"},
    {"topic.metadata.propagation.max.ms", "1000"},
    {"fetch.error.backoff.ms", "100"},
    // The shortest that brokers take as they are shipped: what a killed member held is soon another's.
    {"session.timeout.ms", "6000"},
    {"heartbeat.interval.ms", "2000"},
    {"client.id", "portolan"},
};

const QString* option(const SourceUrl& url, const char* name) {
    const auto found =
        std::ranges::find_if(url.options, [&](const auto& given) { return given.first == QLatin1String(name); });
    return found == url.options.end() ? nullptr : &found->second;
}

QByteArray brokerList(const SourceUrl& url) {
    QByteArray list;
    for (const auto& [host, port] : url.brokers) {
        const QByteArray name = host.contains(u':') ? '[' + host.toUtf8() + ']' : host.toUtf8();
        list += (list.isEmpty() ? "" : ",") + name + ':' + QByteArray::number(port);
    }
    return list;
}

} // namespace

std::vector<std::pair<QByteArray, QByteArray>> kafkaSettings(const SourceUrl& url) {
    std::vector<std::pair<QByteArray, QByteArray>> settings(std::begin(always), std::end(always));
    settings.emplace_back("bootstrap.servers", brokerList(url));
    settings.emplace_back("group.id", url.group.toUtf8());
    if (!url.user.isEmpty()) {
        // A user without a word of how: the way that shows the password to nobody else.
        if (!option(url, "security.protocol"))
            settings.emplace_back("security.protocol", "sasl_ssl");
        if (!option(url, "sasl.mechanism"))
            settings.emplace_back("sasl.mechanism", "PLAIN");
        settings.emplace_back("sasl.username", url.user.toUtf8());
        settings.emplace_back("sasl.password", url.password.toUtf8());
    }
    for (const auto& [name, value] : url.options)
        settings.emplace_back(name.toLatin1(), value.toUtf8());
    if (const QString* session = option(url, "session.timeout.ms")) {
        const int third = session->toInt() / 3; // as often as the protocol recommends
        settings.emplace_back("heartbeat.interval.ms", QByteArray::number(std::max(third, 1)));
    }
    return settings;
}

} // namespace portolan
