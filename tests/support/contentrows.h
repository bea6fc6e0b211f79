#pragma once

#include "storage/stores/openstore.h"
#include "tests/support/need.h"

#include <QByteArray>
#include <QStringList>
#include <random>
#include <vector>

namespace portolan::test {

/// Makes rows of the pipeline's and Portolan's own tables as statements that SQLite and a server both take, with values
/// that are hard to carry from one to the other. Of the same seed the same rows.
class ContentRows {
public:
    explicit ContentRows(quint32 seed) : m_random(seed) {}

    /// Statements for about so many rows of each table; `isServer`: bytes are written so.
    QByteArray statements(int rows, bool isServer) {
        m_isServer = isServer;
        QByteArray sql = "BEGIN;";
        for (int i = 1; i <= rows; ++i)
            sql += row(i);
        return sql + "COMMIT;";
    }

    QByteArray uuid() {
        QByteArray text;
        for (int i = 0; i < 32; ++i) {
            text += i == 8 || i == 12 || i == 16 || i == 20 ? "-" : "";
            text += "0123456789abcdef"[number(16)];
        }
        return text;
    }

private:
    int number(int below) { return static_cast<int>(m_random() % static_cast<quint32>(below)); }
    static QByteArray text(QByteArray value) { return "'" + value.replace('\'', "''") + "'"; }
    QByteArray wild() {
        static const std::vector<QByteArray> all{"plain",
                                                 "it's",
                                                 "tab\there",
                                                 "line\nbreak\r",
                                                 "back\\slash\\n",
                                                 "\\N",
                                                 "",
                                                 " blank ",
                                                 "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                                                 "\xe2\x80\xae"
                                                 "rtl",
                                                 "\"quoted\"",
                                                 "%_?$1",
                                                 "\x01\x1f\x7f"};
        return all[static_cast<std::size_t>(number(static_cast<int>(all.size())))];
    }
    QByteArray document() {
        static const std::vector<QByteArray> all{"{}",
                                                 "[]",
                                                 "null",
                                                 "{\"b\": 1, \"a\":2}",
                                                 "{\"a\":1.50,\"n\":9007199254740993}",
                                                 "[1e2,-0.0,1E-7]",
                                                 "{\"t\":\"\\u00e4\\n\\\"\"}",
                                                 "{\"deep\":[[[[{\"x\":null}]]]]}",
                                                 "\"just text\"",
                                                 "123456789012345678901234567890"};
        return text(all[static_cast<std::size_t>(number(static_cast<int>(all.size())))]);
    }
    QByteArray time() {
        static const std::vector<QByteArray> all{"2025-10-16T14:56:05.123Z", "2025-10-16T14:56:05.123456Z",
                                                 "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z",
                                                 "9999-12-31T23:59:59.999Z", "2024-02-29T00:00:00.000Z"};
        return text(all[static_cast<std::size_t>(number(static_cast<int>(all.size())))]);
    }
    QByteArray maybe(const QByteArray& value) { return number(3) == 0 ? QByteArray("NULL") : value; }
    QByteArray real() {
        static const std::vector<QByteArray> all{"0.1",  "1e300",     "-5e-324", "3.0", "0.30000000000000004",
                                                 "-0.0", "12345678.9"};
        return all[static_cast<std::size_t>(number(static_cast<int>(all.size())))];
    }
    QByteArray whole() {
        static const std::vector<QByteArray> all{"0", "-1", "9223372036854775807", "-9223372036854775807", "42"};
        return all[static_cast<std::size_t>(number(static_cast<int>(all.size())))];
    }
    QByteArray bytes() {
        QByteArray value;
        for (int i = number(12); i > 0; --i)
            value += static_cast<char>(number(256));
        return m_isServer ? "'\\x" + value.toHex() + "'" : "X'" + value.toHex() + "'";
    }
    QByteArray insert(const char* into, const QByteArrayList& values) {
        return QByteArray("INSERT INTO ") + into + " VALUES (" + values.join(", ") + ");";
    }

