#pragma once

#include "storage/transfer/files/foldergroup.h"

namespace portolan {

/// Brings the messages of a store into the batch files of a folder, each line as the store's own writer makes it, or as
/// it was where the source is a folder. A file that has the first lines of a batch gets the others; one that has other
/// lines stays as it is. Used once.
class FolderLines {
public:
    explicit FolderLines(FolderGroup& group) : m_group(group) {}

    /// Makes sure that what the folder has already is of this store: a line of the first batch that both have is the
    /// same. Error Usage, in words: it is not.
    [[nodiscard]] Result<void> checkKinship();
    [[nodiscard]] Result<void> run();

private:
    struct Made;
    /// The batch file that lines are laid beside.
    struct Beside {
        qint64 batch = 0;
        std::optional<Fd> file;
        qint64 size = 0; ///< when it was opened
        qint64 at = 0;
        QByteArray piece; ///< bytes of the file
        qint64 pieceAt = 0;
        bool isAligned = true; ///< all so far was the same
        bool isAway = false;   ///< its lines were taken away
        bool isBegun = false;  ///< as a row of `batches` it was counted
        int group = 0;         ///< in which it has its place
    };

    [[nodiscard]] static Made made(const ContentRow& row);
    [[nodiscard]] Result<void> begin(qint64 batch);
    [[nodiscard]] Result<void> end();
    [[nodiscard]] Result<void> take(const ContentRow& row);
    [[nodiscard]] Result<void> append(const Made& line);
    [[nodiscard]] Result<QByteArrayView> bytesAhead(qint64 length);
    [[nodiscard]] Result<void> passLine();
    void tellAlone(qint64 before);

    FolderGroup& m_group;
    std::optional<Beside> m_beside;
    std::vector<std::pair<qint64, qint64>> m_files; ///< those that were there before, and their lines
    std::size_t m_nextFile = 0;                     ///< of these, the first not yet met
};

} // namespace portolan
