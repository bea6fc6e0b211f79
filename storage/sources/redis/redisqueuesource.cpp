#include "storage/sources/redis/redisqueuesource.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr milliseconds acknowledgementPause{1};
constexpr milliseconds askPause{50};
constexpr milliseconds deadlineSlice{50}; ///< between reads that may not wait themselves
constexpr milliseconds answerSlack{50};   ///< how much later than its BLOCK time a read is still waited for
/// After a connection was lost: by then the server has mostly seen what was on its way when it was given up.
constexpr milliseconds lateRequests{5'000};

constexpr std::size_t idsPerAcknowledgement = 1000;
constexpr qint64 smallestMessage = 64; ///< bytes; one costs at least so much, however short its payload

} // namespace

RedisQueueSource::RedisQueueSource(const SourceUrl& url, RedisPullOptions options, QueueMaker queue)
    : m_options(options)
    , m_link(RedisEndpoint::of(url), options.timeouts)
    , m_queue(queue(m_link, url))
    , m_pacer(reconnectBackoff(url, options.seed)) {}

RedisQueueSource::~RedisQueueSource() = default;

Result<std::vector<Delivery>> RedisQueueSource::fetch(FetchLimits limits, milliseconds wait, const CancelToken& token) {
    if (m_ready.empty()) {
        m_hasAnswered = false;
        auto done = connected(wait, token);
        if (done)
            done = fill(limits, wait, token);
        if (!done && done.error().code != ErrorCode::Cancelled)
            return failed(done.error());
    }
    std::vector<Delivery> batch = handOut(limits);
    readAhead(limits);
    return batch;
}

Result<void> RedisQueueSource::connected(milliseconds wait, const CancelToken& token) {
    if (m_link.isOpen())
        return {};
    if (auto due = m_pacer.await(wait, token); !due)
        return due;
    return connect(m_options.timeouts.connect, token);
}

Result<void> RedisQueueSource::connect(milliseconds within, const CancelToken& token) {
    if (auto opened = m_link.open(token, within); !opened)
        return opened;
    m_prepared = false;
    m_question.reset();
    m_queue->beginConnection();
    if (auto prepared = prepare(token); !prepared)
        return prepared;
    m_nextClaim = Clock::now() + (m_wasConnected ? std::min(lateRequests, m_options.claimEvery) : milliseconds(0));
    m_status.reconnects += m_wasConnected ? 1 : 0;
    m_wasConnected = true;
    m_status.connected = true;
    m_status.lastError.clear();
    m_pacer.connected();
    m_moreWaits = false;
    return {};
}

/// Also after the server has forgotten what it was told. Acknowledgements go out before pending entries are listed, so
/// that they are not among these. Nothing is prepared as long as the store has not answered what is asked of it.
Result<void> RedisQueueSource::prepare(const CancelToken& token) {
    const auto answer = m_question ? m_question->answered() : std::nullopt;
    if (m_question && !answer)
        return {};
    if (answer && !*answer) // the store is busy: it is asked again, not at once
        pauseFor(askPause, token);
    const auto step = m_queue->prepare(token);
    takeNews();
    PORTOLAN_TRY(step);
    m_question = step->question;
    if (m_question) {
        Delivery question;
        question.question = m_question;
        m_ready.push_back(std::move(question));
        return {};
    }
    if (!step->isReady) {
        m_hasAnswered = true;
        pauseFor(askPause, token);
        return {};
    }
    if (m_keySource != m_queue->keySource()) {
        // The stream that was read before was another one: its ids are not these ids.
        m_outstanding = {};
        m_toAcknowledge.clear();
        m_keySource = m_queue->keySource();
    }
    m_prepared = true;
    sendAcknowledgements();
    for (Delivery& delivery : m_sourceless)
        delivery.key.source = m_keySource;
    addReady(std::exchange(m_sourceless, {}));
    m_queue->beginOwn();
    return {};
}

/// Closes the link: what was not confirmed goes out again with the next one; reads under way come back as pending.
Error RedisQueueSource::failed(Error error) {
    if (!m_link.isOpen() && m_pacer.isPausing())
        return error; // between two attempts: nothing new
    m_link.close();
    for (const Request& request : m_asked)
        m_toAcknowledge.insert(m_toAcknowledge.end(), request.ids.begin(), request.ids.end());
    m_asked.clear();
    m_sourceless.clear(); // they are pending
    m_status.connected = false;
    m_status.lastError = error.text;
    m_status.behind.reset();
    m_pacer.failed(error);
    return error;
}

