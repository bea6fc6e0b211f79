#include "storage/backups/sql/serverschema.h"

#include "storage/backups/sql/postgresqltool.h"
#include "storage/backups/sql/schemareader.h"
#include "storage/backups/sql/tablechoice.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace portolan {

namespace {

QString reading() {
    return QStringLiteral("read the schema of");
}

} // namespace

Result<void> SchemaReader::forRows(const QString& sql, const Row& each) {
    Result<QSqlQuery> rows = m_connection.run(sql, {}, reading());
    PORTOLAN_TRY(rows);
    QueryCursor walk(m_connection, *rows, reading());
    while (walk.next())
        each(*rows);
    return walk.error() ? Result<void>(*walk.error()) : Result<void>();
}

Result<void> SchemaReader::readObjects(const QString& sql) {
    std::optional<Error> gone;
    PORTOLAN_TRY(forRows(sql + QStringLiteral(" ORDER BY 2, 3, 1"), [&](const QSqlQuery& row) {
        enum Place { Id, Schema, Name, Statement };
        if (row.value(Statement).isNull()) // the server reads a definition as it is now
            gone = Error{ErrorCode::Busy, QStringLiteral("%1.%2 was changed or dropped meanwhile; try again.")
                                              .arg(row.value(Schema).toString(), row.value(Name).toString())};
        m_places.insert(row.value(Id).toString(), int(m_objects.size()));
        m_objects.push_back({row.value(Id).toString(),
                             row.value(Schema).toString(),
                             row.value(Name).toString(),
                             {row.value(Statement).toString().trimmed().toUtf8()}});
    }));
    return gone ? Result<void>(*gone) : Result<void>();
}

QStringList SchemaReader::textsOf(const QString& json) {
    const std::string bytes = json.toStdString();
    const auto document = nlohmann::json::parse(bytes, nullptr, false);
    QStringList texts;
    if (!document.is_array())
        return texts;
    for (const auto& each : document) {
        if (const auto* const text = each.get_ptr<const std::string*>())
            texts << QString::fromStdString(*text);
    }
    return texts;
}

bool SchemaReader::isAskedFor(const QString& schema, const QString& name) const {
    return schema == m_schema && (m_only.contains(name) || isBookkeepingTable(name));
}

/// Takes along what the chosen tables need, at any depth.
void SchemaReader::choose() {
    QStringList open;
    for (const Object& object : m_objects) {
        if (object.id.startsWith(u'r') && isAskedFor(object.schema, object.name))
            open << object.id;
    }
    while (!open.isEmpty()) {
        const QString id = open.takeLast();
        if (m_chosen.contains(id))
            continue;
        m_chosen.insert(id);
        open << m_needs.value(id) << m_uses.value(id);
    }
    for (const Object& object : m_objects) {
        if (m_chosen.contains(object.id))
            m_chosen.insert(u'n' + QString::fromLatin1(object.schema.toUtf8().toHex()));
    }
}

void SchemaReader::visit(const QString& id) {
    if (m_visited.contains(id) || !m_places.contains(id))
        return;
    m_visited.insert(id);
    for (const QString& need : std::as_const(m_needs[id])) {
        visit(need);
        if (m_late.contains(need))
            m_late.insert(id);
    }
    m_order.push_back(m_places.value(id));
}

/// Brings what is needed before what needs it. A view that groups by a key is made after that key, and with it all that
/// needs the view.
Result<void> SchemaReader::order() {
    PORTOLAN_TRY(forRows(
        QStringLiteral("SELECT DISTINCT 'r' || w.ev_class FROM pg_depend AS d JOIN pg_rewrite AS w ON w.oid = d.objid "
                       "WHERE d.classid = CAST('pg_rewrite' AS regclass) AND d.refclassid = CAST('pg_constraint' AS "
                       "regclass) AND w.rulename = '_RETURN'"),
        [&](const QSqlQuery& row) { m_late.insert(row.value(0).toString()); }));
    for (const Object& object : std::as_const(m_objects)) {
        if (isChosen(object.id))
            visit(object.id);
    }
    return {};
}

