#include "storage/sql/postgresql/ourschema.h"

namespace portolan {

QString searchPathOf(const StoreUrl& url) {
    if (url.schema.isEmpty())
        return QStringLiteral("public, pg_temp");
    QString schema = url.schema;
    return u'"' + schema.replace(u'"', QLatin1String("\"\"")) + QStringLiteral("\", pg_temp");
}

Result<void> expectSchema(Connection& connection, const StoreUrl& url) {
    if (url.schema.isEmpty())
        return {};
    const Result<QVariant> mayUse = connection.value(
        QStringLiteral(
            "SELECT (SELECT CASE WHEN pg_catalog.has_schema_privilege(oid, 'USAGE') THEN 'yes' ELSE 'no' END "
            "FROM pg_catalog.pg_namespace WHERE nspname = CAST(? AS pg_catalog.name))"),
        {url.schema});
    PORTOLAN_TRY(mayUse);
    const QString database = QStringLiteral("the database %1").arg(url.display());
    if (mayUse->isNull())
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no schema %1 in %2; make it first (CREATE SCHEMA), or "
                                    "name another with ?schema=NAME.")
                         .arg(url.schema, database)};
    if (mayUse->toString() == QLatin1String("yes"))
        return {};
    return Error{ErrorCode::Auth,
                 QStringLiteral("This role may not use the schema %1 of %2.").arg(url.schema, database)};
}

} // namespace portolan
