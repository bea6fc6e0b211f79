#include "storage/backups/sql/databaselikeness.h"

#include <QRegularExpression>
#include <array>
#include <vector>

namespace portolan {

namespace {

/// Settings whose value is a list of names, each in quotes where it needs them.
constexpr std::array nameLists{"local_preload_libraries",  "search_path",      "session_preload_libraries",
                               "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"};

QString keeping() {
    return QStringLiteral("keep the owner, rights and settings of a database of");
}

QString textLiteral(QString text) {
    const bool isEscaped = text.contains(u'\\');
    text.replace(u'\\', QLatin1String("\\\\")).replace(u'\'', QLatin1String("''"));
    return (isEscaped ? QStringLiteral(" E'") : QStringLiteral("'")) + text + u'\'';
}

QString settingValue(const QString& name, const QString& value) {
    static const QRegularExpression each(QStringLiteral("\"((?:[^\"]|\"\")*)\"|([^\",\\s]+)"));
    const bool isList =
        std::ranges::any_of(nameLists, [&](const char* list) { return name.compare(QLatin1String(list)) == 0; });
    if (!isList)
        return textLiteral(value);
    QStringList names;
    for (QRegularExpressionMatchIterator all = each.globalMatch(value); all.hasNext();) {
        const QRegularExpressionMatch one = all.next();
        names << textLiteral(one.captured(1).replace(QLatin1String("\"\""), QLatin1String("\"")) + one.captured(2));
    }
    return names.isEmpty() ? QStringLiteral("''") : names.join(QLatin1String(", "));
}

/// The rows of a statement about a database, all of them: others follow over the same connection.
Result<std::vector<std::vector<QVariant>>> rowsAbout(Connection& connection, const char* sql, int columns,
                                                     const QString& database) {
    Result<QSqlQuery> query = connection.run(QLatin1String(sql), {database}, keeping());
    PORTOLAN_TRY(query);
    std::vector<std::vector<QVariant>> rows;
    QueryCursor walk(connection, *query, keeping());
    while (walk.next()) {
        std::vector<QVariant>& row = rows.emplace_back();
        for (int column = 0; column < columns; ++column)
            row.push_back(query->value(column));
    }
    if (walk.error())
        return *walk.error();
    return rows;
}

Result<void> takeSettings(Connection& connection, const QString& from, const QString& quoted) {
    const auto settings = rowsAbout(
        connection,
        "SELECT CASE WHEN s.setrole <> 0 THEN quote_ident(pg_catalog.pg_get_userbyid(s.setrole)) END, c.setting FROM "
        "pg_catalog.pg_db_role_setting AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase CROSS JOIN "
        "unnest(s.setconfig) AS c(setting) WHERE d.datname = ?",
        2, from);
    PORTOLAN_TRY(settings);
    for (const auto& row : *settings) {
        const QString setting = row[1].toString();
        const QString name = setting.section(u'=', 0, 0);
        const Result<QString> quotedName = quoteIdentifier(name);
        PORTOLAN_TRY(quotedName);
        const QString where = row[0].isNull() ? QStringLiteral("DATABASE ") + quoted
                                              : QStringLiteral("ROLE %1 IN DATABASE %2").arg(row[0].toString(), quoted);
        PORTOLAN_TRY(connection.execute(QStringLiteral("ALTER %1 SET ").arg(where) + *quotedName
                                            + QStringLiteral(" TO ") + settingValue(name, setting.section(u'=', 1)),
                                        {}, keeping()));
    }
    return {};
}

Result<void> takeDatabaseRights(Connection& connection, const QString& from, const QString& quoted,
                                const QString& owner) {
    const auto rights = rowsAbout(
        connection,
        "SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END, "
        "a.privilege_type, a.is_grantable FROM pg_catalog.pg_database AS d CROSS JOIN "
        "pg_catalog.aclexplode(d.datacl) AS a WHERE d.datname = ?",
        3, from);
    PORTOLAN_TRY(rights);
    PORTOLAN_TRY(connection.execute(QStringLiteral("REVOKE ALL ON DATABASE %1 FROM PUBLIC, %2").arg(quoted, owner), {},
                                    keeping()));
    for (const auto& row : *rights) {
        PORTOLAN_TRY(connection.execute(QStringLiteral("GRANT %1 ON DATABASE %2 TO %3%4")
                                            .arg(row[1].toString(), quoted, row[0].toString(),
                                                 row[2].toBool() ? QStringLiteral(" WITH GRANT OPTION") : QString()),
                                        {}, keeping()));
    }
    return {};
}

} // namespace

Result<void> takeDatabaseLikeness(Connection& connection, const QString& from, const QString& to) {
    const Result<QString> quoted = quoteIdentifier(to);
    PORTOLAN_TRY(quoted);
    const auto about = rowsAbout(connection,
                                 "SELECT quote_ident(pg_catalog.pg_get_userbyid(datdba)), datconnlimit, "
                                 "pg_catalog.shobj_description(oid, 'pg_database'), datacl IS NOT NULL FROM "
                                 "pg_catalog.pg_database WHERE datname = ?",
                                 4, from);
    PORTOLAN_TRY(about);
    if (about->empty())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no database %1.").arg(from)};
    const std::vector<QVariant>& row = about->front();
    const QString owner = row[0].toString();
    PORTOLAN_TRY(
        connection.execute(QStringLiteral("ALTER DATABASE %1 OWNER TO %2").arg(*quoted, owner), {}, keeping()));
    PORTOLAN_TRY(connection.execute(
        QStringLiteral("ALTER DATABASE %1 CONNECTION LIMIT %2").arg(*quoted).arg(row[1].toInt()), {}, keeping()));
    if (!row[2].isNull()) {
        PORTOLAN_TRY(connection.execute(
            QStringLiteral("COMMENT ON DATABASE %1 IS ").arg(*quoted) + textLiteral(row[2].toString()), {}, keeping()));
    }
    PORTOLAN_TRY(takeSettings(connection, from, *quoted));
    return row[3].toBool() ? takeDatabaseRights(connection, from, *quoted, owner) : Result<void>();
}

} // namespace portolan
