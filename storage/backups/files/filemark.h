#pragma once

#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/places.h"
#include "storage/messages/files/recovery.h"
#include "storage/operations/files/operationsfolder.h"

#include <QByteArray>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

/// A file store at one moment: which of its bytes belong to groups that are committed. The files themselves go on.
struct FileMark {
    StoreFolders folders; ///< those that are there
    struct Part {
        QByteArray name;
        qint64 size = 0;
    };
    std::vector<std::pair<qint64, qint64>> batches; ///< number and bytes of each batch file, rising
    std::optional<QByteArray> state;
    QByteArray logName; ///< empty: there is none
    QByteArray log;
    std::vector<std::pair<QByteArray, Fd>> lines; ///< segments of the book of lines, held open
    std::vector<Part> rejects;                    ///< files of `.portolan/rejects`
    std::vector<QByteArray> torn;                 ///< files of `.portolan/torn`
    OperationsFolder::Copy operations;
    ArchivedFiles::Kept archived;
};

/// Looks at a store without disturbing its writer. Errors: NotFound, there is no store; Corrupt, what its writer
/// remembers is damaged; Busy, it was compacted again and again meanwhile; Io.
[[nodiscard]] Result<FileMark> markOf(const StorePlaces& places);

} // namespace portolan
