#pragma once

#include "storage/backups/backupmanifest.h"
#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <functional>
#include <memory>

namespace portolan {

// The file of a backup: a tar archive (pax) compressed with zstd, which `tar --zstd` reads, too. Its files, in their
// order:
//   messages/messages_batch_NNNN.txt  rising, and .portolan/…: of a file store
//   database.sqlite                   of a SQLite database
//   database.dump                     of PostgreSQL, by pg_dump -Fc
//   database/rows/NNNNNN, database/schema.sql   of PostgreSQL, by COPY (sql/copyscript.h)
//   SHA256SUMS                        of each of these, for `sha256sum -c`
//   manifest.json                     (BackupManifest)
// After the archive are two frames that zstd skips: the manifest again, so that a list of backups need not read them
// whole, and the seal: "PORTSEAL", where the first frame begins (u64), and the SHA-256 of every byte before.

/// Says how far a long work is: bytes of its data.
using BackupTick = std::function<void(qint64 bytes)>;

/// Writes one, for its owner alone. On one thread.
class BackupWriter {
public:
    /// The file must not be there. Errors: Io, Unsupported (no libarchive, or one without zstd).
    /// `read` hears of tellRead(); a backup that is held back asks for isHeldBack().
    static Result<std::unique_ptr<BackupWriter>> create(const QString& path, BackupTick tick, BackupTick read = {},
                                                        bool isHeldBack = false);
    ~BackupWriter();
    BackupWriter(const BackupWriter&) = delete;
    BackupWriter& operator=(const BackupWriter&) = delete;

    /// The next file, whole.
    [[nodiscard]] Result<void> put(const QByteArray& name, QByteArrayView bytes, Timestamp modified);
    /// The next file: the first `size` bytes of an open one, piece by piece; each(piece) sees them, too. Error Changed:
    /// it became shorter meanwhile.
    [[nodiscard]] Result<void> copy(const QByteArray& name, const Fd& file, qint64 size, const CancelToken& token,
                                    const std::function<void(QByteArrayView piece)>& each = {});
    /// Tells that so many bytes of the store are in a file beside, which copy() takes; waits where that is too fast.
    void tellRead(qint64 bytes) const;
    [[nodiscard]] bool isHeldBack() const;
    /// Adds the sums, the manifest, of which it fills in what it has counted, and the seal; all of it is on the disk
    /// then. Returns its size.
    [[nodiscard]] Result<qint64> finish(BackupManifest& manifest);

private:
    struct Parts;
    explicit BackupWriter(std::unique_ptr<Parts> parts);
    [[nodiscard]] Result<void> begin(const QByteArray& name, qint64 size, Timestamp modified);
    [[nodiscard]] Result<void> add(QByteArrayView bytes);
    [[nodiscard]] Result<void> end(const QByteArray& name);
    [[nodiscard]] Error failed() const;

    std::unique_ptr<Parts> m_parts;
};

/// A file in a backup.
struct BackupMember {
    QByteArray name;
    qint64 size = 0;
    Timestamp modified;
};

/// Reads one that may be anybody's: nothing is written anywhere. On one thread.
class BackupReader {
public:
    /// Beyond these it is refused.
    static constexpr qint64 mostMembers = 20'000'000;
    static constexpr qint64 freeBytes = qint64(4) << 30; ///< up to here any ratio is taken
    static constexpr qint64 mostRatio = 4'000;           ///< a database of empty pages shrinks to a thousandth

    /// Reads its seal. Errors: NotFound, Io, Unsupported; Corrupt: no backup, or one that was cut short.
    static Result<std::unique_ptr<BackupReader>> open(const QString& path, BackupTick tick);
    ~BackupReader();
    BackupReader(const BackupReader&) = delete;
    BackupReader& operator=(const BackupReader&) = delete;

    /// As the seal names it; checked when next() has returned false.
    [[nodiscard]] const BackupManifest& manifest() const;
    [[nodiscard]] qint64 bytes() const; ///< of the file

    /// Goes to the next file with data; false after the last, when every byte was looked at: sums, manifest and seal
    /// are as they should be. Error Corrupt says what is not: also a name that no backup has, a link, a name twice.
    [[nodiscard]] Result<bool> next(BackupMember& member);
    /// The next bytes of the file, none at its end; they are there until the next call. Error Corrupt.
    [[nodiscard]] Result<QByteArrayView> read();

private:
    struct Parts;
    explicit BackupReader(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> m_parts;
};

/// Returns true when a file ends with a seal.
[[nodiscard]] bool isBackupFile(const QString& path);

/// Reads the whole of it, and writes nothing. Errors as BackupReader's, and Cancelled.
[[nodiscard]] Result<BackupManifest> checkBackup(const QString& path, const BackupTick& tick, const CancelToken& token);

/// The end for which files are unpacked: to be looked at and gone, or to stay, durably.
enum class UnpackFor { Looking, Keeping };

/// Puts its files into an empty folder, looking at every byte again. `checked`: what checkBackup() said, or
/// the one that has just been written; the files have to fit on the disk. Errors as checkBackup()'s; Io; Changed.
[[nodiscard]] Result<void> unpackBackup(const QString& path, const BackupManifest& checked, const QString& folder,
                                        const BackupTick& tick, const CancelToken& token,
                                        UnpackFor end = UnpackFor::Looking);

} // namespace portolan
