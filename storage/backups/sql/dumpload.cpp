#include "storage/backups/sql/dumpload.h"

#include "storage/backups/sql/copyload.h"
#include "storage/backups/sql/dumpedtable.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/postgresqltool.h"
#include "storage/backups/sql/tablechoice.h"
#include "storage/backups/sql/timescaledump.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/tablerows.h"

#include <QFile>
#include <QRegularExpression>
#include <algorithm>
#include <functional>
#include <map>

namespace portolan {

namespace {

/// Returns true for the tables whose rows are loaded: by name those of the store's schema, others have none.
using IsLoaded = std::function<bool(const QString& table)>;

StoreUrl withoutSchema(StoreUrl store) {
    store.schema.clear(); // the dump makes it
    return store;
}

Result<void> restoreDump(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                         const QStringList& more, const CancelToken& token) {
    const StoreUrl database = withoutSchema(into);
    const auto opened = openPostgresql(database, Access::Read, token);
    PORTOLAN_TRY(opened);
    const Result<QVariant> version = (*opened)->value(QStringLiteral("SHOW server_version_num"));
    PORTOLAN_TRY(version);
    const int major = std::max(postgresqlMajor(version->toInt()), postgresqlMajor(manifest.server)); // made by that one
    const Result<QString> program = postgresqlProgram(QStringLiteral("pg_restore"), major);
    PORTOLAN_TRY(program);
    PostgresqlTool restore(*program, database, token);
    restore.start(QStringList{QStringLiteral("--single-transaction"), QStringLiteral("--exit-on-error"),
                              QStringLiteral("--no-password"), QStringLiteral("--dbname=") + conninfoOf(database)}
                  + more + QStringList{unpackedDump(folder)});
    const Result<void> restored = restore.end();
    if (!restored && restored.error().code != ErrorCode::Cancelled)
        return Error{
            restored.error().code,
            QStringLiteral("The backup could not be loaded into %1. Nothing of it is there.").arg(into.display()),
            restored.error().text + u' ' + restored.error().details};
    return restored;
}

QStringList withoutOwners() {
    return {QStringLiteral("--no-owner"), QStringLiteral("--no-privileges"), QStringLiteral("--no-comments")};
}

Error otherCount(const QString& table, qint64 said, qint64 there) {
    return {ErrorCode::Corrupt, QStringLiteral("The backup does not hold what it should: the table %1 has %2 "
                                               "rows, and %3 were restored.")
                                    .arg(table)
                                    .arg(said)
                                    .arg(there)};
}

Result<void> checkLoaded(const BackupManifest& manifest, const StoreUrl& into, const IsLoaded& isLoaded,
                         const CancelToken& token) {
    const auto opened = openPostgresql(into, Access::Read, token);
    PORTOLAN_TRY(opened);
    PORTOLAN_TRY(liftStatementLimits(**opened));
    const Connection::Watch watch(**opened, token);
    Result<std::map<QString, qint64>> found = rowCounts(**opened);
    PORTOLAN_TRY(found);
    for (const auto& [table, rows] : manifest.tables) {
        const QString name = QString::fromUtf8(table);
        if (const qint64 there = (*found)[name]; there != rows && isLoaded(name))
            return otherCount(name, rows, there);
    }
    return {};
}

/// Calls each(line) for the lines that pg_restore writes with these words.
Result<void> forLines(const QString& folder, const StoreUrl& into, const QString& words,
                      const std::function<void(const QByteArray& line)>& each, const CancelToken& token) {
    const Result<QString> program = postgresqlProgram(QStringLiteral("pg_restore"), 0);
    PORTOLAN_TRY(program);
    PostgresqlTool tool(*program, into, token);
    tool.start(words.split(u' ') + QStringList{unpackedDump(folder)});
    while (const std::optional<QByteArray> line = tool.line())
        each(*line);
    return tool.end();
}

/// Writes a list for pg_restore --use-list: the entries of the dump that `isUnneeded` does not match, and of its rows
/// those of whole tables. Returns its path.
Result<QString> writeList(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                          const QRegularExpression& isUnneeded, const IsLoaded& isLoaded, const CancelToken& token) {
    static const QRegularExpression rows(QStringLiteral("^\\d+; \\d+ \\d+ TABLE DATA (.*)$"));
    std::map<QString, QString> partitions; ///< and the table that each is one of
    PORTOLAN_TRY(forLines(
        folder, into, QStringLiteral("--schema-only --file=-"),
        [&](const QByteArray& line) {
            if (auto partition = dumpedPartition(line))
                partitions.insert(std::move(*partition));
        },
        token));
    const QString schema = schemaOfBackup(manifest);
    // Names are not quoted there: "public odd name owner".
    const auto wholeTable = [&](const QString& entry) {
        QString name;
        const auto take = [&](const QString& known) {
            if (known.size() > name.size() && entry.startsWith(schema + u' ' + known + u' '))
                name = known;
        };
        for (const auto& table : manifest.tables)
            take(QString::fromUtf8(table.first));
        for (const auto& partition : partitions)
            take(partition.first);
        constexpr int mostLevels = 32;
        for (int level = 0; level < mostLevels && partitions.contains(name); ++level)
            name = partitions.at(name);
        return name;
    };
    QFile list(folder + QStringLiteral("/list"));
    if (!list.open(QIODevice::WriteOnly))
        return Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(list.fileName(), list.errorString())};
    PORTOLAN_TRY(forLines(
        folder, into, QStringLiteral("--list"),
        [&](const QByteArray& line) {
            const QString text = QString::fromUtf8(line);
            const QRegularExpressionMatch data = rows.match(text);
            if (!isUnneeded.match(text).hasMatch() && (!data.hasMatch() || isLoaded(wholeTable(data.captured(1)))))
                list.write(line + '\n');
        },
        token));
    if (!list.flush())
        return Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(list.fileName(), list.errorString())};
    return list.fileName();
}

