#include "storage/backups/backups.h"
#include "storage/backups/sql/schemareader.h"

#include <QRegularExpression>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

constexpr int mostNamed = 8;

/// A kind of thing that is not carried, and the statement that finds those that are there: the name of each, and the id
/// of the object that it belongs to (SchemaReader), NULL where that is the database.
struct Uncarried {
    const char* what;
    const char* names;
};

/// Words of the statements below, which begin with @.
struct LackWord {
    const char* pattern;
    const char* sql;
};

constexpr LackWord lackWords[] = {
    // nothing that came with the server or an extension
    {"@own\\((\\w+), ([\\w.]+)\\)",
     "\\2 >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = CAST('pg_catalog.\\1' AS regclass) "
     "AND x.objid = \\2 AND x.deptype IN ('e', 'i'))"},
    // rights that are not those that an object of the server, or of an extension, was made with
    {"@given\\((\\w+), ([\\w.]+), ([\\w.]+), (\\w+\\([^@]*?\\))\\)",
     "\\3 IS NOT NULL AND \\3 <> coalesce((SELECT i.initprivs FROM pg_init_privs AS i WHERE i.classoid = "
     "CAST('pg_catalog.\\1' AS regclass) AND i.objoid = \\2 AND i.objsubid = 0), \\4)"},
    // the id of what a comment or a label is of
    {"@object\\(([\\w.]+), ([\\w.]+)\\)",
     "CASE \\1 WHEN CAST('pg_class' AS regclass) THEN @table(\\2) WHEN CAST('pg_type' AS regclass) THEN 't' || \\2 "
     "WHEN CAST('pg_proc' AS regclass) THEN 'f' || \\2 WHEN CAST('pg_constraint' AS regclass) THEN (SELECT 'r' || "
     "k.conrelid FROM pg_constraint AS k WHERE k.oid = \\2) WHEN CAST('pg_trigger' AS regclass) THEN (SELECT 'r' || "
     "g.tgrelid FROM pg_trigger AS g WHERE g.oid = \\2) END"},
    // of a table, or of the one that an index belongs to
    {"@table\\(([\\w.]+)\\)", "'r' || coalesce((SELECT i.indrelid FROM pg_index AS i WHERE i.indexrelid = \\1), \\1)"},
    {"@schema\\(([\\w.]+)\\)", "'n' || encode(convert_to(\\1, getdatabaseencoding()), 'hex')"},
};

QString lackStatement(const char* sql) {
    QString statement = QLatin1String(sql);
    for (const LackWord& word : lackWords)
        statement.replace(QRegularExpression(QLatin1String(word.pattern)), QLatin1String(word.sql));
    return statement;
}

