#include "storage/backups/sql/schemareader.h"

namespace portolan {

// Words of the statements below: `n` is the object's schema. Nothing of an extension's, which brings it again, nor of
// what the server makes itself together with something else.

namespace {

constexpr int multirangesSince = 14;

QString users() {
    return QStringLiteral("n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'");
}

QString own(const char* catalogue, const char* oid) {
    return users()
           + QStringLiteral(" AND NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = CAST('pg_catalog.%1' AS "
                            "regclass) AND x.objid = %2 AND x.deptype IN ('e', 'i'))")
                 .arg(QLatin1String(catalogue), QLatin1String(oid));
}

} // namespace

Result<void> SchemaReader::readTypes() {
    PORTOLAN_TRY(readObjects(
        QStringLiteral(
            "SELECT 't' || t.oid, n.nspname, t.typname, format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, "
            "(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE "
            "e.enumtypid = t.oid)) FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE t.typtype "
            "= 'e' AND ")
        + own("pg_type", "t.oid")));
    PORTOLAN_TRY(readObjects(
        QStringLiteral(
            "SELECT 't' || t.oid, n.nspname, t.typname, format('CREATE DOMAIN %I.%I AS %s%s%s%s%s', n.nspname, "
            "t.typname, format_type(t.typbasetype, t.typtypmod), (SELECT format(' COLLATE %I.%I', cn.nspname, "
            "l.collname) FROM pg_collation AS l JOIN pg_namespace AS cn ON cn.oid = l.collnamespace JOIN pg_type AS b "
            "ON b.oid = t.typbasetype WHERE l.oid = t.typcollation AND t.typcollation <> b.typcollation), ' DEFAULT ' "
            "|| pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass), CASE WHEN t.typnotnull THEN ' NOT NULL' "
            "END, (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY "
            "k.oid) FROM pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated)) FROM "
            "pg_type AS t JOIN pg_namespace AS n ON n.oid = "
            "t.typnamespace WHERE t.typtype = 'd' AND ")
        + own("pg_type", "t.oid")));
    PORTOLAN_TRY(readObjects(
        QStringLiteral(
            "SELECT 't' || c.reltype, n.nspname, c.relname, format('CREATE TYPE %I.%I AS (%s)', n.nspname, c.relname, "
            "(SELECT string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), (SELECT format(' "
            "COLLATE %I.%I', cn.nspname, l.collname) FROM pg_collation AS l JOIN pg_namespace AS cn ON cn.oid = "
            "l.collnamespace JOIN pg_type AS b ON b.oid = a.atttypid WHERE l.oid = a.attcollation AND a.attcollation "
            "<> b.typcollation)), ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum "
            "> 0 AND NOT a.attisdropped)) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE "
            "c.relkind = 'c' AND ")
        + own("pg_type", "c.reltype")));
    const QString multirange =
        m_version >= multirangesSince ? QStringLiteral(
            "(SELECT format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname) FROM pg_type AS m "
            "JOIN pg_namespace AS mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)")
                                      : QStringLiteral("''");
    return readObjects(
        QStringLiteral(
            "SELECT 't' || t.oid, n.nspname, t.typname, format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s%s%s%s%s)', "
            "n.nspname, t.typname, format_type(r.rngsubtype, NULL), (SELECT format(', SUBTYPE_OPCLASS = %I.%I', "
            "o.nspname, p.opcname) FROM pg_opclass AS p JOIN pg_namespace AS o ON o.oid = p.opcnamespace WHERE p.oid = "
            "r.rngsubopc AND NOT p.opcdefault), (SELECT format(', COLLATION = %I.%I', cn.nspname, l.collname) FROM "
            "pg_collation AS l JOIN pg_namespace AS cn ON cn.oid = l.collnamespace JOIN pg_type AS b ON b.oid = "
            "r.rngsubtype WHERE l.oid = r.rngcollation AND r.rngcollation <> b.typcollation), CASE WHEN "
            "CAST(r.rngsubdiff AS oid) <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff END, ")
        + multirange
        + QStringLiteral(") FROM pg_range AS r JOIN pg_type AS t ON t.oid = r.rngtypid JOIN pg_namespace AS n ON n.oid "
                         "= t.typnamespace WHERE CAST(r.rngcanonical AS oid) = 0 AND ")
        + own("pg_type", "t.oid"));
}

Result<void> SchemaReader::readExtensions() {
    return readObjects(QStringLiteral(
        "SELECT 'x' || e.oid, n.nspname, e.extname, format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', "
        "e.extname, n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname "
        "<> 'plpgsql'"));
}

Result<void> SchemaReader::readFunctions() {
    return readObjects(QStringLiteral("SELECT 'f' || p.oid, n.nspname, p.proname, pg_get_functiondef(p.oid) FROM "
                                      "pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE p.prokind "
                                      "IN ('f', 'p', 'w') AND ")
                       + own("pg_proc", "p.oid"));
}

/// Those of identity columns are made with their tables.
Result<void> SchemaReader::readSequences() {
    return readObjects(
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, format('CREATE %sSEQUENCE %I.%I AS %s START WITH %s INCREMENT "
            "BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, "
            "n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, "
            "s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END) FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = "
            "s.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE ")
        + own("pg_class", "c.oid"));
}

Result<void> SchemaReader::readViews() {
    return readObjects(
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, format('CREATE %s %I.%I%s AS ', CASE c.relkind WHEN 'm' "
            "THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, c.relname, (SELECT ' WITH (' || "
            "string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ') || ')' "
            "FROM unnest(c.reloptions) AS o)) || rtrim(pg_get_viewdef(c.oid), ';') || CASE c.relkind WHEN 'm' THEN ' "
            "WITH "
            "NO DATA' ELSE '' END FROM pg_class AS c JOIN "
            "pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ")
        + own("pg_class", "c.oid"));
}

/// Reads for each object what has to be there before it, and what its triggers, indexes and keys need. A sequence needs
/// no table, though it belongs to one.
Result<void> SchemaReader::readNeeds() {
    const QString multirange =
        m_version >= multirangesSince
            ? QStringLiteral("UNION ALL SELECT CAST('pg_type' AS regclass), r.rngmultitypid, 't' || r.rngtypid, false "
                             "FROM pg_range AS r ")
            : QString();
    const QString owners =
        QStringLiteral(
            "WITH owner(class, oid, id, is_later) AS (SELECT CAST('pg_class' AS regclass), c.oid, CASE c.relkind WHEN "
            "'c' THEN 't' || c.reltype ELSE 'r' || c.oid END, false FROM pg_class AS c WHERE c.relkind IN ('r', 'p', "
            "'v', 'm', 'S', 'c', 'f') "
            "UNION ALL SELECT CAST('pg_class' AS regclass), i.indexrelid, 'r' || i.indrelid, true FROM pg_index AS i "
            "UNION ALL SELECT CAST('pg_type' AS regclass), t.oid, CASE WHEN c.relkind IN ('r', 'p', 'v', 'm') THEN 'r' "
            "|| c.oid ELSE 't' || t.oid END, false FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid "
            "WHERE t.typtype IN ('b', 'c', 'e', 'd', 'p', 'r') "
            "UNION ALL SELECT CAST('pg_type' AS regclass), t.typarray, CASE WHEN c.relkind IN ('r', 'p', 'v', 'm') "
            "THEN 'r' || c.oid ELSE 't' || t.oid END, false FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = "
            "t.typrelid WHERE t.typarray <> 0 ")
        + multirange
        + QStringLiteral(
            "UNION ALL SELECT CAST('pg_rewrite' AS regclass), oid, 'r' || ev_class, rulename <> '_RETURN' FROM "
            "pg_rewrite "
            "UNION ALL SELECT CAST('pg_attrdef' AS regclass), oid, 'r' || adrelid, false FROM pg_attrdef "
            "UNION ALL SELECT CAST('pg_constraint' AS regclass), oid, CASE WHEN conrelid <> 0 THEN 'r' || conrelid "
            "ELSE 't' || contypid END, contype <> 'c' FROM pg_constraint WHERE contype <> 'f' "
            "UNION ALL SELECT CAST('pg_trigger' AS regclass), oid, 'r' || tgrelid, true FROM pg_trigger "
            "UNION ALL SELECT CAST('pg_proc' AS regclass), oid, 'f' || oid, false FROM pg_proc "
            // not carried (schemalacks.cpp), and named where they are needed
            "UNION ALL SELECT CAST('pg_collation' AS regclass), oid, 'c' || oid, false FROM pg_collation "
            "UNION ALL SELECT CAST('pg_operator' AS regclass), oid, 'o' || oid, false FROM pg_operator "
            "UNION ALL SELECT CAST('pg_opclass' AS regclass), oid, 'p' || oid, false FROM pg_opclass "
            "UNION ALL SELECT CAST('pg_ts_config' AS regclass), oid, 's' || oid, false FROM pg_ts_config "
            "UNION ALL SELECT CAST('pg_ts_dict' AS regclass), oid, 'd' || oid, false FROM pg_ts_dict "
            "UNION ALL SELECT CAST('pg_language' AS regclass), oid, 'l' || oid, false FROM pg_language) ");
    return forRows(
        owners
            + QStringLiteral(
                "SELECT o.id, 'x' || e.refobjid, o.is_later FROM pg_depend AS d JOIN owner AS o ON o.class = d.classid "
                "AND o.oid = d.objid JOIN pg_depend AS e ON e.classid = d.refclassid AND e.objid = d.refobjid AND "
                "e.deptype = 'e' UNION SELECT 'r' || i.inhparent, 'r' || i.inhrelid, true FROM pg_inherits AS i JOIN "
                "pg_class AS c ON c.oid = i.inhrelid WHERE c.relispartition UNION SELECT 'x' || objid, 'x' || "
                "refobjid, false "
                "FROM pg_depend WHERE classid = CAST('pg_extension' AS regclass) AND refclassid = classid UNION SELECT "
                "o.id, r.id, o.is_later FROM "
                "pg_depend AS d JOIN owner AS o ON o.class = d.classid AND "
                "o.oid = d.objid JOIN owner AS r ON r.class = d.refclassid AND r.oid = d.refobjid WHERE o.id <> r.id "
                "AND d.refclassid <> CAST('pg_constraint' AS regclass) AND NOT r.is_later AND NOT (d.deptype IN ('a', "
                "'i') AND d.classid = CAST('pg_class' AS regclass) AND EXISTS (SELECT 1 FROM pg_sequence AS s WHERE "
                "s.seqrelid = d.objid)) AND NOT (d.deptype = 'a' AND d.refclassid = CAST('pg_class' AS regclass) AND "
                "d.classid = CAST('pg_class' AS regclass)) ORDER BY 1, 2"),
        [&](const QSqlQuery& row) {
            (row.value(2).toBool() ? m_uses : m_needs)[row.value(0).toString()] << row.value(1).toString();
        });
}

Result<void> SchemaReader::readValues() {
    struct Sequence {
        QString schema;
        QString name;
        QString quoted;
        bool isReadable = false;
    };
    std::vector<Sequence> sequences;
    PORTOLAN_TRY(forRows(
        QStringLiteral(
            "SELECT coalesce((SELECT 'r' || d.refobjid FROM pg_depend AS d WHERE d.classid = CAST('pg_class' AS "
            "regclass) AND d.objid = c.oid AND d.deptype = 'i'), 'r' || c.oid), n.nspname, c.relname, "
            "format('%I.%I', n.nspname, c.relname), has_sequence_privilege(c.oid, 'SELECT') AND "
            "has_schema_privilege(n.oid, 'USAGE') FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'S' AND NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = CAST('pg_class' AS "
            "regclass) AND x.objid = c.oid AND x.deptype = 'e') AND ")
            + users() + QStringLiteral(" ORDER BY 2, 3"),
        [&](const QSqlQuery& row) {
            const QString id = row.value(0).toString();
            if (isChosen(id) && m_places.contains(id))
                sequences.push_back(
                    {row.value(1).toString(), row.value(2).toString(), row.value(3).toString(), row.value(4).toBool()});
        }));
    for (const Sequence& each : sequences) {
        if (!each.isReadable) {
            m_found.lacks << "the value of the sequence " + each.quoted.toUtf8() + ": the role may not read it";
            continue;
        }
        PORTOLAN_TRY(forRows(
            QStringLiteral(
                "SELECT format('SELECT pg_catalog.setval(%L, %s, %L)', CAST(%1 AS text), last_value, is_called) "
                "FROM %2")
                .arg(QLatin1Char('\'') + QString(each.quoted).replace(u'\'', QLatin1String("''")) + QLatin1Char('\''),
                     each.quoted),
            [&](const QSqlQuery& row) {
                m_found.after.push_back(
                    {CopyStep::Kind::Number, each.schema, each.name, row.value(0).toString().toUtf8()});
            }));
    }
    return {};
}

} // namespace portolan
