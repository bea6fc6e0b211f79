#include "storage/versions/sql/sqlcheckpoints.h"

#include "storage/json/jsontext.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/columns/storedtimes.h"
#include "storage/sql/connection/executeexpecting.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/rowreader.h"

#include <algorithm>

namespace portolan {

namespace {

QString promoting() {
    return QStringLiteral("promote a checkpoint of");
}

struct MarkedVersion {
    qint64 version = 0;
    bool isLatest = false;
};

/// Those that bear the mark, and the one that is to.
Result<std::vector<MarkedVersion>> versionsConcerned(Connection& connection, const QByteArray& name, qint64 version) {
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT version, CASE WHEN is_latest THEN 1 ELSE 0 END FROM checkpoints "
                                      "WHERE checkpoint_name = ? AND (is_latest OR version = ?) ORDER BY version"),
                       {wholeText(name), version}, promoting());
    PORTOLAN_TRY(rows);
    std::vector<MarkedVersion> versions;
    QueryCursor walk(connection, *rows, promoting());
    while (walk.next())
        versions.push_back({rows->value(0).toLongLong(), rows->value(1).toInt() != 0});
    if (walk.error())
        return *walk.error();
    return versions;
}

QString described(const QByteArray& name, qint64 version) {
    return QStringLiteral("version %1 of the checkpoint \"%2\"").arg(QString::number(version), QString::fromUtf8(name));
}

AuditEntry entryOf(const char* action, const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = "checkpoint";
    entry.subjectId = name;
    entry.reason = reason.trimmed();
    return entry;
}

/// That this version is the one that counts: as findVersion() finds it. `versions` are in order.
Result<void> checkLatest(Connection& connection, const QByteArray& name, const std::vector<MarkedVersion>& versions,
                         qint64 expected) {
    std::optional<qint64> counts;
    for (const MarkedVersion& each : versions) {
        if (each.isLatest)
            counts = each.version;
    }
    if (!counts) {
        const Result<QVariant> highest = connection.value(
            QStringLiteral("SELECT max(version) FROM checkpoints WHERE checkpoint_name = ?"), {wholeText(name)});
        PORTOLAN_TRY(highest);
        counts = highest->toLongLong();
    }
    if (counts == expected)
        return {};
    return Error{
        ErrorCode::Changed,
        QStringLiteral("It was changed meanwhile: the latest is %1, not version %2 any more. Nothing was done.")
            .arg(described(name, *counts), QString::number(expected))};
}

QByteArray image(qint64 version) {
    return "{\"version\":" + QByteArray::number(version) + '}';
}

} // namespace

