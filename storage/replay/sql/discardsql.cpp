#include "storage/replay/sql/archivesql.h"

namespace portolan {

Result<DiscardSql> DiscardSql::make(const SchemaInspector& catalogue, SqlDialect dialect) {
    const Result<ReplaySql> replay = ReplaySql::make(catalogue, dialect);
    PORTOLAN_TRY(replay);
    const Result<ArchiveSql> archive = ArchiveSql::make(catalogue, *replay);
    return archive ? Result<DiscardSql>(DiscardSql(*archive)) : Result<DiscardSql>(archive.error());
}

QString DiscardSql::hexHash(const QString& alias) const {
    return isServer() ? QStringLiteral("encode(%1, 'hex')").arg(m_replay.hash(alias))
                      : QStringLiteral("lower(hex(%1))").arg(m_replay.hash(alias));
}

/// Makes a table of the ids and hashes that were seen. seen.
QString DiscardSql::seenList() const {
    return isServer() ? QStringLiteral("(SELECT CAST(value ->> 0 AS %1) AS id, value ->> 1 AS hash FROM "
                                       "json_array_elements(CAST(? AS json)))")
                            .arg(m_replay.idType())
                      : QStringLiteral("(SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS hash "
                                       "FROM json_each(?))");
}

QString DiscardSql::seen(const QString& condition) const {
    return QStringLiteral("SELECT CAST(m.id AS text), %1 FROM port_messages AS m WHERE %2")
        .arg(hexHash(QStringLiteral("m")), condition);
}

QString DiscardSql::count(const QString& condition) const {
    return QStringLiteral("SELECT count(*) FROM port_messages AS m WHERE %1").arg(condition);
}

QString DiscardSql::lock() const {
    return isServer() ? QStringLiteral("SELECT 1 FROM port_messages AS m WHERE m.id IN (SELECT id FROM %1 AS seen) "
                                       "ORDER BY m.id FOR UPDATE")
                            .arg(seenList())
                      : QString();
}

QString DiscardSql::archive() const {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    const QString image = m_replay.image(QStringLiteral("m"));
    const QString row = isServer() ? QStringLiteral("CAST(%1 AS json)").arg(image) : image;
    return QStringLiteral("INSERT INTO portolan_message_archive (message_id, row_image, original, row_key, cause, "
                          "reason, actor) SELECT CAST(m.id AS text), %1, %2, %3, 'discarded', %4, %4 FROM %5 AS seen "
                          "JOIN port_messages AS m ON m.id = seen.id WHERE %6 = seen.hash RETURNING id")
        .arg(row, bytes(QStringLiteral("m.message_data")), rowKey(QStringLiteral("m")), text, seenList(),
             hexHash(QStringLiteral("m")));
}

/// Returns the message id of an archived row (a), as port_messages has it.
QString DiscardSql::archivedMessage() const {
    return isServer() ? QStringLiteral("CAST(a.message_id AS %1)").arg(m_replay.idType())
                      : QStringLiteral("a.message_id");
}

QString DiscardSql::remove() const {
    return QStringLiteral("DELETE FROM port_messages WHERE id IN (SELECT %1 FROM portolan_message_archive AS a "
                          "WHERE %2)")
        .arg(archivedMessage(), m_replay.oneOf(QStringLiteral("a.id")));
}

QString DiscardSql::audit(const char* action, const char* before, const char* after, const QString& where) const {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    return QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, "
                          "before_image, after_image) SELECT %1, '%2', 'port_message', a.message_id, %1, %1, %3, %4 "
                          "FROM portolan_message_archive AS a WHERE %5 ORDER BY a.id")
        .arg(text, QLatin1String(action), QLatin1String(before), QLatin1String(after), where);
}

QString DiscardSql::auditDiscarded() const {
    return audit("discard", "a.row_image", "NULL", m_replay.oneOf(QStringLiteral("a.id")));
}

QString DiscardSql::archived() const {
    return QStringLiteral(
        "SELECT a.id, a.cause, a.message_id FROM portolan_message_archive AS a WHERE a.message_id = ? "
        "AND a.restored_at IS NULL ORDER BY a.id DESC LIMIT 1");
}

QString DiscardSql::archivedRow() const {
    return QStringLiteral("SELECT a.id, a.cause, a.message_id FROM portolan_message_archive AS a WHERE a.id = ? AND "
                          "a.restored_at IS NULL");
}

