#include "storage/operations/sql/sqlalerts.h"

#include "storage/base/numbertext.h"
#include "storage/json/jsontext.h"
#include "storage/operations/sql/auditedrows.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/withtransaction.h"

namespace portolan {

namespace {

/// More are not read.
constexpr int mostAlerts = 1000;

QString alertTable() {
    return QStringLiteral("portolan_alerts");
}

QString usingAlerts() {
    return QStringLiteral("use the alerts of");
}

const ColumnSet& alertSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made;
        made.columns = {
            {"id", ColumnType::Text},         {"name", ColumnType::Text},       {"listing", ColumnType::Text},
            {"filter", ColumnType::Text},     {"threshold", ColumnType::Real},  {"window_seconds", ColumnType::Integer},
            {"enabled", ColumnType::Boolean}, {"state", ColumnType::Text},      {"last_value", ColumnType::Real},
            {"changed_at", ColumnType::Time}, {"created_at", ColumnType::Time}, {"deleted_at", ColumnType::Time}};
        made.timeColumn = "created_at";
        return made;
    }();
    return schema;
}

Alert readAlert(const RowView& row) {
    Alert alert;
    alert.isStored = true;
    alert.rule.name = bytesAt(row, 1);
    alert.rule.listing = bytesAt(row, 2);
    alert.rule.filter = bytesAt(row, 3);
    alert.rule.threshold = realAt(row, 4).value_or(1);
    if (const auto seconds = integerAt(row, 5))
        alert.rule.window = std::chrono::seconds(*seconds);
    alert.rule.enabled = numberAt(row, 6) != 0;
    alert.state = alertStateNamed(bytesAt(row, 7)).value_or(AlertState::Ok);
    alert.lastValue = realAt(row, 8);
    alert.changedAt = timeAt(row, 9);
    return alert;
}

Filter notDeleted() {
    const Result<Filter> filter = parseFilter(QStringLiteral("not deleted_at:*"), alertSchema(), currentTime());
    return filter ? *filter : Filter();
}

QByteArray ruleImage(const AlertRule& rule) {
    QByteArray image = "{\"listing\":";
    appendJsonString(image, rule.listing);
    image += ",\"filter\":";
    appendJsonString(image, rule.filter);
    image += ",\"threshold\":" + numberText(rule.threshold) + ",\"window_seconds\":"
             + (rule.window ? QByteArray::number(qint64(rule.window->count())) : QByteArray("null"))
             + ",\"enabled\":" + (rule.enabled ? "true" : "false") + '}';
    return image;
}

struct AlertRow {
    QString id; ///< as text
    Alert alert;
};

/// The rule of that name, kept from others until the transaction ends.
Result<std::optional<AlertRow>> heldRow(Connection& connection, const QByteArray& name) {
    const bool isServer = connection.dialect() == SqlDialect::Postgresql;
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT CAST(id AS TEXT), name, listing, filter, threshold, window_seconds, enabled, state, "
                       "last_value, changed_at FROM portolan_alerts WHERE name = ? AND deleted_at IS NULL")
            + (isServer ? QStringLiteral(" FOR UPDATE") : QString()),
        {wholeText(name)}, usingAlerts());
    PORTOLAN_TRY(rows);
    const Result<bool> found = connection.next(*rows);
    PORTOLAN_TRY(found);
    if (!*found)
        return std::optional<AlertRow>();
    return std::optional(AlertRow{rows->value(0).toString(), readAlert(*rows)});
}

QVariant windowOf(const AlertRule& rule) {
    return rule.window ? QVariant(qlonglong(rule.window->count())) : QVariant(QMetaType(QMetaType::LongLong));
}

QVariant numberOrNull(std::optional<double> number) {
    return number ? QVariant(*number) : QVariant(QMetaType(QMetaType::Double));
}

/// A truth value as the database keeps it.
QVariant truth(const Connection& connection, bool value) {
    return connection.dialect() == SqlDialect::Postgresql ? QVariant(value) : QVariant(value ? 1 : 0);
}

Result<void> insertRule(Connection& connection, const AlertRule& rule) {
    return connection.execute(
        QStringLiteral("INSERT INTO portolan_alerts (name, listing, filter, threshold, window_seconds, enabled) "
                       "VALUES (?, ?, ?, ?, ?, ?)"),
        {wholeText(rule.name), wholeText(rule.listing), utf8(rule.filter), rule.threshold, windowOf(rule),
         truth(connection, rule.enabled)},
        usingAlerts());
}

Result<void> updateRule(Connection& connection, const QString& id, const AlertRule& rule) {
    return connection.execute(
        QStringLiteral("UPDATE portolan_alerts SET listing = ?, filter = ?, threshold = ?, window_seconds = ?, "
                       "enabled = ?, state = 'ok', last_value = NULL, changed_at = NULL, updated_at = ? "
                       "WHERE CAST(id AS TEXT) = ?"),
        {wholeText(rule.listing), utf8(rule.filter), rule.threshold, windowOf(rule), truth(connection, rule.enabled),
         timeNow(), id},
        usingAlerts());
}

Error somethingElse(const QByteArray& name) {
    return {ErrorCode::Changed,
            QStringLiteral("The alert \"%1\" is another one by now; look at it again. Nothing was changed.")
                .arg(QString::fromUtf8(name))};
}

} // namespace

