#include "storage/backups/sql/schemareader.h"

namespace portolan {

namespace {

constexpr int mostNamed = 8;

/// A kind of thing that is not carried, and the statement that finds the names of those that are there.
struct Uncarried {
    const char* what;
    const char* names;
};

// Own: nothing that came with the server or an extension.
#define PORTOLAN_OWN(catalogue, oid)                                                                                   \
    " " oid " >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = CAST('pg_catalog." catalogue     \
    "' AS regclass) AND x.objid = " oid " AND x.deptype IN ('e', 'i'))"

constexpr Uncarried uncarried[] = {
    {"foreign tables", "SELECT CAST(CAST(oid AS regclass) AS text) FROM pg_class WHERE relkind = 'f' AND" PORTOLAN_OWN(
                           "pg_class", "oid")},
    {"foreign servers", "SELECT srvname FROM pg_foreign_server AS s WHERE" PORTOLAN_OWN("pg_foreign_server", "s.oid")},
    {"foreign-data wrappers",
     "SELECT fdwname FROM pg_foreign_data_wrapper AS w WHERE" PORTOLAN_OWN("pg_foreign_data_wrapper", "w.oid")},
    {"aggregates",
     "SELECT CAST(CAST(p.oid AS regprocedure) AS text) FROM pg_proc AS p WHERE p.prokind = 'a' AND" PORTOLAN_OWN(
         "pg_proc", "p.oid")},
    {"base types", "SELECT format_type(t.oid, NULL) FROM pg_type AS t WHERE t.typtype IN ('b', 'p') AND NOT EXISTS "
                   "(SELECT 1 FROM pg_type AS e WHERE e.typarray = t.oid) AND" PORTOLAN_OWN("pg_type", "t.oid")},
    {"range types with a canonical function",
     "SELECT format_type(r.rngtypid, NULL) FROM pg_range AS r WHERE CAST(r.rngcanonical AS oid) <> 0 AND" PORTOLAN_OWN(
         "pg_type", "r.rngtypid")},
    {"operators", "SELECT CAST(CAST(o.oid AS regoperator) AS text) FROM pg_operator AS o WHERE" PORTOLAN_OWN(
                      "pg_operator", "o.oid")},
    {"operator classes", "SELECT opcname FROM pg_opclass AS o WHERE" PORTOLAN_OWN("pg_opclass", "o.oid")},
    {"casts", "SELECT format('%s AS %s', format_type(castsource, NULL), format_type(casttarget, NULL)) FROM pg_cast AS "
              "o WHERE" PORTOLAN_OWN("pg_cast", "o.oid")},
    {"collations", "SELECT collname FROM pg_collation AS o WHERE" PORTOLAN_OWN("pg_collation", "o.oid")},
    {"conversions", "SELECT conname FROM pg_conversion AS o WHERE" PORTOLAN_OWN("pg_conversion", "o.oid")},
    {"text search configurations", "SELECT cfgname FROM pg_ts_config AS o WHERE" PORTOLAN_OWN("pg_ts_config", "o.oid")},
    {"text search dictionaries", "SELECT dictname FROM pg_ts_dict AS o WHERE" PORTOLAN_OWN("pg_ts_dict", "o.oid")},
    {"event triggers", "SELECT evtname FROM pg_event_trigger AS o WHERE" PORTOLAN_OWN("pg_event_trigger", "o.oid")},
    {"procedural languages", "SELECT lanname FROM pg_language AS o WHERE" PORTOLAN_OWN("pg_language", "o.oid")},
    {"publications", "SELECT pubname FROM pg_publication"},
    {"subscriptions", "SELECT s.subname FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid WHERE "
                      "d.datname = current_database()"},
    {"large objects", "SELECT CAST(oid AS text) FROM pg_largeobject_metadata"},
    {"policies of row-level security", "SELECT format('%s on %s', polname, CAST(polrelid AS regclass)) FROM pg_policy"},
    {"row-level security itself",
     "SELECT CAST(CAST(oid AS regclass) AS text) FROM pg_class WHERE relrowsecurity AND" PORTOLAN_OWN("pg_class",
                                                                                                      "oid")},
    {"tablespaces",
     "SELECT CAST(CAST(c.oid AS regclass) AS text) FROM pg_class AS c WHERE c.reltablespace <> 0 AND" PORTOLAN_OWN(
         "pg_class", "c.oid")},
    {"types that tables are made of", "SELECT CAST(CAST(oid AS regclass) AS text) FROM pg_class WHERE reloftype <> 0"},
    {"rows of an extension's own tables",
     "SELECT extname FROM pg_extension WHERE extconfig IS NOT NULL AND extname <> 'plpgsql'"},
    {"comments",
     "SELECT pg_describe_object(classoid, objoid, objsubid) FROM pg_description AS d WHERE d.objoid >= 16384 "
     "AND NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = d.classoid AND x.objid = d.objoid AND "
     "x.deptype = 'e') AND d.classoid <> CAST('pg_catalog.pg_extension' AS regclass)"},
    {"security labels", "SELECT objname FROM pg_seclabels"},
    {"rights (GRANT)",
     "SELECT CAST(CAST(c.oid AS regclass) AS text) FROM pg_class AS c WHERE c.relacl IS NOT NULL AND c.relacl <> "
     "acldefault(CASE c.relkind WHEN 'S' THEN CAST('s' AS \"char\") ELSE CAST('r' AS \"char\") END, c.relowner) "
     "AND" PORTOLAN_OWN(
         "pg_class",
         "c.oid") " UNION SELECT format('%s.%I', CAST(a.attrelid AS regclass), a.attname) FROM pg_attribute AS a WHERE "
                  "a.attacl IS "
                  "NOT NULL AND" PORTOLAN_OWN(
                      "pg_class",
                      "a.attrelid") " UNION SELECT 'schema ' || n.nspname FROM pg_namespace AS n WHERE n.nspacl IS NOT "
                                    "NULL AND n.nspacl <> "
                                    "acldefault('n', n.nspowner) AND" PORTOLAN_OWN(
                                        "pg_namespace",
                                        "n.oid") " UNION SELECT CAST(CAST(p.oid AS regprocedure) AS text) FROM pg_proc "
                                                 "AS p WHERE p.proacl IS NOT NULL AND p.proacl "
                                                 "<> acldefault('f', p.proowner) AND" PORTOLAN_OWN("pg_proc", "p.oid")},
    {"default rights", "SELECT pg_get_userbyid(defaclrole) FROM pg_default_acl"},
    {"owners other than this role",
     "SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class AS c WHERE c.relowner <> (SELECT oid FROM pg_roles "
     "WHERE rolname = current_user) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND" PORTOLAN_OWN(
         "pg_class", "c.oid") " AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%')"},
};

#undef PORTOLAN_OWN

} // namespace

/// Names what is in the database and in none of the statements.
Result<void> SchemaReader::readLacks() {
    for (const Uncarried& each : uncarried) {
        QStringList names;
        qint64 more = 0;
        PORTOLAN_TRY(forRows(QStringLiteral("SELECT name, count(*) OVER () FROM (") + QLatin1String(each.names)
                                 + QStringLiteral(") AS named(name) ORDER BY 1 LIMIT %1").arg(mostNamed),
                             [&](const QSqlQuery& row) {
                                 names << row.value(0).toString();
                                 more = row.value(1).toLongLong() - mostNamed;
                             }));
        if (names.isEmpty())
            continue;
        QString words = QLatin1String(each.what) + QStringLiteral(": ") + names.join(QLatin1String(", "));
        if (more > 0)
            words += QStringLiteral(" and %1 more").arg(more);
        m_found.lacks << words.toUtf8();
    }
    return {};
}

} // namespace portolan
