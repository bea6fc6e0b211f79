#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/places.h"

#include <QString>
#include <QStringList>
#include <functional>

namespace portolan {

/// The place of a file store that a backup is to be restored into.
enum class FilePlace { New, Empty, Used };

/// The folder that holds both; the real one, where a symbolic link leads to it.
[[nodiscard]] QString serviceFolderOf(const StorePlaces& places);

/// Looks at it. Error Unsupported, in words: the service's folder holds other things, which would be swapped away with
/// it, or batch files are opened in place.
[[nodiscard]] Result<FilePlace> filePlaceOf(const StorePlaces& places);

/// Puts an unpacked backup (folders `messages` and `.portolan`, in a folder beside the service's) in the place of a
/// store's, both at one instant and durably; its folder of backups stays. The folders that were there are in the
/// unpacked folder's place afterwards. `keep` is called with the writer's lock held, before. Returns sentences about
/// what is to be done by hand. Errors: Busy, it is being written to; Io.
[[nodiscard]] Result<QStringList> putInPlace(const StorePlaces& places, const QString& unpacked,
                                             const std::function<Result<void>()>& keep);

} // namespace portolan
