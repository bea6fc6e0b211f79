// BENCH.md: a stream received into SQLite, acknowledged after the commit, against sqlite3's own .import of the same
// rows into the same tables and indexes, with the same journal and the same durability.

#include "tests/bench/bench.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QFile>

namespace portolan::bench {

namespace {

void receiveIntoSqlite(const Setting& setting) {
    const int messages = setting.quick ? 20'000 : 1'000'000;
    test::RedisServer server;
    test::RedisClient client(server.port());
    client.addMany("orders", messages, [](int i) { return contentOf(i + 1); });
    const QString source = QStringLiteral("redis://127.0.0.1:%1/0?stream=orders&group=%2").arg(server.port());
    const QString ours = setting.folder + QStringLiteral("/ours.db");
    const QString theirs = setting.folder + QStringLiteral("/theirs.db");
    const QString rows = setting.folder + QStringLiteral("/%1.csv");
    const auto remove = [](const QString& path) {
        for (const char* suffix : {"", "-wal", "-shm"})
            QFile::remove(path + QLatin1String(suffix));
    };
    const QString sqlite3 = QStringLiteral("sqlite3");
    Pair best;
    for (int round = 0; round < 3; ++round) {
        remove(ours);
        const QStringList words{QStringLiteral("receive"), QStringLiteral("--from"),           source.arg(round),
                                QStringLiteral("--into"),  QStringLiteral("sqlite://") + ours, QStringLiteral("--max"),
                                QString::number(messages)};
        best.ours = std::min(best.ours, seconds([&] { run(QStringLiteral(PORTOLAN_PROGRAM), words); }));
        remove(theirs);
        QByteArray dump = ".mode csv\n";
        QByteArray import = "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n.mode csv\n";
        for (const char* table : {"batches", "messages"}) {
            const QByteArray file = QFile::encodeName(rows.arg(QLatin1String(table)));
            dump += QByteArray(".once ") + file + "\nSELECT * FROM " + table + ";\n";
            import += QByteArray(".import ") + file + ' ' + table + '\n';
        }
        const QByteArray schema = run(sqlite3, {ours},
                                      ".schema batches\n.schema messages\n.schema portolan_search_state\n"
                                      ".schema portolan_search_pending\n");
        run(sqlite3, {ours}, dump);
        run(sqlite3, {theirs}, schema);
        best.theirs = std::min(best.theirs, seconds([&] { run(sqlite3, {theirs}, import); }));
    }
    say(QStringLiteral("receive-into-sqlite, sqlite3 .import"), messages / best.ours, messages / best.theirs,
        {Goal::Kind::AtLeast, 0.6});
}

constexpr Bench benches[] = {{"receive-into-sqlite", receiveIntoSqlite}};

} // namespace

std::span<const Bench> sqliteBenches() {
    return benches;
}

} // namespace portolan::bench