constexpr Uncarried uncarried[] = {
    {"foreign tables", "SELECT CAST(CAST(oid AS regclass) AS text), 'r' || oid FROM pg_class WHERE relkind = 'f' AND "
                       "@own(pg_class, oid)"},
    {"foreign servers", "SELECT srvname, NULL FROM pg_foreign_server AS s WHERE @own(pg_foreign_server, s.oid)"},
    {"foreign-data wrappers",
     "SELECT fdwname, NULL FROM pg_foreign_data_wrapper AS w WHERE @own(pg_foreign_data_wrapper, w.oid)"},
    {"aggregates", "SELECT CAST(CAST(p.oid AS regprocedure) AS text), 'f' || p.oid FROM pg_proc AS p WHERE p.prokind = "
                   "'a' AND @own(pg_proc, p.oid)"},
    {"base types", "SELECT format_type(t.oid, NULL), 't' || t.oid FROM pg_type AS t WHERE t.typtype IN ('b', 'p') AND "
                   "NOT EXISTS (SELECT 1 FROM pg_type AS e WHERE e.typarray = t.oid) AND @own(pg_type, t.oid)"},
    {"range types with a canonical function", "SELECT format_type(r.rngtypid, NULL), 't' || r.rngtypid FROM pg_range "
                                              "AS r WHERE CAST(r.rngcanonical AS oid) <> 0 "
                                              "AND @own(pg_type, r.rngtypid)"},
    {"operators", "SELECT CAST(CAST(o.oid AS regoperator) AS text), 'o' || o.oid FROM pg_operator AS o WHERE "
                  "@own(pg_operator, o.oid)"},
    {"operator classes", "SELECT opcname, 'p' || o.oid FROM pg_opclass AS o WHERE @own(pg_opclass, o.oid)"},
    {"casts", "SELECT format('%s AS %s', format_type(castsource, NULL), format_type(casttarget, NULL)), NULL FROM "
              "pg_cast AS o WHERE @own(pg_cast, o.oid)"},
    {"collations", "SELECT collname, 'c' || o.oid FROM pg_collation AS o WHERE @own(pg_collation, o.oid)"},
    {"conversions", "SELECT conname, NULL FROM pg_conversion AS o WHERE @own(pg_conversion, o.oid)"},
    {"text search configurations",
     "SELECT cfgname, 's' || o.oid FROM pg_ts_config AS o WHERE @own(pg_ts_config, o.oid)"},
    {"text search dictionaries", "SELECT dictname, 'd' || o.oid FROM pg_ts_dict AS o WHERE @own(pg_ts_dict, o.oid)"},
    {"event triggers", "SELECT evtname, NULL FROM pg_event_trigger AS o WHERE @own(pg_event_trigger, o.oid)"},
    {"procedural languages", "SELECT lanname, 'l' || o.oid FROM pg_language AS o WHERE @own(pg_language, o.oid)"},
    {"publications", "SELECT pubname, NULL FROM pg_publication"},
    {"subscriptions", "SELECT s.subname, NULL FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid "
                      "WHERE d.datname = current_database()"},
    {"large objects", "SELECT CAST(oid AS text), NULL FROM pg_largeobject_metadata"},
    {"policies of row-level security",
     "SELECT format('%s on %s', polname, CAST(polrelid AS regclass)), 'r' || polrelid FROM pg_policy"},
    {"row-level security itself", "SELECT CAST(CAST(oid AS regclass) AS text), 'r' || oid FROM pg_class WHERE "
                                  "(relrowsecurity OR relforcerowsecurity) AND @own(pg_class, oid)"},
    {"tablespaces", "SELECT CAST(CAST(c.oid AS regclass) AS text), @table(c.oid) FROM pg_class AS c WHERE "
                    "c.reltablespace <> 0 AND @own(pg_class, c.oid)"},
    {"types that tables are made of",
     "SELECT CAST(CAST(oid AS regclass) AS text), 'r' || oid FROM pg_class WHERE reloftype <> 0"},
    {"rows of an extension's own tables",
     "SELECT extname, 'x' || oid FROM pg_extension WHERE extconfig IS NOT NULL AND extname <> 'plpgsql'"},
    {"comments",
     "SELECT pg_describe_object(classoid, objoid, objsubid), @object(d.classoid, d.objoid) FROM pg_description AS d "
     "WHERE d.objoid >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = d.classoid AND x.objid = "
     "d.objoid AND x.deptype = 'e') AND d.classoid <> CAST('pg_catalog.pg_extension' AS regclass)"},
    {"security labels", "SELECT objname, @object(s.classoid, s.objoid) FROM pg_seclabels AS s"},
    {"rights (GRANT)", // those of information_schema are given when a database is made
     "SELECT CAST(CAST(c.oid AS regclass) AS text), 'r' || c.oid FROM pg_class AS c WHERE c.relnamespace <> "
     "CAST('information_schema' AS regnamespace) AND @given(pg_class, c.oid, c.relacl, acldefault(CASE c.relkind WHEN "
     "'S' THEN CAST('s' AS \"char\") ELSE CAST('r' AS \"char\") END, c.relowner)) UNION ALL SELECT format('%s.%I', "
     "CAST(a.attrelid AS regclass), a.attname), 'r' || a.attrelid FROM pg_attribute AS a WHERE a.attacl IS NOT NULL "
     "AND "
     "@own(pg_class, a.attrelid) UNION ALL SELECT 'schema ' || n.nspname, @schema(n.nspname) FROM pg_namespace AS n "
     "WHERE n.nspname <> 'information_schema' AND @given(pg_namespace, n.oid, n.nspacl, acldefault('n', n.nspowner)) "
     "UNION ALL SELECT CAST(CAST(p.oid AS regprocedure) AS text), 'f' || p.oid FROM pg_proc AS p WHERE @given(pg_proc, "
     "p.oid, p.proacl, acldefault('f', p.proowner)) UNION ALL SELECT 'type ' || format_type(t.oid, NULL), 't' || t.oid "
     "FROM pg_type AS t WHERE @given(pg_type, t.oid, t.typacl, acldefault('T', t.typowner)) UNION ALL SELECT 'language "
     "' || l.lanname, 'l' || l.oid FROM pg_language AS l WHERE @given(pg_language, l.oid, l.lanacl, acldefault('l', "
     "l.lanowner))"},
    {"default rights", "SELECT pg_get_userbyid(defaclrole), NULL FROM pg_default_acl"},
};

