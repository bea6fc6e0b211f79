#include "storage/sources/redis/redisstreamwatch.h"

#include "storage/json/jsontext.h"
#include "storage/sources/redis/redisnames.h"
#include "storage/sources/redis/redisstreamlife.h"
#include "storage/sources/redis/redisstreamscripts.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qsizetype lookWords = 14; ///< of the script's reply

bool isDenied(QByteArrayView error) {
    return error.startsWith("NOPERM") || error.startsWith("ERR unknown command")
           || error.contains("The user executing the script");
}

} // namespace

RedisStreamWatch::RedisStreamWatch(RedisConnection& link, const RedisGroup& group)
    : m_link(link)
    , m_group(group)
    , m_notesKey(besideKey(group.stream) + ":lost:" + group.group)
    , m_look(streamscripts::look) {}

/// A source of its own: the keys of losses are none of messages.
QByteArray RedisStreamWatch::lossSource() const {
    return m_group.identity + "#lost:" + m_group.group;
}

QString RedisStreamWatch::streamName() const {
    return QString::fromUtf8(m_group.stream);
}

bool RedisStreamWatch::appendLook() {
    if (m_mayLook)
        append(false);
    return m_mayLook;
}

void RedisStreamWatch::append(bool isFresh) {
    m_look.append(m_link, {"2", m_group.stream, m_notesKey, m_group.group, m_group.consumer, isFresh ? "1" : "0"});
}

/// Asks twice where the server does not take the script by its hash: nothing is read in between.
Result<void> RedisStreamWatch::look(const CancelToken& token) {
    const bool wasUnwatched = m_isUnwatched;
    for (int time = 0; time < 2 && appendLook(); ++time) {
        const auto reply = m_link.read(token);
        PORTOLAN_TRY(reply);
        const bool isAgain = reply->root().isError() && m_look.isHashRefused(reply->root().text());
        takeLook(reply->root());
        if (!isAgain)
            return {};
        m_isUnwatched = wasUnwatched;
    }
    return {};
}

void RedisStreamWatch::noteDenied(const QString& what, QByteArrayView error) {
    if (std::exchange(m_deniedTold, true))
        return;
    m_notes << QStringLiteral(
                   "%1 at the Redis server %2, so entries of the stream “%3” that are trimmed before they are "
                   "read cannot be counted (%4).")
                   .arg(what, m_link.endpoint().display(), streamName(), QString::fromUtf8(error));
}

void RedisStreamWatch::takeLook(const RedisReply::Node& reply) {
    if (reply.isError()) {
        m_behind.reset();
        m_isUnwatched = true;
        if (m_look.isHashRefused(reply.text()))
            return;
        m_look.forget();
        if (isDenied(reply.text())) {
            m_mayLook = false;
            noteDenied(QStringLiteral("This account may not run EVAL with XINFO"), reply.text());
        }
        return; // anything else shows in the read that follows
    }
    if (reply.size() != lookWords)
        return; // there is no group, which the read says too
    std::vector<QByteArrayView> words;
    for (const RedisReply::Node word : reply)
        words.push_back(word.text());
    const auto number = [&](std::size_t at) { return words[at].toLongLong(); };
    Sight sight;
    sight.waiting = number(1);
    sight.added = number(3);
    sight.length = number(4);
    sight.last = StreamId::fromText(words[5]).value_or(StreamId());
    sight.first = StreamId::fromText(words[6]).value_or(StreamId());
    sight.read = number(7);
    sight.isAlone = !words[12].isEmpty() && number(13) == (words[12] == "1" ? 1 : 0);
    const StreamId delivered = StreamId::fromText(words[0]).value_or(StreamId());
    notePut(delivered, sight);
    noteAnother(delivered, sight, words[12]);
    if (m_isAnother)
        return; // begin() looks again; what this look found lost is noted at the server
    Loss loss{number(8), number(9)};
    m_behind = sight.waiting < 0 ? std::nullopt : std::optional(sight.waiting + std::max<qint64>(number(2), 0));
    if (std::exchange(m_isUnwatched, false))
        tellUnwatched(sight, loss.lost + loss.atMost);
    m_sight = sight;
    m_readSince = 0;
    if (!words[11].isEmpty()) { // the account keeps what was told: only what is more is new
        if (isDenied(words[11]))
            noteDenied(QStringLiteral("This account may not run XGROUP SETID"), words[11]);
        const qint64 all = loss.lost + loss.atMost;
        const qint64 more = all - std::exchange(m_accounted, all);
        loss = loss.lost > 0 ? Loss{more, 0} : Loss{0, more};
    }
    if (loss.lost > 0 || loss.atMost > 0)
        tellTrimmed(loss, StreamId::fromText(words[10]));
}

