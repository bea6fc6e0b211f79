#include "storage/checks/sql/schemaobjects.h"

#include "storage/migrations/sql/migrationlog.h"
#include "storage/migrations/sql/migrationscripts.h"
#include "storage/sql/columns/sqlitenames.h"
#include "storage/sql/sqlscript.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

using ObjectKind = SchemaObject::Kind;

constexpr std::array kinds{"table", "column", "constraint", "index", "trigger", "view", "function"};

QString reading() {
    return QStringLiteral("read the schema of");
}

std::optional<ObjectKind> kindNamed(const QString& name) {
    const auto* const found =
        std::ranges::find_if(kinds, [&](const char* each) { return name == QLatin1String(each); });
    return found == kinds.end() ? std::nullopt : std::optional(static_cast<ObjectKind>(found - kinds.begin()));
}

/// Reads the rows of a statement: kind, table, name, definition.
Result<void> readInto(Connection& connection, const QString& sql, std::vector<SchemaObject>& objects) {
    Result<QSqlQuery> rows = connection.run(sql, {}, reading());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows, reading());
    while (walk.next()) {
        if (const auto kind = kindNamed(rows->value(0).toString()))
            objects.push_back(
                {*kind, rows->value(1).toString(), rows->value(2).toString(), rows->value(3).toString().simplified()});
    }
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

QString sqliteObjects() {
    return QStringLiteral("SELECT type, tbl_name, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE "
                          "'sqlite\\_%' "
                          "ESCAPE '\\' AND name NOT IN (SELECT l.name FROM pragma_table_list AS l WHERE l.schema = "
                          "'main' AND NOT %1) "
                          "UNION ALL SELECT 'column', t.name, c.name, c.type || CASE WHEN c.\"notnull\" THEN ' NOT "
                          "NULL' ELSE '' END || "
                          "CASE WHEN c.dflt_value IS NULL THEN '' ELSE ' DEFAULT ' || c.dflt_value END FROM "
                          "pragma_table_list AS t, "
                          "pragma_table_xinfo(t.name) AS c WHERE t.schema = 'main' AND t.type IN ('table', 'shadow') "
                          "AND t.name NOT LIKE "
                          "'sqlite\\_%' ESCAPE '\\' AND %2")
        .arg(isNoShadowTable("l"), isNoShadowTable("t"));
}

/// Selects those of the pipeline's schema, without partitions (with their own indexes and triggers) and extensions'.
QString serverObjects() {
    const QString ours = QStringLiteral(
        "WITH rel AS (SELECT c.oid, c.relname, c.relkind FROM pg_catalog.pg_class AS c WHERE c.relnamespace = "
        "to_regnamespace(quote_ident(current_schema)) AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition "
        "AND NOT EXISTS "
        "(SELECT 1 "
        "FROM pg_catalog.pg_depend AS d WHERE d.classid = CAST('pg_catalog.pg_class' AS regclass) AND d.objid = c.oid "
        "AND "
        "d.deptype = 'e')) ");
    const QString tables = QStringLiteral(
        "SELECT CASE WHEN relkind IN ('r', 'p') THEN 'table' ELSE 'view' END, relname, relname, CASE WHEN "
        "relkind = 'p' THEN pg_catalog.pg_get_partkeydef(oid) ELSE '' END FROM rel ");
    const QString columns = QStringLiteral(
        "UNION ALL SELECT 'column', r.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) || "
        "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || CASE WHEN a.attidentity <> '' THEN ' GENERATED "
        "BY DEFAULT AS IDENTITY' ELSE coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') "
        "END FROM rel AS r JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT "
        "a.attisdropped LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        "WHERE r.relkind IN ('r', 'p') ");
    const QString constraints = QStringLiteral(
        "UNION ALL SELECT 'constraint', r.relname, c.conname, 'ALTER TABLE ' || quote_ident(r.relname) || ' ADD "
        "CONSTRAINT ' || quote_ident(c.conname) || ' ' || pg_catalog.pg_get_constraintdef(c.oid) FROM rel AS r "
        "JOIN pg_catalog.pg_constraint AS c ON c.conrelid = r.oid WHERE c.contype IN ('p', 'u', 'c', 'f', 'x') ");
    const QString indexes = QStringLiteral(
        "UNION ALL SELECT 'index', r.relname, n.relname, pg_catalog.pg_get_indexdef(i.indexrelid) FROM rel AS r "
        "JOIN pg_catalog.pg_index AS i ON i.indrelid = r.oid JOIN pg_catalog.pg_class AS n ON n.oid = "
        "i.indexrelid WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS c WHERE c.conindid = "
        "i.indexrelid AND c.contype IN ('p', 'u', 'x')) ");
    const QString triggers = QStringLiteral(
        "UNION ALL SELECT 'trigger', r.relname, t.tgname, pg_catalog.pg_get_triggerdef(t.oid) FROM rel AS r JOIN "
        "pg_catalog.pg_trigger AS t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal ");
    const QString routines =
        QStringLiteral("UNION ALL SELECT 'function', '', p.proname, pg_catalog.pg_get_functiondef(p.oid) FROM "
                       "pg_catalog.pg_proc AS p WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema)) "
                       "AND p.prokind = 'f' AND NOT "
                       "EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = CAST('pg_catalog.pg_proc' AS "
                       "regclass) AND d.objid = p.oid AND d.deptype = 'e')");
    return ours + tables + columns + constraints + indexes + triggers + routines;
}

/// Reads the list that is part of the program.
Result<std::vector<SchemaObject>> listedObjects() {
    const Result<std::vector<Migration>> registered = builtInMigrations(SqlDialect::Postgresql); // registers the files
    PORTOLAN_TRY(registered);
    QFile file(QStringLiteral(":/schema/postgresql/objects.json"));
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Invalid,
                     QStringLiteral("The list of the schema is missing from this program; install it "
                                    "again.")};
    std::vector<SchemaObject> objects;
    const QJsonArray lines = QJsonDocument::fromJson(file.readAll()).array();
    for (const auto& line : lines) {
        const QJsonArray cells = line.toArray();
        if (const auto kind = kindNamed(cells.at(0).toString()))
            objects.push_back({*kind, cells.at(1).toString(), cells.at(2).toString(), cells.at(3).toString()});
    }
    if (objects.empty()) // everything would be too much
        return Error{ErrorCode::Invalid,
                     QStringLiteral("The list of the schema is damaged; install this program again.")};
    return objects;
}

