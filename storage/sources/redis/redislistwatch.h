#pragma once

#include "storage/ingest/delivery.h"

#include <QStringList>
#include <chrono>
#include <utility>
#include <vector>

namespace portolan {

/// Finds out what a list lost that nobody took (RELIABILITY 14), from what each claim says of the list right after it.
/// A list leaves no trace when it goes: that it expired is known by the time it had left, that the server was flushed
/// by all that was noted beside the list, which went too. Messages after the last claim are known to nobody, so that a
/// list that is gone has a gap without a number, besides that of what waited. Where neither tells, other programs may
/// have taken the messages: then no number is known. Pure; one thread.
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
        bool isAllForgotten = false; ///< before this claim there was no counter, nor was any consumer known
    };
    using Clock = std::chrono::steady_clock;
    void see(const Sight& sight, Clock::time_point now);

    /// Takes how many consumers of the list are known beside it.
    void noteConsumers(qint64 count) { m_isAlone = count <= 1; }

    /// Tells that the server has forgotten all that was beside a list of which messages are stored.
    void tellForgotten(const SourceKey& key);
    /// Tells that an older store was put back, under a key by which it is stored once. `lacks`: messages; nothing where
    /// nobody knows; not exact where other stores may have some of them.
    void tellPutBack(const SourceKey& key, std::optional<qint64> lacks, bool isExact);

    [[nodiscard]] std::vector<Delivery> takeNews() { return std::exchange(m_news, {}); }
    [[nodiscard]] QStringList takeNotes() { return std::exchange(m_notes, {}); }

private:
    void tellGone(qint64 waited, const QString& how);
    void tellPerhapsTaken(qint64 waited);
    void add(const SourceKey& key, std::optional<qint64> missing, const QByteArray& more, const QString& words);

    const QByteArray m_list;
    const QByteArray m_source;
    const QString m_server;
    QByteArray m_epoch;
    qint64 m_sequence = 0;
    qint64 m_left = 0; ///< after the last claim
    bool m_isAlone = true;
    std::optional<Clock::time_point> m_expiresAt;
    std::vector<Delivery> m_news;
    QStringList m_notes;
};

} // namespace portolan
