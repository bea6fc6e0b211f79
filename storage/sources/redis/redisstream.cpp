#include "storage/sources/redis/redisstream.h"

#include "storage/sources/redis/redisstreamscripts.h"

#include "storage/sources/redis/redisnames.h"

#include <algorithm>

namespace portolan {

RedisStream::RedisStream(RedisConnection& link, RedisGroup group)
    : m_link(link)
    , m_group(std::move(group))
    , m_takeover(link, m_group)
    , m_life(link, m_group.stream, m_group.identities)
    , m_watch(link, m_group)
    , m_stored(link, besideKey(m_group.stream) + ":stored:" + m_group.group,
               QStringLiteral("stream “%1”").arg(QString::fromUtf8(m_group.stream)))
    , m_again(link, m_group) {}

QString RedisStream::reading() const {
    return QStringLiteral("Reading the stream “%1”").arg(QString::fromUtf8(m_group.stream));
}

/// Watches the stream from before the store is asked until the first read: if another receiver makes it again in
/// between, what the store said is of the stream before it.
Result<QueueStep> RedisStream::prepare(const CancelToken& token) {
    if (!m_isWatched) {
        const auto watched = watch(token);
        PORTOLAN_TRY(watched);
        if (!*watched)
            return QueueStep{};
    }
    if (auto question = m_life.ask())
        return QueueStep{false, std::move(question)};
    PORTOLAN_TRY(m_life.look(token));
    const auto group = findGroup(token);
    PORTOLAN_TRY(group);
    if (*group == Group::Missing || m_wasMade)
        m_life.noteGroupLost();
    if (*group == Group::Missing) {
        m_isWatched = false;
        return QueueStep{};
    }
    const QByteArray before = m_life.source();
    auto step = m_life.decide(m_delivered, token);
    m_takeover.setKeySource(m_life.source());
    if (!step || !step->isReady)
        return step;
    m_isWatched = m_wasMade = m_isUndecided = false;
    m_watch.tellHeld(m_life.source() != before);
    m_stored.know(m_life.known(), m_life.epoch());
    if (m_life.isBegunUnseen() && m_wasMissing)
        tellBegunUnseen();
    PORTOLAN_TRY(readAgain(token));
    return step;
}

void RedisStream::tellBegunUnseen() {
    const StreamId first = m_life.firstId();
    m_watch.tell({m_group.identity + "#anew:" + m_group.group + '@' + QByteArray::number(m_life.epoch()), first.major,
                  first.minor},
                 std::nullopt, std::nullopt,
                 QStringLiteral("The stream “%1” at the Redis server %2 was deleted and made again while nobody read "
                                "it. How many entries waited in it is not known.")
                     .arg(QString::fromUtf8(m_group.stream), m_link.endpoint().display()));
}

/// Sees to what the group has handed out and no store has: after an older store was put back, up to what it has
/// acknowledged; after somebody put the group forward, up to where it was put.
Result<void> RedisStream::readAgain(const CancelToken& token) {
    const bool wasPut = m_watch.takeWasPut();
    const StreamId unknown{~quint64(0), ~quint64(0)};
    StreamId after;
    StreamId known;
    StreamId last;
    QString what;
    if (const auto back = m_stored.putBack()) {
        after = back->after;
        known = std::max(back->after, back->known);
        last = std::min(back->noted, m_delivered);
        what =
            QStringLiteral("An older store was put back: it lacks entries of the stream “%1” that it had stored from "
                           "the Redis server %2.");
    } else if (const auto greatest = m_stored.greatest(); wasPut && greatest && m_delivered != unknown) {
        after = known = *greatest;
        last = m_delivered;
        what = QStringLiteral("The group of the stream “%1” at the Redis server %2 was put forward, past entries that "
                              "nobody was given.");
    }
    if (last <= after)
        return {};
    what = what.arg(QString::fromUtf8(m_group.stream), m_link.endpoint().display());
    const auto begun = m_again.begin(after, known, last, token);
    PORTOLAN_TRY(begun);
    const bool isDenied = *begun == RedisStreamAgain::Begun::Denied;
    const std::optional<qint64> gone = isDenied ? std::nullopt : m_watch.gone();
    if (*begun == RedisStreamAgain::Begun::Whole || known >= last || gone == 0) {
        if (!isDenied)
            m_notes << what + QStringLiteral(" They are read again.");
        return {};
    }
    m_watch.tell({m_group.identity + "#again:" + m_group.group, last.major, last.minor}, std::nullopt, gone,
                 what
                     + (isDenied ? QStringLiteral(" This account may not read them again (XRANGE).")
                                 : QStringLiteral(" What the stream still has is read again, others were trimmed.")));
    return {};
}

bool RedisStream::isPassedOver(QByteArrayView error) {
    return m_stored.isDenied(error);
}

/// Makes the group only where it is missing: that takes a right, and memory, that reading does not. Then this consumer
/// is made known to it, which a group that another receiver makes again forgets. False: it went meanwhile.
Result<bool> RedisStream::watch(const CancelToken& token) {
    m_life.restart(); // what was asked and compared is of the stream before
    m_isUndecided = m_isUndecided || m_watch.isAnother();
    if (m_watch.wasMadeAgain())
        m_life.noteGroupLost();
    const auto group = findGroup(token);
    PORTOLAN_TRY(group);
    if (*group == Group::Missing || (*group == Group::Unknown && m_isGroupMissing)) {
        m_wasMissing = m_wasMissing || !m_watch.hasBegun();
        const auto made = makeGroup(token);
        PORTOLAN_TRY(made);
        if (*made) {
            m_wasMade = m_isUntold = true;
            m_life.noteGroupLost();
        }
    }
    m_isGroupMissing = false;
    PORTOLAN_TRY(m_watch.begin(std::exchange(m_isUntold, false), token));
    PORTOLAN_TRY(m_stored.read(token));
    // Asks for what this consumer holds above an id that no entry has: nothing.
    const auto known = m_link.command({"XREADGROUP", "GROUP", m_group.group, m_group.consumer, "COUNT", "1", "STREAMS",
                                       m_group.stream, "18446744073709551615-18446744073709551614"},
                                      token);
    PORTOLAN_TRY(known);
    if (known->root().isError()) {
        const QByteArrayView error = known->root().text();
        return mustPrepare(error) ? Result(false) : Result<bool>(m_link.serverError(error, reading()));
    }
    m_watch.noteThere();
    PORTOLAN_TRY(m_watch.look(token));
    if (m_watch.isAnother())
        return false;
    m_isWatched = true;
    return true;
}

Result<RedisStream::Group> RedisStream::findGroup(const CancelToken& token) {
    m_delivered = StreamId{~quint64(0), ~quint64(0)};
    if (!m_mayAsk)
        return Group::Unknown;
    const auto reply = m_link.command({"XINFO", "GROUPS", m_group.stream}, token);
    PORTOLAN_TRY(reply);
    if (reply->root().isError()) {
        const QByteArrayView error = reply->root().text();
        if (error.contains("no such key"))
            return Group::Missing;
        if (!error.startsWith("NOPERM"))
            return m_link.serverError(error, reading());
        m_mayAsk = false;
        return Group::Unknown;
    }
    for (const RedisReply::Node group : reply->root()) {
        if (group.size() < 2 || group[1].text() != m_group.group) // its first field is the name
            continue;
        for (auto at = group.begin(); at != group.end(); ++at) {
            const QByteArrayView field = (*at).text();
            ++at;
            if (field == "last-delivered-id")
                m_delivered = StreamId::fromText((*at).text()).value_or(m_delivered);
        }
        return Group::There;
    }
    return Group::Missing;
}

/// False: somebody else was quicker.
Result<bool> RedisStream::makeGroup(const CancelToken& token) {
    auto reply = m_link.command({"XGROUP", "CREATE", m_group.stream, m_group.group, "0", "MKSTREAM"}, token);
    if (reply && reply->root().isError() && reply->root().text().startsWith("OOM"))
        reply = m_link.command({"EVAL", streamscripts::makeGroup, "1", m_group.stream, m_group.group}, token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node root = reply->root();
    if (!root.isError())
        return true;
    if (root.text().contains("BUSYGROUP"))
        return false;
    Error error =
        m_link.serverError(root.text(), QStringLiteral("Creating the group “%1” of the stream “%2”")
                                            .arg(QString::fromUtf8(m_group.group), QString::fromUtf8(m_group.stream)));
    error.text += QStringLiteral(" It is not there, and has to be made once: XGROUP CREATE %2 %1 0 MKSTREAM.")
                      .arg(QString::fromUtf8(m_group.group), QString::fromUtf8(m_group.stream));
    return error;
}

bool RedisStream::mustPrepare(QByteArrayView error) {
    const bool must = error.startsWith("NOGROUP") || error.startsWith("UNBLOCKED");
    if (must) {
        m_life.noteGroupLost();
        m_isWatched = false;
    }
    m_isGroupMissing = m_isGroupMissing || must;
    return must;
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
Result<qint64> RedisStream::noteRead(const RedisReply::Node& reply) {
    if (reply.isNil() || reply.size() == 0)
        return 0;
    const RedisReply::Node stream = reply[0];
    if (stream.size() != 2)
        return m_link.unexpected();
    const RedisReply::Node entries = stream[1];
    if (entries.size() == 0)
        return 0;
    const auto idOf = [](const RedisReply::Node& entry) {
        return entry.size() == 2 ? StreamId::fromText(entry[0].text()) : std::nullopt;
    };
    const auto first = idOf(entries[0]);
    const auto last = idOf(entries[entries.size() - 1]);
    if (!first || !last)
        return m_link.unexpected();
    m_watch.noteRead(*first, *last, entries.size());
    return entries.size();
}

Result<std::vector<Delivery>> RedisStream::messagesIn(const RedisReply::Node& reply) {
    std::vector<Delivery> messages;
    if (reply.isNil() || reply.size() == 0)
        return messages;
    const RedisReply::Node entries = reply[0][1];
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
    const int before = m_stored.append(ids);
    // All ids in one buffer: an allocation for each would be the dearest part of acknowledging.
    QByteArray texts;
    texts.resize(static_cast<qsizetype>(ids.size()) * StreamId::longestText);
    char* end = texts.data();
    const bool mayBeOthers =
        m_watch.mayLook() && !std::ranges::all_of(ids, &RedisStreamLife::isOfClock, &StreamId::major);
    std::vector<QByteArrayView> words{"XACK", m_group.stream, m_group.group};
    if (mayBeOthers)
        words = {"EVAL", streamscripts::acknowledge, "1", m_group.stream, m_group.group, m_group.consumer};
    words.reserve(words.size() + ids.size());
    for (const StreamId id : ids) {
        const char* const from = end;
        end = id.writeTo(end);
        words.emplace_back(from, end - from);
    }
    m_link.append(words);
    return before;
}

bool RedisStream::appendBehind(bool isDue) {
    m_asksByWatch = m_watch.appendLook();
    if (m_asksByWatch)
        return true;
    if (m_mayAsk && isDue)
        m_link.append({"XINFO", "GROUPS", m_group.stream});
    return m_mayAsk && isDue;
}

std::optional<qint64> RedisStream::behindIn(const RedisReply::Node& reply) {
    if (m_asksByWatch) {
        m_watch.takeLook(reply);
        return m_watch.behind();
    }
    m_mayAsk = !reply.isError();
    return waitingIn(reply);
}

QStringList RedisStream::takeNotes() {
    return m_takeover.takeNotes() + m_watch.takeNotes() + m_stored.takeNotes() + std::exchange(m_notes, {});
}

/// Says how many pending entries are gone; their gaps are the caller's.
Result<TakenOver> RedisStream::takeOver(int count, const OutstandingIds& held, const CancelToken& token) {
    auto taken = m_takeover.isUnderWay() ? m_takeover.step(count, held, token)
                                         : m_again.step(count, held, m_life.source(), token);
    if (taken && !taken->gone.empty())
        m_notes << QStringLiteral("%1 entries of the stream “%2” at the Redis server %3 were delivered, and trimmed or "
                                  "deleted before they were stored.")
                       .arg(QString::number(taken->gone.size()), QString::fromUtf8(m_group.stream),
                            m_link.endpoint().display());
    return taken;
}

Result<void> RedisStream::claimAbandoned(std::chrono::milliseconds idle, const CancelToken& token) {
    PORTOLAN_TRY(m_watch.look(token)); // what is taken over is of this stream
    if (m_watch.isAnother())
        return {};
    const auto told = m_watch.tellForgotten(idle, token);
    return told ? m_takeover.claimAbandoned(idle, token) : told;
}

/// [[name, value, name, value, …], …], one list a group. `lag` is what the group has not read yet (Redis 7 and
/// newer; nothing where deletions made it uncertain), `pending` what is read and not acknowledged.
std::optional<qint64> RedisStream::waitingIn(const RedisReply::Node& groups) const {
    for (const RedisReply::Node group : groups) {
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
    : RedisQueueSource(url, options,
                       [](RedisConnection& link, const SourceUrl& from) -> std::unique_ptr<RedisQueueProtocol> {
                           const RedisGroup group{from.name, from.group.toUtf8(), consumerOf(from), from.identity(),
                                                  from.identities()};
                           return std::make_unique<RedisStream>(link, group);
                       }) {}

} // namespace portolan
