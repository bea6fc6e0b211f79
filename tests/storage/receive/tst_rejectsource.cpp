#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/stores/makereceiver.h"
#include "storage/stores/openstore.h"
#include "tests/support/ingestitems.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QtTest>

using namespace portolan;
using portolan::test::IngestItems;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

constexpr char goodEvent[] =
    R"({"kind":"sensor_event","event_id":"e1","sensor_id":"s","timestamp":1729090565,"value":1})";
constexpr char badHealth[] = R"({"kind":"health","component_name":"c","health_status":"ill"})";

/// Two stores, and what goes between them.
class Stores {
public:
    QString files(const char* name) const { return QStringLiteral("file://") + m_folder.path(QLatin1String(name)); }
    QString sqlite(const char* name) const { return QStringLiteral("sqlite://") + m_folder.path(QLatin1String(name)); }
    QString path(const char* name) const { return m_folder.path(QLatin1String(name)); }

    /// Stores items as a receiver would.
    static void fill(const QString& url, const IngestItems& items) {
        const auto store = openStore(*StoreUrl::parse(url), Access::Write);
        const auto stored = (*(*store)->ingestWriter())->store(items.all());
        if (!stored)
            qFatal("%s", qPrintable(stored.error().text));
    }

    /// "received stored duplicates rejected", or what failed.
    static QString reinject(const QString& from, const QString& into) {
        ReceiverOptions options;
        const auto source = SourceUrl::parse(QStringLiteral("rejects:") + from);
        if (!source)
            return source.error().text;
        options.from = *source;
        options.into = *StoreUrl::parse(into);
        Receiver receiver = makeReceiver(options);
        receiver.start();
        const auto ended = receiver.wait();
        if (!ended)
            return ended.error().text;
        return QStringLiteral("%1 %2 %3 %4")
            .arg(ended->received)
            .arg(ended->stored)
            .arg(ended->duplicates)
            .arg(ended->rejected);
    }

    static std::vector<Reject> rejects(const QString& url) {
        const auto store = openStore(*StoreUrl::parse(url), Access::Read);
        return (*store)->batches().rejects().page({}, {})->rows;
    }
    /// "id:key:marked", a reject each.
    static QString marks(const QString& url) {
        QStringList all;
        for (const Reject& reject : rejects(url))
            all << QStringLiteral("%1:%2:%3")
                       .arg(reject.id)
                       .arg(QString::fromUtf8(reject.key))
                       .arg(reject.reinjectedAt ? 1 : 0);
        return all.join(u' ');
    }

private:
    TempFolder m_folder;
};

} // namespace

class TestRejectSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromFilesIntoSqlite();
    void fromSqliteIntoFiles();
    void intoItselfAfterAFix_data();
    void intoItselfAfterAFix();
    void onceThoughTheMarksAreLost();
    void aNewStoreAtTheSamePlaceIsAnotherSource();
    void fieldsOfAStreamEntryAreReadAsFieldsAgain();
    void bytesSurvive();
    void manyRejectsInPages();
    void tornMarksArePassedOver();
    void makesNoStore();
    void saysWhatItCannotRead();
};

void TestRejectSource::fromFilesIntoSqlite() {
    Stores s;
    Stores::fill(s.files("f"),
                 IngestItems().message(1).payload(2, goodEvent).payload(3, badHealth).payload(4, goodEvent));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1002-0:0 2:1003-0:0 3:1004-0:0"));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("3 1 1 1"));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1002-0:1 2:1003-0:0 3:1004-0:1"));
    QCOMPARE(Stores::rejects(s.sqlite("t.db")).size(), std::size_t(0));
    QCOMPARE(SqliteScript(s.path("t.db")).value("SELECT group_concat(event_id) FROM metrics"), QStringLiteral("e1"));
    // When it was rejected is when it had come.
    QCOMPARE(SqliteScript(s.path("t.db")).value("SELECT processed_at FROM processed_events"),
             QStringLiteral("2024-10-16T14:56:05.123Z"));
    // Again: what is marked is not read, what is not is as it was.
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("1 0 0 1"));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1002-0:1 2:1003-0:0 3:1004-0:1"));
}

void TestRejectSource::fromSqliteIntoFiles() {
    Stores s;
    IngestItems items;
    items.payload(1, "plain text #7").payload(2, goodEvent).payload(3, badHealth);
    // A version that could not store the first one.
    IngestItems old;
    old.rejection(1, QStringLiteral("not yet")).rejection(2, QStringLiteral("not yet")).payload(3, badHealth);
    std::vector<IngestItem> all = old.all();
    all[0].delivery.payload = items.all()[0].delivery.payload;
    all[1].delivery.payload = items.all()[1].delivery.payload;
    {
        const auto store = openStore(*StoreUrl::parse(s.sqlite("s.db")), Access::Write);
        QCOMPARE((*(*store)->ingestWriter())->store(all)->rejected, 3);
    }
    QCOMPARE(Stores::reinject(s.sqlite("s.db"), s.files("f")), QStringLiteral("3 1 0 2"));
    QCOMPARE(Stores::marks(s.sqlite("s.db")), QStringLiteral("1:1001-0:1 2:1002-0:0 3:1003-0:0"));
    QCOMPARE(Stores::rejects(s.files("f")).size(), std::size_t(0));
    const auto store = openStore(*StoreUrl::parse(s.files("f")), Access::Read);
    const auto page = (*store)->batches().messages().page({}, {});
    QCOMPARE(page->rows.size(), std::size_t(1));
    QCOMPARE(page->rows.front().messageNumber, std::optional<qint64>(7));
}

void TestRejectSource::intoItselfAfterAFix_data() {
    QTest::addColumn<bool>("inFiles");
    QTest::newRow("files") << true;
    QTest::newRow("sqlite") << false;
}

