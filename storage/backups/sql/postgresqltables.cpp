#include "storage/backups/sql/postgresqltables.h"

#include "storage/backups/sql/copyload.h"
#include "storage/backups/sql/dumpedkeys.h"
#include "storage/backups/sql/dumpedtable.h"
#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/postgresqltool.h"
#include "storage/backups/sql/tablechoice.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/postgresql/copyout.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/sql/tablerows.h"

#include <QFile>
#include <QSet>
#include <map>
#include <vector>

namespace portolan {

namespace {

QString replacingTables() {
    return QStringLiteral("restore tables of");
}

Result<QString> quotedList(const QStringList& names) {
    QStringList quoted;
    for (const QString& name : names) {
        const Result<QString> one = quoteIdentifier(name);
        PORTOLAN_TRY(one);
        quoted << *one;
    }
    return quoted.join(QLatin1String(", "));
}

/// A foreign key that one of the tables has or is meant by.
struct ForeignKey {
    QString child; ///< quoted, with its schema
    QString name;  ///< quoted
    QString rule;  ///< as ADD CONSTRAINT takes it
    QString from;  ///< the child's name
    QString onto;  ///< the parent's
};

/// A trigger that would change rows.
struct HeldTrigger {
    QString table; ///< quoted
    QString name;  ///< quoted
    QString state; ///< "ENABLE", "ENABLE ALWAYS", "ENABLE REPLICA"
};

/// The replacing of tables in one transaction.
class ServerTables {
public:
    ServerTables(Connection& connection, const QString& folder, const BackupManifest& manifest, const QStringList& only,
                 const CancelToken& token)
        : m_connection(connection)
        , m_folder(folder)
        , m_manifest(manifest)
        , m_only(only)
        , m_token(token) {}

    Result<void> run(const TableSteps& steps) {
        m_wantsKeys = static_cast<bool>(steps.settleKeys);
        PORTOLAN_TRY(look());
        auto work = UnitOfWork::begin(m_connection);
        PORTOLAN_TRY(work);
        PORTOLAN_TRY(takeBytesAsTheyAre(m_connection));
        const auto all = quotedList(m_only);
        PORTOLAN_TRY(all);
        PORTOLAN_TRY(execute(QStringLiteral("LOCK TABLE %1 IN SHARE ROW EXCLUSIVE MODE").arg(*all)));
        PORTOLAN_TRY(steps.keep());
        PORTOLAN_TRY(takeForeignKeys());
        PORTOLAN_TRY(takeTriggers());
        for (const QString& table : m_only) {
            const Result<QString> own = ownRowsOf(table);
            PORTOLAN_TRY(own);
            PORTOLAN_TRY(execute(QStringLiteral("DELETE FROM ") + *own));
        }
        PORTOLAN_TRY(isCopied(m_folder) ? putRows() : copyRows());
        PORTOLAN_TRY(checkCounts());
        PORTOLAN_TRY(removeOrphanedMetadata(*work, m_only));
        PORTOLAN_TRY(raiseNumbers());
        if (steps.settleKeys) {
            PORTOLAN_TRY(steps.settleKeys(*work, m_kept.keys()));
        }
        PORTOLAN_TRY(execute(QStringLiteral("SET CONSTRAINTS ALL IMMEDIATE"))); // else they would wait for triggers
        for (const HeldTrigger& each : m_triggers) {
            PORTOLAN_TRY(
                execute(QStringLiteral("ALTER TABLE %1 %3 TRIGGER %2").arg(each.table, each.name, each.state)));
        }
        PORTOLAN_TRY(putForeignKeysBack());
        PORTOLAN_TRY(steps.sign(*work));
        return work->commit();
    }

private:
    [[nodiscard]] Result<void> execute(const QString& sql, const QVariantList& values = {}) {
        return m_connection.execute(sql, values, replacingTables());
    }

    /// Without those of tables that inherit from it, which are backed up as theirs.
    [[nodiscard]] Result<QString> ownRowsOf(const QString& table) const {
        const Result<QString> quoted = quoteIdentifier(table);
        PORTOLAN_TRY(quoted);
        return m_heired.contains(table) ? QStringLiteral("ONLY ") + *quoted : *quoted;
    }

