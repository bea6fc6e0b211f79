// Sensor events received from a stream into processed_events and metrics, acknowledged after the commit, against the
// native load of the same rows into the same two tables with their indexes: sqlite3's .import, psql's \\copy. Theirs
// have no triggers, ours keep the notes of late rows.

#include "tests/bench/bench.h"
#include "tests/support/postgresserver.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QFile>
#include <functional>

namespace portolan::bench {

namespace {

constexpr int sensors = 500;
constexpr qint64 firstMillisecond = 1'780'000'000'000;

int eventsOf(const Setting& setting) {
    return setting.quick ? 20'000 : 1'000'000;
}

QByteArray eventOf(qint64 number) {
    return "{\"kind\":\"sensor_event\",\"event_id\":\"event-" + QByteArray::number(number)
           + "\",\"sensor_id\":\"sensor-" + QByteArray::number(number % sensors)
           + "\",\"timestamp\":" + QByteArray::number(firstMillisecond + number * 10)
           + ",\"value\":" + QByteArray::number(double(number % 1000) / 8) + '}';
}

/// What is received, from a group of its own each time.
class Events {
public:
    explicit Events(int count) : m_count(count), m_client(m_server.port()) {
        m_client.addMany("events", count, [](int i) { return eventOf(i + 1); });
    }
    double receiveInto(const QString& store) {
        const QString source =
            QStringLiteral("redis://127.0.0.1:%1/0?stream=events&group=%2").arg(m_server.port()).arg(++m_groups);
        return seconds([&] {
            run(QStringLiteral(PORTOLAN_PROGRAM),
                {QStringLiteral("receive"), QStringLiteral("--from"), source, QStringLiteral("--into"), store,
                 QStringLiteral("--max"), QString::number(m_count)});
        });
    }

private:
    int m_count;
    int m_groups = 0;
    test::RedisServer m_server;
    test::RedisClient m_client;
};

void migrate(const QString& store) {
    run(QStringLiteral(PORTOLAN_PROGRAM),
        {QStringLiteral("migrate"), QStringLiteral("up"), QStringLiteral("--store"), store});
}

constexpr const char* tables[] = {"processed_events", "metrics"};

void eventsIntoSqlite(const Setting& setting) {
    const int count = eventsOf(setting);
    Events events(count);
    const QString ours = setting.folder + QStringLiteral("/our-events.db");
    const QString theirs = setting.folder + QStringLiteral("/their-events.db");
    const QString sqlite3 = QStringLiteral("sqlite3");
    const auto made = [](const QString& path) {
        for (const char* suffix : {"", "-wal", "-shm"})
            QFile::remove(path + QLatin1String(suffix));
        migrate(QStringLiteral("sqlite://") + path);
    };
    Pair best;
    for (int round = 0; round < 3; ++round) {
        made(ours);
        best.ours = std::min(best.ours, events.receiveInto(QStringLiteral("sqlite://") + ours));
        made(theirs);
        const QByteArray triggers =
            run(sqlite3, {theirs},
                "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger' AND "
                "tbl_name IN ('metrics', 'processed_events');\n");
        run(sqlite3, {theirs}, triggers);
        QByteArray dump = ".mode csv\n";
        QByteArray import = "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n.mode csv\n";
        for (const char* table : tables) {
            const QByteArray file = QFile::encodeName(setting.folder) + '/' + table + ".csv";
            dump += ".once " + file + "\nSELECT * FROM " + table + ";\n";
            import += ".import " + file + ' ' + table + '\n';
        }
        run(sqlite3, {ours}, dump);
        best.theirs = std::min(best.theirs, seconds([&] { run(sqlite3, {theirs}, import); }));
    }
    say(QStringLiteral("events-into-sqlite, sqlite3 .import"), count / best.ours, count / best.theirs,
        {Goal::Kind::AtLeast, 0.5});
}

void eventsIntoPostgresql(const Setting& setting) {
    const int count = eventsOf(setting);
    Events events(count);
    test::PostgresServer server;
    const auto psql = [](const StoreUrl& url, const QByteArray& script) {
        return run(QStringLiteral("psql"),
                   {QStringLiteral("-h"), url.host, QStringLiteral("-p"), QString::number(url.port),
                    QStringLiteral("-U"), url.user, QStringLiteral("-d"), url.database, QStringLiteral("-Xqt"),
                    QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1")},
                   script);
    };
    Pair best;
    for (int round = 0; round < 3; ++round) {
        const StoreUrl ours = server.createDatabase();
        const StoreUrl theirs = server.createDatabase();
        migrate(ours.display());
        migrate(theirs.display());
        best.ours = std::min(best.ours, events.receiveInto(ours.display()));
        psql(theirs, "ALTER TABLE metrics DISABLE TRIGGER USER; ALTER TABLE processed_events DISABLE TRIGGER USER;");
        QByteArray unload;
        QByteArray load;
        for (const char* table : tables) {
            const QByteArray file = QFile::encodeName(setting.folder) + '/' + table + ".copy";
            unload += QByteArray("\\copy (SELECT * FROM ") + table + ") TO '" + file + "'\n";
            load += QByteArray("\\copy ") + table + " FROM '" + file + "'\n";
        }
        psql(ours, unload);
        best.theirs = std::min(best.theirs, seconds([&] { psql(theirs, load); }));
    }
    say(QStringLiteral("events-into-postgresql, psql \\copy"), count / best.ours, count / best.theirs,
        {Goal::Kind::AtLeast, 0.5});
}

constexpr Bench benches[] = {{"events-into-sqlite", eventsIntoSqlite},
                             {"events-into-postgresql", eventsIntoPostgresql}};

} // namespace

std::span<const Bench> eventBenches() {
    return benches;
}

} // namespace portolan::bench
