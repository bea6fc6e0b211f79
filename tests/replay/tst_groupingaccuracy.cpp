// BENCH.md: the grouping accuracy of the one configuration on the shared sets of loghub.

#include "storage/replay/templateminer.h"
#include "tests/support/loghub.h"

#include <QtTest>

using namespace portolan;

namespace {

/// The least that each set must have: what it has, less a few messages.
struct Floor {
    const char* set;
    double accuracy;
};
constexpr Floor floors[] = {{"Apache", 0.99}, {"BGL", 0.98},     {"HDFS", 0.99},  {"Hadoop", 0.97},
                            {"Linux", 0.86},  {"OpenSSH", 0.99}, {"Spark", 0.99}, {"Zookeeper", 0.98}};
constexpr double leastMean = 0.93;

double accuracyOf(const std::vector<test::LabelledMessage>& messages, const MergeRule& rule) {
    TemplateMiner miner(rule);
    std::vector<TemplateId> ids;
    for (const test::LabelledMessage& message : messages)
        ids.push_back(miner.add(message.content));
    miner.settle();
    std::vector<QByteArray> groups;
    for (const TemplateId id : ids)
        groups.push_back(miner.text(id));
    return test::groupingAccuracy(messages, groups);
}

} // namespace

class TestGroupingAccuracy : public QObject {
    Q_OBJECT

    std::vector<std::vector<test::LabelledMessage>> m_sets;

    double mean(const MergeRule& rule) const {
        double sum = 0;
        for (const auto& set : m_sets)
            sum += accuracyOf(set, rule);
        return sum / static_cast<double>(m_sets.size());
    }

private Q_SLOTS:
    void initTestCase() {
        for (const Floor& floor : floors) {
            m_sets.push_back(test::loghubSet(floor.set));
            if (m_sets.back().empty())
                QSKIP(qPrintable(QStringLiteral("%1 holds no loghub/%2.csv (PORTOLAN_DATA says where it is)")
                                     .arg(test::sharedData(), QLatin1String(floor.set))));
        }
    }
    void countsWholeGroupsOnly() {
        const std::vector<test::LabelledMessage> messages{{"", "a"}, {"", "a"}, {"", "b"}, {"", "c"}};
        const auto accuracy = [&](const std::vector<QByteArray>& groups) {
            return test::groupingAccuracy(messages, groups);
        };
        QCOMPARE(accuracy({"1", "1", "2", "3"}), 1.0);
        QCOMPARE(accuracy({"1", "1", "2", "2"}), 0.5);
        QCOMPARE(accuracy({"1", "2", "3", "4"}), 0.5);
    }
    void everySetIsGrouped() {
        double sum = 0;
        for (std::size_t i = 0; i < m_sets.size(); ++i) {
            const double accuracy = accuracyOf(m_sets[i], {});
            qInfo("%s %.4f", floors[i].set, accuracy);
            QVERIFY2(accuracy >= floors[i].accuracy, floors[i].set);
            sum += accuracy;
        }
        qInfo("mean %.4f", sum / static_cast<double>(m_sets.size()));
        QVERIFY(sum / static_cast<double>(m_sets.size()) >= leastMean);
    }
    void otherFiguresDoAsWell() {
        const MergeRule usual;
        for (const int step : {-2, -1, 1, 2, 5}) {
            MergeRule values = usual;
            MergeRule aroundValue = usual;
            MergeRule aroundTwo = usual;
            values.values += step;
            aroundValue.wordsAroundValue += step;
            aroundTwo.wordsAroundTwo += step;
            for (const MergeRule& rule : {values, aroundValue, aroundTwo})
                QVERIFY2(mean(rule) >= leastMean, qPrintable(QString::number(step)));
        }
    }
};

QTEST_GUILESS_MAIN(TestGroupingAccuracy)
#include "tst_groupingaccuracy.moc"