/// The same of a backup by COPY: rows of the tables that are loaded, and the steps that are not `unneeded`.
Result<void> restoreCopy(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                         const QList<CopyStep::Kind>& unneeded, const IsLoaded& isLoaded, const CancelToken& token) {
    const QString schema = schemaOfBackup(manifest);
    const auto isLoadedOf = [&](const QString& of, const QString& table) {
        return isLoaded(of == schema ? table : QString());
    };
    bool isOthers = false; // the reason is the choice of tables, which is told as it is
    CopyChoice choice;
    choice.isTaken = [&](const CopyStep& step) {
        return !unneeded.contains(step.kind)
               && (step.kind != CopyStep::Kind::Rows || isLoadedOf(step.schema, step.name));
    };
    choice.refused = [&](const CopyStep& step, const Error& error) {
        const bool isFrom = isLoadedOf(step.schema, step.name);
        isOthers = step.kind == CopyStep::Kind::ForeignKey && error.code == ErrorCode::Invalid
                   && isFrom != isLoadedOf(step.ontoSchema, step.onto);
        if (!isOthers)
            return error;
        return Error{ErrorCode::Usage, isFrom ? copiedTableName(step.ontoSchema, step.onto, schema)
                                              : copiedTableName(step.schema, step.name, schema)};
    };
    const Result<void> loaded = loadCopy(folder, into, choice, token);
    if (loaded || isOthers || loaded.error().code == ErrorCode::Cancelled)
        return loaded;
    return Error{loaded.error().code,
                 QStringLiteral("The backup could not be loaded into %1. Nothing of it is there.").arg(into.display()),
                 loaded.error().text + u' ' + loaded.error().details};
}

/// The fate of a database that a dump with TimescaleDB was loaded into: it is used as it is, takes the place of another
/// one, or goes.
enum class TimescaleAfter { Works, Moves, Goes };

/// The rows that a dump with TimescaleDB has brought, while the extension keeps out of the way.
Result<void> checkChunks(const BackupManifest& manifest, const StoreUrl& into, const CancelToken& token) {
    const auto opened = openPostgresql(into, Access::Read, token);
    PORTOLAN_TRY(opened);
    PORTOLAN_TRY(liftStatementLimits(**opened));
    const Connection::Watch watch(**opened, token);
    Result<std::map<QString, qint64>> found = rowCounts(**opened);
    PORTOLAN_TRY(found);
    PORTOLAN_TRY(countChunks(**opened, *found));
    for (const auto& [table, rows] : manifest.contents) {
        if (const qint64 there = (*found)[QString::fromUtf8(table)]; there != rows)
            return otherCount(QString::fromUtf8(table), rows, there);
    }
    return {};
}

/// Loads a dump with TimescaleDB, and looks at its rows. What fails leaves the extension, which works as before.
Result<void> restoreTimescale(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                              const QStringList& more, TimescaleAfter after, const CancelToken& token) {
    const QString schema =
        manifest.timescale.schema.isEmpty() ? QStringLiteral("public") : QString::fromUtf8(manifest.timescale.schema);
    const QRegularExpression there( // already: the extension, and its schema
        QStringLiteral("^\\d+; \\d+ \\d+ (EXTENSION - timescaledb |COMMENT - EXTENSION timescaledb |SCHEMA - %1 )")
            .arg(QRegularExpression::escape(schema)));
    const auto list = writeList(
        folder, manifest, into, there, [](const QString&) { return true; }, token);
    PORTOLAN_TRY(list);
    PORTOLAN_TRY(beginTimescaleLoad(into, {QString::fromUtf8(manifest.timescale.version), schema}, token));
    Result<void> loaded =
        restoreDump(folder, manifest, into, more + QStringList{QStringLiteral("--use-list=") + *list}, token);
    if (loaded)
        loaded = checkChunks(manifest, into, token);
    if (after == TimescaleAfter::Goes || (!loaded && after == TimescaleAfter::Moves))
        return loaded;
    const Result<void> ended = endTimescaleLoad(into);
    if (!ended && loaded)
        return Error{ended.error().code,
                     QStringLiteral("The backup is loaded into %1, and TimescaleDB does not work there until SELECT "
                                    "timescaledb_post_restore() was called.")
                         .arg(into.display()),
                     ended.error().text + u' ' + ended.error().details};
    return loaded;
}

} // namespace

