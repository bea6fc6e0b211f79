#include "models/hexmodel.h"
#include "models/jsontree.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace portolan;

class TestJsonTree : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsADocumentAsItWasWritten() {
        const auto tree =
            JsonTree::parse(R"( {"b": [1, {"x": null}], "a": "ä", "a": 18446744073709551615, "n": 1.10} )");
        QVERIFY(tree.ok());
        JsonTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(*tree);
        QCOMPARE(model.rowCount(), 4); // a key that stands twice is shown twice
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("[ 2 ]"));
        QCOMPARE(model.index(2, 1).data().toString(), QStringLiteral("18446744073709551615"));
        QCOMPARE(model.index(3, 1).data().toString(), QStringLiteral("1.10"));
        const QModelIndex x = model.index(0, 0, model.index(1, 0, model.index(0, 0)));
        QCOMPARE(x.data(JsonTreeModel::PathRole).toString(), QStringLiteral("b[1].x"));
        QCOMPARE(x.siblingAtColumn(1).data().toString(), QStringLiteral("null"));
        model.setTree({});
        QCOMPARE(model.rowCount(), 0);
    }

    void refusesWhatIsNoDocument_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << QByteArray("hello");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("number") << QByteArray("42");
        QTest::newRow("torn") << QByteArray("{\"a\": [1, 2");
        QTest::newRow("trailing") << QByteArray("{} {}");
        QTest::newRow("not UTF-8") << QByteArray("{\"a\": \"\xff\"}");
        QTest::newRow("too large a number") << QByteArray("[1e400]");
    }
    void refusesWhatIsNoDocument() {
        QFETCH(QByteArray, text);
        const auto tree = JsonTree::parse(text);
        QVERIFY(!tree.ok());
        QVERIFY(!tree.error().text.isEmpty());
    }

    void depthCostsNoStack() {
        constexpr int depth = 100'000;
        const auto tree = JsonTree::parse(QByteArray(depth, '[') + QByteArray(depth, ']'));
        QVERIFY(tree.ok());
        QCOMPARE((*tree)->nodes.size(), std::size_t{depth});
    }

    void aHugeDocumentIsCut() {
        QByteArray text = "[0";
        for (int i = 0; i < 300'000; ++i)
            text += ",0";
        const auto tree = JsonTree::parse(text + ']');
        QVERIFY(tree.ok());
        QVERIFY((*tree)->cut);
        QCOMPARE((*tree)->nodes.size(), JsonTree::maxNodes);
    }

    void showsBytes() {
        HexModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setBytes(QByteArray("Message #1\0\xff: hello", 20));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 1).data().toString(),
                 QStringLiteral("4d 65 73 73 61 67 65 20  23 31 00 ff 3a 20 68 65"));
        QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("Message #1··: he"));
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("000010"));
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("6c 6c 6f 00").first(8) + QStringLiteral(" 00"));
    }
};

QTEST_GUILESS_MAIN(TestJsonTree)
#include "tst_jsontree.moc"