// Whose what is carried is; of the schema public, which every database has, where it is another one's than at first.
constexpr char ownerQuery[] =
    "SELECT c.relowner, 'r' || c.oid FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND "
    "@own(pg_class, "
    "c.oid) AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%') UNION ALL SELECT "
    "p.proowner, 'f' || p.oid FROM pg_proc AS p WHERE p.prokind <> 'a' AND @own(pg_proc, p.oid) UNION ALL SELECT "
    "t.typowner, 't' || t.oid FROM pg_type AS t WHERE (t.typtype IN ('e', 'd', 'r') OR EXISTS (SELECT 1 FROM pg_class "
    "AS c WHERE c.oid = t.typrelid AND c.relkind = 'c')) AND @own(pg_type, t.oid) UNION ALL SELECT n.nspowner, "
    "@schema(n.nspname) FROM pg_namespace AS n WHERE n.nspname NOT LIKE 'pg\\_%' AND (n.nspname = 'public' AND "
    "n.nspowner >= 16384 OR @own(pg_namespace, n.oid))";

/// Writes a lack: of so many names the first.
QByteArray lackOf(const char* what, const QStringList& names, qint64 all) {
    QString words = QLatin1String(what) + QStringLiteral(": ") + names.mid(0, mostNamed).join(QLatin1String(", "));
    if (all > mostNamed)
        words += QStringLiteral(" and %1 more").arg(all - mostNamed);
    return words.toUtf8();
}

} // namespace

/// Names what is in the database and in none of the statements; of some tables what these are made of.
Result<void> SchemaReader::readLacks() {
    for (const Uncarried& each : uncarried) {
        QStringList names;
        qint64 all = 0;
        const QString found = QStringLiteral("(SELECT DISTINCT name, id FROM (") + lackStatement(each.names)
                              + QStringLiteral(") AS named(name, id)) AS found");
        if (m_only.isEmpty()) { // a million large objects are not read
            PORTOLAN_TRY(forRows(QStringLiteral("SELECT name, count(*) OVER () FROM (SELECT DISTINCT name FROM ")
                                     + found + QStringLiteral(") AS names ORDER BY 1 LIMIT %1").arg(mostNamed),
                                 [&](const QSqlQuery& row) {
                                     names << row.value(0).toString();
                                     all = row.value(1).toLongLong();
                                 }));
        } else {
            PORTOLAN_TRY(forRows(QStringLiteral("SELECT name, id FROM ") + found
                                     + QStringLiteral(" WHERE id IS NOT NULL ORDER BY 1"),
                                 [&](const QSqlQuery& row) {
                                     if (isChosen(row.value(1).toString()))
                                         names << row.value(0).toString();
                                 }));
            names.removeDuplicates();
            all = names.size();
        }
        if (!names.isEmpty())
            m_found.lacks << lackOf(each.what, names, all);
    }
    return readOwners();
}

/// Reads whose the objects are: what is restored belongs to who restores it.
Result<void> SchemaReader::readOwners() {
    QSet<QString> all;
    QStringList others;
    PORTOLAN_TRY(forRows(
        QStringLiteral("SELECT DISTINCT pg_get_userbyid(owner), owner <> (SELECT oid FROM pg_roles WHERE rolname = "
                       "current_user), %1 FROM (%2) AS owned(owner, id) ORDER BY 1")
            .arg(m_only.isEmpty() ? QStringLiteral("CAST(NULL AS text)") : QStringLiteral("id"),
                 lackStatement(ownerQuery)),
        [&](const QSqlQuery& row) {
            const QString name = row.value(0).toString();
            if (!m_only.isEmpty() && !isChosen(row.value(2).toString()))
                return;
            all.insert(name);
            if (row.value(1).toBool())
                others << name;
        }));
    others.removeDuplicates();
    if (!others.isEmpty())
        m_found.lacks << lackOf(ownersLackBefore, others, others.size());
    for (const QString& owner : std::as_const(all))
        m_found.owners << owner.toUtf8();
    std::ranges::sort(m_found.owners);
    return {};
}

/// Names what the server has in bytes that are no UTF-8 (SQL_ASCII takes any): they are not carried as they are.
Result<void> SchemaReader::readOddBytes() {
    const Result<QVariant> encoding = m_connection.value(QStringLiteral("SHOW server_encoding"));
    PORTOLAN_TRY(encoding);
    if (encoding->toString() != QLatin1String("SQL_ASCII"))
        return {};
    QStringList names;
    for (const std::vector<CopyStep>* const steps : {&m_found.before, &m_found.after}) {
        for (const CopyStep& step : *steps) {
            if (step.sql.contains("\xef\xbf\xbd"))
                names << (step.name.isEmpty() ? step.schema : step.schema + u'.' + step.name);
        }
    }
    names.removeDuplicates();
    if (!names.isEmpty())
        m_found.lacks << lackOf("the bytes of definitions that are no UTF-8 (each is U+FFFD there)", names,
                                names.size());
    return {};
}

} // namespace portolan