    QByteArray row(int i) {
        const QByteArray n = QByteArray::number(i);
        QByteArray sql;
        sql += insert("batches (id, filename, message_count, date_created, date_modified)",
                      {n, text("messages_batch_" + n + ".txt"), maybe("10"), whole(), whole()});
        sql += insert("messages (id, batch_id, message_number, content, timestamp)",
                      {n + "0", n, whole(), text(wild()), whole()});
        sql +=
            insert("component_state (id, component_name, component_type, state_data, version, created_at, updated_at)",
                   {text(uuid()), text("c" + n), "'Source'", document(), n, maybe(time()), maybe(time())});
        sql +=
            insert("component_metrics (id, component_name, metric_name, metric_value, metric_unit, metric_metadata, "
                   "timestamp)",
                   {text(uuid()), text(wild()), text(wild()), real(), maybe(text(wild())), maybe(document()), time()});
        sql += insert("port_metrics (id, port_name, messages_sent, avg_send_duration_ms, timestamp)",
                      {text(uuid()), text(wild()), maybe(whole()), maybe(real()), time()});
        sql += insert("system_health (id, component_name, health_status, health_details, last_heartbeat, created_at)",
                      {text(uuid()), text(wild()), "'degraded'", maybe(document()), maybe(time()), maybe(time())});
        sql +=
            insert("checkpoints (id, checkpoint_name, component_name, checkpoint_data, version, is_latest, created_at, "
                   "expires_at)",
                   {text(uuid()), text("k" + QByteArray::number(i / 3)), text(wild()), document(), n,
                    i % 3 == 2 ? "TRUE" : "FALSE", maybe(time()), maybe(time())});
        sql +=
            insert("port_messages (id, port_name, source_component, target_component, message_data, message_metadata, "
                   "status, retry_count, max_retries, created_at, processed_at, completed_at, error_message, "
                   "error_details, status_changed_at)",
                   {text(uuid()), text("p" + QByteArray::number(number(4))), text(wild()), text(wild()), document(),
                    maybe(document()),
                    text(std::vector<QByteArray>{"pending", "processing", "completed", "failed",
                                                 "dead_letter"}[static_cast<std::size_t>(number(5))]),
                    maybe("2"), "3", maybe(time()), maybe(time()), maybe(time()), maybe(text(wild())),
                    maybe(document()), maybe(time())});
        sql += insert(
            "sink_storage (id, sink_name, data_type, data, metadata, created_at, updated_at)",
            {text(uuid()), text(wild()), maybe("'json'"), document(), maybe(document()), maybe(time()), maybe(time())});
        sql += insert("processed_events (event_id, sensor_id, processed_at, kafka_partition, kafka_offset)",
                      {text(wild() + n), text(wild()), time(), maybe("3"), maybe(whole())});
        sql += insert("metrics (id, sensor_id, event_id, timestamp, value, created_at)",
                      {n, text(wild()), text("e" + n), time(), real(), time()});
        sql += insert("market_data (id, time, symbol, open, volume, metadata)",
                      {n, time(), text(wild()), maybe(real()), maybe(real()), maybe(document())});
        sql += insert("portolan_sources (id, identity, url, epoch, last_number, first_seen, last_seen)",
                      {n, text("s" + n), maybe(text(wild())), "1", maybe(whole()), time(), time()});
        sql += insert("portolan_source_offsets (source_id, partition_id, next_offset, updated_at)",
                      {n, QByteArray::number(i % 7), whole(), time()});
        sql += insert("portolan_rejects (id, rejected_at, source, key, reason, payload, metadata)",
                      {n, time(), text(wild()), text(wild()), text(wild()), bytes(), maybe(document())});
        sql += insert("portolan_metadata (id, record_table, record_key, metadata)",
                      {n, "'messages'", text(n + "0"), document()});
        sql +=
            insert("portolan_replay_runs (id, filter, reason, actor, frozen, created_at)",
                   {text("00000000-0000-4000-8000-" + n.rightJustified(12, '0')), "''", "'why'", "'me'", "1", time()});
        sql += insert("portolan_replay_items (run_id, position, message_id, row_hash, before_image, updated_at)",
                      {text("00000000-0000-4000-8000-" + n.rightJustified(12, '0')), "0", text(uuid()), bytes(),
                       document(), time()});
        sql += insert("portolan_audit (id, at, actor, action, subject_kind, before_image)",
                      {n, time(), text(wild()), "'act'", "'thing'", maybe(document())});
        return sql;
    }

    std::mt19937 m_random;
    bool m_isServer = false;
};

} // namespace portolan::test