QString DiscardSql::isThere() const {
    return QStringLiteral("SELECT count(*) FROM portolan_message_archive AS a JOIN port_messages AS m ON m.id = %1 "
                          "WHERE a.id = ?")
        .arg(archivedMessage());
}

/// SQLite reads all rows before it inserts the first: those that get a new number come after those that have theirs
/// again, else a new one might be one of theirs.
QString DiscardSql::restore() const {
    const QString which = m_replay.oneOf(QStringLiteral("a.id"));
    const QString rows =
        m_keepsRowKeys
            ? QStringLiteral("(SELECT a.id, a.row_image, CASE WHEN row_number() OVER (PARTITION BY a.row_key ORDER BY "
                             "a.id) = 1 AND NOT EXISTS (SELECT 1 FROM port_messages AS x WHERE x.rowid = a.row_key) "
                             "THEN a.row_key END AS row_key FROM portolan_message_archive AS a WHERE %1) AS a%2 "
                             "ORDER BY a.row_key IS NULL, a.id")
                  .arg(which, QStringLiteral("%1"))
            : QStringLiteral("portolan_message_archive AS a%1 WHERE %2 ORDER BY a.id").arg(QStringLiteral("%1"), which);
    return insertFromImage(QStringLiteral("a.row_image"), rows, QStringLiteral("a.row_key"));
}

QString DiscardSql::notSame() const {
    const QString image = isServer() ? QStringLiteral("CAST(a.row_image AS text)") : QStringLiteral("a.row_image");
    return QStringLiteral("SELECT a.message_id FROM portolan_message_archive AS a LEFT JOIN port_messages AS m ON m.id "
                          "= %1 WHERE %2 AND (m.id IS NULL OR %3 IS DISTINCT FROM %4) LIMIT 1")
        .arg(archivedMessage(), m_replay.oneOf(QStringLiteral("a.id")), m_replay.image(QStringLiteral("m")), image);
}

QString DiscardSql::noteBack() const {
    return QStringLiteral("UPDATE portolan_message_archive AS a SET restored_at = %1 WHERE %2")
        .arg(m_replay.time(), m_replay.oneOf(QStringLiteral("a.id")));
}

QString DiscardSql::actRows() const {
    const QString id =
        isServer() ? QStringLiteral("CAST(a.subject_id AS %1)").arg(m_replay.idType()) : QStringLiteral("a.subject_id");
    const QString image = isServer() ? QStringLiteral("CAST(a.after_image AS text)") : QStringLiteral("a.after_image");
    const QString hash = isServer() ? QStringLiteral("encode(sha256(convert_to(%1, 'UTF8')), 'hex')").arg(image)
                                    : QStringLiteral("lower(hex(portolan_sha256(%1)))").arg(image);
    // SQLite goes by the act's entries, and to each by its message; the act's index would be gone through for each.
    const QString plain = isServer() ? QString() : QStringLiteral("+");
    return QStringLiteral(
               "SELECT a.id, a.subject_id, (SELECT max(r.id) FROM portolan_message_archive AS r WHERE r.message_id = "
               "a.subject_id AND r.cause = 'discarded' AND r.restored_at IS NULL), n.id, n.actor, CASE WHEN EXISTS "
               "(SELECT 1 FROM portolan_audit AS u WHERE u.subject_kind = 'job' AND u.subject_id = ? AND u.action = "
               "'undo' AND %4u.run_id = n.run_id) THEN 1 ELSE 0 END, CASE WHEN m.id IS NULL THEN 0 ELSE 1 END, CASE "
               "WHEN "
               "%1 = %2 THEN 1 ELSE 0 END, %6 FROM portolan_audit AS a %5 portolan_audit AS n ON n.id = (SELECT "
               "max(x.id) FROM portolan_audit AS x WHERE x.subject_kind = 'port_message' AND x.subject_id = "
               "a.subject_id AND x.action IN ('discard', 'restore_discarded')) LEFT JOIN port_messages AS m ON m.id = "
               "%3 WHERE a.run_id = ? AND a.action = ? AND %4a.subject_kind = 'port_message' AND a.id > ? ORDER BY "
               "a.id LIMIT ?")
        .arg(m_replay.image(QStringLiteral("m")), image, id, plain,
             isServer() ? QStringLiteral("JOIN") : QStringLiteral("CROSS JOIN"), hash);
}

QString DiscardSql::auditRestored() const {
    return audit("restore_discarded", "NULL", "a.row_image", m_replay.oneOf(QStringLiteral("a.id")));
}

} // namespace portolan
