#include "storage/sources/redis/redispendingclaimer.h"

#include "storage/sources/redis/redisnames.h"
#include "storage/sources/redis/redisstreamscripts.h"

#include <algorithm>

namespace portolan {

namespace {

bool isRefused(QByteArrayView error) {
    return error.startsWith("NOPERM");
}

} // namespace

RedisPendingClaimer::RedisPendingClaimer(RedisConnection& link, RedisGroup group)
    : m_link(link)
    , m_group(std::move(group))
    , m_keySource(m_group.identity)
    , m_uncounted(besideKey(m_group.stream) + ":alone:" + m_group.group) {}

void RedisPendingClaimer::beginOwn() {
    m_scans.clear();
    m_scans.push_back({m_group.consumer, std::chrono::milliseconds(0), {}});
}

Result<void> RedisPendingClaimer::claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token) {
    if (!m_maySummarize) {
        m_scans.push_back({m_group.consumer, std::chrono::milliseconds(0), {}});
        return {};
    }
    m_link.append({"XPENDING", m_group.stream, m_group.group});
    const auto summary = m_link.read(token);
    PORTOLAN_TRY(summary);
    const QString doing = QStringLiteral("Looking for messages that other consumers left behind");
    if (isRefused(summary->root().text())) { // what is ours is asked for in another form, or by XREADGROUP
        m_maySummarize = false;
        m_notes << m_link.serverError(summary->root().text(), doing).text;
        return {};
    }
    if (summary->root().isError())
        return m_link.serverError(summary->root().text(), doing);
    // [count, smallest id, greatest id, [[consumer, count], …]]
    const RedisReply::Node root = summary->root();
    if (root.size() < 4)
        return {};
    for (const RedisReply::Node entry : root[3]) {
        const QByteArray consumer = entry.size() == 2 ? entry[0].text().toByteArray() : QByteArray();
        if (!consumer.isEmpty())
            m_scans.push_back({consumer, consumer == m_group.consumer ? std::chrono::milliseconds(0) : idle, {}});
    }
    return {};
}

Result<TakenOver> RedisPendingClaimer::step(int count, const OutstandingIds& held, const CancelToken& token) {
    if (m_scans.empty())
        return TakenOver();
    if (!m_mayClaim)
        return ownAgain(count, held, token);
    auto pending = pendingOf(m_scans.front(), count, token);
    PORTOLAN_TRY(pending);
    if (!m_mayClaim)
        return TakenOver();
    const Scan scan = m_scans.front();
    if (pending->empty()) {
        m_scans.pop_front();
        if (m_scans.empty())
            m_unanswered.clear();
        return TakenOver();
    }
    const StreamId last = pending->back().id;
    std::erase_if(*pending, [&](const Pending& entry) { return held.contains(entry.id); });
    if (!pending->empty() && !held.isEmpty())
        return TakenOver{{}, {}, true};
    if (!pending->empty()) {
        const Result<DeliveryCount> tries = withUncounted(pending->front(), token);
        PORTOLAN_TRY(tries);
        pending->front().tries = *tries;
    }
    cutToGroup(*pending, count);
    m_scans.front().from = (pending->empty() ? last : pending->back().id).next();
    return pending->empty() ? Result<TakenOver>(TakenOver()) : claim(scan, std::move(*pending), token);
}

void RedisPendingClaimer::noteDenied(const QString& doing, QByteArrayView error) {
    m_mayClaim = m_maySummarize = false;
    m_unanswered.clear();
    for (Scan& scan : m_scans)
        scan.from = {};
    m_notes << m_link.serverError(error, doing).text
                   + QStringLiteral(" This receiver takes only its own messages again, and does not count how often.");
}

