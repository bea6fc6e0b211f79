#include "storage/messages/files/lines/indexfile.h"

#include <QCryptographicHash>
#include <QLoggingCategory>
#include <QStandardPaths>
#include <fcntl.h>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(indexLog, "portolan.batchfile.index")

} // namespace

/// Asks for the size once: an index is never changed in place.
bool IndexFile::load(FileIndex& index) const {
    if (!m_folder.isOpen())
        return false;
    const QString name = QString::fromUtf8(m_name);
    const auto file = openAt(m_folder, m_name, O_RDONLY);
    const auto stat = file ? statOf(*file, name) : Result<FileStat>(file.error());
    if (!stat) {
        if (stat.error().code != ErrorCode::NotFound)
            qCWarning(indexLog).noquote() << stat.error().text;
        return false;
    }
    const bool taken = index.adopt(stat->size, [&](std::span<char> bytes, qint64 at) {
        const auto have = readInto(*file, bytes, at, name);
        if (!have)
            qCWarning(indexLog).noquote() << have.error().text;
        return have && *have == bytes.size();
    });
    if (!taken)
        qCInfo(indexLog).noquote() << QStringLiteral("The index of the batch files cannot be used; it is built again");
    return taken;
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
