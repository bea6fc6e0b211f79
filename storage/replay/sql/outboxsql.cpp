#include "storage/replay/sql/outboxsql.h"

namespace portolan {

namespace {

constexpr QLatin1String itemsTable("portolan_replay_items AS i");
constexpr QLatin1String inOutbox("portolan_outbox AS o ON o.run_id = i.run_id AND o.message_id = i.message_id");

} // namespace

/// Returns the expression of the document's bytes.
QString OutboxSql::payload() const {
    if (!isServer())
        return QStringLiteral("coalesce(portolan_bytes(m.message_data), x'')");
    const QString bytes = m_dataType == QLatin1String("bytea")
                              ? QStringLiteral("m.message_data")
                              : QStringLiteral("convert_to(CAST(m.message_data AS text), 'UTF8')");
    return QStringLiteral("coalesce(%1, CAST('' AS bytea))").arg(bytes);
}

QString OutboxSql::insert() const {
    return QStringLiteral("INSERT INTO portolan_outbox (run_id, message_id, target, payload) "
                          "SELECT i.run_id, i.message_id, r.target, %1 FROM %2 "
                          "JOIN portolan_replay_runs AS r ON r.id = i.run_id JOIN port_messages AS m ON %3 "
                          "WHERE i.run_id = %4 AND %5 ORDER BY i.position")
        .arg(payload(), itemsTable, same(), run(), chosen());
}

QString OutboxSql::insertEdited() const {
    return QStringLiteral("INSERT INTO portolan_outbox (run_id, message_id, target, payload) "
                          "SELECT i.run_id, i.message_id, r.target, %1 FROM %2 "
                          "JOIN portolan_replay_runs AS r ON r.id = i.run_id WHERE i.run_id = %3 AND i.position = ?")
        .arg(isServer() ? QStringLiteral("CAST(? AS bytea)") : QStringLiteral("?"), itemsTable, run());
}

/// Returns the condition that an item is one of the next in a state; the index of states finds them directly.
/// run, run, after position, at most.
QString OutboxSql::page(const char* state) const {
    return QStringLiteral(
               "i.run_id = %1 AND i.position IN (SELECT position FROM portolan_replay_items WHERE run_id = %1 "
               "AND state = '%2' AND position > ? ORDER BY position LIMIT ?)")
        .arg(run(), QLatin1String(state));
}

QString OutboxSql::queued() const {
    return QStringLiteral("SELECT i.position, CAST(o.id AS text), length(o.payload) FROM %1 JOIN %2 WHERE %3 "
                          "ORDER BY i.position")
        .arg(itemsTable, inOutbox, page("queued"));
}

/// Returns the expression of a text or number of the row as it was frozen. SQLite's own functions parse an image once
/// for all of its columns; a value that is an object there is a text that is no UTF-8.
QString OutboxSql::frozenValue(const char* column) const {
    if (isServer() || !has(column))
        return imageValue(column);
    return QStringLiteral("CASE json_type(i.before_image, '$.%1') WHEN 'object' THEN %2 ELSE "
                          "json_extract(i.before_image, '$.%1') END")
        .arg(QLatin1String(column), imageValue(column));
}

QString OutboxSql::letters() const {
    QStringList images;
    for (const char* column : {"port_name", "source_component", "target_component", "message_metadata", "max_retries"})
        images << frozenValue(column);
    return QStringLiteral("SELECT i.position, CAST(o.id AS text), i.message_id, %1, o.payload FROM %2 JOIN %3 "
                          "WHERE i.run_id = %4 AND %5 ORDER BY i.position")
        .arg(images.join(QStringLiteral(", ")), itemsTable, inOutbox, run(), chosen());
}

QString OutboxSql::sent() const {
    return QStringLiteral(
               "SELECT i.position, CAST(o.id AS text), coalesce(o.server_run, ''), o.epoch FROM %1 JOIN %2 WHERE %3 "
               "ORDER BY i.position")
        .arg(itemsTable, inOutbox, page("replayed"));
}

QString OutboxSql::sentHere() const {
    return QStringLiteral("SELECT i.position FROM %1 JOIN %2 WHERE %3 AND o.server_run = ? AND o.epoch <= ? "
                          "ORDER BY i.position")
        .arg(itemsTable, inOutbox, page("replayed"));
}

QString OutboxSql::stillIn() const {
    return QStringLiteral("SELECT i.position FROM %1 WHERE i.run_id = %2 AND %3 AND i.state = ? ORDER BY i.position")
        .arg(itemsTable, run(), chosen());
}

QString OutboxSql::rows() const {
    return QStringLiteral("SELECT i.position, CASE WHEN m.id IS NULL THEN 'deleted' WHEN %1 = i.after_hash THEN "
                          "m.status ELSE 'changed' END FROM %2 LEFT JOIN port_messages AS m ON %3 "
                          "WHERE i.run_id = %4 AND %5 ORDER BY i.position")
        .arg(hash(QStringLiteral("m")), itemsTable, same(), run(), chosen());
}

QString OutboxSql::set(const QString& assignments) const {
    return QStringLiteral("UPDATE portolan_outbox SET %1 WHERE run_id = %2 AND message_id IN "
                          "(SELECT i.message_id FROM %3 WHERE i.run_id = %2 AND %4)")
        .arg(assignments, run(), itemsTable, chosen());
}

QString OutboxSql::noteReceipts() const {
    const QString receipts =
        isServer() ? QStringLiteral("SELECT CAST(value ->> 0 AS bigint) AS place, value ->> 1 AS entry "
                                    "FROM json_array_elements(CAST(? AS json))")
                   : QStringLiteral("SELECT json_extract(value, '$[0]') AS place, json_extract(value, '$[1]') AS entry "
                                    "FROM json_each(?)");
    // From the receipts to the outbox, and not through all that the run ever sent.
    return QStringLiteral("WITH s AS MATERIALIZED (SELECT i.message_id AS message_id, e.entry AS entry FROM (%1) AS e "
                          "CROSS JOIN %2 WHERE i.run_id = %3 AND i.position = e.place) "
                          "UPDATE portolan_outbox AS o SET state = 'sent', sent_at = %4, server_run = ?, "
                          "entry = s.entry FROM s WHERE o.run_id = %3 AND o.message_id = s.message_id "
                          "AND o.state = 'queued'")
        .arg(receipts, itemsTable, run(), time());
}

QString OutboxSql::moveOnly() const {
    return QStringLiteral("UPDATE %1 SET state = ?, updated_at = %2 WHERE i.run_id = %3 AND %4")
        .arg(itemsTable, time(), run(), chosen());
}

QString OutboxSql::completeRows() const {
    const QString id =
        isServer() ? QStringLiteral("CAST(i.message_id AS %1)").arg(m_idType) : QStringLiteral("i.message_id");
    const QString when = m_keepsCompletion ? QStringLiteral(", completed_at = ") + time() : QString();
    return QStringLiteral("UPDATE port_messages SET status = 'completed'%1 WHERE id IN (SELECT %2 FROM %3 "
                          "WHERE i.run_id = %4 AND %5)")
        .arg(when, id, itemsTable, run(), chosen());
}

QString OutboxSql::auditItems() const {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    const QString row = isServer() ? QStringLiteral("row_to_json(m)") : image(QStringLiteral("m"));
    return QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, "
                          "before_image, after_image) SELECT %1, %1, 'port_message', i.message_id, %1, "
                          "CAST(i.run_id AS text), i.before_image, CASE WHEN m.id IS NULL THEN NULL ELSE %2 END "
                          "FROM %3 LEFT JOIN port_messages AS m ON %4 WHERE i.run_id = %5 AND %6 ORDER BY i.position")
        .arg(text, row, itemsTable, same(), run(), chosen());
}

QString OutboxSql::open() const {
    return QStringLiteral("SELECT count(*) FROM %1 WHERE i.run_id = %2 AND i.state IN ('frozen', 'queued', 'replayed')")
        .arg(itemsTable, run());
}

} // namespace portolan
