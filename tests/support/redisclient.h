#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <functional>

struct redisContext;

namespace portolan::test {

/// A plain hiredis client, independent of the code under test: the producer's end, and the oracle of what the server
/// holds. A failure ends the test program.
class RedisClient {
public:
    explicit RedisClient(int port);
    ~RedisClient();
    RedisClient(const RedisClient&) = delete;
    RedisClient& operator=(const RedisClient&) = delete;

    /// A command; its reply flattened to texts (one element unless the reply is a list), an error reply as its text.
    QByteArrayList run(const QByteArrayList& words);
    /// XADD with one field; the id.
    QByteArray add(const QByteArray& stream, const QByteArray& payload, const QByteArray& field = "payload");
    /// Adds `count` entries in pipelined groups, the payload of each asked of `payload`.
    void addMany(const QByteArray& stream, int count, const std::function<QByteArray(int)>& payload);
    /// How many entries of the group are delivered and not acknowledged.
    int pending(const QByteArray& stream, const QByteArray& group = "portolan");

private:
    redisContext* m_context;
};

} // namespace portolan::test
