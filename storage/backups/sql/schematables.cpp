#include "storage/backups/backups.h"
#include "storage/backups/sql/schemareader.h"

namespace portolan {

namespace {

constexpr int compressionSince = 14;

/// Written so that a partition is made by itself and attached then: its columns keep their own order.
QString tablesFrom() {
    return QStringLiteral(
        "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND "
        "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_depend AS "
        "x WHERE x.classid = CAST('pg_class' AS regclass) AND x.objid = c.oid AND x.deptype = 'e')");
}

} // namespace

/// Reads the columns of all tables. Those that come from a table that is inherited from are not said again.
Result<void> SchemaReader::readColumns() {
    const QString compression =
        m_version >= compressionSince
            ? QStringLiteral("CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END")
            : QStringLiteral("CAST(NULL AS text)");
    const QString sql =
        QStringLiteral(
            "SELECT 'r' || c.oid, c.relispartition OR a.attislocal, "
            // 2: the column, as CREATE TABLE takes it
            "format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), (SELECT format(' COLLATE %I.%I', "
            "cn.nspname, l.collname) FROM pg_collation AS l JOIN pg_namespace AS cn ON cn.oid = l.collnamespace WHERE "
            "l.oid = a.attcollation AND a.attcollation <> t.typcollation), CASE WHEN a.attgenerated <> '' THEN "
            "format(' "
            "GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid), CASE a.attgenerated WHEN 's' THEN 'STORED' "
            "ELSE 'VIRTUAL' END) WHEN a.attidentity <> '' THEN (SELECT format(' GENERATED %s AS IDENTITY (SEQUENCE "
            "NAME %I.%I START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s)', CASE a.attidentity WHEN "
            "'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, sn.nspname, sc.relname, s.seqstart, s.seqincrement, s.seqmin, "
            "s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END) FROM pg_depend AS y JOIN pg_sequence AS s "
            "ON s.seqrelid = y.objid JOIN pg_class AS sc ON sc.oid = y.objid JOIN pg_namespace AS sn ON sn.oid = "
            "sc.relnamespace WHERE y.classid = CAST('pg_class' AS regclass) AND y.refclassid = CAST('pg_class' AS "
            "regclass) AND y.refobjid = c.oid AND y.refobjsubid = a.attnum AND y.deptype = 'i') ELSE ' DEFAULT ' || "
            "pg_get_expr(d.adbin, d.adrelid) END, CASE WHEN a.attnotnull THEN ' NOT NULL' END), "
            // 3, 4: of one that is inherited, which has its parent's until it is told otherwise
            "CASE WHEN a.attgenerated = '' AND a.attidentity = '' THEN format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I "
            "%s', "
            "n.nspname, c.relname, a.attname, coalesce('SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), 'DROP "
            "DEFAULT')) END, NOT c.relispartition AND (d.adbin IS NOT NULL AND NOT a.attislocal OR EXISTS (SELECT 1 "
            "FROM "
            "pg_inherits AS i JOIN pg_attribute AS pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname AND "
            "pa.atthasdef WHERE i.inhrelid = c.oid)), "
            "CASE WHEN a.attnotnull THEN format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I SET NOT NULL', n.nspname, "
            "c.relname, a.attname) END, "
            // 6 and on: what CREATE TABLE takes not in every version
            "CASE WHEN a.attstorage <> t.typstorage THEN format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I SET STORAGE "
            "%s', n.nspname, c.relname, a.attname, CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' "
            "WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END) END, CASE WHEN a.attstattarget >= 0 THEN format('ALTER TABLE "
            "ONLY %I.%I ALTER COLUMN %I SET STATISTICS %s', n.nspname, c.relname, a.attname, a.attstattarget) END, "
            "CASE WHEN a.attoptions IS NOT NULL THEN format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I SET (%s)', "
            "n.nspname, c.relname, a.attname, array_to_string(a.attoptions, ', ')) END, ")
        + QStringLiteral("format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I SET COMPRESSION %s', n.nspname, c.relname, "
                         "a.attname, %1), %1 IS NOT NULL ")
              .arg(compression)
        + tablesFrom().replace(QLatin1String("WHERE c.relkind"),
                               QLatin1String("JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
                                             "a.attisdropped JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN "
                                             "pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE "
                                             "c.relkind"))
        + QStringLiteral(" ORDER BY c.oid, a.attnum");
    enum Place {
        Id,
        IsOwn,
        Written,
        Default,
        HasDefault,
        NotNull,
        Storage,
        Statistics,
        Options,
        Compression,
        IsPacked
    };
    return forRows(sql, [&](const QSqlQuery& row) {
        const QString id = row.value(Id).toString();
        QByteArrayList& changes = m_changes[id];
        const auto add = [&](int place, bool isWanted) {
            if (isWanted && !row.value(place).isNull())
                changes << row.value(place).toString().toUtf8();
        };
        const bool isOwn = row.value(IsOwn).toBool();
        if (isOwn)
            m_columns[id] << row.value(Written).toString().toUtf8();
        add(Default, row.value(HasDefault).toBool());
        add(NotNull, !isOwn);
        add(Storage, true);
        add(Statistics, true);
        add(Options, true);
        add(Compression, row.value(IsPacked).toBool());
    });
}

Result<void> SchemaReader::readTables() {
    PORTOLAN_TRY(readColumns());
    PORTOLAN_TRY(forRows( // with the columns
        QStringLiteral("SELECT 'r' || c.oid, format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)) ")
            + tablesFrom().replace(QLatin1String("WHERE c.relkind"),
                                   QLatin1String("JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'c' "
                                                 "AND k.convalidated AND (k.conislocal OR c.relispartition) WHERE "
                                                 "c.relkind"))
            + QStringLiteral(" ORDER BY k.conname"),
        [&](const QSqlQuery& row) { m_columns[row.value(0).toString()] << row.value(1).toString().toUtf8(); }));
    const QString sql =
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, format('CREATE %sTABLE %I.%I', CASE c.relpersistence WHEN 'u' "
            "THEN 'UNLOGGED ' END, n.nspname, c.relname), format('%s%s%s%s', (SELECT ' INHERITS (' || "
            "string_agg(format('%I.%I', pn.nspname, pc.relname), ', ' ORDER BY i.inhseqno) || ')' FROM pg_inherits AS "
            "i "
            "JOIN pg_class AS pc ON pc.oid = i.inhparent JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace WHERE "
            "i.inhrelid = c.oid AND NOT c.relispartition), CASE c.relkind WHEN 'p' THEN ' PARTITION BY ' || "
            "pg_get_partkeydef(c.oid) END, (SELECT format(' USING %I', m.amname) FROM pg_am AS m WHERE m.oid = c.relam "
            "AND c.relkind = 'r' AND m.amname <> 'heap'), (SELECT ' WITH (' || string_agg(o, ', ') || ')' FROM (SELECT "
            "split_part(u, '=', 1) || '=' || quote_literal(substr(u, strpos(u, '=') + 1)) AS o FROM "
            "unnest(c.reloptions) AS u UNION ALL SELECT 'toast.' || split_part(u, '=', 1) || '=' || "
            "quote_literal(substr(u, strpos(u, '=') + 1)) FROM pg_class AS w, unnest(w.reloptions) AS u WHERE w.oid = "
            "c.reltoastrelid) AS options)), CASE c.relreplident WHEN 'f' THEN format('ALTER TABLE ONLY %I.%I REPLICA "
            "IDENTITY FULL', n.nspname, c.relname) WHEN 'n' THEN format('ALTER TABLE ONLY %I.%I REPLICA IDENTITY "
            "NOTHING', n.nspname, c.relname) END ")
        + tablesFrom() + QStringLiteral(" ORDER BY c.oid");
    return forRows(sql, [&](const QSqlQuery& row) {
        enum Place { Id, Schema, Name, Head, Tail, Identity };
        Object table{row.value(Id).toString(), row.value(Schema).toString(), row.value(Name).toString(), {}};
        table.statements << row.value(Head).toString().toUtf8() + " (" + m_columns.value(table.id).join(", ") + ')'
                                + row.value(Tail).toString().toUtf8();
        table.statements << m_changes.value(table.id);
        if (!row.value(Identity).isNull())
            table.statements << row.value(Identity).toString().toUtf8();
        m_places.insert(table.id, int(m_objects.size()));
        m_objects.push_back(std::move(table));
    });
}

/// Finds the tables whose rows are copied: of partitions their table, as it is read. What the role may not read is
/// named. Rows of a partition on another server stay there.
Result<void> SchemaReader::readRows() {
    const QString sql =
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, format('%I.%I', n.nspname, c.relname), c.relkind = 'p', "
            "has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'), "
            "row_security_active(c.oid), "
            "(SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE "
            "a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), (SELECT "
            "json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 "
            "AND "
            "NOT a.attisdropped AND a.attgenerated = ''), CASE WHEN c.relkind = 'p' AND EXISTS (SELECT 1 FROM "
            "pg_partition_tree(c.oid) AS t JOIN pg_class AS f ON f.oid = t.relid AND f.relkind = 'f') THEN (SELECT "
            "json_agg(format('%I.%I', fn.nspname, f.relname)) FROM pg_partition_tree(c.oid) AS t JOIN pg_class AS f ON "
            "f.oid = t.relid AND f.relkind = 'r' JOIN pg_namespace AS fn ON fn.oid = f.relnamespace) END ")
        + tablesFrom() + QStringLiteral(" AND NOT c.relispartition ORDER BY 2, 3");
    return forRows(sql, [&](const QSqlQuery& row) {
        enum Place { Id, Schema, Name, Quoted, IsDivided, MayRead, IsFiltered, List, Names, Leaves };
        const QString id = row.value(Id).toString();
        const QString schema = row.value(Schema).toString();
        const QString name = row.value(Name).toString();
        const bool isAsked = m_only.isEmpty() || isAskedFor(schema, name);
        const QByteArray quoted = row.value(Quoted).toString().toUtf8();
        if (!isChosen(id) || !isAsked)
            return;
        if (!row.value(MayRead).toBool() || row.value(IsFiltered).toBool()) {
            m_withheld.insert(id);
            m_last.push_back({CopyStep::Kind::Withheld, schema, name, {}});
            m_found.lacks << rowsLackBefore + quoted
                                 + (row.value(MayRead).toBool() ? ": row-level security hides some from the role"
                                                                : ": the role may not read them");
            return;
        }
        const QByteArray list = row.value(List).toString().toUtf8();
        const QByteArray columns = list.isEmpty() ? QByteArray() : " (" + list + ')';
        CopiedTable table{schema,          name, textsOf(row.value(Names).toString()), quoted, list, quoted + columns,
                          quoted + columns};
        if (row.value(IsDivided).toBool())
            table.source = "(SELECT " + list + " FROM " + quoted + ')';
        if (const QStringList leaves = textsOf(row.value(Leaves).toString()); !row.value(Leaves).isNull()) {
            QByteArrayList parts;
            for (const QString& leaf : leaves)
                parts << "SELECT " + list + " FROM ONLY " + leaf.toUtf8();
            table.source = '(' + parts.join(" UNION ALL ") + ')';
        }
        m_found.tables.push_back(std::move(table));
    });
}

