#pragma once

#include "storage/base/result.h"
#include "storage/messages/batches.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <vector>

namespace portolan {

/// Encodes a record of `.portolan/rejects/rejects.dat`, which has them one after the other (little-endian):
///   u32 'PREJ', u32 payload length, u32 CRC-32C of the payload, payload (id, time, source, key, reason, bytes, the
///   contentHash() of what came, which older records do not have, and its metadata where there was some)
[[nodiscard]] QByteArray rejectRecord(const Reject& reject, quint64 hash);

/// Reads the file as far as its records are whole; remembers the offset of each. One thread.
class RejectFile {
public:
    /// The mark that tells a record from others: its length, head included, and the CRC-32C of its payload.
    struct Mark {
        quint32 length = 0;
        quint32 checksum = 0;
        /// Returns the mark of a record that rejectRecord() made.
        static Mark of(QByteArrayView record);
    };
    /// A whole record.
    struct Kept {
        Reject reject;
        quint64 hash = 0; ///< contentHash() of what came
    };
    static constexpr const char* folderName = "rejects";
    static constexpr const char* fileName = "rejects.dat";

    /// Looks for records after those it knows. A file that is missing has none; one that was replaced by a shorter
    /// one is read again. `rejects`: the folder; nothing open when there is none.
    Result<void> refresh(const Fd& rejects);

    [[nodiscard]] qsizetype count() const { return static_cast<qsizetype>(m_offsets.size()); }
    [[nodiscard]] qint64 end() const { return m_end; }
    /// Reads the record at a position, oldest first. Error Corrupt: its bytes are damaged.
    [[nodiscard]] Result<Reject> at(qsizetype position) const;
    [[nodiscard]] Result<Kept> keptAt(qsizetype position) const;
    /// Returns the mark of each record, in their order.
    [[nodiscard]] const std::vector<Mark>& marks() const { return m_marks; }
    /// Returns a checksum over the marks, which tells this file of rejects from others.
    [[nodiscard]] quint32 checksum() const;

private:
    Fd m_file;
    quint64 m_inode = 0;
    std::vector<Mark> m_marks;
    std::vector<qint64> m_offsets;
    qint64 m_end = 0;
};

} // namespace portolan
