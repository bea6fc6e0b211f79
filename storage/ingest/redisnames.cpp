#include "storage/ingest/redisnames.h"

#include <QCryptographicHash>
#include <QSysInfo>

namespace portolan {

namespace {

QString machineName() {
    const QString name = QSysInfo::machineHostName();
    return name.isEmpty() ? QStringLiteral("portolan") : name;
}

} // namespace

QByteArray consumerOf(const SourceUrl& url) {
    return (url.consumer.isEmpty() ? machineName() : url.consumer).toUtf8();
}

SourceUrl withConsumer(SourceUrl url, const StoreUrl& into) {
    constexpr qsizetype figures = 8;
    if (url.consumer.isEmpty()) {
        const QByteArray store = QCryptographicHash::hash(into.display().toUtf8(), QCryptographicHash::Sha256).toHex();
        url.consumer = machineName() + QLatin1Char('-') + QString::fromLatin1(store.first(figures));
    }
    return url;
}

} // namespace portolan
