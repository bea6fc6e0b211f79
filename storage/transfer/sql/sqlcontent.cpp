#include "storage/transfer/sql/sqlcontent.h"

#include "storage/checks/sql/schemaobjects.h"
#include "storage/sql/connection/libpq.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "storage/transfer/sql/contentreader.h"

#include <QDateTime>
#include <QFileInfo>
#include <algorithm>

namespace portolan {

namespace {

/// SQLite keeps documents and times as texts; our own tables have the meanings that they have on a server.
Result<std::map<QString, std::map<QString, CellMeaning>>> knownMeanings() {
    const auto objects = expectedSchemaObjects(SqlDialect::Postgresql);
    PORTOLAN_TRY(objects);
    std::map<QString, std::map<QString, CellMeaning>> known;
    for (const SchemaObject& object : *objects) {
        const bool isTime = object.definition.startsWith(QLatin1String("timestamp with time zone"));
        const bool isJson = object.definition.startsWith(QLatin1String("json"));
        if (object.kind == SchemaObject::Kind::Column && (isTime || isJson))
            known[object.table][object.name] = isTime ? CellMeaning::Time : CellMeaning::Json;
    }
    return known;
}

} // namespace

Result<ContentTables> ContentTables::read(Connection& connection) {
    ContentTables tables;
    auto catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    tables.m_catalogue = std::move(*catalogue);
    if (connection.dialect() == SqlDialect::Sqlite) {
        auto known = knownMeanings();
        PORTOLAN_TRY(known);
        tables.m_known = std::move(*known);
    }
    return tables;
}

QStringList ContentTables::names() const {
    QStringList names;
    for (const auto& [name, entry] : m_catalogue.entries()) {
        if (entry.kind == SchemaInspector::Kind::Table)
            names << entry.spelling;
    }
    return names;
}

Result<const SchemaInspector::Entry*> ContentTables::entry(Connection& connection, const QString& name) {
    if (const SchemaInspector::Entry* const found = m_catalogue.table(name))
        return found;
    if (const auto known = m_named.find(name); known != m_named.end())
        return &known->second;
    auto named = SchemaInspector::readNamed(connection, name);
    PORTOLAN_TRY(named);
    if (!*named || (*named)->columns.empty())
        return static_cast<const SchemaInspector::Entry*>(nullptr);
    return &m_named.emplace(name, std::move(**named)).first->second;
}

Result<std::optional<ContentTable>> ContentTables::table(Connection& connection, const QString& name) {
    const auto found = entry(connection, name);
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<ContentTable>();
    const SchemaInspector::Entry& entry = **found;
    ContentTable table{entry.schema.isEmpty() ? entry.spelling : name, {}};
    const auto known = m_known.find(entry.spelling);
    for (const SchemaInspector::Column& column : entry.columns) {
        CellMeaning meaning = CellMeaning::Plain;
        if (connection.dialect() == SqlDialect::Postgresql) {
            meaning = meaningOfServerType(column.type);
        } else if (known != m_known.end()) {
            const auto said = known->second.find(column.name);
            meaning = said == known->second.end() ? CellMeaning::Plain : said->second;
        }
        table.columns.push_back({column.name, meaning, column.keyPosition});
    }
    return std::optional(std::move(table));
}

Result<TableSelect> ContentTables::select(Connection& connection, const TablePlan& plan) {
    const auto found = entry(connection, plan.table);
    PORTOLAN_TRY(found);
    if (!*found)
        return Error{ErrorCode::NotFound, QStringLiteral("%1 has no table %2.").arg(connection.where(), plan.table)};
    const Result<bool> folding = isFolding(connection, **found, plan);
    PORTOLAN_TRY(folding);
    return TableSelect(connection.dialect(), **found, plan, *folding);
}

Result<bool> ContentTables::mayRead(Connection& connection, const QString& name) {
    const auto found = entry(connection, name);
    PORTOLAN_TRY(found);
    if (!*found || connection.dialect() == SqlDialect::Sqlite)
        return true;
    const Result<QVariant> may = connection.value(
        QStringLiteral(
            "SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND (pg_catalog.has_table_privilege(c.oid, "
            "'SELECT') OR NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum "
            "> 0 AND NOT a.attisdropped AND NOT pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'))) FROM "
            "pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relname = ? "
            "AND n.nspname = coalesce(nullif(CAST(? AS text), ''), current_schema)"),
        {(*found)->spelling, (*found)->schema.isNull() ? QStringLiteral("") : (*found)->schema});
    PORTOLAN_TRY(may);
    return may->isNull() || may->toBool(); // a table that went meanwhile is told of when it is read
}

/// Looked for once: what a copy writes has no capitals.
Result<bool> ContentTables::isFolding(Connection& connection, const SchemaInspector::Entry& entry,
                                      const TablePlan& plan) {
    const auto isUuid = [](const ContentColumn& column) { return column.meaning == CellMeaning::Uuid; };
    const auto key = std::span(plan.columns).first(plan.keys);
    const auto column = std::ranges::find_if(key, isUuid);
    if (connection.dialect() != SqlDialect::Sqlite || column == key.end())
        return false;
    if (const auto known = m_folding.find(entry.spelling); known != m_folding.end())
        return known->second;
    const Result<QString> table = quoteIdentifier(entry.spelling);
    PORTOLAN_TRY(table);
    const Result<QString> name = quoteIdentifier(column->name);
    PORTOLAN_TRY(name);
    const Result<QVariant> capital =
        connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM %1 WHERE %2 GLOB '*[A-F]*')").arg(*table, *name));
    PORTOLAN_TRY(capital);
    return m_folding[entry.spelling] = capital->toBool();
}

