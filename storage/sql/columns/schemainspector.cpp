#include "storage/sql/columns/schemainspector.h"

#include "storage/sql/columns/pipelinetables.h"
#include "storage/sql/columns/servername.h"
#include "storage/sql/columns/sqlitenames.h"

#include <algorithm>

namespace portolan {

namespace {

SchemaInspector::Kind kindOf(const QString& type) {
    if (type == QLatin1String("view"))
        return SchemaInspector::Kind::View;
    return type == QLatin1String("virtual") ? SchemaInspector::Kind::Virtual : SchemaInspector::Kind::Table;
}

Result<std::vector<SchemaInspector::Column>> columnsOf(Connection& connection, const QString& table) {
    Result<QSqlQuery> query =
        connection.run(QStringLiteral("SELECT name, type, \"notnull\", pk, dflt_value FROM pragma_table_xinfo(?)"),
                       {table}, QStringLiteral("read"));
    PORTOLAN_TRY(query);
    std::vector<SchemaInspector::Column> columns;
    QueryCursor walk(connection, *query);
    while (walk.next()) {
        columns.push_back({query->value(0).toString(), query->value(1).toString(), query->value(2).toBool(),
                           query->value(3).toInt(), query->value(4).toString()});
    }
    if (walk.error())
        return *walk.error();
    return columns;
}

struct NamedTable {
    QString name;
    QString type;
    bool hasRowIds;
};

Result<std::vector<NamedTable>> namesAndTypes(Connection& connection) {
    Result<QSqlQuery> query =
        connection.run(QStringLiteral("SELECT l.name, l.type, l.wr FROM pragma_table_list AS l WHERE l.schema = 'main' "
                                      "AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND ")
                           + isNoShadowTable("l"),
                       {}, QStringLiteral("read"));
    PORTOLAN_TRY(query);
    std::vector<NamedTable> names;
    QueryCursor walk(connection, *query);
    while (walk.next()) {
        names.push_back({query->value(0).toString(), query->value(1).toString(), !query->value(2).toBool()});
    }
    if (walk.error())
        return *walk.error();
    return names;
}

/// A domain's type is the one that it is made of in the end. The chunks of a hypertable hold its keys.
QString serverKinds(const char* which) {
    return QStringLiteral(
               "WITH rel AS MATERIALIZED (SELECT c.oid, c.relname, c.relkind, c.relnamespace, CASE WHEN NOT "
               "c.relhassubclass OR c.relkind NOT IN ('r', 'p') OR (c.relkind = 'p' AND EXISTS (SELECT 1 FROM "
               "pg_catalog.pg_index AS k WHERE k.indrelid = c.oid AND k.indisprimary AND k.indisvalid)) THEN 0 ELSE "
               "(WITH RECURSIVE tree(part) AS (SELECT h.inhrelid FROM pg_catalog.pg_inherits AS h JOIN "
               "pg_catalog.pg_class AS p ON p.oid = h.inhrelid JOIN pg_catalog.pg_namespace AS s ON s.oid = "
               "p.relnamespace WHERE h.inhparent = c.oid AND s.nspname NOT LIKE '\\_timescaledb%' UNION ALL SELECT "
               "h.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS h ON h.inhparent = tree.part) SELECT "
               "coalesce(max(CASE p.relkind WHEN 'f' THEN 2 ELSE 1 END), 0) FROM tree JOIN pg_catalog.pg_class AS p ON "
               "p.oid = tree.part) END AS heirs FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', "
               "'f') AND %1) "
               "SELECT c.relname, CAST(c.relkind AS text), a.attname, CASE WHEN t.typtype = 'd' THEN (WITH RECURSIVE "
               "based(oid) AS (SELECT t.typbasetype UNION ALL SELECT d.typbasetype FROM based JOIN pg_catalog.pg_type "
               "AS d ON d.oid = based.oid WHERE d.typtype = 'd') SELECT pg_catalog.format_type(b.oid, NULL) FROM based "
               "JOIN pg_catalog.pg_type AS b ON b.oid = based.oid WHERE b.typtype <> 'd') ELSE "
               "pg_catalog.format_type(a.atttypid, NULL) END, a.attnotnull, %2, n.nspname, c.heirs FROM rel AS c "
               "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
               "LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
               "LEFT JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid "
               "LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid AND i.indisprimary ORDER BY c.oid, a.attnum")
        .arg(QLatin1String(which), serverKeyPosition());
}

constexpr const char* serverOwn =
    "c.relnamespace = to_regnamespace(quote_ident(current_schema)) "
    "AND NOT c.relispartition AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d "
    "WHERE d.classid = CAST('pg_catalog.pg_class' AS regclass) AND d.objid = c.oid AND d.deptype = 'e')";

/// Renaming a column leaves its table's own row alone, so the columns' rows count, and so does the index of the key,
/// which may go. Partitions come and go.
const char* serverMark() {
    return "SELECT coalesce(hashtextextended(string_agg(concat_ws(' ', c.oid, c.xmin, a.attnum, a.xmin, i.indexrelid, "
           "i.indisvalid), ',' ORDER BY c.oid, a.attnum), 0), 0) FROM pg_catalog.pg_class AS c "
           "LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 "
           "LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid AND i.indisprimary "
           "WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema)) AND c.relkind IN ('r', 'p', 'v', 'm', "
           "'f') AND NOT c.relispartition";
}

SchemaInspector::Kind serverKindOf(const QString& letter) {
    if (letter == QLatin1String("r") || letter == QLatin1String("p"))
        return SchemaInspector::Kind::Table;
    return letter == QLatin1String("f") ? SchemaInspector::Kind::Virtual : SchemaInspector::Kind::View;
}

/// Reads tables and views by a statement, with the columns of all of them or of tables alone.
Result<std::map<QString, SchemaInspector::Entry>> serverEntries(Connection& connection, const QString& sql,
                                                                const QVariantList& bindings, bool hasColumns) {
    Result<QSqlQuery> query = connection.run(sql, bindings, QStringLiteral("read the tables of"));
    PORTOLAN_TRY(query);
    std::map<QString, SchemaInspector::Entry> entries;
    QueryCursor walk(connection, *query);
    while (walk.next()) {
        SchemaInspector::Entry& entry = entries[query->value(0).toString()];
        if (hasColumns)
            entry.schema = query->value(6).toString();
        entry.kind = serverKindOf(query->value(1).toString());
        entry.spelling = query->value(0).toString();
        entry.dialect = SqlDialect::Postgresql;
        entry.heirs = static_cast<SchemaInspector::Heirs>(query->value(7).toInt());
        if ((hasColumns || entry.kind == SchemaInspector::Kind::Table) && !query->value(2).isNull())
            entry.columns.push_back({query->value(2).toString(), query->value(3).toString(), query->value(4).toBool(),
                                     query->value(5).toInt()});
    }
    if (walk.error())
        return *walk.error();
    return entries;
}

} // namespace

const SchemaInspector::Column* SchemaInspector::Entry::column(const QString& name) const {
    const bool isSqlite = dialect == SqlDialect::Sqlite;
    const QString wanted = isSqlite ? foldedName(name) : name;
    const auto found = std::ranges::find_if(
        columns, [&](const Column& column) { return (isSqlite ? foldedName(column.name) : column.name) == wanted; });
    return found == columns.end() ? nullptr : &*found;
}

QString serverKeyPosition() {
    return QStringLiteral("CASE WHEN i.indisvalid AND array_position(CAST(i.indkey AS smallint[]), a.attnum) < "
                          "i.indnkeyatts THEN array_position(CAST(i.indkey AS smallint[]), a.attnum) + 1 ELSE 0 END");
}

QString serverIndexColumns() {
    return QStringLiteral("(SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(CAST(i.indkey AS "
                          "smallint[])) WITH ORDINALITY AS k(number, place) JOIN pg_catalog.pg_attribute AS a ON "
                          "a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= least(?, i.indnkeyatts))");
}

Result<qint64> SchemaInspector::mark(Connection& connection) {
    const bool isSqlite = connection.dialect() == SqlDialect::Sqlite;
    const Result<QVariant> mark =
        connection.value(isSqlite ? QStringLiteral("PRAGMA schema_version") : QString::fromLatin1(serverMark()));
    PORTOLAN_TRY(mark);
    return mark->toLongLong();
}

Result<bool> SchemaInspector::hasIndex(Connection& connection, const QString& table, const QStringList& columns) {
    const bool isSqlite = connection.dialect() == SqlDialect::Sqlite;
    const QString sqlite =
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pragma_index_list(?) AS i WHERE NOT i.partial AND "
                       "(SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) "
                       "WHERE seqno < ? ORDER BY seqno)) = ? COLLATE NOCASE)");
    const QString server =
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = "
                       "i.indrelid JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am AS m ON "
                       "m.oid = x.relam WHERE c.relname = ? AND c.relnamespace = "
                       "to_regnamespace(quote_ident(current_schema)) AND m.amname = 'btree' AND i.indisvalid AND "
                       "i.indpred IS NULL AND %1 = CAST(? AS text))")
            .arg(serverIndexColumns());
    const Result<QVariant> found =
        connection.value(isSqlite ? sqlite : server, {table, columns.size(), columns.join(u',')});
    PORTOLAN_TRY(found);
    return found->toBool();
}

