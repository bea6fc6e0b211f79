#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/fileindex.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QString>

namespace portolan {

/// The file that keeps an index between two openings. Losing it costs time only, so it is not synced, and its errors
/// are logged, not returned. Borrows the folder.
class IndexFile {
public:
    explicit IndexFile(const Fd& folder, QByteArray name = "index") : m_folder(folder), m_name(std::move(name)) {}

    /// Loads the index. Returns false when there is none, or it is damaged or of another version.
    bool load(FileIndex& index) const;
    void save(const FileIndex& index) const;

private:
    const Fd& m_folder;
    QByteArray m_name;
};

/// Opens the folder in which readers keep their index: `portolan/` in the user's cache folder, made if missing. Returns
/// an Fd that is not open when there can be none.
[[nodiscard]] Fd openCacheFolder();
/// Returns the name of a message folder's cached index, made from device, inode and path.
[[nodiscard]] QByteArray cachedIndexName(const FileStat& messages, const QString& path);

} // namespace portolan