Result<void> SchemaReader::readSteps(const QString& sql, CopyStep::Kind kind, std::vector<CopyStep>& steps) {
    return forRows(sql, [&](const QSqlQuery& row) {
        enum Place { Id, Schema, Name, Statement };
        const QString id = row.value(Id).toString();
        if (isChosen(id) && m_places.contains(id))
            steps.push_back({kind, row.value(Schema).toString(), row.value(Name).toString(),
                             row.value(Statement).toString().trimmed().toUtf8()});
    });
}

Result<void> SchemaReader::readBefore() {
    QSet<QString> schemas;
    for (const int place : m_order)
        schemas.insert(m_objects[std::size_t(place)].schema);
    PORTOLAN_TRY(forRows(
        QStringLiteral("SELECT n.nspname, format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) FROM pg_namespace AS n "
                       "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public') AND "
                       "NOT EXISTS (SELECT 1 FROM pg_depend AS x WHERE x.classid = CAST('pg_namespace' AS regclass) "
                       "AND x.objid = n.oid AND x.deptype = 'e') ORDER BY 1"),
        [&](const QSqlQuery& row) {
            const QString name = row.value(0).toString();
            if (m_only.isEmpty() || schemas.contains(name))
                m_found.before.push_back({CopyStep::Kind::Object, name, {}, row.value(1).toString().toUtf8()});
        }));
    for (const int place : m_order) {
        const Object& object = m_objects[std::size_t(place)];
        for (const QByteArray& statement : object.statements) {
            if (!m_late.contains(object.id))
                m_found.before.push_back({CopyStep::Kind::Object, object.schema, object.name, statement});
        }
    }
    PORTOLAN_TRY(readSteps(
        QStringLiteral("SELECT 'r' || c.oid, n.nspname, c.relname, format('ALTER TABLE ONLY %I.%I ATTACH PARTITION "
                       "%I.%I %s', pn.nspname, p.relname, n.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid)) "
                       "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_inherits AS i ON "
                       "i.inhrelid = c.oid JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS pn ON pn.oid "
                       "= p.relnamespace WHERE c.relispartition AND c.relkind IN ('r', 'p') ORDER BY c.oid"),
        CopyStep::Kind::Object, m_found.before));
    // Of some tables those whose sequence is among them.
    return forRows(
        QStringLiteral("SELECT 'r' || t.oid, n.nspname, c.relname, format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I', "
                       "n.nspname, c.relname, tn.nspname, t.relname, a.attname), 'r' || c.oid FROM pg_depend AS d JOIN "
                       "pg_class AS c "
                       "ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN "
                       "pg_class AS t ON t.oid = d.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace JOIN "
                       "pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE d.classid = "
                       "CAST('pg_class' AS regclass) AND d.refclassid = CAST('pg_class' AS regclass) AND d.deptype = "
                       "'a' ORDER BY c.oid"),
        [&](const QSqlQuery& row) {
            enum Place { Id, Schema, Name, Statement, Sequence };
            for (const Place each : {Id, Sequence}) {
                const QString id = row.value(each).toString();
                if (!isChosen(id) || !m_places.contains(id))
                    return;
            }
            m_found.before.push_back({CopyStep::Kind::Object, row.value(Schema).toString(), row.value(Name).toString(),
                                      row.value(Statement).toString().toUtf8()});
        });
}

