// A million dead letters in groups: the first and all of them. Replaying 100,000, with its ledger and its audit,
// against the bare statements through sqlite3 and psql: one UPDATE of the same rows and one INSERT … SELECT each.

#include "storage/deadletters/deathcause.h"
#include "storage/deadletters/groupscan.h"
#include "storage/ports/ports.h"
#include "storage/replay/replayrunner.h"
#include "storage/stores/openstore.h"
#include "tests/bench/bench.h"
#include "tests/support/frozen.h"
#include "tests/support/need.h"
#include "tests/support/postgresserver.h"

#include <QFile>
#include <optional>

namespace portolan::bench {

namespace {

using test::need;

// Of eleven causes and seven ports; a third of them with details.
constexpr const char* sqliteLetters = R"(
PRAGMA synchronous=OFF;
WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %1)
INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count,
                           max_retries, created_at, error_message, error_details)
SELECT printf('%08x-0000-4000-8000-%012x', (n * 2654435761) & 4294967295, n), 'port_' || (n % 7), 'gateway', 'billing',
       '{"n":' || n || ',"text":"' || hex(zeroblob(150)) || '"}', 'dead_letter', 3, 3,
       strftime('%Y-%m-%dT%H:%M:%fZ', 1760000000 + n * 0.1, 'unixepoch'), CAUSE, DETAILS
FROM s;
)";
constexpr const char* serverLetters = R"(
SET synchronous_commit = off;
INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count,
                           max_retries, created_at, error_message, error_details)
SELECT CAST(lpad(to_hex((n * 2654435761) & 4294967295), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0') AS uuid),
       'port_' || (n % 7), 'gateway', 'billing', jsonb_build_object('n', n, 'text', repeat('0', 300)), 'dead_letter', 3, 3,
       to_timestamp(1760000000 + n * 0.1), CAUSE, CAST(DETAILS AS jsonb)
FROM generate_series(CAST(1 AS bigint), %1) AS n;
VACUUM ANALYZE port_messages;
)";
constexpr const char* cause =
    "CASE n % 11 WHEN 0 THEN 'timeout after ' || n || ' ms on 10.0.0.' || (n % 250) WHEN 1 THEN 'no route to host db' "
    "|| "
    "(n % 9) WHEN 2 THEN 'duplicate key value violates unique constraint \"orders_pkey\" DETAIL: Key (id)=(' || n || "
    "') "
    "already exists.' WHEN 3 THEN 'HTTP 503 from https://api.example.com/v1/orders/' || n WHEN 4 THEN 'value ' || n || "
    "' out of range' WHEN 5 THEN 'user u' || n || ' not allowed' WHEN 6 THEN 'connection reset by peer' WHEN 7 THEN "
    "'payload too large: ' || n || ' bytes' WHEN 8 THEN 'invalid date 2025-10-' || (n % 28 + 1) WHEN 9 THEN NULL ELSE "
    "'queue full (' || n || '/10000)' END";
constexpr const char* details =
    "CASE WHEN n % 3 = 0 THEN '{\"type\":\"IntegrityError\",\"code\":' || (23500 + n % 4) || ',\"stack\":\"File a.py, "
    "line ' || n || ', in f\"}' END";

// What a replay must do at the very least, in one transaction of the database's own.
constexpr const char* bareReplay = R"(
BEGIN;
INSERT INTO portolan_replay_runs (id, filter, reason, actor, frozen) VALUES ('RUN', '', 'bench', 'bench', 0);
INSERT INTO portolan_replay_items (run_id, position, message_id, state, row_hash, before_image)
SELECT CAST('RUN' AS UUIDTYPE), row_number() OVER (ORDER BY created_at, id), CAST(id AS text), 'replayed', '', IMAGE
FROM port_messages AS m WHERE status = 'dead_letter';
UPDATE port_messages SET status = 'pending', retry_count = 0, error_message = NULL, error_details = NULL,
processed_at = NULL, completed_at = NULL WHERE status = 'dead_letter';
INSERT INTO portolan_audit (actor, action, subject_kind, subject_id, run_id, before_image, after_image)
SELECT 'bench', 'replay', 'port_message', i.message_id, 'RUN', i.before_image, IMAGE
FROM portolan_replay_items AS i JOIN port_messages AS m ON m.id = CAST(i.message_id AS UUIDTYPE)
WHERE i.run_id = CAST('RUN' AS UUIDTYPE);
COMMIT;
)";
constexpr const char* sqliteImage =
    "json_object('id', m.id, 'port_name', m.port_name, 'source_component', m.source_component, 'target_component', "
    "m.target_component, 'message_data', m.message_data, 'message_metadata', m.message_metadata, 'status', m.status, "
    "'retry_count', m.retry_count, 'max_retries', m.max_retries, 'created_at', m.created_at, 'processed_at', "
    "m.processed_at, 'completed_at', m.completed_at, 'error_message', m.error_message, 'error_details', "
    "m.error_details)";

QByteArray lettersSql(const char* form, qint64 count) {
    return QByteArray(form)
        .replace("CAUSE", cause)
        .replace("DETAILS", details)
        .replace("%1", QByteArray::number(count));
}

