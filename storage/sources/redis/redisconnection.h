#pragma once

#include "storage/sources/redis/redisreply.h"
#include "storage/sources/redis/redissocket.h"

#include <chrono>
#include <initializer_list>
#include <span>
#include <vector>

namespace portolan {

class Backoff;
class RedisSentinels;

/// Returns how tries to reach a source are spaced: a failover that sentinels see to takes seconds, and is followed in
/// as many.
[[nodiscard]] Backoff reconnectBackoff(const SourceUrl& url, quint64 seed);

struct RedisTimeouts {
    std::chrono::milliseconds connect{4'000};
    std::chrono::milliseconds reply{4'000}; ///< how long the server may be silent while it owes a reply
};

/// A connection to a Redis server, used with blocking waits by one thread, which makes and destroys it. With sentinels
/// it is to their master, and lost when they name another. A cluster's redirections are followed: the reply is an error
/// of code Connection, and the next open() goes to the node that it names, or to another one where that is gone.
/// Commands are pipelined: append() as many as you like, then read their replies in the same order. Every wait ends
/// soon after its token stops. Any error but Cancelled closes the connection. Errors: Connection (away, restarting,
/// loading, read-only, out of memory: try again later), Timeout, Auth, Usage, Unsupported, Cancelled. None shows a
/// password.
class RedisConnection {
public:
    explicit RedisConnection(RedisEndpoint endpoint, RedisTimeouts timeouts = {});
    ~RedisConnection();

    /// Connects and introduces itself: AUTH, SELECT, CLIENT SETNAME. Connecting takes at most `within` where that is
    /// shorter than the connect timeout.
    [[nodiscard]] Result<void> open(const CancelToken& token,
                                    std::chrono::milliseconds within = std::chrono::milliseconds::max());
    void close();
    [[nodiscard]] bool isOpen() const { return m_socket != nullptr; }
    /// The server that it is, or was, connected to.
    [[nodiscard]] const RedisEndpoint& endpoint() const { return m_endpoint; }

    /// Returns the bytes that came since the reader had to wait for some: about how far it lags. Still there after the
    /// connection was lost.
    [[nodiscard]] qint64 backlog() const { return m_backlog; }
    /// When bytes came last. A server in the middle of a long reply over a slow line is not silent.
    [[nodiscard]] std::chrono::steady_clock::time_point heardAt() const { return m_heardAt; }

    /// Puts a command after those that wait to be sent. `words` may hold any bytes.
    void append(std::span<const QByteArrayView> words);
    void append(std::initializer_list<QByteArrayView> words) { append(std::span(words.begin(), words.size())); }

    /// Sends what was appended without waiting for replies.
    [[nodiscard]] Result<void> send(const CancelToken& token);

    /// Sends what was appended, then waits up to `wait` for the next reply. Nothing: none came, or the token stopped;
    /// the reply is still to come.
    [[nodiscard]] Result<std::optional<RedisReply>> poll(std::chrono::milliseconds wait, const CancelToken& token);
    /// Gives a reply back that is of no use any more, for its memory.
    void reuse(RedisReply&& spent);

    /// The next reply, unless the server is silent for the reply timeout and `extra` (what a blocking command may take
    /// on purpose).
    [[nodiscard]] Result<RedisReply> read(const CancelToken& token,
                                          std::chrono::milliseconds extra = std::chrono::milliseconds(0));

    /// append() and read(). Only while no reply is owed.
    [[nodiscard]] Result<RedisReply> command(std::initializer_list<QByteArrayView> words, const CancelToken& token);

    /// Returns what an error reply ("-NOAUTH Authentication required.") means, said in words. `doing` begins the text:
    /// "Reading the stream orders".
    [[nodiscard]] Error serverError(QByteArrayView reply, const QString& doing) const;

    /// Closes the connection of a server that owes a reply for too long, and says so. Error Timeout.
    [[nodiscard]] Error notAnswering() { return notAnswering(m_timeouts.reply); }
    [[nodiscard]] Error notAnswering(std::chrono::milliseconds since);

    /// A reply of a shape that is not known. Error Connection.
    [[nodiscard]] Error unexpected() const;

private:
    Result<void> locate(std::chrono::milliseconds within, const CancelToken& token);
    Result<void> introduce(const CancelToken& token);
    Result<void> checkRole(const CancelToken& token);
    void learnNodes(const RedisReply::Node& ranges);
    void noteRedirection(QByteArrayView error);
    void put(std::span<const QByteArrayView> words);
    Result<void> receive(std::chrono::milliseconds wait);
    Result<std::optional<RedisReply>> next();
    Error lost(const QString& details);
    Error notRedis(const QString& details);

    RedisEndpoint m_endpoint;
    RedisTimeouts m_timeouts;
    std::unique_ptr<QTcpSocket> m_socket;
    std::unique_ptr<RedisReplyReader> m_reader;
    QByteArray m_out;
    QByteArray m_chunk; ///< what is read at once
    qint64 m_backlog = 0;
    std::chrono::steady_clock::time_point m_heardAt;
    bool m_speaksRedis = false; ///< a reply was understood since open()

    std::unique_ptr<RedisSentinels> m_sentinels;
    std::vector<RedisAddress> m_nodes; ///< of a cluster, the one to try first in front
    bool m_mayAskNodes = true;
    bool m_asksNext = false;     ///< the next open() is to a node that a slot is being moved to
    bool m_isAsking = false;     ///< each command follows an ASKING
    bool m_isAskingOwed = false; ///< the next reply is ASKING's
};

/// A script that is run again and again: sent whole until the server has it, then by its hash, and always whole where
/// the account has EVAL and no EVALSHA.
class RedisScript {
public:
    /// `text` outlives it.
    explicit RedisScript(const char* text);

    /// Puts a call on the connection. `words`: how many keys, the keys, the arguments.
    void append(RedisConnection& link, std::span<const QByteArrayView> words);
    void append(RedisConnection& link, std::initializer_list<QByteArrayView> words) {
        append(link, std::span(words.begin(), words.size()));
    }
    /// Sends it whole next time: the server may be another one.
    void forget() { m_isLoaded = false; }
    /// Returns true for an error that says nothing of the script: its hash alone was refused, and the next call is sent
    /// whole. The call that was refused did nothing.
    [[nodiscard]] bool isHashRefused(QByteArrayView error);

private:
    const char* const m_text;
    const QByteArray m_hash; ///< SHA-1, as EVALSHA names it
    bool m_isLoaded = false;
    bool m_mayHash = true;
};

} // namespace portolan
