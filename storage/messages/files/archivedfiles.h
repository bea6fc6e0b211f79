#pragma once

#include "storage/base/clock.h"
#include "storage/messages/files/lines/linebook.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QString>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// Batch files that were taken out of a store on purpose, in one go.
struct ArchivedRecord {
    /// Files that follow each other and have as many lines each.
    struct Run {
        qint64 first = 0;
        qint64 last = 0;
        qint64 lines = 0; ///< of each of them
    };

    QByteArray id; ///< eight hexadecimal digits
    Timestamp at;  ///< before the files were read: one that was changed since stays
    QByteArray actor;
    std::optional<QByteArray> reason;
    QString file;                                   ///< that has them now; empty: they were deleted
    std::vector<Run> files;                         ///< rising
    std::vector<std::pair<qint64, qint64>> numbers; ///< of their messages, as runs; none where they are no sequence
    bool isRemoved = false;                         ///< else some may be in the store still

    /// Adds a file whose number is above those of all others.
    void add(qint64 batch, qint64 lines);
    /// Adds the number of a message. Beyond a hundred thousand runs they are no sequence, in which none can be missing.
    void addNumber(qint64 number);

private:
    bool m_isScattered = false;
};

/// The records of a store, `.portolan/archived/ID`, a JSON object each, written durably before the first of its files
/// is removed: a file that a record names and that is not there is no loss. Its lines' keys stay known. A value.
class ArchivedFiles {
public:
    static constexpr const char* folderName = "archived";

    /// Reads them. To be asked after the folder of messages was looked at: a file that is missing there has its record
    /// by then. `own`: the path of `.portolan`, which need not exist. Error Corrupt: one is damaged, in words.
    [[nodiscard]] static Result<ArchivedFiles> read(const QString& own);
    /// Returns the records as they are kept, by id.
    using Kept = std::vector<std::pair<QByteArray, QByteArray>>;
    [[nodiscard]] static Result<Kept> kept(const QString& own);
    /// Writes a record, or puts it in the place of the one of its id, durably.
    [[nodiscard]] static Result<void> put(const QString& own, const ArchivedRecord& record);

    [[nodiscard]] std::span<const ArchivedRecord> records() const { return m_records; }
    [[nodiscard]] bool contains(qint64 batch) const; ///< a record names the file of this batch
    /// Returns the parts of a run of files that no record names.
    [[nodiscard]] LineBook::Runs otherThan(qint64 first, qint64 last) const;
    /// Counts the lines of the files that are not in the folder of messages.
    [[nodiscard]] qint64 linesAway(const Fd& messages) const;

private:
    std::vector<ArchivedRecord> m_records;
    std::vector<ArchivedRecord::Run> m_files; ///< of all records, by their first file
};

} // namespace portolan
