#pragma once

#include "storage/transfer/files/foldergroup.h"

#include <map>
#include <memory>

namespace portolan {

/// Brings what a writer of a folder remembers besides its lines: the keys of its sources with the hashes of what came
/// under them, the last numbers of series, gaps and rejects. Used once, after the lines.
class FolderMemory {
public:
    explicit FolderMemory(FolderGroup& group) : m_group(group) {}

    [[nodiscard]] Result<void> run();
    /// Tells what a folder has no place for, with its rows.
    [[nodiscard]] Result<void> tellOthers();

private:
    class Rows;
    [[nodiscard]] Result<std::unique_ptr<Rows>> rowsOf(const char* table);
    [[nodiscard]] Result<void> bringSources();
    [[nodiscard]] Result<void> bringKeys();
    [[nodiscard]] Result<void> bringChunk(const Rows& rows);
    [[nodiscard]] Result<void> bringGaps();
    [[nodiscard]] Result<void> bringGap(const Rows& rows, qint64& place);
    [[nodiscard]] Result<void> bringRejects();
    [[nodiscard]] Result<void> bringReject(const Rows& rows, qint64& place);
    [[nodiscard]] Result<void> settleReject(const Reject& wanted, qint64 place);
    [[nodiscard]] Result<void> tellOtherSettings();
    [[nodiscard]] Result<void> tellOtherMetadata();
    [[nodiscard]] Result<void> tellOtherNames();
    void leaveOut(const QString& table, qint64 rows);

    FolderGroup& m_group;
    std::map<qint64, QByteArray> m_sources; ///< their identities, by the number that the source gives them
};

} // namespace portolan
