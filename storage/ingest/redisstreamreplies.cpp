// The lower half of RedisStreamSource: what is asked of the server, and what its replies mean.
#include "storage/ingest/redisstream.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr std::size_t idsPerAcknowledgement = 1000;
constexpr qint64 smallestEntry = 64; ///< bytes; an entry costs at least so much, however short its payload

bool saysGroupIsGone(QByteArrayView error) {
    return error.startsWith("NOGROUP") || error.startsWith("UNBLOCKED");
}

Error unexpected(const RedisConnection& link) {
    return {ErrorCode::Connection, QStringLiteral("The Redis server %1 sent a reply of a shape that is not known.")
                                       .arg(link.endpoint().display())};
}

} // namespace

void RedisStreamSource::askRead(int count, milliseconds block) {
    const QByteArray countText = QByteArray::number(count);
    const QByteArray blockText = QByteArray::number(block.count());
    std::vector<QByteArrayView> words{"XREADGROUP", "GROUP", m_group.group, m_group.consumer, "COUNT", countText};
    if (block.count() > 0) { // BLOCK 0 would be for ever
        words.emplace_back("BLOCK");
        words.emplace_back(blockText);
    }
    words.insert(words.end(), {"STREAMS", m_group.stream, ">"});
    m_link.append(words);
    m_asked.push_back({Asked::Read, Clock::now() + block + m_options.timeouts.reply, count, {}});
}

void RedisStreamSource::askBehind() {
    if (!m_tellsBehind || Clock::now() < m_nextBehind)
        return;
    m_nextBehind = Clock::now() + m_options.behindEvery;
    m_link.append({"XINFO", "GROUPS", m_group.stream});
    m_asked.push_back({Asked::Behind, Clock::now() + m_options.timeouts.reply, 0, {}});
}

void RedisStreamSource::sendAcknowledgements() {
    const std::span<const StreamId> all(m_toAcknowledge);
    for (std::size_t at = 0; at < all.size(); at += idsPerAcknowledgement) {
        const auto ids = all.subspan(at, std::min(idsPerAcknowledgement, all.size() - at));
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
        m_asked.push_back({Asked::Acknowledge, Clock::now() + m_options.timeouts.reply, 0, {ids.begin(), ids.end()}});
    }
    m_toAcknowledge.clear();
}

bool RedisStreamSource::isReadUnderWay() const {
    return std::ranges::any_of(m_asked, [](const Request& request) { return request.what == Asked::Read; });
}

/// Takes replies until none is owed (or, Until::Read, a read was answered), `until` is over or the token stops.
/// Error Timeout when the server owes one for too long.
Result<void> RedisStreamSource::takeReplies(Until what, Clock::time_point until, const CancelToken& token) {
    while (!m_asked.empty()) {
        const auto end = std::min(until, m_asked.front().owedBy);
        const auto wait = std::max(ceil<milliseconds>(end - Clock::now()), milliseconds(0));
        auto reply = m_link.poll(wait, token);
        if (!reply)
            return reply.error();
        if (!*reply) {
            if (token.stop_requested())
                return {};
            if (Clock::now() >= m_asked.front().owedBy)
                return m_link.notAnswering();
            if (Clock::now() >= until)
                return {};
            continue;
        }
        Request request = std::move(m_asked.front());
        m_asked.pop_front();
        const bool wasRead = request.what == Asked::Read;
        if (auto handled = handle(std::move(request), (*reply)->root()); !handled)
            return handled;
        if (what == Until::Read && wasRead)
            return {};
    }
    return {};
}

Result<void> RedisStreamSource::handle(Request request, const RedisReply::Node& root) {
    if (root.isError() && saysGroupIsGone(root.text())) {
        m_hasGroup = false;
        m_moreWaits = false;
        for (const StreamId id : request.ids) // the pending list went with the group
            m_outstanding.remove(id);
        return {};
    }
    switch (request.what) {
    case Asked::Read:
        return handleRead(request.count, root);
    case Asked::Behind:
        handleBehind(root);
        return {};
    case Asked::Acknowledge:
        if (root.isError()) {
            m_toAcknowledge.insert(m_toAcknowledge.end(), request.ids.begin(), request.ids.end());
            return m_link.serverError(root.text(), QStringLiteral("Acknowledging messages"));
        }
        for (const StreamId id : request.ids)
            m_outstanding.remove(id);
        return {};
    }
    return {};
}

/// Nothing, or [[stream, [[id, [field, value, …]], …]]].
Result<void> RedisStreamSource::handleRead(int count, const RedisReply::Node& root) {
    if (root.isError())
        return m_link.serverError(root.text(),
                                  QStringLiteral("Reading the stream “%1”").arg(QString::fromUtf8(m_group.stream)));
    m_backoff.reset();
    m_moreWaits = false;
    if (root.isNil() || root.size() == 0)
        return {};
    const RedisReply::Node stream = root[0];
    if (stream.size() != 2)
        return unexpected(m_link);
    const RedisReply::Node entries = stream[1];
    const Timestamp now = currentTime();
    qint64 bytes = 0;
    for (const RedisReply::Node entry : entries) {
        const auto id = entry.size() == 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
        if (!id)
            return unexpected(m_link);
        addReady(streamDelivery(m_group.identity, *id, entry[0].text(), entry[1], now));
        bytes += m_ready.back().payload.size();
    }
    m_moreWaits = entries.size() == count;
    if (entries.size() > 0)
        m_entryBytes = std::max(bytes / entries.size(), smallestEntry);
    return {};
}

/// [[name, value, name, value, …], …], one list a group. `lag` is what the group has not read yet (Redis 7 and
/// newer; nothing where deletions made it uncertain), `pending` what is read and not acknowledged.
void RedisStreamSource::handleBehind(const RedisReply::Node& root) {
    m_tellsBehind = !root.isError();
    m_status.behind.reset();
    for (const RedisReply::Node group : root) {
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
            m_status.behind = *lag + pending;
    }
}

} // namespace portolan
