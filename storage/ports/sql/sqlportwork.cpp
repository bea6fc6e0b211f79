#include "storage/ports/sql/sqlportwork.h"

#include "storage/json/jsontext.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/connection/unitofwork.h"

#include <QUuid>
#include <map>

namespace portolan {

namespace {

constexpr int mostPutBack = 500;

QString workingOnPorts() {
    return QStringLiteral("work on port messages of");
}

QString timeAfter(std::chrono::milliseconds delay) {
    return QString::fromLatin1(toIsoTime(currentTime() + delay));
}

void appendMember(QByteArray& text, const char* name, const QByteArray& value) {
    text += text.endsWith('{') ? "\"" : ",\"";
    text += name;
    text += "\":";
    appendJsonString(text, value);
}

QByteArray objectsOf(const std::vector<PortAttempt>& attempts) {
    QByteArray text = "[";
    for (const PortAttempt& attempt : attempts) {
        text += text.size() > 1 ? ",{" : "{";
        appendMember(text, "id", attempt.messageId);
        appendMember(text, "token", attempt.token);
        text += '}';
    }
    return text + ']';
}

QByteArray objectsOf(std::span<const PortOutcome> outcomes) {
    QByteArray text = "[";
    for (const PortOutcome& outcome : outcomes) {
        text += text.size() > 1 ? ",{" : "{";
        appendMember(text, "id", outcome.messageId);
        appendMember(text, "token", outcome.token);
        if (outcome.failure) {
            appendMember(text, "error", outcome.failure->message.value_or(QByteArray()));
            if (outcome.failure->details)
                appendMember(text, "details", *outcome.failure->details);
        }
        text += '}';
    }
    return text + ']';
}

QByteArray objectsOf(const std::vector<QByteArray>& ids) {
    QByteArray text = "[";
    for (const QByteArray& id : ids) {
        text += text.size() > 1 ? ",{" : "{";
        appendMember(text, "id", id);
        text += '}';
    }
    return text + ']';
}

/// Returns why there is nothing to work on, in words; nothing when there is.
std::optional<QString> missing(const SchemaInspector& catalogue) {
    if (auto lacking = catalogue.lacks(QStringLiteral("port_messages"),
                                       {"id", "status", "retry_count", "max_retries", "created_at", "processed_at",
                                        "completed_at", "error_message", "error_details"}))
        return lacking;
    for (const char* own : {"portolan_leases", "portolan_audit"}) {
        if (auto lacking = catalogue.lacks(QLatin1String(own), {}))
            return *lacking + QStringLiteral(" `portolan migrate up` adds Portolan's own tables.");
    }
    return std::nullopt;
}

/// Finds the form of a column's times; where it has none, that of the others of the table.
Result<SqlPortWork::TimeColumn> timeColumn(Connection& connection, const SchemaInspector& catalogue, const char* name) {
    const QString table = QStringLiteral("port_messages");
    QStringList columns{QLatin1String(name)};
    for (const char* other : {"processed_at", "completed_at", "created_at"}) {
        if (!columns.contains(QLatin1String(other)))
            columns << QLatin1String(other);
    }
    const Result<StoredTimeForm> form = storedTimeForm(connection, catalogue, table, columns);
    PORTOLAN_TRY(form);
    const SchemaInspector::Column& column = *catalogue.table(table)->column(columns.front());
    return SqlPortWork::TimeColumn{*form, timePlaceholder(column, connection.dialect())};
}

} // namespace

SqlPortWork::SqlPortWork(std::unique_ptr<Session> session, TimeColumn processed, TimeColumn completed)
    : m_session(std::move(session))
    , m_processed(std::move(processed))
    , m_completed(std::move(completed)) {}

/// Reads a text of one element of the array that elements() takes apart.
QString SqlPortWork::member(const char* name) const {
    return isServer() ? QStringLiteral("(e.value ->> '%1')").arg(QLatin1String(name))
                      : QStringLiteral("(e.value ->> '$.%1')").arg(QLatin1String(name));
}

QString SqlPortWork::elements() const {
    return isServer() ? QStringLiteral("json_array_elements(CAST(? AS json)) AS e (value)")
                      : QStringLiteral("json_each(?) AS e");
}

QString SqlPortWork::id(const QString& text) const {
    return isServer() ? QStringLiteral("CAST(%1 AS uuid)").arg(text) : text;
}

QString SqlPortWork::time() const {
    return isServer() ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
}

Result<std::vector<PortAttempt>> SqlPortWork::claim(int most) {
    // SKIP LOCKED: what another worker is taking at this moment is not waited for.
    const QString sql =
        QStringLiteral("WITH taken AS %1 (SELECT id FROM port_messages WHERE status = 'pending' "
                       "ORDER BY created_at, id LIMIT ? %2) UPDATE port_messages SET status = 'processing', "
                       "processed_at = %3 WHERE id IN (SELECT id FROM taken) "
                       "RETURNING CAST(id AS text), port_name, CAST(message_data AS text), coalesce(retry_count, 0)")
            .arg(isServer() ? QStringLiteral("MATERIALIZED") : QString(),
                 isServer() ? QStringLiteral("FOR UPDATE SKIP LOCKED") : QString(), m_processed.place);
    Result<QSqlQuery> rows = connection().run(sql, {most, inForm(m_processed.form, currentTime())}, workingOnPorts());
    PORTOLAN_TRY(rows);
    std::vector<PortAttempt> attempts;
    QueryCursor walk(connection(), *rows, workingOnPorts());
    while (walk.next()) {
        attempts.push_back({rows->value(0).toString().toUtf8(), QUuid::createUuid().toByteArray(QUuid::WithoutBraces),
                            rows->value(1).toString().toUtf8(), rows->value(2).toString().toUtf8(),
                            rows->value(3).toLongLong()});
    }
    if (walk.error())
        return *walk.error();
    return attempts;
}

Result<void> SqlPortWork::lend(const QByteArray& worker, const std::vector<PortAttempt>& attempts,
                               std::chrono::milliseconds lease) {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    const QString sql = QStringLiteral("INSERT INTO portolan_leases (message_id, token, worker, expires_at) "
                                       "SELECT %1, %2, %3, %4 FROM %5 WHERE 1 = 1 ON CONFLICT (message_id) DO UPDATE "
                                       "SET token = excluded.token, worker = excluded.worker, "
                                       "expires_at = excluded.expires_at")
                            .arg(member("id"), member("token"), text, time(), elements());
    return connection().execute(sql, {utf8(worker), timeAfter(lease), utf8(objectsOf(attempts))}, workingOnPorts());
}

Result<std::vector<PortAttempt>> SqlPortWork::take(const QByteArray& worker, int most,
                                                   std::chrono::milliseconds lease) {
    PORTOLAN_TRY(m_session->freshen());
    Result<UnitOfWork> work = UnitOfWork::begin(connection());
    PORTOLAN_TRY(work);
    Result<std::vector<PortAttempt>> attempts = claim(most);
    if (!attempts || attempts->empty())
        return attempts; // nothing was changed
    PORTOLAN_TRY(lend(worker, *attempts, lease));
    std::vector<QByteArray> ids;
    for (const PortAttempt& attempt : *attempts)
        ids.push_back(attempt.messageId);
    PORTOLAN_TRY(note(worker, "take", ids));
    const Result<void> committed = work->commit();
    return committed ? std::move(attempts) : Result<std::vector<PortAttempt>>(committed.error());
}

Result<void> SqlPortWork::note(const QByteArray& worker, const char* action, const std::vector<QByteArray>& ids) {
    if (ids.empty())
        return {};
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    return connection().execute(QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id) "
                                               "SELECT %1, %1, 'port_message', %2 FROM %3")
                                    .arg(text, member("id"), elements()),
                                {utf8(worker), QLatin1String(action), utf8(objectsOf(ids))}, workingOnPorts());
}

