#include "storage/operations/sql/sqlaudit.h"

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
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("SELECT id, at, actor, action, subject_kind, subject_id, reason, run_id, before_image, "
                       "after_image FROM portolan_audit WHERE subject_kind = ? AND subject_id = ? "
                       "ORDER BY id DESC LIMIT ?"),
        {wholeText(kind), wholeText(id), QVariant(most)}, QStringLiteral("read the audit of"));
    PORTOLAN_TRY(rows);
    std::vector<AuditEntry> entries;
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        entries.push_back(readEntry(*rows));
    }
    if (walk.error())
        return *walk.error();
    std::ranges::reverse(entries);
    return entries;
}

Result<void> SqlAudit::append(UnitOfWork& work, const AuditEntry& entry) {
    return work.connection().execute(
        QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, "
                       "before_image, after_image) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
        {bound(entry.actor), bound(entry.action), bound(entry.subjectKind), bound(entry.subjectId), bound(entry.reason),
         bound(entry.runId), bound(entry.before), bound(entry.after)},
        QStringLiteral("write the audit of"));
}

} // namespace portolan
