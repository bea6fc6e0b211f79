// BENCH.md: pages of 10 million port messages, against the ideal statement through sqlite3 and psql. Ours is the time
// of the answer in this program; theirs what the other program says its statement took (.timer, \timing).

#include "storage/ports/ports.h"
#include "storage/stores/openstore.h"
#include "tests/bench/bench.h"
#include "tests/support/postgresserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QTextStream>
#include <algorithm>

namespace portolan::bench {

namespace {

struct Question {
    const char* name;
    const char* filter;
    const char* sort;
    const char* where; ///< of the ideal statement, with its order
    bool deadLetters = false;
};
constexpr Question questions[] = {
    {"first page", "", "", "ORDER BY created_at, KEY"},
    {"last page", "", "-created_at", "ORDER BY created_at DESC, KEY DESC"},
    {"status", "status:failed", "", "WHERE status = 'failed' ORDER BY created_at, KEY"},
    {"status, newest", "status:pending", "-created_at", "WHERE status = 'pending' ORDER BY created_at DESC, KEY DESC"},
    {"port", "port_name:port.042", "", "WHERE port_name = 'port.042' ORDER BY created_at, KEY"},
    {"port, newest", "port_name:port.042", "-created_at",
     "WHERE port_name = 'port.042' ORDER BY created_at DESC, KEY DESC"},
    {"port and status", "port_name:port.042 status:failed", "",
     "WHERE port_name = 'port.042' AND status = 'failed' ORDER BY created_at, KEY"},
    {"time range", "created_at>=2024-01-01 created_at<2024-01-02", "",
     "WHERE created_at >= '2024-01-01T00:00:00.000Z' AND created_at < '2024-01-02T00:00:00.000Z' "
     "ORDER BY created_at, KEY"},
    {"id", "id:ID", "", "WHERE id = 'ID' ORDER BY created_at, KEY"},
    {"document, one row", "message_data.order:7777", "",
     "WHERE CAST(message_data ->> 'order' AS text) = '7777' ORDER BY created_at, KEY"},
    {"document, every row", "message_data.customer.name:Ada", "",
     "WHERE message_data -> 'customer' ->> 'name' = 'Ada' ORDER BY created_at, KEY"},
    {"dead letters", "", "", "WHERE DEAD ORDER BY DIED, KEY", true},
    {"dead letters, newest", "", "-died_at", "WHERE DEAD ORDER BY DIED DESC, KEY DESC", true},
    {"dead letters of a port, newest", "port_name:port.042", "-died_at",
     "WHERE DEAD AND port_name = 'port.042' ORDER BY DIED DESC, KEY DESC", true},
};

// As the indexes of either database have it.
constexpr const char* deadInSqlite =
    "CASE status WHEN 'dead_letter' THEN 1 WHEN 'failed' THEN retry_count >= max_retries END";
constexpr const char* deadOnServer = "(status = 'dead_letter' OR (status = 'failed' AND retry_count >= max_retries))";
constexpr const char* died = "COALESCE(processed_at, status_changed_at, created_at)";

constexpr int rowsAPage = 500;
constexpr int rounds = 5;

// Every index but the primary key's is made when the rows are there.
constexpr const char* sqliteRows = R"(
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %1 - 1),
m AS (SELECT i, (i * 7919 / 3) % 200 AS p, (i * 31 + i / 97) % 100 AS s,
      strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i * 0.5, 'unixepoch') AS t FROM n)
INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count,
                           max_retries, created_at, processed_at, completed_at, error_message)
SELECT printf('%08x-0000-4000-8000-%012x', (i * 2654435761) & 4294967295, i), printf('port.%03d', p), 'gateway',
       'billing', printf('{"order":%d,"customer":{"id":%d,"name":"Ada"},"amount":%d.5}', i, i % 1000, i % 777),
       CASE WHEN s < 5 THEN 'pending' WHEN s < 7 THEN 'processing' WHEN s < 90 THEN 'completed'
            WHEN s < 97 THEN 'failed' ELSE 'dead_letter' END,
       CASE WHEN s < 90 THEN 0 ELSE i % 4 END, 3, t, CASE WHEN s >= 5 THEN t END,
       CASE WHEN s >= 7 AND s < 90 THEN t END, CASE WHEN s >= 90 THEN printf('timeout after %d ms', i % 5000) END
