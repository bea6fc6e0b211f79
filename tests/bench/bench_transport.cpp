// BENCH.md: transport alone, what is received being thrown away, against hiredis in C.

#include "storage/sources/redis/redislistscripts.h"
#include "storage/sources/source.h"
#include "storage/stores/makesource.h"
#include "tests/bench/bench.h"
#include "tests/support/fetching.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <functional>
#include <hiredis.h>
#include <string>
#include <vector>

namespace portolan::bench {

namespace {

constexpr int atOnce = 1000;

/// Fetches and acknowledges so many; `begin` is called once the source is connected and has nothing to give.
void sourceReads(const SourceUrl& url, int messages, const std::function<void()>& begin = {}) {
    const auto source = makeSource(url);
    if (!source)
        giveUp(source.error().text);
    FetchLimits limits;
    limits.count = atOnce;
    limits.ahead = 2 * atOnce;
    int got = 0;
    std::vector<SourceKey> keys;
    if (begin) {
        while (!(*source)->status().connected) {
            if (const auto none = portolan::test::fetchFrom(**source, limits, std::chrono::milliseconds(50), {}); !none)
                giveUp(none.error().text);
        }
        begin();
    }
    while (got < messages) {
        const auto fetched = portolan::test::fetchFrom(**source, limits, std::chrono::seconds(1), {});
        if (!fetched)
            giveUp(fetched.error().text);
        keys.clear();
        for (const Delivery& delivery : *fetched)
            keys.push_back(delivery.key);
        if (const auto done = (*source)->acknowledge(keys); !done)
            giveUp(done.error().text);
        got += static_cast<int>(fetched->size());
    }
    if (const auto settled = (*source)->settle(std::chrono::seconds(5)); !settled)
        giveUp(settled.error().text);
}

redisReply* answer(redisContext* context) {
    void* reply = nullptr;
    if (redisGetReply(context, &reply) != REDIS_OK || static_cast<redisReply*>(reply)->type == REDIS_REPLY_ERROR)
        giveUp(QStringLiteral("hiredis: %1").arg(QString::fromLatin1(context->errstr)));
    return static_cast<redisReply*>(reply);
}

/// XREADGROUP and XACK of a thousand each, the acknowledgement and the next reading in one go.
void hiredisReads(int port, const QByteArray& stream, int messages) {
    redisContext* const context = redisConnect("127.0.0.1", port);
    redisAppendCommand(context, "XGROUP CREATE %s bare 0", stream.constData());
    freeReplyObject(answer(context));
    const auto ask = [&] {
        redisAppendCommand(context, "XREADGROUP GROUP bare one COUNT %d STREAMS %s >", atOnce, stream.constData());
    };
    ask();
    for (int got = 0; got < messages;) {
        redisReply* const reply = answer(context);
        if (reply->type != REDIS_REPLY_ARRAY)
            giveUp(QStringLiteral("hiredis: the stream ended early"));
        const redisReply* const entries = reply->element[0]->element[1];
        std::vector<const char*> words{"XACK", stream.constData(), "bare"};
        for (std::size_t i = 0; i < entries->elements; ++i)
            words.push_back(entries->element[i]->element[0]->str);
        redisAppendCommandArgv(context, static_cast<int>(words.size()), words.data(), nullptr);
        got += static_cast<int>(entries->elements);
        if (got < messages)
            ask();
        freeReplyObject(reply);
        freeReplyObject(answer(context));
    }
    redisFree(context);
}

void streamTransport(const Setting& setting) {
    const int messages = setting.quick ? 20'000 : 500'000;
    test::RedisServer server;
    test::RedisClient client(server.port());
    client.addMany("orders", messages, [](int i) { return contentOf(i + 1); });
    SourceUrl url = server.stream("orders");
    Pair best;
    for (int round = 0; round < 3; ++round) {
        url.group = QStringLiteral("ours%1").arg(round);
        best.ours = std::min(best.ours, seconds([&] { sourceReads(url, messages); }));
        best.theirs = std::min(best.theirs, seconds([&] { hiredisReads(server.port(), "orders", messages); }));
        client.run({"XGROUP", "DESTROY", "orders", "bare"});
    }
    say(QStringLiteral("transport-stream, hiredis"), messages / best.ours, messages / best.theirs,
        {Goal::Kind::AtLeast, 0.8});
}

void appendClaim(redisContext* context, const std::string& script) {
    redisAppendCommand(context, "EVALSHA %s 4 l {l}:portolan {l}:portolan:claims:c {l}:portolan:consumers r c %d %d 0",
                       script.c_str(), atOnce, 4 << 20);
}

/// The claim script and HDEL of a thousand each, the next asked for before the last is let go.
void hiredisClaims(int port, int messages) {
    redisContext* const context = redisConnect("127.0.0.1", port);
    redisAppendCommand(context, "SCRIPT LOAD %s", listscripts::claim);
    redisReply* const loaded = answer(context);
    const std::string script = loaded->str;
    freeReplyObject(loaded);
    appendClaim(context, script);
    for (int got = 0; got < messages;) {
        redisReply* const reply = answer(context);
        const std::string epoch = reply->element[0]->str;
        const long long first = std::stoll(reply->element[1]->str);
        const auto size = static_cast<int>(reply->element[2]->elements);
        freeReplyObject(reply);
        got += size;
        std::vector<std::string> words{"HDEL", "{l}:portolan:claims:c"};
        for (int i = 0; i < size; ++i)
            words.push_back(epoch + '-' + std::to_string(first + i));
        std::vector<const char*> texts;
        for (const std::string& word : words)
            texts.push_back(word.c_str());
        redisAppendCommandArgv(context, static_cast<int>(texts.size()), texts.data(), nullptr);
        if (got < messages)
            appendClaim(context, script);
        freeReplyObject(answer(context));
    }
    redisFree(context);
}

SourceUrl urlOf(const test::RedisServer& server, SourceKind kind, const QByteArray& name) {
    SourceUrl url = server.stream(name);
    url.kind = kind;
    url.consumer = QStringLiteral("c");
    return url;
}

void listTransport(const Setting& setting) {
    const int messages = setting.quick ? 20'000 : 500'000;
    test::RedisServer server;
    test::RedisClient client(server.port());
    const auto fill = [&] {
        client.run({"FLUSHALL"});
        client.run({"EVAL", "for i=1,ARGV[1] do redis.call('RPUSH','l','this is Message number '..i) end", "0",
                    QByteArray::number(messages)});
    };
    const SourceUrl url = urlOf(server, SourceKind::RedisList, "l");
    Pair best;
    for (int round = 0; round < 3; ++round) {
        fill();
        best.ours = std::min(best.ours, seconds([&] { sourceReads(url, messages); }));
        fill();
        best.theirs = std::min(best.theirs, seconds([&] { hiredisClaims(server.port(), messages); }));
    }
    say(QStringLiteral("transport-list, hiredis with the same calls"), messages / best.ours, messages / best.theirs,
        {Goal::Kind::AtLeast, 0.8});
}

void hiredisSubscribes(int port, int messages, const std::function<void()>& begin) {
    redisContext* const context = redisConnect("127.0.0.1", port);
    redisAppendCommand(context, "SUBSCRIBE c");
    freeReplyObject(answer(context));
    begin();
    for (int got = 0; got < messages; ++got)
        freeReplyObject(answer(context));
    redisFree(context);
}

void channelTransport(const Setting& setting) {
    const int messages = setting.quick ? 20'000 : 500'000;
    test::RedisServer server;
    test::RedisClient client(server.port());
    client.run({"CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0"});
    const auto publish = [&] {
        client.run({"EVAL", "for i=1,ARGV[1] do redis.call('PUBLISH','c','this is Message number '..i) end", "0",
                    QByteArray::number(messages)});
    };
    const SourceUrl url = urlOf(server, SourceKind::RedisChannel, "c");
    Pair best;
    for (int round = 0; round < 3; ++round) {
        best.ours = std::min(best.ours, seconds([&] { sourceReads(url, messages, publish); }));
        best.theirs = std::min(best.theirs, seconds([&] { hiredisSubscribes(server.port(), messages, publish); }));
    }
    say(QStringLiteral("transport-channel, hiredis"), messages / best.ours, messages / best.theirs,
        {Goal::Kind::AtLeast, 0.8});
}

constexpr Bench benches[] = {
    {"transport-stream", streamTransport}, {"transport-list", listTransport}, {"transport-channel", channelTransport}};

} // namespace

std::span<const Bench> transportBenches() {
    return benches;
}

} // namespace portolan::bench
