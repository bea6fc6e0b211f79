#include "storage/operations/sql/sqloperations.h"

#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/connection/unitofwork.h"

namespace portolan {

namespace {

QString usingSettings() {
    return QStringLiteral("use the settings of");
}

/// Why there are no settings, in words; nothing when there are.
Result<std::optional<QString>> lacking(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    return catalogue->lacks(QStringLiteral("portolan_settings"), {"key", "value"});
}

Result<std::optional<QString>> readSetting(Connection& connection, const QString& key) {
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT value FROM portolan_settings WHERE key = ?"), {key}, usingSettings());
    PORTOLAN_TRY(rows);
    std::optional<QString> value;
    QueryCursor walk(connection, *rows, usingSettings());
    while (walk.next())
        value = rows->value(0).toString();
    if (walk.error())
        return *walk.error();
    return value;
}

constexpr char productionKey[] = "production";

QString sampleIdentity() {
    SourceUrl sample;
    sample.kind = SourceKind::Demo;
    return QString::fromUtf8(sample.identity());
}

/// Returns true when the sample is among the sources; nothing where the database keeps none.
Result<std::optional<bool>> knowsSample(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (catalogue->lacks(QStringLiteral("portolan_sources"), {"identity"}))
        return std::optional<bool>();
    const Result<QVariant> found = connection.value(
        QStringLiteral("SELECT count(*) FROM portolan_sources WHERE identity = ?"), {sampleIdentity()});
    PORTOLAN_TRY(found);
    return std::optional(found->toLongLong() > 0);
}

std::optional<QByteArray> imageOf(const std::optional<QString>& value) {
    if (!value)
        return std::nullopt;
    QByteArray json;
    appendJsonString(json, value->toUtf8());
    return json;
}

AuditEntry entryOf(const char* action, const char* kind, const QByteArray& subject, const QByteArray& reason,
                   const QByteArray& actor) {
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = kind;
    entry.subjectId = subject;
    entry.reason = reason.trimmed();
    return entry;
}

} // namespace

Result<std::optional<QString>> SqlOperations::productionName() {
    return m_session.read(m_session.token(), [](Connection& connection) -> Result<std::optional<QString>> {
        const Result<std::optional<QString>> lack = lacking(connection);
        PORTOLAN_TRY(lack);
        return *lack ? Result<std::optional<QString>>(std::nullopt)
                     : readSetting(connection, QLatin1String(productionKey));
    });
}

Result<void> SqlOperations::markProduction(const std::optional<QString>& name, const QByteArray& reason,
                                           const QByteArray& actor) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
    if (name && (name->trimmed().isEmpty() || name->trimmed() != *name))
        return Error{ErrorCode::Usage, QStringLiteral("The name of a production store is one that can be typed: not "
                                                      "empty, no blanks around it.")};
    return set(QLatin1String(productionKey), name,
               entryOf(name ? "mark_production" : "unmark_production", "store", name.value_or(QString()).toUtf8(),
                       reason, actor));
}

Result<void> SqlOperations::recordConfirmation(const QByteArray& command, const QByteArray& reason,
                                               const QByteArray& actor) {
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (SqlAudit::unavailableReason(*catalogue))
        return {};
    const auto name = productionName();
    PORTOLAN_TRY(name);
    AuditEntry entry = entryOf("confirm", "store", name->value_or(ownName(m_session.url())).toUtf8(), reason, actor);
    QByteArray what = "{\"command\":";
    appendJsonString(what, command);
    entry.after = what + '}';
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    if (Result<void> added = SqlAudit::append(*work, entry); !added)
        return added;
    return work->commit();
}

Result<bool> SqlOperations::hasSample() {
    return m_session.read(m_session.token(), [](Connection& connection) -> Result<bool> {
        const Result<std::optional<bool>> known = knowsSample(connection);
        return known ? Result<bool>(known->value_or(false)) : Result<bool>(known.error());
    });
}

Result<void> SqlOperations::noteSample() {
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Result<std::optional<bool>> known = knowsSample(connection);
    PORTOLAN_TRY(known);
    if (known->value_or(true))
        return {};
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    if (Result<void> noted = connection.execute(
            QStringLiteral("INSERT INTO portolan_sources (identity) VALUES (?) ON CONFLICT (identity) DO NOTHING"),
            {sampleIdentity()});
        !noted)
        return noted;
    return work->commit();
}

Result<std::vector<std::optional<FoundMessage>>> SqlOperations::findMessages(std::span<const QByteArray> ids,
                                                                             const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) { return m_lookup(connection, ids); });
}

Result<void> SqlOperations::setSilentAfter(const QByteArray& component, std::optional<std::chrono::seconds> silentAfter,
                                           const QByteArray& reason, const QByteArray& actor) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
    if (silentAfter && *silentAfter < std::chrono::seconds(1))
        return Error{ErrorCode::Usage, QStringLiteral("A component is silent after a second at the least.")};
    return set(QLatin1String(silentAfterKey) + QString::fromUtf8(component),
               silentAfter ? std::optional(QString::number(silentAfter->count())) : std::nullopt,
               entryOf("set silent_after", "component", component, reason, actor));
}

Result<void> SqlOperations::set(const QString& key, const std::optional<QString>& value, AuditEntry told) {
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Result<std::optional<QString>> lack = lacking(connection);
    PORTOLAN_TRY(lack);
    if (*lack)
        return Error{ErrorCode::Unsupported, **lack
                                                 + QStringLiteral(" `portolan migrate up` adds what is Portolan's own, "
                                                                  "and leaves the others as they are.")};
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    const Result<std::optional<QString>> was = readSetting(connection, key);
    PORTOLAN_TRY(was);
    if (Result<void> gone =
            connection.execute(QStringLiteral("DELETE FROM portolan_settings WHERE key = ?"), {key}, usingSettings());
        !gone)
        return gone;
    if (value) {
        if (Result<void> kept =
                connection.execute(QStringLiteral("INSERT INTO portolan_settings (key, value) VALUES (?, ?)"),
                                   {key, *value}, usingSettings());
            !kept)
            return kept;
    }
    told.before = imageOf(*was);
    told.after = imageOf(value);
    if (!told.subjectId || told.subjectId->isEmpty())
        told.subjectId = was->value_or(QString()).toUtf8();
    if (Result<void> added = SqlAudit::append(*work, told); !added)
        return added;
    return work->commit();
}

} // namespace portolan