SqlContent::SqlContent(std::unique_ptr<Connection> connection, StoreUrl url, CancelToken token)
    : m_connection(std::move(connection))
    , m_url(std::move(url))
    , m_token(std::move(token))
    , m_watch(*m_connection, m_token) {}

Result<std::unique_ptr<StoreContent>> SqlContent::open(const StoreUrl& url, const CancelToken& token) {
    std::unique_ptr<SqlContent> content;
    if (url.kind == StoreKind::Sqlite) {
        Result<SqliteReader> opened = openSqliteForReading(url.path);
        if (opened && !opened->isWhole) // a table that is left out would be no difference, and in no copy
            opened = openSqliteForReading(url.path, SchemaTrust::Own);
        PORTOLAN_TRY(opened);
        content.reset(new SqlContent(std::move(opened->connection), url, token));
        if (opened->reading == SqliteReading::Snapshot)
            content->m_still.emplace(url.path, opened->mark);
    } else if (url.kind == StoreKind::Postgresql) {
        PORTOLAN_TRY(loadLibpq());
        auto opened = openPostgresql(url, Access::Read, token);
        PORTOLAN_TRY(opened);
        content.reset(new SqlContent(std::move(*opened), url, token));
        PORTOLAN_TRY(liftStatementLimits(*content->m_connection));
    } else {
        return Error{ErrorCode::Unsupported, QStringLiteral("%1 is no database.").arg(url.display())};
    }
    Result<ReadSnapshot> snapshot = ReadSnapshot::begin(*content->m_connection);
    PORTOLAN_TRY(snapshot);
    content->m_snapshot.emplace(std::move(*snapshot));
    Result<ContentTables> tables = ContentTables::read(*content->m_connection);
    PORTOLAN_TRY(tables);
    content->m_tables = std::move(*tables);
    Result<QByteArray> identity = databaseIdentity(*content->m_connection, url);
    PORTOLAN_TRY(identity);
    content->m_identity = std::move(*identity);
    return std::unique_ptr<StoreContent>(std::move(content));
}

ContentKeeper SqlContent::keeper() const {
    return m_connection->dialect() == SqlDialect::Sqlite ? ContentKeeper::Sqlite : ContentKeeper::Postgresql;
}

Result<std::optional<ContentTable>> SqlContent::table(const QString& name) {
    return m_tables.table(*m_connection, name);
}

Result<QString> SqlContent::quotedTable(const QString& name) {
    const TablePlan whole{name, {}, 0, {}, {}};
    const Result<TableSelect> select = m_tables.select(*m_connection, whole);
    return select ? select->table() : Result<QString>(select.error());
}

Result<bool> SqlContent::hasRows(const QString& table) {
    const auto found = m_tables.table(*m_connection, table);
    PORTOLAN_TRY(found);
    if (!*found)
        return false;
    const Result<QString> from = quotedTable(table);
    PORTOLAN_TRY(from);
    const Result<QVariant> any = m_connection->value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM %1)").arg(*from));
    PORTOLAN_TRY(any);
    return any->toBool();
}

