#include "storage/sources/probe/redisprobe.h"

#include "storage/sources/redis/redisconnection.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;
using Holds = SourceProbe::Holds;

/// The value of "name:value" among the lines of INFO.
QByteArray infoOf(QByteArrayView info, QByteArrayView name) {
    for (const QByteArray& line : info.toByteArray().split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && QByteArrayView(line).first(colon) == name)
            return line.sliced(colon + 1).trimmed();
    }
    return {};
}

/// A field of a reply that is names and values in turn.
std::optional<RedisReply::Node> fieldOf(const RedisReply::Node& fields, QByteArrayView name) {
    bool isNext = false;
    bool isName = true;
    for (const RedisReply::Node each : fields) {
        if (isNext)
            return each;
        isNext = isName && each.text() == name;
        isName = !isName;
    }
    return std::nullopt;
}

std::optional<qint64> numberOf(const RedisReply::Node& fields, QByteArrayView name) {
    const auto field = fieldOf(fields, name);
    return field && field->type() == RedisReply::Type::Integer ? std::optional(field->integer()) : std::nullopt;
}

/// A look at one server, and at the others of its cluster that it names.
class Look {
public:
    Look(const SourceUrl& url, const CancelToken& token) : m_url(url), m_token(token), m_link(RedisEndpoint::of(url)) {}

    Result<SourceProbe> run() {
        const auto begun = steady_clock::now();
        PORTOLAN_TRY(m_link.open(m_token));
        m_probe.opened = duration_cast<milliseconds>(steady_clock::now() - begun);
        PORTOLAN_TRY(askServer());
        PORTOLAN_TRY(askPlace());
        m_probe.place = m_link.endpoint().display();
        return m_probe;
    }

private:
    using Words = std::initializer_list<QByteArrayView>;

    /// Asks, wherever the key is. Nothing: the account may not.
    Result<std::optional<RedisReply>> ask(Words words, const QString& command) {
        constexpr int mostNodes = 5;
        for (int tries = 0;; ++tries) {
            if (!m_link.isOpen())
                PORTOLAN_TRY(m_link.open(m_token));
            auto reply = m_link.command(words, m_token);
            PORTOLAN_TRY(reply);
            const QByteArrayView text = reply->root().isError() ? reply->root().text() : QByteArrayView();
            constexpr std::array<QByteArrayView, 3> elsewhere{"MOVED", "ASK ", "TRYAGAIN"};
            const bool isElsewhere =
                std::ranges::any_of(elsewhere, [&](QByteArrayView begin) { return text.startsWith(begin); });
            if (isElsewhere && tries < mostNodes) {
                m_link.close();
                continue;
            }
            if (text.startsWith("NOPERM")) {
                m_probe.denied << command;
                return std::optional<RedisReply>();
            }
            if (!text.isEmpty() && !text.startsWith("WRONGTYPE") && !text.startsWith("ERR no such key"))
                return m_link.serverError(text, QStringLiteral("Asking by %1").arg(command));
            return std::optional(std::move(*reply));
        }
    }

    Result<void> askServer() {
        const auto begun = steady_clock::now();
        const auto info = ask({"INFO"}, QStringLiteral("INFO"));
        PORTOLAN_TRY(info);
        m_probe.answered = duration_cast<microseconds>(steady_clock::now() - begun);
        m_probe.product = QStringLiteral("Redis");
        if (!*info)
            return {};
        const QByteArrayView text = (*info)->root().text();
        if (const QByteArray version = infoOf(text, "redis_version"); !version.isEmpty())
            m_probe.product += u' ' + QString::fromUtf8(version);
        m_probe.isReplica = infoOf(text, "role") == "slave";
        return {};
    }

    Result<void> askPlace() {
        switch (m_url.kind) {
        case SourceKind::RedisChannel:
            return askChannel();
        case SourceKind::RedisPattern:
            return askPattern();
        case SourceKind::RedisList:
            return askKey("list", {"LLEN", m_url.name}, QStringLiteral("LLEN"));
        case SourceKind::RedisStream:
            PORTOLAN_TRY(askKey("stream", {"XLEN", m_url.name}, QStringLiteral("XLEN")));
            return m_probe.holds == Holds::Other ? Result<void>() : askGroup();
        case SourceKind::Kafka:
        case SourceKind::Demo:
        case SourceKind::Rejects:
            break;
        }
        Q_UNREACHABLE();
    }

    Result<void> askKey(QByteArrayView wanted, Words length, const QString& command) {
        const auto type = ask({"TYPE", m_url.name}, QStringLiteral("TYPE"));
        PORTOLAN_TRY(type);
        if (*type) {
            m_probe.type = (*type)->root().text().toByteArray();
            m_probe.holds = m_probe.type == wanted   ? Holds::Expected
                            : m_probe.type == "none" ? Holds::Nothing
                                                     : Holds::Other;
        }
        if (m_probe.holds == Holds::Other)
            return {};
        const auto counted = ask(length, command);
        PORTOLAN_TRY(counted);
        if (!*counted)
            return {};
        if ((*counted)->root().isError())
            m_probe.holds = Holds::Other;
        else
            m_probe.entries = (*counted)->root().integer();
        if (m_probe.holds == Holds::Unknown) // a key without anything in it is none, but for a stream
            m_probe.holds = *m_probe.entries > 0 ? Holds::Expected : Holds::Unknown;
        return {};
    }

    Result<void> askGroup() {
        const auto groups = ask({"XINFO", "GROUPS", m_url.name}, QStringLiteral("XINFO GROUPS"));
        PORTOLAN_TRY(groups);
        if (!*groups)
            return {};
        m_probe.hasGroup = false;
        const QByteArray wanted = m_url.group.toUtf8();
        for (const RedisReply::Node group : (*groups)->root()) {
            const auto name = fieldOf(group, "name");
            if (!name || name->text() != wanted)
                continue;
            m_probe.hasGroup = true;
            m_probe.pending = numberOf(group, "pending");
            m_probe.lag = numberOf(group, "lag"); // since Redis 7
        }
        return {};
    }

    Result<void> askChannel() {
        m_probe.holds = Holds::Expected;
        const auto heard = ask({"PUBSUB", "NUMSUB", m_url.name}, QStringLiteral("PUBSUB NUMSUB"));
        PORTOLAN_TRY(heard);
        if (*heard && (*heard)->root().size() == 2)
            m_probe.listeners = (*heard)->root()[1].integer();
        return {};
    }

    Result<void> askPattern() {
        m_probe.holds = Holds::Expected;
        const auto channels = ask({"PUBSUB", "CHANNELS", m_url.name}, QStringLiteral("PUBSUB CHANNELS"));
        PORTOLAN_TRY(channels);
        if (*channels && (*channels)->root().isArray())
            m_probe.channels = (*channels)->root().size();
        return {};
    }

    const SourceUrl& m_url;
    const CancelToken& m_token;
    RedisConnection m_link;
    SourceProbe m_probe;
};

} // namespace

Result<SourceProbe> probeRedis(const SourceUrl& url, const CancelToken& token) {
    return Look(url, token).run();
}

} // namespace portolan