/// Runs the migrations in a database in memory, and reads it.
Result<std::vector<SchemaObject>> madeObjects() {
    auto connection = Connection::openSqlite({QStringLiteral(":memory:"), {}, QStringLiteral("a database in memory")});
    PORTOLAN_TRY(connection);
    const Result<std::vector<Migration>> all = builtInMigrations(SqlDialect::Sqlite);
    PORTOLAN_TRY(all);
    PORTOLAN_TRY(MigrationLog(**connection).create());
    for (const Migration& migration : *all) {
        const auto statements = splitScript(migration.up, SqlDialect::Sqlite);
        PORTOLAN_TRY(statements);
        for (const QByteArray& statement : *statements) {
            PORTOLAN_TRY((*connection)->execute(QString::fromUtf8(statement), {}, reading()));
        }
    }
    return readSchemaObjects(**connection);
}

/// Definitions of another schema's objects as those of `public` read.
Result<void> readAsUsual(Connection& connection, std::vector<SchemaObject>& objects) {
    const Result<QVariant> schema = connection.value(QStringLiteral("SELECT quote_ident(current_schema)"));
    PORTOLAN_TRY(schema);
    static const QRegularExpression trigrams(QStringLiteral("(\\w+|\"([^\"]|\"\")+\")\\.(?=gin_trgm_ops)"));
    const QString ours = schema->toString();
    for (SchemaObject& object : objects) {
        object.definition.remove(trigrams);
        if (ours == QLatin1String("public"))
            continue;
        QString literal = ours;
        if (literal.startsWith(u'"'))
            literal = literal.sliced(1, literal.size() - 2).replace(QLatin1String("\"\""), QLatin1String("\""));
        object.definition.replace(ours + u'.', QLatin1String("public."))
            .replace(QStringLiteral("search_path TO '") + literal.replace(u'\'', QLatin1String("''")) + u'\'',
                     QLatin1String("search_path TO 'public'"));
    }
    return {};
}

} // namespace

const char* schemaObjectName(ObjectKind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

Result<std::vector<SchemaObject>> readSchemaObjects(Connection& connection) {
    std::vector<SchemaObject> objects;
    const bool isSqlite = connection.dialect() == SqlDialect::Sqlite;
    PORTOLAN_TRY(readInto(connection, isSqlite ? sqliteObjects() : serverObjects(), objects));
    PORTOLAN_TRY(isSqlite ? Result<void>() : readAsUsual(connection, objects));
    std::ranges::sort(objects, [](const SchemaObject& a, const SchemaObject& b) {
        return std::tie(a.table, a.kind, a.name) < std::tie(b.table, b.kind, b.name);
    });
    return objects;
}

Result<std::vector<SchemaObject>> expectedSchemaObjects(SqlDialect dialect) {
    return dialect == SqlDialect::Sqlite ? madeObjects() : listedObjects();
}

} // namespace portolan
