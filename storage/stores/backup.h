#pragma once

#include "storage/backups/backupcatalogue.h"
#include "storage/backups/backupjob.h"
#include "storage/base/cancel.h"
#include "storage/checks/checks.h"
#include "storage/config/urls.h"

#include <QString>
#include <QStringList>
#include <functional>
#include <optional>
#include <span>

namespace portolan {

// Backups of every kind of store: made, proved, restored. Each function opens what it needs; any thread.

struct BackupRequest {
    QString to;         ///< a file, or a folder that is there; empty: the store's folder of backups
    QStringList only;   ///< tables; none: all
    QByteArray program; ///< "Portolan 0.1.0"
    qint64 rate = 0;    ///< bytes a second at most, in each step; 0: as fast as it goes
};

/// Backs a store up, while it is written to or not. Nothing in the store is changed. Errors: as makeBackup(), and those
/// of opening.
[[nodiscard]] Result<BackupEntry> backUp(const StoreUrl& store, const BackupRequest& request,
                                         const BackupProgress& progress, const CancelToken& token);

/// Returns true for the id of a backup where no file is called so.
[[nodiscard]] bool namesBackup(const QString& word);

/// Returns the file that a word names: itself, or that of the backup of this id in the list of one of the stores, in
/// their order, or of a database on a server that this user backed up. Errors: Usage, it is an id and no store is
/// named; NotFound says in which lists it is not.
[[nodiscard]] Result<QString> backupFileOf(const QString& word, std::span<const StoreUrl> stores);

/// Returns the folder where a backup is unpacked to be looked at: its own, else the system's.
[[nodiscard]] QString scratchBeside(const QString& file);

/// Returns the file of a store's newest backup of everything. Error NotFound: its list has none.
[[nodiscard]] Result<QString> newestBackupFileOf(const StoreUrl& store);

/// The author of a line in the audit.
struct BackupAuthor {
    QByteArray actor;
    QByteArray reason; ///< may be empty
};

struct ProofRequest {
    QString file;
    std::optional<StoreUrl> store;      ///< compared with it; its list then tells of the proof
    std::optional<BackupAuthor> author; ///< its audit, too, where it has one
};

/// The end of a proof.
struct ProofReport {
    bool isSound = false;
    QStringList shortfalls; ///< sentences: what was not looked at or written down
};

/// Restores a backup aside and looks at it: tells each check as soon as it is known. A list or an audit that cannot be
/// written changes nothing of what was found. Errors: NotFound, Io, Unsupported, Cancelled; a damaged backup is a check
/// that found something.
[[nodiscard]] Result<ProofReport> verifyBackup(const ProofRequest& request,
                                               const std::function<Result<void>(const CheckResult&)>& each,
                                               const BackupTick& tick, const CancelToken& token);

/// Looks whether unpacked data are as they should be. Error Corrupt: they are not.
[[nodiscard]] Result<BackupProof> proveUnpacked(const QString& folder, const BackupManifest& manifest,
                                                const CancelToken& token);

} // namespace portolan
