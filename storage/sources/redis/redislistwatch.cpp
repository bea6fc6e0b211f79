#include "storage/sources/redis/redislistwatch.h"

#include "storage/json/jsontext.h"

#include <algorithm>

namespace portolan {

RedisListWatch::RedisListWatch(QByteArray list, QByteArray source, QString server)
    : m_list(std::move(list))
    , m_source(std::move(source))
    , m_server(std::move(server)) {}

void RedisListWatch::see(const Sight& sight, Clock::time_point now) {
    const bool isKnown = !m_epoch.isEmpty();
    const bool isForgotten = isKnown && sight.epochBefore.isEmpty();
    // Another receiver opened the epoch, and tells what was gone by then.
    const bool isOthers = !isForgotten && sight.epochBefore != m_epoch;
    const bool isSameEpoch = isKnown && sight.epochBefore == m_epoch && sight.epoch == m_epoch;
    const qint64 takenByAll = isSameEpoch ? sight.sequence - m_sequence : sight.taken;
    const qint64 takenByOthers = std::max<qint64>(takenByAll - sight.taken, 0);
    const qint64 expected = m_left - takenByOthers;
    const qint64 there = sight.taken + sight.length;
    if (isForgotten && sight.isAllForgotten)
        tellGone(m_isAlone && expected > there ? expected : 0,
                 QStringLiteral("the server was flushed, or restarted without its data"));
    else if (!isOthers && expected > there && m_expiresAt && now >= *m_expiresAt)
        tellGone(expected, QStringLiteral("the list expired"));
    else if (!isOthers && expected > there && there == 0)
        tellPerhapsTaken(expected);
    m_epoch = sight.epoch;
    m_sequence = sight.sequence;
    m_left = sight.length;
    m_expiresAt = sight.expiresIn ? std::optional(now + *sight.expiresIn) : std::nullopt;
}

/// Tells in two gaps what waited when it was last seen, and what came after, which nobody knows.
void RedisListWatch::tellGone(qint64 waited, const QString& how) {
    const QString list =
        QStringLiteral("the list “%1” at the Redis server %2").arg(QString::fromUtf8(m_list), m_server);
    if (waited == 0) {
        add({}, std::nullopt, {},
            QStringLiteral("It is not known how many messages in %1 are gone, or whether any are: %2.").arg(list, how));
        return;
    }
    const QString words =
        QStringLiteral("%1 messages that waited in %2 are gone: %3.").arg(QString::number(waited), list, how);
    add({}, waited, {}, words);
    m_notes.removeLast(); // told with the rest
    add({}, std::nullopt, {}, words + QStringLiteral(" It is not known how many came after it was last seen."));
}

void RedisListWatch::tellPerhapsTaken(qint64 waited) {
    add({}, std::nullopt, "\"waited\":" + QByteArray::number(waited),
        QStringLiteral(
            "Up to %1 messages that waited in the list “%2” at the Redis server %3 when it was last seen are "
            "gone, and perhaps some that came after: it was deleted, renamed or evicted, or other programs "
            "took them.")
            .arg(QString::number(waited), QString::fromUtf8(m_list), m_server));
}

void RedisListWatch::tellForgotten(const SourceKey& key) {
    add(key, std::nullopt, {},
        QStringLiteral(
            "Messages of the list “%1” at the Redis server %2 are stored, and the server has forgotten what was "
            "noted beside it: it was flushed, or restarted without its data, while nobody read the list. It "
            "is not known how many messages waited in it.")
            .arg(QString::fromUtf8(m_list), m_server));
}

void RedisListWatch::tellPutBack(const SourceKey& key, std::optional<qint64> lacks, bool isExact) {
    const QString many = !lacks    ? QStringLiteral("It is not known how many messages")
                         : isExact ? QStringLiteral("%1 messages").arg(*lacks)
                                   : QStringLiteral("Up to %1 messages").arg(*lacks);
    add(key, isExact ? lacks : std::nullopt,
        isExact || !lacks ? QByteArray() : "\"at_most\":" + QByteArray::number(*lacks),
        QStringLiteral("An older store was put back. %1 of the list “%2” at the Redis server %3, which it had stored, "
                       "are gone: a list keeps nothing of what was taken from it.")
            .arg(many, QString::fromUtf8(m_list), m_server));
}

void RedisListWatch::add(const SourceKey& key, std::optional<qint64> missing, const QByteArray& more,
                         const QString& words) {
    QByteArray details("{\"reason\":");
    appendJsonString(details, words.toUtf8());
    details += (more.isEmpty() ? more : ',' + more) + '}';
    Delivery news;
    news.key = key;
    if (key.isKeyed())
        news.keyText = QByteArray::number(key.major) + '-' + QByteArray::number(key.minor);
    news.series = m_source;
    news.receivedAt = currentTime();
    news.gap = std::make_shared<const GapNews>(GapNews{GapKind::Trimmed, false, missing, details});
    m_news.push_back(std::move(news));
    m_notes << words;
}

} // namespace portolan
