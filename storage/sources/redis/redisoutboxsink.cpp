#include "storage/sources/redis/redisoutboxsink.h"

#include "storage/sources/redis/redisnames.h"
#include "storage/sources/redis/redisoutboxscripts.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr std::size_t mostInAScript = 100;       ///< the server does nothing else meanwhile
constexpr qsizetype bytesInAScript = 512 * 1024; ///< of payloads, about
/// With `everysec` Redis answers before it writes while a sync is under way, for two seconds at most; it begins the
/// next sync within a second and a tick after the one before.
constexpr milliseconds writtenWithin{3'000};
constexpr milliseconds syncBeginsWithin{2'000};

constexpr char none[] = "FENCED none";
constexpr char fencedByOther[] = "FENCED other";

/// "name:value" of an INFO text; empty when it is not there.
QByteArray fieldOf(const QByteArray& info, const char* name) {
    const QByteArray key = QByteArray("\n") + name + ':';
    const qsizetype at = info.indexOf(key);
    if (at < 0)
        return {};
    const qsizetype from = at + key.size();
    return info.sliced(from, std::max<qsizetype>(info.indexOf('\r', from), from) - from);
}

QByteArrayView wordOf(SourceKind kind) {
    if (kind == SourceKind::RedisStream)
        return "stream";
    return kind == SourceKind::RedisList ? "list" : "channel";
}

RedisEndpoint endpointOf(const SourceUrl& to) {
    RedisEndpoint endpoint = RedisEndpoint::of(to);
    endpoint.clientName = "portolan-outbox";
    return endpoint;
}

} // namespace

RedisOutboxSink::RedisOutboxSink(const SourceUrl& to, const QByteArray& run, RedisTimeouts timeouts)
    : m_link(endpointOf(to), timeouts)
    , m_kind(to.kind)
    , m_isTakenRight(to.isTakenRight)
    , m_name(to.name)
    , m_notes(besideKey(to.name) + ":outbox:" + run)
    , m_send(outboxscripts::send) {}

QString RedisOutboxSink::doing() const {
    return QStringLiteral("Sending to the %1 “%2”").arg(QString::fromUtf8(wordOf(m_kind)), QString::fromUtf8(m_name));
}

Error RedisOutboxSink::fenced(QByteArrayView why) {
    m_link.close();
    if (why.startsWith(fencedByOther))
        return {ErrorCode::Changed, QStringLiteral("Another program carries this replay run out now.")};
    // Lost with a restart, or flushed: what it still has is asked for when the run is taken over again.
    return {
        ErrorCode::Connection,
        QStringLiteral("The Redis server %1 has forgotten the notes of this replay run; what it still has is looked "
                       "up.")
            .arg(m_link.endpoint().display())};
}

Error RedisOutboxSink::nobodyListens() const {
    return {
        ErrorCode::Busy,
        QStringLiteral("Nobody listens to the channel “%1” at %2; what would be published now is lost, so it waits.")
            .arg(QString::fromUtf8(m_name), m_link.endpoint().display())};
}

Error RedisOutboxSink::odd() {
    m_link.close();
    return m_link.unexpected();
}

/// The next reply; an error reply closes the connection, because others may be owed still.
Result<RedisReply> RedisOutboxSink::answer(const CancelToken& token) {
    auto reply = m_link.read(token);
    if (!reply || !reply->root().isError())
        return reply;
    const QByteArray text = reply->root().text().toByteArray();
    if (text.startsWith(none) || text.startsWith(fencedByOther))
        return fenced(text);
    const Error error = m_send.isHashRefused(text) // the scripts were flushed, or the account has no right to EVALSHA
                            ? Error{ErrorCode::Connection,
                                    QStringLiteral("%1: the server did not take the script by its hash; it is sent "
                                                   "whole.")
                                        .arg(doing())}
                            : m_link.serverError(text, doing());
    m_link.close();
    return error;
}

Result<RedisReply> RedisOutboxSink::ask(std::span<const QByteArrayView> words, const CancelToken& token) {
    m_link.append(words);
    return answer(token);
}

/// Empty where the user may not ask.
Result<QByteArray> RedisOutboxSink::info(const char* section, const CancelToken& token) {
    const auto reply = m_link.command({"INFO", section}, token);
    PORTOLAN_TRY(reply);
    return reply->root().isError() ? QByteArray() : reply->root().text().toByteArray();
}

Result<void> RedisOutboxSink::learn(const CancelToken& token) {
    const Result<QByteArray> server = info("server", token);
    PORTOLAN_TRY(server);
    m_run = fieldOf(*server, "run_id");
    const Result<QByteArray> persistence = info("persistence", token);
    PORTOLAN_TRY(persistence);
    // A server that is starting answers this, and says that it keeps no append-only file until it has read it.
    if (fieldOf(*persistence, "loading") == "1") {
        m_link.close();
        return m_link.serverError("LOADING", doing());
    }
    m_keeping = fieldOf(*persistence, "aof_enabled") == "0" ? Keeping::Memory : Keeping::EverySecond;
    if (m_keeping == Keeping::Memory)
        return {};
    const auto policy = m_link.command({"CONFIG", "GET", "appendfsync"}, token);
    PORTOLAN_TRY(policy);
    if (policy->root().size() == 2 && policy->root()[1].text() == "always")
        m_keeping = Keeping::Always;
    return {};
}

Result<OutboxLink> RedisOutboxSink::open(const CancelToken& token) {
    PORTOLAN_TRY(m_link.open(token));
    PORTOLAN_TRY(learn(token));
    m_send.forget();
    const auto taken = ask(std::array<QByteArrayView, 4>{"EVAL", outboxscripts::open, "1", m_notes}, token);
    PORTOLAN_TRY(taken);
    if (taken->root().size() != 2)
        return odd();
    m_epoch = taken->root()[0].text().toByteArray();
    m_since = Clock::now();
    m_quietSince.reset();
    // A server whose run we may not know may be another one each time.
    const QByteArray run = m_run.isEmpty() ? "unknown at " + m_epoch : m_run;
    return OutboxLink{m_epoch.toLongLong(), run, taken->root()[1].text().toLongLong()};
}

void RedisOutboxSink::append(std::span<const OutboxMessage> messages) {
    std::vector<QByteArray> records;
    records.reserve(messages.size());
    const bool isKey = m_kind != SourceKind::RedisChannel;
    std::vector<QByteArrayView> words{isKey ? "2" : "1", m_notes};
    if (isKey)
        words.emplace_back(m_name);
    const bool isPushedLeft = m_kind == SourceKind::RedisList && m_isTakenRight;
    words.insert(words.end(), {m_epoch, isPushedLeft ? "left" : wordOf(m_kind), m_name});
    for (const OutboxMessage& message : messages) {
        words.emplace_back(message.id);
        if (m_kind != SourceKind::RedisStream) {
            records.push_back(portMessageRecord(message));
            words.insert(words.end(), {"1", records.back()});
            continue;
        }
        const auto fields = portMessageFields(message);
        records.push_back(QByteArray::number(2 * fields.size()));
        words.emplace_back(records.back());
        for (const auto& [name, value] : fields)
            words.insert(words.end(), {name, value});
    }
    m_send.append(m_link, words);
}

Result<std::vector<OutboxReceipt>> RedisOutboxSink::send(std::span<const OutboxMessage> messages) {
    std::vector<std::span<const OutboxMessage>> parts;
    for (std::size_t from = 0; from < messages.size();) {
        std::size_t count = 0;
        for (qsizetype bytes = 0; from + count < messages.size() && count < mostInAScript && bytes < bytesInAScript;
             ++count)
            bytes += messages[from + count].payload.size();
        parts.push_back(messages.subspan(from, count));
        append(parts.back());
        from += count;
    }
    m_since = Clock::now();
    m_quietSince.reset();
    std::vector<OutboxReceipt> receipts;
    receipts.reserve(messages.size());
    for (const auto& part : parts) {
        const auto reply = answer({}); // what is on its way is waited for: it ends with the reply timeout
        PORTOLAN_TRY(reply);
        std::size_t at = 0;
        for (const RedisReply::Node where : reply->root()) {
            if (where.text() == "0") {
                m_link.close(); // replies are owed
                return nobodyListens();
            }
            if (at < part.size())
                receipts.push_back({part[at].position, where.text().toByteArray()});
            ++at;
        }
        if (at != part.size())
            return odd();
    }
    m_since = Clock::now();
    m_quietSince.reset();
    return receipts;
}

Result<std::vector<OutboxReceipt>> RedisOutboxSink::receipts(std::span<const OutboxNote> notes) {
    std::vector<QByteArrayView> words{"HMGET", m_notes, "epoch"};
    for (const OutboxNote& note : notes)
        words.emplace_back(note.id);
    const auto reply = ask(words, {});
    PORTOLAN_TRY(reply);
    if (reply->root().size() != std::ssize(notes) + 1)
        return odd();
    std::vector<OutboxReceipt> found;
    auto node = reply->root().begin();
    if ((*node).text() != m_epoch)
        return fenced((*node).isNil() ? none : fencedByOther);
    for (const OutboxNote& note : notes) {
        ++node;
        if (!(*node).isNil())
            found.push_back({note.position, (*node).text().toByteArray()});
    }
    return found;
}

Result<bool> RedisOutboxSink::isSafe() {
    // Over this connection it is the same run of the server; the notes say whether it is still ours.
    PORTOLAN_TRY(receipts({}));
    if (m_keeping != Keeping::EverySecond || !canForget())
        return true;
    const Result<QByteArray> persistence = info("persistence", {});
    PORTOLAN_TRY(persistence);
    const auto isNone = [&](const char* name) {
        const QByteArray value = fieldOf(*persistence, name);
        return value.isEmpty() || value == "0";
    };
    const QByteArray wrote = fieldOf(*persistence, "aof_last_write_status");
    const bool isWritten = isNone("aof_buffer_length") || Clock::now() - m_since > writtenWithin;
    if (!isNone("aof_pending_bio_fsync") || !isWritten || (!wrote.isEmpty() && wrote != "ok"))
        return false;
    // No sync was under way with all of it written: the next one takes it, and that has begun and ended when none is
    // under way a while later.
    if (!m_quietSince)
        m_quietSince = Clock::now();
    return Clock::now() - *m_quietSince >= syncBeginsWithin;
}

QString RedisOutboxSink::caution() const {
    if (m_keeping != Keeping::Memory || !canForget())
        return {};
    return QStringLiteral("The Redis server %1 writes no append-only file: what it is sent is safe only while it runs.")
        .arg(m_link.endpoint().display());
}

Result<void> RedisOutboxSink::forget() {
    const auto dropped = ask(std::array<QByteArrayView, 5>{"EVAL", outboxscripts::forget, "1", m_notes, m_epoch}, {});
    return dropped ? Result<void>() : Result<void>(dropped.error());
}

} // namespace portolan
