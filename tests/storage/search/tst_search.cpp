#include "storage/messages/batches.h"
#include "storage/ports/ports.h"
#include "storage/search/search.h"
#include "storage/search/sql/searchindex.h"
#include "storage/series/rollups.h"
#include "storage/stores/openstore.h"
#include "storage/versions/pipelinerows.h"
#include "tests/support/need.h"
#include "tests/support/portrows.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using test::Chance;
using test::need;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

QByteArray quoted(QByteArray text) {
    return '\'' + text.replace('\'', "''") + '\'';
}

/// Made of pieces that meet wildcards, quotes, escapes of JSON, capitals, and characters of up to four bytes.
QByteArray randomText(Chance& chance) {
    static const char* const pieces[] = {"timeout", "Timeout", "TIME", "50%", "a_b", "\\n",    "\"x\"", "'", "é",
                                         "É",       "日本",    "🙂", " ",   "q",   "error ", "0.10",  "-"};
    QByteArray text;
    for (std::size_t i = 0, count = 1 + chance.below(6); i < count; ++i)
        text += chance.pick(pieces);
    return text;
}

QByteArray asJson(const QByteArray& text) {
    return "{\"text\":\"" + QByteArray(text).replace('\\', "\\\\").replace('"', "\\\"") + "\",\"n\":[1,2.50]}";
}

/// A part of a text, of whole characters.
QString partOf(const QString& text, Chance& chance) {
    const QList<uint> characters = text.toUcs4();
    const auto from = static_cast<qsizetype>(chance.below(static_cast<std::size_t>(characters.size())));
    const auto length = 1
                        + static_cast<qsizetype>(
                            chance.below(static_cast<std::size_t>(std::min<qsizetype>(characters.size() - from, 9))));
    return QString::fromUcs4(reinterpret_cast<const char32_t*>(&characters[from]), length);
}

Filter filterOf(const QString& text, const ColumnSet& schema) {
    return need(parseFilter(text, schema, currentTime()));
}

/// The ids that a filter finds, page after page of three, with the places of the pages checked on the way.
template <class Row>
QByteArrayList idsOf(RowSource<Row>& source, std::span<const Column<Row>> columns, const Filter& filter,
                     bool descending) {
    ListQuery query{filter, {{}, descending}, {}, 3};
    const PageIndex pageIndex = need(source.pageIndex(query, 1'000, {}));
    QByteArrayList ids;
    for (qsizetype number = 0;; ++number) {
        const Page<Row> page = need(source.page(query, {}));
        if (number < std::ssize(pageIndex.starts) && pageIndex.starts[std::size_t(number)] != query.after)
            ids << QByteArray("another place");
        for (const Row& row : page.rows) {
            const Value id = columns.front().value(row);
            ids << (std::holds_alternative<qint64>(id) ? QByteArray::number(std::get<qint64>(id))
                                                       : std::get<QByteArray>(id));
        }
        if (page.last)
            return ids;
        query.after = page.next;
    }
}

} // namespace

class TestSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();
    void asksForTrigrams_data();
    void asksForTrigrams();
    void findsWhatAScanFinds_data();
    void findsWhatAScanFinds();
    void asksTheIndex();
    void findsWhatTheIndexDoesNotTake();
    void startsAgainWhereRowsHaveOtherNumbers();
    void leavesCommonTextsToTheRows();
    void quotesWhatItFound();
    void goesOnWhereItEnded();
    void saysWhatIsNotThere();

private:
    QString run(const QByteArray& sql) const;
    bool isOnServer() const { return m_url.kind == StoreKind::Postgresql; }
    void roll() const { QVERIFY(need(m_store->rollups()->roll(Rollups::untilDone, {})).done); }
    void change(Chance& chance, QList<QString>& texts, int& next) const;
    void compare(const QString& text) const;
    void addMessage(qint64 id, const QByteArray& content) const;

    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
};

void TestSearch::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestSearch::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_folder = std::make_unique<TempFolder>();
    m_url = onServer ? m_server.createStore()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    m_store = need(openStore(m_url, Access::Write));
    QCOMPARE(run("INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'a', 0, 0)"), QString());
}

