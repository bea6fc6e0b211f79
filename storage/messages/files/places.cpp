#include "storage/messages/files/places.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/posixfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <cerrno>
#include <dirent.h>
#include <memory>

namespace portolan {

namespace {

/// Returns true when the folder holds batch files; a missing one holds none.
Result<bool> holdsBatchFiles(const QString& path) {
    struct Closer {
        void operator()(DIR* folder) const { ::closedir(folder); }
    };
    const std::unique_ptr<DIR, Closer> folder(::opendir(QFile::encodeName(path).constData()));
    if (!folder)
        return errno == ENOENT ? Result<bool>(false) : systemError("Opening the folder", path, errno);
    while (const dirent* entry = ::readdir(folder.get())) {
        if (batchOfFileName(QByteArrayView(entry->d_name)))
            return true;
    }
    return false;
}

/// Returns a place beside the real folder, so that a symbolic link to it leads to the same lock and log.
QString ownPlaceOf(const QString& messages) {
    const QString real = QFileInfo(messages).canonicalFilePath(); // empty: not there yet
    const QString folder = real.isEmpty() ? messages : real;
    const qsizetype slash = folder.lastIndexOf(QLatin1Char('/'));
    const QString name = folder.mid(slash + 1);
    const bool isService = name == QLatin1String("messages");
    return folder.left(slash + 1) + (isService ? QStringLiteral(".portolan") : QStringLiteral(".portolan-") + name);
}

} // namespace

Result<StorePlaces> placesOf(const StoreUrl& url) {
    const QString folder = QDir::cleanPath(url.path);
    const auto inPlace = holdsBatchFiles(folder);
    PORTOLAN_TRY(inPlace);
    const QString messages = *inPlace ? folder : QDir(folder).filePath(url.service) + QStringLiteral("/messages");
    return StorePlaces{messages, ownPlaceOf(messages)};
}

} // namespace portolan
