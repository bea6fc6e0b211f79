#pragma once

#include "storage/sources/redis/redisqueuesource.h"
#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QObject>
#include <memory>
#include <set>

namespace portolan::test {

/// A source at the key or channel "k" of a server that each test function has for itself, with a client of it.
class RedisSourceTest : public QObject {
    Q_OBJECT
public:
    explicit RedisSourceTest(SourceKind kind, RedisServer::Data data = RedisServer::Data::Lost);

protected:
    [[nodiscard]] SourceUrl url() const { return m_server->source(m_kind, "k"); }
    void stopServer(); ///< killed; the client's connection with it
    void startServer();

    std::unique_ptr<RedisServer> m_server;
    std::unique_ptr<RedisClient> m_client;

private Q_SLOTS: // those of a base class run with every test program
    void init();
    void cleanup();
    void endsAWaitWhenStopped();

private:
    const SourceKind m_kind;
    const RedisServer::Data m_data;
};

/// What streams and lists have to do alike.
class RedisPullTest : public RedisSourceTest {
    Q_OBJECT
public:
    using RedisSourceTest::RedisSourceTest;

protected:
    [[nodiscard]] virtual std::unique_ptr<Source> makeOf(const SourceUrl& url,
                                                         const RedisPullOptions& options) const = 0;
    virtual void add(const QByteArrayList& payloads) = 0;
    virtual int unacknowledged() = 0; ///< of the consumer "tester"

    [[nodiscard]] std::unique_ptr<Source> make(const RedisPullOptions& options = quickly()) const {
        return makeOf(url(), options);
    }
    void push(int first, int count); ///< rising numbers
    /// What a consumer of that name holds that is gone.
    [[nodiscard]] Batch abandoned(const QString& consumer, int count) const;

private Q_SLOTS:
    void forgetsOnlyWhatIsAcknowledged();
    void keepsBatchesWithinTheirBytes();
    void carriesAnyBytes();
    void leavesALivingConsumerAlone();
    void takesOverThoughMoreWaits();
    void survivesALostConnection();
    void findsWhatWasSentIntoALostConnection();
    void saysThatAPausedServerDoesNotAnswer();
    void refusesAKeyOfAnotherType();
};

/// Options under which what others left behind is taken over soon.
[[nodiscard]] RedisPullOptions takingOver();

inline FetchLimits few(int count) {
    return {count, 4 << 20, 0};
}

void noteKeys(std::set<SourceKey>& keys, const Batch& batch);

} // namespace portolan::test
