#include "app/window/droppedstore.h"

#include "storage/export/bundlefile.h"

#include <QFileInfo>
#include <algorithm>
#include <array>

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
    return (isZipFile(file.filePath()) ? QStringLiteral("bundle://") : QStringLiteral("sqlite://")) + path;
}

bool isRowFile(const QUrl& dropped) {
    constexpr std::array endings{QLatin1String("csv"), QLatin1String("jsonl"), QLatin1String("ndjson")};
    const QFileInfo file(dropped.toLocalFile());
    return file.isFile() && std::ranges::find(endings, file.suffix().toLower()) != endings.end();
}

} // namespace portolan
