#pragma once

#include "tests/support/batchfolder.h"

#include <QDirIterator>
#include <map>

namespace portolan::test {

/// A folder's files, hidden ones too, by their path in it.
using Tree = std::map<QString, QByteArray>;

inline Tree treeOf(const QString& root) {
    Tree tree;
    QDirIterator files(root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        tree[QDir(root).relativeFilePath(path)] = BatchFolder::get(path);
    }
    return tree;
}

/// Puts one file back as tar does: it is another file then.
inline void putFile(const QString& root, const QString& name, const QByteArray& bytes) {
    const QString path = root + QLatin1Char('/') + name;
    QDir().mkpath(QFileInfo(path).path());
    QFile::remove(path);
    BatchFolder::put(path, bytes);
}

/// Puts all of a folder back, as `rm -rf` and then `tar -x` do.
inline void putTree(const QString& root, const Tree& tree) {
    QDir(root).removeRecursively();
    QDir().mkpath(root);
    for (const auto& [name, bytes] : tree)
        putFile(root, name, bytes);
}

/// Lets temporary folders lie in memory from here on, where the machine has a place for them.
inline void useMemoryForFolders() {
    if (QFileInfo(QStringLiteral("/dev/shm")).isWritable())
        qputenv("TMPDIR", "/dev/shm");
}

} // namespace portolan::test