    /// Looks whether all of the tables are there.
    Result<void> look() {
        const auto heired = tablesWithHeirs(m_connection);
        PORTOLAN_TRY(heired);
        m_heired = *heired;
        const auto catalogue = SchemaInspector::read(m_connection);
        PORTOLAN_TRY(catalogue);
        for (const QString& table : m_only) {
            const auto found = catalogue->entries().find(table);
            if (found == catalogue->entries().end() || found->second.kind != SchemaInspector::Kind::Table)
                return Error{
                    ErrorCode::Usage,
                    QStringLiteral("%1 has no table %2 whose rows could be replaced. Restore the backup into a "
                                   "place of its own, and take the table from there.")
                        .arg(m_connection.where(), table)};
            PORTOLAN_TRY(lookAt(table));
        }
        return {};
    }

    /// The columns whose values are kept, not made of others.
    Result<void> lookAt(const QString& table) {
        const Result<QString> quoted = quoteIdentifier(table);
        PORTOLAN_TRY(quoted);
        Result<QSqlQuery> rows = m_connection.run(
            QStringLiteral("SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(?) AND "
                           "attnum > 0 AND NOT attisdropped AND attgenerated = ''"),
            {*quoted}, replacingTables());
        PORTOLAN_TRY(rows);
        QueryCursor walk(m_connection, *rows, replacingTables());
        while (walk.next())
            m_columns[table].insert(rows->value(0).toString());
        return walk.error() ? Result<void>(*walk.error()) : Result<void>();
    }

    /// Checks references once all rows are there; nothing cascades.
    Result<void> takeForeignKeys() {
        {
            Result<QSqlQuery> rows = m_connection.run(
                QStringLiteral(
                    "SELECT format('%I.%I', n.nspname, c.relname), format('%I', k.conname), "
                    "pg_catalog.pg_get_constraintdef(k.oid), c.relname, p.relname FROM pg_catalog.pg_constraint AS k "
                    "JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = "
                    "c.relnamespace JOIN pg_catalog.pg_class AS p ON p.oid = k.confrelid WHERE k.contype = 'f' AND "
                    "k.conparentid = 0 AND EXISTS (SELECT 1 FROM pg_catalog.pg_class AS t WHERE t.oid IN (k.conrelid, "
                    "k.confrelid) AND t.relnamespace = to_regnamespace(quote_ident(current_schema)) AND t.relname = "
                    "ANY "
                    "(string_to_array(?, chr(10)))) ORDER BY k.oid"),
                {m_only.join(u'\n')}, replacingTables());
            PORTOLAN_TRY(rows);
            QueryCursor walk(m_connection, *rows, replacingTables());
            while (walk.next())
                m_keys.push_back({rows->value(0).toString(), rows->value(1).toString(), rows->value(2).toString(),
                                  rows->value(3).toString(), rows->value(4).toString()});
            if (walk.error())
                return *walk.error();
        }
        for (const ForeignKey& key : m_keys) {
            PORTOLAN_TRY(execute(QStringLiteral("ALTER TABLE %1 DROP CONSTRAINT %2").arg(key.child, key.name)));
        }
        return {};
    }

    Result<void> putForeignKeysBack() {
        for (const ForeignKey& key : m_keys) {
            const Result<void> added =
                execute(QStringLiteral("ALTER TABLE %1 ADD CONSTRAINT %2 %3").arg(key.child, key.name, key.rule));
            if (!added && added.error().code == ErrorCode::Invalid)
                return needsTable(m_only, m_only.contains(key.from) ? key.onto : key.from);
            PORTOLAN_TRY(added);
        }
        return {};
    }

    Result<void> takeTriggers() {
        {
            Result<QSqlQuery> rows = m_connection.run(
                QStringLiteral(
                    "SELECT format('%I', c.relname), format('%I', t.tgname), t.tgname, CASE t.tgenabled WHEN "
                    "'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END FROM "
                    "pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid WHERE NOT "
                    "t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = "
                    "to_regnamespace(quote_ident(current_schema)) AND c.relname = ANY (string_to_array(?, "
                    "chr(10))) ORDER BY t.oid"),
                {m_only.join(u'\n')}, replacingTables());
            PORTOLAN_TRY(rows);
            QueryCursor walk(m_connection, *rows, replacingTables());
            while (walk.next()) {
                if (!isDerivingTrigger(rows->value(2).toString()))
                    m_triggers.push_back(
                        {rows->value(0).toString(), rows->value(1).toString(), rows->value(3).toString()});
            }
            if (walk.error())
                return *walk.error();
        }
        for (const HeldTrigger& each : m_triggers) {
            PORTOLAN_TRY(execute(QStringLiteral("ALTER TABLE %1 DISABLE TRIGGER %2").arg(each.table, each.name)));
        }
        return {};
    }