Result<std::unique_ptr<RowStream>> SqlContent::rows(const TablePlan& plan) {
    const Result<TableSelect> select = m_tables.select(*m_connection, plan);
    PORTOLAN_TRY(select);
    const auto statement = select->statement({});
    PORTOLAN_TRY(statement);
    return readContent(*m_connection, *statement, plan);
}

Result<qint64> SqlContent::countRows(const QString& table) {
    const Result<QString> from = quotedTable(table);
    PORTOLAN_TRY(from);
    const Result<QVariant> count = m_connection->value(QStringLiteral("SELECT count(*) FROM %1").arg(*from));
    PORTOLAN_TRY(count);
    return count->toLongLong();
}

Result<std::unique_ptr<RowStream>> SqlContent::messagesByBatch() {
    using enum CellMeaning;
    const QString messages = QStringLiteral("messages");
    const auto table = m_tables.table(*m_connection, messages);
    PORTOLAN_TRY(table);
    TablePlan plan{messages, {}, 2, {}, {}};
    QStringList selected;
    for (const char* name : {"batch_id", "id", "message_number", "content", "timestamp"}) {
        const ContentColumn* const column = *table ? (*table)->column(QLatin1String(name)) : nullptr;
        if (!column)
            return std::unique_ptr<RowStream>();
        const Result<QString> quoted = quoteIdentifier(column->name);
        PORTOLAN_TRY(quoted);
        selected << QStringLiteral("m.") + *quoted;
        plan.columns.push_back({column->name, Plain, 0});
    }
    const auto beside = m_tables.table(*m_connection, QStringLiteral("portolan_metadata"));
    PORTOLAN_TRY(beside);
    const Result<bool> may = *beside ? mayRead(QStringLiteral("portolan_metadata")) : Result<bool>(false);
    PORTOLAN_TRY(may);
    plan.columns.push_back({QStringLiteral("metadata"), Plain, 0});
    const QString order = QStringLiteral("%1, %2").arg(selected[0], selected[1]);
    if (*may)
        selected << QStringLiteral("(SELECT CAST(x.metadata AS text) FROM portolan_metadata AS x WHERE x.record_table "
                                   "= 'messages' AND x.record_key = CAST(%1 AS text) ORDER BY x.id LIMIT 1)")
                        .arg(selected[1]);
    else
        selected << QStringLiteral("NULL");
    for (std::size_t cell = plan.columns.size(); cell < BatchMessage::Cells; ++cell) { // what folders alone know
        plan.columns.push_back({{}, Plain, 0});
        selected << QStringLiteral("NULL");
    }
    const Result<QString> from = quotedTable(messages);
    PORTOLAN_TRY(from);
    return readContent(
        *m_connection,
        {QStringLiteral("SELECT %1 FROM %2 AS m ORDER BY %3").arg(selected.join(QStringLiteral(", ")), *from, order),
         {}},
        plan);
}

/// Asks for what was given out. A role that may read tables alone sees a server's sequences not at all.
Result<std::optional<qint64>> SqlContent::lastGiven(const QString& table) {
    using Number = std::optional<qint64>;
    const bool isSqlite = keeper() == ContentKeeper::Sqlite;
    if (isSqlite) { // SQLite makes the table of these with the first table that has numbers
        const Result<QVariant> has = m_connection->value(
            QStringLiteral("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence')"));
        PORTOLAN_TRY(has);
        if (!has->toBool())
            return Number();
    }
    const Result<QVariant> last = m_connection->value(
        isSqlite ? QStringLiteral("SELECT seq FROM sqlite_sequence WHERE name = ?")
                 : QStringLiteral("SELECT CASE WHEN pg_catalog.has_sequence_privilege(s.name, 'USAGE, SELECT') THEN "
                                  "pg_catalog.pg_sequence_last_value(CAST(s.name AS regclass)) END FROM (SELECT "
                                  "pg_catalog.pg_get_serial_sequence(pg_catalog.quote_ident(?), 'id') AS name) AS s "
                                  "WHERE s.name IS NOT NULL"),
        {table});
    PORTOLAN_TRY(last);
    return last->isNull() ? Number() : Number(last->toLongLong());
}

