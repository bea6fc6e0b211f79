#include "storage/sources/redis/redislist.h"

#include "storage/base/numbertext.h"
#include "storage/sources/redis/redislistscripts.h"
#include "storage/sources/redis/redisnames.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int mostAtOnce = 1000;         ///< Lua's unpack() takes some 8,000 values, two a message
constexpr milliseconds signEvery{5'000}; ///< of life; a fraction of the time after which a consumer counts as gone

/// The id of the first message in a claim's reply.
std::optional<StreamId> firstIn(const RedisReply::Node& reply) {
    return StreamId::fromText(reply[0].text().toByteArray() + '-' + reply[1].text().toByteArray());
}

/// Of a claim's reply: the counter, and all consumers beside it, were not there.
bool isAllForgotten(const RedisReply::Node& reply) {
    return reply[7].text() == "1";
}

QByteArray secondsText(milliseconds time) {
    return measuredText(duration<double>(time).count(), 3).toLatin1();
}

} // namespace

RedisListKeys::RedisListKeys(const QByteArray& name, const QByteArray& consumer)
    : list(name)
    , counter(besideKey(name))
    , consumers(counter + ":consumers")
    , claims(claimsOf(consumer))
    , again(againOf(consumer)) {}

RedisList::RedisList(RedisConnection& link, const QByteArray& list, const QByteArray& consumer,
                     std::vector<QByteArray> identities, bool isTakenRight)
    : m_link(link)
    , m_isTakenRight(isTakenRight)
    , m_keys(list, consumer)
    , m_consumer(consumer)
    , m_identities(std::move(identities))
    , m_identity(m_identities.front())
    , m_claim(listscripts::claim)
    , m_watch(list, m_identities.front(), link.endpoint().display())
    , m_stored(link, m_keys.counter + ":stored", QStringLiteral("list “%1”").arg(QString::fromUtf8(list))) {}

QString RedisList::reading() const {
    return QStringLiteral("Reading the list “%1”").arg(QString::fromUtf8(m_keys.list));
}

Result<RedisReply> RedisList::ask(std::span<const QByteArrayView> words, const QString& doing,
                                  const CancelToken& token) {
    m_link.append(words);
    auto reply = m_link.read(token);
    if (reply && reply->root().isError())
        return m_link.serverError(reply->root().text(), doing);
    return reply;
}

Result<void> RedisList::learnRun(const CancelToken& token) {
    const auto reply = m_link.command({"INFO", "server"}, token);
    PORTOLAN_TRY(reply);
    constexpr QByteArrayView name = "run_id:";
    const QByteArrayView text = reply->root().text();
    const qsizetype at = text.indexOf(name);
    m_run = QByteArrayLiteral("-"); // then epochs last as long as the counter does
    if (reply->root().isError() || at < 0)
        return {};
    const QByteArrayView rest = text.sliced(at + name.size());
    m_run = rest.first(std::max<qsizetype>(rest.indexOf('\r'), 0)).toByteArray();
    return {};
}

/// Claiming nothing loads the script and tells at once what would stand in the way.
Result<QueueStep> RedisList::prepare(const CancelToken& token) {
    const auto asked = std::exchange(m_question, nullptr);
    const auto answer = asked ? asked->answered() : std::nullopt;
    if (!answer || !*answer) {
        PORTOLAN_TRY(m_stored.read(token));
        m_question = std::make_shared<DedupQuery>(m_identities, KeyPair{});
        return QueueStep{false, m_question};
    }
    m_identity = (*answer)->identity.isEmpty() ? m_identity : (*answer)->identity;
    m_stored.know(**answer, (*answer)->epoch);
    tellPutBack();
    PORTOLAN_TRY(learnRun(token));
    m_nextSign = {};
    appendClaim(0, 0);
    const auto reply = m_link.read(token);
    PORTOLAN_TRY(reply);
    if (reply->root().isError())
        return m_link.serverError(reply->root().text(), reading());
    const bool isFirst = !std::exchange(m_hasBegun, true);
    PORTOLAN_TRY(seeClaim(reply->root()));
    // A server that an operator calls the same list by identity= has no notes of it.
    const auto& last = (*answer)->last;
    if (isFirst && last && m_identities.size() == 1 && reply->root()[3].text().isEmpty()
        && isAllForgotten(reply->root()))
        m_watch.tellForgotten({m_identity + "#anew", last->major, last->minor});
    return QueueStep{true, {}};
}

/// A list forgets what was taken from it: what a store had and lacks now is gone.
void RedisList::tellPutBack() {
    const auto back = m_stored.putBack();
    if (!back)
        return;
    if (back->known >= back->noted)
        return; // the store tells of its lines that are gone
    const bool isOneRun = back->after.major == back->noted.major;
    const std::optional<qint64> most =
        isOneRun ? std::optional(static_cast<qint64>(back->noted.minor - back->after.minor) - back->gone)
                 : std::nullopt;
    m_watch.tellPutBack({m_identity + "#again", back->noted.major, back->noted.minor}, most, back->isAlone);
}

