#include "app/droppedstore.h"

#include <QFileInfo>

namespace portolan {

QString droppedStoreUrl(const QUrl& dropped) {
    const QFileInfo file(dropped.toLocalFile());
    const QString path = dropped.path(QUrl::FullyEncoded);
    if (!file.exists())
        return {};
    if (file.isDir())
        return QStringLiteral("file://") + path;
    if (file.fileName().startsWith(QLatin1String("messages_batch_")))
        return QStringLiteral("file://") + path.left(path.lastIndexOf(u'/'));
    return QStringLiteral("sqlite://") + path;
}

} // namespace portolan
