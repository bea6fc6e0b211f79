#include "models/versions/comparisonmodels.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace portolan;

namespace {

DocumentComparison compared(const QByteArrayList& documents) {
    const std::vector<QByteArrayView> views(documents.begin(), documents.end());
    DocumentComparison comparison;
    for (qsizetype i = 0; i < documents.size(); ++i)
        comparison.names << QStringLiteral("version %1").arg(i + 1);
    comparison.outline = std::make_shared<const JsonComparison>(compareJson(views, 10'000, {}));
    return comparison;
}

/// "field|change|one|two", indented.
void write(const QAbstractItemModel& model, const QModelIndex& parent, int depth, QStringList& lines) {
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(row, column, parent).data().toString();
        lines << QString(depth * 2, u' ') + cells.join(u'|');
        write(model, model.index(row, 0, parent), depth + 1, lines);
    }
}

QStringList written(const QAbstractItemModel& model) {
    QStringList lines;
    write(model, {}, 0, lines);
    return lines;
}

int stepOf(const QAbstractItemModel& model, int row, int column) {
    return model.index(row, column).data(StepRole).toInt();
}

const QByteArray older = R"({"host":"a","limits":{"rate":1,"burst":[1,2]},"old":true})";
const QByteArray newer = R"({"host":"a","limits":{"rate":2,"burst":[1,2]},"new":{"x":null}})";

} // namespace

class TestComparisonModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTreeOfTheChanges() {
        ComparisonTreeModel model;
        const QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        model.setComparison(compared({older, newer}), true);
        QCOMPARE(written(model), (QStringList{
                                     QStringLiteral("the document|± within|{ 3 }|{ 3 }"),
                                     QStringLiteral("  limits|± within|{ 2 }|{ 2 }"),
                                     QStringLiteral("    rate|± changed|1|2"),
                                     QStringLiteral("  old|− removed|true|"),
                                     QStringLiteral("  new|+ added||{ 1 }"),
                                     QStringLiteral("    x|+ added||null"),
                                 }));
        QCOMPARE(model.headerData(3, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("version 2"));
        model.setComparison(compared({older, newer}), false);
        QCOMPARE(written(model).size(), 8);
        QCOMPARE(written(model).at(1), QStringLiteral("  host||\"a\"|\"a\""));
        model.setComparison({}, false);
        QCOMPARE(model.rowCount(), 0);
    }

    void textsSideBySide() {
        SideBySideModel model;
        const QAbstractItemModelTester tester(&model);
        model.setComparison(compared({older, newer}));
        QCOMPARE(written(model), (QStringList{
                                     QStringLiteral("{|{"),
                                     QStringLiteral("  \"host\": \"a\",|  \"host\": \"a\","),
                                     QStringLiteral("  \"limits\": {|  \"limits\": {"),
                                     QStringLiteral("    \"rate\": 1,|    \"rate\": 2,"),
                                     QStringLiteral("    \"burst\": [ 2 ]|    \"burst\": [ 2 ]"),
                                     QStringLiteral("  },|  },"),
                                     QStringLiteral("  \"old\": true|"),
                                     QStringLiteral("|  \"new\": {"),
                                     QStringLiteral("|    \"x\": null"),
                                     QStringLiteral("|  }"),
                                     QStringLiteral("}|}"),
                                 }));
        using Step = JsonComparison::Step;
        QCOMPARE(stepOf(model, 3, 0), static_cast<int>(Step::Same)); // the first has nothing before it
        QCOMPARE(stepOf(model, 3, 1), static_cast<int>(Step::Changed));
        QCOMPARE(stepOf(model, 2, 1), static_cast<int>(Step::Same)); // it changed within
        QCOMPARE(stepOf(model, 6, 1), static_cast<int>(Step::Removed));
        QCOMPARE(stepOf(model, 7, 1), static_cast<int>(Step::Added));
    }

    void whatIsFarFromAChangeIsFolded() {
        QByteArray many = "[0";
        for (int i = 1; i < 100; ++i)
            many += "," + QByteArray::number(i);
        SideBySideModel model;
        model.setComparison(compared({many + "]", QByteArray(many).replace(",50,", ",-50,") + "]"}));
        const QStringList lines = written(model);
        QCOMPARE(lines.size(), 1 + 1 + 3 + 1 + 3 + 1 + 1);
        QCOMPARE(lines[1], QStringLiteral("⋯ 47 unchanged|⋯"));
        QCOMPARE(lines[5], QStringLiteral("  50,|  -50,"));
        QVERIFY(model.index(1, 0).data(FoldRole).toBool());
        QVERIFY(!model.index(5, 0).data(FoldRole).toBool());
    }

    void whatComparesIsMadeVisible() {
        ComparisonTreeModel model;
        model.setComparison(compared({"{\"a\\nb\":\"x\"}", "{\"a\\nb\":\"\xE2\x80\xAE\"}"}), true);
        const QStringList lines = written(model);
        QVERIFY2(lines[1].contains(QStringLiteral("⟨LF⟩")) && lines[1].contains(QStringLiteral("⟨U+202E⟩")),
                 qPrintable(lines[1]));
    }

    void isSummedUp() {
        const auto text = [](const QByteArrayList& documents) { return comparisonText(*compared(documents).outline); };
        QCOMPARE(text({older, newer}), QStringLiteral("1 changed, 1 added, 1 removed"));
        QCOMPARE(text({older, older}), QStringLiteral("They mean the same."));
        QCOMPARE(text({"[]", "[[[1]]]"}), QStringLiteral("1 added"));
    }
};

QTEST_GUILESS_MAIN(TestComparisonModels)
#include "tst_comparisonmodels.moc"