    /// Reads the dump once, and hands the rows of the tables on as they are written there.
    Result<void> copyRows() {
        const Result<QString> program = postgresqlProgram(QStringLiteral("pg_restore"), 0);
        PORTOLAN_TRY(program);
        const QString schema = schemaOfBackup(m_manifest);
        PostgresqlTool restore(*program, {}, m_token);
        restore.start({QStringLiteral("--data-only"), QStringLiteral("--file=-"), unpackedDump(m_folder)});
        enum class Block { None, PassedOver, Copied, Keys };
        Block block = Block::None;
        while (const std::optional<QByteArray> line = restore.line()) {
            if (block == Block::None) {
                const auto table = dumpedTable(*line);
                if (!table)
                    continue;
                block = table->schema != schema                ? Block::PassedOver
                        : m_only.contains(table->name)         ? Block::Copied
                        : m_wantsKeys && m_kept.begins(*table) ? Block::Keys
                                                               : Block::PassedOver;
                if (block == Block::Copied) {
                    PORTOLAN_TRY(beginBlock(*table));
                }
            } else if (*line == "\\.") {
                if (block == Block::Copied) {
                    PORTOLAN_TRY(endBlock());
                }
                block = Block::None;
            } else if (block == Block::Keys) {
                QByteArray whole = *line;
                while (const std::optional<QByteArray> more = restore.restOfLine())
                    whole += *more;
                m_kept.take(whole);
            } else if (block == Block::Copied) {
                PORTOLAN_TRY(put(*line));
                while (const std::optional<QByteArray> more = restore.restOfLine()) {
                    PORTOLAN_TRY(put(*more));
                }
                PORTOLAN_TRY(put("\n"));
            }
        }
        if (block == Block::Copied) { // cut short: the connection is to take the end of the transaction
            PORTOLAN_TRY(endBlock());
        }
        return restore.end();
    }

    /// The same of a backup by COPY, which has the rows of each table in a file of its own.
    Result<void> putRows() {
        const auto steps = readCopyScript(m_folder);
        PORTOLAN_TRY(steps);
        const QString schema = schemaOfBackup(m_manifest);
        for (const CopyStep& step : *steps) {
            if (step.kind != CopyStep::Kind::Rows || step.schema != schema)
                continue;
            const DumpedTable table{step.schema, step.name, step.columns};
            if (!m_only.contains(step.name)) {
                if (m_wantsKeys && m_kept.begins(table)) {
                    PORTOLAN_TRY(takeKeys(step));
                }
                continue;
            }
            const Result<QString> target = targetOf(table);
            PORTOLAN_TRY(target);
            PORTOLAN_TRY(putCopiedRows(m_connection, m_folder, step, target->toUtf8(), m_token));
        }
        return {};
    }

    Result<void> takeKeys(const CopyStep& step) {
        QFile file(m_folder + u'/' + step.member);
        const auto unreadable = [&] {
            return Error{ErrorCode::Io, QStringLiteral("Cannot read %1: %2.").arg(file.fileName(), file.errorString())};
        };
        if (!file.open(QIODevice::ReadOnly))
            return unreadable();
        while (!file.atEnd() && !m_token.stop_requested()) {
            QByteArray line = file.readLine();
            if (line.endsWith('\n'))
                line.chop(1);
            m_kept.take(line);
        }
        if (m_token.stop_requested())
            return cancelled();
        return file.error() != QFile::NoError ? Result<void>(unreadable()) : Result<void>();
    }

    /// Writes a table as COPY takes it, where it has the same columns.
    Result<QString> targetOf(const DumpedTable& table) {
        const QSet<QString>& there = m_columns[table.name];
        const bool isSame = there == QSet<QString>(table.columns.begin(), table.columns.end());
        if (!isSame)
            return Error{
                ErrorCode::Usage,
                QStringLiteral("The table %1 of the backup has other columns (%2) than the store's. Restore the "
                               "backup into a place of its own, migrate that, and copy the rows.")
                    .arg(table.name, table.columns.join(QLatin1String(", ")))};
        const Result<QString> name = quoteIdentifier(table.name);
        PORTOLAN_TRY(name);
        const auto columns = quotedList(table.columns);
        PORTOLAN_TRY(columns);
        return columns->isEmpty() ? *name : QString(*name + QStringLiteral(" (") + *columns + u')');
    }

