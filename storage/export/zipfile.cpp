#include "storage/export/zipfile.h"

#include "storage/base/libarchive.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSaveFile>
#include <archive.h>
#include <archive_entry.h>

namespace portolan {

namespace {

constexpr std::size_t zipBlock = 1 << 18;
constexpr unsigned int ownerOnly = 0600;
constexpr unsigned int oddBits = 07000; ///< set-user-id, set-group-id, sticky

struct FreeEntry {
    void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};

/// Never fails: libarchive frees nothing of an entry that it could not finish. The file itself says when it did not
/// take it.
la_ssize_t writeTo(struct archive*, void* file, const void* bytes, std::size_t size) {
    auto* const to = static_cast<QSaveFile*>(file);
    if (to->error() == QFileDevice::NoError)
        to->write(static_cast<const char*>(bytes), static_cast<qint64>(size));
    return static_cast<la_ssize_t>(size);
}

} // namespace

struct ZipWriter::Parts {
    explicit Parts(const QString& path) : file(path) {}
    struct Close {
        void operator()(struct archive* handle) const { archive_write_free(handle); }
    };
    [[nodiscard]] bool isWhole() const { return file.error() == QFileDevice::NoError; }

    QSaveFile file; ///< outlives what writes to it
    std::unique_ptr<struct archive, Close> writer;
    QCryptographicHash hash{QCryptographicHash::Sha256};
    Timestamp at;
};

ZipWriter::ZipWriter(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
ZipWriter::~ZipWriter() = default;

Error ZipWriter::failed() const {
    const char* const words = m_parts->isWhole() ? archive_error_string(m_parts->writer.get()) : nullptr;
    return {ErrorCode::Io,
            QStringLiteral("Cannot write %1: %2.")
                .arg(m_parts->file.fileName(), words ? QString::fromLocal8Bit(words) : m_parts->file.errorString())};
}

Result<std::unique_ptr<ZipWriter>> ZipWriter::create(const QString& path, Timestamp at) {
    PORTOLAN_TRY(loadLibarchive());
    auto parts = std::make_unique<Parts>(path);
    parts->at = at;
    if (!parts->file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)
        || !parts->file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(path, parts->file.errorString())};
    parts->writer.reset(archive_write_new());
    std::unique_ptr<ZipWriter> zip(new ZipWriter(std::move(parts)));
    struct archive* const writer = zip->m_parts->writer.get();
    if (archive_write_set_format_zip(writer) != ARCHIVE_OK
        || archive_write_set_bytes_in_last_block(writer, 1) != ARCHIVE_OK // no padding after it
        || archive_write_open(writer, &zip->m_parts->file, nullptr, writeTo, nullptr) != ARCHIVE_OK)
        return zip->failed();
    return zip;
}

Result<void> ZipWriter::begin(const QByteArray& name, qint64 size) {
    const std::unique_ptr<struct archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.constData());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), ownerOnly);
    archive_entry_set_size(entry.get(), size);
    archive_entry_set_mtime(entry.get(), std::chrono::system_clock::to_time_t(m_parts->at), 0);
    m_parts->hash.reset();
    const bool isBegun = archive_write_header(m_parts->writer.get(), entry.get()) == ARCHIVE_OK && m_parts->isWhole();
    return isBegun ? Result<void>() : failed();
}

Result<void> ZipWriter::add(QByteArrayView bytes) {
    m_parts->hash.addData(bytes);
    const auto written =
        archive_write_data(m_parts->writer.get(), bytes.data(), static_cast<std::size_t>(bytes.size()));
    return written == bytes.size() && m_parts->isWhole() ? Result<void>() : failed();
}

Result<QByteArray> ZipWriter::end() {
    if (archive_write_finish_entry(m_parts->writer.get()) != ARCHIVE_OK || !m_parts->isWhole())
        return failed();
    return m_parts->hash.result().toHex();
}

Result<QByteArray> ZipWriter::put(const QByteArray& name, QByteArrayView bytes) {
    PORTOLAN_TRY(begin(name, bytes.size()));
    PORTOLAN_TRY(add(bytes));
    return end();
}

Result<qint64> ZipWriter::finish() {
    if (archive_write_close(m_parts->writer.get()) != ARCHIVE_OK || !m_parts->file.flush())
        return failed();
    const qint64 size = m_parts->file.size();
    if (!m_parts->file.commit()) // which syncs before it renames
        return Error{ErrorCode::Io,
                     QStringLiteral("Cannot write %1: %2.").arg(m_parts->file.fileName(), m_parts->file.errorString())};
    return size;
}

struct ZipReader::Parts {
    explicit Parts(const QString& path) : file(path) {}
    struct Close {
        void operator()(struct archive* handle) const { archive_read_free(handle); }
    };
    QFile file; ///< outlives what reads from it
    std::unique_ptr<struct archive, Close> reader;
    std::vector<char> block = std::vector<char>(zipBlock);
};

ZipReader::ZipReader(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
ZipReader::~ZipReader() = default;

Error ZipReader::unreadable() const {
    const char* const words = archive_error_string(m_parts->reader.get());
    return {ErrorCode::Corrupt,
            QStringLiteral("%1 is no archive that can be read: it is damaged, cut short or of another kind.")
                .arg(m_parts->file.fileName()),
            words ? QString::fromLocal8Bit(words) : QString()};
}

Result<std::unique_ptr<ZipReader>> ZipReader::open(const QString& path) {
    PORTOLAN_TRY(loadLibarchive());
    auto parts = std::make_unique<Parts>(path);
    if (!parts->file.open(QIODevice::ReadOnly))
        return Error{parts->file.exists() ? ErrorCode::Io : ErrorCode::NotFound,
                     QStringLiteral("Cannot read %1: %2.").arg(path, parts->file.errorString())};
    parts->reader.reset(archive_read_new());
    archive_read_support_format_zip_seekable(parts->reader.get());
    std::unique_ptr<ZipReader> zip(new ZipReader(std::move(parts)));
    if (archive_read_open_fd(zip->m_parts->reader.get(), zip->m_parts->file.handle(), zipBlock) != ARCHIVE_OK)
        return zip->unreadable();
    return zip;
}

Result<bool> ZipReader::next(ZipEntry& entry) {
    struct archive_entry* found = nullptr;
    const int read = archive_read_next_header(m_parts->reader.get(), &found);
    if (read == ARCHIVE_EOF)
        return false;
    if (read != ARCHIVE_OK && read != ARCHIVE_WARN) // a name that the locale cannot say is no harm
        return unreadable();
    entry.name = archive_entry_pathname_utf8(found); // null where it is no UTF-8
    entry.isPlainFile = archive_entry_filetype(found) == AE_IFREG && !archive_entry_hardlink(found)
                        && (archive_entry_perm(found) & oddBits) == 0 && archive_entry_is_encrypted(found) == 0;
    return true;
}

Result<QByteArrayView> ZipReader::read() {
    const auto size = archive_read_data(m_parts->reader.get(), m_parts->block.data(), m_parts->block.size());
    if (size < 0)
        return unreadable();
    return QByteArrayView(m_parts->block.data(), static_cast<qsizetype>(size));
}

} // namespace portolan
