#include "storage/ports/sql/sqlmessagehistory.h"

#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/rowreader.h"

#include <algorithm>

namespace portolan {

namespace {

QString readingHistory() {
    return QStringLiteral("read the history of a message in");
}

/// Calls `take` with every row of a statement.
template <class Take>
Result<void> forEachRow(Connection& connection, const QString& sql, const QVariantList& bindings, Take take) {
    Result<QSqlQuery> rows = connection.run(sql, bindings, readingHistory());
    PORTOLAN_TRY(rows);
    QueryCursor walk(connection, *rows);
    while (walk.next()) {
        take(*rows);
    }
    if (walk.error())
        return *walk.error();
    return {};
}

Result<void> readReplays(Connection& connection, MessageHistory& history) {
    const Result<void> read = forEachRow(
        connection,
        QStringLiteral("SELECT r.id, r.state, i.position, i.state, i.detail, r.reason, r.actor, i.updated_at "
                       "FROM portolan_replay_items AS i JOIN portolan_replay_runs AS r ON r.id = i.run_id "
                       "WHERE i.message_id = ? ORDER BY i.updated_at DESC, i.run_id DESC LIMIT ?"),
        {wholeText(history.message.id), QVariant(MessageHistory::most)}, [&](const QSqlQuery& row) {
            MessageReplay replay;
            replay.runId = row.value(0).toString().toUtf8();
            replay.runState = runStateNamed(row.value(1).toString().toUtf8()).value_or(RunState::Failed);
            replay.position = row.value(2).toLongLong();
            replay.state = itemStateNamed(row.value(3).toString().toUtf8()).value_or(ItemState::Failed);
            replay.detail = textAt(row, 4);
            replay.reason = row.value(5).toString().toUtf8();
            replay.actor = row.value(6).toString().toUtf8();
            replay.updatedAt = timeAt(row, 7);
            history.replays.push_back(std::move(replay));
        });
    std::ranges::reverse(history.replays);
    return read;
}

Result<void> readProcessed(Connection& connection, MessageHistory& history) {
    const QByteArray event = namedInMessage(history.message, "event_id").value_or(history.message.id);
    return forEachRow(
        connection, QStringLiteral("SELECT event_id, sensor_id, processed_at FROM processed_events WHERE event_id = ?"),
        {wholeText(event)}, [&](const QSqlQuery& row) {
            history.processed = ProcessedEvent{row.value(0).toString().toUtf8(), textAt(row, 1), timeAt(row, 2)};
        });
}

/// Reads messages of the same correlation id from before or after the message, by time. No index leads to a name in a
/// document: the nearest ones are looked at.
Result<void> readRelated(Connection& connection, const PortLayout& layout, bool before, MessageHistory& history) {
    QString id = QString::fromUtf8(*history.correlationId);
    id.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    const ColumnSet& schema = *layout.messages.schema;
    const Timestamp created = *history.message.createdAt;
    const auto same = parseFilter(QStringLiteral("meta.correlation_id:\"%1\" or data.correlation_id:\"%1\"").arg(id),
                                  schema, created);
    const auto near =
        parseFilter(QStringLiteral("created_at%1%2")
                        .arg(before ? QStringLiteral("<=") : QStringLiteral(">"), microsecondsText(created)),
                    schema, created);
    if (!same || !near)
        return {}; // an id that no filter can name, of which no message can be found
    const SqlDialect dialect = connection.dialect();
    const SqlCondition isSame = compileFilter(*same, schema, layout.messages.sql, dialect);
    const SqlCondition isNear = compileFilter(*near, schema, layout.messages.sql, dialect);
    const auto column = [&](const char* name) { return layout.column(name).expression; };
    const QString sql =
        QStringLiteral("SELECT i, p, s, t FROM (SELECT %1 AS i, %2 AS p, %3 AS s, %4 AS t, CASE WHEN %5 THEN 1 ELSE 0 "
                       "END AS hit FROM %6 AS %7 WHERE %8 ORDER BY %4 %9 LIMIT ?) AS near WHERE hit = 1 ORDER BY t %9 "
                       "LIMIT ?")
            .arg(column("id"), column("port_name"), column("status"), column("created_at"), isSame.condition,
                 layout.messages.table, layout.messages.alias, isNear.condition,
                 before ? QStringLiteral("DESC") : QStringLiteral("ASC"));
    const QVariantList bindings =
        isSame.bindings + isNear.bindings
        + QVariantList{QVariant(MessageHistory::neighbours), QVariant(MessageHistory::most / 2)};
    return forEachRow(connection, sql, bindings, [&](const QSqlQuery& row) {
        RelatedMessage related{row.value(0).toString().toUtf8(), row.value(1).toString().toUtf8(),
                               row.value(2).toString().toUtf8(), timeAt(row, 3)};
        if (related.id != history.message.id)
            history.related.push_back(std::move(related));
    });
}

} // namespace

Result<MessageHistory> readMessageHistory(Connection& connection, const PortLayout& layout, PortMessage message) {
    MessageHistory history;
    history.message = std::move(message);
    history.correlationId = namedInMessage(history.message, "correlation_id");
    if (layout.hasAudit) {
        auto audit = SqlAudit::about(connection, "port_message", history.message.id, MessageHistory::most);
        PORTOLAN_TRY(audit);
        history.audit = std::move(*audit);
    }
    if (layout.hasReplays) {
        PORTOLAN_TRY(readReplays(connection, history));
    }
    if (layout.hasProcessedEvents) {
        PORTOLAN_TRY(readProcessed(connection, history));
    }
    if (history.correlationId && history.message.createdAt && layout.timesByIndex) {
        for (const bool before : {true, false}) {
            PORTOLAN_TRY(readRelated(connection, layout, before, history));
        }
        std::ranges::stable_sort(history.related, {}, &RelatedMessage::createdAt);
    }
    return history;
}

} // namespace portolan
