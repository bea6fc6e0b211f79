#pragma once

#include "storage/ingest/delivery.h"

#include <QStringList>
#include <chrono>
#include <utility>
#include <vector>

namespace portolan {

/// Finds out what a list lost that nobody took (RELIABILITY 14), from what each claim says of the list right after it.
/// A list leaves no trace when it goes: that it expired is known by the time it had left, that the server was flushed
/// by the counter beside the list, which went too. Where neither tells, other programs may have taken the messages:
/// then their number is not known, but at most what waited. Pure; one thread.
class RedisListWatch {
public:
    RedisListWatch(QByteArray list, QByteArray source, QString server);

    struct Sight {
        QByteArray epochBefore; ///< of the counter, before this claim; empty: there was none
        QByteArray epoch;       ///< after it; empty: still none
        qint64 sequence = 0;    ///< last one given out
        qint64 taken = 0;       ///< by this claim
        qint64 length = 0;      ///< what is left
        std::optional<std::chrono::milliseconds> expiresIn;
    };
    using Clock = std::chrono::steady_clock;
    void see(const Sight& sight, Clock::time_point now);

    /// Tells that an older store was put back, under a key by which it is stored once. `lacks`: messages; nothing where
    /// nobody knows; not exact where other stores may have some of them.
    void tellPutBack(const SourceKey& key, std::optional<qint64> lacks, bool isExact);

    [[nodiscard]] std::vector<Delivery> takeNews() { return std::exchange(m_news, {}); }
    [[nodiscard]] QStringList takeNotes() { return std::exchange(m_notes, {}); }

private:
    void tell(qint64 gone, bool isExact, const QString& how);
    void add(const SourceKey& key, std::optional<qint64> gone, bool isExact, const QString& words);

    const QByteArray m_list;
    const QByteArray m_source;
    const QString m_server;
    QByteArray m_epoch;
    qint64 m_sequence = 0;
    qint64 m_left = 0; ///< after the last claim
    std::optional<Clock::time_point> m_expiresAt;
    std::vector<Delivery> m_news;
    QStringList m_notes;
};

} // namespace portolan
