#include "models/inspect/hexmodel.h"
#include "models/inspect/jsontree.h"
#include "models/list/format.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QtTest>
#include <nlohmann/json.hpp>

using namespace portolan;

namespace {

nlohmann::ordered_json randomDocument(QRandomGenerator& random, int depth) {
    const int kind = depth == 4 ? 4 + random.bounded(2) : random.bounded(depth > 0 ? 6 : 4);
    if (kind == 0)
        return random.bounded(1000);
    if (kind == 1)
        return nullptr;
    if (kind < 4)
        return std::string(static_cast<std::size_t>(random.bounded(kind == 2 ? 20 : 5000)), 'x') + "\"\n\xC3\xA4";
    nlohmann::ordered_json made = kind == 4 ? nlohmann::ordered_json::array() : nlohmann::ordered_json::object();
    const int members = random.bounded(depth == 4 ? 40 : 12);
    for (int i = 0; i < members; ++i) {
        if (kind == 4)
            made.push_back(randomDocument(random, depth - 1));
        else
            made["k" + std::to_string(i)] = randomDocument(random, depth - 1);
    }
    return made;
}

/// "path=value", a line a scalar or empty container.
QStringList written(const JsonTreeModel& model, const QModelIndex& parent) {
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        if (model.hasChildren(index))
            lines += written(model, index);
        else if (const QVariant raw = index.data(JsonTreeModel::RawRole); raw.isValid())
            lines << index.data(JsonTreeModel::PathRole).toString() + u'=' + QString::fromUtf8(raw.toByteArray());
        else
            lines << index.data(JsonTreeModel::PathRole).toString() + u'=' + index.siblingAtColumn(1).data().toString();
    }
    return lines;
}

