#include "storage/sql/connection/pinnedfile.h"

#include "storage/sql/connection/sqlerror.h"

#include <QFile>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace portolan {

struct PinnedFile::Registry {
    struct Entry {
        int users = 0;
        std::vector<int> descriptors; ///< the first one is used; more when a file was replaced while it was opened
    };
    std::mutex mutex; // held while descriptors are opened and closed
    std::map<Identity, Entry> files;
};

PinnedFile::Registry& PinnedFile::registry() {
    static Registry all;
    return all;
}

Result<std::shared_ptr<const PinnedFile>> PinnedFile::of(const QString& path) {
    const QByteArray name = QFile::encodeName(path);
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    struct stat info {};
    if (::stat(name.constData(), &info) != 0)
        return fileError(QStringLiteral("open"), path, errno);
    auto found = all.files.find(Identity{info.st_dev, info.st_ino});
    if (found == all.files.end()) {
        const int descriptor = ::open(name.constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (descriptor < 0)
            return fileError(QStringLiteral("open"), path, errno);
        if (::fstat(descriptor, &info) != 0) {
            const int error = errno;
            ::close(descriptor);
            return fileError(QStringLiteral("open"), path, error);
        }
        found = all.files.try_emplace(Identity{info.st_dev, info.st_ino}).first;
        found->second.descriptors.push_back(descriptor);
    }
    ++found->second.users;
    return std::shared_ptr<const PinnedFile>(new PinnedFile(found->first, found->second.descriptors.front()));
}

PinnedFile::~PinnedFile() {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    const auto found = all.files.find(m_identity);
    if (--found->second.users > 0)
        return;
    for (const int descriptor : found->second.descriptors)
        ::close(descriptor);
    all.files.erase(found);
}

} // namespace portolan
