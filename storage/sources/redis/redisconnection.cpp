#include "storage/sources/redis/redisconnection.h"

#include "storage/base/backoff.h"
#include "storage/base/numbertext.h"
#include "storage/sources/redis/redissentinel.h"
#include "storage/sources/redis/redistls.h"

#include <QCryptographicHash>
#include <QTcpSocket>
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds answerSlice{100}; ///< how often a wait looks at its token
constexpr qsizetype chunkSize = 256 * 1024;
constexpr milliseconds caughtUp{2}; ///< who had to wait so long for bytes had read all that there were

/// The meaning of an error reply's first word. Longer beginnings come before shorter ones.
struct Meaning {
    const char* beginning;
    ErrorCode code;
    const char* words;
};
constexpr auto errorMeanings = std::to_array<Meaning>({
    {"NOAUTH", ErrorCode::Auth, "the server wants a password"},
    {"WRONGPASS", ErrorCode::Auth, "the server refused the user name or password"},
    {"NOPERM", ErrorCode::Auth, "this user may not do that (see ACL SETUSER)"},
    {"DENIED", ErrorCode::Auth, "the server is in protected mode and takes no connections from other machines"},
    {"ERR invalid password", ErrorCode::Auth, "the server refused the password"},
    {"ERR Client sent AUTH", ErrorCode::Auth, "a password was given, but the server has none"},
    {"ERR AUTH <password> called without any password", ErrorCode::Auth,
     "a password was given, but the server has none for the default user; give the user's name as well"},
    {"ERR DB index", ErrorCode::Usage, "the server has no database of that number"},
    {"ERR invalid DB index", ErrorCode::Usage, "the server has no database of that number"},
    {"ERR SELECT is not allowed", ErrorCode::Usage, "a cluster has only database 0"},
    {"ERR unknown command", ErrorCode::Unsupported,
     "the server does not know the command; Redis 6.2 or newer is needed"},
    {"ERR syntax error", ErrorCode::Unsupported,
     "the server does not know the command's form; Redis 6.2 or newer is needed"},
    {"WRONGTYPE", ErrorCode::Usage, "the key holds another type of value"},
    {"MOVED", ErrorCode::Connection, "the key is on another server of the cluster, which is asked now"},
    {"ASK ", ErrorCode::Connection, "the key is being moved to another server of the cluster, which is asked now"},
    {"TRYAGAIN", ErrorCode::Connection, "the key is being moved to another server of the cluster"},
    {"UNBLOCKED", ErrorCode::Connection, "the server has become a replica"},
    {"LOADING", ErrorCode::Connection, "the server is still loading its data"},
    {"READONLY", ErrorCode::Connection, "the server is a read-only replica at present"},
    {"MISCONF", ErrorCode::Connection, "the server cannot save its data to disk and refuses writes"},
    {"OOM", ErrorCode::Connection,
     "the server is full (maxmemory): something has to be taken out of it, or maxmemory raised"},
    {"BUSY", ErrorCode::Connection, "the server is busy with a script"},
    {"MASTERDOWN", ErrorCode::Connection, "the replica has lost its master"},
    {"CLUSTERDOWN", ErrorCode::Connection, "the cluster is down"},
    {"ERR max number of clients", ErrorCode::Connection, "the server has too many clients"},
});