QStringList meant(const nlohmann::ordered_json& value, const QString& path = {}) {
    QStringList lines;
    if (value.is_structured() && (!value.empty() || path.isEmpty())) {
        int number = 0;
        for (const auto& [key, member] : value.items()) {
            const QString step = value.is_array()
                                     ? QStringLiteral("[%1]").arg(number++)
                                     : (path.isEmpty() ? QString() : QStringLiteral(".")) + QString::fromStdString(key);
            lines += meant(member, path + step);
        }
        return lines;
    }
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const QString shown = value.is_array()    ? QStringLiteral("[ 0 ]")
                          : value.is_object() ? QStringLiteral("{ 0 }")
                                              : QString::fromStdString(text);
    return {path + u'=' + shown};
}

} // namespace

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
        QTest::newRow("control") << QByteArray("{\"a\": \"\n\"}");
        QTest::newRow("no comma") << QByteArray("[1 2]");
        QTest::newRow("comma too much") << QByteArray("[1,]");
        QTest::newRow("no colon") << QByteArray("{\"a\" 1}");
        QTest::newRow("no name") << QByteArray("{1:2}");
        QTest::newRow("another bracket") << QByteArray("[{]}");
        QTest::newRow("leading zero") << QByteArray("[01]");
        QTest::newRow("word") << QByteArray("[nul]");
    }
    void refusesWhatIsNoDocument() {
        QFETCH(QByteArray, text);
        const auto tree = JsonTree::parse(text);
        QVERIFY(!tree.ok());
        QVERIFY(!tree.error().text.isEmpty());
    }

    void depthCostsNoStack() {
        constexpr int depth = JsonTree::deepest;
        const auto tree = JsonTree::parse(QByteArray(depth, '[') + QByteArray(depth, ']'));
        QVERIFY(tree.ok());
        JsonTreeModel model;
        model.setTree(*tree);
        QModelIndex index;
        for (int level = 1; level < depth; ++level) {
            QCOMPARE(model.rowCount(index), 1);
            index = model.index(0, 0, index);
        }
        QVERIFY(!model.hasChildren(index));
        const auto deeper = JsonTree::parse(QByteArray(depth + 1, '[') + QByteArray(depth + 1, ']'));
        QVERIFY(!deeper.ok());
        QVERIFY(deeper.error().text.contains(QStringLiteral("deeper")));
    }

    /// Each value of a large document stands where it is written, whichever groups it is in.
    void largeContainersAreGrouped() {
        constexpr int all = 1'234'567;
        QByteArray text = "[\n";
        for (int i = 0; i < all; ++i)
            text += (i > 0 ? " , " : "") + QByteArray::number(i * 7);
        const auto tree = JsonTree::parse(text + "]");
        QVERIFY(tree.ok());
        JsonTreeModel model;
        model.setTree(*tree);
        QCOMPARE(model.rowCount(), 2);
        const QModelIndex last = model.index(1, 0);
        QCOMPARE(last.data().toString(), groupedNumber(1'000'000) + QStringLiteral(" … ") + groupedNumber(all - 1));
        QVERIFY(!last.data(JsonTreeModel::RawRole).isValid());
        QCOMPARE(model.rowCount(last), 235);
        const QModelIndex group = model.index(234, 0, last);
        QCOMPARE(model.rowCount(group), 567);
        const QModelIndex value = model.index(566, 1, group);
        QCOMPARE(value.data().toString(), QString::number((all - 1) * 7));
        QCOMPARE(value.data(JsonTreeModel::PathRole).toString(), QStringLiteral("[1234566]"));
        QCOMPARE(value.parent(), group);
        QCOMPARE(group.parent(), last);
    }

    /// Against a plain walk over what nlohmann makes of it: random documents with values of every length around the
    /// bound between small and large.
    void agreesWithAParser() {
        QRandomGenerator random(7);
        for (int round = 0; round < 60; ++round) {
            const nlohmann::ordered_json document = randomDocument(random, 4);
            const QByteArray text = QByteArray::fromStdString(document.dump(round % 3 == 0 ? 2 : -1));
            const auto tree = JsonTree::parse(text);
            QVERIFY2(tree.ok(), text.left(200).constData());
            JsonTreeModel model;
            model.setTree(*tree);
            QCOMPARE(written(model, {}), meant(document));
        }
    }

    void longTextsAreCutBetweenCharacters() {
        QByteArray string;
        for (int i = 0; i < 3000; ++i)
            string += i % 3 == 0 ? "\\u00e4" : i % 3 == 1 ? "Ã¤" : "\\n";
        const auto tree = JsonTree::parse("[\"" + string + "\"]");
        QVERIFY(tree.ok());
        const QByteArray whole = (*tree)->scalarAt(1, 1'000'000);
        for (qsizetype most = 10; most < 60; ++most) {
            const QByteArray part = (*tree)->scalarAt(1, most);
            QVERIFY(whole.startsWith(part));
            QVERIFY(part.isValidUtf8());
            QVERIFY(part.size() > most / 8 && part.size() < most + 6);
        }
    }

    void showsBytes() {
        HexModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        tester.setUseFetchMore(false); // it would, while rows come
        model.setBytes(QByteArray("Message #1\0\xff: hello", 20));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("4d 65 73 73 61 67 65 20"));
        QCOMPARE(model.index(1, 2).data().toString(), QStringLiteral("#1··: he"));
        QCOMPARE(model.index(2, 0).data().toString(), QStringLiteral("000010"));
        QCOMPARE(model.index(2, 1).data().toString(), QStringLiteral("6c 6c 6f 00"));
        model.setBytes(QByteArray(1'000'001, 'x')); // comes as the view asks for it
        QVERIFY(model.rowCount() < 50'000);
        while (model.canFetchMore({}))
            model.fetchMore({});
        QCOMPARE(model.rowCount(), 125'001);
        QCOMPARE(model.index(125'000, 2).data().toString(), QStringLiteral("x"));
    }
};

QTEST_GUILESS_MAIN(TestJsonTree)
#include "tst_jsontree.moc"
