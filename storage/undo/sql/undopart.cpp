#include "storage/undo/sql/undopart.h"

#include "storage/json/jsonplace.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/filtersqltext.h"

namespace portolan {

Result<void> UndoPart::write(const AuditEntry& entry) {
    PreparedStatements once(connection());
    return write(once, entry);
}

Result<void> UndoPart::write(PreparedStatements& statements, const AuditEntry& entry) {
    const Result<qint64> added = SqlAudit::add(statements, entry);
    PORTOLAN_TRY(added);
    m_entry = *added;
    return {};
}

AuditEntry undoEntry(const AuditEntry& undone, const UndoAuthor& author, const char* does) {
    AuditEntry entry;
    entry.actor = author.actor;
    entry.action = "undo";
    entry.subjectKind = undone.subjectKind;
    entry.subjectId = undone.subjectId;
    entry.reason = author.reason;
    entry.after = "{\"undoes\":" + QByteArray::number(undone.id) + ",\"does\":\"" + does + "\"}";
    return entry;
}

QByteArray doneBy(const AuditEntry& entry) {
    const auto does =
        entry.action == "undo" && entry.after ? findJsonPlace(*entry.after, {QByteArray("does")}) : std::nullopt;
    return does ? does->text() : QByteArray();
}

Result<std::optional<AuditEntry>> standingUndo(PreparedStatements& statements, const AuditEntry& entry) {
    const QString undoes = statements.connection().dialect() == SqlDialect::Postgresql
                               ? QStringLiteral("after_image ->> 'undoes'")
                               : QStringLiteral("CAST(json_extract(after_image, '$.undoes') AS TEXT)");
    const QString sql = QStringLiteral("SELECT max(id) FROM portolan_audit WHERE subject_kind = ? AND subject_id = ? "
                                       "AND action = 'undo' AND %1 = ?")
                            .arg(undoes);
    std::optional<AuditEntry> standing;
    qint64 of = entry.id;
    for (bool isUndone = true;; isUndone = !isUndone) { // the undo of an undo does the act again
        const Result<QVariant> newest =
            statements.value(sql, {wholeText(entry.subjectKind), wholeText(entry.subjectId.value_or(QByteArray())),
                                   QString::number(of)});
        PORTOLAN_TRY(newest);
        if (newest->isNull())
            return standing;
        of = newest->toLongLong();
        standing.reset();
        if (!isUndone)
            continue;
        Result<std::optional<AuditEntry>> undo = SqlAudit::entry(statements.connection(), of);
        PORTOLAN_TRY(undo);
        standing = std::move(*undo);
    }
}

QString entryName(const AuditEntry& entry) {
    return undoText(QT_TRANSLATE_NOOP("Undo", "entry %1 of %2"))
        .arg(QString::number(entry.id), QString::fromUtf8(entry.actor));
}

} // namespace portolan
