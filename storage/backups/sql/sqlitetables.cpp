#include "storage/backups/sql/sqlitetables.h"

#include "storage/backups/sql/sqlitebackup.h"
#include "storage/backups/sql/tablechoice.h"
#include "storage/sql/columns/sqlitenames.h"
#include "storage/sql/sqlite/sqlitefile.h"

#include <QSet>
#include <map>
#include <utility>

namespace portolan {

namespace {

QString restoringTables() {
    return QStringLiteral("restore tables of");
}

/// The first column of a statement's rows.
Result<QStringList> textsOf(Connection& connection, const QString& sql, const QVariantList& values) {
    Result<QSqlQuery> rows = connection.run(sql, values, restoringTables());
    PORTOLAN_TRY(rows);
    QStringList texts;
    QueryCursor walk(connection, *rows, restoringTables());
    while (walk.next())
        texts << rows->value(0).toString();
    return walk.error() ? Result<QStringList>(*walk.error()) : texts;
}

/// Rows that refer to none, by the table that they are in and the one that they refer to.
using Dangling = std::map<std::pair<QString, QString>, qint64>;

Result<Dangling> danglingRows(Connection& connection) {
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2"),
                       {}, restoringTables());
    PORTOLAN_TRY(rows);
    Dangling found;
    QueryCursor walk(connection, *rows, restoringTables());
    while (walk.next())
        found[{rows->value(0).toString(), rows->value(1).toString()}] = rows->value(2).toLongLong();
    return walk.error() ? Result<Dangling>(*walk.error()) : found;
}

/// A table that is to be replaced.
class ReplacedTable {
public:
    ReplacedTable(Connection& connection, const QString& name) : m_connection(connection), m_name(name) {}

    Result<void> replace() {
        const auto there = columnsIn("main");
        PORTOLAN_TRY(there);
        if (there->isEmpty())
            return make();
        const auto kept = columnsIn("aside");
        PORTOLAN_TRY(kept);
        if (QSet<QString>(there->begin(), there->end()) != QSet<QString>(kept->begin(), kept->end()))
            return Error{ErrorCode::Usage,
                         QStringLiteral("The table %1 of the backup has other columns (%2) than the store's (%3). "
                                        "Restore the backup into a place of its own, migrate that, and copy the rows.")
                             .arg(m_name, kept->join(QLatin1String(", ")), there->join(QLatin1String(", ")))};
        // Rows stay as they are: triggers that would change them, or rows of other tables, are away meanwhile.
        const auto triggers = takeTriggers();
        PORTOLAN_TRY(triggers);
        PORTOLAN_TRY(exchangeRows(*there));
        for (const QString& trigger : *triggers) {
            PORTOLAN_TRY(m_connection.execute(trigger, {}, restoringTables()));
        }
        return {};
    }

private:
    [[nodiscard]] Result<QStringList> columnsIn(const char* schema) {
        return textsOf(m_connection, QStringLiteral("SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden = 0"),
                       {m_name, QLatin1String(schema)});
    }

    /// Makes it as the backup has it, with its indexes and triggers.
    Result<void> make() {
        const auto statements = textsOf(
            m_connection,
            QStringLiteral("SELECT sql FROM aside.sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND sql IS NOT "
                           "NULL AND type IN ('table', 'index', 'trigger') ORDER BY type = 'trigger', type = "
                           "'index', rowid"),
            {m_name});
        PORTOLAN_TRY(statements);
        PORTOLAN_TRY(m_connection.execute(statements->first(), {}, restoringTables()));
        const auto columns = columnsIn("main");
        PORTOLAN_TRY(columns);
        PORTOLAN_TRY(exchangeRows(*columns));
        for (const QString& statement : statements->mid(1)) {
            PORTOLAN_TRY(m_connection.execute(statement, {}, restoringTables()));
        }
        return {};
    }