/// Ends tries: only of the holder of the lease, and only while the message is being worked on.
Result<PortResults> SqlPortWork::settle(const QByteArray& worker, const QByteArray& outcomes, std::size_t count) {
    const QString details = isServer() ? QStringLiteral("CAST(%1 AS jsonb)").arg(member("details")) : member("details");
    const QString sql =
        QStringLiteral(
            "UPDATE port_messages AS m SET status = CASE WHEN %1 IS NULL THEN 'completed' "
            "WHEN coalesce(m.retry_count, 0) + 1 >= coalesce(m.max_retries, 3) THEN 'dead_letter' ELSE 'failed' END, "
            "retry_count = coalesce(m.retry_count, 0) + CASE WHEN %1 IS NULL THEN 0 ELSE 1 END, "
            "completed_at = CASE WHEN %1 IS NULL THEN %2 ELSE NULL END, error_message = %1, error_details = %3 "
            "FROM %4 WHERE m.id = %5 AND m.status = 'processing' AND EXISTS (SELECT 1 FROM portolan_leases AS l "
            "WHERE l.message_id = %6 AND l.token = %7) RETURNING CAST(id AS text), status")
            .arg(member("error"), m_completed.place, details, elements(), id(member("id")), member("id"),
                 member("token"));
    Result<QSqlQuery> rows =
        connection().run(sql, {inForm(m_completed.form, currentTime()), utf8(outcomes)}, workingOnPorts());
    PORTOLAN_TRY(rows);
    std::map<QByteArray, std::vector<QByteArray>> ended;
    QueryCursor walk(connection(), *rows, workingOnPorts());
    while (walk.next()) {
        ended[rows->value(1).toString().toUtf8()].push_back(rows->value(0).toString().toUtf8());
    }
    if (walk.error())
        return *walk.error();
    rows->finish();
    PORTOLAN_TRY(connection().execute(
        QStringLiteral("DELETE FROM portolan_leases WHERE (message_id, token) IN (SELECT %1, %2 FROM %3)")
            .arg(member("id"), member("token"), elements()),
        {utf8(outcomes)}, workingOnPorts()));
    PORTOLAN_TRY(note(worker, "complete", ended["completed"]));
    PORTOLAN_TRY(note(worker, "fail", ended["failed"]));
    PORTOLAN_TRY(note(worker, "dead_letter", ended["dead_letter"]));
    PortResults results{std::ssize(ended["completed"]), std::ssize(ended["failed"]), std::ssize(ended["dead_letter"])};
    results.late = static_cast<qint64>(count) - results.completed - results.failed - results.dead;
    return results;
}