SqlAlerts::SqlAlerts(Session& session) : m_session(session), m_rows(session, alertTable(), alertSchema(), &readAlert) {}

Result<std::vector<Alert>> SqlAlerts::stored(const CancelToken& token) {
    ListQuery query;
    query.filter = notDeleted();
    query.sort = {"name", false};
    query.limit = mostAlerts;
    Result<Page<Alert>> page = m_rows.rows().page(query, token);
    return page ? Result<std::vector<Alert>>(std::move(page->rows)) : page.error();
}

template <class Change>
Result<void> SqlAlerts::changeRule(const QByteArray& name, Change change) {
    if (m_session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("%1 is open for reading only.").arg(m_session.url().display())};
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    for (const auto& lacking : {catalogue->lacks(alertTable(), {"id", "name", "listing", "filter", "state"}),
                                SqlAudit::unavailableReason(*catalogue)}) {
        if (lacking)
            return Error{ErrorCode::Unsupported, *lacking};
    }
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<AlertRow>> there = heldRow(connection, name);
    PORTOLAN_TRY(there);
    Result<AuditedRows> rows = AuditedRows::before(
        connection, *catalogue, alertTable(), QStringLiteral("m.name = ? AND m.deleted_at IS NULL"), {wholeText(name)});
    PORTOLAN_TRY(rows);
    Result<AuditEntry> entry = change(connection, *there);
    PORTOLAN_TRY(entry);
    PORTOLAN_TRY(rows->tell(*entry, {wholeText(name)}));
    if (Result<void> told = SqlAudit::append(*work, *entry); !told)
        return told;
    return work->commit();
}

Result<void> SqlAlerts::save(const AlertRule& rule, const std::optional<AlertRule>& expected, const QByteArray& reason,
                             const QByteArray& actor) {
    return changeRule(rule.name,
                      [&](Connection& connection, const std::optional<AlertRow>& there) -> Result<AuditEntry> {
                          if (expected != (there ? std::optional(there->alert.rule) : std::nullopt))
                              return somethingElse(rule.name);
                          PORTOLAN_TRY(there ? updateRule(connection, there->id, rule) : insertRule(connection, rule));
                          AuditEntry entry = auditEntry("set", "alert", rule.name, reason, actor);
                          if (there)
                              entry.before = ruleImage(there->alert.rule);
                          entry.after = ruleImage(rule);
                          return entry;
                      });
}

Result<void> SqlAlerts::remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    return changeRule(name, [&](Connection& connection, const std::optional<AlertRow>& there) -> Result<AuditEntry> {
        if (!there)
            return Error{ErrorCode::NotFound, QStringLiteral("There is no rule of its own for the alert \"%1\" in %2.")
                                                  .arg(QString::fromUtf8(name), m_session.url().display())};
        PORTOLAN_TRY(
            connection.execute(QStringLiteral("UPDATE portolan_alerts SET deleted_at = ? WHERE CAST(id AS TEXT) = ?"),
                               {timeNow(), there->id}, usingAlerts()));
        AuditEntry entry = auditEntry("remove", "alert", name, reason, actor);
        entry.before = ruleImage(there->alert.rule);
        return entry;
    });
}

Result<void> SqlAlerts::acknowledge(const AlertRule& rule, std::optional<double> value, const QByteArray& reason,
                                    const QByteArray& actor) {
    return changeRule(
        rule.name, [&](Connection& connection, const std::optional<AlertRow>& there) -> Result<AuditEntry> {
            if (there && there->alert.rule != rule)
                return somethingElse(rule.name);
            if (!there) {
                PORTOLAN_TRY(insertRule(connection, rule));
            }
            PORTOLAN_TRY(connection.execute(
                QStringLiteral("UPDATE portolan_alerts SET state = 'acknowledged', last_value = ?, changed_at = ?, "
                               "updated_at = ? WHERE name = ? AND deleted_at IS NULL"),
                {numberOrNull(value), timeNow(), timeNow(), wholeText(rule.name)}, usingAlerts()));
            AuditEntry entry = auditEntry("acknowledge", "alert", rule.name, reason, actor);
            entry.after = value ? std::optional("{\"value\":" + numberText(*value) + '}') : std::nullopt;
            return entry;
        });
}

Result<int> SqlAlerts::record(std::span<const AlertTransition> transitions) {
    return withTransaction(m_session, [&]() -> Result<int> {
        Connection& connection = m_session.connection();
        int recorded = 0;
        for (const AlertTransition& each : transitions) {
            const Result<QSqlQuery> changed =
                connection.run(QStringLiteral("UPDATE portolan_alerts SET state = ?, last_value = ?, changed_at = ? "
                                              "WHERE name = ? AND deleted_at IS NULL AND state = ?"),
                               {QLatin1String(alertStateName(each.to)), numberOrNull(each.value), timeNow(),
                                wholeText(each.name), QLatin1String(alertStateName(each.from))},
                               usingAlerts());
            PORTOLAN_TRY(changed);
            recorded += changed->numRowsAffected();
        }
        return recorded;
    });
}

} // namespace portolan
