#include "storage/ingest/decoder.h"
#include "tests/support/writtenstore.h"

#include <QTest>

using namespace portolan;
using portolan::test::countsText;
using portolan::test::IngestItems;
using Written = portolan::test::WrittenStore;

namespace {

/// An entry's fields as a source puts them together; `isOld`: as a version did that dropped those beside.
IngestItems entryOf(quint64 key, const QByteArray& payload, bool isOld = false) {
    IngestItems items;
    items.payload(key, payload);
    items.last().delivery.fromFields = true;
    items.last().delivery.isEntry = !isOld;
    items.last().decoded = decode(items.last().delivery);
    return items;
}

} // namespace

/// Entries of a stream that are their fields: those that their kind does not have.
class TestEntryFields : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsOtherFieldsOfAStreamEntry_data();
    void keepsOtherFieldsOfAStreamEntry();
};

void TestEntryFields::keepsOtherFieldsOfAStreamEntry_data() {
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<QByteArray>("other"); // the same but for what came beside it
    QTest::addColumn<QString>("metadata");
    QTest::addColumn<QString>("kept");
    QTest::addColumn<QString>("again"); // under another key
    const auto row = [](const char* name, const QByteArray& entry, const char* metadata, const char* kept,
                        const char* again) {
        QTest::newRow(name) << entry << QByteArray(entry).replace("\"t1\"", "\"t2\"") << QString::fromLatin1(metadata)
                            << QString::fromLatin1(kept) << QString::fromLatin1(again);
    };
    const char side[] = "SELECT metadata FROM portolan_metadata";
    const QByteArray port = R"("kind":"port_message","id":"6f9619ff-8b86-d011-b42d-00cf4fc964ff","port_name":"p",)"
                            R"("source_component":"a","target_component":"b","message_data":"{}")";
    const char portMetadata[] = "SELECT message_metadata FROM port_messages";
    row("kind and data", R"({"kind":"sink_record","sink_name":"s","data":"[1]","trace_id":"t1"})",
        "SELECT metadata FROM sink_storage", R"({"trace_id":"t1"})", "1 0 0");
    row("no kind", R"({"sink_name":"s","data":"[1]","trace_id":"t1"})", "SELECT metadata FROM sink_storage",
        R"({"trace_id":"t1"})", "1 0 0");
    row("metadata of its own", R"({"sink_name":"s","data":"[1]","metadata":"{\"a\":1}","trace_id":"t1"})",
        "SELECT metadata FROM sink_storage", R"({"a":1,"trace_id":"t1"})", "1 0 0");
    row("a port message", "{" + port + R"(,"trace_id":"t1"})", portMetadata, R"({"trace_id":"t1"})", "0 1 0");
    row("a port message's own", "{" + port + R"(,"message_metadata":"{\"a\":1}","trace_id":"t1"})", portMetadata,
        R"({"a":1,"trace_id":"t1"})", "0 1 0");
    row("a name twice", "{" + port + R"(,"trace_id":"t0","trace_id":"t1"})", portMetadata,
        R"({"trace_id":["t0","t1"]})", "0 1 0");
    row("a field of its own twice", "{\"port_name\":\"q\"," + port + R"(,"trace_id":"t1"})", portMetadata,
        R"({"port_name":"q","trace_id":"t1"})", "0 1 0");
    row("a table without a place",
        R"({"event_id":"e","sensor_id":"s","timestamp":"1700000000","value":"1","trace_id":"t1"})", side,
        R"({"trace_id":"t1"})", "0 1 0");
    row("a message", R"({"kind":"message","message_number":"1","content":"c","data":"d","trace_id":"t1"})", side,
        R"({"data":"d","trace_id":"t1"})", "1 0 0");
}

/// Fields that a kind does not have are kept beside its record, and tell it apart; an entry that a version stored
/// that dropped them is the same one, by its key and by its id.
void TestEntryFields::keepsOtherFieldsOfAStreamEntry() {
    QFETCH(QByteArray, entry);
    QFETCH(QByteArray, other);
    QFETCH(QString, metadata);
    QFETCH(QString, again);
    {
        Written w;
        QCOMPARE(countsText(w.store(entryOf(1, entry))), QStringLiteral("1 0 0"));
        QTEST(w.value(metadata.toLatin1().constData()), "kept");
        QCOMPARE(countsText(w.store(entryOf(1, entry))), QStringLiteral("0 1 0"));
        QCOMPARE(countsText(w.store(entryOf(2, entry))), again);
        if (again == QStringLiteral("0 1 0"))
            QCOMPARE(countsText(w.store(entryOf(3, other))), QStringLiteral("0 0 1"));
    }
    Written old;
    QCOMPARE(countsText(old.store(entryOf(1, entry, true))), QStringLiteral("1 0 0"));
    QVERIFY(!old.value(metadata.toLatin1().constData()).contains(QStringLiteral("trace_id")));
    old.reopen();
    QCOMPARE(countsText(old.store(entryOf(1, entry))), QStringLiteral("0 1 0"));
    QCOMPARE(countsText(old.store(entryOf(2, entry))), again);
}

QTEST_GUILESS_MAIN(TestEntryFields)
#include "tst_entryfields.moc"
