#include "storage/sources/kafka/kafkasource.h"

#include "storage/base/backoff.h"

#include <QLoggingCategory>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

using namespace std::chrono;

Q_LOGGING_CATEGORY(topicLog, "portolan.ingest.kafka")

constexpr milliseconds pollSlice{50}; ///< how long the library may keep us: it does not know the token
constexpr milliseconds answerPause{5};
constexpr milliseconds askPause{200};
constexpr milliseconds joinTime{5'000}; ///< after which an operator is told that the group lets us wait
constexpr milliseconds lookTime{3'000};
constexpr qint64 seekWorth = 10'000; ///< messages that are passed over rather than sought

Error waiting(const SourceUrl& url) {
    return {
        ErrorCode::Busy,
        QStringLiteral("%1 has not said yet what waits for the consumer group \"%2\".").arg(url.display(), url.group)};
}

} // namespace

KafkaSource::KafkaSource(const SourceUrl& url, KafkaOptions options) : m_url(url), m_options(options) {}

KafkaSource::~KafkaSource() {
    m_closing = true;
    if (m_client)
        m_client->close();
}

Result<std::vector<Delivery>> KafkaSource::fetch(FetchLimits limits, milliseconds wait, const CancelToken& token) {
    if (!m_client) {
        auto client = KafkaClient::open(m_url, *this);
        PORTOLAN_TRY(client);
        m_client = std::move(*client);
    }
    fill(limits, wait, token);
    if (!m_ready.empty() || token.stop_requested())
        return handOut();
    if (auto error = obstacle())
        return *error;
    if (!isAtEnd())
        return waiting(m_url);
    return std::vector<Delivery>();
}

void KafkaSource::fill(const FetchLimits& limits, milliseconds wait, const CancelToken& token) {
    const auto deadline = Clock::now() + wait;
    while (!token.stop_requested() && !m_client->fatal()) {
        if (m_handOverEnds)
            giveUpPartitions(false);
        takeAnswers(token);
        const auto left = std::max(ceil<milliseconds>(deadline - Clock::now()), milliseconds(0));
        const milliseconds pause = m_ready.empty() ? std::min(left, pollSlice) : milliseconds(0);
        bool came = false;
        if (!isFull(limits))
            came = pollOnce(pause);
        else if (m_ready.empty()) // what is held waits for the store's answer
            pauseFor(std::min(pause, answerPause), token);
        if (!came && (!m_ready.empty() || left.count() == 0))
            break;
    }
    lookAtJumps();
    commit();
}

bool KafkaSource::pollOnce(milliseconds wait) {
    KafkaEvent event = m_client->poll(wait);
    if (m_client->takeTopicWasGone()) {
        for (auto& [number, partition] : m_partitions)
            partition.doubt();
    }
    if (event.what == KafkaEvent::What::Nothing)
        return false;
    take(std::move(event));
    return true;
}

void KafkaSource::take(KafkaEvent event) {
    KafkaPartition* partition = m_handOverEnds ? nullptr : find(event.at.partition);
    if (!partition)
        return; // not ours any more: the member that has it gets it
    switch (event.what) {
    case KafkaEvent::What::Message:
        if (partition->isToBeLookedAt(Clock::now(), m_options.quiet, m_options.lookEvery, m_options.lookAlways))
            partition->doubt();
        partition->take(std::move(event), m_ready);
        break;
    case KafkaEvent::What::End:
        partition->reachedEnd();
        break;
    case KafkaEvent::What::Nothing:
    case KafkaEvent::What::Other:
        break;
    }
}

void KafkaSource::takeAnswers(const CancelToken& token) {
    if (m_handOverEnds)
        return;
    m_toLookAt.clear();
    for (auto& [number, partition] : m_partitions) {
        const auto answered = partition.answered();
        if (!answered || Clock::now() < m_nextAsking)
            continue;
        const Beginning beginning = *answered ? beginPartition(partition, **answered) : Beginning::Unknown;
        if (beginning != Beginning::Unknown)
            continue;
        m_nextAsking = Clock::now() + askPause;
        if (!*answered)
            partition.askAgain(m_ready);
    }
    lookAtStored(token);
}

/// An offset that is stored with other content proves that the topic is another one. The last one that is stored is
/// looked at, too, unless it is the first that came: a topic that was made again may be longer by now than the old one
/// was, or begin alike.
KafkaSource::Beginning KafkaSource::beginPartition(KafkaPartition& partition, const DedupAnswer& answer) {
    if (answer.different > 0 || partition.isKnownAnother())
        return beginAgain(partition, answer) ? Beginning::Done : Beginning::Unknown;
    DedupAnswer from = answer;
    if (answer.last) {
        const auto extent = m_client->askExtent(partition.number());
        if (!extent)
            return Beginning::Unknown;
        const auto last = static_cast<qint64>(answer.last->minor);
        const auto witness = partition.witness();
        const bool isWitnessed = witness && *witness >= extent->first && *witness < extent->end;
        const qint64 place = isWitnessed ? *witness : std::min(last, extent->end - 1);
        const bool isShorter = extent->end <= last;
        if (!partition.hasLooked() && place >= extent->first && place != partition.askedFrom()) {
            m_toLookAt.push_back({partition.number(), place});
            return Beginning::Looking;
        }
        if (isShorter && answer.same == 0)
            return beginAgain(partition, answer) ? Beginning::Done : Beginning::Unknown;
        if (isShorter) // it was cut, and goes on with offsets that are stored: each is compared
            from.next = {0, static_cast<quint64>(partition.askedFrom())};
    }
    const bool isFarAhead = static_cast<qint64>(from.next.minor) >= partition.heldUpTo() + seekWorth;
    partition.begin(from, m_ready);
    if (isFarAhead)
        m_client->seek({partition.number(), partition.next()});
    return Beginning::Done;
}

/// First the group, then the messages: killed in between, it comes to the same end.
bool KafkaSource::beginAgain(KafkaPartition& partition, const DedupAnswer& answer) {
    const auto extent = m_client->askExtent(partition.number());
    if (!extent || !m_client->beginAgain({partition.number(), extent->first}))
        return false;
    partition.beginAgain(answer, extent->first, m_ready);
    qCWarning(topicLog).noquote() << QStringLiteral(
                                         "Partition %1 of %2 is not the one of which messages are stored: the topic "
                                         "was deleted and made again. Its messages are of a new epoch, from its "
                                         "beginning on: %3.")
                                         .arg(partition.number())
                                         .arg(m_url.display(), QString::fromUtf8(partition.source()));
    return true;
}

void KafkaSource::lookAtStored(const CancelToken& token) {
    if (m_toLookAt.empty())
        return;
    const auto found = m_client->look(m_toLookAt, lookTime, token);
    for (const KafkaPosition& at : m_toLookAt) {
        KafkaPartition* const partition = find(at.partition);
        const auto event =
            std::ranges::find_if(found, [&](const KafkaEvent& each) { return each.at.partition == at.partition; });
        if (!partition || event == found.end())
            m_nextAsking = Clock::now() + askPause;
        else if (partition->isAnother(*event))
            partition->knowAnother();
        else
            partition->askAbout(event->at.offset == at.offset ? std::optional(*event) : std::nullopt, m_ready);
    }
}

/// Offsets that did not come: were they cut off before they could be read? Costs a question to the broker, for topics
/// that are compacted or written in transactions with every fetch.
void KafkaSource::lookAtJumps() {
    for (auto& [number, partition] : m_partitions) {
        if (!partition.hasJumped() || Clock::now() < m_nextAsking)
            continue;
        if (const auto extent = m_client->askExtent(partition.number()))
            partition.tellOfCut(extent->first, m_ready);
        else
            m_nextAsking = Clock::now() + askPause;
    }
}

void KafkaSource::weigh() {
    for (; m_weighed < m_ready.size(); ++m_weighed)
        m_readyBytes += m_ready[m_weighed].payload.size();
}

/// With what waits for the store's answers.
bool KafkaSource::isFull(const FetchLimits& limits) {
    weigh();
    auto count = m_ready.size();
    qint64 bytes = m_readyBytes;
    for (const auto& [number, partition] : m_partitions) {
        count += partition.heldCount();
        bytes += partition.heldBytes();
    }
    return count >= static_cast<std::size_t>(std::max(limits.count, 1)) || bytes >= limits.bytes;
}

std::vector<Delivery> KafkaSource::handOut() {
    std::vector<Delivery> batch;
    batch.swap(m_ready);
    m_readyBytes = 0;
    m_weighed = 0;
    return batch;
}

KafkaPartition* KafkaSource::find(qint32 number) {
    if (m_lastFound && m_lastFound->number() == number)
        return m_lastFound;
    const auto found = m_partitions.find(number);
    m_lastFound = found == m_partitions.end() ? nullptr : &found->second;
    return m_lastFound;
}

std::optional<Error> KafkaSource::obstacle() const {
    return m_client->fatal() ? m_client->fatal() : m_client->lastError();
}

/// The brokers have said of every partition that there is no more.
bool KafkaSource::isAtEnd() const {
    return m_assigned && !m_handOverEnds
           && std::ranges::all_of(m_partitions, [](const auto& each) { return each.second.isQuiet(); });
}

// The group.

void KafkaSource::assigned(std::span<const qint32> partitions) {
    std::vector<KafkaPosition> positions;
    forget();
    // Its brokers' addresses, by which older versions named it, come last.
    std::vector<QByteArray> names = m_url.identities();
    if (const QByteArray cluster = m_client->clusterId(); !cluster.isEmpty())
        names.insert(std::prev(names.end()), "kafka:" + cluster + '/' + m_url.name);
    for (const qint32 number : partitions) {
        std::vector<QByteArray> identities;
        for (const QByteArray& name : names)
            identities.push_back(name + '/' + QByteArray::number(number));
        m_partitions.try_emplace(number, std::move(identities), number);
        positions.push_back({number, KafkaClient::fromGroup});
    }
    m_client->assign(positions);
    m_assigned = true;
}

/// The partitions are no longer ours.
void KafkaSource::forget() {
    m_ready.clear();
    m_readyBytes = 0;
    m_weighed = 0;
    m_partitions.clear();
    m_lastFound = nullptr;
    ++m_assignment;
}

void KafkaSource::revoked(bool lost) {
    m_handOverEnds = Clock::now() + m_options.handOverTime;
    giveUpPartitions(lost || m_closing);
}

/// Once what was handed out of them is stored, or that takes too long.
void KafkaSource::giveUpPartitions(bool atOnce) {
    const bool isStored = std::ranges::all_of(m_partitions, [](const auto& each) { return each.second.isStored(); });
    if (!atOnce && !isStored && Clock::now() < *m_handOverEnds)
        return;
    if (!atOnce)
        sendCommit(); // after whatever is under way
    forget();
    m_handOverEnds.reset();
    m_assigned = false;
    m_waitsSince = Clock::now();
    if (m_client)
        m_client->unassign();
}

// Acknowledging and committing.

Result<void> KafkaSource::acknowledge(std::span<const SourceKey> keys) {
    auto at = m_partitions.end();
    for (const SourceKey& key : keys) {
        if (at == m_partitions.end() || at->second.source() != key.source)
            at = std::ranges::find_if(m_partitions,
                                      [&](const auto& each) { return each.second.source() == key.source; });
        if (at != m_partitions.end())
            at->second.acknowledge(static_cast<qint64>(key.minor));
    }
    return {};
}

void KafkaSource::commit() {
    if (m_commits.empty() && Clock::now() >= m_nextCommit)
        sendCommit();
}

void KafkaSource::sendCommit() {
    std::vector<KafkaPosition> positions;
    for (auto& [number, partition] : m_partitions) {
        if (const auto position = partition.toCommit()) {
            positions.push_back(*position);
            partition.committing();
        }
    }
    if (positions.empty())
        return;
    m_nextCommit = Clock::now() + m_options.commitEvery;
    if (m_client->commit(positions)) {
        m_commits.push_back(m_assignment);
        return;
    }
    for (auto& [number, partition] : m_partitions)
        partition.committed(false);
}

void KafkaSource::committed(bool taken) {
    if (m_commits.empty())
        return;
    const bool isOurs = m_commits.front() == m_assignment;
    m_commits.pop_front();
    if (!isOurs)
        return; // of partitions that were taken away meanwhile
    for (auto& [number, partition] : m_partitions)
        partition.committed(taken);
}

bool KafkaSource::isSettled() const {
    return std::ranges::all_of(m_partitions, [](const auto& each) { return each.second.isSettled(); });
}

Result<void> KafkaSource::settle(milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    while (m_client && !isSettled() && Clock::now() < deadline) {
        if (m_handOverEnds)
            giveUpPartitions(false);
        commit();
        (void)pollOnce(std::min(pollSlice, answerPause)); // what comes waits for a fetch
    }
    if (isSettled())
        return {};
    return Error{
        ErrorCode::Connection,
        QStringLiteral("The stored messages could not be committed at %1. They will be delivered again and recognised "
                       "as stored.")
            .arg(m_url.display())};
}

SourceStatus KafkaSource::status() const {
    SourceStatus status;
    if (!m_client)
        return status;
    const auto error = obstacle();
    status.connected = m_assigned && !error;
    if (error)
        status.lastError = error->text;
    else if (!m_assigned && Clock::now() - m_waitsSince >= joinTime)
        status.lastError =
            QStringLiteral("The consumer group \"%1\" has not given any partition of \"%2\" yet: a member that is gone "
                           "has to time out, or one is busy.")
                .arg(m_url.group, QString::fromUtf8(m_url.name));
    qint64 behind = 0;
    for (const auto& [number, partition] : m_partitions) {
        const auto end = m_client->knownEnd(partition.number());
        if (!end || !partition.hasBegun())
            return status;
        behind += std::max<qint64>(*end - partition.next(), 0);
    }
    if (m_assigned)
        status.behind = behind;
    return status;
}

} // namespace portolan
