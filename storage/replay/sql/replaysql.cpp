#include "storage/replay/sql/replaysql.h"

#include "storage/replay/replay.h"
#include "storage/sql/columns/columnadapters.h"

#include <algorithm>

namespace portolan {

namespace {

/// A change that putting a message back makes in a column. The other columns stay.
struct Reset {
    const char* column;
    const char* value;
};
constexpr Reset resets[] = {
    {"status", "'pending'"},  {"retry_count", "0"},      {"processed_at", "NULL"},
    {"completed_at", "NULL"}, {"error_message", "NULL"}, {"error_details", "NULL"},
};

/// The column of the time at which a message's status changed (migration 012).
constexpr auto changedColumn = "status_changed_at";

QString nowOf(SqlDialect dialect) {
    return dialect == SqlDialect::Postgresql ? QStringLiteral("clock_timestamp()")
                                             : QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
}

/// Puts a text, which is the catalogue's or ours, in single quotes.
QString literal(QString text) {
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QLatin1String("''")) + QLatin1Char('\'');
}

/// Casts an element of a list of ids to the column's type; NULL for a text that the type refuses, so that it is no id
/// and fails no statement.
QString castIfFit(const QString& type) {
    const char* const form = type == QLatin1String("uuid")       ? "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
                             : type == QLatin1String("bigint")   ? "^-{0,1}[0-9]{1,18}$"
                             : type == QLatin1String("integer")  ? "^-{0,1}[0-9]{1,9}$"
                             : type == QLatin1String("smallint") ? "^-{0,1}[0-9]{1,4}$"
                                                                 : nullptr;
    const QString cast = QStringLiteral("CAST(value AS %1)").arg(type);
    return form ? QStringLiteral("CASE WHEN value ~ '%1' THEN %2 END").arg(QLatin1String(form), cast) : cast;
}

} // namespace

Result<ReplaySql> ReplaySql::make(const SchemaInspector& catalogue, SqlDialect dialect) {
    const QString table = QStringLiteral("port_messages");
    if (const std::optional<QString> lacking = catalogue.lacks(table, {"id", "port_name", "status", "message_data"}))
        return Error{ErrorCode::Unsupported, *lacking};
    for (const char* own :
         {"portolan_replay_runs", "portolan_replay_items", "portolan_outbox", "portolan_audit", "portolan_jobs"}) {
        if (const std::optional<QString> lacking = catalogue.lacks(QLatin1String(own), {}))
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("Replays are noted in Portolan's own tables. %1 `portolan migrate up` "
                                        "adds them, and leaves the others as they are.")
                             .arg(*lacking)};
    }
    ReplaySql sql(dialect);
    const SchemaInspector::Entry& entry = *catalogue.table(table);
    for (const SchemaInspector::Column& column : entry.columns) {
        sql.m_columns.append(column.name);
        if (dialect == SqlDialect::Sqlite || column.type.startsWith(QLatin1String("json")))
            sql.m_documents.append(column.name);
    }
    for (const Reset& reset : resets) {
        const SchemaInspector::Column* const column = entry.column(QLatin1String(reset.column));
        if (!column || (column->notNull && qstrcmp(reset.value, "NULL") == 0))
            continue;
        if (qstrcmp(reset.column, "status") != 0)
            sql.m_reset.append(QStringLiteral("%1 = %2").arg(QLatin1String(reset.column), QLatin1String(reset.value)));
        sql.m_resetColumns.push_back(reset.column);
    }
    if (entry.column(QLatin1String(changedColumn))) {
        sql.m_reset.append(QStringLiteral("%1 = %2").arg(QLatin1String(changedColumn), nowOf(dialect)));
        sql.m_resetColumns.push_back(changedColumn);
    }
    sql.m_idType = entry.column(QStringLiteral("id"))->type;
    sql.m_dataType = entry.column(QStringLiteral("message_data"))->type;
    const SchemaInspector::Column* const completed = entry.column(QStringLiteral("completed_at"));
    const auto keepsTexts = [](const QString& type) { // as SQLite's affinities have it
        return !type.contains(QLatin1String("INT"), Qt::CaseInsensitive)
               && !type.contains(QLatin1String("REAL"), Qt::CaseInsensitive);
    };
    sql.m_keepsCompletion = completed
                            && (dialect == SqlDialect::Sqlite ? keepsTexts(completed->type)
                                                              : completed->type.startsWith(QLatin1String("timestamp")));
    QStringList died;
    for (const char* name : {"processed_at", changedColumn, "created_at"}) {
        if (entry.column(QLatin1String(name)))
            died << comparableColumn(catalogue, dialect, ColumnType::Time,
                                     QStringLiteral("port_messages.%1 m").arg(QLatin1String(name)));
    }
    sql.m_died = died.isEmpty() ? QStringLiteral("NULL") : QStringLiteral("COALESCE(%1, NULL)").arg(died.join(u','));
    sql.m_hasProcessedEvents = !catalogue.lacks(QStringLiteral("processed_events"), {"event_id"});
    return sql;
}

