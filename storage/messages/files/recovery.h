#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <span>

namespace portolan {

/// The folders a writer works in, opened once.
struct StoreFolders {
    Fd messages;
    Fd own;     ///< .portolan
    Fd rejects; ///< .portolan/rejects
    Fd torn;    ///< .portolan/torn: bytes that a repair took out, "<group>-<file>"
    /// True when a single syncfs() makes everything durable: all folders lie on one file system of a kind whose
    /// syncfs() waits for the disk and reports its errors.
    bool syncsWhole = false;
};

/// Opens the folders for writing, and makes those that are missing below `own`.
[[nodiscard]] Result<StoreFolders> openFolders(const QString& messages, const QString& own);

/// Makes the files that a group appended to, and their folders, durable. A single file that was there before costs
/// one fdatasync(); more of them one syncfs(), which beats as many fdatasync() from the second file on (each new file
/// is a journal commit and a cache flush of its own); where syncfs() cannot be relied on, every file and its folder.
[[nodiscard]] Result<void> syncGroup(const StoreFolders& folders, const LogGroup& group);

/// Appends a group's bytes, one piece an extent. Error Changed: a file that the group was to make is there already, or
/// one was not as long as expected. After an error, `done` says how many extents were begun.
[[nodiscard]] Result<void> writeGroup(const StoreFolders& folders, const LogGroup& group,
                                      std::span<const QByteArray> pieces, std::size_t& done);

/// Returns true when every byte of the group is where its record says.
[[nodiscard]] Result<bool> isIntact(const StoreFolders& folders, const LogGroup& group);

/// Writes the bytes of an intact group once more where they stand, and syncs them: bytes that were read back may have
/// come from memory only, when a sync failed before the crash.
[[nodiscard]] Result<void> writeAgain(const StoreFolders& folders, const LogGroup& group);

/// The fate of the bytes that undoGroup() takes out.
enum class TornBytes {
    KeepAside, ///< a crash left them: they are moved to `torn`
    Drop,      ///< the caller still has them, and the disk may be full
};

/// Takes out what a group has written, down to the byte, and syncs. Leaves a file alone in which somebody else's bytes
/// follow the group's. Doing it twice does no harm.
[[nodiscard]] Result<void> undoGroup(const StoreFolders& folders, const LogGroup& group, TornBytes torn);

} // namespace portolan
