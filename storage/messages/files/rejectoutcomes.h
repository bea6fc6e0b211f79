#pragma once

#include "storage/messages/batches.h"
#include "storage/messages/files/lines/posixfile.h"

#include <map>
#include <span>

namespace portolan {

/// The outcomes of operators' acts on a file store's rejects: `.portolan/rejects/outcomes.dat`, their audit as well.
/// Records one after the other (little-endian):
///   u32 'PROC', u32 body length, u32 CRC-32C of the body, body (id, time of the rejection, act, time, actor, reason,
///   why it was rejected again, whether there is a mended payload, the payload)
/// The time of the rejection is there because ids begin again after the file of rejects is moved away. Several
/// processes may add at once, without the store's lock; the next one cuts off a record that a crash tore.
class RejectOutcomes {
public:
    static constexpr const char* fileName = "outcomes.dat";

    /// The outcome of acting on an open reject.
    struct Noted {
        Timestamp rejectedAt;
        const RejectActs::Outcome* outcome;
    };

    /// Looks for records after those it knows. A missing file has none. `rejects`: the folder; nothing open when there
    /// is none.
    Result<void> refresh(const Fd& rejects);
    /// Adds to a reject what became of it. Error Corrupt when the record is damaged.
    [[nodiscard]] Result<void> apply(Reject& reject) const;
    [[nodiscard]] qint64 bytes() const { return m_end; }

    /// Adds outcomes, durably.
    static Result<void> add(const Fd& rejects, const RejectActs& acts, std::span<const Noted> noted);

private:
    struct Entry {
        std::optional<qint64> refused; ///< the offset of the last record that tells of another rejection
        qint64 last = 0;               ///< and of the last one of all
    };
    [[nodiscard]] Result<void> readOn(qint64 size);

    Fd m_file;
    quint64 m_inode = 0;
    qint64 m_end = 0;
    std::map<std::pair<qint64, Timestamp>, Entry> m_places;
};

} // namespace portolan
