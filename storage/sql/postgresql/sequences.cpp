#include "storage/sql/postgresql/sequences.h"

namespace portolan {

Result<bool> raiseSequences(Connection& connection, const QByteArray& rule) {
    const QString doing = QStringLiteral("number rows of");
    auto owned = connection.run(
        QStringLiteral(
            "WITH rule AS (SELECT coalesce(pg_catalog.pg_partition_root(o.conrelid), o.conrelid) AS id FROM "
            "pg_catalog.pg_constraint AS o JOIN pg_catalog.pg_class AS t ON t.oid = o.conrelid JOIN "
            "pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace WHERE o.conname = ? AND n.nspname = "
            "current_schema) SELECT CAST(s.oid AS text), pg_catalog.quote_ident(n.nspname) || '.' || "
            "pg_catalog.quote_ident(t.relname), pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_class AS s JOIN "
            "pg_catalog.pg_depend AS d ON d.classid = CAST('pg_catalog.pg_class' AS regclass) AND d.objid = s.oid AND "
            "d.refclassid = CAST('pg_catalog.pg_class' AS regclass) AND d.deptype IN ('a', 'i') JOIN "
            "pg_catalog.pg_class AS t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace AS n ON n.oid = "
            "t.relnamespace JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE "
            "s.relkind = 'S' AND n.nspname = current_schema AND (t.oid IN (SELECT id FROM rule) OR NOT EXISTS (SELECT "
            "1 FROM rule))"),
        {QString::fromUtf8(rule)}, doing);
    PORTOLAN_TRY(owned);
    // Setting a sequence is another right than taking numbers of it.
    QStringList statements;
    Result<bool> more = connection.next(*owned);
    for (; more && *more; more = connection.next(*owned))
        statements << QStringLiteral(
                          "SELECT CASE WHEN pg_catalog.has_sequence_privilege(CAST(%1 AS oid), 'UPDATE') THEN "
                          "pg_catalog.setval(CAST(CAST(%1 AS oid) AS regclass), m.most) ELSE (SELECT "
                          "max(pg_catalog.nextval(CAST(CAST(%1 AS oid) AS regclass))) FROM "
                          "pg_catalog.generate_series(1, m.most - m.given)) END FROM (SELECT max(%3) AS most, "
                          "coalesce(pg_catalog.pg_sequence_last_value(CAST(CAST(%1 AS oid) AS regclass)), 0) AS given "
                          "FROM %2) AS m WHERE m.most > m.given")
                          .arg(owned->value(0).toString(), owned->value(1).toString(), owned->value(2).toString());
    PORTOLAN_TRY(more);
    bool isRaised = false;
    for (const QString& statement : statements) {
        const Result<QVariant> raised = connection.value(statement);
        PORTOLAN_TRY(raised);
        isRaised = isRaised || !raised->isNull();
    }
    return isRaised;
}

} // namespace portolan