constexpr milliseconds firstTry{100};
constexpr milliseconds slowestTry{10'000};
constexpr milliseconds slowestAtFailover{2'000};

} // namespace

Backoff reconnectBackoff(const SourceUrl& url, quint64 seed) {
    return Backoff(seed, firstTry, url.sentinels.empty() ? slowestTry : slowestAtFailover);
}

RedisConnection::RedisConnection(RedisEndpoint endpoint, RedisTimeouts timeouts)
    : m_endpoint(std::move(endpoint))
    , m_timeouts(timeouts)
    , m_chunk(chunkSize, Qt::Uninitialized) {
    if (!m_endpoint.sentinels.empty())
        m_sentinels = std::make_unique<RedisSentinels>(m_endpoint, m_timeouts);
    else if (m_endpoint.socketPath.isEmpty())
        m_nodes = {{m_endpoint.host, m_endpoint.port}};
}

RedisConnection::~RedisConnection() = default;

Result<void> RedisConnection::open(const CancelToken& token, milliseconds within) {
    close();
    const auto deadline = steady_clock::now() + std::min(m_timeouts.connect, within);
    PORTOLAN_TRY(locate(std::min(m_timeouts.connect, within), token));
    const auto left = std::max(ceil<milliseconds>(deadline - steady_clock::now()), milliseconds(1));
    auto socket = connectSocket(m_endpoint, left, token);
    if (!socket && m_nodes.size() > 1) // another node knows who has its slots by then
        std::rotate(m_nodes.begin(), m_nodes.begin() + 1, m_nodes.end()); // std::ranges' is beyond clang 14
    PORTOLAN_TRY(socket);
    m_socket = std::move(*socket);
    m_reader = std::make_unique<RedisReplyReader>();
    m_backlog = 0;
    m_speaksRedis = false;
    auto introduced = introduce(token);
    if (introduced && m_sentinels)
        introduced = checkRole(token);
    if (!introduced)
        close();
    m_isAsking = m_isAskingOwed = std::exchange(m_asksNext, false) && m_socket;
    return introduced;
}

/// Decides which server it is this time.
Result<void> RedisConnection::locate(milliseconds within, const CancelToken& token) {
    if (m_sentinels) {
        const auto master = m_sentinels->master(within / 2, token);
        PORTOLAN_TRY(master);
        m_endpoint.host = master->host;
        m_endpoint.port = master->port;
    } else if (!m_nodes.empty()) {
        m_endpoint.host = m_nodes.front().host;
        m_endpoint.port = m_nodes.front().port;
    }
    return {};
}

/// Sentinels may name a server a moment before it knows that it is the master, or after it has become a replica. An
/// account that may not ask goes by their word.
Result<void> RedisConnection::checkRole(const CancelToken& token) {
    const auto reply = command({"ROLE"}, token);
    PORTOLAN_TRY(reply);
    const RedisReply::Node root = reply->root();
    if (root.size() == 0 || root[0].text() == "master")
        return {};
    return Error{ErrorCode::Connection,
                 QStringLiteral("The Redis server %1 is a replica at present; the sentinels are asked again.")
                     .arg(m_endpoint.display())};
}

/// [[from, to, [host, port, …], replica…], …]: all masters and replicas, this one first.
void RedisConnection::learnNodes(const RedisReply::Node& ranges) {
    std::vector<RedisAddress> nodes{m_nodes.front()};
    for (const RedisReply::Node range : ranges) {
        for (int at = 2; at < range.size(); ++at) {
            const RedisReply::Node node = range[at];
            if (node.size() < 2)
                continue;
            RedisAddress address{QString::fromUtf8(node[0].text()), static_cast<int>(node[1].integer())};
            if (address.host.isEmpty() || address.host == u"?") // its name is not known: it is where this one is
                address.host = m_endpoint.host;
            if (std::ranges::find(nodes, address) == nodes.end())
                nodes.push_back(std::move(address));
        }
    }
    m_nodes = std::move(nodes);
}

/// "MOVED 3999 host:port", "ASK 3999 host:port"; without a host it is where this one is. See
/// redis.io/docs/reference/cluster-spec, "Redirection and resharding".
void RedisConnection::noteRedirection(QByteArrayView error) {
    const bool asks = error.startsWith("ASK ");
    if (m_nodes.empty() || (!asks && !error.startsWith("MOVED ")))
        return;
    const QByteArrayView place = error.sliced(error.lastIndexOf(' ') + 1);
    const qsizetype colon = place.lastIndexOf(':');
    if (colon < 0)
        return;
    RedisAddress address{QString::fromUtf8(place.first(colon)), place.sliced(colon + 1).toInt()};
    if (address.host.isEmpty())
        address.host = m_endpoint.host;
    std::erase(m_nodes, address);
    m_nodes.insert(m_nodes.begin(), std::move(address));
    m_asksNext = asks;
}

void RedisConnection::close() {
    m_out.clear();
    m_reader.reset();
    m_socket.reset();
    m_isAsking = m_isAskingOwed = false;
}

Result<void> RedisConnection::introduce(const CancelToken& token) {
    enum class Matter { Always, Never, Nodes };
    struct Step {
        QString doing;
        Matter matter;
    };
    std::vector<Step> steps;
    const QByteArray user = m_endpoint.user.toUtf8();
    const QByteArray password = m_endpoint.password.toUtf8();
    const QString connecting = QStringLiteral("Signing in");
    if (!user.isEmpty()) {
        append({"AUTH", user, password});
        steps.push_back({connecting, Matter::Always});
    } else if (!password.isEmpty()) {
        append({"AUTH", password});
        steps.push_back({connecting, Matter::Always});
    }
    if (m_endpoint.database != 0) {
        append({"SELECT", QByteArray::number(m_endpoint.database)});
        steps.push_back({QStringLiteral("Choosing database %1").arg(m_endpoint.database), Matter::Always});
    }
    const QByteArray name = m_endpoint.clientName.isEmpty() ? QByteArrayLiteral("portolan") : m_endpoint.clientName;
    append({"CLIENT", "SETNAME", name});
    steps.push_back({connecting, Matter::Never}); // a user may lack the right to it
    if (!m_nodes.empty() && m_mayAskNodes) {
        append({"CLUSTER", "SLOTS"});
        steps.push_back({connecting, Matter::Nodes});
    }

    // The first failure is the cause, the others follow from it.
    std::optional<Error> failed;
    for (const Step& step : steps) {
        auto reply = read(token);
        if (!reply)
            return failed ? *failed : reply.error();
        if (step.matter == Matter::Nodes) { // of a cluster; others have none, and an account may not be told
            m_mayAskNodes = !reply->root().isError() && reply->root().size() > 0;
            if (m_mayAskNodes)
                learnNodes(reply->root());
            continue;
        }
        if (!reply->root().isError() || failed)
            continue;
        Error error = serverError(reply->root().text(), step.doing);
        const bool onlyUnnamed = error.code == ErrorCode::Unsupported || reply->root().text().startsWith("NOPERM");
        if (step.matter == Matter::Always || !onlyUnnamed)
            failed = std::move(error);
    }
    return failed ? Result<void>(*failed) : Result<void>();
}

void RedisConnection::append(std::span<const QByteArrayView> words) {
    if (m_isAsking) {
        constexpr std::array<QByteArrayView, 1> asking{"ASKING"};
        put(asking);
    }
    put(words);
}

void RedisConnection::put(std::span<const QByteArrayView> words) {
    constexpr qsizetype longestHead = 1 + std::numeric_limits<qsizetype>::digits10 + 1 + 2; // "$", digits, line's end
    qsizetype most = longestHead;
    for (const QByteArrayView word : words)
        most += longestHead + word.size() + 2;
    const qsizetype before = m_out.size();
    m_out.resize(before + most);
    char* at = m_out.data() + before;
    const auto put = [&at](QByteArrayView bytes) { at = std::ranges::copy(bytes, at).out; };
    const auto putHead = [&](char kind, qsizetype number) {
        *at++ = kind;
        at = std::to_chars(at, at + longestHead, number).ptr;
        put("\r\n");
    };
    putHead('*', static_cast<qsizetype>(words.size()));
    for (const QByteArrayView word : words) {
        putHead('$', word.size());
        put(word);
        put("\r\n");
    }
    m_out.resize(at - m_out.constData());
}

Result<void> RedisConnection::send(const CancelToken& token) {
    if (!m_socket)
        return lost(QStringLiteral("not connected"));
    if (!m_out.isEmpty()) {
        if (m_socket->write(m_out) != m_out.size())
            return lost(socketError(*m_socket));
        m_out.clear();
    }
    const auto deadline = steady_clock::now() + m_timeouts.reply;
    m_socket->flush();
    while (m_socket->bytesToWrite() > 0) {
        if (m_socket->waitForBytesWritten(static_cast<int>(answerSlice.count())))
            continue;
        if (m_socket->error() != QAbstractSocket::SocketTimeoutError)
            return lost(socketError(*m_socket));
        if (token.stop_requested())
            return cancelled();
        if (steady_clock::now() >= deadline)
            return lost(QStringLiteral("the server takes no data"));
    }
    return {};
}

Result<void> RedisConnection::receive(milliseconds wait) {
    if (m_sentinels && m_sentinels->hasSwitched())
        return lost(QStringLiteral("the sentinels name another master"));
    const auto begin = steady_clock::now();
    if (m_socket->bytesAvailable() == 0 && !m_socket->waitForReadyRead(static_cast<int>(wait.count()))) {
        if (m_socket->error() == QAbstractSocket::SocketTimeoutError
            && m_socket->state() == QAbstractSocket::ConnectedState) {
            m_backlog = wait.count() > 0 ? 0 : m_backlog;
            return {};
        }
        if (m_socket->bytesAvailable() == 0)
            return lost(socketError(*m_socket));
    }
    const qint64 size = m_socket->read(m_chunk.data(), m_chunk.size());
    if (size < 0)
        return lost(socketError(*m_socket));
    m_heardAt = steady_clock::now();
    m_backlog = size + (m_heardAt - begin > caughtUp ? 0 : m_backlog);
    m_reader->feed(QByteArrayView(m_chunk.constData(), size));
    return {};
}

Result<std::optional<RedisReply>> RedisConnection::next() {
    auto reply = m_reader->next();
    if (!reply)
        return m_speaksRedis ? lost(reply.error().details) : notRedis(reply.error().details);
    m_speaksRedis = m_speaksRedis || reply->has_value();
    if (m_isAsking && *reply) {
        m_isAskingOwed = !m_isAskingOwed;
        if (!m_isAskingOwed) { // "OK" to ASKING
            m_reader->reuse(std::move(**reply));
            return next();
        }
    }
    if (*reply && (*reply)->root().isError())
        noteRedirection((*reply)->root().text());
    return reply;
}

void RedisConnection::reuse(RedisReply&& spent) {
    if (m_reader)
        m_reader->reuse(std::move(spent));
}

Result<std::optional<RedisReply>> RedisConnection::poll(milliseconds wait, const CancelToken& token) {
    if (m_reader && m_out.isEmpty()) { // what has come already needs no clock and no system call
        if (auto reply = next(); !reply || *reply)
            return reply;
    }
    PORTOLAN_TRY(send(token));
    const auto deadline = steady_clock::now() + wait;
    for (bool last = false;;) {
        auto reply = next();
        if (!reply || *reply || last)
            return reply;
        const auto left = ceil<milliseconds>(deadline - steady_clock::now());
        last = left.count() <= 0 || token.stop_requested();
        PORTOLAN_TRY(receive(last ? milliseconds(0) : std::min(left, answerSlice)));
    }
}

Result<RedisReply> RedisConnection::read(const CancelToken& token, milliseconds extra) {
    milliseconds wait = m_timeouts.reply + extra;
    while (true) {
        const auto begin = steady_clock::now();
        auto reply = poll(wait, token);
        PORTOLAN_TRY(reply);
        if (*reply)
            return std::move(**reply);
        if (token.stop_requested())
            return cancelled();
        if (m_heardAt < begin)
            return notAnswering();
        wait = m_timeouts.reply;
    }
}

Result<RedisReply> RedisConnection::command(std::initializer_list<QByteArrayView> words, const CancelToken& token) {
    append(words);
    return read(token);
}

Error RedisConnection::serverError(QByteArrayView reply, const QString& doing) const {
    const QString details = QString::fromUtf8(reply.first(std::min<qsizetype>(reply.size(), 300)));
    const auto text = [&](const QString& why) {
        return QStringLiteral("%1 failed at the Redis server %2: %3.").arg(doing, m_endpoint.display(), why);
    };
    constexpr QByteArrayView denied = "NOPERM ";
    if (reply.startsWith(denied)) // the server's words name the command or key
        return {
            ErrorCode::Auth,
            text(QStringLiteral("this user may not do that (see ACL SETUSER): %1").arg(details.sliced(denied.size()))),
            details};
    for (const Meaning& meaning : errorMeanings) {
        if (reply.startsWith(meaning.beginning))
            return {meaning.code, text(QString::fromUtf8(meaning.words)), details};
    }
    // An unknown refusal may pass: a server being shut down, a module, a proxy between.
    return {ErrorCode::Connection, text(details), details};
}

Error RedisConnection::unexpected() const {
    return {ErrorCode::Connection,
            QStringLiteral("The Redis server %1 sent a reply of a shape that is not known.").arg(m_endpoint.display())};
}

Error RedisConnection::notAnswering(milliseconds since) {
    close();
    return {ErrorCode::Timeout,
            QStringLiteral("The Redis server at %1 has not answered for %2 s. Is it paused or overloaded?")
                .arg(m_endpoint.display(), measuredText(duration<double>(since).count(), 1))};
}

Error RedisConnection::lost(const QString& details) {
    close();
    if (auto refused = refusedCertificate(m_endpoint, details))
        return *std::move(refused);
    return {ErrorCode::Connection,
            QStringLiteral("The connection to the Redis server at %1 was lost.").arg(m_endpoint.display()), details};
}

Error RedisConnection::notRedis(const QString& details) {
    close();
    return {ErrorCode::Usage,
            QStringLiteral("The server at %1 does not speak the Redis protocol. Check the port; a server that wants "
                           "TLS is named with rediss://.")
                .arg(m_endpoint.display()),
            details};
}

RedisScript::RedisScript(const char* text)
    : m_text(text)
    , m_hash(QCryptographicHash::hash(text, QCryptographicHash::Sha1).toHex()) {}

void RedisScript::append(RedisConnection& link, std::span<const QByteArrayView> words) {
    const bool isByHash = m_isLoaded && m_mayHash;
    std::vector<QByteArrayView> all{isByHash ? "EVALSHA" : "EVAL",
                                    isByHash ? QByteArrayView(m_hash) : QByteArrayView(m_text)};
    all.insert(all.end(), words.begin(), words.end());
    link.append(all);
    m_isLoaded = true;
}

bool RedisScript::isHashRefused(QByteArrayView error) {
    // The word is the account's: "… no permissions to run the 'evalsha' command", "unknown command 'EVALSHA'".
    const bool isDenied = (error.startsWith("NOPERM") || error.startsWith("ERR unknown command"))
                          && error.toByteArray().toLower().contains("'evalsha'");
    m_mayHash = m_mayHash && !isDenied;
    if (error.startsWith("NOSCRIPT"))
        m_isLoaded = false;
    return isDenied || error.startsWith("NOSCRIPT");
}

} // namespace portolan
