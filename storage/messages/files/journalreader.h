#pragma once

#include "storage/base/cancel.h"
#include "storage/messages/files/journal.h"
#include "storage/messages/files/linemetadata.h"
#include "storage/messages/files/lines/escapes.h"
#include "storage/messages/files/lines/gapstate.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QString>

namespace portolan {

/// Reads the escaped lines, the gaps and the metadata of lines of a store from its writer's state and log, without
/// disturbing the writer. One thread.
class JournalReader {
public:
    /// `own`: the path of `.portolan`, which need not exist.
    explicit JournalReader(QString own) : m_ownPath(std::move(own)), m_metadata(m_ownPath) {}

    /// Takes in what the writer has added since; costs two stat calls when that is nothing. Logs a damaged state: lines
    /// are then read as they stand in the files.
    Result<void> refresh();
    [[nodiscard]] const EscapeBook& book() const { return m_book; }
    [[nodiscard]] const GapState& gaps() const { return m_gaps; }
    /// Loads what came beside the lines of these files, for metadata(); may refresh().
    Result<void> loadMetadata(std::span<const qint64> batches);
    [[nodiscard]] const LineMetadata& metadata() const { return m_metadata; }
    /// Returns a mark that differs from an earlier one when the gaps may differ.
    [[nodiscard]] quint64 gapMark() const { return m_gapMark; }

private:
    Result<void> reload(const Fd& own);
    Result<void> readLog(const Fd& own);

    QString m_ownPath;
    FileStat m_state;
    quint64 m_logNumber = 0;
    quint64 m_sequence = 0; ///< of the last group taken in
    qint64 m_logRead = 0;   ///< bytes of the log taken in
    bool m_inDoubt = false; ///< the last group taken in may still be undone
    EscapeBook m_book;
    GapState m_gaps;
    LineMetadata m_metadata;
    quint64 m_gapMark = 0;
};

/// Reads what the writer of a store remembers, keys included, as it is after its last group; empty where there is none.
/// Waits a second for a group that is being stored. Errors: Busy, the last group is in doubt since a crash, which the
/// next writer settles; Corrupt; Cancelled.
[[nodiscard]] Result<JournalState> readJournalState(const QString& own, const CancelToken& token);

} // namespace portolan