void TestSearch::cleanup() {
    m_store.reset();
}

/// As another program.
QString TestSearch::run(const QByteArray& sql) const {
    return isOnServer() ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
}

void TestSearch::addMessage(qint64 id, const QByteArray& content) const {
    QCOMPARE(run("INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES ("
                 + QByteArray::number(id) + ", 1, 1, " + quoted(content) + ", 0)"),
             QString());
}

void TestSearch::asksForTrigrams_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("query");
    QTest::newRow("none") << QByteArray() << QString();
    QTest::newRow("too short") << QByteArray("ab") << QString();
    QTest::newRow("short in characters") << QByteArray("日本") << QString();
    QTest::newRow("one") << QByteArray("日本x") << QStringLiteral("\"日本x\"");
    QTest::newRow("beyond 16 bits") << QByteArray("🙂🙂ab") << QStringLiteral("\"🙂🙂a\" AND \"🙂ab\"");
    QTest::newRow("quotes") << QByteArray("a\"b\"") << QStringLiteral("\"a\"\"b\" AND \"\"\"b\"\"\"");
    QTest::newRow("words of the query language") << QByteArray("OR *") << QStringLiteral("\"OR \" AND \"R *\"");
    QTest::newRow("no text") << QByteArray("abc\xFF") << QString();
    QTest::newRow("NUL") << QByteArray("abc\0def", 7) << QString();
}

