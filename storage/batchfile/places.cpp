#include "storage/batchfile/places.h"

#include "storage/batchfile/batchline.h"

#include <QDir>
#include <QFile>
#include <cerrno>
#include <dirent.h>
#include <memory>

namespace portolan {

namespace {

/// A missing folder holds none.
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

} // namespace

Result<StorePlaces> placesOf(const StoreUrl& url) {
    const QString folder = QDir::cleanPath(url.path);
    const auto inPlace = holdsBatchFiles(folder);
    if (!inPlace)
        return inPlace.error();
    if (!*inPlace) {
        const QString service = QDir(folder).filePath(url.service);
        return StorePlaces{service + QStringLiteral("/messages"), service + QStringLiteral("/.portolan")};
    }
    const qsizetype slash = folder.lastIndexOf(QLatin1Char('/'));
    const QString name = folder.mid(slash + 1);
    const bool isService = name == QLatin1String("messages");
    return StorePlaces{folder, folder.left(slash + 1)
                                   + (isService ? QStringLiteral(".portolan") : QStringLiteral(".portolan-") + name)};
}

} // namespace portolan
