#include "storage/replay/sql/archivesql.h"

#include <algorithm>

namespace portolan {

namespace {

/// Says in words why a new id, the text of a UUID, does not fit a column of this type; nothing when it does.
std::optional<QString> lacksNewIds(const QString& type, bool server) {
    const QString why = QStringLiteral("An edited message is a new one with an id of its own, a UUID; the ids of "
                                       "port_messages are %1 in this database.")
                            .arg(type);
    if (server) {
        const bool fits =
            type == QLatin1String("uuid") || type == QLatin1String("text")
            || (type.startsWith(QLatin1String("character varying"))
                && (!type.contains(QLatin1Char('(')) || type.section(QLatin1Char('('), 1).chopped(1).toInt() >= 36));
        return fits ? std::nullopt : std::optional(why);
    }
    constexpr const char* numbers[] = {"INT", "REAL", "FLOA", "DOUB"};
    const bool number = std::ranges::any_of(
        numbers, [&](const char* part) { return type.contains(QLatin1String(part), Qt::CaseInsensitive); });
    return number ? std::optional(why) : std::nullopt;
}

} // namespace

Result<ArchiveSql> ArchiveSql::make(const SchemaInspector& catalogue, const ReplaySql& replay) {
    const QString table = QStringLiteral("portolan_message_archive");
    if (const std::optional<QString> lacking = catalogue.lacks(table, {"row_image", "original", "row_key"}))
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("Messages that leave port_messages are kept in a table of Portolan's own. %1 `portolan "
                           "migrate up` adds them, and leaves the others as they are.")
                .arg(*lacking)};
    ArchiveSql sql(replay);
    const SchemaInspector::Entry* const entry = catalogue.table(QStringLiteral("port_messages"));
    const SchemaInspector::Column* const document = entry ? entry->column(QStringLiteral("message_data")) : nullptr;
    if (!document)
        return Error{ErrorCode::Unsupported, QStringLiteral("There are no port messages.")};
    for (const QString& column : replay.columns()) {
        Result<QString> quoted = quoteIdentifier(column);
        PORTOLAN_TRY(quoted);
        sql.m_quoted.append(std::move(*quoted));
    }
    sql.m_documentType = document->type;
    sql.m_keepsRowKeys = !replay.isServer() && entry->hasRowIds && !entry->column(QStringLiteral("rowid"));
    sql.m_missingEdit = lacksNewIds(replay.idType(), replay.isServer());
    return sql;
}

QString ArchiveSql::bytes(const QString& expression) const {
    return isServer() ? QStringLiteral("convert_to(CAST(%1 AS text), 'UTF8')").arg(expression)
                      : QStringLiteral("portolan_bytes(%1)").arg(expression);
}

/// Selects the ids in a column of a run's items. run, positions.
QString ArchiveSql::ofItems(const QString& column) const {
    const QString id = QStringLiteral("i.%1").arg(column);
    return QStringLiteral("SELECT %1 FROM portolan_replay_items AS i WHERE i.run_id = %2 AND %3")
        .arg(isServer() ? QStringLiteral("CAST(%1 AS %2)").arg(id, m_replay.idType()) : id, m_replay.run(),
             m_replay.oneOf(QStringLiteral("i.position")));
}

QString ArchiveSql::rowKey(const QString& alias) const {
    return m_keepsRowKeys ? alias + QStringLiteral(".rowid") : QStringLiteral("NULL");
}

QString ArchiveSql::archiveEdited() const {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    const QString old =
        isServer() ? QStringLiteral("CAST(i.message_id AS %1)").arg(m_replay.idType()) : QStringLiteral("i.message_id");
    return QStringLiteral("INSERT INTO portolan_message_archive (message_id, row_image, original, row_key, cause, "
                          "replaced_by, reason, actor) SELECT i.message_id, i.before_image, %1, %2, 'edited', "
                          "i.replaced_by, %3, %3 FROM portolan_replay_items AS i JOIN port_messages AS m ON m.id = %4 "
                          "WHERE i.run_id = %5 AND %6 ORDER BY i.position")
        .arg(bytes(QStringLiteral("m.message_data")), rowKey(QStringLiteral("m")), text, old, m_replay.run(),
             m_replay.oneOf(QStringLiteral("i.position")));
}

QString ArchiveSql::removeOld() const {
    return QStringLiteral("DELETE FROM port_messages WHERE id IN (%1)").arg(ofItems(QStringLiteral("message_id")));
}

QString ArchiveSql::removeEdited() const {
    return QStringLiteral("DELETE FROM port_messages WHERE id IN (%1)").arg(ofItems(QStringLiteral("replaced_by")));
}

/// Inserts rows from their images; `rest` is the FROM and WHERE of a SELECT, `key` the number that a row had in SQLite,
/// which it gets again unless another row has it by now.
QString ArchiveSql::insertFromImage(const QString& image, const QString& rest, const QString& key) const {
    QStringList values;
    for (qsizetype i = 0; i < m_quoted.size(); ++i) {
        QString name = m_replay.columns()[i];
        values << (isServer() ? QStringLiteral("was.") + m_quoted[i]
                              : QStringLiteral("portolan_from_image(%1, '%2')")
                                    .arg(image, name.replace(QLatin1Char('\''), QLatin1String("''"))));
    }
    QStringList columns = m_quoted;
    if (m_keepsRowKeys) {
        columns << QStringLiteral("rowid");
        values << key;
    }
    return QStringLiteral("INSERT INTO port_messages (%1) SELECT %2 FROM %3")
        .arg(columns.join(QStringLiteral(", ")), values.join(QStringLiteral(", ")),
             rest.arg(isServer() ? QStringLiteral(" CROSS JOIN LATERAL json_populate_record(CAST(NULL AS "
                                                  "port_messages), %1) AS was")
                                       .arg(image)
                                 : QString()));
}

