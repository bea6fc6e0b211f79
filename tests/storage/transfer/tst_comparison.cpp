// compare: two stores or backups row by row, whichever database keeps them.

#include "storage/stores/backup.h"
#include "storage/stores/opencontent.h"
#include "storage/transfer/copyledger.h"
#include "storage/transfer/storecomparison.h"
#include "tests/support/contentrows.h"
#include "tests/support/healthystore.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QFile>
#include <QtTest>
#include <array>
#include <functional>
#include <limits>
#include <random>

using namespace portolan;
using namespace portolan::test;

namespace {

StoreUrl sqliteUrl(const QString& path) {
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    return url;
}

ContentCell cellOf(const QByteArray& text, CellMeaning meaning) {
    ContentCell cell;
    cell.setBytes(ContentCell::Kind::Text, text);
    cell.giveMeaning(meaning);
    return cell;
}

struct Compared {
    CompareReport report;
    QStringList rows; ///< "table|key|difference|columns"
};

Compared compared(const StoreUrl& a, const StoreUrl& b, const QStringList& tables = {},
                  const std::optional<StoreUrl>& server = {}) {
    const auto left = need(openContent(a, {}, {server, tables}));
    const auto right = need(openContent(b, {}, {server, tables}));
    Compared all;
    all.report = need(compareStores(*left, *right, {tables}, [&](const RowDifference& difference) -> Result<void> {
        all.rows << QString::fromUtf8(difference.table + '|' + difference.key + '|' + rowDifferenceName(difference.kind)
                                      + '|' + difference.columns);
        return {};
    }));
    return all;
}

StoreUrl backedUp(const StoreUrl& store, const TempFolder& folder) {
    return need(StoreUrl::parse(need(backUp(store, {folder.path(), {}, "test"}, {}, {})).file));
}

QStringList leftIn(const QString& folder) {
    return QDir(folder).entryList({QStringLiteral(".portolan-*")}, QDir::AllEntries | QDir::Hidden);
}

/// A store with rows that are to be edited.
class EditedStore {
public:
    EditedStore(StoreKind kind, const TempFolder& folder, PostgresServer& server) {
        m_url.kind = kind;
        m_url.path = folder.path(QStringLiteral("store"));
        if (kind == StoreKind::Files) {
            m_url.service = QStringLiteral("example_receiver");
            fillStore(m_url, demoItems(237, true));
            return;
        }
        if (kind == StoreKind::Postgresql)
            m_url = server.createDatabase();
        need(openStore(m_url, Access::Write));
        run(ContentRows(8).statements(50, kind == StoreKind::Postgresql));
    }
    [[nodiscard]] const StoreUrl& url() const { return m_url; }

    /// Plants edits; returns the rows by which the state before differs from the one after, or the other way round.
    [[nodiscard]] QStringList edit(bool isTurned) const {
        const QString gone = isTurned ? QStringLiteral("extra") : QStringLiteral("missing");
        const QString come = isTurned ? QStringLiteral("missing") : QStringLiteral("extra");
        if (m_url.kind == StoreKind::Files) {
            const QString messages = m_url.path + QStringLiteral("/example_receiver/messages/");
            const QStringList files = QDir(messages).entryList(QDir::Files, QDir::Name);
            changeFile(messages + files.at(4), [](QByteArray& text) { text[text.indexOf('\n') - 1] = '#'; });
            changeFile(messages + files.last(),
                       [](QByteArray& text) { text.truncate(text.lastIndexOf('\n', text.size() - 2) + 1); });
            return {QStringLiteral("messages|changed|content"), QStringLiteral("messages|%1|").arg(gone)};
        }
        run("UPDATE messages SET content = content || ' ' WHERE id = 250; DELETE FROM metrics WHERE id = 50; "
            "INSERT INTO processed_events (event_id, sensor_id) VALUES ('new', 's'); "
            "UPDATE component_state SET version = version + 100 WHERE component_name = 'c7'");
        return {QStringLiteral("messages|changed|content"), QStringLiteral("metrics|%1|").arg(gone),
                QStringLiteral("processed_events|%1|").arg(come),
                QStringLiteral("component_state|changed|version,updated_at")};
    }

private:
    void run(const QByteArray& sql) const {
        const QString failed =
            m_url.kind == StoreKind::Sqlite ? SqliteScript(m_url.path).run(sql) : PostgresScript(m_url).run(sql);
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    static void changeFile(const QString& path, const std::function<void(QByteArray&)>& change) {
        QFile file(path);
        if (!file.open(QIODevice::ReadWrite))
            qFatal("%s", qPrintable(file.errorString()));
        QByteArray text = file.readAll();
        change(text);
        if (!file.resize(0) || !file.seek(0) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
    }

    StoreUrl m_url;
};

/// "table|difference|columns" of "table|key|difference|columns": keys are not all the same in both databases.
QStringList withoutKeys(const QStringList& rows) {
    QStringList shorter;
    for (const QString& row : rows) {
        const QStringList parts = row.split(u'|');
        shorter << parts.first() + u'|' + parts.mid(parts.size() - 2).join(u'|');
    }
    return shorter;
}

} // namespace

class TestComparison : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", m_home.path().toUtf8());
        m_server = std::make_unique<PostgresServer>();
    }

