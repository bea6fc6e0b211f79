#include "storage/batchfile/indexfile.h"

#include <QCryptographicHash>
#include <QLoggingCategory>
#include <QStandardPaths>
#include <fcntl.h>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(indexLog, "portolan.batchfile.index")

} // namespace

bool IndexFile::load(FileIndex& index) const {
    if (!m_folder.isOpen())
        return false;
    const auto bytes = read();
    if (!bytes) {
        if (bytes.error().code != ErrorCode::NotFound)
            qCWarning(indexLog).noquote() << bytes.error().text;
        return false;
    }
    const bool taken = index.adopt(QByteArrayView(bytes->data(), static_cast<qsizetype>(bytes->size())));
    if (!taken)
        qCInfo(indexLog).noquote() << QStringLiteral("The index of the batch files cannot be used; it is made anew");
    return taken;
}

/// An index is never changed in place, so its size is what it was.
Result<LargeVector<char>> IndexFile::read() const {
    const auto file = openAt(m_folder, m_name, O_RDONLY);
    if (!file)
        return file.error();
    const auto stat = statOf(*file, QString::fromUtf8(m_name));
    if (!stat)
        return stat.error();
    LargeVector<char> bytes(static_cast<std::size_t>(stat->size));
    const auto have = readInto(*file, bytes, 0, QString::fromUtf8(m_name));
    if (!have)
        return have.error();
    bytes.resize(*have);
    return bytes;
}

void IndexFile::save(const FileIndex& index) const {
    if (!m_folder.isOpen())
        return;
    if (const auto saved = replaceFile(m_folder, m_name, index.encoded(), false); !saved)
        qCWarning(indexLog).noquote() << saved.error().text;
}

Fd openCacheFolder() {
    const QString path = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    if (path.isEmpty())
        return {};
    const QString folder = path + QStringLiteral("/portolan");
    const auto made = makeFolders(folder);
    auto opened = made ? openFolder(folder) : Result<Fd>(made.error());
    if (!opened) {
        qCWarning(indexLog).noquote() << opened.error().text;
        return {};
    }
    return std::move(*opened);
}

QByteArray cachedIndexName(const FileStat& messages, const QString& path) {
    const QByteArray what =
        QByteArray::number(messages.device) + ':' + QByteArray::number(messages.inode) + ':' + path.toUtf8();
    return "index-" + QCryptographicHash::hash(what, QCryptographicHash::Sha256).toHex().left(32);
}

} // namespace portolan