Result<void> RedisQueueSource::fill(const FetchLimits& limits, milliseconds wait, const CancelToken& token) {
    const auto deadline = Clock::now() + wait;
    while (m_ready.empty() && !token.stop_requested()) {
        const auto mayRead = takeOver(limits, token);
        PORTOLAN_TRY(mayRead);
        if (!m_ready.empty())
            return {};
        if (!*mayRead) { // the caller has acknowledgements to bring first
            pauseFor(std::min(wait, acknowledgementPause), token);
            return {};
        }
        const auto left = std::max(ceil<milliseconds>(deadline - Clock::now()), milliseconds(0));
        if (!isReadUnderWay()) {
            askBehind();
            askRead(limits, countFor(limits), m_moreWaits || !m_queue->canBlock() ? milliseconds(0) : left);
        }
        m_fetching = limits;
        auto answered = takeReplies(Until::Read, deadline + answerSlack, token);
        m_fetching.reset();
        if (!answered)
            return answered;
        if (m_ready.empty() && !m_queue->canBlock())
            pauseFor(std::min(deadlineSlice, std::max(ceil<milliseconds>(deadline - Clock::now()), milliseconds(0))),
                     token);
        if (m_prepared && Clock::now() >= deadline)
            return {};
    }
    return {};
}

/// Prepares again when that is gone, then brings what is pending, our own and what was abandoned, while there is any.
/// False: what was taken over has to be stored and acknowledged before anything else is read.
Result<bool> RedisQueueSource::takeOver(const FetchLimits& limits, const CancelToken& token) {
    const bool looks = Clock::now() >= m_nextClaim;
    if (m_prepared && !looks && !m_queue->isTakingOver())
        return true;
    PORTOLAN_TRY(takeReplies(Until::All, Clock::time_point::max(), token));
    if (token.stop_requested())
        return false;
    if (!m_prepared) {
        PORTOLAN_TRY(prepare(token));
        if (!m_prepared)
            return false;
        PORTOLAN_TRY(takeReplies(Until::All, Clock::time_point::max(), token));
    }
    while (m_ready.empty()) {
        if (!m_queue->isTakingOver()) {
            if (Clock::now() < m_nextClaim)
                return true;
            m_nextClaim = Clock::now() + m_options.claimEvery;
            const auto looked = m_queue->claimAbandoned(m_options.claimIdle, token);
            takeNews();
            PORTOLAN_TRY(looked);
            if (m_queue->isAnother()) {
                m_prepared = false;
                return false;
            }
            continue;
        }
        auto taken = m_queue->takeOver(countFor(limits), m_outstanding, token);
        m_status.note(m_queue->takeNotes());
        PORTOLAN_TRY(taken);
        if (taken->mustWait)
            return false;
        addReady(std::move(taken->deliveries));
        for (const StreamId id : taken->gone)
            addTrimmed(id);
    }
    return true;
}

/// Lets the server put the next batch together while this one is being stored. Not when abandoned messages are to be
/// looked for: that waits for a read that is under way, and is put off by what it brings.
void RedisQueueSource::readAhead(const FetchLimits& limits) {
    if (limits.ahead <= 0 || !m_moreWaits || !m_ready.empty() || !m_link.isOpen() || !m_prepared || isReadUnderWay()
        || Clock::now() >= m_nextClaim)
        return;
    askBehind();
    askRead(limits, std::min(countFor(limits), limits.ahead), milliseconds(0));
    if (const auto sent = m_link.send({}); !sent)
        failed(sent.error()); // what is in hand is pending there all the same
}

/// Reads ahead as soon as a reply is there, when the fetch that waits for it hands out all that is in it: the server
/// works while its messages are made.
void RedisQueueSource::readOn(qint64 messages, qint64 bytes) {
    if (m_fetching && messages <= m_fetching->count && bytes < m_fetching->bytes)
        readAhead(*m_fetching);
}

std::vector<Delivery> RedisQueueSource::handOut(const FetchLimits& limits) {
    const auto most = std::min(m_ready.size(), static_cast<std::size_t>(std::max(limits.count, 1)));
    std::size_t size = 0;
    for (qint64 bytes = 0; size < most && (size == 0 || bytes < limits.bytes); ++size)
        bytes += m_ready[size].payload.size();
    if (size == m_ready.size())
        return std::exchange(m_ready, {});
    const auto end = m_ready.begin() + static_cast<std::ptrdiff_t>(size);
    std::vector<Delivery> batch(std::make_move_iterator(m_ready.begin()), std::make_move_iterator(end));
    m_ready.erase(m_ready.begin(), end);
    return batch;
}