/// As in DiscardSql::restore(), rows that get a new number come after those that have theirs again, and of two that had
/// the same number the first has it.
QString ArchiveSql::restoreOld() const {
    const QString items = QStringLiteral("portolan_replay_items AS i LEFT JOIN portolan_message_archive AS a ON "
                                         "a.message_id = i.message_id AND a.replaced_by = i.replaced_by AND "
                                         "a.restored_at IS NULL%1 WHERE i.run_id = %2 AND %3")
                              .arg(QStringLiteral("%1"), m_replay.run(), m_replay.oneOf(QStringLiteral("i.position")));
    const QString keyed =
        QStringLiteral("(SELECT i.position, i.before_image, CASE WHEN row_number() OVER (PARTITION BY a.row_key ORDER "
                       "BY i.position) = 1 AND NOT EXISTS (SELECT 1 FROM port_messages AS x WHERE x.rowid = a.row_key) "
                       "THEN a.row_key END AS row_key FROM %1) AS i ORDER BY i.row_key IS NULL, i.position");
    return insertFromImage(m_replay.imageObject(), m_keepsRowKeys ? keyed.arg(items) : items,
                           QStringLiteral("i.row_key"));
}

QString ArchiveSql::countRestored() const {
    const QString old =
        isServer() ? QStringLiteral("CAST(i.message_id AS %1)").arg(m_replay.idType()) : QStringLiteral("i.message_id");
    return QStringLiteral("SELECT count(*) FROM portolan_replay_items AS i JOIN port_messages AS m ON m.id = %1 "
                          "WHERE i.run_id = %2 AND %3 AND %4 = i.row_hash")
        .arg(old, m_replay.run(), m_replay.oneOf(QStringLiteral("i.position")), m_replay.hash(QStringLiteral("m")));
}

QString ArchiveSql::noteRestored() const {
    return QStringLiteral("UPDATE portolan_message_archive AS a SET restored_at = %1 FROM portolan_replay_items AS i "
                          "WHERE a.message_id = i.message_id AND a.replaced_by = i.replaced_by AND a.restored_at IS "
                          "NULL AND i.run_id = %2 AND %3")
        .arg(m_replay.time(), m_replay.run(), m_replay.oneOf(QStringLiteral("i.position")));
}

QString ArchiveSql::editAgain() const {
    const QString rest = QStringLiteral("portolan_replay_items AS i %1%2 WHERE i.run_id = %3 AND %4")
                             .arg(m_replay.joinRecall(), QStringLiteral("%1"), m_replay.run(),
                                  m_replay.oneOf(QStringLiteral("i.position")));
    return insertFromImage(QStringLiteral("a.before_image"), rest, QStringLiteral("NULL"));
}

QString ArchiveSql::noteGone() const {
    return QStringLiteral("UPDATE portolan_message_archive AS a SET restored_at = NULL FROM portolan_replay_items AS i "
                          "WHERE a.message_id = i.message_id AND a.replaced_by = i.replaced_by AND i.run_id = %1 AND "
                          "%2")
        .arg(m_replay.run(), m_replay.oneOf(QStringLiteral("i.position")));
}

QString ArchiveSql::documents() const {
    return QStringLiteral("SELECT i.position, %1 FROM portolan_replay_items AS i JOIN port_messages AS m ON %2 "
                          "WHERE i.run_id = %3 AND %4 ORDER BY i.position")
        .arg(bytes(QStringLiteral("m.message_data")), m_replay.sameMessage(QStringLiteral("m"), QStringLiteral("i")),
             m_replay.run(), m_replay.oneOf(QStringLiteral("i.position")));
}

QString ArchiveSql::seenDocuments(const QString& condition) const {
    return QStringLiteral("SELECT CAST(m.id AS text), %1 FROM port_messages AS m WHERE %2")
        .arg(bytes(QStringLiteral("m.message_data")), condition);
}

QString ArchiveSql::insertEdited() const {
    const QString id = isServer() ? QStringLiteral("CAST(? AS %1)").arg(m_replay.idType()) : QStringLiteral("?");
    const QString document = isServer() ? QStringLiteral("CAST(? AS %1)").arg(m_documentType) : QStringLiteral("?");
    const QString old =
        isServer() ? QStringLiteral("CAST(i.message_id AS %1)").arg(m_replay.idType()) : QStringLiteral("i.message_id");
    QStringList values;
    for (qsizetype i = 0; i < m_quoted.size(); ++i) {
        const QString& name = m_replay.columns()[i];
        const QString reset = m_replay.resetValue(name);
        if (name == QLatin1String("id"))
            values << QStringLiteral("fresh.id");
        else if (name == QLatin1String("message_data"))
            values << (isServer() ? QStringLiteral("fresh.document")
                                  : QStringLiteral("portolan_like(m.%1, fresh.document)").arg(m_quoted[i]));
        else
            values << (reset.isEmpty() ? QStringLiteral("m.") + m_quoted[i] : reset);
    }
    return QStringLiteral("WITH fresh AS (SELECT %1 AS id, %2 AS document) INSERT INTO port_messages (%3) SELECT %4 "
                          "FROM fresh CROSS JOIN portolan_replay_items AS i JOIN port_messages AS m ON m.id = %5 "
                          "WHERE i.run_id = %6 AND i.position = ?")
        .arg(id, document, m_quoted.join(QStringLiteral(", ")), values.join(QStringLiteral(", ")), old, m_replay.run());
}

} // namespace portolan
