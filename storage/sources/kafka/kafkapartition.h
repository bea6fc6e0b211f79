#pragma once

#include "storage/ingest/dedupquery.h"
#include "storage/sources/kafka/kafkaclient.h"
#include "storage/sources/source.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

/// Why a message without a value is rejected.
[[nodiscard]] inline QString tombstone() {
    return QStringLiteral("It is a tombstone: the message has no value.");
}

/// A partition while it is ours: where the store lets it begin, what was handed out, what is stored of that. Pure
/// bookkeeping. One thread.
///
/// A partition begins with its first message: the store is asked which offsets it holds from there on, and what it
/// holds is passed over. So a store that is ahead of the group (killed between its commit and the group's) goes on
/// where it is, and a group that was set back to read what was left out does read it. When offsets fall back while it
/// runs, or the topic was gone, it begins once more.
class KafkaPartition {
public:
    using Clock = std::chrono::steady_clock;

    /// `identities`: the names that its keys may have at the store, the preferred one first.
    KafkaPartition(std::vector<QByteArray> identities, qint32 partition)
        : m_identities(std::move(identities))
        , m_source(m_identities.front())
        , m_partition(partition) {}

    /// Of the keys of its messages, once it has begun.
    [[nodiscard]] const QByteArray& source() const { return m_source; }
    [[nodiscard]] qint32 number() const { return m_partition; }

    /// A message came. Deliveries that are to be handed out are added to `out`: nothing while the store's answer is
    /// awaited, and the question itself, once.
    void take(KafkaEvent event, std::vector<Delivery>& out);
    void reachedEnd() { m_atEnd = true; }

    /// The store's answer to the question, as soon as there is one. Error: it has to be asked again, by askAgain().
    [[nodiscard]] std::optional<Result<DedupAnswer>> answered() const;
    void askAgain(std::vector<Delivery>& out);
    /// Asks about this message, too: what the topic holds at a place that is stored. Nothing: it holds none there.
    void askAbout(std::optional<KafkaEvent> event, std::vector<Delivery>& out);
    [[nodiscard]] bool hasLooked() const { return m_hasLooked; }
    /// Begins after what is stored; what waits for that is added to `out`.
    void begin(const DedupAnswer& answer, std::vector<Delivery>& out);
    /// Begins an epoch: the topic is another one of its name, and `first` its first offset. False: the messages that
    /// wait do not begin there, and are forgotten; it has to be sought.
    bool beginAgain(const DedupAnswer& answer, qint64 first, std::vector<Delivery>& out);
    /// The topic may be another one by now: the store is asked again with the next message.
    void doubt() { m_isInDoubt = m_phase == Phase::Running; }
    /// A message comes: whether it is time to doubt.
    [[nodiscard]] bool isToBeLookedAt(Clock::time_point now, Clock::duration quiet, Clock::duration every,
                                      Clock::duration always);
    /// A message that was read from the topic as it was when it was looked at last: while the topic is the same, it
    /// stands there. Nothing: none is known.
    [[nodiscard]] std::optional<qint64> witness() const;
    /// Returns true when what is found is not that message: the topic is another of its name, whatever else it says.
    [[nodiscard]] bool isAnother(const KafkaEvent& found) const;
    void knowAnother() { m_isAnother = true; }
    [[nodiscard]] bool isKnownAnother() const { return m_isAnother; }
    /// The first offset that is not decided upon.
    [[nodiscard]] qint64 askedFrom() const { return static_cast<qint64>(m_question->from().minor); }

    /// Offsets were left out, for which there may be innocent reasons (compaction, transactions).
    [[nodiscard]] bool hasJumped() const { return !m_jumps.empty(); }
    /// Tells of what of that lies before the first message that the broker still has: it was cut off, a gap.
    void tellOfCut(qint64 first, std::vector<Delivery>& out);

    [[nodiscard]] qint64 next() const { return m_next; } ///< after the last message that was handed out or passed over

    void acknowledge(qint64 offset);
    /// Returns what may be committed and was not tried yet.
    [[nodiscard]] std::optional<KafkaPosition> toCommit() const;
    void committing() { m_committing = m_stored; }
    void committed(bool taken);
    [[nodiscard]] bool isSettled() const { return m_committed >= m_stored; }

    /// Everything that was handed out is stored.
    [[nodiscard]] bool isStored() const { return m_phase != Phase::Running || m_stored >= m_next; }
    [[nodiscard]] bool isQuiet() const { return m_atEnd && m_phase != Phase::Asking; }
    [[nodiscard]] bool hasBegun() const { return m_phase == Phase::Running; }
    /// Returns the offset after the last message that waits for the store's answer.
    [[nodiscard]] qint64 heldUpTo() const;
    [[nodiscard]] qint64 heldBytes() const { return m_heldBytes; }
    [[nodiscard]] std::size_t heldCount() const { return m_held.size(); }

private:
    enum class Phase { Fresh, Asking, Running };
    /// The marks that tell a message from one of another topic of that name.
    struct Seen {
        qint64 offset = 0;
        quint64 hash = 0;
        qint64 sentAt = -1;
    };
    void pass(KafkaEvent event, std::vector<Delivery>& out);
    [[nodiscard]] Delivery deliveryOf(KafkaEvent event) const;
    [[nodiscard]] DedupProbe probeOf(const Delivery& delivery) const;
    void ask(qint64 from, std::vector<DedupProbe> probes, std::vector<Delivery>& out);
    void handOutHeld(std::vector<Delivery>& out);
    void pass(Delivery message, std::vector<Delivery>& out);
    void tellOfGap(qint64 from, qint64 to, std::vector<Delivery>& out) const;
    [[nodiscard]] qint64 goneWithin(qint64 from, qint64 to) const;

    std::vector<QByteArray> m_identities;
    QByteArray m_source;
    qint32 m_partition;
    bool m_isInDoubt = false;
    bool m_isAnother = false;
    std::optional<Seen> m_witness; ///< handed out before the topic was looked at last
    std::optional<Seen> m_newest;  ///< handed out last
    Clock::time_point m_cameAt;    ///< the last message
    Clock::time_point m_lookedAt;  ///< the topic was
    bool m_hasLooked = false;      ///< at what the topic holds there
    qint64 m_arrived = -1;         ///< the last offset that came
    Phase m_phase = Phase::Fresh;
    std::shared_ptr<DedupQuery> m_question;
    std::vector<Delivery> m_held; ///< came before the answer
    qint64 m_heldBytes = 0;
    bool m_atEnd = false;
    /// From the first offset that did not come to before the one that did.
    std::vector<std::pair<qint64, qint64>> m_jumps;
    StoredSpan m_had; ///< of the store: it tells itself what of it is gone

    qint64 m_begun = 0;  ///< where it began; acknowledgements of before are another time's
    qint64 m_next = 0;   ///< after the last that was handed out
    qint64 m_stored = 0; ///< after the last that is stored
    qint64 m_committing = 0;
    qint64 m_committed = 0;
};

} // namespace portolan
