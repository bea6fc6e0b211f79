#pragma once

#include "storage/base/result.h"
#include "storage/ingest/delivery.h"
#include "storage/messages/files/lines/linebook.h"
#include "storage/messages/files/lines/storedline.h"
#include "storage/messages/files/recovery.h"

#include <map>
#include <optional>
#include <vector>

namespace portolan {

/// Lines of batch files, and records among the rejects, that stand for nothing that the writer remembers: its memory
/// was lost or put back from a backup, or another program wrote them. What is delivered under a key that is not known
/// is the same message as such a line when the line says the same, and the message was there when the line was written:
/// it was delivered before, or Kafka read it from where the store's memory ends, or its stream id is not younger, or it
/// says its number or time itself. Each line is one message. Reads the files when it is first asked about a message
/// that could be there. One thread.
class StrayLines {
public:
    StrayLines() = default;
    /// `batches` have such lines, of which the newest was written at `newest`. `rejects`: so has the file of rejects.
    StrayLines(const StoreFolders& folders, const LineBook& book, LineBook::Runs batches, Timestamp newest,
               bool rejects);

    struct Found {
        StoredLine place;
        std::optional<EscapedLine> escape; ///< the content stands in it escaped
    };
    /// The line of a message, which nothing else takes from here on.
    [[nodiscard]] Result<std::optional<Found>> take(const Delivery& delivery, const IncomingMessage& message);
    /// The record of a reject.
    [[nodiscard]] Result<std::optional<StoredLine>> findReject(const Delivery& delivery, quint64 hash);
    /// Tells what became of all that was taken since the last call: it is stored, or free again.
    void settle(bool isStored);

private:
    struct Line {
        qint64 number = 0;
        qint64 batch = 0;
        qint64 offset = 0;
        quint32 length = 0;
        quint32 checksum = 0;
    };
    /// By the hash of their content as it stands, and their time: of those that a message can be, it is the oldest.
    using Lines = std::multimap<std::pair<quint64, qint64>, Line>;
    [[nodiscard]] Result<void> readLines();
    [[nodiscard]] Result<void> readRejects();
    [[nodiscard]] static bool mayBeThere(const Delivery& delivery, const IncomingMessage& message);

    const StoreFolders* m_folders = nullptr;
    const LineBook* m_book = nullptr;
    LineBook::Runs m_batches;
    Timestamp m_newest;
    bool m_hasRejects = false;
    bool m_linesRead = false;
    bool m_rejectsRead = false;
    Lines m_lines;
    std::map<quint64, StoredLine> m_rejects; ///< by the hash of source, key and content
    std::vector<Lines::node_type> m_taken;
};

} // namespace portolan
