#include "storage/deadletters/fingerprint.h"
#include "storage/deadletters/linegroups.h"

#include <QtTest>
#include <random>

using namespace portolan;

namespace {

/// All rows of a file that comes in portions of this size.
QByteArray rowsOf(const QByteArray& file, qsizetype portion) {
    LineGroups groups;
    for (qsizetype at = 0; at < file.size(); at += portion)
        groups.feed(QByteArrayView(file).sliced(at, std::min(portion, file.size() - at)));
    groups.finish();
    QByteArray rows;
    for (std::size_t i = 0; i < groups.count(); ++i)
        rows += groups.row(i);
    return rows;
}

QByteArray row(const QByteArray& text) {
    return fingerprint({}, {}, text) + '\t' + text + '\n';
}

} // namespace

class TestLineGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRowForEachLine_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("rows");
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("one") << QByteArray("a 1\n") << row("a <*>");
        QTest::newRow("no last feed") << QByteArray("a 1\na 2") << row("a <*>") + row("a <*>");
        QTest::newRow("empty lines") << QByteArray("\n\na\n") << row("") + row("") + row("a");
        QTest::newRow("CR LF") << QByteArray("a 1\r\n\r\nb\r\n") << row("a <*>") + row("") + row("b");
        QTest::newRow("CR inside") << QByteArray("a\rb\n") << row("a b");
        QTest::newRow("tabs") << QByteArray("a\tb\n") << row("a b");
        QTest::newRow("NUL") << QByteArray("a\0b\n", 4) << row("a b");
        QTest::newRow("no UTF-8") << QByteArray("a \xff\xc3 b\n") << row("a <*> b");
        QTest::newRow("long") << QByteArray(50'000, 'x') + "\nb" << row("<*>") + row("b");
    }
    void aRowForEachLine() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, rows);
        QCOMPARE(rowsOf(file, 1 << 20), rows);
        QCOMPARE(rowsOf(file, 1), rows);
    }
    void portionsDoNotTell() {
        std::mt19937 random(3);
        QByteArray file;
        while (file.size() < 20'000) {
            static constexpr QByteArrayView likely("ab 12\n\r\"=:.,/\xc3\xbc\xff<*>");
            file += likely[random() % static_cast<quint32>(likely.size())];
        }
        file += QByteArray("word ").repeated(20'000) + "\nend";
        const QByteArray rows = rowsOf(file, 1 << 20);
        QCOMPARE(rows.count('\n'), file.count('\n') + 1);
        QCOMPARE(rows.count('\t'), file.count('\n') + 1);
        QVERIFY(rows.isValidUtf8());
        for (const qsizetype portion : {1, 2, 7, 16'384, 16'385, 65'537})
            QCOMPARE(rowsOf(file, portion), rows);
    }
};

QTEST_GUILESS_MAIN(TestLineGroups)
#include "tst_linegroups.moc"