Result<void> SchemaReader::readForeignKeys() {
    return forRows(
        QStringLiteral(
            "SELECT 'r' || k.conrelid, 'r' || k.confrelid, n.nspname, c.relname, pn.nspname, p.relname, format('ALTER "
            "TABLE %s%I.%I ADD CONSTRAINT %I %s', CASE c.relkind WHEN 'r' THEN 'ONLY ' END, n.nspname, c.relname, "
            "k.conname, pg_get_constraintdef(k.oid)), k.conname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = "
            "k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_class AS p ON p.oid = k.confrelid "
            "JOIN pg_namespace AS pn ON pn.oid = p.relnamespace WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY "
            "k.oid"),
        [&](const QSqlQuery& row) {
            enum Place { Id, Onto, Schema, Name, OntoSchema, OntoName, Statement, Key };
            const QString id = row.value(Id).toString();
            const QString onto = row.value(Onto).toString();
            if (!isChosen(id) || !m_places.contains(id))
                return;
            const QString name = row.value(Name).toString();
            if (!isChosen(onto)) {
                m_found.lacks << "the foreign key " + row.value(Key).toString().toUtf8() + " of the table "
                                     + name.toUtf8() + ": the table " + row.value(OntoName).toString().toUtf8()
                                     + ", which it refers to, is not among those that were asked for";
                return;
            }
            if (m_withheld.contains(onto) && !m_withheld.contains(id)) {
                m_found.lacks << "the foreign key " + row.value(Key).toString().toUtf8() + " of the table "
                                     + name.toUtf8() + ": it refers to rows that are not in the backup";
                return;
            }
            CopyStep step{CopyStep::Kind::ForeignKey, row.value(Schema).toString(), name,
                          row.value(Statement).toString().toUtf8()};
            step.ontoSchema = row.value(OntoSchema).toString();
            step.onto = row.value(OntoName).toString();
            m_found.after.push_back(std::move(step));
        });
}

} // namespace portolan
