#include "storage/schedule/trustedentries.h"

#include "storage/config/filelock.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace portolan {

namespace {

constexpr qint64 mostBytes = 16 << 20;
constexpr std::chrono::seconds lockPatience(5);
constexpr auto ownerOnlyFile = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

Error cannotUseTrusted(const QString& why, ErrorCode code = ErrorCode::Io) {
    return {code,
            QStringLiteral("What is trusted to run, in %1, cannot be used: %2.").arg(TrustedEntries::usualPath(), why)};
}

/// Reads all places. A file that another user could have written is not believed.
Result<QJsonObject> allPlaces() {
    QFile file(TrustedEntries::usualPath());
    if (!file.exists())
        return QJsonObject();
    if (!file.open(QIODevice::ReadOnly))
        return cannotUseTrusted(file.errorString());
    struct stat found {};
    if (::fstat(file.handle(), &found) != 0 || found.st_uid != ::geteuid() || (found.st_mode & (S_IWGRP | S_IWOTH)))
        return cannotUseTrusted(QStringLiteral("another user may write it; it has to be your own, chmod 600"),
                                ErrorCode::Auth);
    const QJsonDocument document = QJsonDocument::fromJson(file.read(mostBytes));
    return document.isObject()
               ? Result(document.object())
               : Result<QJsonObject>(cannotUseTrusted(
                   QStringLiteral("it is damaged; remove it, and trust the entries again"), ErrorCode::Corrupt));
}

Result<void> changePlace(const StoreUrl& store, const std::function<void(QJsonObject&)>& change) {
    const QString path = TrustedEntries::usualPath();
    const QString folder = QFileInfo(path).absolutePath();
    if (!QFileInfo::exists(folder)) {
        QDir().mkpath(folder);
        ::chmod(QFile::encodeName(folder).constData(), 0700);
    }
    FileLock lock(path); // between reading and writing nobody else writes
    if (const auto taken = lock.take(lockPatience); taken != FileLock::Taken::Yes)
        return taken == FileLock::Taken::ByAnother
                   ? cannotUseTrusted(QStringLiteral("another program is writing it"), ErrorCode::Busy)
                   : cannotUseTrusted(QStringLiteral("the lock beside it cannot be made"));
    auto places = allPlaces();
    PORTOLAN_TRY(places);
    const QString place = TrustedEntries::placeOf(store);
    QJsonObject entries = places->value(place).toObject();
    const QJsonObject before = entries;
    change(entries);
    if (entries == before)
        return {};
    if (entries.isEmpty())
        places->remove(place);
    else
        places->insert(place, entries);
    QSaveFile file(path);
    const QByteArray text = QJsonDocument(*places).toJson();
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(ownerOnlyFile) || file.write(text) != text.size()
        || !file.commit())
        return cannotUseTrusted(file.errorString());
    return {};
}

/// The parts of an entry that say what runs and when; not its next time, which moves.
QJsonObject trustedPartsOf(const ScheduleEntry& entry) {
    return {{QStringLiteral("command"), QJsonDocument::fromJson(entry.command).array()},
            {QStringLiteral("spec"), QString::fromUtf8(entry.spec)}};
}

QString realPath(const QString& path) {
    const QString real = QFileInfo(path).canonicalFilePath(); // empty: not there yet
    return real.isEmpty() ? QDir::cleanPath(path) : real;
}

/// The server of a URL with what the environment adds, as libpq reads it.
QString serverOf(const StoreUrl& store) {
    for (const auto& [name, value] : store.options) {
        if (name == QLatin1String("service"))
            return QStringLiteral("service=") + value;
    }
    if (store.host.isEmpty() && qEnvironmentVariableIsSet("PGSERVICE"))
        return QStringLiteral("service=") + qEnvironmentVariable("PGSERVICE");
    QString host = store.host.isEmpty() ? qEnvironmentVariable("PGHOST") : store.host;
    const QString port = store.port > 0 ? QString::number(store.port) : qEnvironmentVariable("PGPORT");
    if (host.isEmpty() || host.startsWith(u'/') || host == QLatin1String("127.0.0.1") || host == QLatin1String("::1"))
        host = QStringLiteral("localhost");
    return host.toLower() + u':' + (port.isEmpty() ? QStringLiteral("5432") : port);
}

} // namespace

Result<TrustedEntries> TrustedEntries::read(const StoreUrl& store) {
    const auto places = allPlaces();
    PORTOLAN_TRY(places);
    TrustedEntries trusted;
    trusted.m_entries = places->value(placeOf(store)).toObject();
    return trusted;
}

bool TrustedEntries::has(const ScheduleEntry& entry) const {
    const QJsonValue found = m_entries.value(QString::fromUtf8(entry.name));
    return found.isObject() && found.toObject() == trustedPartsOf(entry);
}

Result<void> TrustedEntries::trust(const StoreUrl& store, const ScheduleEntry& entry) {
    return changePlace(store, [&entry](QJsonObject& entries) {
        entries.insert(QString::fromUtf8(entry.name), trustedPartsOf(entry));
    });
}

Result<void> TrustedEntries::forget(const StoreUrl& store, const QByteArray& name) {
    if (!QFileInfo::exists(usualPath()))
        return {};
    return changePlace(store, [&name](QJsonObject& entries) { entries.remove(QString::fromUtf8(name)); });
}

QString TrustedEntries::usualPath() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
           + QStringLiteral("/portolan/trusted-schedules.json");
}

QString TrustedEntries::placeOf(const StoreUrl& store) {
    switch (store.kind) {
    case StoreKind::Files:
        return QStringLiteral("file://") + realPath(store.path) + u'/' + store.service;
    case StoreKind::Sqlite:
    case StoreKind::Bundle:
        break;
    case StoreKind::Postgresql: {
        const QString database = store.database.isEmpty() ? qEnvironmentVariable("PGDATABASE") : store.database;
        return QStringLiteral("postgresql://%1/%2?schema=%3")
            .arg(serverOf(store), database.isEmpty() ? store.user : database,
                 store.schema.isEmpty() ? QStringLiteral("public") : store.schema);
    }
    }
    return QStringLiteral("sqlite://") + realPath(store.path);
}

Error entryIsNotTrusted(const ScheduleEntry& entry) {
    const auto words = wordsOfEntry(entry);
    return {ErrorCode::Usage,
            QStringLiteral("\"%1\" does not run here: nobody has trusted it on this machine as it is (%2, %3). It was "
                           "added or changed elsewhere, or the store is a copy. If it is to run here with your rights: "
                           "portolan schedule trust %1 --store STORE.")
                .arg(QString::fromUtf8(entry.name), words ? words->join(u' ') : QString::fromUtf8(entry.command),
                     QString::fromUtf8(entry.spec))};
}

} // namespace portolan