Result<void> SchemaReader::readAfter() {
    std::vector<CopyStep>& after = m_found.after;
    PORTOLAN_TRY(readValues());
    const QString constraints = QStringLiteral(
        "SELECT 'r' || c.oid, n.nspname, c.relname, format('ALTER TABLE %s%I.%I ADD CONSTRAINT %I %s', CASE WHEN "
        "k.contype <> 'c' THEN 'ONLY ' END, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) FROM "
        "pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE %1 ORDER BY k.oid");
    PORTOLAN_TRY(
        readSteps(QString(constraints).replace(QLatin1String("%1"), QLatin1String("k.contype IN ('p', 'u', 'x')")),
                  CopyStep::Kind::Index, after));
    for (const int place : m_order) {
        const Object& object = m_objects[std::size_t(place)];
        for (const QByteArray& statement : object.statements) {
            if (m_late.contains(object.id))
                after.push_back({CopyStep::Kind::Object, object.schema, object.name, statement});
        }
    }
    PORTOLAN_TRY(readSteps(
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN pg_class "
            "AS x ON x.oid = i.indexrelid JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = "
            "c.relnamespace WHERE (i.indisvalid OR x.relkind = 'I') AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k "
            "WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) ORDER BY i.indexrelid"),
        CopyStep::Kind::Index, after));
    // Of a key its options, and what else an index says of its table.
    PORTOLAN_TRY(readSteps(
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, s.sql FROM pg_index AS i JOIN pg_class AS x ON x.oid = "
            "i.indexrelid JOIN pg_namespace AS xn ON xn.oid = x.relnamespace JOIN pg_class AS c ON c.oid = i.indrelid "
            "JOIN pg_namespace AS n ON n.oid = c.relnamespace CROSS JOIN LATERAL (SELECT format('ALTER INDEX %I.%I SET "
            "(%s)', xn.nspname, x.relname, array_to_string(x.reloptions, ', ')) AS sql, x.reloptions IS NOT NULL AND "
            "EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', "
            "'x')) AS is_so UNION ALL SELECT format('ALTER TABLE %I.%I CLUSTER ON %I', n.nspname, c.relname, "
            "x.relname), i.indisclustered UNION ALL SELECT format('ALTER TABLE ONLY %I.%I REPLICA IDENTITY USING INDEX "
            "%I', n.nspname, c.relname, x.relname), i.indisreplident) AS s WHERE s.is_so ORDER BY i.indexrelid"),
        CopyStep::Kind::Index, after));
    PORTOLAN_TRY(readSteps(
        QStringLiteral("SELECT 'r' || c.oid, n.nspname, c.relname, format('ALTER INDEX %I.%I ATTACH PARTITION %I.%I', "
                       "pn.nspname, p.relname, xn.nspname, x.relname) FROM pg_inherits AS i JOIN pg_class AS x ON "
                       "x.oid = i.inhrelid AND x.relkind IN ('i', 'I') JOIN pg_namespace AS xn ON xn.oid = "
                       "x.relnamespace JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS pn ON pn.oid = "
                       "p.relnamespace JOIN pg_index AS o ON o.indexrelid = x.oid JOIN pg_class AS c ON c.oid = "
                       "o.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace ORDER BY x.oid"),
        CopyStep::Kind::Index, after));
    PORTOLAN_TRY(readSteps(
        QString(constraints)
            .replace(QLatin1String("%1"), QLatin1String("k.contype = 'c' AND NOT k.convalidated AND k.conislocal")),
        CopyStep::Kind::Object, after));
    PORTOLAN_TRY(readSteps(
        QStringLiteral("SELECT 't' || t.oid, n.nspname, t.typname, format('ALTER DOMAIN %I.%I ADD CONSTRAINT %I %s', "
                       "n.nspname, t.typname, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint AS k JOIN "
                       "pg_type AS t ON t.oid = k.contypid JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE "
                       "k.contype = 'c' AND NOT k.convalidated ORDER BY k.oid"),
        CopyStep::Kind::Object, after));
    PORTOLAN_TRY(
        readSteps(QStringLiteral(
                      "SELECT 'r' || c.oid, n.nspname, c.relname, format('ALTER VIEW %I.%I ALTER COLUMN %I SET DEFAULT "
                      "%s', n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)) FROM pg_attrdef AS d "
                      "JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum JOIN pg_class AS c ON "
                      "c.oid = d.adrelid AND c.relkind = 'v' JOIN pg_namespace AS n ON n.oid = c.relnamespace ORDER "
                      "BY d.oid"),
                  CopyStep::Kind::Object, after));
    PORTOLAN_TRY(readSteps(
        QStringLiteral("SELECT 'r' || s.stxrelid, n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid) FROM "
                       "pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace ORDER BY s.oid"),
        CopyStep::Kind::Object, after));
    PORTOLAN_TRY(readForeignKeys());
    PORTOLAN_TRY(
        readSteps(QStringLiteral(
                      "SELECT 'r' || c.oid, n.nspname, c.relname, s.sql FROM pg_trigger AS t JOIN pg_class AS c ON "
                      "c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace CROSS JOIN LATERAL (SELECT 1 "
                      "AS place, pg_get_triggerdef(t.oid) AS sql UNION ALL SELECT 2, format('ALTER TABLE %I.%I %s "
                      "TRIGGER %I', n.nspname, c.relname, CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN "
                      "'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END, t.tgname) WHERE t.tgenabled <> 'O') AS s WHERE NOT "
                      "t.tgisinternal AND t.tgparentid = 0 ORDER BY t.oid, s.place"),
                  CopyStep::Kind::Trigger, after));
    PORTOLAN_TRY(readSteps(
        QStringLiteral(
            "SELECT 'r' || c.oid, n.nspname, c.relname, s.sql FROM pg_rewrite AS w JOIN pg_class AS c ON "
            "c.oid = w.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace CROSS JOIN LATERAL (SELECT 1 "
            "AS place, rtrim(pg_get_ruledef(w.oid), ';') AS sql UNION ALL SELECT 2, format('ALTER TABLE "
            "%I.%I %s RULE %I', n.nspname, c.relname, CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'A' "
            "THEN 'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END, w.rulename) WHERE w.ev_enabled <> 'O') AS s "
            "WHERE w.rulename <> '_RETURN' ORDER BY w.oid, s.place"),
        CopyStep::Kind::Trigger, after));
    QHash<QString, QByteArray> filled;
    PORTOLAN_TRY(forRows(
        QStringLiteral("SELECT 'r' || c.oid, format('REFRESH MATERIALIZED VIEW %I.%I', n.nspname, c.relname) FROM "
                       "pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND "
                       "c.relispopulated"),
        [&](const QSqlQuery& row) { filled.insert(row.value(0).toString(), row.value(1).toString().toUtf8()); }));
    for (const int place : m_order) { // one may be made of another
        const Object& object = m_objects[std::size_t(place)];
        if (const QByteArray refresh = filled.value(object.id); !refresh.isEmpty())
            after.push_back({CopyStep::Kind::Refresh, object.schema, object.name, refresh});
    }
    return {};
}

Result<ServerSchema> SchemaReader::read() {
    const Result<QVariant> version = m_connection.value(QStringLiteral("SHOW server_version_num"));
    PORTOLAN_TRY(version);
    m_version = postgresqlMajor(version->toInt());
    PORTOLAN_TRY(readExtensions());
    PORTOLAN_TRY(readTypes());
    PORTOLAN_TRY(readFunctions());
    PORTOLAN_TRY(readSequences());
    PORTOLAN_TRY(readTables());
    PORTOLAN_TRY(readViews());
    PORTOLAN_TRY(readNeeds());
    choose();
    PORTOLAN_TRY(order());
    PORTOLAN_TRY(readBefore());
    PORTOLAN_TRY(readRows());
    PORTOLAN_TRY(readAfter());
    m_found.after.insert(m_found.after.end(), m_last.begin(), m_last.end());
    PORTOLAN_TRY(readLacks());
    PORTOLAN_TRY(readOddBytes());
    return std::move(m_found);
}

Result<ServerSchema> readServerSchema(Connection& connection, const QString& schema, const QStringList& only) {
    return SchemaReader(connection, schema, only).read();
}

} // namespace portolan
