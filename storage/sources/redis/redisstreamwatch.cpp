#include "storage/sources/redis/redisstreamwatch.h"

#include "storage/json/jsontext.h"
#include "storage/sources/redis/redisnames.h"
#include "storage/sources/redis/redisstreamscripts.h"

#include <QCryptographicHash>

namespace portolan {

namespace {

constexpr qsizetype lookWords = 13; ///< of the script's reply

bool isDenied(QByteArrayView error) {
    return error.startsWith("NOPERM") || error.startsWith("ERR unknown command")
           || error.contains("The user executing the script");
}

} // namespace

RedisStreamWatch::RedisStreamWatch(RedisConnection& link, const RedisGroup& group)
    : m_link(link)
    , m_group(group)
    , m_notesKey(besideKey(group.stream) + ":lost:" + group.group)
    , m_lookHash(QCryptographicHash::hash(streamscripts::look, QCryptographicHash::Sha1).toHex()) {}

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
    m_link.append({m_isLoaded ? "EVALSHA" : "EVAL", m_isLoaded ? QByteArrayView(m_lookHash) : streamscripts::look, "2",
                   m_group.stream, m_notesKey, m_group.group, m_group.consumer, isFresh ? "1" : "0"});
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
        m_isLoaded = false;
        m_behind.reset();
        if (isDenied(reply.text())) {
            m_mayLook = false;
            noteDenied(QStringLiteral("This account may not run EVAL with XINFO"), reply.text());
        }
        return; // anything else shows in the read that follows
    }
    m_isLoaded = true;
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
    const StreamId delivered = StreamId::fromText(words[0]).value_or(StreamId());
    notePut(delivered, sight);
    noteAnother(delivered, sight, words[12]);
    if (m_isAnother)
        return; // begin() looks again; what this look found lost is noted at the server
    Loss loss{number(8), number(9)};
    m_behind = sight.waiting < 0 ? std::nullopt : std::optional(sight.waiting + std::max<qint64>(number(2), 0));
    m_sight = sight;
    m_readSince = 0;
    if (!words[11].isEmpty()) { // the account keeps what was told: only what is more is new
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
    const std::optional<Sight> before = std::exchange(m_sight, std::nullopt);
    const qint64 readSince = std::exchange(m_readSince, 0);
    m_isLoaded = false; // the server may be another one by now
    m_telling.clear();  // whether their keys were stored is known to the store
    m_floor = {};
    m_wasKnown = m_isAnother = m_wasMadeAgain = false;
    if (m_mayLook) {
        append(wasMade);
        const auto reply = m_link.read(token);
        PORTOLAN_TRY(reply);
        takeLook(reply->root());
    }
    if (std::exchange(m_hasBegun, true) && wasMade)
        tellVanished(before, readSince);
    return tellForgotten(std::chrono::milliseconds(-1), token);
}

/// Returns true when it may be the same stream with more entries and fewer old ones, rather than one of the same name.
bool RedisStreamWatch::isSame(const Sight& before, const Sight& now) {
    if (now.added < before.added || now.last < before.last || now.gone() < before.gone())
        return false;
    return before.length == 0 || now.first == before.first || now.gone() > before.gone();
}

void RedisStreamWatch::tellVanished(const std::optional<Sight>& before, qint64 readSince) {
    const bool isCounted = before && before->added >= 0 && before->read >= 0 && m_sight && m_sight->added >= 0;
    if (isCounted && before->added > 0 && isSame(*before, *m_sight)) {
        const qint64 trimmed = std::max<qint64>(m_sight->gone() - before->read - readSince, 0);
        QString words =
            QStringLiteral("The group “%1” of the stream “%2” was destroyed at the Redis server %3 while it "
                           "was read. It was made again, and what the stream holds is delivered once more")
                .arg(QString::fromUtf8(m_group.group), streamName(), m_link.endpoint().display());
        words +=
            trimmed > 0 ? QStringLiteral("; %1 entries were trimmed meanwhile.").arg(trimmed) : QStringLiteral(".");
        addNews(trimmed, std::nullopt, words, {});
        return;
    }
    const bool isKnown = before && before->waiting >= 0;
    const qint64 waiting = isKnown ? std::max<qint64>(before->waiting - readSince, 0) : 0;
    const QString howMany = !isKnown ? QStringLiteral("it is not known how many messages waited in it")
                            : waiting > 0
                                ? QStringLiteral("%1 messages waited in it when it was last seen").arg(waiting)
                                : QStringLiteral("no message waited in it when it was last seen");
    addNews(isKnown ? std::optional(waiting) : std::nullopt, std::nullopt,
            QStringLiteral("The stream “%1” vanished from the Redis server %2 while it was read (deleted, flushed, "
                           "expired, evicted or renamed): %3.")
                .arg(streamName(), m_link.endpoint().display(), howMany),
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
    if (!key.isKeyed() || m_said.insert(key).second)
        m_notes << words;
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