/// The server counts messages only; what they weigh is guessed from the last ones.
int RedisQueueSource::countFor(const FetchLimits& limits) const {
    return static_cast<int>(std::clamp<qint64>(limits.bytes / m_messageBytes, 1, std::max(limits.count, 1)));
}

void RedisQueueSource::addReady(std::vector<Delivery> deliveries) {
    for (const Delivery& delivery : deliveries)
        m_outstanding.add({delivery.key.major, delivery.key.minor});
    if (m_ready.empty())
        m_ready = std::move(deliveries);
    else
        std::ranges::move(deliveries, std::back_inserter(m_ready));
}

void RedisQueueSource::takeNews() {
    for (Delivery& news : m_queue->takeNews())
        m_ready.push_back(std::move(news));
    m_status.note(m_queue->takeNotes());
}

/// A message that was pending and is no more to be had: acknowledged once the gap is stored.
void RedisQueueSource::addTrimmed(StreamId id) {
    Delivery news;
    news.key = {m_queue->keySource(), id.major, id.minor};
    news.keyText = id.toText();
    news.receivedAt = currentTime();
    news.gap = std::make_shared<const GapNews>(GapNews{GapKind::Trimmed, false, 1, {}});
    std::vector<Delivery> one;
    one.push_back(std::move(news));
    addReady(std::move(one));
}

Result<void> RedisQueueSource::acknowledge(std::span<const SourceKey> keys) {
    for (const SourceKey& key : keys) {
        if (key.source == m_queue->keySource())
            m_toAcknowledge.push_back({key.major, key.minor});
        else if (m_link.isOpen() && m_queue->appendNewsStored(key)) // else it is told, and known, once more
            ask({Question::NewsStored, Clock::now() + m_options.timeouts.reply, 0, {}}, 0);
    }
    if (!m_link.isOpen())
        return {}; // they go out with the next connection
    auto taken = takeReplies(Until::All, Clock::now(), {});
    if (taken && m_prepared && (m_queue->areIdsUnique() || !isReadUnderWay())) { // else once their owner is known
        sendAcknowledgements();
        taken = takeReplies(Until::All, Clock::now(), {});
    }
    if (!taken) // remembered for the next fetch; nothing is lost with it
        failed(taken.error());
    return {};
}

Result<void> RedisQueueSource::settle(milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    while (!m_toAcknowledge.empty() || !m_asked.empty()) {
        const auto left = std::max(ceil<milliseconds>(deadline - Clock::now()), milliseconds(1));
        Result<void> done;
        if (!m_link.isOpen()) {
            pauseFor(std::min(left, m_pacer.left()), {});
            done = connect(left, {});
        }
        if (done && isReadUnderWay()) // what it brings stays pending, and may be of another stream
            done = takeReplies(Until::Read, deadline, {});
        if (done && !isReadUnderWay()) {
            if (m_queue->isAnother())
                m_toAcknowledge.clear(); // the same ids may be other messages' by now
            sendAcknowledgements();
            done = takeReplies(Until::All, deadline, {});
        }
        if (!done)
            failed(done.error());
        if (Clock::now() >= deadline)
            break;
    }
    if (m_toAcknowledge.empty() && m_asked.empty())
        return {};
    return Error{ErrorCode::Connection,
                 QStringLiteral("Messages that are stored could not be acknowledged at the Redis server %1. They will "
                                "be delivered again and recognised as duplicates.")
                     .arg(m_link.endpoint().display()),
                 m_status.lastError};
}

// The questions to the server, and the meaning of its replies.

void RedisQueueSource::ask(Request request, int repliesBefore) {
    for (int i = 0; i < repliesBefore; ++i)
        m_asked.push_back({Question::Before, request.owedBy, 0, {}});
    m_asked.push_back(std::move(request));
}

void RedisQueueSource::askRead(const FetchLimits& limits, int count, milliseconds block) {
    const int before = m_queue->appendRead(count, limits.bytes, block);
    ask({Question::Read, Clock::now() + block + m_options.timeouts.reply, count, {}}, before);
}