void RedisList::appendClaim(int count, qint64 bytes) {
    const auto now = Clock::now();
    const bool givesSign = now >= m_nextSign;
    if (givesSign)
        m_nextSign = now + signEvery;
    const QByteArray countText = QByteArray::number(std::min(count, mostAtOnce));
    const QByteArray bytesText = QByteArray::number(bytes);
    m_claim.append(m_link, {"4", m_keys.list, m_keys.counter, m_keys.claims, m_keys.consumers, m_run, m_consumer,
                            countText, bytesText, givesSign ? "1" : "0", m_isTakenRight ? "right" : "left"});
}

int RedisList::appendRead(int count, qint64 bytes, milliseconds block) {
    const QByteArrayView side = m_isTakenRight ? "RIGHT" : "LEFT";
    if (block.count() > 0) // 0 would be for ever
        m_link.append({"BLMOVE", m_keys.list, m_keys.list, side, side, secondsText(block)});
    appendClaim(count, bytes);
    return block.count() > 0 ? 1 : 0;
}

Delivery RedisList::delivery(StreamId id, QByteArrayView payload, Timestamp now) const {
    Delivery message;
    message.key = {m_identity, id.major, id.minor};
    message.keyText = id.toText();
    message.payload = payload.toByteArray();
    message.receivedAt = now;
    return message;
}

Result<qint64> RedisList::noteRead(const RedisReply::Node& reply) {
    PORTOLAN_TRY(seeClaim(reply));
    return reply[2].size();
}

Result<void> RedisList::seeClaim(const RedisReply::Node& reply) {
    if (reply.size() != 8 || !firstIn(reply))
        return m_link.unexpected();
    const RedisReply::Node payloads = reply[2];
    RedisListWatch::Sight sight;
    sight.epochBefore = reply[3].text().toByteArray();
    sight.epoch = payloads.size() > 0 ? reply[0].text().toByteArray() : sight.epochBefore;
    sight.sequence = reply[4].text().toLongLong();
    sight.taken = payloads.size();
    sight.length = std::max<qint64>(reply[5].text().toLongLong(), 0); // not known: then nothing of it is missed
    if (const qint64 left = reply[6].text().toLongLong(); left >= 0)
        sight.expiresIn = milliseconds(left);
    sight.isAllForgotten = isAllForgotten(reply);
    m_watch.see(sight, Clock::now());
    return {};
}

Result<std::vector<Delivery>> RedisList::messagesIn(const RedisReply::Node& reply) {
    const RedisReply::Node payloads = reply[2];
    std::vector<Delivery> messages;
    messages.reserve(static_cast<std::size_t>(payloads.size()));
    const Timestamp now = currentTime();
    StreamId id = firstIn(reply).value_or(StreamId());
    for (const RedisReply::Node payload : payloads) {
        messages.push_back(delivery(id, payload.text(), now));
        ++id.minor;
    }
    return messages;
}

int RedisList::appendAcknowledge(std::span<const StreamId> ids) {
    QByteArray texts; // all in one buffer: an allocation for each would be the dearest part
    texts.resize(static_cast<qsizetype>(ids.size()) * StreamId::longestText);
    char* end = texts.data();
    std::vector<QByteArrayView> words{"HDEL", m_keys.claims};
    std::vector<QByteArrayView> counted{"HDEL", m_keys.again};
    words.reserve(words.size() + ids.size());
    for (const StreamId id : ids) {
        const char* const from = end;
        end = id.writeTo(end);
        words.emplace_back(from, end - from);
        if (m_countedAgain.contains(id))
            counted.push_back(words.back());
    }
    // The claims last: their reply is the one that counts.
    const int noted = m_stored.append(ids);
    const bool wereCounted = counted.size() > 2;
    if (wereCounted)
        m_link.append(counted);
    m_link.append(words);
    return noted + (wereCounted ? 1 : 0);
}

/// Waiting is a convenience: what may not wait is asked for again and again instead. The claim's reply follows.
bool RedisList::isPassedOver(QByteArrayView error) {
    constexpr seconds fullFor{5};
    constexpr hours never{24 * 365};
    const bool isFull = error.startsWith("OOM");
    const bool isDenied = error.startsWith("NOPERM");
    if (isDenied && canBlock())
        m_notes << m_link.serverError(error, QStringLiteral("Waiting for messages of the list “%1”")
                                                 .arg(QString::fromUtf8(m_keys.list)))
                           .text
                       + QStringLiteral(" They are asked for twenty times a second instead.");
    if (isFull || isDenied)
        m_blocksAgain = Clock::now() + (isFull ? Clock::duration(fullFor) : Clock::duration(never));
    return isFull || isDenied;
}

bool RedisList::appendBehind(bool isDue) {
    if (!isDue || !m_tellsBehind)
        return false;
    m_link.append({"LLEN", m_keys.list});
    return true;
}

