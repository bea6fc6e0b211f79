// BENCH.md: a stream received into PostgreSQL, acknowledged after the commit, against psql's \\copy of the same rows
// into the same tables and indexes of the same server.

#include "tests/bench/bench.h"
#include "tests/support/postgresserver.h"
#include "tests/support/redisclient.h"
#include "tests/support/redisserver.h"

#include <QFile>

namespace portolan::bench {

namespace {

QStringList clientWords(const StoreUrl& url) {
    return {QStringLiteral("-h"), url.host, QStringLiteral("-p"), QString::number(url.port),
            QStringLiteral("-U"), url.user, QStringLiteral("-d"), url.database};
}

void psql(const StoreUrl& url, const QByteArray& script) {
    run(QStringLiteral("psql"),
        clientWords(url) + QStringList{QStringLiteral("-Xq"), QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1")},
        script);
}

void receiveIntoPostgresql(const Setting& setting) {
    const int messages = setting.quick ? 20'000 : 1'000'000;
    test::RedisServer redis;
    test::RedisClient client(redis.port());
    client.addMany("orders", messages, [](int i) { return contentOf(i + 1); });
    test::PostgresServer server;
    const QString source = QStringLiteral("redis://127.0.0.1:%1/0?stream=orders&group=%2").arg(redis.port());
    Pair best;
    for (int round = 0; round < 3; ++round) {
        const StoreUrl ours = server.createDatabase();
        const StoreUrl theirs = server.createDatabase();
        const QStringList words{QStringLiteral("receive"), QStringLiteral("--from"), source.arg(round),
                                QStringLiteral("--into"),  ours.display(),           QStringLiteral("--max"),
                                QString::number(messages)};
        best.ours = std::min(best.ours, seconds([&] { run(QStringLiteral(PORTOLAN_PROGRAM), words); }));
        run(QStringLiteral(PORTOLAN_PROGRAM),
            {QStringLiteral("migrate"), QStringLiteral("--store"), theirs.display(), QStringLiteral("up")});
        QByteArray unload;
        QByteArray load;
        for (const char* table : {"batches", "messages"}) {
            const QByteArray file = QFile::encodeName(setting.folder) + '/' + table + ".copy";
            unload += QByteArray("\\copy ") + table + " TO '" + file + "'\n";
            load += QByteArray("\\copy ") + table + " FROM '" + file + "'\n";
        }
        psql(ours, unload);
        best.theirs = std::min(best.theirs, seconds([&] { psql(theirs, load); }));
    }
    say(QStringLiteral("receive-into-postgresql, psql \\copy"), messages / best.ours, messages / best.theirs,
        {Goal::Kind::AtLeast, 0.6});
}

constexpr Bench benches[] = {{"receive-into-postgresql", receiveIntoPostgresql}};

} // namespace

std::span<const Bench> postgresqlBenches() {
    return benches;
}

} // namespace portolan::bench
