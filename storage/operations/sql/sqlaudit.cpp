#include "storage/operations/sql/sqlaudit.h"

#include "storage/operations/sql/auditparts.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/tablelistingfactory.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace portolan {

namespace {

QString auditTable() {
    return QStringLiteral("portolan_audit");
}

AuditEntry readEntry(const RowView& row) {
    return AuditEntry{numberAt(row, 0), timeAt(row, 1).value_or(Timestamp()),
                      bytesAt(row, 2),  bytesAt(row, 3),
                      bytesAt(row, 4),  textAt(row, 5),
                      textAt(row, 6),   textAt(row, 7),
                      textAt(row, 8),   textAt(row, 9)};
}

/// A text as its database takes it, NULL for nothing.
QVariant bound(const std::optional<QByteArray>& text) {
    return text ? QVariant(QString::fromUtf8(*text)) : QVariant();
}

QString writingAudit() {
    return QStringLiteral("write the audit of");
}

QString insertEntry() {
    return QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, "
                          "before_image, after_image) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
}

QVariantList valuesOf(const AuditEntry& entry) {
    return {bound(entry.actor),  bound(entry.action), bound(entry.subjectKind), bound(entry.subjectId),
            bound(entry.reason), bound(entry.runId),  bound(entry.before),      bound(entry.after)};
}

Result<std::vector<AuditEntry>> entriesWhere(Connection& connection, const QString& condition,
                                             const QVariantList& bindings) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT id, at, actor, action, subject_kind, subject_id, reason, run_id, before_image, "
                       "after_image FROM portolan_audit WHERE ")
            + condition,
        bindings, QStringLiteral("read the audit of"));
    PORTOLAN_TRY(rows);
    std::vector<AuditEntry> entries;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        entries.push_back(readEntry(*rows));
    }
    if (walk.error())
        return *walk.error();
    return entries;
}

} // namespace

SqlAudit::SqlAudit(Session& session)
    : m_session(session)
    , m_entries(
          session, [this](Connection& connection) { return listing(connection); }, &readEntry) {}

std::optional<QString> SqlAudit::unavailableReason(const SchemaInspector& catalogue) {
    if (auto lacking = catalogue.lacks(auditTable(), {"id", "at", "actor", "action", "subject_kind"}))
        return *lacking
               + QStringLiteral(" The audit is one of Portolan's own tables; `portolan migrate up` adds these and "
                                "leaves others as they are.");
    return lacksKey(*catalogue.table(auditTable()), auditTable());
}

Result<void> SqlAudit::mayChange(Session& session, const QString& table, std::initializer_list<const char*> columns,
                                 const QString& remedy) {
    if (session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(session.url().display())};
    PORTOLAN_TRY(session.freshen());
    const Result<SchemaInspector> catalogue = SchemaInspector::read(session.connection());
    PORTOLAN_TRY(catalogue);
    for (const auto& lacking : {catalogue->lacks(table, columns), unavailableReason(*catalogue)}) {
        if (lacking)
            return Error{ErrorCode::Unsupported, *lacking + u' ' + remedy};
    }
    return {};
}

Result<const SqlListing*> SqlAudit::listing(Connection& connection) {
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (m_listing && m_generation == m_session.generation() && m_mark == *now)
        return &*m_listing;
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const auto lacking = unavailableReason(*catalogue))
        return Error{ErrorCode::Unsupported, *lacking};
    Result<SqlListing> made =
        listingOfTable(*catalogue->table(auditTable()), auditTable(), auditSchema(), QStringLiteral("a"));
    PORTOLAN_TRY(made);
    m_listing = std::move(*made);
    m_generation = m_session.generation();
    m_mark = *now;
    return &*m_listing;
}

Result<AuditParts> SqlAudit::parts(qint64 after, qint64 before, int most, const Filter& filter,
                                   const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<AuditParts> {
        const Result<const SqlListing*> known = listing(connection);
        return known ? readAuditParts(connection, **known, {after, before, most}, filter) : known.error();
    });
}

Result<std::vector<AuditEntry>> SqlAudit::ofAll(Connection& connection, const QByteArray& kind,
                                                std::span<const QByteArray> ids) {
    std::vector<AuditEntry> entries;
    for (const QByteArray& id : ids) {
        auto found = about(connection, kind, id, std::numeric_limits<int>::max());
        if (!found)
            return found;
        std::ranges::move(*found, std::back_inserter(entries));
    }
    return entries;
}

Result<std::vector<AuditEntry>> SqlAudit::about(Connection& connection, const QByteArray& kind, const QByteArray& id,
                                                int most) {
    auto entries =
        entriesWhere(connection, QStringLiteral("subject_kind = ? AND subject_id = ? ORDER BY id DESC LIMIT ?"),
                     {wholeText(kind), wholeText(id), QVariant(most)});
    if (entries)
        std::ranges::reverse(*entries);
    return entries;
}

Result<std::optional<AuditEntry>> SqlAudit::entry(Connection& connection, qint64 id) {
    const auto found = entriesWhere(connection, QStringLiteral("id = ?"), {id});
    PORTOLAN_TRY(found);
    return found->empty() ? std::nullopt : std::optional(found->front());
}

Result<std::vector<AuditEntry>> SqlAudit::newestOf(Connection& connection, const QByteArray& actor, int most) {
    return entriesWhere(connection, QStringLiteral("actor = ? ORDER BY id DESC LIMIT ?"),
                        {wholeText(actor), QVariant(most)});
}

Result<std::vector<AuditEntry>> SqlAudit::ofAct(Connection& connection, const AuditEntry& like, qint64 after,
                                                int most) {
    if (!like.runId)
        return after < like.id ? std::vector{like} : std::vector<AuditEntry>();
    // SQLite has fewer entries of an act than of a kind of subject, which it does not know.
    const QString kind =
        connection.dialect() == SqlDialect::Sqlite ? QStringLiteral("+subject_kind") : QStringLiteral("subject_kind");
    return entriesWhere(
        connection, QStringLiteral("run_id = ? AND action = ? AND %1 = ? AND id > ? ORDER BY id LIMIT ?").arg(kind),
        {wholeText(*like.runId), wholeText(like.action), wholeText(like.subjectKind), after, QVariant(most)});
}

Result<void> SqlAudit::append(UnitOfWork& work, const AuditEntry& entry) {
    return work.connection().execute(insertEntry(), valuesOf(entry), writingAudit());
}

Result<qint64> SqlAudit::add(Connection& connection, const AuditEntry& entry) {
    PreparedStatements once(connection);
    return add(once, entry);
}

Result<qint64> SqlAudit::add(PreparedStatements& statements, const AuditEntry& entry) {
    const Result<QSqlQuery*> row =
        statements.run(insertEntry() + QStringLiteral(" RETURNING id"), valuesOf(entry), writingAudit());
    PORTOLAN_TRY(row);
    const Result<bool> found = statements.connection().next(**row, writingAudit());
    PORTOLAN_TRY(found);
    const qint64 number = (*row)->value(0).toLongLong();
    (*row)->finish();
    return number;
}

} // namespace portolan
