#include "storage/sources/kafka/kafkapartition.h"

#include "storage/ingest/contenthash.h"

#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr std::size_t mostJumps = 1000; ///< of one fetch; it has as many messages at most

quint64 minorOf(qint64 offset) {
    return static_cast<quint64>(offset);
}

} // namespace

void KafkaPartition::take(KafkaEvent event, std::vector<Delivery>& out) {
    m_atEnd = false;
    const qint64 offset = event.at.offset;
    const bool fellBack = offset <= m_arrived;
    m_arrived = offset;
    if (m_phase == Phase::Running && !fellBack && !m_isInDoubt) {
        pass(std::move(event), out);
        return;
    }
    if (m_phase == Phase::Asking && fellBack)
        m_held.clear(); // it is sought again
    m_heldBytes = m_held.empty() ? 0 : m_heldBytes;
    m_heldBytes += event.payload.size() + event.metadata.size();
    m_held.push_back(deliveryOf(std::move(event)));
    m_isInDoubt = false;
    m_hasLooked = m_hasLooked && m_phase == Phase::Asking && !fellBack;
    if (m_phase != Phase::Asking || fellBack)
        ask(offset, {probeOf(m_held.back())}, out);
}

/// The first message since the topic was looked at is its witness until it is looked at again.
void KafkaPartition::pass(KafkaEvent event, std::vector<Delivery>& out) {
    Seen seen{event.at.offset, 0, event.sentAt};
    Delivery delivery = deliveryOf(std::move(event));
    seen.hash = contentHash(delivery);
    m_newest = seen;
    if (!m_witness)
        m_witness = seen;
    pass(std::move(delivery), out);
}

bool KafkaPartition::isToBeLookedAt(Clock::time_point now, Clock::duration quiet, Clock::duration every,
                                    Clock::duration always) {
    const auto silence = now - std::exchange(m_cameAt, now);
    if (m_phase != Phase::Running) {
        m_lookedAt = now;
        return false;
    }
    const auto since = now - m_lookedAt;
    if (!m_witness || ((silence < quiet || since < every) && since < always))
        return false;
    m_lookedAt = now;
    return true;
}

std::optional<qint64> KafkaPartition::witness() const {
    return m_witness ? std::optional(m_witness->offset) : std::nullopt;
}

bool KafkaPartition::isAnother(const KafkaEvent& found) const {
    if (!m_witness || found.at.offset != m_witness->offset || found.what != KafkaEvent::What::Message)
        return false;
    const bool areTimesKnown = found.sentAt >= 0 && m_witness->sentAt >= 0;
    return (areTimesKnown && found.sentAt != m_witness->sentAt) || probeOf(deliveryOf(found)).hash != m_witness->hash;
}

DedupProbe KafkaPartition::probeOf(const Delivery& delivery) const {
    return {{delivery.key.major, delivery.key.minor}, contentHash(delivery)};
}

Delivery KafkaPartition::deliveryOf(KafkaEvent event) const {
    Delivery delivery;
    delivery.key = {m_source, 0, minorOf(event.at.offset)};
    delivery.keyText = QByteArray::number(m_partition) + ':' + QByteArray::number(event.at.offset);
    delivery.payload = std::move(event.payload);
    delivery.metadata = std::move(event.metadata);
    if (event.isTombstone)
        delivery.mistake = tombstone();
    delivery.receivedAt = currentTime();
    delivery.partition = m_partition;
    return delivery;
}

void KafkaPartition::ask(qint64 from, std::vector<DedupProbe> probes, std::vector<Delivery>& out) {
    m_phase = Phase::Asking;
    m_question = std::make_shared<DedupQuery>(m_identities, KeyPair{0, minorOf(from)}, std::move(probes));
    Delivery delivery;
    delivery.question = m_question;
    out.push_back(std::move(delivery));
}

std::optional<Result<DedupAnswer>> KafkaPartition::answered() const {
    return m_phase == Phase::Asking ? m_question->answered() : std::nullopt;
}

void KafkaPartition::askAgain(std::vector<Delivery>& out) {
    ask(askedFrom(), m_question->probes(), out);
}

void KafkaPartition::askAbout(std::optional<KafkaEvent> event, std::vector<Delivery>& out) {
    std::vector<DedupProbe> probes = m_question->probes();
    if (event)
        probes.push_back(probeOf(deliveryOf(std::move(*event))));
    m_hasLooked = true;
    ask(askedFrom(), std::move(probes), out);
}