    void secondsOfAnyInteger() {
        constexpr qint64 least = std::numeric_limits<qint64>::min();
        constexpr qint64 most = std::numeric_limits<qint64>::max();
        const std::vector<std::pair<qint64, qint64>> cases{
            {least, least}, {least + 1, least + 1}, {-1, -1000}, {0, 0}, {999, 0}, {1000, 1000}, {most, most - 807}};
        for (const auto& [integer, expected] : cases) {
            ContentCell cell;
            cell.setInteger(integer);
            cell.giveMeaning(CellMeaning::Seconds);
            QCOMPARE(cell.integer, expected);
        }
    }

    void valuesMeanTheSame() {
        const auto same = [](const char* a, const char* b, CellMeaning meaning) {
            return isSameCell(cellOf(a, meaning), cellOf(b, meaning));
        };
        QVERIFY(same("2025-10-16T14:56:05Z", "2025-10-16 16:56:05.000+02:00", CellMeaning::Time));
        QVERIFY(!same("2025-10-16T14:56:05.000001Z", "2025-10-16T14:56:05Z", CellMeaning::Time));
        QVERIFY(!same("yesterday", "today", CellMeaning::Time));
        QVERIFY(same("{\"b\":1,\"a\":[1.0]}", "{ \"a\": [1], \"b\": 1 }", CellMeaning::Json));
        QVERIFY(!same("{\"a\":9007199254740993}", "{\"a\":9007199254740992}", CellMeaning::Json));
        QVERIFY(same("1.500", "15e-1", CellMeaning::Decimal));
        QVERIFY(!same("1.5000000000000000000001", "1.5", CellMeaning::Decimal));
        QVERIFY(
            same("AAAAAAAA-0000-4000-8000-00000000000B", "aaaaaaaa-0000-4000-8000-00000000000b", CellMeaning::Uuid));
        QVERIFY(!same("AAA", "aaa", CellMeaning::Uuid));
        QVERIFY(!same("a", "A", CellMeaning::Plain));
        ContentCell nan;
        nan.setReal(std::numeric_limits<double>::quiet_NaN());
        ContentCell other;
        other.setReal(-std::numeric_limits<double>::quiet_NaN());
        QVERIFY(isSameCell(nan, other));
        QCOMPARE(contentRowHash(std::span(&nan, 1)), contentRowHash(std::span(&other, 1)));
        ContentCell zero;
        zero.setReal(0.0);
        ContentCell minus;
        minus.setReal(-0.0);
        QVERIFY(isSameCell(zero, minus));
        QCOMPARE(contentRowHash(std::span(&zero, 1)), contentRowHash(std::span(&minus, 1)));
    }
    void keysHaveOneOrder() {
        ContentCell nothing;
        ContentCell least;
        least.setInteger(std::numeric_limits<qint64>::min());
        ContentCell real;
        real.setReal(0.5);
        ContentCell most;
        most.setInteger(std::numeric_limits<qint64>::max());
        const ContentCell text = cellOf("a", CellMeaning::Plain);
        const ContentCell longer = cellOf("a\xc3\xa4", CellMeaning::Plain);
        ContentCell bytes;
        bytes.setBytes(ContentCell::Kind::Bytes, "a");
        const std::vector<ContentCell> rising{nothing, least, real, most, text, longer, bytes};
        for (std::size_t i = 0; i < rising.size(); ++i) {
            for (std::size_t j = 0; j < rising.size(); ++j)
                QCOMPARE(compareContentKeys(std::span(&rising[i], 1), std::span(&rising[j], 1)) < 0, i < j);
        }
    }

