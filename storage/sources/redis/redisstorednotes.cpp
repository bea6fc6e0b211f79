#include "storage/sources/redis/redisstorednotes.h"

#include <algorithm>
#include <limits>

namespace portolan {

namespace {

constexpr int placeDigits = 20; ///< of each number: places compare as texts do

/// Raises notes. The first command needs no memory, after which a script may use some though the server is out of it.
/// KEYS: notes. ARGV: the place, the stores' names.
constexpr char raise[] = R"lua(
redis.call('HDEL', KEYS[1], '')
for i = 2, #ARGV do
    local noted = redis.call('HGET', KEYS[1], ARGV[i])
    if not noted or noted < ARGV[1] then redis.call('HSET', KEYS[1], ARGV[i], ARGV[1]) end
end
return 1
)lua";

StreamId idOf(KeyPair key) {
    return {key.major, key.minor};
}

} // namespace

RedisStoredNotes::RedisStoredNotes(RedisConnection& link, QByteArray key, QString what)
    : m_link(link)
    , m_key(std::move(key))
    , m_what(std::move(what)) {}

QByteArray RedisStoredNotes::textOf(const Place& place) {
    const auto padded = [](quint64 number) { return QByteArray::number(number).rightJustified(placeDigits, '0'); };
    return padded(static_cast<quint64>(place.epoch)) + ' ' + padded(place.id.major) + '-' + padded(place.id.minor);
}

std::optional<RedisStoredNotes::Place> RedisStoredNotes::placeOf(QByteArrayView text) {
    if (text.size() <= placeDigits)
        return std::nullopt;
    bool isNumber = false;
    const qint64 epoch = text.first(placeDigits).toLongLong(&isNumber);
    const auto id = StreamId::fromText(text.sliced(placeDigits + 1));
    return isNumber && id ? std::optional(Place{epoch, *id}) : std::nullopt;
}

Result<void> RedisStoredNotes::read(const CancelToken& token) {
    m_noted.clear();
    m_stores.clear();
    m_isKnown = false;
    if (!m_mayNote)
        return {};
    const auto reply = m_link.command({"HGETALL", m_key}, token);
    PORTOLAN_TRY(reply);
    if (reply->root().isError()) {
        const QByteArrayView error = reply->root().text();
        return isDenied(error) ? Result<void>()
                               : m_link.serverError(error, QStringLiteral("Reading what the stores have"));
    }
    for (auto at = reply->root().begin(); at != reply->root().end(); ++at) {
        const QByteArray name = (*at).text().toByteArray();
        ++at;
        if (const auto place = placeOf((*at).text()))
            m_noted[name] = *place;
    }
    return {};
}

void RedisStoredNotes::know(const DedupAnswer& answer, qint64 epoch) {
    m_stores = answer.stores;
    m_epoch = epoch;
    m_isKnown = true;
    m_names.clear();
    for (const StoredSpan& store : m_stores)
        m_names.push_back(idOf(store.first).toText());
}

std::optional<RedisStoredNotes::PutBack> RedisStoredNotes::putBack() const {
    std::optional<PutBack> found;
    for (const StoredSpan& store : m_stores) {
        const auto noted = m_noted.find(idOf(store.first).toText());
        if (noted == m_noted.end() || noted->second <= Place{store.epoch, idOf(store.last)}
            || noted->second.epoch < m_epoch)
            continue;
        const StreamId after = store.epoch == m_epoch ? idOf(store.last) : StreamId();
        constexpr quint64 most = std::numeric_limits<quint64>::max();
        const StreamId upTo = noted->second.epoch == m_epoch ? noted->second.id : StreamId{most, most};
        const bool isAlone = m_noted.size() == 1;
        const bool isOfEpoch = store.epoch == m_epoch;
        const StreamId known = isOfEpoch ? idOf(store.lastKnown()) : StreamId();
        const qint64 gone = isOfEpoch ? store.goneWithin({after.major, after.minor}, {upTo.major, upTo.minor}) : 0;
        found = found ? PutBack{std::min(found->after, after), std::max(found->noted, upTo),
                                std::min(found->known, known), std::min(found->gone, gone), false}
                      : PutBack{after, upTo, known, gone, isAlone};
    }
    return found;
}

std::optional<StreamId> RedisStoredNotes::greatest() const {
    std::optional<StreamId> last;
    for (const auto& [name, place] : m_noted) {
        if (place.epoch == m_epoch)
            last = std::max(last.value_or(StreamId()), place.id);
    }
    return last;
}

int RedisStoredNotes::append(std::span<const StreamId> ids) {
    if (!m_mayNote || !m_isKnown || ids.empty())
        return 0;
    if (m_names.empty()) // the store had nothing of the source: its part begins here
        m_names.push_back(std::ranges::min(ids).toText());
    const QByteArray place = textOf({m_epoch, std::ranges::max(ids)});
    std::vector<QByteArrayView> words{"EVAL", raise, "1", m_key, place};
    words.insert(words.end(), m_names.begin(), m_names.end());
    m_link.append(words);
    return 1;
}

bool RedisStoredNotes::isDenied(QByteArrayView error) {
    const bool isIt = error.startsWith("NOPERM") || error.startsWith("ERR unknown command")
                      || error.contains("The user executing the script");
    if (isIt && std::exchange(m_mayNote, false))
        m_notices << QStringLiteral(
                         "This account may not note beside the %1 at the Redis server %2 what is stored, so that "
                         "an older store that is put back is not noticed (%3).")
                         .arg(m_what, m_link.endpoint().display(), QString::fromUtf8(error));
    return isIt;
}

} // namespace portolan