FROM m;
)";
constexpr const char* serverRows = R"(
INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count,
                           max_retries, created_at, processed_at, completed_at, error_message)
SELECT CAST(lpad(to_hex((i * 2654435761) & 4294967295), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(i), 12, '0') AS uuid),
       'port.' || lpad(CAST((i * 7919 / 3) % 200 AS text), 3, '0'), 'gateway', 'billing',
       jsonb_build_object('order', i, 'customer', jsonb_build_object('id', i % 1000, 'name', 'Ada'), 'amount', i % 777 + 0.5),
       CASE WHEN s < 5 THEN 'pending' WHEN s < 7 THEN 'processing' WHEN s < 90 THEN 'completed'
            WHEN s < 97 THEN 'failed' ELSE 'dead_letter' END,
       CASE WHEN s < 90 THEN 0 ELSE i % 4 END, 3, t, CASE WHEN s >= 5 THEN t END,
       CASE WHEN s >= 7 AND s < 90 THEN t END, CASE WHEN s >= 90 THEN 'timeout after ' || i % 5000 || ' ms' END
FROM (SELECT i, (i * 31 + i / 97) % 100 AS s, to_timestamp(1700000000 + i * 0.5) AS t
      FROM generate_series(CAST(0 AS bigint), %1 - 1) AS i) AS m;
)";

QByteArray idText(const Setting& setting) {
    const qint64 number = setting.quick ? 7'777 : 7'777'777;
    return QByteArray::number((number * 2'654'435'761) & 4'294'967'295, 16).rightJustified(8, '0') + "-0000-4000-8000-"
           + QByteArray::number(number, 16).rightJustified(12, '0');
}

qint64 rowsOf(const Setting& setting) {
    return setting.quick ? 20'000 : 10'000'000;
}

Result<std::unique_ptr<Store>> needStore(const StoreUrl& url, Access access) {
    auto store = openStore(url, access);
    if (!store)
        giveUp(store.error().text + store.error().details);
    return store;
}

/// The fastest of some answers, in seconds.
double ours(RowSource<PortMessage>& source, const ListQuery& query) {
    double best = 1e9;
    for (int round = 0; round < rounds; ++round)
        best = std::min(best, seconds([&] {
                            const auto page = source.page(query, {});
                            if (!page)
                                giveUp(page.error().text + page.error().details);
                        }));
    return best;
}

/// The smallest figure that stands behind a word in a program's output.
double leastAfter(const QByteArray& output, const QString& pattern) {
    double least = 1e9;
    auto found = QRegularExpression(pattern).globalMatch(QString::fromUtf8(output));
    while (found.hasNext())
        least = std::min(least, found.next().captured(1).toDouble());
    return least;
}

template <class Theirs>
void askAll(const Setting& setting, const QString& name, const StoreUrl& url, const QByteArray& key, const char* dead,
            Theirs theirs) {
    const auto store = needStore(url, Access::Read);
    for (const Question& question : questions) {
        const auto filled = [&](const char* text) {
            return QByteArray(text)
                .replace("ID", idText(setting))
                .replace("KEY", key)
                .replace("DEAD", dead)
                .replace("DIED", died);
        };
        ListQuery query;
        query.filter = *parseFilter(QString::fromLatin1(filled(question.filter)), portMessageSchema(), currentTime());
        const ColumnSet& schema = question.deadLetters ? deadLetterSchema() : portMessageSchema();
        query.sort = *question.sort ? *parseSort(question.sort, schema) : Sort();
        query.limit = rowsAPage;
        Ports& ports = *(*store)->ports();
        auto& source = question.deadLetters ? ports.deadLetters() : ports.messages();
        const QByteArray statement = "SELECT * FROM port_messages " + filled(question.where) + " LIMIT 501;\n";
        const double other = theirs(statement.repeated(rounds));
        const double own = ours(source, query);
        say(name + QLatin1String(question.name), own, other, {Goal::Kind::AtMost, 2});
        if (!setting.quick && own > 0.05)
            QTextStream(stdout) << "    over 50 ms\n";
    }
    Ports& ports = *(*store)->ports();
    const double listed = seconds([&] { (void)ports.ports().page({}, {}).ok(); });
    const double counted = seconds([&] { (void)ports.countPorts(Ports::untilExact, {}).ok(); });
    const double grouped =
        theirs("SELECT port_name, status, count(*) FROM port_messages GROUP BY port_name, status;\n");
    say(name + QStringLiteral("ports counted, GROUP BY"), counted, grouped, {});
    QTextStream(stdout) << name << "ports listed: " << listed << '\n';
}

QByteArrayList portIndexes(const QByteArray& definitions) {
    QByteArrayList found;
    for (const QByteArray& line : definitions.split('\n')) {
        if (line.startsWith("CREATE INDEX"))
            found << line;
    }
    return found;
}

void portMessagesInSqlite(const Setting& setting) {
    const QString path =
        setting.folder + (setting.quick ? QStringLiteral("/few-ports.db") : QStringLiteral("/ports.db"));
    const QString sqlite3 = QStringLiteral("sqlite3");
    const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + path);
    if (!QFile::exists(path)) {
        (void)needStore(url, Access::Write);
        QByteArray script = "PRAGMA synchronous=OFF;\nPRAGMA cache_size=-1000000;\n";
        const QByteArrayList indexes =
            portIndexes(run(sqlite3, {path},
                            "SELECT replace(sql, char(10), ' ') || ';' FROM sqlite_schema WHERE type = 'index' "
                            "AND tbl_name = 'port_messages' AND sql IS NOT NULL;\n"));
        for (const QByteArray& index : indexes)
            script += "DROP INDEX " + index.split(' ').at(2) + ";\n";
        script += QByteArray(sqliteRows).replace("%1", QByteArray::number(rowsOf(setting)));
        run(sqlite3, {QStringLiteral("-bail"), path}, script + indexes.join('\n') + '\n');
    }
    askAll(setting, QStringLiteral("port-messages, sqlite3: "), url, "rowid", deadInSqlite, [&](const QByteArray& sql) {
        return leastAfter(run(sqlite3, {path},
                              ".output /dev/null\n" + sql + ".output\n.timer on\n.once /dev/null\n"
                                  + QByteArray(sql).replace(";\n", ";\n.once /dev/null\n")),
                          QStringLiteral("real ([0-9.]+)"));
    });
}

