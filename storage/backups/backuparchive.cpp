#include "storage/backups/backuparchive.h"

#include "storage/backups/backupseal.h"
#include "storage/base/libarchive.h"
#include "storage/base/sha256.h"

#include <QFile>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <fcntl.h>
#include <vector>

namespace portolan {

namespace {

constexpr qint64 copiedAtOnce = 1 << 20;
constexpr unsigned int backupFileMode = 0600;

struct FreeBackupEntry {
    void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};

} // namespace

struct BackupWriter::Parts {
    struct Close {
        void operator()(struct archive* open) const { archive_write_free(open); }
    };
    /// Never fails: libarchive frees nothing of an entry that it could not finish.
    static la_ssize_t take(struct archive*, void* self, const void* from, std::size_t length) {
        static_cast<Parts*>(self)->write(
            QByteArrayView(static_cast<const char*>(from), static_cast<qsizetype>(length)));
        return static_cast<la_ssize_t>(length);
    }
    void write(QByteArrayView some) {
        if (!written)
            return;
        written = writeAll(file, some, path);
        seal.add(some);
        size += some.size();
    }

    QString path;
    BackupTick tick;
    BackupTick read;
    bool isHeldBack = false;
    Fd file;
    Result<void> written;
    qint64 size = 0;
    Sha256 seal;
    Sha256 member;
    QFile sums; ///< removed from the folder as soon as it is open
    qint64 members = 0;
    qint64 bytes = 0;
    std::unique_ptr<struct archive, Close> handle; ///< goes first: it writes what it still has
};

BackupWriter::BackupWriter(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
BackupWriter::~BackupWriter() = default;

Error BackupWriter::failed() const {
    if (!m_parts->written)
        return m_parts->written.error();
    const char* const words = archive_error_string(m_parts->handle.get());
    return {ErrorCode::Io, QStringLiteral("Cannot write the backup %1.").arg(m_parts->path),
            words ? QString::fromLocal8Bit(words) : QString()};
}

void BackupWriter::tellRead(qint64 bytes) const {
    if (m_parts->read)
        m_parts->read(bytes);
}

bool BackupWriter::isHeldBack() const {
    return m_parts->isHeldBack;
}

Result<std::unique_ptr<BackupWriter>> BackupWriter::create(const QString& path, BackupTick tick, BackupTick read,
                                                           bool isHeldBack) {
    PORTOLAN_TRY(loadLibarchive());
    auto parts = std::make_unique<Parts>();
    parts->path = path;
    parts->tick = std::move(tick);
    parts->read = std::move(read);
    parts->isHeldBack = isHeldBack;
    const int made =
        ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, backupFileMode);
    if (made < 0)
        return systemError("Making", path, errno);
    parts->file = Fd(made);
    parts->sums.setFileName(path + QStringLiteral(".sums"));
    if (!parts->sums.open(QIODevice::ReadWrite | QIODevice::NewOnly) || !QFile::remove(parts->sums.fileName()))
        return Error{ErrorCode::Io,
                     QStringLiteral("Cannot write %1: %2.").arg(parts->sums.fileName(), parts->sums.errorString())};
    parts->handle.reset(archive_write_new());
    struct archive* const handle = parts->handle.get();
    if (archive_write_set_format_pax_restricted(handle) != ARCHIVE_OK
        || archive_write_add_filter_zstd(handle) != ARCHIVE_OK)
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("The library for archives, libarchive, was built without zstd, which backups are "
                                    "compressed with. Install one that has it (Debian's does) and try again.")};
    // Fast: a backup is to be as quick as the disk. An older library lacks threads, which is no matter.
    archive_write_set_filter_option(handle, "zstd", "compression-level", "1");
    archive_write_set_filter_option(handle, "zstd", "threads", "2");
    std::unique_ptr<BackupWriter> writer(new BackupWriter(std::move(parts)));
    if (archive_write_set_bytes_in_last_block(handle, 1) != ARCHIVE_OK // no padding after it
        || archive_write_open(handle, writer->m_parts.get(), nullptr, Parts::take, nullptr) != ARCHIVE_OK)
        return writer->failed();
    return writer;
}

Result<void> BackupWriter::begin(const QByteArray& name, qint64 size, Timestamp modified) {
    const std::unique_ptr<struct archive_entry, FreeBackupEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.constData());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), backupFileMode);
    archive_entry_set_size(entry.get(), size);
    archive_entry_set_mtime(entry.get(), std::chrono::system_clock::to_time_t(modified), 0);
    const bool isBegun = archive_write_header(m_parts->handle.get(), entry.get()) == ARCHIVE_OK && m_parts->written;
    return isBegun ? Result<void>() : failed();
}