Result<std::optional<qint64>> SqlContent::lastNumber(const QString& table) {
    using Number = std::optional<qint64>;
    const auto content = m_tables.table(*m_connection, table);
    PORTOLAN_TRY(content);
    const ContentColumn* const id = *content ? (*content)->column(QStringLiteral("id")) : nullptr;
    if (!id || (keeper() == ContentKeeper::Postgresql && id->meaning != CellMeaning::Integer))
        return Number();
    const Result<QString> from = quotedTable(table);
    PORTOLAN_TRY(from);
    const Result<QString> name = quoteIdentifier(id->name);
    PORTOLAN_TRY(name);
    const Result<QVariant> greatest = m_connection->value(
        QStringLiteral("SELECT %1 FROM %2 WHERE %1 IS NOT NULL ORDER BY %1 DESC LIMIT 1").arg(*name, *from));
    PORTOLAN_TRY(greatest);
    const Result<Number> given = id->name == QLatin1String("id") ? lastGiven(table) : Number();
    PORTOLAN_TRY(given);
    if (greatest->typeId() != QMetaType::LongLong && greatest->typeId() != QMetaType::Int)
        return *given;
    return Number(std::max(given->value_or(0), greatest->toLongLong()));
}

/// The place of a file is its number on the disk and when it came there, as a number is given out again; that of a
/// database the server's own number and those of the database, the schema and its first table.
Result<QByteArray> SqlContent::place() {
    if (keeper() == ContentKeeper::Sqlite) {
        const Result<SqliteFileMark> mark = sqliteFileMark(m_url.path);
        PORTOLAN_TRY(mark);
        const QDateTime born = QFileInfo(m_url.path).birthTime();
        return "sqlite " + QByteArray::number(mark->inode) + ' '
               + QByteArray::number(born.isValid() ? born.toMSecsSinceEpoch() : 0);
    }
    const Result<QVariant> may = m_connection->value(
        QStringLiteral("SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')"));
    PORTOLAN_TRY(may);
    const Result<QVariant> told = m_connection->value(
        QStringLiteral("SELECT concat_ws(' ', 'server', %1, (SELECT oid FROM pg_catalog.pg_database WHERE datname = "
                       "pg_catalog.current_database()), (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = "
                       "current_schema), coalesce((SELECT c.oid FROM pg_catalog.pg_class AS c JOIN "
                       "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = current_schema AND "
                       "c.relname = 'messages'), 0))")
            .arg(may->toBool() ? QStringLiteral("(SELECT system_identifier FROM pg_catalog.pg_control_system())")
                               : QStringLiteral("''")));
    PORTOLAN_TRY(told);
    return told->toString().toUtf8();
}

/// The birth of a store is when its first migration was made.
Result<QByteArray> SqlContent::lineage() {
    const Result<QByteArray> at = place();
    PORTOLAN_TRY(at);
    const QString name = QStringLiteral("portolan_migrations");
    const auto migrations = m_tables.table(*m_connection, name);
    PORTOLAN_TRY(migrations);
    const Result<bool> may = *migrations ? mayRead(name) : Result<bool>(false);
    PORTOLAN_TRY(may);
    const Result<QVariant> born =
        *may ? m_connection->value(keeper() == ContentKeeper::Sqlite
                                       ? QStringLiteral("SELECT min(applied_at) FROM portolan_migrations")
                                       : QStringLiteral("SELECT CAST(min(applied_at) AT TIME ZONE 'UTC' AS text) FROM "
                                                        "portolan_migrations"))
             : QVariant();
    PORTOLAN_TRY(born);
    return *at + lineageMark + born->toString().toUtf8();
}

Result<QByteArray> databaseIdentity(Connection& connection, const StoreUrl& url) {
    if (url.kind == StoreKind::Sqlite) {
        const Result<SqliteFileMark> mark = sqliteFileMark(url.path);
        PORTOLAN_TRY(mark);
        return "sqlite " + QByteArray::number(mark->device) + ' ' + QByteArray::number(mark->inode);
    }
    const Result<QVariant> told = connection.value(
        QStringLiteral("SELECT concat_ws(' ', 'server', extract(epoch FROM pg_catalog.pg_postmaster_start_time()), "
                       "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()), "
                       "current_schema)"));
    PORTOLAN_TRY(told);
    return told->toString().toUtf8();
}

Result<void> SqlContent::checkUnmoved() {
    if (!m_still)
        return {};
    const Result<SqliteFileMark> now = sqliteFileMark(m_still->first);
    PORTOLAN_TRY(now);
    if (*now == m_still->second)
        return {};
    return Error{ErrorCode::Busy, QStringLiteral("The database %1 was written to while it was being read; run the "
                                                 "command again.")
                                      .arg(m_still->first)};
}

} // namespace portolan