Result<bool> SchemaInspector::hasParts(Connection& connection, const QString& table) {
    if (connection.dialect() == SqlDialect::Sqlite)
        return false;
    const Result<QVariant> found = connection.value(
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c "
                       "ON c.oid = i.inhparent WHERE c.relname = ? AND "
                       "c.relnamespace = to_regnamespace(quote_ident(current_schema)))"),
        {table});
    return found ? Result<bool>(found->toBool()) : found.error();
}

Result<SchemaInspector> SchemaInspector::read(Connection& connection) {
    if (connection.dialect() == SqlDialect::Postgresql) {
        auto entries = serverEntries(connection, serverKinds(serverOwn), {}, false);
        PORTOLAN_TRY(entries);
        SchemaInspector found;
        found.m_entries = std::move(*entries);
        return found;
    }
    const auto names = namesAndTypes(connection);
    PORTOLAN_TRY(names);
    SchemaInspector catalogue;
    for (const auto& [name, type, hasRowIds] : *names) {
        Entry entry{kindOf(type), {}, SqlDialect::Sqlite, hasRowIds, name};
        // The columns of a view or virtual table are its program's word; asking runs that program.
        if (entry.kind == Kind::Table) {
            Result<std::vector<Column>> columns = columnsOf(connection, name);
            PORTOLAN_TRY(columns);
            entry.columns = std::move(*columns);
        }
        catalogue.m_entries.emplace(foldedName(name), std::move(entry));
    }
    return catalogue;
}