Result<void> loadDump(const QString& folder, const BackupManifest& manifest, const StoreUrl& into, RestoreOwners owners,
                      const CancelToken& token) {
    const IsLoaded all = [](const QString&) { return true; };
    const QStringList words = owners == RestoreOwners::Ours ? withoutOwners() : QStringList();
    if (!manifest.contents.empty())
        return restoreTimescale(folder, manifest, into, words,
                                owners == RestoreOwners::Ours ? TimescaleAfter::Works : TimescaleAfter::Moves, token);
    PORTOLAN_TRY(isCopied(folder) ? restoreCopy(folder, manifest, into, {CopyStep::Kind::Withheld}, all, token)
                                  : restoreDump(folder, manifest, into, words, token));
    return checkLoaded(manifest, into, all, token);
}

Result<void> loadForProof(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                          const CancelToken& token) {
    const QStringList words = withoutOwners()
                              << QStringLiteral("--no-publications") << QStringLiteral("--no-subscriptions");
    const IsLoaded all = [](const QString&) { return true; };
    if (!manifest.contents.empty())
        return restoreTimescale(folder, manifest, into, words, TimescaleAfter::Goes, token);
    PORTOLAN_TRY(isCopied(folder) ? restoreCopy(folder, manifest, into, {CopyStep::Kind::Withheld}, all, token)
                                  : restoreDump(folder, manifest, into, words, token));
    return checkLoaded(manifest, into, all, token);
}

Result<void> loadTables(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                        const QStringList& only, const CancelToken& token) {
    static const QRegularExpression unneeded(QStringLiteral("^\\d+; \\d+ \\d+ MATERIALIZED VIEW DATA "));
    static const QRegularExpression absent(QStringLiteral("is not present in table \"([^\"]+)\""));
    PORTOLAN_TRY(withoutHypertables(manifest));
    PORTOLAN_TRY(tablesInBackup(manifest, only));
    const IsLoaded isLoaded = [&](const QString& table) { return isBookkeepingTable(table) || only.contains(table); };
    if (isCopied(folder)) {
        const Result<void> copied =
            restoreCopy(folder, manifest, into, {CopyStep::Kind::Refresh, CopyStep::Kind::Withheld}, isLoaded, token);
        if (!copied && copied.error().code == ErrorCode::Usage)
            return needsTable(only, copied.error().text);
        PORTOLAN_TRY(copied);
        return checkLoaded(manifest, into, isLoaded, token);
    }
    const auto list = writeList(folder, manifest, into, unneeded, isLoaded, token);
    PORTOLAN_TRY(list);
    const Result<void> restored =
        restoreDump(folder, manifest, into, withoutOwners() << QStringLiteral("--use-list=") + *list, token);
    if (const auto other = restored ? QRegularExpressionMatch() : absent.match(restored.error().details);
        other.hasMatch())
        return needsTable(only, other.captured(1));
    PORTOLAN_TRY(restored);
    return checkLoaded(manifest, into, isLoaded, token);
}

Result<void> loadForReading(const QString& folder, const BackupManifest& manifest, const StoreUrl& into,
                            const QStringList& wanted, const CancelToken& token) {
    static const QRegularExpression unneeded(
        QStringLiteral("^\\d+; \\d+ \\d+ (FK CONSTRAINT|TRIGGER|EVENT TRIGGER|PUBLICATION|PUBLICATION TABLE|"
                       "SUBSCRIPTION|MATERIALIZED VIEW DATA) "));
    const IsLoaded isLoaded = [&](const QString& table) {
        return !table.startsWith(QLatin1String("portolan_")) || wanted.contains(table);
    };
    PORTOLAN_TRY(withoutHypertables(manifest));
    if (isCopied(folder)) {
        PORTOLAN_TRY(restoreCopy(folder, manifest, into,
                                 {CopyStep::Kind::ForeignKey, CopyStep::Kind::Trigger, CopyStep::Kind::Refresh},
                                 isLoaded, token));
        return checkLoaded(manifest, into, isLoaded, token);
    }
    const auto list = writeList(folder, manifest, into, unneeded, isLoaded, token);
    PORTOLAN_TRY(list);
    if (!manifest.only.isEmpty() && !into.schema.isEmpty()) { // of some tables the dump makes no schema
        const auto opened = openPostgresql(withoutSchema(into), Access::Write, token);
        PORTOLAN_TRY(opened);
        const Result<QString> schema = quoteIdentifier(into.schema);
        PORTOLAN_TRY(schema);
        PORTOLAN_TRY((*opened)->execute(QStringLiteral("CREATE SCHEMA IF NOT EXISTS %1").arg(*schema), {},
                                        QStringLiteral("make a schema in")));
    }
    PORTOLAN_TRY(restoreDump(folder, manifest, into, withoutOwners() << QStringLiteral("--use-list=") + *list, token));
    return checkLoaded(manifest, into, isLoaded, token);
}

} // namespace portolan
