#include "storage/sources/redis/redisstreamagain.h"

namespace portolan {

namespace {

std::optional<StreamId> entryId(const RedisReply::Node& entry) {
    return entry.size() >= 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
}

} // namespace

RedisStreamAgain::RedisStreamAgain(RedisConnection& link, RedisGroup group) : m_link(link), m_group(std::move(group)) {}

Result<RedisStreamAgain::Begun> RedisStreamAgain::begin(StreamId after, StreamId known, StreamId last,
                                                        const CancelToken& token) {
    const auto reply = m_link.command({"XRANGE", m_group.stream, "-", "+", "COUNT", "1"}, token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node first = reply->root();
    m_isUnderWay = !first.isError();
    if (!m_isUnderWay)
        return Begun::Denied;
    m_next = after.next();
    m_last = last;
    const auto id = first.size() == 1 ? entryId(first[0]) : std::nullopt;
    return id && *id <= known ? Begun::Whole : Begun::Cut;
}

/// Finds what is pending; nothing where this account may not ask.
Result<std::set<StreamId>> RedisStreamAgain::pendingIn(StreamId first, StreamId last, const CancelToken& token) {
    std::set<StreamId> pending;
    constexpr char most[] = "10000"; // far more than can be of one page
    const auto reply =
        m_link.command({"XPENDING", m_group.stream, m_group.group, first.toText(), last.toText(), most}, token);
    PORTOLAN_TRY(reply);
    for (const RedisReply::Node entry : reply->root()) {
        if (const auto id = entryId(entry))
            pending.insert(*id);
    }
    return pending;
}

Result<TakenOver> RedisStreamAgain::step(int count, const OutstandingIds& held, const QByteArray& source,
                                         const CancelToken& token) {
    const auto reply = m_link.command(
        {"XRANGE", m_group.stream, m_next.toText(), m_last.toText(), "COUNT", QByteArray::number(count)}, token);
    PORTOLAN_TRY(reply);
    if (reply->root().isError())
        return m_link.serverError(reply->root().text(), QStringLiteral("Reading entries again"));
    TakenOver taken;
    const Timestamp now = currentTime();
    StreamId last;
    for (const RedisReply::Node entry : reply->root()) {
        const auto id = entryId(entry);
        if (!id)
            return m_link.unexpected();
        last = *id;
        taken.deliveries.push_back(streamDelivery(source, *id, entry[0].text(), entry[1], now));
    }
    m_isUnderWay = reply->root().size() >= count && last < m_last;
    if (taken.deliveries.empty())
        return taken;
    const auto pending = pendingIn(m_next, last, token);
    PORTOLAN_TRY(pending);
    std::erase_if(taken.deliveries, [&](const Delivery& each) {
        const StreamId id{each.key.major, each.key.minor};
        return held.contains(id) || pending->contains(id);
    });
    m_next = last.next();
    return taken;
}

} // namespace portolan
