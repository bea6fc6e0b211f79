#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/fileindex.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QString>

namespace portolan {

/// The file that an index is kept in between two openings. Losing it costs time only, so it is not synced, and what
/// goes wrong with it is logged, not returned. Borrows the folder.
class IndexFile {
public:
    explicit IndexFile(const Fd& folder, QByteArray name = "index") : m_folder(folder), m_name(std::move(name)) {}

    /// False when there is none, or it is damaged or of another version.
    bool load(FileIndex& index) const;
    void save(const FileIndex& index) const;

private:
    const Fd& m_folder;
    QByteArray m_name;
};

/// Readers keep their index outside of the store: in the user's cache folder, `portolan/`, made if missing. Not open
/// when there can be none.
[[nodiscard]] Fd openCacheFolder();
/// The cached index of a folder of messages: by device, inode and path.
[[nodiscard]] QByteArray cachedIndexName(const FileStat& messages, const QString& path);

} // namespace portolan
