#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <span>

namespace portolan {

// The end of a backup's file, after its archive (backuparchive.h).

inline constexpr char backupSumsName[] = "SHA256SUMS";
inline constexpr char backupManifestName[] = "manifest.json";

/// Returns the frame with the manifest.
[[nodiscard]] QByteArray manifestFrame(QByteArrayView manifest);
/// Returns the seal up to the SHA-256, which ends the file. `frame`: where the manifest's frame begins.
[[nodiscard]] QByteArray sealHead(qint64 frame);

/// The end of a file, as it is.
struct BackupSeal {
    qint64 frame = 0;    ///< where the archive ends
    qint64 digestAt = 0; ///< every byte before is in the digest
    QByteArray digest;
    QByteArray manifest;
};

/// Reads the end alone. Error Corrupt: there is no seal, in words that end a sentence.
[[nodiscard]] Result<BackupSeal> readSeal(const Fd& file, const QString& name);

/// Opens the file of a backup for reading. Errors: NotFound, Io.
[[nodiscard]] Result<Fd> openBackupFile(const QString& path);

} // namespace portolan