    Result<void> beginBlock(const DumpedTable& table) {
        const Result<QString> target = targetOf(table);
        PORTOLAN_TRY(target);
        return wire().beginCopy("COPY " + target->toUtf8() + " FROM STDIN") ? Result<void>() : failed();
    }

    Result<void> put(const QByteArray& bytes) {
        constexpr qsizetype pieceSize = 256 * 1024;
        m_piece += bytes;
        return m_piece.size() < pieceSize ? Result<void>() : putPiece();
    }

    Result<void> putPiece() {
        const bool isPut = m_piece.isEmpty() || wire().putCopy(m_piece);
        m_piece.clear();
        return isPut ? awaitCopyTaken(m_connection, m_token, replacingTables()) : failed();
    }

    Result<void> endBlock() {
        PORTOLAN_TRY(putPiece());
        return wire().endCopy() ? Result<void>() : failed();
    }

    /// A series of numbers goes on after those that came.
    Result<void> raiseNumbers() {
        for (const QString& table : m_only) {
            const Result<QString> quoted = quoteIdentifier(table);
            PORTOLAN_TRY(quoted);
            for (const QString& column : std::as_const(m_columns[table])) {
                const Result<QString> name = quoteIdentifier(column);
                PORTOLAN_TRY(name);
                const Result<QVariant> sequence = m_connection.value(
                    QStringLiteral("SELECT pg_catalog.pg_get_serial_sequence(?, ?)"), {*quoted, column});
                PORTOLAN_TRY(sequence);
                if (sequence->isNull())
                    continue;
                const Result<QVariant> raised = m_connection.value(
                    QStringLiteral("SELECT pg_catalog.setval(CAST(s.name AS regclass), t.most) FROM (SELECT max(%1) AS "
                                   "most FROM %2) AS t, (SELECT CAST(? AS text) AS name) AS s WHERE t.most > "
                                   "coalesce(pg_catalog.pg_sequence_last_value(CAST(s.name AS regclass)), 0)")
                        .arg(*name, *quoted),
                    {sequence->toString()});
                PORTOLAN_TRY(raised);
            }
        }
        return {};
    }

    Result<void> checkCounts() {
        for (const QString& table : m_only) {
            const Result<QString> own = ownRowsOf(table);
            PORTOLAN_TRY(own);
            const Result<QVariant> count = m_connection.value(QStringLiteral("SELECT count(*) FROM ") + *own);
            PORTOLAN_TRY(count);
            const qint64 said = m_manifest.tables.at(table.toUtf8());
            if (count->toLongLong() != said)
                return Error{ErrorCode::Corrupt, QStringLiteral("The backup does not hold what it should: the table %1 "
                                                                "has %2 rows, and %3 are in it.")
                                                     .arg(table)
                                                     .arg(said)
                                                     .arg(count->toLongLong())};
        }
        return {};
    }

    [[nodiscard]] PostgresqlWire& wire() { return *m_connection.postgresql(); }
    [[nodiscard]] Result<void> failed() { return m_connection.lastPostgresqlError(replacingTables()); }

    Connection& m_connection;
    const QString& m_folder;
    const BackupManifest& m_manifest;
    const QStringList& m_only;
    const CancelToken& m_token;
    std::map<QString, QSet<QString>> m_columns; ///< of each table, as it is
    QStringList m_heired;                       ///< that others inherit from
    std::vector<ForeignKey> m_keys;
    bool m_wantsKeys = false;
    DumpedKeys m_kept; ///< of what came from sources, as the backup has them
    std::vector<HeldTrigger> m_triggers;
    QByteArray m_piece; ///< rows on their way
};

} // namespace

Result<void> replaceServerTables(Connection& connection, const QString& folder, const BackupManifest& manifest,
                                 const QStringList& only, const TableSteps& steps, const CancelToken& token) {
    PORTOLAN_TRY(withoutHypertables(manifest));
    PORTOLAN_TRY(tablesInBackup(manifest, only));
    PORTOLAN_TRY(mayReplaceTables(only));
    PORTOLAN_TRY(liftStatementLimits(connection));
    const Connection::Watch watch(connection, token);
    return ServerTables(connection, folder, manifest, only, token).run(steps);
}

} // namespace portolan
