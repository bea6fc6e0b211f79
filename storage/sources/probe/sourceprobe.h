#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <chrono>
#include <optional>

namespace portolan {

/// The findings of a look at a source. What cannot be told is not there.
struct SourceProbe {
    enum class Holds {
        Expected, ///< the list, stream or topic is there; a channel always is
        Nothing,  ///< nothing of that name
        Other,    ///< a key of another type
        Unknown,  ///< the account may not ask
    };
    QString product; ///< "Redis 7.0.15"; empty: it does not tell
    QString place;   ///< the server that was reached: with sentinels or in a cluster it is not the one that was named
    std::chrono::milliseconds opened{};   ///< how long connecting took
    std::chrono::microseconds answered{}; ///< a question and its answer
    bool isReplica = false;               ///< Redis: it takes no acknowledgement
    Holds holds = Holds::Unknown;
    QByteArray type;                  ///< Redis: of the key, "hash"
    std::optional<qint64> entries;    ///< in the list, stream or topic
    std::optional<qint64> partitions; ///< Kafka
    std::optional<qint64> channels;   ///< pattern: the number of subscribed channels that match it
    std::optional<qint64> listeners;  ///< channel: how many hear it now
    std::optional<bool> hasGroup;
    std::optional<qint64> lag;     ///< entries that the group was not given yet
    std::optional<qint64> pending; ///< entries that it was given and has not acknowledged
    QStringList denied;            ///< commands that the account may not run, as "XINFO GROUPS"
};

} // namespace portolan
