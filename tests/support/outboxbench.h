#pragma once

#include "storage/ports/ports.h"
#include "storage/replay/replayrunner.h"
#include "storage/replay/sql/sqlreplays.h"
#include "storage/store.h"
#include "tests/support/frozen.h"
#include "tests/support/need.h"
#include "tests/support/redisclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <map>
#include <set>

namespace portolan::test {

// A store with dead letters that are sent elsewhere, and what arrived there.

inline constexpr char actor[] = "tester";

inline bool neverSame(const DeathNote& /*before*/, const DeathNote& /*after*/) {
    return false;
}

/// A database with dead letters.
class Bench {
public:
    explicit Bench(const StoreUrl& url) : m_session(need(Session::open(url, Access::Write))), m_replays(*m_session) {}

    SqlReplays& replays() { return m_replays; }
    Outbox& outbox() { return m_replays.outbox(); }
    Connection& connection() { return m_session->connection(); }
    void run(const QString& sql, const QVariantList& values = {}) { need(connection().execute(sql, values)); }
    QVariant value(const QString& sql) { return need(connection().value(sql)); }
    qint64 count(const char* what) {
        return value(QStringLiteral("SELECT count(*) FROM ") + QLatin1String(what)).toLongLong();
    }

    static QString idOf(int n) { return QStringLiteral("00000000-0000-4000-8000-%1").arg(n, 12, 10, QLatin1Char('0')); }
    static QByteArray payloadOf(int n) {
        return "{\"n\": " + QByteArray::number(n) + ", \"big\": 18446744073709551615}";
    }

    void addDead(int first, int last, const QByteArray& payload = {}) {
        const bool server = connection().dialect() == SqlDialect::Postgresql;
        const auto cast = [&](const char* type) {
            return server ? QStringLiteral("CAST(? AS %1)").arg(QLatin1String(type)) : QStringLiteral("?");
        };
        run(QStringLiteral("BEGIN"));
        for (int n = first; n <= last; ++n)
            run(QStringLiteral("INSERT INTO port_messages (id, port_name, source_component, target_component, "
                               "message_data, message_metadata, status, retry_count, created_at, error_message) VALUES "
                               "(%1, 'orders', 'a \"b\"', 'c', %2, %2, 'dead_letter', 3, %3, 'timeout')")
                    .arg(cast("uuid"), cast("jsonb"), cast("timestamptz")),
                {idOf(n), QString::fromUtf8(payload.isEmpty() ? payloadOf(n) : payload),
                 QStringLiteral("{\"trace\": \"t\"}"),
                 QString::fromLatin1(toIsoTime(Timestamp(std::chrono::seconds(1'700'000'000 + n))))});
        run(QStringLiteral("COMMIT"));
    }
    static QString within(int first, int last) {
        return QStringLiteral(" WHERE id BETWEEN '%1' AND '%2'").arg(idOf(first), idOf(last));
    }
    QByteArray freeze(const SourceUrl& to) {
        ReplayOrder order;
        order.filter = need(parseFilter(QString(), portMessageSchema(), currentTime()));
        order.reason = "a test";
        order.actor = actor;
        order.to = to;
        return need(test::frozenLater(m_replays, order)).run.id;
    }
    /// Frozen and running.
    QByteArray begin(const SourceUrl& to) {
        const QByteArray id = freeze(to);
        need(m_replays.change(id, RunState::Running, actor, {}));
        return id;
    }
    QStringList dump() {
        QStringList rows;
        QSqlQuery query = need(connection().run(QStringLiteral("SELECT * FROM port_messages ORDER BY id")));
        while (need(connection().next(query))) {
            QStringList cells;
            for (int i = 0; i < 14; ++i)
                cells << (query.value(i).isNull() ? QStringLiteral("NULL") : query.value(i).toString());
            rows << cells.join(QLatin1Char('|'));
        }
        return rows;
    }
    ItemCounts counts(const QByteArray& run) { return need(m_replays.run(run)).counts; }
    /// The run's counters are its items, and what is in the outbox is what they say.
    bool addsUp(const QByteArray& run) {
        QSqlQuery query = need(connection().run(
            QStringLiteral("SELECT i.state, o.state, count(*) FROM portolan_replay_items i LEFT JOIN portolan_outbox o "
                           "ON o.run_id = i.run_id AND o.message_id = i.message_id WHERE i.run_id = ? "
                           "GROUP BY i.state, o.state"),
            {QString::fromUtf8(run)}));
        const std::set<std::pair<QByteArray, QByteArray>> fit{{"frozen", ""},       {"queued", "queued"},
                                                              {"replayed", "sent"}, {"completed", "confirmed"},
                                                              {"skipped", ""},      {"skipped", "cancelled"}};
        ItemCounts items;
        while (need(connection().next(query))) {
            const QByteArray state = query.value(0).toByteArray();
            if (!fit.contains({state, query.value(1).toByteArray()}))
                return false;
            items[itemStateNamed(state).value()] += query.value(2).toLongLong();
        }
        const ReplayRun known = need(m_replays.run(run));
        return items == known.counts && items.total() == known.frozen;
    }
    std::set<QByteArray> outboxIds() {
        std::set<QByteArray> ids;
        QSqlQuery query = need(connection().run(QStringLiteral("SELECT CAST(id AS text) FROM portolan_outbox")));
        while (need(connection().next(query)))
            ids.insert(query.value(0).toByteArray());
        return ids;
    }

private:
    std::unique_ptr<Session> m_session;
    SqlReplays m_replays;
};

/// What came to a target: outbox ids with what came under them, in the order in which it came.
struct Arrived {
    std::vector<QByteArray> ids;
    std::map<QByteArray, QByteArray> messages; ///< message id → payload
    void add(const QByteArray& id, const QByteArray& message, const QByteArray& payload) {
        ids.push_back(id);
        messages[message] = payload;
    }
    void addRecord(const QByteArray& record) {
        const QJsonObject object = QJsonDocument::fromJson(record).object();
        if (object.value(QStringLiteral("kind")).toString() != QStringLiteral("port_message")
            || object.value(QStringLiteral("source_component")).toString() != QStringLiteral("a \"b\"")
            || object.value(QStringLiteral("message_metadata")).toObject().isEmpty())
            qFatal("not such a record: %s", record.constData());
        const qsizetype at = record.indexOf("\"message_data\":") + 15;
        add(object.value(QStringLiteral("id")).toString().toUtf8(),
            object.value(QStringLiteral("message_id")).toString().toUtf8(), record.sliced(at, record.size() - at - 1));
    }
    [[nodiscard]] bool eachOnce() const { return std::set(ids.begin(), ids.end()).size() == ids.size(); }
};

} // namespace portolan::test
