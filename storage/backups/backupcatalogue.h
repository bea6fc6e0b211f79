#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/backups/backups.h"
#include "storage/config/urls.h"
#include "storage/listing/rowsource.h"

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

namespace portolan {

/// The end of the name of an entry in a list of backups.
inline constexpr char backupEntrySuffix[] = ".json";

/// Returns the folder of a store's backups: beside its data, never in it, so that the list survives them. Of files
/// `.portolan/backups`, of SQLite `FILE.backups`, of a database on a server one of its own in the user's data folder.
/// Error: the store's folder cannot be read; Unsupported: a store of this kind has no backups.
[[nodiscard]] Result<QString> backupFolderOf(const StoreUrl& store);

/// Returns the folders of backups of all databases on servers that this user backed up.
[[nodiscard]] QStringList serverBackupFolders();

/// The list of a store's backups, whatever wrote it: `ID.json` each in the folder, and the backups that are there
/// without. Any thread; each call reads the folder.
class BackupCatalogue {
public:
    explicit BackupCatalogue(QString folder) : m_folder(std::move(folder)) {}

    [[nodiscard]] const QString& folder() const { return m_folder; }
    /// All of them, oldest first. A missing folder has none. Error Io.
    [[nodiscard]] Result<std::vector<BackupEntry>> entries() const;
    /// Returns the backup of this id; nothing where there is none.
    [[nodiscard]] Result<std::optional<BackupEntry>> find(const QByteArray& id) const;
    /// Adds an entry or puts it in the place of the one of its id, durably.
    [[nodiscard]] Result<void> put(const BackupEntry& entry) const;

private:
    QString m_folder;
};

/// Makes the entry of a backup from its manifest; nobody has looked at it.
[[nodiscard]] BackupEntry entryOf(const BackupManifest& manifest, const QString& file, qint64 bytes);

/// A store's list of backups, to be paged through.
class BackupRows : public RowSource<BackupEntry> {
public:
    explicit BackupRows(StoreUrl store) : m_store(std::move(store)) {}

    [[nodiscard]] Result<Page<BackupEntry>> page(const ListQuery& query, const CancelToken& token) override;
    [[nodiscard]] Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

private:
    [[nodiscard]] Result<std::vector<BackupEntry>> read() const;

    StoreUrl m_store;
};

} // namespace portolan
