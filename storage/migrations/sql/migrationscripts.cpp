#include "storage/migrations/sql/migrationscripts.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QRegularExpression>

/// A static library's resources are registered by nobody unless somebody asks; the macro wants the global namespace.
static void registerSchemaFiles() {
    Q_INIT_RESOURCE(portolan_schema);
}

namespace portolan {

namespace {

QString folderOf(SqlDialect dialect) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return QStringLiteral(":/schema/sqlite");
    case SqlDialect::Postgresql:
        return QStringLiteral(":/schema/postgresql");
    }
    Q_UNREACHABLE();
}

Result<QByteArray> contents(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Invalid,
                     QStringLiteral("The schema file %1 is missing from this program; install it again.").arg(path)};
    return file.readAll();
}

Result<Migration> load(const QDir& folder, const QString& upFile) {
    static const QRegularExpression pattern(QStringLiteral("^(\\d{3})_(\\w+)\\.up\\.sql$"));
    const QRegularExpressionMatch match = pattern.match(upFile);
    if (!match.hasMatch())
        return Error{ErrorCode::Invalid, QStringLiteral("The schema file %1 has an odd name.").arg(upFile)};
    Result<QByteArray> up = contents(folder.filePath(upFile));
    PORTOLAN_TRY(up);
    Result<QByteArray> down =
        contents(folder.filePath(QStringLiteral("%1_%2.down.sql").arg(match.captured(1), match.captured(2))));
    PORTOLAN_TRY(down);
    return Migration{match.captured(1).toInt(), match.captured(2), std::move(*up), std::move(*down)};
}

} // namespace

QByteArray Migration::checksum() const {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(up);
    hash.addData(QByteArrayView("\0", 1));
    hash.addData(down);
    return hash.result().toHex();
}

Result<std::vector<Migration>> builtInMigrations(SqlDialect dialect) {
    registerSchemaFiles();
    const QDir folder(folderOf(dialect));
    std::vector<Migration> migrations;
    const QStringList files = folder.entryList({QStringLiteral("*.up.sql")}, QDir::Files, QDir::Name);
    for (const QString& file : files) {
        Result<Migration> migration = load(folder, file);
        PORTOLAN_TRY(migration);
        if (migration->version != static_cast<int>(migrations.size()) + 1)
            return Error{ErrorCode::Invalid, QStringLiteral("The schema file %1 follows a gap.").arg(file)};
        migrations.push_back(std::move(*migration));
    }
    if (migrations.empty())
        return Error{ErrorCode::Unsupported, QStringLiteral("This program has no schema for this kind of database.")};
    return migrations;
}

} // namespace portolan
