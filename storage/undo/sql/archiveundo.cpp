#include "storage/undo/sql/archiveundo.h"

#include "storage/operations/sql/sqljobs.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/postgresql/serverlock.h"
#include "storage/sql/rowimage.h"
#include "storage/sql/rowreader.h"

namespace portolan {

namespace {

/// The state of an act's rows: in the order of the columns of DiscardSql::actRows().
struct ActRow {
    qint64 entry = 0;
    QByteArray message;
    qint64 archived = 0; ///< 0: nothing of it is in the archive
    qint64 newest = 0;   ///< the last entry that tells of its leaving or coming back
    QByteArray by;       ///< that entry's actor
    bool isUndo = false; ///< that entry is of an undo of this act
    bool isThere = false;
    bool isSame = false; ///< as the act left it
    QByteArray hash;     ///< of a restoring: of what came back
};

ActRow readRow(const RowView& row) {
    return {numberAt(row, 0),      bytesAt(row, 1),       numberAt(row, 2),      numberAt(row, 3), bytesAt(row, 4),
            numberAt(row, 5) != 0, numberAt(row, 6) != 0, numberAt(row, 7) != 0, bytesAt(row, 8)};
}

QString whyTouched(const ActRow& row, bool restores) {
    if (row.newest != row.entry)
        return undoText(QT_TRANSLATE_NOOP("Undo", "%1 moved it since (entry %2)"))
            .arg(QString::fromUtf8(row.by), QString::number(row.newest));
    if (restores)
        return row.isThere ? undoText(QT_TRANSLATE_NOOP("Undo", "a message with its id is there again"))
                           : undoText(QT_TRANSLATE_NOOP("Undo", "it is not in the archive any more"));
    return row.isThere ? undoText(QT_TRANSLATE_NOOP("Undo", "it was changed since"))
                       : undoText(QT_TRANSLATE_NOOP("Undo", "it is gone"));
}

UndoUnit messageUnit(const ActRow& row, bool restores) {
    UndoUnit unit;
    unit.place = row.entry;
    unit.id = row.message;
    unit.archived = row.archived;
    unit.hash = QByteArray::fromHex(row.hash);
    unit.step.table = "port_messages";
    unit.step.key = row.message;
    unit.step.change = restores ? "put back from the archive" : "moved into the archive";
    const bool isReady =
        row.newest == row.entry && (restores ? row.archived > 0 && !row.isThere : row.isThere && row.isSame);
    if (isReady)
        return unit;
    unit.step.state = row.isUndo ? UndoState::Undone : UndoState::Touched;
    unit.step.detail = whyTouched(row, restores);
    return unit;
}

} // namespace

Result<std::unique_ptr<UndoPart>> ArchiveUndo::make(Session& session, SqlArchive& archive, const AuditEntry& entry,
                                                    UndoWay way) {
    const bool restores = way == UndoWay::Discard;
    if (!entry.runId)
        return Error{
            ErrorCode::Unsupported,
            undoText(QT_TRANSLATE_NOOP(
                         "Undo", "An older version of Portolan wrote the audit's %1, and did not note in it of which "
                                 "act it is. %2"))
                .arg(entryName(entry),
                     restores ? undoText(
                         QT_TRANSLATE_NOOP("Undo", "`portolan discard --restore FILE` puts its messages back."))
                              : undoText(QT_TRANSLATE_NOOP(
                                  "Undo", "`portolan discard --ids FILE` discards its messages again.")))};
    const Result<SchemaInspector> catalogue = SchemaInspector::read(session.connection());
    PORTOLAN_TRY(catalogue);
    Result<DiscardSql> sql = DiscardSql::make(*catalogue, session.dialect());
    PORTOLAN_TRY(sql);
    return std::unique_ptr<UndoPart>(new ArchiveUndo(session, archive, std::move(*sql), entry, restores));
}

Result<std::vector<UndoUnit>> ArchiveUndo::page(qint64 after, int most) {
    const QString doing = QStringLiteral("read the audit of");
    if (connection().sqlite()) {
        PORTOLAN_TRY(addImageFunctions(connection().sqlite()));
    }
    const QVariantList bindings{wholeText(*m_act.runId), wholeText(*m_act.runId),
                                m_restores ? QStringLiteral("discard") : QStringLiteral("restore_discarded"), after,
                                most};
    Result<QSqlQuery> rows = connection().run(m_sql.actRows(), bindings, doing);
    PORTOLAN_TRY(rows);
    std::vector<UndoUnit> units;
    QueryCursor walk(connection(), *rows, doing);
    while (walk.next())
        units.push_back(messageUnit(readRow(*rows), m_restores));
    if (walk.error())
        return *walk.error();
    return units;
}

Result<void> ArchiveUndo::lock() {
    return lockUntilCommit(connection(), ServerLock::Archive);
}

Result<void> ArchiveUndo::prepare(const CancelToken& token) {
    return m_restores ? Result<void>() : m_archive.rememberGroups(token);
}

Result<void> ArchiveUndo::begin(const UndoAuthor& author, qint64 rows) {
    PORTOLAN_TRY(beginJob(connection(), author.act, "undo", "{\"of\":\"" + QByteArray::number(m_act.id) + "\"}", rows,
                          author.actor));
    AuditEntry told = undoEntry(m_act, author, m_restores ? "restore_discarded" : "discard");
    told.subjectKind = "job";
    told.subjectId = m_act.runId;
    told.runId = author.act;
    return write(told);
}

Result<void> ArchiveUndo::apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) {
    const SqlArchive::Author named{author.actor, author.reason, author.act};
    if (m_restores) {
        std::vector<qint64> archived;
        for (const UndoUnit& unit : ready)
            archived.push_back(unit.archived);
        PORTOLAN_TRY(SqlArchive::putBack(connection(), m_sql, archived, named));
    } else {
        std::vector<SqlArchive::Letter> letters;
        for (const UndoUnit& unit : ready)
            letters.push_back({unit.id, unit.hash});
        const Result<qint64> moved = SqlArchive::takeAway(connection(), m_sql, letters, named);
        PORTOLAN_TRY(moved);
        if (*moved != std::ssize(ready))
            return Error{ErrorCode::Changed, QStringLiteral("Somebody changed one of the messages at this moment. "
                                                            "Nothing of this step was done; run the command again.")};
    }
    return tellProgress(connection(), author.act, std::ssize(ready));
}

Result<void> ArchiveUndo::end(const UndoAuthor& author, qint64 rows) {
    PORTOLAN_TRY(setJobResult(connection(), author.act, "{\"undone\":" + QByteArray::number(rows) + "}"));
    return changeJob(connection(), author.act, JobState::Completed, author.actor, {});
}

Result<void> ArchiveUndo::fail(const UndoAuthor& author, const Error& error) {
    return changeJob(connection(), author.act,
                     error.code == ErrorCode::Cancelled ? JobState::Cancelled : JobState::Failed, author.actor,
                     error.text.toUtf8());
}

} // namespace portolan
