#include "tests/support/postgresscript.h"

#include <libpq-fe.h>
#include <memory>

namespace portolan::test {

namespace {

using ResultPtr = std::unique_ptr<PGresult, decltype([](PGresult* result) { PQclear(result); })>;

bool isGood(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

} // namespace

PostgresScript::PostgresScript(const StoreUrl& url) {
    const QByteArray port = QByteArray::number(url.port);
    const QByteArray database = url.database.toUtf8();
    const QByteArray user = url.user.toUtf8();
    const QByteArray host = url.host.toUtf8();
    const char* const names[] = {"host", "port", "dbname", "user", nullptr};
    const char* const values[] = {host.constData(), port.constData(), database.constData(), user.constData(), nullptr};
    m_connection = PQconnectdbParams(names, values, 0);
    if (PQstatus(m_connection) != CONNECTION_OK)
        qFatal("%s", PQerrorMessage(m_connection));
    PQsetNoticeReceiver(
        m_connection, [](void*, const PGresult*) {}, nullptr);
}

PostgresScript::~PostgresScript() {
    PQfinish(m_connection);
}

QString PostgresScript::run(const QByteArray& sql) {
    const ResultPtr result(PQexec(m_connection, sql.constData()));
    return isGood(result.get()) ? QString() : QString::fromUtf8(PQerrorMessage(m_connection));
}

QStringList PostgresScript::rows(const QByteArray& sql) {
    const ResultPtr result(PQexec(m_connection, sql.constData()));
    if (!isGood(result.get()))
        return {QStringLiteral("error: ") + QString::fromUtf8(PQerrorMessage(m_connection))};
    QStringList lines;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        QStringList cells;
        for (int column = 0; column < PQnfields(result.get()); ++column)
            cells << QString::fromUtf8(PQgetvalue(result.get(), row, column));
        lines << cells.join(u'|');
    }
    return lines;
}

QString PostgresScript::value(const QByteArray& sql) {
    const QStringList lines = rows(sql);
    return lines.isEmpty() ? QString() : lines.front();
}

int PostgresScript::serverProcess() const {
    return PQbackendPID(m_connection);
}

} // namespace portolan::test