std::optional<qint64> RedisList::behindIn(const RedisReply::Node& reply) {
    m_tellsBehind = !reply.isError();
    return reply.type() == RedisReply::Type::Integer ? std::optional(reply.integer()) : std::nullopt;
}

void RedisList::beginOwn() {
    m_mustList = true;
}

/// Lists the claims that there are, oldest first, and how often each was handed out again.
Result<void> RedisList::listOwn(const CancelToken& token) {
    const QString doing = QStringLiteral("Looking for messages that were claimed and never stored");
    const auto claims = ask(std::array<QByteArrayView, 2>{"HKEYS", m_keys.claims}, doing, token);
    PORTOLAN_TRY(claims);
    const auto counts = ask(std::array<QByteArrayView, 2>{"HGETALL", m_keys.again}, doing, token);
    PORTOLAN_TRY(counts);
    m_pending.clear();
    for (const RedisReply::Node field : claims->root()) {
        if (const auto id = StreamId::fromText(field.text()))
            m_pending.push_back(*id);
    }
    std::ranges::sort(m_pending);
    m_countedAgain.clear();
    for (auto at = counts->root().begin(); at != counts->root().end(); ++at) {
        const auto id = StreamId::fromText((*at).text());
        ++at;
        if (id)
            m_countedAgain[*id] = (*at).text().toLongLong();
    }
    for (const auto& [id, before] : m_unanswered)
        m_countedAgain[id] = before;
    m_mustList = false;
    return {};
}

Result<void> RedisList::claimAbandoned(milliseconds idle, const CancelToken& token) {
    const QString doing = QStringLiteral("Looking for messages that other consumers left behind");
    m_mustList = true;
    if (!m_mayTakeOver)
        return {};
    m_link.append({"HKEYS", m_keys.consumers});
    const auto known = m_link.read(token);
    PORTOLAN_TRY(known);
    if (known->root().text().startsWith("NOPERM")) {
        m_mayTakeOver = false;
        m_notes << m_link.serverError(known->root().text(), doing).text;
        return {};
    }
    if (known->root().isError())
        return m_link.serverError(known->root().text(), doing);
    m_watch.noteConsumers(known->root().size());
    const QByteArray idleText = QByteArray::number(idle.count());
    for (const RedisReply::Node node : known->root()) {
        const QByteArray other = node.text().toByteArray();
        if (other == m_consumer)
            continue;
        const QByteArray claims = m_keys.claimsOf(other);
        const QByteArray again = m_keys.againOf(other);
        const std::array<QByteArrayView, 10> words{
            "EVAL",       listscripts::takeOver, "5",   claims,  again, m_keys.claims,
            m_keys.again, m_keys.consumers,      other, idleText};
        PORTOLAN_TRY(ask(words, doing, token));
    }
    return {};
}

Result<TakenOver> RedisList::takeOver(int count, const OutstandingIds& held, const CancelToken& token) {
    if (m_mustList) {
        PORTOLAN_TRY(listOwn(token));
    }
    std::erase_if(m_pending, [&](StreamId id) { return held.contains(id); });
    if (m_pending.empty()) {
        m_unanswered.clear();
        return TakenOver();
    }
    if (!held.isEmpty())
        return TakenOver{{}, {}, true};

    std::vector<QByteArray> fields; // and how often each is handed out again with this time
    std::ptrdiff_t group = 0;
    int allowed = std::min(count, mostAtOnce);
    for (const StreamId id : m_pending) {
        const qint64 before = m_countedAgain[id];
        allowed = std::min(allowed, DeliveryCount(1 + before).group(count));
        if (group >= allowed)
            break;
        fields.push_back(id.toText());
        fields.push_back(QByteArray::number(before + 1));
        m_unanswered[id] = before;
        ++group;
    }
    std::vector<QByteArrayView> words{"EVAL", listscripts::again, "2", m_keys.claims, m_keys.again};
    words.insert(words.end(), fields.begin(), fields.end());
    const auto reply = ask(words, QStringLiteral("Reading messages that were claimed and never stored"), token);
    PORTOLAN_TRY(reply);
    m_pending.erase(m_pending.begin(), m_pending.begin() + group);

    TakenOver taken;
    const Timestamp now = currentTime();
    for (auto at = reply->root().begin(); at != reply->root().end(); ++at) {
        const auto id = StreamId::fromText((*at).text());
        const QByteArrayView payload = (*++at).text();
        if (!id)
            return m_link.unexpected();
        taken.deliveries.push_back(delivery(*id, payload, now));
        const qint64 again = ++m_countedAgain[*id];
        taken.deliveries.back().deliveries = DeliveryCount(1 + again).counted();
    }
    m_unanswered.clear();
    return taken;
}

RedisListSource::RedisListSource(const SourceUrl& url, RedisPullOptions options)
    : RedisQueueSource(
        url, options, [](RedisConnection& link, const SourceUrl& from) -> std::unique_ptr<RedisQueueProtocol> {
            return std::make_unique<RedisList>(link, from.name, consumerOf(from), from.identities(), from.isTakenRight);
        }) {}

} // namespace portolan