void TestRejectSource::intoItselfAfterAFix() {
    QFETCH(bool, inFiles);
    Stores s;
    const QString url = inFiles ? s.files("f") : s.sqlite("s.db");
    IngestItems items;
    items.rejection(1, QStringLiteral("an older version")).payload(2, badHealth).message(3);
    std::vector<IngestItem> all = items.all();
    all[0].delivery.payload = "now a message";
    {
        const auto store = openStore(*StoreUrl::parse(url), Access::Write);
        QCOMPARE((*(*store)->ingestWriter())->store(all)->rejected, 2);
    }
    QCOMPARE(Stores::reinject(url, url), QStringLiteral("2 1 0 1"));
    QCOMPARE(Stores::marks(url), QStringLiteral("1:1001-0:1 2:1002-0:0"));
    QCOMPARE(Stores::reinject(url, url), QStringLiteral("1 0 0 1"));
    QCOMPARE(Stores::marks(url), QStringLiteral("1:1001-0:1 2:1002-0:0"));
    const auto store = openStore(*StoreUrl::parse(url), Access::Read);
    QCOMPARE((*store)->batches().messages().page({}, {})->rows.size(), std::size_t(2));
}

/// As after a crash between the target's commit and the marks.
void TestRejectSource::onceThoughTheMarksAreLost() {
    Stores s;
    Stores::fill(s.files("f"), IngestItems().payload(1, goodEvent).payload(2, goodEvent));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2 1 1 0"));
    QVERIFY(QFile::remove(s.path("f") + QStringLiteral("/example_receiver/.portolan/rejects/reinjected.dat")));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1001-0:0 2:1002-0:0"));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2 0 2 0"));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1001-0:1 2:1002-0:1"));
}

void TestRejectSource::aNewStoreAtTheSamePlaceIsAnotherSource() {
    Stores s;
    const auto fill = [&](int seconds) {
        IngestItems items;
        items.payload(1, R"({"kind":"sink_record","sink_name":"s","data":1})");
        items.last().delivery.receivedAt += std::chrono::seconds(seconds);
        Stores::fill(s.files("f"), items);
    };
    fill(0);
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("1 1 0 0"));
    QVERIFY(QDir(s.path("f")).removeRecursively());
    fill(1);
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("1 1 0 0"));
}

void TestRejectSource::fieldsOfAStreamEntryAreReadAsFieldsAgain() {
    Stores s;
    IngestItems items;
    items.payload(1, R"({"component_name":"c","metric_name":"m","metric_value":"2.5"})");
    items.last().delivery.fromFields = true;
    items.last().decoded = decode(items.last().delivery);
    // The same as a payload is another thing: its number is a text.
    items.payload(2, R"({"component_name":"c", "metric_name":"m","metric_value":"2.5"})");
    Stores::fill(s.files("f"), items);
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2 1 0 1"));
    QCOMPARE(SqliteScript(s.path("t.db")).value("SELECT metric_value FROM component_metrics"), QStringLiteral("2.5"));
}

void TestRejectSource::bytesSurvive() {
    Stores s;
    const QByteArray bytes = QByteArray("\xff\0\r\n{\"kind\"", 11);
    Stores::fill(s.files("f"), IngestItems().payload(1, bytes).payload(2, QByteArray(9 << 20, 'x')));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2 0 0 2"));
    QCOMPARE(Stores::rejects(s.files("f")).front().payload, bytes);
}

void TestRejectSource::manyRejectsInPages() {
    Stores s;
    IngestItems items;
    constexpr int count = 2345;
    for (quint64 n = 0; n < count; ++n)
        items.payload(n, R"({"kind":"sink_record","sink_name":"s","data":)" + QByteArray::number(n) + '}');
    Stores::fill(s.files("f"), items);
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2345 2345 0 0"));
    QCOMPARE(SqliteScript(s.path("t.db")).value("SELECT count(DISTINCT data), min(rowid = data + 1) FROM sink_storage"),
             QStringLiteral("2345|1"));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("0 0 0 0"));
}

void TestRejectSource::tornMarksArePassedOver() {
    Stores s;
    Stores::fill(s.files("f"), IngestItems().payload(1, goodEvent).payload(2, badHealth));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2 1 0 1"));
    QFile marks(s.path("f") + QStringLiteral("/example_receiver/.portolan/rejects/reinjected.dat"));
    QVERIFY(marks.open(QFile::ReadWrite));
    QCOMPARE(marks.size(), 32);
    QVERIFY(marks.resize(20));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1001-0:0 2:1002-0:0"));
    QCOMPARE(Stores::reinject(s.files("f"), s.sqlite("t.db")), QStringLiteral("2 0 1 1"));
    QCOMPARE(Stores::marks(s.files("f")), QStringLiteral("1:1001-0:1 2:1002-0:0"));
    QCOMPARE(marks.size(), 32);
}

void TestRejectSource::makesNoStore() {
    Stores s;
    const QString said = Stores::reinject(s.sqlite("missing.db"), s.sqlite("t.db"));
    QVERIFY2(said.contains(QStringLiteral("missing.db")), qPrintable(said));
    QVERIFY(!QFile::exists(s.path("missing.db")));
}

void TestRejectSource::saysWhatItCannotRead() {
    Stores s;
    QCOMPARE(SqliteScript(s.path("foreign.db")).run("CREATE TABLE messages (id INTEGER PRIMARY KEY)"), QString());
    const QString said = Stores::reinject(s.sqlite("foreign.db"), s.sqlite("t.db"));
    QVERIFY2(said.contains(QStringLiteral("portolan_rejects")), qPrintable(said));
}

QTEST_GUILESS_MAIN(TestRejectSource)
#include "tst_rejectsource.moc"