void RedisStreamWatch::noteAnother(StreamId delivered, const Sight& now, QByteArrayView isKnown) {
    m_wasMadeAgain = m_wasMadeAgain || (m_wasKnown && isKnown == "0");
    m_isAnother = m_isAnother || m_wasMadeAgain || delivered < m_floor
                  || (m_sight && (now.added < m_sight->added || now.last < m_sight->last));
    m_wasKnown = m_wasKnown || isKnown == "1";
    m_floor = std::max(m_floor, delivered);
}

/// While the group is read its account is known, and lost where the group is put to an id.
void RedisStreamWatch::notePut(StreamId delivered, const Sight& now) {
    const bool isUnaccounted = now.added > 0 && now.read < 0 && delivered != StreamId();
    const bool isJump = m_sight && m_sight->read >= 0 && delivered > m_floor;
    if (!isUnaccounted || (m_sight && !isJump))
        return;
    m_wasPut = true;
    m_isAnother = m_isAnother || isJump; // so that it is prepared again
}

std::optional<qint64> RedisStreamWatch::gone() const {
    return m_sight && m_sight->added >= 0 ? std::optional(m_sight->gone()) : std::nullopt;
}

void RedisStreamWatch::tell(const SourceKey& key, std::optional<qint64> missing, std::optional<qint64> atMost,
                            const QString& words) {
    addNews(missing, atMost, words, key);
}

void RedisStreamWatch::noteRead(StreamId first, StreamId last, qint64 count) {
    m_isAnother = m_isAnother || first <= m_floor;
    if (m_isAnother)
        return;
    m_readSince += count;
    m_floor = last;
}

Result<void> RedisStreamWatch::begin(bool wasMade, const CancelToken& token) {
    Vanished vanished{std::exchange(m_sight, std::nullopt), std::exchange(m_readSince, 0)};
    m_look.forget();   // the server may be another one by now
    m_telling.clear(); // whether their keys were stored is known to the store
    m_isUnwatched = false;
    m_floor = {};
    m_wasKnown = m_isAnother = m_wasMadeAgain = false;
    if (m_mayLook) {
        append(wasMade);
        const auto reply = m_link.read(token);
        PORTOLAN_TRY(reply);
        takeLook(reply->root());
    }
    if (m_hasBegun && wasMade)
        tellVanished(vanished);
    m_hasBegun = m_hasBegun || wasMade || m_sight;
    return tellForgotten(std::chrono::milliseconds(-1), token);
}

/// Returns true when it has an entry of those that were seen, or nothing came since: it is the same stream, rather than
/// one of the same name, unless a producer counts the ids.
bool RedisStreamWatch::isSame(const Sight& before, const Sight& now) {
    if (now.added < before.added || now.last < before.last || now.gone() < before.gone())
        return false;
    if (now.added == before.added)
        return now.last == before.last; // nothing came
    const bool hasSameFirst = before.length == 0 || now.first == before.first || now.gone() > before.gone();
    return hasSameFirst && now.length > 0 && now.first <= before.last;
}

bool RedisStreamWatch::isSameStream(const Vanished& vanished) const {
    const auto& before = vanished.before;
    const bool isCounted = before && before->added >= 0 && before->read >= 0 && m_sight && m_sight->added >= 0;
    return isCounted && before->added > 0 && isSame(*before, *m_sight);
}

/// Ids of the clock are given once, so that an entry tells the stream. Those that a producer counts are compared with
/// what is stored first.
void RedisStreamWatch::tellVanished(Vanished vanished) {
    if (!isSameStream(vanished))
        tellStreamGone(vanished);
    else if (RedisStreamLife::isOfClock(m_sight->last.major))
        tellGroupGone(vanished);
    else
        m_held = vanished;
}

/// Tells in two gaps what waited when it was last seen, where nobody else could have read that, and what came after,
/// which nobody knows.
void RedisStreamWatch::tellStreamGone(const Vanished& vanished) {
    const auto& before = vanished.before;
    const bool isKnown = before && before->waiting >= 0 && before->isAlone;
    const qint64 waited = isKnown ? std::max<qint64>(before->waiting - vanished.readSince, 0) : 0;
    const QString what =
        QStringLiteral("The stream “%1” vanished from the Redis server %2 while it was read (deleted, flushed, "
                       "expired, evicted or renamed)")
            .arg(streamName(), m_link.endpoint().display());
    const QString unknown = isKnown ? QStringLiteral("it is not known how many messages came after it was last seen.")
                                    : QStringLiteral("it is not known how many messages waited in it.");
    if (waited > 0) {
        const QString seen = QStringLiteral("%1: %2 messages waited in it when it was last seen").arg(what).arg(waited);
        addGap(waited, std::nullopt, seen + u'.', {});
        addNews(std::nullopt, std::nullopt, QStringLiteral("%1, and %2").arg(seen, unknown), {});
    } else {
        addNews(std::nullopt, std::nullopt, QStringLiteral("%1: %2").arg(what, unknown), {});
    }
}

void RedisStreamWatch::tellHeld(bool isAnotherStream) {
    const std::optional<Vanished> held = std::exchange(m_held, std::nullopt);
    if (!held)
        return;
    if (!isAnotherStream && isSameStream(*held))
        tellGroupGone(*held);
    else
        tellStreamGone(*held);
}

