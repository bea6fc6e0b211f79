#include "storage/operations/operations.h"

#include "storage/store.h"

#include <QDir>
#include <QFileInfo>

namespace portolan {

Result<std::optional<QString>> productionName(Store& store) {
    Operations* const operations = store.operations();
    return operations ? operations->productionName() : Result<std::optional<QString>>(std::nullopt);
}

Result<std::optional<QString>> productionName(Store& store, const QString& environment) {
    Result<std::optional<QString>> marked = productionName(store);
    if (!marked || *marked || environment != QLatin1String("production"))
        return marked;
    return std::optional(ownName(store.url()));
}

QString ownName(const StoreUrl& url) {
    return url.kind == StoreKind::Postgresql ? url.database : QFileInfo(QDir::cleanPath(url.path)).completeBaseName();
}

} // namespace portolan
