#include "tests/support/redisclient.h"

#include <QtGlobal>
#include <algorithm>
#include <hiredis/hiredis.h>
#include <memory>
#include <vector>

namespace portolan::test {

namespace {

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

void flatten(const redisReply* reply, QByteArrayList& out) {
    if (reply->type == REDIS_REPLY_INTEGER)
        out.append(QByteArray::number(reply->integer));
    else if (reply->type == REDIS_REPLY_NIL)
        out.append(QByteArray());
    else if (reply->type != REDIS_REPLY_ARRAY)
        out.append(QByteArray(reply->str, static_cast<qsizetype>(reply->len)));
    else
        std::for_each_n(reply->element, reply->elements, [&](const redisReply* element) { flatten(element, out); });
}

Reply next(redisContext* context) {
    void* reply = nullptr;
    if (redisGetReply(context, &reply) != REDIS_OK)
        qFatal("redis: %s", context->errstr);
    return Reply(static_cast<redisReply*>(reply));
}

void append(redisContext* context, const QByteArrayList& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const QByteArray& word : words) {
        texts.push_back(word.constData());
        sizes.push_back(static_cast<std::size_t>(word.size()));
    }
    redisAppendCommandArgv(context, static_cast<int>(words.size()), texts.data(), sizes.data());
}

} // namespace

RedisClient::RedisClient(int port) : m_context(redisConnect("127.0.0.1", port)) {
    if (!m_context || m_context->err != 0)
        qFatal("redis: no connection to port %d", port);
}

RedisClient::~RedisClient() {
    redisFree(m_context);
}

QByteArrayList RedisClient::run(const QByteArrayList& words) {
    append(m_context, words);
    QByteArrayList out;
    flatten(next(m_context).get(), out);
    return out;
}

QByteArray RedisClient::add(const QByteArray& stream, const QByteArray& payload, const QByteArray& field) {
    return run({"XADD", stream, "*", field, payload}).first();
}

void RedisClient::addMany(const QByteArray& stream, int count, const std::function<QByteArray(int)>& payload) {
    constexpr int group = 1000;
    for (int done = 0; done < count;) {
        const int size = std::min(group, count - done);
        for (int i = 0; i < size; ++i)
            append(m_context, {"XADD", stream, "*", "payload", payload(done + i)});
        for (int i = 0; i < size; ++i)
            next(m_context);
        done += size;
    }
}

int RedisClient::pending(const QByteArray& stream, const QByteArray& group) {
    return run({"XPENDING", stream, group}).first().toInt();
}

} // namespace portolan::test