Result<SchemaInspector> SqlCheckpoints::mayChange(std::initializer_list<const char*> columns,
                                                  const QByteArray& reason) {
    if (reason.trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why; it goes into the audit.")};
    Result<SchemaInspector> catalogue = SchemaInspector::read(m_session.connection());
    PORTOLAN_TRY(catalogue);
    for (const std::optional<QString>& lacking :
         {catalogue->lacks(QStringLiteral("checkpoints"), columns), SqlAudit::unavailableReason(*catalogue)}) {
        if (lacking)
            return Error{ErrorCode::Unsupported, *lacking};
    }
    return catalogue;
}

Error SqlCheckpoints::notFound(const QByteArray& name, qint64 version) const {
    return {ErrorCode::NotFound,
            QStringLiteral("There is no %1 in %2.").arg(described(name, version), m_session.url().display())};
}

Error SqlCheckpoints::thereTwice(const QByteArray& name, qint64 version) const {
    return {ErrorCode::Invalid, QStringLiteral("%1 has %2 more than once, so that it is not clear which one is meant; "
                                               "`portolan verify` names the rows.")
                                    .arg(m_session.url().display(), described(name, version))};
}

Result<Promotion> SqlCheckpoints::promote(const QByteArray& name, qint64 version, std::optional<qint64> expectedLatest,
                                          const QByteArray& reason, const QByteArray& actor, const CancelToken& token) {
    PORTOLAN_TRY(m_session.freshen());
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    PORTOLAN_TRY(mayChange({"checkpoint_name", "version", "is_latest"}, reason));
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    // A writer that marks its own version has seen which one it takes the mark from: none may be under way.
    if (connection.dialect() == SqlDialect::Postgresql) {
        PORTOLAN_TRY(
            connection.execute(QStringLiteral("LOCK TABLE checkpoints IN SHARE ROW EXCLUSIVE MODE"), {}, promoting()));
    }
    const Result<std::vector<MarkedVersion>> versions = versionsConcerned(connection, name, version);
    PORTOLAN_TRY(versions);
    if (expectedLatest) {
        PORTOLAN_TRY(checkLatest(connection, name, *versions, *expectedLatest));
    }
    const auto wanted = std::ranges::count(*versions, version, &MarkedVersion::version);
    if (wanted != 1)
        return wanted == 0 ? notFound(name, version) : thereTwice(name, version);
    const auto marked = std::ranges::count_if(*versions, &MarkedVersion::isLatest);
    Promotion promotion{version, std::nullopt};
    for (const MarkedVersion& each : *versions) {
        if (each.isLatest && (each.version != version || marked == 1))
            promotion.previous = each.version;
    }
    if (promotion.previous == version)
        return promotion;
    PORTOLAN_TRY(connection.execute(
        QStringLiteral("UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = ? AND is_latest"),
        {wholeText(name)}, promoting()));
    PORTOLAN_TRY(executeExpecting(
        connection, QStringLiteral("UPDATE checkpoints SET is_latest = TRUE WHERE checkpoint_name = ? AND version = ?"),
        {wholeText(name), version}, 1, promoting()));
    AuditEntry entry = entryOf("promote", name, reason, actor);
    if (promotion.previous)
        entry.before = image(*promotion.previous);
    entry.after = image(version);
    PORTOLAN_TRY(SqlAudit::append(*work, entry));
    PORTOLAN_TRY(work->commit());
    return promotion;
}

Result<void> SqlCheckpoints::setExpiry(const QByteArray& name, qint64 version, Expiry expires,
                                       const std::optional<Expiry>& expected, const QByteArray& reason,
                                       const QByteArray& actor, const CancelToken& token) {
    const QString doing = QStringLiteral("set the expiry of a checkpoint of");
    if (Result<void> fresh = m_session.freshen(); !fresh)
        return fresh;
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    const Result<SchemaInspector> catalogue = mayChange({"checkpoint_name", "version", "expires_at"}, reason);
    PORTOLAN_TRY(catalogue);
    const SchemaInspector::Column& column =
        *catalogue->table(QStringLiteral("checkpoints"))->column(QStringLiteral("expires_at"));
    const Result<StoredTimeForm> form = storedTimeForm(connection, *catalogue, QStringLiteral("checkpoints"),
                                                       {QStringLiteral("expires_at"), QStringLiteral("created_at")});
    PORTOLAN_TRY(form);
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    // On a server the row stays as it was seen until the end.
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT CAST(expires_at AS TEXT), %1 FROM checkpoints WHERE checkpoint_name = ? AND version = ?")
                .arg(columnAs(ColumnType::Time, QStringLiteral("expires_at"), column, connection.dialect()).expression)
            + (connection.dialect() == SqlDialect::Postgresql ? QStringLiteral(" FOR UPDATE") : QString()),
        {wholeText(name), version}, doing);
    PORTOLAN_TRY(rows);
    std::vector<QByteArray> before; // empty: never
    bool isAsExpected = true;
    QueryCursor walk(connection, *rows, doing);
    while (walk.next()) {
        before.push_back(rows->value(0).toString().toUtf8());
        isAsExpected = !expected || (*expected ? timeAt(*rows, 1) == *expected : rows->value(0).isNull());
    }
    if (walk.error())
        return *walk.error();
    if (before.size() != 1)
        return before.empty() ? notFound(name, version) : thereTwice(name, version);
    if (!isAsExpected)
        return Error{ErrorCode::Changed,
                     QStringLiteral("It was changed meanwhile: the expiry of %1 is another one now (%2). Nothing was "
                                    "done.")
                         .arg(described(name, version),
                              before.front().isEmpty() ? QStringLiteral("never") : QString::fromUtf8(before.front()))};
    if (Result<void> done = executeExpecting(
            connection,
            QStringLiteral("UPDATE checkpoints SET expires_at = %1 WHERE checkpoint_name = ? AND version = ?")
                .arg(timePlaceholder(column, connection.dialect())),
            {expires ? inForm(*form, *expires) : QVariant(), wholeText(name), version}, 1, doing);
        !done)
        return done;
    // As it stands in the row, whose form of a time is its owner's.
    const Result<QVariant> after = connection.value(
        QStringLiteral("SELECT CAST(expires_at AS TEXT) FROM checkpoints WHERE checkpoint_name = ? AND version = ?"),
        {wholeText(name), version});
    PORTOLAN_TRY(after);
    const auto imageOf = [&](const QByteArray& time) {
        QByteArray text = "{\"version\":" + QByteArray::number(version) + ",\"expires_at\":";
        if (time.isEmpty())
            text += "null";
        else
            appendJsonString(text, time);
        return text + '}';
    };
    AuditEntry entry = entryOf("set expiry", name, reason, actor);
    entry.before = imageOf(before.front());
    entry.after = imageOf(after->toString().toUtf8());
    if (Result<void> told = SqlAudit::append(*work, entry); !told)
        return told;
    return work->commit();
}

} // namespace portolan