    /// A ledger's keys sort by their bytes as the rows do, and come back.
    void aLedgersKeysSortAsRowsDo() {
        std::mt19937 random(5);
        const auto below = [&](unsigned most) { return static_cast<int>(random() % most); };
        std::vector<ContentRow> keys;
        for (int i = 0; i < 400; ++i) {
            ContentRow key;
            for (int part = 0; part < 2; ++part) {
                ContentCell cell;
                static constexpr std::array<qint64, 6> numbers{std::numeric_limits<qint64>::min(), -256, -1, 0, 255,
                                                               std::numeric_limits<qint64>::max()};
                const int kind = below(4);
                QByteArray bytes(below(4), static_cast<char>(0xe0 + below(3)));
                if (kind == 0)
                    cell.setInteger(numbers[static_cast<std::size_t>(below(6))]);
                else if (kind == 1)
                    cell.setTime(numbers[static_cast<std::size_t>(below(6))]);
                else
                    cell.setBytes(kind == 2 ? ContentCell::Kind::Text : ContentCell::Kind::Bytes, bytes);
                key.push_back(cell);
            }
            keys.push_back(std::move(key));
        }
        for (const ContentRow& a : keys) {
            const auto text = ledgerKey(a);
            QVERIFY(text);
            const auto back = ledgerKeyCells(*text);
            QVERIFY(back && compareContentKeys(*back, a) == std::strong_ordering::equal);
            for (const ContentRow& b : keys)
                QCOMPARE(*text < *ledgerKey(b), compareContentKeys(a, b) < 0);
        }
        QVERIFY(!ledgerKeyCells("1zz"));
        QVERIFY(!ledgerKeyCells(""));
        ContentCell real;
        real.setReal(1);
        QVERIFY(!ledgerKey(std::span(&real, 1)));
        const ContentCell longText = cellOf(QByteArray(2'000, 'x'), CellMeaning::Plain);
        QVERIFY(!ledgerKey(std::span(&longText, 1)));
        const std::vector<quint64> hashes{1, 0x8000'0000'0000'0000, 42};
        QCOMPARE(ledgerHashes(ledgerText(hashes)), hashes);
        QCOMPARE(ledgerHashes(""), std::vector<quint64>());
    }

    /// The same rows written into both databases by their own programs' interfaces.
    void theSameRowsAreAlike() {
        const TempFolder folder;
        const StoreUrl lite = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const StoreUrl server = m_server->createDatabase();
        need(openStore(lite, Access::Write));
        need(openStore(server, Access::Write));
        QCOMPARE(SqliteScript(lite.path).run(ContentRows(7).statements(300, false)), QString());
        QCOMPARE(PostgresScript(server).run(ContentRows(7).statements(300, true)), QString());
        for (const auto& [a, b] : {std::pair(lite, server), std::pair(server, lite), std::pair(lite, lite)}) {
            const Compared all = compared(a, b);
            QCOMPARE(all.rows, QStringList());
            QCOMPARE(all.report.leftOut, QStringList());
            QCOMPARE(all.report.rows, 300 * 12);
        }
        const Compared own = compared(lite, server, {QStringLiteral("portolan_replay_items")});
        QCOMPARE(own.rows, QStringList());
        QCOMPARE(own.report.rows, 300);
        QCOMPARE(compared(server, lite, {QStringLiteral("portolan_rejects")}).rows, QStringList());
    }

    void editsAreFoundToTheRow() {
        const TempFolder folder;
        const StoreUrl lite = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const StoreUrl server = m_server->createDatabase();
        need(openStore(lite, Access::Write));
        need(openStore(server, Access::Write));
        QCOMPARE(SqliteScript(lite.path).run(ContentRows(8).statements(50, false)), QString());
        QCOMPARE(PostgresScript(server).run(ContentRows(8).statements(50, true)), QString());
        PostgresScript psql(server);
        const QString gone = psql.value("SELECT id FROM port_messages ORDER BY id LIMIT 1 OFFSET 20");
        const QString changed = psql.value("SELECT id FROM port_messages ORDER BY id LIMIT 1 OFFSET 30");
        QCOMPARE(
            psql.run("DELETE FROM port_messages WHERE id = '" + gone.toLatin1()
                     + "';"
                       "UPDATE port_messages SET message_data = '{\"new\": true}', created_at = coalesce(created_at, "
                       "now()) + interval '1 microsecond' WHERE id = '"
                     + changed.toLatin1()
                     + "';"
                       "UPDATE messages SET content = content || ' ' WHERE id = 250;"
                       "DELETE FROM metrics WHERE id = 50;"
                       "INSERT INTO processed_events (event_id, sensor_id) VALUES ('\xc3\xa4 new', 's');"
                       "UPDATE market_data SET volume = 'NaN' WHERE id = 3"),
            QString());
        QStringList rows = compared(lite, server).rows;
        rows.sort();
        QStringList expected{QStringLiteral("port_messages|%1|missing|").arg(gone),
                             QStringLiteral("port_messages|%1|changed|message_data,created_at").arg(changed),
                             QStringLiteral("messages|250|changed|content"),
                             QStringLiteral("metrics|50|missing|"),
                             QString::fromUtf8("processed_events|\xc3\xa4 new|extra|"),
                             QStringLiteral("market_data|3|changed|volume")};
        expected.sort();
        QCOMPARE(rows, expected);
    }

    void aTableOfOneAloneIsTold() {
        const TempFolder folder;
        const StoreUrl a = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const StoreUrl b = sqliteUrl(folder.path(QStringLiteral("b.db")));
        need(openStore(a, Access::Write));
        need(openStore(b, Access::Write));
        SqliteScript script(b.path);
        QCOMPARE(script.run("DROP TABLE market_data; CREATE TABLE plain (a, b)"), QString());
        QCOMPARE(compared(a, b).report.leftOut, QStringList());
        QCOMPARE(SqliteScript(a.path).run("INSERT INTO market_data (time, symbol) VALUES "
                                          "('2025-01-01T00:00:00.000Z', 'x'); CREATE TABLE plain (a, b)"),
                 QString());
        const QStringList told = compared(a, b).report.leftOut;
        QCOMPARE(told.size(), 1);
        QVERIFY(told.front().contains(QStringLiteral("market_data: only")));
        const Compared plain = compared(a, b, {QStringLiteral("plain")});
        QCOMPARE(plain.report.leftOut.size(), 1);
        QVERIFY(plain.report.leftOut.front().contains(QStringLiteral("no primary key")));
        const auto left = need(openContent(a));
        const auto right = need(openContent(b));
        const auto none = compareStores(*left, *right, {{QStringLiteral("nowhere")}},
                                        [](const RowDifference&) { return Result<void>(); });
        QVERIFY(!none && none.error().code == ErrorCode::NotFound);
    }

    /// Who shows a difference gets its rows on request: documents as they are, and long values by their beginning.
    void rowsComeWithTheDifferences() {
        const TempFolder folder;
        const StoreUrl a = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const StoreUrl b = sqliteUrl(folder.path(QStringLiteral("b.db")));
        const QByteArray made =
            "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT, number REAL, more TEXT); INSERT INTO t "
            "VALUES (1, 'alike', 1, 'x'), (2, 'say \"n\"', 0.5, NULL)";
        QCOMPARE(SqliteScript(a.path).run(made), QString());
        QCOMPARE(SqliteScript(b.path).run(made + "; UPDATE t SET text = 'other', more = '" + QByteArray(70'000, 'y')
                                          + "' WHERE id = 2; INSERT INTO t VALUES (3, 'new', NULL, NULL)"),
                 QString());
        const auto left = need(openContent(a));
        const auto right = need(openContent(b));
        for (const bool isAsked : {true, false}) {
            std::vector<RowDifference> found;
            CompareOptions options{{QStringLiteral("t")}};
            options.withRows = isAsked;
            need(compareStores(*left, *right, options, [&](const RowDifference& each) -> Result<void> {
                found.push_back(each);
                return {};
            }));
            QCOMPARE(found.size(), std::size_t(2));
            QCOMPARE(found[0].rows.has_value(), isAsked);
            if (!isAsked)
                continue;
            QCOMPARE(found[0].rows->key.size(), std::size_t(1));
            QCOMPARE(found[0].rows->key.front().first, QStringLiteral("id"));
            QCOMPARE(found[0].rows->key.front().second, std::optional(QByteArray("2")));
            QCOMPARE(found[0].rows->first,
                     QByteArray("{\"id\":2,\"text\":\"say \\\"n\\\"\",\"number\":0.5,\"more\":null}"));
            QVERIFY2(found[0].rows->second.size() < 2'000 && found[0].rows->second.contains("(70000 bytes)"),
                     found[0].rows->second.constData());
            QCOMPARE(found[1].rows->first, QByteArray("{}")); // it is not there
            QCOMPARE(found[1].rows->second, QByteArray("{\"id\":3,\"text\":\"new\",\"number\":null,\"more\":null}"));
        }
    }

    /// Another program's table in the reference's simplified form, with UUIDs in capitals and text that is no UTF-8.
    void anotherProgramsRowsAreCompared() {
        const TempFolder folder;
        const StoreUrl lite = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const StoreUrl server = m_server->createDatabase();
        need(openStore(server, Access::Write));
        SqliteScript script(lite.path);
        QCOMPARE(
            script.run("CREATE TABLE port_messages (id TEXT PRIMARY KEY, port_name TEXT NOT NULL, source_component "
                       "TEXT, target_component TEXT, message_data TEXT NOT NULL, status TEXT, created_at TEXT)"),
            QString());
        PostgresScript psql(server);
        ContentRows rows(9);
        for (int i = 0; i < 100; ++i) {
            const QByteArray id = rows.uuid();
            const QByteArray values = "', 'p', 'a', 'b', '{\"a\":1}', 'pending', '2025-10-16 14:56:05')";
            const QByteArray columns =
                " (id, port_name, source_component, target_component, message_data, status, created_at) VALUES ('";
            QCOMPARE(script.run("INSERT INTO port_messages" + columns + (i % 2 ? id : id.toUpper()) + values),
                     QString());
            QCOMPARE(psql.run("SET timezone = 'UTC'; INSERT INTO port_messages" + columns + id + values), QString());
        }
        QCOMPARE(compared(lite, server, {QStringLiteral("port_messages")}).rows, QStringList());
        QCOMPARE(script.run("UPDATE port_messages SET port_name = CAST(X'ff00' AS TEXT) WHERE rowid = 5"), QString());
        QCOMPARE(compared(lite, server, {QStringLiteral("port_messages")}).rows.size(), 1);
    }

    void filesAreComparedByTheirMessages() {
        const TempFolder folder;
        StoreUrl files;
        files.path = folder.path(QStringLiteral("files"));
        files.service = QStringLiteral("example_receiver");
        const StoreUrl lite = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const auto items = demoItems(237, true);
        fillStore(files, items);
        fillStore(lite, items);
        const Compared same = compared(files, lite);
        QCOMPARE(same.rows, QStringList());
        QCOMPARE(same.report.rows, 237);
        SqliteScript script(lite.path);
        const QString key =
            script.value("SELECT '[' || batch_id || ',' || message_number || ']' FROM messages WHERE id = 55");
        QCOMPARE(script.run("UPDATE messages SET content = 'other' WHERE id = 55; DELETE FROM messages WHERE id = 100"),
                 QString());
        const QStringList rows = compared(files, lite).rows;
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows.front(), QStringLiteral("messages|%1|changed|content").arg(key));
        QVERIFY(rows.back().contains(QStringLiteral("|missing|")));
    }

    /// Whatever keeps the rows, on either side: the planted edits are the rows that differ, and nothing is left.
    void aBackupIsASide_data() {
        QTest::addColumn<StoreKind>("kind");
        QTest::addColumn<bool>("isFirst");
        QTest::addColumn<bool>("isSecond");
        for (const auto& [name, kind] : {std::pair("files", StoreKind::Files), std::pair("sqlite", StoreKind::Sqlite),
                                         std::pair("postgresql", StoreKind::Postgresql)}) {
            QTest::addRow("%s, backup and store", name) << kind << true << false;
            QTest::addRow("%s, store and backup", name) << kind << false << true;
            QTest::addRow("%s, two backups", name) << kind << true << true;
        }
    }
    void aBackupIsASide() {
        QFETCH(const StoreKind, kind);
        QFETCH(const bool, isFirst);
        QFETCH(const bool, isSecond);
        const TempFolder folder;
        const EditedStore store(kind, folder, *m_server);
        const bool isTurned = !isFirst; // the older state is on the right
        const StoreUrl before = backedUp(store.url(), folder);
        QStringList expected = store.edit(isTurned);
        const StoreUrl after = isFirst && isSecond ? backedUp(store.url(), folder) : store.url();
        const StoreUrl server = m_server->url(QStringLiteral("postgres"));
        QStringList rows =
            withoutKeys((isTurned ? compared(after, before, {}, server) : compared(before, after, {}, server)).rows);
        rows.sort();
        expected.sort();
        QCOMPARE(rows, expected);
        QCOMPARE(leftIn(folder.path()), QStringList());
        QCOMPARE(scratchDatabases(), QString());
    }

    /// Of Portolan's own tables the rows that are asked for are restored, too.
    void anotherKindsBackupsAreAlike() {
        const TempFolder folder;
        const StoreUrl lite = sqliteUrl(folder.path(QStringLiteral("a.db")));
        const StoreUrl server = m_server->createDatabase();
        need(openStore(lite, Access::Write));
        need(openStore(server, Access::Write));
        QCOMPARE(SqliteScript(lite.path).run(ContentRows(7).statements(60, false)), QString());
        QCOMPARE(PostgresScript(server).run(ContentRows(7).statements(60, true)), QString());
        const StoreUrl ofLite = backedUp(lite, folder);
        const StoreUrl ofServer = backedUp(server, folder);
        const Compared all = compared(ofLite, ofServer, {}, server);
        QCOMPARE(all.rows, QStringList());
        QCOMPARE(all.report.leftOut, QStringList());
        QCOMPARE(all.report.rows, 60 * 12);
        const Compared own = compared(ofServer, lite, {QStringLiteral("portolan_replay_items")}, server);
        QCOMPARE(own.rows, QStringList());
        QCOMPARE(own.report.rows, 60);
        // Some tables alone, one of which refers to another.
        const auto some = need(backUp(server, {folder.path(), {QStringLiteral("messages")}, "test"}, {}, {}));
        const StoreUrl ofSome = need(StoreUrl::parse(some.file));
        const Compared messages = compared(ofSome, lite, {QStringLiteral("messages")}, server);
        QCOMPARE(messages.rows, QStringList());
        QCOMPARE(messages.report.rows, 60);
        // Without a server; of a file, for a copy, there need be none.
        const auto without = openContent(ofServer);
        QVERIFY(!without && without.error().code == ErrorCode::Unsupported);
        QVERIFY(without.error().text.contains(QStringLiteral("--of")));
        QVERIFY(openCopySource(ofLite).ok());
        QCOMPARE(leftIn(folder.path()), QStringList());
        QCOMPARE(scratchDatabases(), QString());
    }

    void nothingIsLeftOfAStoppedOne() {
        const TempFolder folder;
        const StoreUrl server = m_server->createDatabase();
        need(openStore(server, Access::Write));
        QCOMPARE(PostgresScript(server).run(ContentRows(7).statements(60, true)), QString());
        const StoreUrl backup = backedUp(server, folder);
        CancelSource source;
        {
            const auto left = need(openContent(server, source.get_token()));
            const auto right = need(openContent(backup, source.get_token(), {server, {}}));
            QVERIFY(!scratchDatabases().isEmpty());
            source.request_stop();
            const auto stopped = compareStores(*left, *right, {}, [](const RowDifference&) { return Result<void>(); });
            QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
            const auto late = openContent(backup, source.get_token(), {server, {}});
            QVERIFY(!late && late.error().code == ErrorCode::Cancelled);
        }
        QCOMPARE(leftIn(folder.path()), QStringList());
        QCOMPARE(scratchDatabases(), QString());
    }

    void stopping() {
        const TempFolder folder;
        const StoreUrl lite = sqliteUrl(folder.path(QStringLiteral("a.db")));
        need(openStore(lite, Access::Write));
        QCOMPARE(SqliteScript(lite.path).run(ContentRows(7).statements(20, false)), QString());
        CancelSource source;
        const auto left = need(openContent(lite, source.get_token()));
        const auto right = need(openContent(lite, source.get_token()));
        source.request_stop();
        const auto stopped = compareStores(*left, *right, {}, [](const RowDifference&) { return Result<void>(); });
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

private:
    [[nodiscard]] QString scratchDatabases() const {
        return PostgresScript(m_server->url(QStringLiteral("postgres")))
            .value("SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'portolan_restore_%'");
    }

    TempFolder m_home;
    std::unique_ptr<PostgresServer> m_server;
};

QTEST_GUILESS_MAIN(TestComparison)
#include "tst_comparison.moc"
