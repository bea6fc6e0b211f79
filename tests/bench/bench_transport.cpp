// BENCH.md: transport alone, what is received being thrown away, against hiredis in C.

#include "storage/ingest/source.h"
#include "tests/bench/bench.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <hiredis.h>
#include <string>
#include <vector>

namespace portolan::bench {

namespace {

constexpr int atOnce = 1000;

void sourceReads(const SourceUrl& url, int messages) {
    const auto source = makeSource(url);
    if (!source)
        giveUp(source.error().text);
    FetchLimits limits;
    limits.count = atOnce;
    limits.ahead = 2 * atOnce;
    int got = 0;
    std::vector<SourceKey> keys;
    while (got < messages) {
        const auto fetched = (*source)->fetch(limits, std::chrono::seconds(1), {});
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

constexpr Bench benches[] = {{"transport-stream", streamTransport}};

} // namespace

std::span<const Bench> transportBenches() {
    return benches;
}

} // namespace portolan::bench
