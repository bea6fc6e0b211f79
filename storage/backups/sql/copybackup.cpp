#include "storage/backups/sql/copybackup.h"

#include "storage/backups/backupseal.h"
#include "storage/backups/sql/copyload.h"
#include "storage/backups/sql/copyscript.h"
#include "storage/backups/sql/serverschema.h"
#include "storage/backups/sql/tablechoice.h"
#include "storage/sql/postgresql/copyout.h"

#include <QFile>

namespace portolan {

namespace {

QString copying() {
    return QStringLiteral("copy the rows of");
}

/// Sets how values are written out, whatever the session has, and names with their schemas.
Result<void> setTerms(Connection& connection) {
    PORTOLAN_TRY(takeBytesAsTheyAre(connection));
    for (const auto& [name, value] : {std::pair("search_path", "pg_catalog, pg_temp"), std::pair("datestyle", "ISO"),
                                      std::pair("intervalstyle", "postgres"), std::pair("extra_float_digits", "3"),
                                      std::pair("row_security", "off"), std::pair("xmloption", "content"),
                                      std::pair("quote_all_identifiers", "off")}) {
        PORTOLAN_TRY(connection.value(QStringLiteral("SELECT pg_catalog.set_config(?, ?, true)"),
                                      {QLatin1String(name), QLatin1String(value)}));
    }
    return {};
}

/// Returns psql's word that loads rows by hand. It ends with its line: where a name has a line break, the rows come
/// through a table with a plain name.
QByteArray wordOf(const CopiedTable& table, const QByteArray& file) {
    const QByteArray from = " FROM '" + file + '\'';
    if (!table.target.contains('\n') && !table.target.contains('\r'))
        return "\\copy " + table.target + from;
    return "CREATE TEMPORARY TABLE portolan_rows AS SELECT " + table.list + " FROM ONLY " + table.quoted
           + " WITH NO DATA;\n\\copy pg_temp.portolan_rows" + from + "\nINSERT INTO " + table.target
           + " OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.portolan_rows;\nDROP TABLE pg_temp.portolan_rows;";
}

/// Copies one table into a file beside, and that into the backup.
Result<qint64> copyTable(Connection& connection, const CopiedTable& table, const QByteArray& member, BackupWriter& into,
                         const BackupWorkplace& work, qint64& read, const CancelToken& token) {
    const QString path = work.path("rows");
    QFile rows(path);
    const auto failed = [&] {
        return Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(path, rows.errorString())};
    };
    if (!rows.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered))
        return failed();
    const auto count = copyOut(
        connection, "COPY " + table.source + " TO STDOUT",
        [&](QByteArrayView piece) -> Result<void> {
            if (rows.write(piece.data(), piece.size()) != piece.size())
                return failed();
            read += piece.size();
            into.tellRead(read);
            return {};
        },
        token, copying());
    PORTOLAN_TRY(count);
    const qint64 size = rows.size();
    rows.close();
    const auto file = openBackupFile(path);
    PORTOLAN_TRY(file);
    PORTOLAN_TRY(into.copy(member, *file, size, token));
    return count;
}

} // namespace

Result<QStringList> tablesToCopy(Connection& connection, const QStringList& only) {
    Result<QSqlQuery> rows = connection.run(QStringLiteral(
        "SELECT format('%I.%I', n.nspname, c.relname), c.relname, n.nspname = current_schema FROM pg_catalog.pg_class "
        "AS "
        "c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND NOT "
        "c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND "
        "pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') ORDER BY "
        "1"));
    PORTOLAN_TRY(rows);
    QStringList names;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        const QString name = rows->value(1).toString();
        const bool isAsked = rows->value(2).toBool() && (only.contains(name) || isBookkeepingTable(name));
        if (only.isEmpty() || isAsked)
            names << rows->value(0).toString();
    }
    return walk.error() ? Result<QStringList>(*walk.error()) : names;
}

Result<void> copyDatabase(Connection& connection, const StoreUrl& store, const QStringList& only, BackupWriter& into,
                          BackupManifest& manifest, const BackupWorkplace& work, const CancelToken& token) {
    const QString schema = store.schema.isEmpty() ? QStringLiteral("public") : store.schema;
    PORTOLAN_TRY(setTerms(connection));
    auto found = readServerSchema(connection, schema, only);
    PORTOLAN_TRY(found);
    manifest.isCopied = true;
    manifest.lacks = found->lacks;
    manifest.owners = found->owners;
    std::vector<CopyStep> steps = std::move(found->before);
    qint64 read = 0;
    int number = 0;
    for (const CopiedTable& table : found->tables) {
        const QByteArray member = copiedRowsMember(++number);
        const auto rows = copyTable(connection, table, member, into, work, read, token);
        PORTOLAN_TRY(rows);
        if (table.schema == schema)
            manifest.tables[table.name.toUtf8()] = *rows;
        if (table.schema == schema && table.name == QLatin1String("portolan_migrations")) {
            const auto version =
                connection.value(QStringLiteral("SELECT max(version) FROM ") + QString::fromUtf8(table.quoted));
            PORTOLAN_TRY(version);
            manifest.schemaVersion = version->toLongLong();
        }
        const QByteArray word = wordOf(table, member.sliced(QByteArrayView("database/").size()));
        steps.push_back(
            {CopyStep::Kind::Rows, table.schema, table.name, word, table.columns, *rows, QString::fromLatin1(member)});
    }
    QFile::remove(work.path("rows"));
    steps.insert(steps.end(), std::make_move_iterator(found->after.begin()),
                 std::make_move_iterator(found->after.end()));
    return into.put(copyScriptMember, encodedCopyScript(steps), manifest.createdAt);
}

} // namespace portolan
