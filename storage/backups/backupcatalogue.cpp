#include "storage/backups/backupcatalogue.h"

#include "storage/backups/backupseal.h"
#include "storage/listing/memorylisting.h"
#include "storage/messages/files/lines/posixfile.h"
#include "storage/messages/files/places.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QUrl>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

RowOrder<BackupEntry> listedBackups() {
    return {backupColumns(), &backupSchema(), 0, 1}; // by id, in the order of their time
}

QString serverFolders() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/portolan/backups");
}

/// Writes a part of a folder's name so that no other part is written the same: all bytes but letters, digits, '_', '-'
/// and '.' within it become hexadecimal digits.
QString namePart(const QString& part) {
    QString name = QString::fromLatin1(QUrl::toPercentEncoding(part, QByteArray(), "~"));
    if (name.startsWith(u'.'))
        name.replace(0, 1, QStringLiteral("%2E"));
    return name;
}

/// Returns the name of the folder of a database's backups: DATABASE[@HOST[,PORT]][+SCHEMA]. Two databases have two.
QString serverFolderName(const StoreUrl& store) {
    constexpr qsizetype longest = 200;
    constexpr qsizetype hashed = 32;
    QString name = store.database.isEmpty() ? u'~' + namePart(store.name()) : namePart(store.database);
    if (!store.host.isEmpty())
        name += u'@' + namePart(store.host) + (store.port > 0 ? u',' + QString::number(store.port) : QString());
    for (const auto& [option, value] : store.options) {
        if (option == u"host" || option == u"hostaddr" || option == u"port" || option == u"service")
            name += u',' + option + u'=' + namePart(value);
    }
    if (!store.schema.isEmpty())
        name += u'+' + namePart(store.schema);
    if (name.size() <= longest)
        return name;
    const QByteArray hash = QCryptographicHash::hash(name.toLatin1(), QCryptographicHash::Sha256).toHex();
    return name.left(longest - hashed) + u'~' + QString::fromLatin1(hash.first(hashed));
}

/// Returns the name that this folder had once, which others may have had, too.
QString formerFolderName(const StoreUrl& store) {
    static const QRegularExpression odd(QStringLiteral("[^\\w.-]"));
    QString name = store.name();
    if (!store.host.isEmpty())
        name += u'@' + store.host + (store.port > 0 ? u'-' + QString::number(store.port) : QString());
    if (!store.schema.isEmpty())
        name += u'.' + store.schema;
    return name.replace(odd, QStringLiteral("_"));
}

/// Returns true when there are backups in a folder, and all of them are of this database.
bool hasItsBackupsAlone(const QString& folder, const QString& name) {
    const QDir all(folder);
    const QStringList files = all.entryList({u'*' + QLatin1String(backupSuffix)}, QDir::Files);
    return !files.isEmpty() && std::ranges::all_of(files, [&](const QString& each) {
        const QString path = all.filePath(each);
        const auto file = openBackupFile(path);
        const auto seal = file ? readSeal(*file, path) : Result<BackupSeal>(file.error());
        const auto manifest = seal ? BackupManifest::parse(seal->manifest) : Result<BackupManifest>(seal.error());
        const auto of =
            manifest ? StoreUrl::parse(QString::fromUtf8(manifest->store)) : Result<StoreUrl>(manifest.error());
        return of && of->kind == StoreKind::Postgresql && serverFolderName(*of) == name;
    });
}

QString serverFolder(const StoreUrl& store) {
    const QString name = serverFolderName(store);
    const QString folder = serverFolders() + u'/' + name;
    const QString former = serverFolders() + u'/' + formerFolderName(store);
    const bool isFormer = former != folder && !QFileInfo::exists(folder) && hasItsBackupsAlone(former, name);
    return isFormer ? former : folder;
}

QByteArray encodedEntry(const BackupEntry& entry, const QString& folder) {
    const QFileInfo file(entry.file);
    const bool isHere = file.absolutePath() == QDir(folder).absolutePath(); // goes with the folder
    nlohmann::ordered_json document;
    document["id"] = entry.id.toStdString();
    document["created_at"] = toExactIsoTime(entry.createdAt).toStdString();
    document["kind"] = entry.kind.toStdString();
    document["file"] = (isHere ? file.fileName() : entry.file).toStdString();
    document["rows"] = entry.rows;
    document["bytes"] = entry.bytes;
    if (entry.schemaVersion)
        document["schema_version"] = *entry.schemaVersion;
    if (entry.verifiedAt)
        document["verified_at"] = toExactIsoTime(*entry.verifiedAt).toStdString();
    document["result"] = entry.result.toStdString();
    return QByteArray::fromStdString(document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace)) + '\n';
}

