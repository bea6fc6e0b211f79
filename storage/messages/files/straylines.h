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

/// Lines of batch files, and records among the rejects, that the writer does not remember: its memory was lost or put
/// back from a backup, or another program wrote them. A delivery under an unknown key is the message of such a line
/// when the line says the same, and the message can have been there when the line was written: it was delivered before,
/// or Kafka read it from where the store's memory ends, or its stream id is not younger, or it says its number or time
/// itself. Each line is one message. Reads the files when first asked about a message that could be there. One thread.
class StrayLines {
public:
    StrayLines() = default;
    /// `batches` have such lines, the newest written at `newest`. `rejects`: the file of rejects has such records.
    StrayLines(const StoreFolders& folders, const LineBook& book, LineBook::Runs batches, Timestamp newest,
               bool rejects);

    struct Found {
        StoredLine place;
        std::optional<EscapedLine> escape; ///< when its content is escaped
    };
    /// Takes the line of a message, so that no other message gets it; nothing where there is none.
    [[nodiscard]] Result<std::optional<Found>> take(const Delivery& delivery, const IncomingMessage& message);
    /// Finds the record of a reject; nothing where there is none.
    [[nodiscard]] Result<std::optional<StoredLine>> findReject(const Delivery& delivery, quint64 hash);
    /// Settles all lines taken since the last call: they are stored, or free again.
    void settle(bool isStored);

private:
    struct Line {
        qint64 number = 0;
        qint64 batch = 0;
        qint64 offset = 0;
        quint32 length = 0;
        quint32 checksum = 0;
    };
    /// By the hash of their content as it is in the file, and their time: a message takes the oldest that can be it.
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