Result<std::optional<SchemaInspector::Entry>> SchemaInspector::readNamed(Connection& connection, const QString& path) {
    using Named = std::optional<Entry>;
    if (connection.dialect() == SqlDialect::Postgresql) {
        auto found = serverEntries(connection, serverKinds(namedServerRelation), {path, path}, true);
        PORTOLAN_TRY(found);
        return found->empty() ? Named() : Named(std::move(found->begin()->second));
    }
    const auto names = namesAndTypes(connection);
    PORTOLAN_TRY(names);
    const auto named = std::ranges::find_if(*names, [&](const NamedTable& each) {
        return kindOf(each.type) == Kind::View && foldedName(each.name) == foldedName(path);
    });
    if (named == names->end())
        return Named();
    auto columns = columnsOf(connection, named->name);
    PORTOLAN_TRY(columns);
    return Named(Entry{Kind::View, std::move(*columns), SqlDialect::Sqlite, false, named->name});
}

const SchemaInspector::Entry* SchemaInspector::find(const QString& name) const {
    const auto found = m_entries.find(foldedName(name));
    return found == m_entries.end() ? nullptr : &found->second;
}

const SchemaInspector::Entry* SchemaInspector::table(const QString& name) const {
    const Entry* entry = find(name);
    return entry && entry->kind == Kind::Table ? entry : nullptr;
}

std::optional<QString> SchemaInspector::lacks(const QString& name, std::initializer_list<const char*> columns) const {
    const Entry* entry = find(name);
    if (!entry)
        return QStringLiteral("The database has no table %1.").arg(name);
    if (entry->kind != Kind::Table)
        return QStringLiteral("%1 is not a table of this database but a view or virtual table, which is not trusted "
                              "in its place.")
            .arg(name);
    const auto lacking = [&](const char* column) { return !entry->column(QLatin1String(column)); };
    const auto words = [&](const char* column) {
        return QStringLiteral("The table %1 has no column %2.").arg(name, QLatin1String(column));
    };
    const auto telling = columnsThatTell(name);
    if (const auto other = std::ranges::find_if(telling, lacking); other != telling.end())
        return words(*other) + QStringLiteral(" It is another program's, and only shares the name.");
    if (const auto* const needed = std::ranges::find_if(columns, lacking); needed != columns.end())
        return words(*needed);
    return std::nullopt;
}

} // namespace portolan