/// A database with so many dead letters, and its own program to run statements with.
class Place {
public:
    virtual ~Place() = default;
    [[nodiscard]] virtual QString name() const = 0;
    virtual StoreUrl make(qint64 letters) = 0;
    virtual void run(const StoreUrl& url, const QByteArray& sql) = 0;
    [[nodiscard]] virtual QByteArray bare() const = 0;
};

class SqlitePlace final : public Place {
public:
    explicit SqlitePlace(const Setting& setting) : m_setting(setting) {}
    QString name() const override { return QStringLiteral("sqlite3"); }
    StoreUrl make(qint64 letters) override {
        const QString path = m_setting.folder + QStringLiteral("/letters-%1.db").arg(m_made++);
        for (const char* suffix : {"", "-wal", "-shm"})
            QFile::remove(path + QLatin1String(suffix));
        const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + path);
        (void)need(openStore(url, Access::Write));
        run(url, lettersSql(sqliteLetters, letters));
        return url;
    }
    void run(const StoreUrl& url, const QByteArray& sql) override {
        (void)bench::run(QStringLiteral("sqlite3"), {QStringLiteral("-bail"), url.path},
                         "PRAGMA synchronous=FULL;\nPRAGMA cache_size=-65536;\n" + sql);
    }
    QByteArray bare() const override {
        return QByteArray(bareReplay).replace("IMAGE", sqliteImage).replace("UUIDTYPE", "text");
    }

private:
    Setting m_setting;
    int m_made = 0;
};

class ServerPlace final : public Place {
public:
    QString name() const override { return QStringLiteral("psql"); }
    StoreUrl make(qint64 letters) override {
        const StoreUrl url = m_server.createDatabase();
        (void)need(openStore(url, Access::Write));
        run(url, lettersSql(serverLetters, letters));
        return url;
    }
    void run(const StoreUrl& url, const QByteArray& sql) override {
        (void)bench::run(QStringLiteral("psql"),
                         {QStringLiteral("-h"), url.host, QStringLiteral("-p"), QString::number(url.port),
                          QStringLiteral("-U"), url.user, QStringLiteral("-d"), url.database, QStringLiteral("-XAtq"),
                          QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1")},
                         sql);
    }
    QByteArray bare() const override {
        return QByteArray(bareReplay).replace("IMAGE", "row_to_json(m)").replace("UUIDTYPE", "uuid");
    }

private:
    test::PostgresServer m_server;
};

void groupsIn(Place& place, const Setting& setting) {
    const StoreUrl url = place.make(setting.quick ? 5'000 : 1'000'000);
    const auto store = need(openStore(url, Access::Read));
    GroupScan& scan = store->ports()->groups();
    std::size_t groups = 0;
    GroupProgress progress;
    const auto read = [&](std::chrono::milliseconds patience) {
        progress = need(scan.more(patience, {}));
        groups = scan.groups().size();
    };
    const double first = seconds([&] { read(std::chrono::milliseconds(100)); });
    if (groups == 0)
        giveUp(QStringLiteral("There are no groups."));
    const QString name = QStringLiteral("dead-letter-groups, ") + place.name();
    sayAlone(name + QStringLiteral(": the first"), first, {Goal::Kind::AtMost, 1});
    const double rest = seconds([&] {
        while (!progress.exact)
            read(std::chrono::milliseconds(100));
    });
    sayAlone(name + QStringLiteral(": all"), first + rest, {});
}

void deadLetterGroups(const Setting& setting) {
    SqlitePlace sqlite(setting);
    groupsIn(sqlite, setting);
    ServerPlace server;
    groupsIn(server, setting);
}

void replayIn(Place& place, const Setting& setting) {
    const qint64 letters = setting.quick ? 1'000 : 100'000;
    const StoreUrl url = place.make(letters);
    const StoreUrl other = place.make(letters);
    const double bare =
        seconds([&] { place.run(other, place.bare().replace("RUN", "00000000-0000-4000-8000-000000000000")); });
    const auto store = need(openStore(url, Access::Write));
    ReplayOrder order;
    order.reason = "bench";
    order.actor = "bench";
    QByteArray run;
    const double frozen = seconds([&] { run = need(test::frozenLater(*store->replays(), order)).run.id; });
    const double carried = seconds([&] {
        const ReplayRun done = need(ReplayRunner(*store->replays(), sameCause, "bench").carryOut(run, {}, {}, {}));
        if (done.counts.released() != letters)
            giveUp(QStringLiteral("Not all were replayed."));
    });
    const QString name = QStringLiteral("replay-100000, ") + place.name();
    sayAlone(name + QStringLiteral(": frozen"), frozen, {});
    say(name, frozen + carried, bare, {Goal::Kind::AtMost, 4});
}

void replay(const Setting& setting) {
    SqlitePlace sqlite(setting);
    replayIn(sqlite, setting);
    ServerPlace server;
    replayIn(server, setting);
}

constexpr Bench benches[] = {{"dead-letter-groups", deadLetterGroups}, {"replay-100000", replay}};

} // namespace

std::span<const Bench> deadLetterBenches() {
    return benches;
}

} // namespace portolan::bench