Result<void> BackupWriter::add(QByteArrayView bytes) {
    m_parts->member.add(bytes);
    const auto written =
        archive_write_data(m_parts->handle.get(), bytes.data(), static_cast<std::size_t>(bytes.size()));
    return written == bytes.size() && m_parts->written ? Result<void>() : failed();
}

/// Notes the sum of a file with data.
Result<void> BackupWriter::end(const QByteArray& name) {
    if (archive_write_finish_entry(m_parts->handle.get()) != ARCHIVE_OK || !m_parts->written)
        return failed();
    const QByteArray line = m_parts->member.take().toHex() + "  " + name + '\n';
    if (m_parts->sums.write(line) != line.size())
        return Error{ErrorCode::Io,
                     QStringLiteral("Cannot write beside %1: %2.").arg(m_parts->path, m_parts->sums.errorString())};
    ++m_parts->members;
    if (m_parts->tick)
        m_parts->tick(m_parts->bytes);
    return {};
}

Result<void> BackupWriter::put(const QByteArray& name, QByteArrayView bytes, Timestamp modified) {
    PORTOLAN_TRY(begin(name, bytes.size(), modified));
    PORTOLAN_TRY(add(bytes));
    m_parts->bytes += bytes.size();
    return end(name);
}

Result<void> BackupWriter::copy(const QByteArray& name, const Fd& file, qint64 size, const CancelToken& token,
                                const std::function<void(QByteArrayView piece)>& each) {
    const QString shown = QString::fromUtf8(name);
    const auto stat = statOf(file, shown);
    PORTOLAN_TRY(stat);
    PORTOLAN_TRY(begin(name, size, Timestamp(std::chrono::microseconds(stat->modifiedNs / 1000))));
    std::vector<char> buffer(static_cast<std::size_t>(std::min(size, copiedAtOnce)));
    for (qint64 at = 0; at < size;) {
        if (token.stop_requested())
            return cancelled();
        const auto wanted = static_cast<std::size_t>(std::min(copiedAtOnce, size - at));
        const auto have = readInto(file, std::span(buffer).first(wanted), at, shown);
        PORTOLAN_TRY(have);
        if (*have < wanted)
            return Error{ErrorCode::Changed,
                         QStringLiteral("%1 became shorter while it was backed up. Try again.").arg(shown)};
        const QByteArrayView piece(buffer.data(), static_cast<qsizetype>(wanted));
        PORTOLAN_TRY(add(piece));
        if (each)
            each(piece);
        at += static_cast<qint64>(wanted);
        m_parts->bytes += static_cast<qint64>(wanted);
        if (m_parts->tick)
            m_parts->tick(m_parts->bytes);
    }
    return end(name);
}

Result<qint64> BackupWriter::finish(BackupManifest& manifest) {
    Sha256 sums;
    QFile& lines = m_parts->sums;
    if (!lines.flush() || !lines.seek(0))
        return Error{ErrorCode::Io,
                     QStringLiteral("Cannot write beside %1: %2.").arg(m_parts->path, lines.errorString())};
    PORTOLAN_TRY(begin(backupSumsName, lines.size(), manifest.createdAt));
    while (!lines.atEnd()) {
        const QByteArray bytes = lines.read(copiedAtOnce);
        if (bytes.isEmpty())
            return Error{ErrorCode::Io,
                         QStringLiteral("Cannot read beside %1: %2.").arg(m_parts->path, lines.errorString())};
        sums.add(bytes);
        PORTOLAN_TRY(add(bytes));
    }
    manifest.sums = sums.take().toHex();
    manifest.members = m_parts->members;
    manifest.bytes = m_parts->bytes;
    const QByteArray encoded = manifest.encoded();
    PORTOLAN_TRY(begin(backupManifestName, encoded.size(), manifest.createdAt));
    PORTOLAN_TRY(add(encoded));
    if (archive_write_close(m_parts->handle.get()) != ARCHIVE_OK || !m_parts->written)
        return failed();
    const qint64 frame = m_parts->size;
    m_parts->write(manifestFrame(encoded));
    m_parts->write(sealHead(frame));
    m_parts->write(m_parts->seal.take());
    PORTOLAN_TRY(m_parts->written);
    PORTOLAN_TRY(syncFile(m_parts->file, m_parts->path));
    return m_parts->size;
}

} // namespace portolan
