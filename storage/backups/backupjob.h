#pragma once

#include "storage/backups/backuparchive.h"
#include "storage/backups/backuppace.h"
#include "storage/backups/backups.h"

#include <QString>
#include <functional>
#include <memory>

namespace portolan {

/// A folder `.portolan-ID.part` for what is not whole yet, for its owner alone: it goes away with this, and one that a
/// killed program left goes when the next is made beside it. One thread.
class BackupWorkplace {
public:
    /// Makes `folder`, too, where it is missing. Error Io.
    static Result<std::unique_ptr<BackupWorkplace>> make(const QString& folder, const QByteArray& id);
    ~BackupWorkplace();
    BackupWorkplace(const BackupWorkplace&) = delete;
    BackupWorkplace& operator=(const BackupWorkplace&) = delete;

    [[nodiscard]] QString path(const char* name) const { return m_path + u'/' + QLatin1String(name); }

private:
    explicit BackupWorkplace(QString path) : m_path(std::move(path)) {}

    QString m_path;
    QString m_made; ///< the folder around it, where it was missing: an empty one goes, too
    Fd m_lock;      ///< held as long as somebody works here
};

/// The part of a backup that a kind of store has its own way for.
struct BackupParts {
    /// Writes the data, as they are at one moment, and counts the rows in the manifest. `work` is a place for files
    /// that are soon gone.
    std::function<Result<void>(BackupWriter& into, BackupManifest& manifest, const BackupWorkplace& work,
                               const CancelToken& token)>
        write;
    /// Looks whether the data that were unpacked into a folder are what the manifest says, as the store's own program
    /// sees them. Error Corrupt says what is not.
    std::function<Result<BackupProof>(const QString& folder, const BackupManifest& manifest, const CancelToken& token)>
        prove;
};

/// The place of a new backup.
struct BackupTarget {
    QString catalogue;  ///< the store's folder of backups
    QString to = {};    ///< a file, or a folder that is there; empty: into the catalogue's
    QString store = {}; ///< its name, which the file's begins with
    qint64 rate = 0;    ///< bytes a second at most, in each step; 0: as fast as it goes
};

/// Returns the file that a backup of this manifest is.
[[nodiscard]] QString backupFileFor(const BackupTarget& target, const BackupManifest& manifest);

/// Makes a backup: written aside, synced, proved by unpacking it there, and only then given its name and its line in
/// the list. With an error or cancelled nothing of it stays; a list that cannot be written is a shortfall of a backup
/// that is there. Errors: Io, Cancelled; Changed: another file is there, or
/// the data were changed under the reader's hands; Corrupt: it is not what it should be.
[[nodiscard]] Result<BackupEntry> makeBackup(const BackupTarget& target, BackupManifest manifest,
                                             const BackupParts& parts, const BackupProgress& progress,
                                             const CancelToken& token);

/// Gives a file or folder its final name, where nothing is yet, and makes that durable. Error Changed: something is.
[[nodiscard]] Result<void> publishAs(const QString& from, const QString& to);

} // namespace portolan
