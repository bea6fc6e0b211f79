#include "storage/ingest/redisstream.h"

#include "storage/ingest/redisnames.h"

namespace portolan {

RedisStream::RedisStream(RedisConnection& link, RedisGroup group)
    : m_link(link)
    , m_group(std::move(group))
    , m_takeover(link, m_group)
    , m_life(link, m_group.stream, m_group.identities) {}

QString RedisStream::reading() const {
    return QStringLiteral("Reading the stream “%1”").arg(QString::fromUtf8(m_group.stream));
}

Result<QueueStep> RedisStream::prepare(const CancelToken& token) {
    if (auto question = m_life.ask())
        return QueueStep{false, std::move(question)};
    if (const auto looked = m_life.look(token); !looked)
        return looked.error();
    const auto reply = m_link.command({"XGROUP", "CREATE", m_group.stream, m_group.group, "0", "MKSTREAM"}, token);
    if (!reply)
        return reply.error();
    const bool isMade = !reply->root().isError();
    if (isMade) {
        m_life.noteGroupLost();
        if (const auto looked = m_life.look(token); !looked)
            return looked.error();
    } else if (!reply->root().text().startsWith("BUSYGROUP")) {
        return m_link.serverError(reply->root().text(),
                                  QStringLiteral("Creating the group “%1” of the stream “%2”")
                                      .arg(QString::fromUtf8(m_group.group), QString::fromUtf8(m_group.stream)));
    }
    const auto delivered = lastDelivered(token);
    if (!delivered)
        return delivered.error();
    auto step = m_life.decide(*delivered, token);
    m_takeover.setKeySource(m_life.source());
    return step;
}

/// Where the server does not tell, it is the last there can be.
Result<StreamId> RedisStream::lastDelivered(const CancelToken& token) {
    constexpr StreamId unknown{~quint64(0), ~quint64(0)};
    const auto reply = m_link.command({"XINFO", "GROUPS", m_group.stream}, token);
    if (!reply)
        return reply.error();
    if (reply->root().isError())
        return unknown;
    for (const RedisReply::Node group : reply->root()) {
        bool isOurs = false;
        for (auto at = group.begin(); at != group.end(); ++at) {
            const QByteArrayView field = (*at).text();
            ++at;
            isOurs = isOurs || (field == "name" && (*at).text() == m_group.group);
            if (isOurs && field == "last-delivered-id")
                return StreamId::fromText((*at).text()).value_or(unknown);
        }
    }
    return unknown;
}

bool RedisStream::mustPrepare(QByteArrayView error) {
    const bool isLost = error.startsWith("NOGROUP") || error.startsWith("UNBLOCKED");
    if (isLost)
        m_life.noteGroupLost();
    return isLost;
}

int RedisStream::appendRead(int count, qint64 /*bytes*/, std::chrono::milliseconds block) {
    const QByteArray countText = QByteArray::number(count);
    const QByteArray blockText = QByteArray::number(block.count());
    std::vector<QByteArrayView> words{"XREADGROUP", "GROUP", m_group.group, m_group.consumer, "COUNT", countText};
    if (block.count() > 0) { // BLOCK 0 would be for ever
        words.emplace_back("BLOCK");
        words.emplace_back(blockText);
    }
    words.insert(words.end(), {"STREAMS", m_group.stream, ">"});
    m_link.append(words);
    return 0;
}

/// Nothing, or [[stream, [[id, [field, value, …]], …]]].
Result<std::vector<Delivery>> RedisStream::messagesIn(const RedisReply::Node& reply) {
    std::vector<Delivery> messages;
    if (reply.isNil() || reply.size() == 0)
        return messages;
    const RedisReply::Node stream = reply[0];
    if (stream.size() != 2)
        return m_link.unexpected();
    const RedisReply::Node entries = stream[1];
    const Timestamp now = currentTime();
    messages.reserve(static_cast<std::size_t>(entries.size()));
    for (const RedisReply::Node entry : entries) {
        const auto id = entry.size() == 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
        if (!id)
            return m_link.unexpected();
        messages.push_back(streamDelivery(m_life.source(), *id, entry[0].text(), entry[1], now));
    }
    return messages;
}

int RedisStream::appendAcknowledge(std::span<const StreamId> ids) {
    // All ids in one buffer: an allocation for each would be the dearest part of acknowledging.
    QByteArray texts;
    texts.reserve(static_cast<qsizetype>(ids.size()) * StreamId::longestText);
    std::vector<QByteArrayView> words{"XACK", m_group.stream, m_group.group};
    words.reserve(words.size() + ids.size());
    for (const StreamId id : ids) {
        const qsizetype from = texts.size();
        id.appendTo(texts);
        words.emplace_back(texts.constData() + from, texts.size() - from);
    }
    m_link.append(words);
    return 0;
}

void RedisStream::appendBehind() {
    m_link.append({"XINFO", "GROUPS", m_group.stream});
}

/// [[name, value, name, value, …], …], one list a group. `lag` is what the group has not read yet (Redis 7 and
/// newer; nothing where deletions made it uncertain), `pending` what is read and not acknowledged.
std::optional<qint64> RedisStream::behindIn(const RedisReply::Node& reply) const {
    for (const RedisReply::Node group : reply) {
        std::optional<qint64> lag;
        qint64 pending = 0;
        QByteArrayView name;
        for (auto at = group.begin(); at != group.end(); ++at) {
            const QByteArrayView field = (*at).text();
            ++at;
            const RedisReply::Node value = *at;
            if (field == "name")
                name = value.text();
            else if (field == "pending")
                pending = value.integer();
            else if (field == "lag" && !value.isNil())
                lag = value.integer();
        }
        if (name == m_group.group && lag)
            return *lag + pending;
    }
    return std::nullopt;
}

RedisStreamSource::RedisStreamSource(const SourceUrl& url, RedisPullOptions options)
    : RedisPullSource(url, options, [](RedisConnection& link, const SourceUrl& from) -> std::unique_ptr<RedisQueue> {
        const RedisGroup group{from.name, from.group.toUtf8(), consumerOf(from), from.identity(), from.identities()};
        return std::make_unique<RedisStream>(link, group);
    }) {}

} // namespace portolan
