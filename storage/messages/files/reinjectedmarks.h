#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <map>
#include <optional>
#include <span>

namespace portolan {

/// The rejects of a file store that were stored after all, and when: `.portolan/rejects/reinjected.dat`, records of 32
/// bytes one after the other (little-endian):
///   u32 'PRIN', i64 id, i64 when the message was rejected, i64 when it was stored (microseconds), u32 CRC-32C of those
/// The time of the rejection is there because ids begin again after the file of rejects is moved away. A record
/// that was torn by a crash is passed over. Several processes may add at once, without the store's lock.
class ReinjectedMarks {
public:
    static constexpr const char* fileName = "reinjected.dat";

    struct Mark {
        qint64 id = 0;
        Timestamp rejectedAt;
        Timestamp reinjectedAt;
    };

    /// Looks for records after those it knows. A missing file has none. `rejects`: the folder; nothing open when there
    /// is none.
    Result<void> refresh(const Fd& rejects);
    [[nodiscard]] std::optional<Timestamp> of(qint64 id, Timestamp rejectedAt) const;
    [[nodiscard]] qint64 bytes() const { return m_end; }

    /// Adds marks, durably.
    static Result<void> add(const Fd& rejects, std::span<const Mark> marks);

private:
    quint64 m_inode = 0;
    qint64 m_end = 0;
    std::map<std::pair<qint64, Timestamp>, Timestamp> m_marks;
};

} // namespace portolan