void TestSearch::asksForTrigrams() {
    QFETCH(const QByteArray, text);
    QFETCH(const QString, query);
    QCOMPARE(trigramQuery(std::array{text}), query);
    QCOMPARE(trigramQuery(std::array{QByteArray(1'000, 'a') + "b"}), QStringLiteral("\"aaa\" AND \"aab\""));
}

/// One change, of one of the five tables, as another program makes it.
void TestSearch::change(Chance& chance, QList<QString>& texts, int& next) const {
    const QByteArray text = randomText(chance);
    const QByteArray data = asJson(randomText(chance));
    texts << QString::fromUtf8(text) << QString::fromUtf8(data);
    const auto old = QByteArray::number(1 + int(chance.below(static_cast<std::size_t>(next))));
    const QByteArray number = QByteArray::number(next);
    const QByteArray uuid = quoted(test::portMessageId(next));
    const QByteArray oldUuid = quoted(test::portMessageId(old.toInt()));
    const QByteArray name = quoted("name " + number);
    const QByteArrayList changes{
        "INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (" + number + ", 1, 1, "
            + quoted(text) + ", 0)",
        "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, error_message) "
        "VALUES ("
            + uuid + ", 'orders', 'a', 'b', " + quoted(data) + ", " + quoted(text) + ")",
        "INSERT INTO checkpoints (id, checkpoint_name, component_name, version, checkpoint_data) VALUES (" + uuid + ", "
            + quoted(text) + ", 'c', " + number + ", " + quoted(data) + ")",
        "INSERT INTO component_state (id, component_name, component_type, version, state_data) VALUES (" + uuid + ", "
            + name + ", 'Sink', 1, " + quoted(data) + ")",
        "INSERT INTO sink_storage (id, sink_name, data_type, data) VALUES (" + uuid + ", " + name + ", 'x', "
            + quoted(data) + ")",
        "UPDATE messages SET content = " + quoted(text) + " WHERE id = " + old,
        "UPDATE port_messages SET error_message = " + quoted(text) + ", status = 'failed' WHERE id = " + oldUuid,
        "UPDATE port_messages SET message_data = " + quoted(data) + " WHERE id = " + oldUuid,
        "UPDATE checkpoints SET checkpoint_data = " + quoted(data) + " WHERE id = " + oldUuid,
        "UPDATE component_state SET state_data = " + quoted(data) + " WHERE id = " + oldUuid,
        "UPDATE sink_storage SET data = " + quoted(data) + " WHERE id = " + oldUuid,
        "DELETE FROM messages WHERE id = " + old,
        "DELETE FROM port_messages WHERE id = " + oldUuid,
        // The number of the last row is given again.
        isOnServer() ? QByteArray("DELETE FROM sink_storage WHERE id = " + oldUuid)
                     : QByteArray("DELETE FROM port_messages WHERE rowid = (SELECT max(rowid) FROM port_messages)"),
        "UPDATE messages SET id = -id WHERE id = " + old,
        "VACUUM",
    };
    QCOMPARE(run(changes[static_cast<qsizetype>(chance.below(static_cast<std::size_t>(changes.size())))]), QString());
    ++next;
}

/// A double negation means the same, and tells the index nothing.
void TestSearch::compare(const QString& text) const {
    const auto agree = [&](auto& source, auto columns, const ColumnSet& schema, const char* what) {
        const QString phrase = phraseFilter(text);
        const bool descending = text.size() % 2 == 0;
        const QByteArrayList found = idsOf(source, columns, filterOf(phrase, schema), descending);
        const QByteArrayList scanned =
            idsOf(source, columns, filterOf(QStringLiteral("not (not %1)").arg(phrase), schema), descending);
        QVERIFY2(found == scanned, (QByteArray(what) + ": " + text.toUtf8() + "\nfound:   " + found.join(' ')
                                    + "\nscanned: " + scanned.join(' '))
                                       .constData());
    };
    agree(m_store->batches().messages(), messageColumns(), messageSchema(), "messages");
    agree(m_store->ports()->messages(), portMessageColumns(), portMessageSchema(), "port messages");
    agree(m_store->ports()->deadLetters(), portMessageColumns(), portMessageSchema(), "dead letters");
    for (const PipelineTable table :
         {PipelineTable::Checkpoints, PipelineTable::CheckpointNames, PipelineTable::Components,
          PipelineTable::ComponentVersions, PipelineTable::Sinks})
        agree(*m_store->pipelineRows(table), pipelineColumns(table), pipelineSchema(table), pipelineTableName(table));
}

void TestSearch::findsWhatAScanFinds_data() {
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 2; ++seed)
        QTest::newRow(QByteArray::number(seed).constData()) << seed;
}

void TestSearch::findsWhatAScanFinds() {
    QFETCH(const int, seed);
    Chance chance(static_cast<quint64>(seed));
    QList<QString> texts;
    int next = 1;
    qint64 documents = 0;
    for (int round = 0; round < 14; ++round) {
        for (std::size_t i = 0, count = chance.below(12); i < count; ++i) {
            change(chance, texts, next);
            if (QTest::currentTestFailed())
                return;
        }
        if (chance.below(2) == 0)
            documents += need(m_store->rollups()->roll(
                                  chance.below(2) == 0 ? std::chrono::milliseconds(0) : Rollups::untilDone, {}))
                             .documents;
        for (int i = 0; i < 3 && !texts.isEmpty(); ++i) {
            compare(
                partOf(texts[static_cast<qsizetype>(chance.below(static_cast<std::size_t>(texts.size())))], chance));
            if (QTest::currentTestFailed())
                return;
        }
    }
    roll();
    QVERIFY(documents > 20);
    for (int i = 0; i < 8; ++i)
        compare(texts[static_cast<qsizetype>(chance.below(static_cast<std::size_t>(texts.size())))]);
}

/// An index without entries finds nothing: so it was asked.
void TestSearch::asksTheIndex() {
    const QByteArray emptying = isOnServer() ? "DELETE FROM portolan_search"
                                             : "INSERT INTO portolan_search (portolan_search) VALUES ('delete-all')";
    for (int id = 1; id <= 20; ++id)
        addMessage(id, "a needle in " + QByteArray::number(id));
    const auto found = [&](const char* filter) {
        return idsOf(m_store->batches().messages(), messageColumns(), filterOf(QLatin1String(filter), messageSchema()),
                     false)
            .size();
    };
    QCOMPARE(found("needle"), 20);
    roll();
    QCOMPARE(found("needle"), 20);
    if (!isOnServer()) { // a damaged one tells nothing
        QCOMPARE(run("UPDATE portolan_search_data SET block = x'00' WHERE id > 10"), QString());
        QCOMPARE(found("needle"), 20);
    }
    QCOMPARE(run(emptying), QString());
    QCOMPARE(found("needle"), 0);
    QCOMPARE(found("content~needle id>3"), 0);
    QCOMPARE(found("needle or id:3"), 20);
    QCOMPARE(found("not haystack"), 20);
    QCOMPARE(found("ne"), 20);
    // Rows that are written since come after the index, and rows that are written again beside it.
    addMessage(21, "a NEEDLE");
    QCOMPARE(run("UPDATE messages SET content = content || '!' WHERE id = 7"), QString());
    QCOMPARE(run("DELETE FROM messages WHERE id = 9"), QString());
    addMessage(9, "another needle");
    QCOMPARE(found("needle"), 3);
    roll();
    QCOMPARE(found("needle"), 3);
    // Another program's table, which tells nobody of what is written to it.
    QCOMPARE(run(QByteArray("DROP TRIGGER portolan_messages_search_update") + (isOnServer() ? " ON messages" : "")),
             QString());
    QCOMPARE(found("needle"), 21);
}

void TestSearch::findsWhatTheIndexDoesNotTake() {
    addMessage(1, "plain needle");
    const QByteArray kept = "SELECT count(*) FROM portolan_search_pending WHERE kept";
    if (isOnServer()) { // whose texts are UTF-8
        addMessage(5, QByteArray(2 << 20, 'x') + "needle");
        roll();
        QCOMPARE(PostgresScript(m_url).value(kept), QStringLiteral("1"));
        compare(QStringLiteral("needle"));
        QCOMPARE(run("UPDATE messages SET content = 'a needle' WHERE id = 5"), QString());
        roll();
        QCOMPARE(PostgresScript(m_url).value(kept), QStringLiteral("0"));
        compare(QStringLiteral("needle"));
        return;
    }
    QCOMPARE(run("INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES "
                 "(2, 1, 1, CAST(x'ff6e6565646c65e9' AS TEXT), 0), (3, 1, 1, CAST(x'6e6565646c65006162' AS TEXT), 0), "
                 "(4, 1, 1, 12345, 0)"),
             QString());
    addMessage(5, QByteArray(2 << 20, 'x') + "needle");
    roll();
    const auto found = [&](const char* filter) {
        return idsOf(m_store->batches().messages(), messageColumns(), filterOf(QLatin1String(filter), messageSchema()),
                     false)
            .join(' ');
    };
    QCOMPARE(found("needle"), QByteArray("1 2 3 5"));
    QCOMPARE(found("234"), QByteArray("4"));
    QCOMPARE(SqliteScript(m_url.path).value("SELECT group_concat(row_id) FROM portolan_search_pending WHERE kept"),
             QStringLiteral("2,3,5"));
    // Kept aside once, and taken when it is mended.
    QCOMPARE(run("UPDATE messages SET content = 'a needle' WHERE id = 5"), QString());
    roll();
    QCOMPARE(found("needle"), QByteArray("1 2 3 5"));
    QCOMPARE(SqliteScript(m_url.path).value("SELECT group_concat(row_id) FROM portolan_search_pending"),
             QStringLiteral("2,3"));
}

void TestSearch::startsAgainWhereRowsHaveOtherNumbers() {
    if (isOnServer())
        QSKIP("Rows of a server have no numbers of their own.");
    for (int i = 1; i <= 5; ++i)
        QCOMPARE(run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, "
                     "error_message) VALUES ('p', 'a', 'b', '{}', 'an error')"),
                 QString());
    roll();
    const QByteArray stands = "SELECT count(*) FROM portolan_search_state WHERE kind = 2 AND row_key = (SELECT id FROM "
                              "port_messages WHERE rowid = indexed_until)";
    QCOMPARE(SqliteScript(m_url.path).value(stands), QStringLiteral("1"));
    // As after a dump was read back: other numbers, another file.
    QCOMPARE(run("UPDATE portolan_search_state SET row_key = 'other', schema_mark = -1"), QString());
    QCOMPARE(run("INSERT INTO portolan_search (portolan_search) VALUES ('delete-all')"), QString());
    compare(QStringLiteral("err"));
    roll();
    QCOMPARE(SqliteScript(m_url.path).value(stands), QStringLiteral("1"));
    compare(QStringLiteral("err"));
}

void TestSearch::leavesCommonTextsToTheRows() {
    if (isOnServer())
        QSKIP("The planner's own choice there.");
    QCOMPARE(
        run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) INSERT INTO messages (id, "
            "batch_id, message_number, content, timestamp) SELECT i, 1, i, 'a common text ' || i, 0 FROM n"),
        QString());
    roll();
    auto& messages = m_store->batches().messages();
    ListQuery query{filterOf(QStringLiteral("common"), messageSchema()), {{}, true}, {}, 10};
    const Page<Message> page = need(messages.page(query, {}));
    QCOMPARE(page.rows.size(), std::size_t(10));
    QCOMPARE(page.rows.front().id.row, 25'000);
    QCOMPARE(run("INSERT INTO portolan_search (portolan_search) VALUES ('delete-all')"), QString());
    QCOMPARE(need(messages.page(query, {})).rows.size(), std::size_t(0));
}

void TestSearch::quotesWhatItFound() {
    const QByteArray long1(60, 'x');
    addMessage(1, long1 + "\xC3\xA9 Needle\nbehind " + long1 + long1);
    addMessage(2, "needle");
    QCOMPARE(
        run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES ('cp', 'c', 4, "
            "'{\"a\":\"one NEEDLE\"}')"),
        QString());
    FoundRows found = need(searchStore(*m_store, FoundKind::Message, QStringLiteral("nEEdle"), 10, {}, {}));
    QVERIFY(!found.missing && !found.more);
    QCOMPARE(found.rows.size(), std::size_t(2));
    QCOMPARE(found.rows[0].id, QByteArray("2"));
    QCOMPARE(found.rows[0].snippet(), QByteArray("needle"));
    QCOMPARE(found.rows[1].hit, QByteArray("Needle"));
    QCOMPARE(found.rows[1].column, QByteArray("content"));
    QVERIFY(found.rows[1].before.startsWith("\xE2\x80\xA6x") && found.rows[1].before.endsWith("x\xC3\xA9 "));
    QVERIFY(found.rows[1].after.startsWith(" behind x") && found.rows[1].after.endsWith("x\xE2\x80\xA6"));
    found = need(searchStore(*m_store, FoundKind::Checkpoint, QStringLiteral("\": \"one n"), 10, {}, {}));
    QCOMPARE(found.rows.size(), std::size_t(1));
    QCOMPARE(found.rows[0].name, QByteArray("cp"));
    QCOMPARE(found.rows[0].version.value_or(0), 4);
    QCOMPARE(found.rows[0].column, QByteArray("checkpoint_data"));
    QCOMPARE(found.rows[0].snippet(), QByteArray("{\"a\": \"one NEEDLE\"}"));
}

void TestSearch::goesOnWhereItEnded() {
    for (int id = 1; id <= 7; ++id)
        addMessage(id, "needle");
    QByteArrayList ids;
    Cursor after;
    for (int page = 0; page < 3; ++page) {
        const FoundRows found = need(searchStore(*m_store, FoundKind::Message, QStringLiteral("needle"), 3, after, {}));
        QCOMPARE(found.more, page < 2);
        for (const Found& row : found.rows)
            ids << row.id;
        after = found.next;
    }
    QCOMPARE(ids.join(' '), QByteArray("7 6 5 4 3 2 1"));
}

void TestSearch::saysWhatIsNotThere() {
    QCOMPARE(searchStore(*m_store, FoundKind::Message, QString(), 3, {}, {}).error().code, ErrorCode::Usage);
    QCOMPARE(run("DROP TABLE sink_storage"), QString());
    const FoundRows found = need(searchStore(*m_store, FoundKind::Sink, QStringLiteral("x"), 3, {}, {}));
    QVERIFY(found.rows.empty());
    QVERIFY(found.missing && found.missing->contains(QLatin1String("sink_storage")));
    for (const FoundKind kind : foundKinds)
        QCOMPARE(foundKindNamed(foundKindName(kind)).value(), kind);
    QVERIFY(!foundKindNamed("messages"));
}

QTEST_GUILESS_MAIN(TestSearch)
#include "tst_search.moc"
