#include "storage/backups/sql/copyload.h"

#include "storage/backups/sql/tablechoice.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/postgresql/copyout.h"
#include "storage/sql/postgresql/postgresqlserver.h"

#include <QFile>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr qint64 loadedAtOnce = 256 * 1024;

QString loading() {
    return QStringLiteral("load a backup into");
}

Error unreadable(const QFile& file) {
    return {ErrorCode::Io, QStringLiteral("Cannot read %1: %2.").arg(file.fileName(), file.errorString())};
}

Error otherRows(const QString& table, qint64 said, qint64 there) {
    return {ErrorCode::Corrupt,
            QStringLiteral("The backup does not hold what it should: the table %1 has %2 rows, and %3 are in it.")
                .arg(table)
                .arg(said)
                .arg(there)};
}

/// Counts the rows of a file: a break within a value is written as \n.
Result<qint64> linesIn(const QString& path, const CancelToken& token) {
    QFile file(path);
    if (!file.exists())
        return -1;
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return unreadable(file);
    qint64 rows = 0;
    char last = '\n';
    while (true) {
        if (token.stop_requested())
            return cancelled();
        const QByteArray piece = file.read(loadedAtOnce);
        if (piece.isEmpty())
            break;
        rows += piece.count('\n');
        last = piece.back();
    }
    return file.error() != QFile::NoError ? Result<qint64>(unreadable(file)) : last == '\n' ? rows : -1;
}

Result<QString> quotedTable(const CopyStep& step) {
    const auto schema = quoteIdentifier(step.schema);
    PORTOLAN_TRY(schema);
    const auto name = quoteIdentifier(step.name);
    PORTOLAN_TRY(name);
    return *schema + u'.' + *name;
}

Result<void> dropWithheld(Connection& connection, const CopyStep& step) {
    const auto table = quotedTable(step);
    PORTOLAN_TRY(table);
    return connection.execute(QStringLiteral("DROP TABLE %1 CASCADE").arg(*table), {}, loading());
}

Result<void> loadStep(Connection& connection, const QString& folder, const CopyStep& step, const CancelToken& token) {
    if (step.kind == CopyStep::Kind::Withheld)
        return dropWithheld(connection, step);
    if (step.kind != CopyStep::Kind::Rows)
        return connection.postgresql()->execute(step.sql)
                   ? Result<void>()
                   : connection.lastPostgresqlError(QStringLiteral("make %1.%2 in").arg(step.schema, step.name));
    QString target;
    for (const QString& column : step.columns) {
        const auto quoted = quoteIdentifier(column);
        PORTOLAN_TRY(quoted);
        target += (target.isEmpty() ? QStringLiteral(" (") : QStringLiteral(", ")) + *quoted;
    }
    const auto table = quotedTable(step);
    PORTOLAN_TRY(table);
    if (!target.isEmpty())
        target += u')';
    return putCopiedRows(connection, folder, step, (*table + target).toUtf8(), token);
}

} // namespace

Result<void> takeBytesAsTheyAre(Connection& connection) {
    const Result<QVariant> set =
        connection.value(QStringLiteral("SELECT pg_catalog.set_config('client_encoding', 'SQL_ASCII', true) WHERE "
                                        "pg_catalog.current_setting('server_encoding') = 'SQL_ASCII'"));
    return set ? Result<void>() : set.error();
}

Result<void> putCopiedRows(Connection& connection, const QString& folder, const CopyStep& step,
                           const QByteArray& target, const CancelToken& token) {
    const auto refused = [&] {
        return connection.lastPostgresqlError(QStringLiteral("put the rows of %1 into").arg(step.name));
    };
    QFile file(folder + u'/' + step.member);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return unreadable(file);
    PostgresqlWire& wire = *connection.postgresql();
    if (!wire.beginCopy("COPY " + target + " FROM STDIN"))
        return refused();
    while (!token.stop_requested()) {
        const QByteArray piece = file.read(loadedAtOnce);
        if (piece.isEmpty())
            break;
        if (!wire.putCopy(piece))
            return refused();
        if (const Result<void> taken = awaitCopyTaken(connection, token, loading()); !taken) {
            if (taken.error().code != ErrorCode::Cancelled)
                return taken;
            break;
        }
    }
    // The end of the rows is said in any case: the connection has to take the end of the transaction.
    if (!wire.endCopy())
        return refused();
    if (token.stop_requested())
        return cancelled();
    return file.error() != QFile::NoError ? Result<void>(unreadable(file)) : Result<void>();
}

Result<QStringList> withheldTables(const QString& folder) {
    QStringList tables;
    if (!isCopied(folder))
        return tables;
    const auto steps = readCopyScript(folder);
    PORTOLAN_TRY(steps);
    for (const CopyStep& step : *steps) {
        if (step.kind == CopyStep::Kind::Withheld)
            tables << step.schema + u'.' + step.name;
    }
    return tables;
}

Result<void> loadCopy(const QString& folder, const StoreUrl& into, const CopyChoice& choice, const CancelToken& token) {
    const auto steps = readCopyScript(folder);
    PORTOLAN_TRY(steps);
    StoreUrl database = into;
    database.schema.clear(); // the script makes it
    const auto opened = openPostgresql(database, Access::Write, token);
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    PORTOLAN_TRY(liftStatementLimits(connection));
    const Connection::Watch watch(connection, token);
    auto work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    for (const auto& [name, value] :
         {std::pair("search_path", "pg_catalog, pg_temp"), std::pair("check_function_bodies", "off"),
          std::pair("row_security", "off"), std::pair("xmloption", "content"), std::pair("datestyle", "ISO"),
          std::pair("intervalstyle", "postgres")}) {
        PORTOLAN_TRY(connection.value(QStringLiteral("SELECT pg_catalog.set_config(?, ?, true)"),
                                      {QLatin1String(name), QLatin1String(value)}));
    }
    PORTOLAN_TRY(takeBytesAsTheyAre(connection));
    for (const CopyStep& step : *steps) {
        if (!choice.isTaken(step))
            continue;
        const Result<void> loaded = loadStep(connection, folder, step, token);
        if (!loaded && choice.refused && loaded.error().code != ErrorCode::Cancelled)
            return choice.refused(step, loaded.error());
        PORTOLAN_TRY(loaded);
    }
    return work->commit();
}

Result<BackupProof> proveCopy(const QString& folder, const BackupManifest& manifest, const CancelToken& token) {
    const auto steps = readCopyScript(folder);
    PORTOLAN_TRY(steps);
    const QString schema = schemaOfBackup(manifest);
    std::map<QByteArray, qint64> found;
    for (const CopyStep& step : *steps) {
        if (step.kind != CopyStep::Kind::Rows)
            continue;
        const auto rows = linesIn(folder + u'/' + step.member, token);
        PORTOLAN_TRY(rows);
        if (*rows != step.rows)
            return otherRows(copiedTableName(step.schema, step.name, schema), step.rows, std::max<qint64>(*rows, 0));
        if (step.schema == schema)
            found[step.name.toUtf8()] = *rows;
    }
    for (const auto& [table, rows] : manifest.tables) {
        const auto there = found.find(table);
        if (there == found.end() || there->second != rows)
            return otherRows(QString::fromUtf8(table), rows, there == found.end() ? 0 : there->second);
    }
    return BackupProof{QStringLiteral("read whole, the rows of %1 tables counted").arg(manifest.tables.size()), {}};
}

} // namespace portolan