Result<PortResults> SqlPortWork::end(const QByteArray& worker, std::span<const PortOutcome> outcomes) {
    if (outcomes.empty())
        return PortResults{};
    PORTOLAN_TRY(m_session->freshen());
    Result<UnitOfWork> work = UnitOfWork::begin(connection());
    PORTOLAN_TRY(work);
    const Result<PortResults> results = settle(worker, objectsOf(outcomes), outcomes.size());
    if (!results)
        return results;
    const Result<void> committed = work->commit();
    return committed ? results : Result<PortResults>(committed.error());
}

/// Tries whose lease is over, as failures.
Result<std::vector<PortOutcome>> SqlPortWork::expired() {
    Result<QSqlQuery> rows =
        connection().run(QStringLiteral("SELECT message_id, token, worker FROM portolan_leases WHERE expires_at < %1 "
                                        "ORDER BY expires_at LIMIT ?")
                             .arg(time()),
                         {timeAfter({}), mostPutBack}, workingOnPorts());
    PORTOLAN_TRY(rows);
    std::vector<PortOutcome> outcomes;
    QueryCursor walk(connection(), *rows, workingOnPorts());
    while (walk.next()) {
        outcomes.push_back({rows->value(0).toString().toUtf8(), rows->value(1).toString().toUtf8(),
                            DeathNote{"the lease of worker " + rows->value(2).toString().toUtf8() + " is over",
                                      QByteArrayLiteral("{\"type\":\"LeaseExpired\"}")}});
    }
    if (walk.error())
        return *walk.error();
    return outcomes;
}

Result<qint64> SqlPortWork::retry(const QByteArray& worker, std::chrono::milliseconds pause) {
    const QString sql = QStringLiteral("WITH back AS %1 (SELECT id FROM port_messages WHERE status = 'failed' "
                                       "AND coalesce(retry_count, 0) < coalesce(max_retries, 3) AND "
                                       "(processed_at IS NULL OR processed_at <= %2) LIMIT ? %3) "
                                       "UPDATE port_messages SET status = 'pending' WHERE id IN (SELECT id FROM back) "
                                       "RETURNING CAST(id AS text)")
                            .arg(isServer() ? QStringLiteral("MATERIALIZED") : QString(), m_processed.place,
                                 isServer() ? QStringLiteral("FOR UPDATE SKIP LOCKED") : QString());
    Result<QSqlQuery> rows =
        connection().run(sql, {inForm(m_processed.form, currentTime() - pause), mostPutBack}, workingOnPorts());
    PORTOLAN_TRY(rows);
    std::vector<QByteArray> ids;
    QueryCursor walk(connection(), *rows, workingOnPorts());
    while (walk.next()) {
        ids.push_back(rows->value(0).toString().toUtf8());
    }
    if (walk.error())
        return *walk.error();
    rows->finish();
    const Result<void> noted = note(worker, "retry", ids);
    return noted ? Result<qint64>(std::ssize(ids)) : Result<qint64>(noted.error());
}

Result<qint64> SqlPortWork::putBack(const QByteArray& worker, std::chrono::milliseconds pause) {
    PORTOLAN_TRY(m_session->freshen());
    Result<UnitOfWork> work = UnitOfWork::begin(connection());
    PORTOLAN_TRY(work);
    const Result<std::vector<PortOutcome>> over = expired();
    PORTOLAN_TRY(over);
    if (!over->empty()) {
        PORTOLAN_TRY(settle(worker, objectsOf(*over), over->size()));
    }
    const Result<qint64> pending = retry(worker, pause);
    if (!pending)
        return pending;
    const Result<void> committed = work->commit();
    return committed ? Result<qint64>(*pending + std::ssize(*over)) : Result<qint64>(committed.error());
}

Result<std::unique_ptr<PortWork>> openPortWork(const StoreUrl& url, const CancelToken& token) {
    if (url.kind == StoreKind::Files || url.kind == StoreKind::Bundle)
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("%1 is no database, and only there port messages are worked on.").arg(url.display())};
    Result<std::unique_ptr<Session>> session = Session::open(url, Access::Write, token);
    PORTOLAN_TRY(session);
    const Result<SchemaInspector> catalogue = SchemaInspector::read((*session)->connection());
    PORTOLAN_TRY(catalogue);
    if (const std::optional<QString> lacking = missing(*catalogue))
        return Error{ErrorCode::Unsupported, *lacking};
    Result<SqlPortWork::TimeColumn> processed = timeColumn((*session)->connection(), *catalogue, "processed_at");
    PORTOLAN_TRY(processed);
    Result<SqlPortWork::TimeColumn> completed = timeColumn((*session)->connection(), *catalogue, "completed_at");
    PORTOLAN_TRY(completed);
    return std::unique_ptr<PortWork>(
        std::make_unique<SqlPortWork>(std::move(*session), std::move(*processed), std::move(*completed)));
}

} // namespace portolan