QString ReplaySql::resetValue(const QString& column) const {
    if (column == QLatin1String(changedColumn))
        return nowOf(m_dialect);
    for (const Reset& reset : resets) {
        if (column == QLatin1String(reset.column)
            && std::ranges::find(m_resetColumns, QByteArrayView(reset.column)) != m_resetColumns.end())
            return QLatin1String(reset.value);
    }
    return {};
}

/// Makes a JSON object of these columns of a row.
QString ReplaySql::imageOf(const QStringList& columns, const QString& alias) const {
    QStringList parts;
    for (const QString& column : columns) {
        const Result<QString> quoted = quoteIdentifier(column);
        if (!quoted)
            continue;
        if (!isServer())
            parts << literal(column);
        parts << alias + QLatin1Char('.') + *quoted;
    }
    const QString list = parts.join(QStringLiteral(", "));
    return isServer() ? QStringLiteral("CAST(row_to_json((SELECT r FROM (SELECT %1) AS r)) AS text)").arg(list)
                      : QStringLiteral("portolan_image(%1)").arg(list);
}

/// Makes a JSON object of all columns of a row; of the column that came with migration 012 only where it has a value,
/// so that rows whose status has not changed since look as they did before.
QString ReplaySql::image(const QString& alias) const {
    const QString whole =
        isServer() ? QStringLiteral("CAST(row_to_json(%1) AS text)").arg(alias) : imageOf(m_columns, alias);
    if (!has(changedColumn))
        return whole;
    QStringList before = m_columns;
    before.removeAll(QLatin1String(changedColumn));
    return QStringLiteral("CASE WHEN %1.%2 IS NULL THEN %3 ELSE %4 END")
        .arg(alias, QLatin1String(changedColumn), imageOf(before, alias), whole);
}

QString ReplaySql::hash(const QString& alias) const {
    return isServer() ? QStringLiteral("sha256(convert_to(%1, 'UTF8'))").arg(image(alias))
                      : QStringLiteral("portolan_sha256(%1)").arg(image(alias));
}

QString ReplaySql::isDead(const QString& alias) const {
    return has("max_retries") && has("retry_count")
               ? QStringLiteral("(%1.status = 'dead_letter' OR (%1.status = 'failed' AND %1.retry_count >= "
                                "%1.max_retries))")
                     .arg(alias)
               : QStringLiteral("(%1.status = 'dead_letter')").arg(alias);
}

QString ReplaySql::sameMessage(const QString& row, const QString& item) const {
    const QString id = QStringLiteral("coalesce(%1.replaced_by, %1.message_id)").arg(item);
    return isServer() ? QStringLiteral("%1.id = CAST(%2 AS %3)").arg(row, id, m_idType)
                      : QStringLiteral("%1.id = %2").arg(row, id);
}

/// Returns the condition that `expression` is one of a JSON array of numbers.
QString ReplaySql::oneOf(const QString& expression) const {
    return isServer() ? QStringLiteral("%1 IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(? AS "
                                       "json)))")
                            .arg(expression)
                      : QStringLiteral("%1 IN (SELECT value FROM json_each(?))").arg(expression);
}

QString ReplaySql::run() const {
    return isServer() ? QStringLiteral("CAST(? AS uuid)") : QStringLiteral("?");
}

