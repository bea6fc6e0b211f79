#include "storage/sources/redis/redissentinel.h"

#include "storage/sources/redis/redisconnection.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds lookEvery{500};
constexpr milliseconds askEvery{5'000};
constexpr milliseconds askWithin{500}; ///< beside a connection that works
constexpr milliseconds eachAtLeast{250};

Error unknownMaster(const RedisEndpoint& endpoint) {
    return {ErrorCode::Usage,
            QStringLiteral("The sentinel at %1 watches no master named “%2”. Check the name after the sentinels.")
                .arg(endpoint.display(), endpoint.master)};
}

/// The values of SENTINEL MASTER: names and values in turn.
QByteArray valueOf(const RedisReply::Node& fields, QByteArrayView name) {
    for (auto at = fields.begin(); at != fields.end(); ++at) {
        const bool isIt = (*at).text() == name;
        if (++at == fields.end())
            break;
        if (isIt)
            return (*at).text().toByteArray();
    }
    return {};
}

} // namespace

RedisSentinels::RedisSentinels(const RedisEndpoint& endpoint, const RedisTimeouts& timeouts)
    : m_endpoint(endpoint)
    , m_sentinels(endpoint.sentinels)
    , m_reply(timeouts.reply) {
    m_endpoint.user.clear();
    m_endpoint.password = endpoint.sentinelPassword;
    m_endpoint.database = 0;
    m_endpoint.sentinels.clear(); // each of them is a server
}

RedisSentinels::~RedisSentinels() = default;

Result<RedisSentinels::Answer> RedisSentinels::ask(RedisConnection& link, milliseconds within,
                                                   const CancelToken& token) const {
    PORTOLAN_TRY(link.open(token, within));
    const auto reply = link.command({"SENTINEL", "MASTER", m_endpoint.master.toUtf8()}, token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node root = reply->root();
    if (root.text().startsWith("ERR No such master"))
        return unknownMaster(link.endpoint());
    if (root.isError())
        return link.serverError(root.text(), QStringLiteral("Asking for the master “%1”").arg(m_endpoint.master));
    Answer answer;
    answer.master.host = QString::fromUtf8(valueOf(root, "ip"));
    answer.master.port = valueOf(root, "port").toInt();
    answer.epoch = valueOf(root, "config-epoch").toLongLong();
    if (answer.master.host.isEmpty() || answer.master.port <= 0)
        return link.unexpected();
    return answer;
}

Result<RedisAddress> RedisSentinels::master(milliseconds within, const CancelToken& token) {
    const auto deadline = Clock::now() + within;
    m_told.reset();
    std::optional<Answer> latest;
    std::unique_ptr<RedisConnection> latestLink;
    std::optional<Error> why;
    std::size_t answers = 0;
    std::vector<RedisAddress> silent;
    std::vector<RedisAddress> answering;
    for (std::size_t at = 0; at < m_sentinels.size() && answers <= m_sentinels.size() / 2; ++at) {
        const auto left = ceil<milliseconds>(deadline - Clock::now());
        if (at > 0 && left <= milliseconds(0))
            break;
        const auto share = std::max(left / static_cast<int>(m_sentinels.size() - at), eachAtLeast);
        RedisEndpoint sentinel = m_endpoint;
        sentinel.host = m_sentinels[at].host;
        sentinel.port = m_sentinels[at].port;
        auto link = std::make_unique<RedisConnection>(sentinel, RedisTimeouts{share, std::min(share, m_reply)});
        auto answer = ask(*link, share, token);
        if (token.stop_requested())
            return cancelled();
        if (!answer) {
            // A name that is not known is told rather than an address that is dead.
            if (!why || answer.error().code == ErrorCode::Usage || answer.error().code == ErrorCode::Auth)
                why = answer.error();
            silent.push_back(m_sentinels[at]);
            continue;
        }
        ++answers;
        answering.push_back(m_sentinels[at]);
        if (!latest || answer->epoch > latest->epoch) {
            latest = *std::move(answer);
            latestLink = std::move(link);
        }
    }
    const auto asked = static_cast<std::ptrdiff_t>(answering.size() + silent.size());
    answering.insert(answering.end(), m_sentinels.begin() + asked, m_sentinels.end());
    answering.insert(answering.end(), silent.begin(), silent.end());
    m_sentinels = std::move(answering);
    if (!latest)
        return *why;
    m_master = latest->master;
    listen(std::move(latestLink));
    return m_master;
}

/// Asks the sentinel that knows most to tell of switches. One that may not is asked again and again instead.
void RedisSentinels::listen(std::unique_ptr<RedisConnection> link) {
    const auto reply = link->command({"SUBSCRIBE", "+switch-master"}, {});
    if (reply && !reply->root().isError())
        m_told = std::move(link);
    m_nextLook = Clock::now() + (m_told ? lookEvery : askEvery);
}

/// [message, +switch-master, "NAME OLD-HOST OLD-PORT HOST PORT"]
bool RedisSentinels::isToldAnother() {
    bool isAnother = false;
    while (true) {
        const auto reply = m_told->poll(milliseconds(0), {});
        if (!reply) { // closed: the others are asked
            m_told.reset();
            return isAnother;
        }
        if (!*reply)
            return isAnother;
        const RedisReply::Node push = (*reply)->root();
        if (push.size() < 3)
            continue;
        const QList<QByteArray> words = push[2].text().toByteArray().split(' ');
        if (words.size() == 5 && words[0] == m_endpoint.master.toUtf8())
            isAnother = QString::fromUtf8(words[3]) != m_master.host || words[4].toInt() != m_master.port;
    }
}

bool RedisSentinels::hasSwitched() {
    if (Clock::now() < m_nextLook)
        return false;
    m_nextLook = Clock::now() + lookEvery;
    if (m_told)
        return isToldAnother();
    const RedisAddress before = m_master;
    const auto now = master(askWithin, {});
    m_nextLook = Clock::now() + (m_told ? lookEvery : askEvery);
    return now && *now != before;
}

} // namespace portolan