void KafkaPartition::begin(const DedupAnswer& answer, std::vector<Delivery>& out) {
    const qint64 from = askedFrom();
    m_source = sourceInEpoch(answer.identity.isEmpty() ? m_identities.front() : answer.identity, answer.epoch);
    m_jumps.clear();
    m_had = answer.stores.size() == 1 ? answer.stores.front() : StoredSpan();
    m_begun = from;
    m_next = static_cast<qint64>(answer.next.minor);
    m_stored = m_next;
    m_committing = m_committed = from;
    if (m_newest)
        m_witness = m_newest; // it is of the topic that was looked at now
    if (answer.last && static_cast<qint64>(answer.last->minor) + 1 < from)
        m_jumps.emplace_back(static_cast<qint64>(answer.last->minor) + 1, from);
    handOutHeld(out);
}

bool KafkaPartition::beginAgain(const DedupAnswer& answer, qint64 first, std::vector<Delivery>& out) {
    const bool isThere = askedFrom() <= first;
    m_source = sourceInEpoch(answer.identity.isEmpty() ? m_identities.front() : answer.identity, answer.epoch + 1);
    m_jumps.clear();
    m_had = {};
    m_witness.reset();
    m_newest.reset();
    m_isAnother = false;
    m_begun = m_next = m_stored = m_committing = m_committed = isThere ? askedFrom() : first;
    if (!isThere) {
        m_held.clear();
        m_arrived = -1;
        m_atEnd = false;
    }
    handOutHeld(out);
    return isThere;
}

void KafkaPartition::handOutHeld(std::vector<Delivery>& out) {
    m_question.reset();
    m_phase = Phase::Running;
    std::vector<Delivery> held;
    held.swap(m_held);
    m_heldBytes = 0;
    for (Delivery& delivery : held) {
        delivery.key.source = m_source;
        pass(std::move(delivery), out);
    }
}

void KafkaPartition::pass(Delivery message, std::vector<Delivery>& out) {
    const auto offset = static_cast<qint64>(message.key.minor);
    if (offset < m_next)
        return; // stored before
    if (offset > m_next && m_jumps.size() < mostJumps)
        m_jumps.emplace_back(m_next, offset);
    m_next = offset + 1;
    out.push_back(std::move(message));
}

void KafkaPartition::tellOfCut(qint64 first, std::vector<Delivery>& out) {
    for (const auto& [from, to] : m_jumps) {
        if (first > from)
            tellOfGap(from, std::min(first, to), out);
    }
    m_jumps.clear();
}

/// Returns how many of the offsets from one to before another the store had, lost and told of.
qint64 KafkaPartition::goneWithin(qint64 from, qint64 to) const {
    qint64 sum = 0;
    for (const KeyRun& run : m_had.gone) {
        const auto first = static_cast<qint64>(run.first.minor);
        sum += std::max<qint64>(std::min(first + static_cast<qint64>(run.count), to) - std::max(first, from), 0);
    }
    return sum;
}

/// Its key is the last offset of which it tells: however often it is told, it is stored once.
void KafkaPartition::tellOfGap(qint64 from, qint64 to, std::vector<Delivery>& out) const {
    const qint64 missing = to - from - goneWithin(from, to);
    if (missing <= 0)
        return;
    qint64 last = to - 1;
    while (goneWithin(last, last + 1) > 0)
        --last;
    Delivery news;
    news.key = {m_source, 0, minorOf(last)};
    news.keyText = QByteArray::number(m_partition) + ':' + QByteArray::number(last);
    news.receivedAt = currentTime();
    news.gap = std::make_shared<const GapNews>(GapNews{GapKind::Trimmed, false, missing,
                                                       "{\"partition\":" + QByteArray::number(m_partition)
                                                           + ",\"first_offset\":" + QByteArray::number(from)
                                                           + ",\"last_offset\":" + QByteArray::number(to - 1) + '}'});
    out.push_back(std::move(news));
}

qint64 KafkaPartition::heldUpTo() const {
    return m_held.empty() ? 0 : static_cast<qint64>(m_held.back().key.minor) + 1;
}

void KafkaPartition::acknowledge(qint64 offset) {
    if (m_phase == Phase::Running && offset >= m_begun && offset < m_next)
        m_stored = std::max(m_stored, offset + 1);
}

std::optional<KafkaPosition> KafkaPartition::toCommit() const {
    if (m_phase != Phase::Running || m_stored <= m_committing)
        return std::nullopt;
    return KafkaPosition{m_partition, m_stored};
}

void KafkaPartition::committed(bool taken) {
    if (taken)
        m_committed = m_committing;
    else
        m_committing = m_committed;
}

} // namespace portolan
