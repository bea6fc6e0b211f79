#include "storage/backups/backupmanifest.h"

#include "storage/backups/backups.h"
#include "storage/config/urls.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <nlohmann/json.hpp>

namespace portolan {

namespace {

constexpr char backupFormat[] = "portolan-backup";
constexpr char copiedForm[] = "copy";
constexpr qint64 backupVersion = 1;
constexpr qint64 copiedVersion = 2; ///< of those made by COPY, which an older program does not know

Error noManifest(const QString& why) {
    return {ErrorCode::Corrupt, QStringLiteral("its manifest %1").arg(why)};
}

std::string jsonText(const QByteArray& text) {
    return text.toStdString();
}

QByteArray textIn(const nlohmann::json& object, const char* name) {
    const auto member = object.find(name);
    const auto* const text = member == object.end() ? nullptr : member->get_ptr<const std::string*>();
    return text ? QByteArray::fromStdString(*text) : QByteArray();
}

std::optional<qint64> numberIn(const nlohmann::json& object, const char* name) {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_number_integer())
        return std::nullopt;
    return member->get<qint64>();
}

QByteArrayList textsIn(const nlohmann::json& object, const char* name) {
    QByteArrayList texts;
    const auto member = object.find(name);
    if (member == object.end() || !member->is_array())
        return texts;
    for (const auto& each : *member) {
        if (const auto* const text = each.get_ptr<const std::string*>())
            texts << QByteArray::fromStdString(*text);
    }
    return texts;
}

nlohmann::json countsOf(const std::map<QByteArray, qint64>& rows) {
    nlohmann::json counts = nlohmann::json::object();
    for (const auto& [name, count] : rows)
        counts[jsonText(name)] = count;
    return counts;
}

bool readCounts(const nlohmann::json& document, const char* name, std::map<QByteArray, qint64>& counts) {
    const auto member = document.find(name);
    if (member == document.end())
        return true;
    if (!member->is_object())
        return false;
    for (const auto& [key, value] : member->items()) {
        if (!value.is_number_integer() || value.get<qint64>() < 0)
            return false;
        counts[QByteArray::fromStdString(key)] = value.get<qint64>();
    }
    return true;
}

} // namespace

qint64 BackupManifest::rows() const {
    qint64 all = 0;
    for (const auto& table : tables)
        all += table.second;
    return all;
}

QStringList BackupManifest::lackSentences() const {
    QStringList sentences;
    for (const QByteArray& lack : lacks)
        sentences << QStringLiteral("Not in the backup: %1.").arg(QString::fromUtf8(lack));
    return sentences;
}

QByteArray BackupManifest::encoded() const {
    nlohmann::ordered_json document;
    document["format"] = backupFormat;
    document["version"] = isCopied ? copiedVersion : backupVersion;
    document["id"] = jsonText(id);
    document["created_at"] = jsonText(toExactIsoTime(createdAt));
    document["kind"] = jsonText(kind);
    document["store_kind"] = jsonText(storeKind);
    document["store"] = jsonText(store);
    document["program"] = jsonText(program);
    if (!server.isEmpty())
        document["server"] = jsonText(server);
    if (schemaVersion)
        document["schema_version"] = *schemaVersion;
    for (const QByteArray& table : only)
        document["only"].push_back(jsonText(table));
    document["rows"] = rows();
    document["tables"] = countsOf(tables);
    if (!contents.empty())
        document["contents"] = countsOf(contents);
    if (!timescale.version.isEmpty())
        document["timescaledb"] = {{"version", jsonText(timescale.version)}, {"schema", jsonText(timescale.schema)}};
    if (isCopied)
        document["form"] = copiedForm;
    for (const QByteArray& lack : lacks)
        document["lacks"].push_back(jsonText(lack));
    for (const QByteArray& owner : owners)
        document["owners"].push_back(jsonText(owner));
    document["data"] = {{"files", members}, {"bytes", bytes}, {"sha256sums", jsonText(sums)}};
    const std::string text = document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
    return QByteArray::fromStdString(text) + '\n';
}

Result<BackupManifest> BackupManifest::parse(QByteArrayView json) {
    const auto document = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    if (!document.is_object() || textIn(document, "format") != backupFormat)
        return noManifest(QStringLiteral("is none of a backup"));
    if (numberIn(document, "version").value_or(0) > copiedVersion)
        return Error{ErrorCode::Unsupported, QStringLiteral("it was made by a later version; use that one")};
    BackupManifest manifest{textIn(document, "id"),    {},
                            textIn(document, "kind"),  textIn(document, "store_kind"),
                            textIn(document, "store"), textIn(document, "program"),
                            textIn(document, "server")};
    const auto createdAt = parseIsoTime(textIn(document, "created_at"));
    if (!createdAt || !isBackupId(manifest.id))
        return noManifest(QStringLiteral("lacks its id or its time"));
    manifest.createdAt = *createdAt;
    manifest.schemaVersion = numberIn(document, "schema_version");
    manifest.only = textsIn(document, "only");
    manifest.isCopied = textIn(document, "form") == copiedForm;
    if (const auto mark = document.find("timescaledb"); mark != document.end() && mark->is_object())
        manifest.timescale = {textIn(*mark, "version"), textIn(*mark, "schema")};
    manifest.lacks = textsIn(document, "lacks");
    manifest.owners = textsIn(document, "owners");
    if (!readCounts(document, "tables", manifest.tables) || !readCounts(document, "contents", manifest.contents))
        return noManifest(QStringLiteral("counts no rows"));
    const auto data = document.find("data");
    if (data == document.end() || !data->is_object())
        return noManifest(QStringLiteral("names no data"));
    manifest.members = numberIn(*data, "files").value_or(-1);
    manifest.bytes = numberIn(*data, "bytes").value_or(-1);
    manifest.sums = textIn(*data, "sha256sums");
    return manifest;
}

BackupManifest newBackup(const QByteArray& kind, const QByteArray& storeKind, const QString& store,
                         const QByteArray& program) {
    constexpr int digits = 8;
    const quint32 drawn = QRandomGenerator::system()->generate();
    return {QByteArray::number(drawn, 16).rightJustified(digits, '0'),
            currentTime(),
            kind,
            storeKind,
            store.toUtf8(),
            program};
}

QString backupFileName(const QString& store, const BackupManifest& manifest) {
    static const QRegularExpression odd(QStringLiteral("[^\\w.-]"));
    QByteArray time = toIsoTime(manifest.createdAt);
    time.replace("-", "").replace(":", "").replace(".", "");
    QString name = store;
    name.replace(odd, QStringLiteral("_"));
    return QStringLiteral("%1-%2-%3%4")
        .arg(name, QString::fromLatin1(time), QString::fromLatin1(manifest.id), QLatin1String(backupSuffix));
}

} // namespace portolan