Result<TakenOver> RedisPendingClaimer::ownAgain(int count, const OutstandingIds& held, const CancelToken& token) {
    Scan& scan = m_scans.front();
    TakenOver taken;
    StreamId last;
    if (scan.consumer == m_group.consumer) {
        const auto reply = ask({"XREADGROUP", "GROUP", m_group.group, m_group.consumer, "COUNT",
                                QByteArray::number(count), "STREAMS", m_group.stream, scan.from.toText()},
                               QStringLiteral("Reading the messages that were not stored"), token);
        PORTOLAN_TRY(reply);
        const RedisReply::Node root = reply->root();
        if (root.size() == 1 && root[0].size() == 2) {
            const Timestamp now = currentTime();
            for (const RedisReply::Node entry : root[0][1]) { // [id, fields]; no fields: it was trimmed or deleted
                const auto id = entry.size() == 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
                if (!id)
                    continue;
                last = *id;
                if (held.contains(*id))
                    continue;
                if (entry[1].isArray())
                    taken.deliveries.push_back(streamDelivery(m_keySource, *id, entry[0].text(), entry[1], now));
                else
                    taken.gone.push_back(*id);
            }
        }
    }
    if (last == StreamId())
        m_scans.pop_front();
    else if (!held.isEmpty() && !(taken.deliveries.empty() && taken.gone.empty()))
        return TakenOver{{}, {}, true};
    else
        scan.from = last;
    return taken;
}

