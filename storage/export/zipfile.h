#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <memory>
#include <vector>

namespace portolan {

/// Writes files into a ZIP archive (APPNOTE.TXT, by libarchive), deflated, for their owner alone. It takes its name
/// when it is finished, and is on the disk then; before, a file of that name is as it was. On one thread.
class ZipWriter {
public:
    /// Errors: Io, Unsupported (no libarchive). `at`: the time of the files in it.
    static Result<std::unique_ptr<ZipWriter>> create(const QString& path, Timestamp at);
    ~ZipWriter();
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    /// The next file, of so many bytes, which are given with add().
    [[nodiscard]] Result<void> begin(const QByteArray& name, qint64 size);
    [[nodiscard]] Result<void> add(QByteArrayView bytes);
    /// The file is whole: its SHA-256, in hexadecimal digits.
    [[nodiscard]] Result<QByteArray> end();
    /// All three at once.
    [[nodiscard]] Result<QByteArray> put(const QByteArray& name, QByteArrayView bytes);

    /// Ends the archive; returns how large it is.
    [[nodiscard]] Result<qint64> finish();

private:
    struct Parts;
    explicit ZipWriter(std::unique_ptr<Parts> parts);
    [[nodiscard]] Error failed() const;

    std::unique_ptr<Parts> m_parts;
};

/// A file in an archive, as the archive's list names it.
struct ZipEntry {
    QByteArray name;          ///< as it stands there: foreign data
    bool isPlainFile = false; ///< no folder, link or device, no set-user-id, not encrypted
};

/// Reads a ZIP archive that may be anybody's: nothing is written anywhere. On one thread.
class ZipReader {
public:
    /// Errors: NotFound, Io, Corrupt (no ZIP archive), Unsupported (no libarchive).
    static Result<std::unique_ptr<ZipReader>> open(const QString& path);
    ~ZipReader();
    ZipReader(const ZipReader&) = delete;
    ZipReader& operator=(const ZipReader&) = delete;

    /// Goes to the next file; false after the last. Error Corrupt.
    [[nodiscard]] Result<bool> next(ZipEntry& entry);
    /// The next bytes of the file, none at its end; they are there until the next call. Error Corrupt.
    [[nodiscard]] Result<QByteArrayView> read();

private:
    struct Parts;
    explicit ZipReader(std::unique_ptr<Parts> parts);
    [[nodiscard]] Error unreadable() const;

    std::unique_ptr<Parts> m_parts;
};

} // namespace portolan
