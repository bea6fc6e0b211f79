#include "storage/ingest/redisnames.h"

#include <QCryptographicHash>
#include <QSysInfo>

namespace portolan {

namespace {

QString machineName() {
    const QString name = QSysInfo::machineHostName();
    return name.isEmpty() ? QStringLiteral("portolan") : name;
}

/// Whether a part of the name decides its slot in a cluster: {…} with something in it.
bool hasSlotTag(const QByteArray& name) {
    const qsizetype open = name.indexOf('{');
    return open >= 0 && name.indexOf('}', open) > open + 1;
}

} // namespace

QByteArray consumerOf(const SourceUrl& url) {
    return (url.consumer.isEmpty() ? machineName() : url.consumer).toUtf8();
}

QByteArray besideKey(const QByteArray& name) {
    return (hasSlotTag(name) ? name : '{' + name + '}') + ":portolan";
}

SourceUrl withConsumer(SourceUrl url, const StoreUrl& into) {
    constexpr qsizetype figures = 8;
    if (url.consumer.isEmpty() && url.kind != SourceKind::Kafka) {
        const QByteArray store = QCryptographicHash::hash(into.display().toUtf8(), QCryptographicHash::Sha256).toHex();
        url.consumer = machineName() + QLatin1Char('-') + QString::fromLatin1(store.first(figures));
    }
    return url;
}

} // namespace portolan
