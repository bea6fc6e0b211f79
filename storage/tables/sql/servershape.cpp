#include "storage/tables/sql/servershape.h"

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/sql/servermoments.h"

#include <algorithm>

namespace portolan {

namespace {

using Compares = ColumnSet::Column::Compares;

QString readingServerColumns() {
    return QStringLiteral("read the columns of a table in");
}

/// The operator of the class that a type is sorted by, as a comparison says it; nothing where its usual name finds it.
QByteArray operatorSql(int strategy, const QByteArray& usual) {
    return "(SELECT 'OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ')' FROM "
           "pg_catalog.pg_opclass AS k JOIN pg_catalog.pg_am AS m ON m.oid = k.opcmethod JOIN pg_catalog.pg_amop AS s "
           "ON s.amopfamily = k.opcfamily AND s.amoplefttype = k.opcintype AND s.amoprighttype = k.opcintype JOIN "
           "pg_catalog.pg_operator AS o ON o.oid = s.amopopr JOIN pg_catalog.pg_namespace AS n ON n.oid = "
           "o.oprnamespace WHERE m.amname = 'btree' AND k.opcdefault AND k.opcintype = t.oid AND s.amoppurpose = 's' "
           "AND s.amopstrategy = "
           + QByteArray::number(strategy) + " AND NOT (o.oprname = '" + usual
           + "' AND pg_catalog.pg_operator_is_visible(o.oid)) LIMIT 1)";
}

/// Types whose values have an order are those with a default class of B-trees, by themselves or by the type that the
/// server takes them for; domains, arrays and rows are ordered where all that they are made of is.
QByteArray serverColumnsSql() {
    return "WITH RECURSIVE based(attnum, oid) AS (SELECT a.attnum, a.atttypid FROM pg_catalog.pg_attribute AS a WHERE "
           "a.attrelid = CAST(? AS oid) AND a.attnum > 0 AND NOT a.attisdropped UNION ALL SELECT b.attnum, "
           "t.typbasetype FROM based AS b JOIN pg_catalog.pg_type AS t ON t.oid = b.oid WHERE t.typtype = 'd'), "
           "plain(oid) AS (SELECT o.opcintype FROM pg_catalog.pg_opclass AS o JOIN pg_catalog.pg_am AS m ON m.oid = "
           "o.opcmethod WHERE m.amname = 'btree' AND o.opcdefault), simple(oid) AS (SELECT oid FROM plain UNION "
           "SELECT castsource FROM pg_catalog.pg_cast WHERE castmethod = 'b' AND castcontext = 'i' AND casttarget IN "
           "(SELECT oid FROM plain) UNION SELECT oid FROM pg_catalog.pg_type WHERE typtype IN ('e', 'r', 'm')), "
           "ordered(oid) AS (SELECT oid FROM simple UNION SELECT t.oid FROM ordered AS o JOIN pg_catalog.pg_type AS t "
           "ON o.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typcategory = 'A' THEN t.typelem END), "
           "rows(oid) AS (SELECT t.oid FROM pg_catalog.pg_type AS t WHERE t.typtype = 'c' AND NOT EXISTS (SELECT 1 "
           "FROM pg_catalog.pg_attribute AS f WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped "
           "AND "
           "f.atttypid NOT IN (SELECT oid FROM ordered))) "
           "SELECT a.attname, pg_catalog.format_type(t.oid, -1), t.typname, CAST(t.typcategory AS text), "
           "CAST(t.typtype "
           "AS text), t.typnamespace = CAST('pg_catalog' AS regnamespace), a.attnotnull AND NOT EXISTS (SELECT 1 FROM "
           "pg_catalog.pg_constraint AS n WHERE n.conrelid = a.attrelid AND CAST(n.contype AS text) = 'n' AND n.conkey "
           "= ARRAY[a.attnum] AND NOT n.convalidated), "
           + serverKeyPosition().toLatin1()
           + ", "
             "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'), "
             "t.oid IN (SELECT oid FROM ordered) OR t.oid IN (SELECT oid FROM rows) OR (t.typcategory = 'A' AND "
             "t.typelem "
             "IN (SELECT oid FROM ordered UNION SELECT oid FROM rows)), "
             "EXISTS (SELECT 1 FROM pg_catalog.pg_operator AS o WHERE o.oprname = '=' AND o.oprleft = t.oid AND "
             "o.oprright "
             "= t.oid), EXISTS (SELECT 1 FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS c ON c.oid = "
             "x.indexrelid JOIN pg_catalog.pg_am AS m ON m.oid = c.relam WHERE x.indrelid = a.attrelid AND "
             "x.indisvalid "
             "AND x.indpred IS NULL AND m.amname = 'btree' AND x.indkey[0] = a.attnum), a.atttypid <> t.oid, "
             "EXISTS (SELECT 1 FROM pg_catalog.pg_operator AS o WHERE o.oprname = '<' AND o.oprleft = t.oid AND "
             "o.oprright "
             "= t.oid), a.attnum, "
           + operatorSql(1, "<") + ", " + operatorSql(3, "=") + ", " + operatorSql(5, ">")
           + " FROM based AS b JOIN pg_catalog.pg_type AS t ON t.oid = b.oid AND t.typtype <> 'd' JOIN "
             "pg_catalog.pg_attribute AS a ON a.attrelid = CAST(? AS oid) AND a.attnum = b.attnum LEFT JOIN "
             "pg_catalog.pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary ORDER BY a.attnum";
}

struct HeldKind {
    const char* name; ///< of a type in pg_catalog
    ColumnType type;
    bool isNative;
    bool isHeld;
};

constexpr HeldKind heldKinds[] = {
    {"bool", ColumnType::Boolean, false, true},     {"int2", ColumnType::Integer, false, true},
    {"int4", ColumnType::Integer, false, true},     {"int8", ColumnType::Integer, false, true},
    {"oid", ColumnType::Integer, true, true},       {"float4", ColumnType::Real, true, true},
    {"float8", ColumnType::Real, true, true},       {"numeric", ColumnType::Numeric, true, false},
    {"date", ColumnType::Date, false, true},        {"timestamp", ColumnType::Time, false, true},
    {"timestamptz", ColumnType::Time, false, true}, {"json", ColumnType::Json, false, true},
    {"jsonb", ColumnType::Json, false, true},       {"text", ColumnType::Text, true, true},
    {"varchar", ColumnType::Text, true, true},      {"bpchar", ColumnType::Text, true, true},
    {"name", ColumnType::Text, true, true},         {"uuid", ColumnType::Text, true, true},
    {"bytea", ColumnType::Text, false, true},
};

/// Of no other type than those above is the form known that the server holds. Texts of these categories are made by the
/// server alone; of the others anybody may have written them.
void classifyServerColumn(ServerColumn& column, const QByteArray& name, const QByteArray& category,
                          const QByteArray& kind, bool isBuiltIn) {
    const auto* const known =
        std::ranges::find_if(heldKinds, [&](const HeldKind& each) { return isBuiltIn && name == each.name; });
    if (known != std::end(heldKinds)) {
        column.type = known->type;
        column.isNative = known->isNative;
        column.isHeld = known->isHeld;
        column.isText = name == "text" || name == "varchar" || name == "bpchar" || name == "name";
        column.isWall = name == "timestamp";
        column.isFloat = name.startsWith("float");
        column.isBytes = name == "bytea";
        column.isDocumentText = name == "json";
        column.isNative = column.isNative || name == "jsonb";
        return;
    }
    const bool isOwnForm = kind == "r" || kind == "m" || kind == "c"
                           || (isBuiltIn && QByteArrayView("ATDIGVN").contains(category.isEmpty() ? '?' : category[0]))
                           || category == "A";
    column.type = isOwnForm ? ColumnType::Native : ColumnType::Text;
    column.isNative = true;
    column.isHeld = false;
    column.isAddress = isBuiltIn && name == "inet";
    column.isText = category == "S" && kind == "b" && !isBuiltIn;
}

Result<void> readServerColumns(Connection& connection, ServerShape& shape, const std::set<int>& momentary) {
    Result<QSqlQuery> query =
        connection.run(QString::fromLatin1(serverColumnsSql()), {shape.oid, shape.oid}, readingServerColumns());
    PORTOLAN_TRY(query);
    QueryCursor walk(connection, *query, readingServerColumns());
    while (walk.next()) {
        ServerColumn column;
        column.name = bytesAt(*query, 0);
        const Result<QString> quoted = quoteIdentifier(query->value(0).toString());
        PORTOLAN_TRY(quoted);
        column.expression = QStringLiteral("t.") + *quoted;
        column.cast = query->value(1).toString();
        if (query->value(12).toBool()) // operators of enums, arrays and ranges want both sides to be of one type
            column.expression = QStringLiteral("CAST(%1 AS %2)").arg(column.expression, column.cast);
        classifyServerColumn(column, bytesAt(*query, 2), bytesAt(*query, 3), bytesAt(*query, 4),
                             query->value(5).toBool());
        column.notNull = query->value(6).toBool();
        column.keyPosition = query->value(7).toInt();
        column.isSortable = query->value(9).toBool();
        column.isMomentary = momentary.contains(query->value(14).toInt());
        for (const auto& [at, name] : {std::pair(15, &ServerOperators::less), std::pair(16, &ServerOperators::equal),
                                       std::pair(17, &ServerOperators::greater)}) {
            if (const QString own = query->value(at).toString(); !own.isEmpty()) {
                column.operators.*name = own;
                column.operators.areUsual = false;
            }
        }
        const bool isOrdered = query->value(13).toBool() || (column.isSortable && column.operators.areUsual);
        column.compares = isOrdered ? Compares::Ordered : query->value(10).toBool() ? Compares::Equal : Compares::Never;
        column.isIndexed = query->value(11).toBool();
        if (query->value(8).toBool())
            shape.columns.push_back(std::move(column));
        else
            shape.closed << column.name;
    }
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

/// A part is read by its own name where that shows the same rows.
Result<void> readServerParts(Connection& connection, ServerShape& shape, bool isHypertable) {
    Result<QSqlQuery> query = connection.run(
        QStringLiteral("WITH RECURSIVE tree(part) AS (SELECT CAST(? AS oid) UNION ALL SELECT i.inhrelid FROM tree JOIN "
                       "pg_catalog.pg_inherits AS i ON i.inhparent = tree.part) SELECT CAST(c.oid AS text), "
                       "quote_ident(n.nspname) || '.' || quote_ident(c.relname), CAST(c.relkind AS text), c.oid = "
                       "root.oid OR (pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT c.relrowsecurity AND NOT "
                       "root.relrowsecurity) FROM tree JOIN pg_catalog.pg_class AS c ON c.oid = tree.part JOIN "
                       "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class AS root ON "
                       "root.oid = CAST(? AS oid) WHERE c.relkind IN ('r', 'm', 'f') ORDER BY c.oid"),
        {shape.oid, shape.oid}, readingServerColumns());
    PORTOLAN_TRY(query);
    QueryCursor walk(connection, *query, readingServerColumns());
    while (walk.next()) {
        ServerShape::Part part{bytesAt(*query, 0), query->value(1).toString(),
                               query->value(2).toString() == QLatin1String("f"), query->value(3).toBool()};
        if (!isHypertable && part.isDirect)
            part.table.prepend(QStringLiteral("ONLY ")); // whose children are parts, too
        shape.parts.push_back(std::move(part));
    }
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

} // namespace

Result<ServerShape> readServerShape(Connection& connection, const TableInfo& info) {
    Result<QSqlQuery> query = connection.run(
        QStringLiteral("SELECT CAST(c.oid AS bigint), CAST(c.relkind AS text), EXISTS (SELECT 1 FROM "
                       "pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid), current_setting('server_encoding'), "
                       "c.relispopulated, pg_catalog.has_table_privilege(c.oid, 'SELECT') FROM "
                       "pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE "
                       "n.nspname = ? AND c.relname = ?"),
        {QString::fromUtf8(info.schema), QString::fromUtf8(info.name)}, readingServerColumns());
    PORTOLAN_TRY(query);
    const Result<bool> found = connection.next(*query, readingServerColumns());
    PORTOLAN_TRY(found);
    if (!*found)
        return Error{ErrorCode::NotFound, QStringLiteral("There is no table %1 in %2 any more.")
                                              .arg(QString::fromUtf8(info.path()), connection.where())};
    if (!query->value(4).toBool())
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("The materialized view %1 in %2 was never filled; REFRESH MATERIALIZED VIEW does it.")
                .arg(QString::fromUtf8(info.path()), connection.where())};
    ServerShape shape;
    shape.oid = query->value(0).toLongLong();
    const QString kind = query->value(1).toString();
    const bool isHypertable = info.kind == "hypertable";
    shape.hasRows = kind == QLatin1String("r") || kind == QLatin1String("p") || kind == QLatin1String("m");
    shape.isInherited = kind == QLatin1String("r") && query->value(2).toBool() && !isHypertable;
    shape.isSqlAscii = query->value(3).toString() == QLatin1String("SQL_ASCII");
    shape.mayPlace = query->value(5).toBool();
    const auto momentary =
        kind == QLatin1String("v") ? readMomentColumns(connection, shape.oid) : Result(std::set<int>());
    PORTOLAN_TRY(momentary);
    PORTOLAN_TRY(readServerColumns(connection, shape, *momentary));
    if (shape.columns.empty() && !shape.closed.isEmpty())
        return Error{ErrorCode::Auth,
                     QStringLiteral("The role may read no column of %1 in %2; ask its owner for the right (GRANT "
                                    "SELECT).")
                         .arg(QString::fromUtf8(info.path()), connection.where())};
    if (!shape.hasRows)
        return shape;
    PORTOLAN_TRY(readServerParts(connection, shape, isHypertable));
    // Children may hold NULL where their parent does not, and nobody holds a foreign server to it.
    if (shape.isInherited || std::ranges::any_of(shape.parts, &ServerShape::Part::isForeign)) {
        for (ServerColumn& column : shape.columns)
            column.notNull = false;
    }
    return shape;
}

} // namespace portolan