    Result<QStringList> takeTriggers() {
        const auto names = textsOf(m_connection,
                                   QStringLiteral("SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND "
                                                  "tbl_name = ? COLLATE NOCASE"),
                                   {m_name});
        PORTOLAN_TRY(names);
        QStringList statements;
        for (const QString& name : *names) {
            if (isDerivingTrigger(name))
                continue;
            const auto statement = textsOf(
                m_connection, QStringLiteral("SELECT sql FROM main.sqlite_schema WHERE type = 'trigger' AND name = ?"),
                {name});
            PORTOLAN_TRY(statement);
            statements += *statement;
            const Result<QString> quoted = quoteIdentifier(name);
            PORTOLAN_TRY(quoted);
            PORTOLAN_TRY(m_connection.execute(QStringLiteral("DROP TRIGGER main.") + *quoted, {}, restoringTables()));
        }
        return statements;
    }

    /// Rows keep their numbers, also where no column names them: the index of texts goes by these.
    Result<bool> hasHiddenNumbers(const QStringList& columns) {
        if (columns.contains(QLatin1String("_rowid_"), Qt::CaseInsensitive))
            return false;
        const Result<QVariant> hidden = m_connection.value(
            QStringLiteral("SELECT NOT l.wr AND NOT (SELECT count(*) = 1 AND max(upper(type) = 'INTEGER') FROM "
                           "pragma_table_xinfo(?, 'main') WHERE pk > 0) FROM pragma_table_list AS l WHERE l.schema = "
                           "'main' AND l.name = ? COLLATE NOCASE"),
            {m_name, m_name});
        PORTOLAN_TRY(hidden);
        return hidden->toBool();
    }

    Result<void> exchangeRows(const QStringList& columns) {
        const Result<QString> table = quoteIdentifier(m_name);
        PORTOLAN_TRY(table);
        const Result<bool> isNumbered = hasHiddenNumbers(columns);
        PORTOLAN_TRY(isNumbered);
        QStringList names;
        for (const QString& column : columns) {
            const Result<QString> quoted = quoteIdentifier(column);
            PORTOLAN_TRY(quoted);
            names << *quoted;
        }
        if (*isNumbered)
            names.prepend(QStringLiteral("_rowid_"));
        PORTOLAN_TRY(m_connection.execute(QStringLiteral("DELETE FROM main.") + *table, {}, restoringTables()));
        return m_connection.execute(QStringLiteral("INSERT INTO main.%1 (%2) SELECT %2 FROM aside.%1")
                                        .arg(*table, names.join(QLatin1String(", "))),
                                    {}, restoringTables());
    }