QString ReplaySql::time() const {
    return isServer() ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
}

QString ReplaySql::isOneOf() const {
    return isServer() ? QStringLiteral("m.id IN (SELECT %1 FROM json_array_elements_text(CAST(? AS json)))")
                            .arg(castIfFit(m_idType))
                      : QStringLiteral("m.id IN (SELECT value FROM json_each(?))");
}

QString ReplaySql::insertRun() const {
    return QStringLiteral("INSERT INTO portolan_replay_runs (id, filter, reason, actor, target, frozen) "
                          "VALUES (%1, ?, ?, ?, ?, ?)")
        .arg(run());
}

QString ReplaySql::seen(const QString& condition) const {
    const bool isDated = has("created_at");
    return QStringLiteral("SELECT CAST(m.id AS text), %1, %2 FROM port_messages AS m WHERE %3 ORDER BY %4")
        .arg(hash(QStringLiteral("m")), m_died, condition,
             isDated ? QStringLiteral("m.created_at ASC NULLS FIRST, m.id ASC") : QStringLiteral("m.id ASC"));
}

QString ReplaySql::insertItems() const {
    const QString values =
        isServer() ? QStringLiteral("CAST(value ->> 0 AS bigint), value ->> 1, CAST('null' AS json), "
                                    "decode(value ->> 2, 'hex'), value ->> 3 FROM json_array_elements(CAST(? AS json))")
                   : QStringLiteral("json_extract(value, '$[0]'), json_extract(value, '$[1]'), 'null', "
                                    "portolan_unhex(json_extract(value, '$[2]')), json_extract(value, '$[3]') "
                                    "FROM json_each(?)");
    return QStringLiteral("INSERT INTO portolan_replay_items (run_id, position, message_id, before_image, row_hash, "
                          "fingerprint) SELECT %1, %2")
        .arg(run(), values);
}

QString ReplaySql::lockRun() const {
    const QString sql = QStringLiteral("SELECT state FROM portolan_replay_runs WHERE id = ") + run();
    return isServer() ? sql + QStringLiteral(" FOR UPDATE") : sql;
}

QString ReplaySql::next(bool unsettled) const {
    const QString states =
        unsettled ? QStringLiteral("state IN ('replayed', 'pending')") : QStringLiteral("state = 'frozen'");
    return QStringLiteral("SELECT position FROM portolan_replay_items WHERE run_id = %1 AND %2 AND position > ? "
                          "ORDER BY position LIMIT ?")
        .arg(run(), states);
}

