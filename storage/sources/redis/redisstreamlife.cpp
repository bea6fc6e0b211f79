#include "storage/sources/redis/redisstreamlife.h"

#include "storage/ingest/contenthash.h"

#include <QLoggingCategory>
#include <algorithm>
#include <map>
#include <utility>

namespace portolan {

namespace {

constexpr char entriesLookedAt[] = "32";             // from each end, of the stream and of what is stored
constexpr quint64 earliestClock = 1'000'000'000'000; // milliseconds: ids below are counted by the producer

Q_LOGGING_CATEGORY(lifeLog, "portolan.ingest.stream")

KeyPair pairOf(StreamId id) {
    return {id.major, id.minor};
}

} // namespace

RedisStreamLife::RedisStreamLife(RedisConnection& link, QByteArray stream, std::vector<QByteArray> identities)
    : m_link(link)
    , m_stream(std::move(stream))
    , m_identities(std::move(identities))
    , m_source(m_identities.front()) {}

std::shared_ptr<DedupQuery> RedisStreamLife::put(std::vector<DedupProbe> probes) {
    m_question = std::make_shared<DedupQuery>(m_identities, KeyPair{}, std::move(probes));
    return m_question;
}

std::shared_ptr<DedupQuery> RedisStreamLife::ask() {
    if (m_stored)
        return nullptr;
    const auto answer = m_question ? m_question->answered() : std::nullopt;
    if (!answer || !*answer)
        return put({});
    m_question.reset();
    m_stored = **answer;
    return nullptr;
}

void RedisStreamLife::restart() {
    m_stored.reset();
    m_question.reset();
    m_isComparing = false;
    m_isForeign = false;
    m_hasLooked = false;
    m_hasWaited = false;
}

Result<void> RedisStreamLife::look(const CancelToken& token) {
    if (m_isComparing)
        return {}; // what it said before the group was made is what counts
    const auto reply = m_link.command({"XINFO", "STREAM", m_stream}, token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node root = reply->root();
    m_isTold = !root.isError() || root.text().contains("no such key");
    StreamId last;
    for (auto at = root.begin(); !root.isError() && at != root.end(); ++at) {
        const bool isIt = (*at).text() == "last-generated-id";
        ++at;
        if (isIt)
            last = StreamId::fromText((*at).text()).value_or(StreamId());
    }
    m_lastId = std::exchange(m_hasLooked, true) ? std::min(m_lastId, last) : last;
    return {};
}

/// Entries of both ends as they would be delivered, and those next to the ends of what is stored: ids of another
/// stream may lie around these.
Result<std::vector<DedupProbe>> RedisStreamLife::someEntries(const CancelToken& token) {
    const auto textOf = [](const KeyPair& key) { return StreamId{key.major, key.minor}.toText(); };
    std::vector<QByteArrayList> questions{{"XRANGE", m_stream, "-", "+"}, {"XREVRANGE", m_stream, "+", "-"}};
    if (m_stored->last)
        questions.emplace_back(QByteArrayList{"XREVRANGE", m_stream, textOf(*m_stored->last), "-"});
    if (m_stored->first)
        questions.emplace_back(QByteArrayList{"XRANGE", m_stream, textOf(*m_stored->first), "+"});
    std::map<StreamId, quint64> hashes;
    for (const QByteArrayList& question : questions) {
        const auto reply =
            m_link.command({question[0], question[1], question[2], question[3], "COUNT", entriesLookedAt}, token);
        PORTOLAN_TRY(reply);
        if (reply->root().isError())
            break; // who may not look goes by the ids alone
        for (const RedisReply::Node entry : reply->root()) {
            const auto id = entry.size() == 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
            if (id)
                hashes[*id] = contentHash(streamDelivery(m_source, *id, entry[0].text(), entry[1], {}));
        }
    }
    std::vector<DedupProbe> probes;
    probes.reserve(hashes.size());
    for (const auto& [id, hash] : hashes)
        probes.push_back({pairOf(id), hash});
    return probes;
}

/// Returns what was the last entry where there is none any more, and nothing where this account may not look.
Result<std::optional<StreamId>> RedisStreamLife::firstEntry(const CancelToken& token) {
    const auto reply = m_link.command({"XRANGE", m_stream, "-", "+", "COUNT", "1"}, token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node entries = reply->root();
    if (!entries.isArray())
        return std::optional<StreamId>();
    return entries.size() == 1 && entries[0].size() == 2 ? StreamId::fromText(entries[0][0].text())
                                                         : std::optional(m_lastId);
}

bool RedisStreamLife::isNew(bool isBelow, const DedupAnswer& compared) const {
    if (compared.different > 0)
        return true;
    const bool isNamed = m_identities.size() > 1;
    return isBelow && isCounted() && (compared.same == 0 || (m_wasLost && !isNamed));
}

Result<QueueStep> RedisStreamLife::decide(StreamId delivered, const CancelToken& token) {
    if (!m_stored->last)
        return settle(false);
    const bool isBelow = m_isTold && pairOf(m_lastId) < *m_stored->last;
    const bool mayBeForeign = m_isFirst && m_wasLost && m_isTold && m_identities.size() == 1;
    if (m_isComparing) {
        const auto answer = m_question ? m_question->answered() : std::nullopt;
        // Another receiver may have opened the epoch meanwhile: it is the same one.
        const bool isOpen = answer && *answer && (*answer)->epoch != m_stored->epoch;
        if (isOpen)
            m_stored = **answer;
        if (answer && *answer)
            return settle(!isOpen && isNew(isBelow, **answer));
    } else if ((isCounted() || mayBeForeign) && m_isTold && m_lastId == StreamId()) {
        m_hasLooked = false;
        m_hasWaited = true;
        return QueueStep{};
    } else if (m_hasWaited) { // the store is asked first again
        restart();
        return QueueStep{false, put({})};
    } else if (!isBelow && !m_wasLost && !isCounted() && pairOf(delivered) >= *m_stored->last) {
        return settle(false);
    }
    if (mayBeForeign) {
        const auto first = firstEntry(token);
        PORTOLAN_TRY(first);
        m_firstId = first->value_or(m_lastId);
        m_isForeign = !isCounted() && *first && pairOf(**first) > *m_stored->last;
    }
    auto probes = someEntries(token);
    PORTOLAN_TRY(probes);
    m_isComparing = true;
    return QueueStep{false, put(std::move(*probes))};
}

bool RedisStreamLife::isOfClock(quint64 major) {
    return major >= earliestClock;
}

bool RedisStreamLife::isCounted() const {
    return !isOfClock(m_stored->last->major);
}

QueueStep RedisStreamLife::settle(bool isNew) {
    const QByteArray& identity = m_stored->identity.isEmpty() ? m_identities.front() : m_stored->identity;
    m_epoch = m_stored->epoch + (isNew ? 1 : 0);
    const QByteArray source = sourceInEpoch(identity, m_epoch);
    if (isNew && source != m_source) {
        qCWarning(lifeLog).noquote() << QStringLiteral(
                                            "The stream “%1” at the Redis server %2 is not the one of which messages "
                                            "are stored: it was deleted and made again. Its messages are of a new "
                                            "epoch, whatever their ids: %3.")
                                            .arg(QString::fromUtf8(m_stream), m_link.endpoint().display(),
                                                 QString::fromUtf8(source));
    }
    m_isBegunUnseen = (isNew || m_isForeign) && m_isFirst && m_wasLost;
    m_isFirst = false;
    m_known = *m_stored;
    m_source = source;
    m_wasLost = false;
    restart();
    return QueueStep{true, {}};
}

} // namespace portolan