/// Nothing where it is damaged: the backup is then listed as it says itself.
std::optional<BackupEntry> decodedEntry(const QByteArray& bytes, const QString& folder) {
    const auto document = nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (!document.is_object())
        return std::nullopt;
    const auto text = [&](const char* name) {
        const auto member = document.find(name);
        const auto* const found = member == document.end() ? nullptr : member->get_ptr<const std::string*>();
        return found ? QByteArray::fromStdString(*found) : QByteArray();
    };
    const auto number = [&](const char* name) -> std::optional<qint64> {
        const auto member = document.find(name);
        if (member == document.end() || !member->is_number_integer())
            return std::nullopt;
        return member->get<qint64>();
    };
    BackupEntry entry;
    entry.id = text("id");
    const auto createdAt = parseIsoTime(text("created_at"));
    const QString file = QString::fromUtf8(text("file"));
    if (!isBackupId(entry.id) || !createdAt || file.isEmpty())
        return std::nullopt;
    entry.createdAt = *createdAt;
    entry.kind = text("kind");
    entry.file = file.contains(u'/') ? file : QDir(folder).absoluteFilePath(file);
    entry.rows = number("rows").value_or(0);
    entry.bytes = number("bytes").value_or(0);
    entry.schemaVersion = number("schema_version");
    entry.verifiedAt = parseIsoTime(text("verified_at"));
    entry.result = text("result");
    return entry;
}

/// A backup of which no entry tells: one that was put there, or whose maker was killed just then.
BackupEntry entryOfFile(const QString& path) {
    BackupEntry entry;
    entry.file = path;
    entry.bytes = QFileInfo(path).size();
    entry.id = QFileInfo(path).fileName().toUtf8();
    const auto file = openBackupFile(path);
    const auto seal = file ? readSeal(*file, path) : Result<BackupSeal>(file.error());
    const auto manifest = seal ? BackupManifest::parse(seal->manifest) : Result<BackupManifest>(seal.error());
    if (manifest)
        return entryOf(*manifest, path, entry.bytes);
    entry.result = "cannot be read: " + manifest.error().text.toUtf8();
    return entry;
}

} // namespace

Result<QString> backupFolderOf(const StoreUrl& store) {
    switch (store.kind) {
    case StoreKind::Files: {
        const auto places = placesOf(store);
        PORTOLAN_TRY(places);
        return places->own + QStringLiteral("/backups");
    }
    case StoreKind::Sqlite:
        return store.path + QStringLiteral(".backups");
    case StoreKind::Postgresql:
        return serverFolder(store);
    case StoreKind::Bundle:
        break;
    }
    return Error{ErrorCode::Unsupported,
                 QStringLiteral("%1 is a file for reading: copy it where it is to be kept.").arg(store.display())};
}

QStringList serverBackupFolders() {
    QStringList folders;
    const QDir all(serverFolders());
    for (const QString& name : all.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks))
        folders << all.filePath(name);
    return folders;
}

BackupEntry entryOf(const BackupManifest& manifest, const QString& file, qint64 bytes) {
    return {manifest.id,
            manifest.createdAt,
            manifest.kind,
            QFileInfo(file).absoluteFilePath(),
            manifest.rows(),
            bytes,
            manifest.schemaVersion,
            std::nullopt,
            QByteArray()};
}

Result<std::vector<BackupEntry>> BackupCatalogue::entries() const {
    std::vector<BackupEntry> all;
    const auto opened = openFolder(m_folder);
    if (!opened)
        return opened.error().code == ErrorCode::NotFound ? Result(all)
                                                          : Result<std::vector<BackupEntry>>(opened.error());
    const QDir folder(m_folder);
    QStringList known;
    for (const QString& name :
         folder.entryList({u'*' + QLatin1String(backupEntrySuffix)}, QDir::Files | QDir::NoSymLinks)) {
        const auto bytes = readAt(*opened, QFile::encodeName(name));
        auto entry = bytes ? decodedEntry(*bytes, m_folder) : std::optional<BackupEntry>();
        if (!entry)
            continue;
        if (!QFileInfo::exists(entry->file))
            entry->result = "its file is gone";
        known << entry->file;
        all.push_back(std::move(*entry));
    }
    for (const QString& name : folder.entryList({u'*' + QLatin1String(backupSuffix)}, QDir::Files)) {
        const QString path = folder.absoluteFilePath(name);
        if (!known.contains(path))
            all.push_back(entryOfFile(path));
    }
    std::ranges::sort(all, [](const BackupEntry& a, const BackupEntry& b) {
        return std::pair(a.createdAt, a.id) < std::pair(b.createdAt, b.id);
    });
    return all;
}

Result<std::optional<BackupEntry>> BackupCatalogue::find(const QByteArray& id) const {
    auto all = entries();
    PORTOLAN_TRY(all);
    const auto found = std::ranges::find(*all, id, &BackupEntry::id);
    return found == all->end() ? std::optional<BackupEntry>() : std::optional(std::move(*found));
}

Result<void> BackupCatalogue::put(const BackupEntry& entry) const {
    PORTOLAN_TRY(makeFolders(m_folder));
    const auto folder = openFolder(m_folder);
    PORTOLAN_TRY(folder);
    return replaceFile(*folder, entry.id + backupEntrySuffix, encodedEntry(entry, m_folder), true);
}

Result<std::vector<BackupEntry>> BackupRows::read() const {
    const auto folder = backupFolderOf(m_store);
    PORTOLAN_TRY(folder);
    return BackupCatalogue(*folder).entries();
}

Result<Page<BackupEntry>> BackupRows::page(const ListQuery& query, const CancelToken&) {
    const auto all = read();
    PORTOLAN_TRY(all);
    return pageOfRows(*all, listedBackups(), query);
}

Result<PageIndex> BackupRows::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    const auto all = read();
    PORTOLAN_TRY(all);
    return pageIndexOfRows(*all, listedBackups(), query, pages);
}

} // namespace portolan