void RedisStreamWatch::tellGroupGone(const Vanished& vanished) {
    const Sight& before = *vanished.before;
    const qint64 trimmed = std::max<qint64>(m_sight->gone() - before.read - vanished.readSince, 0);
    const bool isExact = trimmed == 0 || before.isAlone; // others may have read some of them
    const QString words =
        QStringLiteral("The group “%1” of the stream “%2” was destroyed at the Redis server %3 while it "
                       "was read. It was made again, and what the stream holds is delivered once more")
            .arg(QString::fromUtf8(m_group.group), streamName(), m_link.endpoint().display());
    const QString many = isExact ? QString::number(trimmed) : QStringLiteral("up to %1").arg(trimmed);
    addNews(isExact ? std::optional(trimmed) : std::nullopt, isExact ? std::nullopt : std::optional(trimmed),
            trimmed == 0 ? words + u'.' : words + QStringLiteral("; %1 entries were trimmed meanwhile.").arg(many), {});
}

/// Tells of what may have been trimmed before a read that no look preceded; `found` of it has been told already.
void RedisStreamWatch::tellUnwatched(const Sight& now, qint64 found) {
    if (!m_sight || m_sight->added < 0 || now.added < 0)
        return;
    const qint64 most = now.gone() - m_sight->accounted() - found;
    if (most > 0)
        addNews(std::nullopt, most,
                QStringLiteral("The stream “%1” at the Redis server %2 was read once without a look before it, because "
                               "the server did not run it. Up to %3 entries were trimmed before they were read.")
                    .arg(streamName(), m_link.endpoint().display())
                    .arg(most),
                {});
}

void RedisStreamWatch::tellTrimmed(const Loss& loss, std::optional<StreamId> note) {
    if (note && !m_telling.insert(*note).second)
        return;
    const SourceKey key = note ? SourceKey{lossSource(), note->major, note->minor} : SourceKey();
    const QString where =
        QStringLiteral("of the stream “%1” at the Redis server %2").arg(streamName(), m_link.endpoint().display());
    if (loss.lost > 0)
        addNews(loss.lost, std::nullopt,
                QStringLiteral("%1 entries %2 were trimmed before they were read.").arg(loss.lost).arg(where), key);
    else
        addNews(std::nullopt, loss.atMost,
                QStringLiteral("Entries %2 were trimmed or deleted before they were read, %1 at most.")
                    .arg(loss.atMost)
                    .arg(where),
                key);
}

void RedisStreamWatch::addNews(std::optional<qint64> missing, std::optional<qint64> atMost, const QString& words,
                               const SourceKey& key) {
    addGap(missing, atMost, words, key);
    if (!key.isKeyed() || m_said.insert(key).second)
        m_notes << words;
}

void RedisStreamWatch::addGap(std::optional<qint64> missing, std::optional<qint64> atMost, const QString& words,
                              const SourceKey& key) {
    QByteArray details("{\"reason\":");
    appendJsonString(details, words.toUtf8());
    details += ",\"group\":";
    appendJsonString(details, m_group.group);
    if (atMost)
        details += ",\"at_most\":" + QByteArray::number(*atMost);
    details += '}';
    Delivery news;
    if (key.isKeyed()) {
        news.key = key;
        news.keyText = StreamId{key.major, key.minor}.toText();
    }
    news.series = m_group.identity;
    news.receivedAt = currentTime();
    news.gap = std::make_shared<const GapNews>(GapNews{GapKind::Trimmed, false, missing, details});
    m_news.push_back(std::move(news));
}

Result<void> RedisStreamWatch::tellForgotten(std::chrono::milliseconds idle, const CancelToken& token) {
    if (!m_mayLook)
        return {};
    m_link.append({"HGETALL", m_notesKey});
    const auto reply = m_link.read(token);
    PORTOLAN_TRY(reply);
    if (reply->root().isError())
        return {}; // who may not read them has written none
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(currentTime().time_since_epoch());
    for (auto at = reply->root().begin(); at != reply->root().end(); ++at) {
        const auto note = StreamId::fromText((*at).text());
        ++at;
        const QByteArrayList words = (*at).text().toByteArray().split(' ');
        if (!note || words.size() < 3)
            continue;
        const bool isOurs = words.mid(2).join(' ') == m_group.consumer;
        const bool isOld = idle.count() >= 0 && now.count() - static_cast<qint64>(note->major) > idle.count();
        if (isOurs || isOld)
            tellTrimmed({words[0].toLongLong(), words[1].toLongLong()}, note);
    }
    return {};
}

bool RedisStreamWatch::appendStored(const SourceKey& key) {
    if (key.source != lossSource())
        return false;
    const StreamId note{key.major, key.minor};
    m_telling.erase(note);
    m_link.append({"HDEL", m_notesKey, note.toText()});
    return true;
}

} // namespace portolan