void RedisQueueSource::askBehind() {
    const bool isDue = Clock::now() >= m_nextBehind;
    if (!m_queue->appendBehind(isDue))
        return;
    if (isDue)
        m_nextBehind = Clock::now() + m_options.behindEvery;
    ask({Question::Behind, Clock::now() + m_options.timeouts.reply, 0, {}}, 0);
}

void RedisQueueSource::sendAcknowledgements() {
    const std::span<const StreamId> all(m_toAcknowledge);
    for (std::size_t at = 0; at < all.size(); at += idsPerAcknowledgement) {
        const auto ids = all.subspan(at, std::min(idsPerAcknowledgement, all.size() - at));
        const int before = m_queue->appendAcknowledge(ids);
        ask({Question::Acknowledge, Clock::now() + m_options.timeouts.reply, 0, {ids.begin(), ids.end()}}, before);
    }
    m_toAcknowledge.clear();
}

bool RedisQueueSource::isReadUnderWay() const {
    return std::ranges::any_of(m_asked, [](const Request& request) { return request.what == Question::Read; });
}

/// Takes replies until none is owed (or, Until::Read, a read was answered), `until` is over or the token stops.
/// Error Timeout when the server owes one for too long.
Result<void> RedisQueueSource::takeReplies(Until what, Clock::time_point until, const CancelToken& token) {
    while (!m_asked.empty()) {
        const auto owedBy = [&] {
            return std::max(m_asked.front().owedBy, m_link.heardAt() + m_options.timeouts.reply);
        };
        const auto end = std::min(until, owedBy());
        const auto wait = std::max(ceil<milliseconds>(end - Clock::now()), milliseconds(0));
        auto reply = m_link.poll(wait, token);
        PORTOLAN_TRY(reply);
        if (!*reply) {
            if (token.stop_requested())
                return {};
            if (Clock::now() >= owedBy())
                return m_link.notAnswering();
            if (Clock::now() >= until)
                return {};
            continue;
        }
        Request request = std::move(m_asked.front());
        m_asked.pop_front();
        const bool wasRead = request.what == Question::Read;
        if (auto handled = handle(std::move(request), (*reply)->root()); !handled)
            return handled;
        m_link.reuse(std::move(**reply));
        if (what == Until::Read && wasRead)
            return {};
    }
    return {};
}

Result<void> RedisQueueSource::handle(Request request, const RedisReply::Node& root) {
    if (root.isError() && m_queue->mustPrepare(root.text())) {
        m_prepared = false;
        m_moreWaits = false;
        // If the messages are gone with it, nobody asks for them again; if not, they are told from new ones by
        // their ids.
        for (const StreamId id : request.ids)
            m_outstanding.remove(id);
        return {};
    }
    switch (request.what) {
    case Question::NewsStored:
        return {};
    case Question::Before:
        return root.isError() && !m_queue->isPassedOver(root.text())
                   ? Result<void>(m_link.serverError(root.text(), m_queue->reading()))
                   : Result<void>();
    case Question::Read:
        return handleRead(request.count, root);
    case Question::Behind:
        m_status.behind = m_queue->behindIn(root);
        takeNews();
        return {};
    case Question::Acknowledge:
        if (root.isError()) {
            m_toAcknowledge.insert(m_toAcknowledge.end(), request.ids.begin(), request.ids.end());
            return m_link.serverError(root.text(), QStringLiteral("Acknowledging messages"));
        }
        for (const StreamId id : request.ids)
            m_outstanding.remove(id);
        return {};
    }
    return {};
}

Result<void> RedisQueueSource::handleRead(int count, const RedisReply::Node& root) {
    if (root.isError())
        return m_link.serverError(root.text(), m_queue->reading());
    const auto size = m_queue->noteRead(root);
    PORTOLAN_TRY(size);
    takeNews();
    m_pacer.reset();
    const bool isAnother = m_queue->isAnother();
    if (isAnother) {
        m_prepared = false;
        m_moreWaits = false;
    } else {
        if (m_prepared)
            sendAcknowledgements(); // that waited for this reply to say whose ids they are
        m_moreWaits = *size > 0 && *size == count;
        m_hasAnswered = true;
        if (*size > 0)
            m_messageBytes = std::max(root.replyBytes() / *size, smallestMessage);
        readOn(*size, root.replyBytes());
    }
    auto messages = m_queue->messagesIn(root);
    PORTOLAN_TRY(messages);
    if (isAnother) {
        std::ranges::move(*messages, std::back_inserter(m_sourceless));
        return {};
    }
    addReady(std::move(*messages));
    return {};
}

} // namespace portolan