QString ReplaySql::lockRows() const {
    if (!isServer())
        return {};
    return QStringLiteral("SELECT 1 FROM port_messages AS m JOIN portolan_replay_items AS i ON %1 "
                          "WHERE i.run_id = %2 AND %3 ORDER BY m.id FOR UPDATE OF m")
        .arg(sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(), oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::mark(const char* released) const {
    const QString hash = isServer() ? QStringLiteral("sha256(convert_to(found.image, 'UTF8'))")
                                    : QStringLiteral("portolan_sha256(found.image)");
    return QStringLiteral(
               "WITH found AS MATERIALIZED (SELECT i.position AS place, i.row_hash AS row_hash, m.id IS NULL AS gone, "
               "m.status AS status, %1 AS image FROM portolan_replay_items AS i LEFT JOIN port_messages AS m ON %3 "
               "WHERE i.run_id = %4 AND %5 AND i.state = 'frozen'), "
               "seen AS MATERIALIZED (SELECT found.*, coalesce(NOT found.gone AND %8 = found.row_hash, %2) AS same "
               "FROM found) "
               "UPDATE portolan_replay_items AS i SET state = CASE WHEN seen.same THEN '%7' ELSE 'skipped' END, "
               "before_image = CASE WHEN seen.same THEN %9 ELSE i.before_image END, "
               "detail = CASE WHEN seen.same THEN NULL WHEN seen.gone THEN 'deleted' WHEN seen.status IN "
               "('dead_letter', 'failed') THEN 'changed' ELSE 'changed: now ' || seen.status END, updated_at = %6 "
               "FROM seen WHERE i.run_id = %4 AND i.position = seen.place "
               "RETURNING position, state")
        .arg(image(QStringLiteral("m")), isServer() ? QStringLiteral("FALSE") : QStringLiteral("0"),
             sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(), oneOf(QStringLiteral("i.position")), time(),
             QLatin1String(released), hash,
             isServer() ? QStringLiteral("CAST(seen.image AS json)") : QStringLiteral("seen.image"));
}

QString ReplaySql::reset(const char* status) const {
    const QStringList assignments = QStringList(QStringLiteral("status = '%1'").arg(QLatin1String(status))) + m_reset;
    return QStringLiteral("UPDATE port_messages SET %1 WHERE id IN (SELECT %2 FROM portolan_replay_items AS i "
                          "WHERE i.run_id = %3 AND %4)")
        .arg(assignments.join(QStringLiteral(", ")), frozenId(), run(), oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::noteAfter() const {
    return QStringLiteral("UPDATE portolan_replay_items AS i SET after_hash = %1 FROM port_messages AS m "
                          "WHERE %2 AND i.run_id = %3 AND %4")
        .arg(hash(QStringLiteral("m")), sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(),
             oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::audit(bool recalled) const {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    const QString row = isServer() ? QStringLiteral("row_to_json(m)") : image(QStringLiteral("m"));
    const QString frozen = QStringLiteral("i.before_image");
    return QStringLiteral("INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, reason, run_id, "
                          "before_image, after_image) SELECT %1, %1, 'port_message', i.message_id, %1, "
                          "CAST(i.run_id AS text), %2, %3 FROM portolan_replay_items AS i "
                          "JOIN port_messages AS m ON %4 WHERE i.run_id = %5 AND %6 ORDER BY i.position")
        .arg(text, recalled ? row : frozen, recalled ? frozen : row,
             sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(), oneOf(QStringLiteral("i.position")));
}

/// Returns the condition that a row is as the replay left it. An edited one can go back only as long as no other has
/// its old id.
QString ReplaySql::untouchedRow() const {
    return QStringLiteral("m.status = 'pending' AND %1 = i.after_hash AND (i.replaced_by IS NULL OR NOT EXISTS "
                          "(SELECT 1 FROM port_messages AS old WHERE old.id = %2))")
        .arg(hash(QStringLiteral("m")), frozenId());
}

QString ReplaySql::untouched() const {
    return QStringLiteral("SELECT count(*) FROM portolan_replay_items AS i JOIN port_messages AS m ON %1 "
                          "WHERE i.run_id = %2 AND %3 AND i.state = ? AND %4")
        .arg(sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(), oneOf(QStringLiteral("i.position")),
             untouchedRow());
}

QString ReplaySql::markRecalled() const {
    return QStringLiteral(
               "WITH seen AS MATERIALIZED (SELECT i.position AS place FROM portolan_replay_items AS i "
               "JOIN port_messages AS m ON %1 WHERE i.run_id = %2 AND %3 AND i.state IN ('replayed', 'pending') "
               "AND %4) UPDATE portolan_replay_items AS i SET state = 'recalled', updated_at = %5 "
               "FROM seen WHERE i.run_id = %2 AND i.position = seen.place RETURNING position")
        .arg(sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(), oneOf(QStringLiteral("i.position")),
             untouchedRow(), time());
}

QString ReplaySql::restore() const {
    QStringList assignments;
    for (const char* column : m_resetColumns) {
        const QString name = QLatin1String(column);
        assignments << QStringLiteral("%1 = %2").arg(
            name, isServer() ? QStringLiteral("was.%1").arg(name)
                             : QStringLiteral("portolan_from_image(i.before_image, %1)").arg(literal(name)));
    }
    const QString from = isServer() ? QStringLiteral("portolan_replay_items AS i CROSS JOIN LATERAL "
                                                     "json_populate_record(CAST(NULL AS port_messages), %1) AS was")
                                          .arg(imageObject())
                                    : QStringLiteral("portolan_replay_items AS i");
    return QStringLiteral("UPDATE port_messages AS m SET %1 FROM %2 WHERE %3 AND i.run_id = %4 AND %5")
        .arg(assignments.join(QStringLiteral(", ")), from, sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(),
             oneOf(QStringLiteral("i.position")));
}

/// Returns an id of an item (i), as port_messages has it.
QString ReplaySql::frozenId(const char* column) const {
    const QString id = QStringLiteral("i.%1").arg(QLatin1String(column));
    return isServer() ? QStringLiteral("CAST(%1 AS %2)").arg(id, m_idType) : id;
}

QString ReplaySql::putBackItems() const {
    return QStringLiteral("SELECT i.position, i.message_id, i.state, m.status, CASE WHEN i.state IN ('replayed', "
                          "'pending') AND %1 THEN 1 ELSE 0 END FROM portolan_replay_items AS i LEFT JOIN port_messages "
                          "AS m ON %2 WHERE i.run_id = %3 AND i.position > ? AND i.state IN ('replayed', 'pending', "
                          "'completed', 'failed_same', 'failed_anew', 'vanished', 'recalled') ORDER BY i.position "
                          "LIMIT ?")
        .arg(untouchedRow(), sameMessage(QStringLiteral("m"), QStringLiteral("i")), run());
}

QString ReplaySql::recalledItems() const {
    return QStringLiteral("SELECT i.position, i.message_id, i.state, m.status, CASE WHEN %1 = i.row_hash AND "
                          "(i.replaced_by IS NULL OR NOT EXISTS (SELECT 1 FROM port_messages AS x WHERE x.id = %2)) "
                          "THEN 1 ELSE 0 END FROM portolan_replay_items AS i LEFT JOIN port_messages AS m ON m.id = %3 "
                          "WHERE i.run_id = %4 AND i.position > ? AND i.state = 'recalled' ORDER BY i.position LIMIT ?")
        .arg(hash(QStringLiteral("m")), frozenId("replaced_by"), frozenId(), run());
}

QString ReplaySql::lockFrozenRows() const {
    if (!isServer())
        return {};
    return QStringLiteral("SELECT 1 FROM port_messages AS m JOIN portolan_replay_items AS i ON m.id = %1 "
                          "WHERE i.run_id = %2 AND %3 ORDER BY m.id FOR UPDATE OF m")
        .arg(frozenId(), run(), oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::joinRecall() const {
    // By the subject: a run has hundreds of thousands of entries.
    return QStringLiteral("JOIN portolan_audit AS a ON a.id = (SELECT max(x.id) FROM portolan_audit AS x WHERE "
                          "x.subject_kind = 'port_message' AND x.subject_id = i.message_id AND x.action = 'recall' AND "
                          "%1 = CAST(i.run_id AS text))")
        .arg(isServer() ? QStringLiteral("x.run_id") : QStringLiteral("+x.run_id"));
}

QString ReplaySql::resetAgain() const {
    QStringList assignments;
    for (const char* column : m_resetColumns) {
        const QString name = QLatin1String(column);
        assignments << QStringLiteral("%1 = %2").arg(
            name, isServer() ? QStringLiteral("was.%1").arg(name)
                             : QStringLiteral("portolan_from_image(a.before_image, %1)").arg(literal(name)));
    }
    return QStringLiteral("UPDATE port_messages AS m SET %1 FROM portolan_replay_items AS i %2%3 WHERE m.id = %4 AND "
                          "i.run_id = %5 AND %6")
        .arg(assignments.join(QStringLiteral(", ")), joinRecall(),
             isServer() ? QStringLiteral(" CROSS JOIN LATERAL json_populate_record(CAST(NULL AS port_messages), "
                                         "a.before_image) AS was")
                        : QString(),
             frozenId(), run(), oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::countAsLeft() const {
    return QStringLiteral("SELECT count(*) FROM portolan_replay_items AS i JOIN port_messages AS m ON %1 "
                          "WHERE i.run_id = %2 AND %3 AND %4 = i.after_hash")
        .arg(sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(), oneOf(QStringLiteral("i.position")),
             hash(QStringLiteral("m")));
}

QString ReplaySql::dropImages() const {
    return QStringLiteral("UPDATE portolan_replay_items AS i SET before_image = 'null' WHERE i.run_id = %1 AND %2")
        .arg(run(), oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::imageObject() const {
    // The server may ask it of items that the statement leaves out afterwards.
    return isServer() ? QStringLiteral("CASE WHEN json_typeof(i.before_image) = 'object' THEN i.before_image END")
                      : QStringLiteral("i.before_image");
}

QString ReplaySql::imageValue(const char* column) const {
    if (!has(column))
        return QStringLiteral("NULL");
    return isServer() ? QStringLiteral("i.before_image ->> %1").arg(literal(QLatin1String(column)))
                      : QStringLiteral("portolan_from_image(i.before_image, %1)").arg(literal(QLatin1String(column)));
}

QString ReplaySql::outcomes() const {
    const QString text = isServer() ? QStringLiteral("CAST(m.%1 AS text)") : QStringLiteral("m.%1");
    const auto now = [&](const char* column) {
        return has(column) ? text.arg(QLatin1String(column)) : QStringLiteral("NULL");
    };
    return QStringLiteral("SELECT i.position, i.state, m.status, CASE WHEN %1 THEN 1 ELSE 0 END, %2, %3, %4, %5 "
                          "FROM portolan_replay_items AS i LEFT JOIN port_messages AS m ON %6 "
                          "WHERE i.run_id = %7 AND %8 AND i.state IN ('replayed', 'pending') ORDER BY i.position")
        .arg(isDead(QStringLiteral("m")), now("error_message"), now("error_details"), imageValue("error_message"),
             imageValue("error_details"), sameMessage(QStringLiteral("m"), QStringLiteral("i")), run(),
             oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::openOf() const {
    const QString ids = isServer() ? QStringLiteral("(SELECT value FROM json_array_elements_text(CAST(? AS json)))")
                                   : QStringLiteral("(SELECT value FROM json_each(?))");
    // An edited message has an id of its own, which no index has: it is looked for where runs that edit are open.
    return QStringLiteral(
               "SELECT CAST(i.run_id AS text), i.position FROM portolan_replay_items AS i WHERE i.message_id IN %1 AND "
               "i.state IN ('replayed', 'pending') AND i.replaced_by IS NULL AND (SELECT r.target FROM "
               "portolan_replay_runs AS r WHERE r.id = i.run_id) = '%2' UNION ALL SELECT CAST(i.run_id AS text), "
               "i.position FROM portolan_replay_runs AS r JOIN portolan_replay_items AS i ON i.run_id = r.id AND "
               "i.state IN ('replayed', 'pending') WHERE r.options IS NOT NULL AND r.replayed + r.pending > 0 AND "
               "r.target = '%2' AND i.replaced_by IN %1")
        .arg(ids, QLatin1StringView(toPorts));
}

QString ReplaySql::move() const {
    const QString text = isServer() ? QStringLiteral("CAST(? AS text)") : QStringLiteral("?");
    return QStringLiteral("UPDATE portolan_replay_items AS i SET state = %1, detail = %1, updated_at = %2 "
                          "WHERE i.run_id = %3 AND %4")
        .arg(text, time(), run(), oneOf(QStringLiteral("i.position")));
}

QString ReplaySql::alreadyProcessed(const QString& condition) const {
    if (!m_hasProcessedEvents)
        return {};
    // A message's event id is in its document or its metadata; else the message's own id is one.
    const auto field = [&](const char* column) {
        const QString name = QLatin1String(column);
        return isServer()
                   ? QStringLiteral("m.%1 ->> 'event_id'").arg(name)
                   : QStringLiteral("CASE WHEN json_valid(m.%1) THEN CAST(json_extract(m.%1, '$.event_id') AS TEXT) "
                                    "END")
                         .arg(name);
    };
    QStringList candidates;
    for (const char* column : {"message_data", "message_metadata"}) {
        if (m_documents.contains(QLatin1String(column)))
            candidates << field(column);
    }
    candidates << QStringLiteral("CAST(m.id AS text)");
    return QStringLiteral("SELECT count(*) FROM port_messages AS m WHERE %1 AND EXISTS (SELECT 1 FROM processed_events "
                          "AS p WHERE p.event_id = coalesce(%2))")
        .arg(condition, candidates.join(QStringLiteral(", ")));
}

} // namespace portolan