    Connection& m_connection;
    const QString& m_name;
};

/// A number that was given stays given, also where its row is in neither.
Result<void> raiseNumbers(Connection& connection, const QString& table) {
    for (const char* schema : {"main", "aside"}) {
        const auto has = textsOf(connection,
                                 QStringLiteral("SELECT name FROM %1.sqlite_schema WHERE name = 'sqlite_sequence'")
                                     .arg(QLatin1String(schema)),
                                 {});
        PORTOLAN_TRY(has);
        if (has->isEmpty())
            return {};
    }
    return connection.execute(
        QStringLiteral(
            "UPDATE main.sqlite_sequence SET seq = max(seq, coalesce((SELECT seq FROM aside.sqlite_sequence AS "
            "a WHERE a.name = ? COLLATE NOCASE), seq)) WHERE name = ? COLLATE NOCASE"),
        {table, table}, restoringTables());
}

Result<void> checkReferences(Connection& connection, const QStringList& only, const Dangling& before) {
    const auto after = danglingRows(connection);
    PORTOLAN_TRY(after);
    for (const auto& [tables, count] : *after) {
        const auto then = before.find(tables);
        if (count <= (then == before.end() ? 0 : then->second))
            continue;
        return needsTable(only, only.contains(tables.first, Qt::CaseInsensitive) ? tables.second : tables.first);
    }
    return {};
}

/// The keys in the backup; nothing: it has none.
Result<std::optional<StoredKeys>> keptKeys(Connection& connection) {
    for (const char* table : {"portolan_sources", "portolan_source_chunks"}) {
        const auto there = textsOf(connection, QStringLiteral("SELECT name FROM pragma_table_xinfo(?, 'aside')"),
                                   {QLatin1String(table)});
        PORTOLAN_TRY(there);
        if (there->isEmpty())
            return std::optional<StoredKeys>();
    }
    const auto columns = textsOf(
        connection, QStringLiteral("SELECT name FROM pragma_table_xinfo('portolan_source_chunks', 'aside')"), {});
    PORTOLAN_TRY(columns);
    const QString hashes =
        columns->contains(QLatin1String("hashes")) ? QStringLiteral("c.hashes") : QStringLiteral("NULL");
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral(
            "SELECT s.identity, c.keys, %1 FROM aside.portolan_source_chunks AS c JOIN aside.portolan_sources "
            "AS s ON s.id = c.source_id")
            .arg(hashes),
        {}, restoringTables());
    PORTOLAN_TRY(rows);
    StoredKeys keys;
    QueryCursor walk(connection, *rows, restoringTables());
    while (walk.next())
        keys[rows->value(0).toString().toUtf8()].push_back(
            {rows->value(1).toByteArray(), rows->value(2).toByteArray()});
    return walk.error() ? Result<std::optional<StoredKeys>>(*walk.error()) : std::optional(std::move(keys));
}

Result<void> settleKeys(UnitOfWork& work, const TableSteps& steps) {
    if (!steps.settleKeys)
        return {};
    const auto kept = keptKeys(work.connection());
    PORTOLAN_TRY(kept);
    return steps.settleKeys(work, *kept);
}

Result<void> replaceAll(Connection& connection, const QStringList& only, const TableSteps& steps) {
    auto work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    PORTOLAN_TRY(steps.keep());
    const auto before = danglingRows(connection);
    PORTOLAN_TRY(before);
    QStringList ordered = only; // what comes beside messages after the messages
    if (ordered.removeAll(QStringLiteral("portolan_metadata")) > 0)
        ordered << QStringLiteral("portolan_metadata");
    for (const QString& table : std::as_const(ordered)) {
        PORTOLAN_TRY(ReplacedTable(connection, table).replace());
        PORTOLAN_TRY(raiseNumbers(connection, table));
    }
    PORTOLAN_TRY(removeOrphanedMetadata(*work, only));
    PORTOLAN_TRY(checkReferences(connection, only, *before));
    PORTOLAN_TRY(settleKeys(*work, steps));
    PORTOLAN_TRY(steps.sign(*work));
    return work->commit();
}

} // namespace

Result<void> replaceSqliteTables(const QString& path, const QString& folder, const BackupManifest& manifest,
                                 const QStringList& only, const TableSteps& steps, const CancelToken& token) {
    QStringList tables;
    for (const QString& table : only) {
        const QString name = foldedName(table);
        tables << (manifest.tables.contains(name.toUtf8()) ? name : table.toLower()); // as backups had it before
    }
    tables.removeDuplicates();
    PORTOLAN_TRY(tablesInBackup(manifest, tables));
    PORTOLAN_TRY(mayReplaceTables(tables));
    const auto opened = openSqliteForWriting(path);
    PORTOLAN_TRY(opened);
    Connection& connection = **opened;
    const Connection::Watch watch(connection, token);
    // Neither cascades nor checks row by row: all references are looked at in the end.
    PORTOLAN_TRY(connection.execute(QStringLiteral("PRAGMA foreign_keys = OFF")));
    PORTOLAN_TRY(connection.execute(QStringLiteral("ATTACH DATABASE ? AS aside"), {unpackedDatabase(folder)},
                                    restoringTables()));
    return replaceAll(connection, tables, steps);
}

} // namespace portolan
