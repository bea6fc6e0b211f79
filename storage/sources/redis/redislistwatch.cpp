#include "storage/sources/redis/redislistwatch.h"

#include "storage/json/jsontext.h"

#include <algorithm>

namespace portolan {

RedisListWatch::RedisListWatch(QByteArray list, QByteArray source, QString server)
    : m_list(std::move(list))
    , m_source(std::move(source))
    , m_server(std::move(server)) {}

void RedisListWatch::see(const Sight& sight, Clock::time_point now) {
    const bool isForgotten = !m_epoch.isEmpty() && sight.epochBefore.isEmpty();
    const bool isSameEpoch = !m_epoch.isEmpty() && sight.epochBefore == m_epoch && sight.epoch == m_epoch;
    const qint64 takenByAll = isSameEpoch ? sight.sequence - m_sequence : sight.taken;
    const qint64 takenByOthers = std::max<qint64>(takenByAll - sight.taken, 0);
    const qint64 expected = m_left - takenByOthers;
    const qint64 there = sight.taken + sight.length;
    if (expected > there) {
        if (isForgotten)
            tell(expected, true, QStringLiteral("the server was flushed, or restarted without its data"));
        else if (m_expiresAt && now >= *m_expiresAt)
            tell(expected, true, QStringLiteral("the list expired"));
        else if (there == 0)
            tell(expected, false, QStringLiteral("it was deleted, renamed or evicted, or other programs took them"));
    }
    m_epoch = sight.epoch;
    m_sequence = sight.sequence;
    m_left = sight.length;
    m_expiresAt = sight.expiresIn ? std::optional(now + *sight.expiresIn) : std::nullopt;
}

void RedisListWatch::tell(qint64 gone, bool isExact, const QString& how) {
    const QString words =
        QStringLiteral("%1 messages that waited in the list “%2” at the Redis server %3 are gone: %4.")
            .arg(isExact ? QString::number(gone) : QStringLiteral("Up to %1").arg(gone), QString::fromUtf8(m_list),
                 m_server, how);
    add({}, gone, isExact, words);
}

void RedisListWatch::tellPutBack(const SourceKey& key, std::optional<qint64> lacks, bool isExact) {
    const QString many = !lacks    ? QStringLiteral("It is not known how many messages")
                         : isExact ? QStringLiteral("%1 messages").arg(*lacks)
                                   : QStringLiteral("Up to %1 messages").arg(*lacks);
    add(key, lacks, isExact,
        QStringLiteral("An older store was put back. %1 of the list “%2” at the Redis server %3, which it had stored, "
                       "are gone: a list keeps nothing of what was taken from it.")
            .arg(many, QString::fromUtf8(m_list), m_server));
}

void RedisListWatch::add(const SourceKey& key, std::optional<qint64> gone, bool isExact, const QString& words) {
    QByteArray details("{\"reason\":");
    appendJsonString(details, words.toUtf8());
    if (!isExact && gone)
        details += ",\"at_most\":" + QByteArray::number(*gone);
    details += '}';
    Delivery news;
    news.key = key;
    if (key.isKeyed())
        news.keyText = QByteArray::number(key.major) + '-' + QByteArray::number(key.minor);
    news.series = m_source;
    news.receivedAt = currentTime();
    news.gap =
        std::make_shared<const GapNews>(GapNews{GapKind::Trimmed, false, isExact ? gone : std::nullopt, details});
    m_news.push_back(std::move(news));
    m_notes << words;
}

} // namespace portolan
