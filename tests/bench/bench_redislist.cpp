// Transport alone: takes a list from a Redis server and acknowledges, discarding. The other program is hiredis alone
// with the same calls (one EVALSHA and one HDEL a thousand messages, the next asked for before the last is read).
// Usage: bench_redislist PORT [MESSAGES], against a server of its own: it is emptied.

#include "storage/ingest/redislist.h"
#include "storage/ingest/redislistscripts.h"

#include <QElapsedTimer>
#include <cstdio>
#include <hiredis/hiredis.h>
#include <string>

using namespace portolan;

namespace {

constexpr int atOnce = 1000;

void fill(redisContext* server, int count) {
    freeReplyObject(redisCommand(server, "FLUSHALL"));
    for (int done = 0; done < count; done += atOnce) {
        for (int i = 0; i < atOnce; ++i)
            redisAppendCommand(server, "RPUSH l %s%d", "this is Message number ", done + i);
        for (int i = 0; i < atOnce; ++i) {
            void* reply = nullptr;
            redisGetReply(server, &reply);
            freeReplyObject(reply);
        }
    }
}

double ours(const SourceUrl& url, int count) {
    RedisListSource source(url);
    QElapsedTimer timer;
    timer.start();
    int seen = 0;
    std::vector<SourceKey> keys;
    while (seen < count) {
        const auto batch = source.fetch({atOnce, 4 << 20, atOnce}, std::chrono::milliseconds(100), {});
        keys.clear();
        for (const Delivery& delivery : batch.value())
            keys.push_back(delivery.key);
        seen += static_cast<int>(keys.size());
        (void)source.acknowledge(keys);
    }
    (void)source.settle(std::chrono::seconds(5));
    return count / (static_cast<double>(timer.nsecsElapsed()) / 1e9);
}

void appendClaim(redisContext* server, const char* hash) {
    redisAppendCommand(server, "EVALSHA %s 4 l {l}:portolan {l}:portolan:claims:c {l}:portolan:consumers r c %d %d 0",
                       hash, atOnce, 4 << 20);
}

double theirs(redisContext* server, int count) {
    auto* loaded = static_cast<redisReply*>(redisCommand(server, "SCRIPT LOAD %s", listscripts::claim));
    const std::string hash = loaded->str;
    freeReplyObject(loaded);
    QElapsedTimer timer;
    timer.start();
    appendClaim(server, hash.c_str());
    for (int seen = 0; seen < count;) {
        void* got = nullptr;
        redisGetReply(server, &got);
        auto* reply = static_cast<redisReply*>(got);
        const std::string epoch = reply->element[0]->str;
        const long long first = std::stoll(reply->element[1]->str);
        const auto size = static_cast<int>(reply->element[2]->elements);
        freeReplyObject(reply);
        seen += size;
        std::vector<std::string> words{"HDEL", "{l}:portolan:claims:c"};
        for (int i = 0; i < size; ++i)
            words.push_back(epoch + '-' + std::to_string(first + i));
        std::vector<const char*> texts;
        for (const std::string& word : words)
            texts.push_back(word.c_str());
        redisAppendCommandArgv(server, static_cast<int>(texts.size()), texts.data(), nullptr);
        if (seen < count)
            appendClaim(server, hash.c_str());
        redisGetReply(server, &got);
        freeReplyObject(got);
    }
    return count / (static_cast<double>(timer.nsecsElapsed()) / 1e9);
}

} // namespace

int main(int argc, char** argv) {
    const int port = argc > 1 ? std::atoi(argv[1]) : 0;
    const int count = argc > 2 ? std::atoi(argv[2]) / atOnce * atOnce : 200'000;
    redisContext* server = redisConnect("127.0.0.1", port);
    if (!server || server->err != 0) {
        std::fprintf(stderr, "usage: bench_redislist PORT [MESSAGES]\n");
        return 2;
    }
    SourceUrl url;
    url.kind = SourceKind::RedisList;
    url.host = QStringLiteral("127.0.0.1");
    url.port = port;
    url.name = "l";
    url.consumer = QStringLiteral("c");
    for (int round = 0; round < 3; ++round) {
        fill(server, count);
        const double mine = ours(url, count);
        fill(server, count);
        const double other = theirs(server, count);
        std::printf("list transport: ours %.0f, hiredis %.0f messages/s, ratio %.2f\n", mine, other, mine / other);
    }
    redisFree(server);
    return 0;
}
