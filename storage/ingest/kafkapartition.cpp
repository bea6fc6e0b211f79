#include "storage/ingest/kafkapartition.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::size_t mostJumps = 1000; ///< of one fetch; it has as many messages at most

quint64 minorOf(qint64 offset) {
    return static_cast<quint64>(offset);
}

} // namespace

void KafkaPartition::take(KafkaEvent event, std::vector<Delivery>& out) {
    m_atEnd = false;
    if (m_phase == Phase::Running) {
        pass(deliveryOf(std::move(event)), out);
        return;
    }
    if (m_phase == Phase::Fresh)
        ask(event.at.offset, out);
    m_heldBytes += event.payload.size() + event.metadata.size();
    m_held.push_back(deliveryOf(std::move(event)));
}

Delivery KafkaPartition::deliveryOf(KafkaEvent event) const {
    Delivery delivery;
    delivery.key = {m_source, 0, minorOf(event.at.offset)};
    delivery.keyText = QByteArray::number(m_partition) + ':' + QByteArray::number(event.at.offset);
    delivery.payload = std::move(event.payload);
    delivery.metadata = std::move(event.metadata);
    if (event.isTombstone) {
        delivery.mistake = QStringLiteral("It is a tombstone: the message has no value.");
        if (!delivery.metadata.isEmpty())
            delivery.mistake += QStringLiteral(" With it came %1")
                                    .arg(QString::fromUtf8(
                                        delivery.metadata.first(std::min<qsizetype>(delivery.metadata.size(), 1000))));
    }
    delivery.receivedAt = currentTime();
    delivery.partition = m_partition;
    return delivery;
}

void KafkaPartition::ask(qint64 from, std::vector<Delivery>& out) {
    m_phase = Phase::Asking;
    m_question = std::make_shared<KeyQuestion>(m_source, KeyPair{0, minorOf(from)});
    Delivery delivery;
    delivery.question = m_question;
    out.push_back(std::move(delivery));
}

std::optional<Result<KeyAnswer>> KafkaPartition::answered() const {
    return m_phase == Phase::Asking ? m_question->answered() : std::nullopt;
}

void KafkaPartition::askAgain(std::vector<Delivery>& out) {
    ask(static_cast<qint64>(m_question->from().minor), out);
}

void KafkaPartition::begin(const KeyAnswer& answer, std::vector<Delivery>& out) {
    const auto from = static_cast<qint64>(m_question->from().minor);
    m_question.reset();
    m_phase = Phase::Running;
    m_begun = from;
    m_next = static_cast<qint64>(answer.next.minor);
    m_stored = m_next;
    m_committing = m_committed = from;
    if (answer.last && static_cast<qint64>(answer.last->minor) + 1 < from)
        m_jumps.emplace_back(static_cast<qint64>(answer.last->minor) + 1, from);
    std::vector<Delivery> held;
    held.swap(m_held);
    m_heldBytes = 0;
    for (Delivery& delivery : held)
        pass(std::move(delivery), out);
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

/// Its key is the last offset that is missing: however often it is told, it is stored once.
void KafkaPartition::tellOfGap(qint64 from, qint64 to, std::vector<Delivery>& out) const {
    Delivery news;
    news.key = {m_source, 0, minorOf(to - 1)};
    news.keyText = QByteArray::number(m_partition) + ':' + QByteArray::number(to - 1);
    news.receivedAt = currentTime();
    news.gap = std::make_shared<const GapNews>(GapNews{GapKind::Trimmed, false, to - from,
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