/// The server's count says nothing of tries alone; where we may not ask, there are none left.
Result<DeliveryCount> RedisPendingClaimer::withUncounted(const Pending& entry, const CancelToken& token) {
    if (entry.tries.all() != DeliveryCount::countedBeforeAlone || m_unanswered.contains(entry.id))
        return entry.tries;
    m_link.append({"HGET", m_uncounted, entry.id.toText()});
    const auto reply = m_link.read(token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node noted = reply->root();
    return DeliveryCount::of(DeliveryCount::countedBeforeAlone,
                             noted.isError() ? DeliveryCount::uncounted : noted.text().toLongLong());
}

/// False: we may not.
Result<bool> RedisPendingClaimer::noteUncounted(StreamId id, DeliveryCount tries, const CancelToken& token) {
    m_link.append({"EVAL", streamscripts::noteTries, "1", m_uncounted, id.toText(), QByteArray::number(tries.alone())});
    const auto noted = m_link.read(token);
    return noted ? Result<bool>(!noted->root().isError()) : noted.error();
}

/// Keeps the first entries that may be tried together. They were delivered equally often: XCLAIM sets one count.
void RedisPendingClaimer::cutToGroup(std::vector<Pending>& pending, int count) {
    if (pending.empty())
        return;
    const DeliveryCount tries = pending.front().tries;
    const auto other = std::ranges::find_if(pending, [&](const Pending& at) { return at.tries.all() != tries.all(); });
    const auto allowed = static_cast<std::ptrdiff_t>(tries.group(count));
    pending.erase(pending.begin() + std::min(other - pending.begin(), allowed), pending.end());
}

Result<RedisReply> RedisPendingClaimer::ask(const std::vector<QByteArray>& words, const QString& doing,
                                            const CancelToken& token) {
    const std::vector<QByteArrayView> views(words.begin(), words.end());
    m_link.append(views);
    auto reply = m_link.read(token);
    if (reply && reply->root().isError())
        return m_link.serverError(reply->root().text(), doing);
    return reply;
}

Result<std::vector<RedisPendingClaimer::Pending>> RedisPendingClaimer::pendingOf(const Scan& scan, int count,
                                                                                 const CancelToken& token) {
    const auto reply =
        m_link.command({"XPENDING", m_group.stream, m_group.group, "IDLE", QByteArray::number(scan.idle.count()),
                        scan.from.toText(), "+", QByteArray::number(count), scan.consumer},
                       token);
    PORTOLAN_TRY(reply);
    const QString doing = QStringLiteral("Reading the pending messages");
    if (isRefused(reply->root().text())) {
        noteDenied(doing, reply->root().text());
        return std::vector<Pending>();
    }
    if (reply->root().isError())
        return m_link.serverError(reply->root().text(), doing);
    std::vector<Pending> pending;
    for (const RedisReply::Node entry : reply->root()) { // [id, consumer, idle ms, deliveries]
        const auto id = entry.size() == 4 ? StreamId::fromText(entry[0].text()) : std::nullopt;
        if (!id)
            continue;
        const auto unanswered = m_unanswered.find(*id);
        pending.push_back(
            {*id, unanswered == m_unanswered.end() ? DeliveryCount::of(entry[3].integer(), 0) : unanswered->second});
    }
    return pending;
}

/// Takes out of `wanted` what the stream was trimmed of. Claiming would take it off the pending list, and a receiver
/// that is killed before it has stored the gap would leave no trace of it.
Result<std::vector<StreamId>> RedisPendingClaimer::takeOutTrimmed(std::vector<Pending>& wanted,
                                                                  const CancelToken& token) {
    m_link.append({"XRANGE", m_group.stream, "-", "+", "COUNT", "1"});
    const auto reply = m_link.read(token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node entries = reply->root();
    std::vector<StreamId> gone;
    if (!entries.isArray())
        return gone; // we may not ask
    const auto first =
        entries.size() == 1 && entries[0].size() == 2 ? StreamId::fromText(entries[0][0].text()) : std::nullopt;
    std::erase_if(wanted, [&](const Pending& entry) {
        const bool isGone = !first || entry.id < *first;
        if (isGone)
            gone.push_back(entry.id);
        return isGone;
    });
    return gone;
}

Result<TakenOver> RedisPendingClaimer::claim(const Scan& scan, std::vector<Pending> wanted, const CancelToken& token) {
    auto cut = takeOutTrimmed(wanted, token);
    PORTOLAN_TRY(cut);
    if (wanted.empty())
        return TakenOver{{}, std::move(*cut), false};
    std::vector<QByteArray> words{"XCLAIM", m_group.stream, m_group.group, m_group.consumer,
                                  QByteArray::number(scan.idle.count())};
    for (const Pending& entry : wanted) {
        words.push_back(entry.id.toText());
        m_unanswered.insert_or_assign(entry.id, entry.tries);
    }
    DeliveryCount now = wanted.front().tries.next();
    if (now.isUncounted()) {
        const Result<bool> noted = noteUncounted(wanted.front().id, now, token);
        PORTOLAN_TRY(noted);
        if (!*noted)
            now = DeliveryCount::of(DeliveryCount::countedBeforeAlone, DeliveryCount::uncounted).next();
    }
    words.insert(words.end(), {"RETRYCOUNT", QByteArray::number(now.counted())});
    const QString doing = QStringLiteral("Taking over pending messages");
    const std::vector<QByteArrayView> views(words.begin(), words.end());
    m_link.append(views);
    const auto reply = m_link.read(token);
    PORTOLAN_TRY(reply);
    if (isRefused(reply->root().text())) {
        noteDenied(doing, reply->root().text());
        return TakenOver{{}, std::move(*cut), false};
    }
    if (reply->root().isError())
        return m_link.serverError(reply->root().text(), doing);

    TakenOver taken;
    const Timestamp receivedAt = currentTime();
    std::vector<StreamId> found;
    for (const RedisReply::Node entry : reply->root()) {
        // Before Redis 7 an entry that was deleted is answered by nothing.
        const auto id = entry.size() == 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
        if (!id || !entry[1].isArray())
            continue;
        taken.deliveries.push_back(streamDelivery(m_keySource, *id, entry[0].text(), entry[1], receivedAt));
        taken.deliveries.back().deliveries = now.counted();
        found.push_back(*id);
    }
    std::ranges::sort(found);
    std::vector<StreamId> missing;
    for (const Pending& entry : wanted) {
        if (!std::ranges::binary_search(found, entry.id))
            missing.push_back(entry.id);
    }
    auto gone = trimmed(missing, token);
    PORTOLAN_TRY(gone);
    taken.gone = std::move(*cut);
    taken.gone.insert(taken.gone.end(), gone->begin(), gone->end());
    for (const Pending& entry : wanted)
        m_unanswered.erase(entry.id);
    return taken;
}

/// Finds what is gone from the stream of what could not be claimed; the rest was claimed by somebody quicker.
Result<std::vector<StreamId>> RedisPendingClaimer::trimmed(const std::vector<StreamId>& missing,
                                                           const CancelToken& token) {
    for (const StreamId id : missing) {
        const QByteArray text = id.toText();
        m_link.append({"XRANGE", m_group.stream, text, text});
    }
    std::vector<StreamId> gone;
    for (const StreamId id : missing) {
        const auto reply = m_link.read(token);
        PORTOLAN_TRY(reply);
        if (reply->root().isArray() && reply->root().size() == 0)
            gone.push_back(id);
    }
    return gone;
}

} // namespace portolan
