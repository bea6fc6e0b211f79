#include "storage/backups/backupseal.h"

#include "storage/base/bytes.h"

#include <QFile>
#include <cerrno>
#include <fcntl.h>

namespace portolan {

namespace {

// RFC 8878, 3.1.2: sixteen magics of frames that are skipped.
constexpr quint32 manifestMagic = 0x184D2A5B;
constexpr quint32 sealMagic = 0x184D2A5A;
constexpr QByteArrayView sealWord = "PORTSEAL";
constexpr qint64 frameHead = 8; ///< magic and length
constexpr qint64 digestSize = 32;
constexpr qint64 sealBody = 8 + 8 + digestSize;
constexpr qint64 largestManifest = 64 << 20;

Error unsealed() {
    return {ErrorCode::Corrupt,
            QStringLiteral("it does not end as a backup does: it was cut short, or is another file")};
}

} // namespace

QByteArray manifestFrame(QByteArrayView manifest) {
    ByteWriter out;
    out.u32(manifestMagic);
    out.u32(static_cast<quint32>(manifest.size()));
    out.raw(manifest);
    return out.take();
}

QByteArray sealHead(qint64 frame) {
    ByteWriter out;
    out.u32(sealMagic);
    out.u32(static_cast<quint32>(sealBody));
    out.raw(sealWord);
    out.i64(frame);
    return out.take();
}

Result<BackupSeal> readSeal(const Fd& file, const QString& name) {
    const auto stat = statOf(file, name);
    PORTOLAN_TRY(stat);
    const qint64 at = stat->size - frameHead - sealBody;
    if (!stat->regular || at < frameHead)
        return unsealed();
    const auto end = readPart(file, at, frameHead + sealBody, name);
    PORTOLAN_TRY(end);
    ByteReader in(*end);
    const bool isSeal = in.u32() == sealMagic && in.u32() == sealBody && in.raw(8) == sealWord;
    BackupSeal seal;
    seal.frame = in.i64();
    seal.digest = in.raw(digestSize).toByteArray();
    seal.digestAt = stat->size - digestSize;
    const qint64 length = at - seal.frame - frameHead;
    if (!isSeal || in.failed() || seal.frame <= 0 || length < 0 || length > largestManifest)
        return unsealed();
    const auto frame = readPart(file, seal.frame, frameHead + length, name);
    PORTOLAN_TRY(frame);
    ByteReader head(*frame);
    if (head.u32() != manifestMagic || head.u32() != length || head.rest().size() != length)
        return unsealed();
    seal.manifest = head.rest().toByteArray();
    return seal;
}

Result<Fd> openBackupFile(const QString& path) {
    const int file = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return file < 0 ? Result<Fd>(systemError("Opening", path, errno)) : Result<Fd>(Fd(file));
}

} // namespace portolan
