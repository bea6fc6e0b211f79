#include "storage/sql/postgresql/servertypes.h"

#include "storage/sql/connection/statementlimit.h"

#include <algorithm>
#include <libpq-fe.h>

namespace portolan {

namespace {

constexpr std::chrono::milliseconds typePatience{5'000};

QString readingTypes() {
    return QStringLiteral("read the types of");
}

/// Asks of each type for its number, which a CASE that is never reached tells without a value of it, and for a column
/// of it: the answer's description has what is in parentheses after the name.
QByteArray askingSql(std::span<const QByteArray> types) {
    QByteArrayList columns;
    for (const QByteArray& type : types)
        columns << "CAST(pg_catalog.pg_typeof(CASE WHEN false THEN CAST(NULL AS " + type
                       + ") END) AS oid), (SELECT CAST(NULL AS " + type + ") WHERE false)";
    return "SELECT " + columns.join(", ");
}

Result<std::vector<ServerType>> askTypes(Connection& connection, std::span<const QByteArray> types) {
    return withinLimit(connection, {typePatience, typePatience}, [&]() -> Result<std::vector<ServerType>> {
        const PostgresqlAnswer answer = connection.postgresql()->execute(askingSql(types));
        if (!answer)
            return connection.stopRequested() ? cancelled() : connection.lastPostgresqlError(readingTypes());
        std::vector<ServerType> worded;
        for (int i = 0; i < static_cast<int>(types.size()); ++i) {
            // A domain has nothing in parentheses; its column is described as what is below it.
            const Result<QVariant> text = connection.value(
                QStringLiteral("SELECT pg_catalog.format_type(t.oid, CASE WHEN t.typtype = 'd' THEN -1 ELSE CAST(? AS "
                               "integer) END) FROM pg_catalog.pg_type AS t WHERE t.oid = CAST(? AS oid)"),
                {PQfmod(answer.get(), 2 * i + 1), QString::fromLatin1(PQgetvalue(answer.get(), 0, 2 * i))});
            PORTOLAN_TRY(text);
            worded.push_back({text->toString().toUtf8()});
        }
        return worded;
    });
}

} // namespace

/// Asks for the types together; where the server refuses one, for each alone.
Result<std::vector<ServerType>> serverTypes(Connection& connection, std::span<const QByteArray> types) {
    if (types.empty())
        return std::vector<ServerType>();
    Result<std::vector<ServerType>> together = askTypes(connection, types);
    if (together)
        return together;
    std::vector<ServerType> worded;
    for (const QByteArray& type : types) {
        if (connection.stopRequested() || !connection.isAlive())
            return together;
        Result<std::vector<ServerType>> alone = askTypes(connection, std::span(&type, 1));
        if (alone)
            worded.push_back(std::move(alone->front()));
        else if (alone.error().details.startsWith(QLatin1String("PostgreSQL ")))
            worded.push_back({std::nullopt, alone.error().details.section(u'\n', 0, 0)});
        else
            return alone.error();
    }
    return worded;
}

} // namespace portolan
