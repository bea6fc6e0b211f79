#include "storage/config/passwordfile.h"

#include "storage/config/filelock.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <sys/stat.h>

namespace portolan {

namespace {

constexpr qint64 mostPasswordBytes = 1 << 20;
constexpr std::chrono::seconds lockPatience(5);
constexpr auto ownerOnlyFile = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

Error cannotUse(const QString& path, const QString& why) {
    return {ErrorCode::Io, QStringLiteral("The kept passwords in %1 cannot be used: %2.").arg(path, why)};
}

Result<QJsonObject> contentsOf(const QString& path) {
    QFile file(path);
    if (!file.exists())
        return QJsonObject();
    constexpr QFileDevice::Permissions others =
        QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    if (file.permissions() & others)
        return Error{ErrorCode::Auth,
                     QStringLiteral("The kept passwords in %1 are not used, because others may read them: chmod 600.")
                         .arg(path)};
    if (!file.open(QIODevice::ReadOnly))
        return cannotUse(path, file.errorString());
    const QJsonDocument document = QJsonDocument::fromJson(file.read(mostPasswordBytes));
    if (!document.isObject())
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("%1 is not a file of kept passwords any more: it is left as it is.").arg(path)};
    return document.object();
}

} // namespace

PasswordFile::PasswordFile(QString path) : m_path(path.isEmpty() ? usualPath() : std::move(path)) {}

QString PasswordFile::nameOf(StoreUrl url) {
    url.password.clear();
    // A service of the service file may be any server; a schema is in the same database.
    std::erase_if(url.options, [](const auto& option) { return option.first != u"service"; });
    url.schema.clear();
    url.batchSize = StoreUrl().batchSize;
    return url.display();
}

QString PasswordFile::usualPath() {
    const QString data = qEnvironmentVariable("XDG_DATA_HOME", QDir::home().filePath(QStringLiteral(".local/share")));
    return data + QStringLiteral("/portolan/passwords.json");
}

Result<std::optional<QString>> PasswordFile::passwordOf(const StoreUrl& url) const {
    const auto contents = contentsOf(m_path);
    PORTOLAN_TRY(contents);
    const QJsonValue found = contents->value(nameOf(url));
    return found.isString() ? std::optional(found.toString()) : std::nullopt;
}

Result<void> PasswordFile::keep(const StoreUrl& url) {
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!QFileInfo::exists(folder)) {
        QDir().mkpath(folder);
        ::chmod(QFile::encodeName(folder).constData(), 0700);
    }
    FileLock lock(m_path); // between reading and writing nobody else keeps one
    if (const auto taken = lock.take(lockPatience); taken != FileLock::Taken::Yes)
        return cannotUse(m_path, taken == FileLock::Taken::ByAnother
                                     ? QStringLiteral("another program is writing them")
                                     : QStringLiteral("the lock beside them cannot be made"));
    auto contents = contentsOf(m_path);
    PORTOLAN_TRY(contents);
    if (url.password.isEmpty())
        contents->remove(nameOf(url));
    else
        contents->insert(nameOf(url), url.password);
    QSaveFile file(m_path);
    const QByteArray text = QJsonDocument(*contents).toJson();
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(ownerOnlyFile) || file.write(text) != text.size()
        || !file.commit())
        return cannotUse(m_path, file.errorString());
    return {};
}

Result<QStringList> PasswordFile::names() const {
    const auto contents = contentsOf(m_path);
    return contents ? Result<QStringList>(contents->keys()) : Result<QStringList>(contents.error());
}

QString PasswordFile::nameOf(const SourceUrl& url) {
    SourceUrl server = url; // without what is read there, and how
    server.password.clear();
    server.consumer.clear();
    const QString shown = server.display();
    const qsizetype scheme = shown.indexOf(QStringLiteral("://")) + 3;
    const qsizetype end = url.socketPath.isEmpty() ? shown.indexOf(u'/', scheme) : shown.indexOf(u'?', scheme);
    return end < 0 ? shown : shown.first(end);
}

bool wantsPassword(const SourceUrl& url) {
    const bool isOnServer = url.kind != SourceKind::Demo && url.kind != SourceKind::Rejects;
    return isOnServer && url.password.isEmpty() && qEnvironmentVariableIsEmpty("PORTOLAN_FROM_PASSWORD");
}

bool wantsPassword(const StoreUrl& url) {
    return url.kind == StoreKind::Postgresql && url.password.isEmpty()
           && qEnvironmentVariableIsEmpty("PORTOLAN_PASSWORD");
}

Result<StoreUrl> withKeptPassword(StoreUrl url) {
    if (!wantsPassword(url))
        return url;
    const auto kept = PasswordFile().passwordOf(url);
    PORTOLAN_TRY(kept);
    url.password = kept->value_or(QString());
    return url;
}

} // namespace portolan