void portMessagesInPostgresql(const Setting& setting) {
    std::optional<test::PostgresServer> server;
    StoreUrl url;
    // A server that has the rows already: making ten million takes longer than asking them.
    if (qEnvironmentVariableIsSet("PORTOLAN_BENCH_SERVER")) {
        url = *StoreUrl::parse(qEnvironmentVariable("PORTOLAN_BENCH_SERVER"));
    } else {
        server.emplace();
        url = server->createDatabase();
    }
    const QStringList words{QStringLiteral("-h"),
                            url.host,
                            QStringLiteral("-p"),
                            QString::number(url.port),
                            QStringLiteral("-U"),
                            url.user,
                            QStringLiteral("-d"),
                            url.database,
                            QStringLiteral("-XAtq"),
                            QStringLiteral("-v"),
                            QStringLiteral("ON_ERROR_STOP=1")};
    const auto psql = [&](const QByteArray& sql) { return run(QStringLiteral("psql"), words, sql); };
    if (server) {
        (void)needStore(url, Access::Write);
        const QByteArrayList indexes =
            portIndexes(psql("SELECT replace(indexdef, chr(10), ' ') || ';' FROM pg_indexes WHERE tablename = "
                             "'port_messages' AND indexname <> 'port_messages_pkey';\n"));
        QByteArray script = "SET synchronous_commit = off;\nSET maintenance_work_mem = '512MB';\n";
        for (const QByteArray& index : indexes)
            script += "DROP INDEX " + index.split(' ').at(2) + ";\n";
        script += QByteArray(serverRows).replace("%1", QByteArray::number(rowsOf(setting)));
        psql(script + indexes.join('\n') + "\nVACUUM ANALYZE port_messages;\n");
    }
    askAll(setting, QStringLiteral("port-messages, psql: "), url, "id", deadOnServer, [&](const QByteArray& sql) {
        return leastAfter(psql("\\o /dev/null\n" + sql + "\\timing on\n" + sql), QStringLiteral("Time: ([0-9.]+) ms"))
               / 1000;
    });
}

void portMessages(const Setting& setting) {
    portMessagesInSqlite(setting);
    portMessagesInPostgresql(setting);
}

constexpr Bench benches[] = {{"port-messages", portMessages}};

} // namespace

std::span<const Bench> portBenches() {
    return benches;
}

} // namespace portolan::bench
