// BENCH.md: the grouping accuracy of the one configuration, on sets of our own and, where the data folder is (their
// licence keeps them out of the source), on eight sets of loghub.

#include "storage/deadletters/templateminer.h"
#include "tests/support/loghub.h"
#include "tests/support/madelogs.h"

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

constexpr Floor madeFloors[] = {{"database", 0.97}, {"network", 0.97}, {"orders", 0.97}};

std::vector<QByteArray> templatesOf(const std::vector<test::LabelledMessage>& messages, const MergeRule& rule) {
    TemplateMiner miner(rule);
    std::vector<TemplateId> ids;
    for (const test::LabelledMessage& message : messages)
        ids.push_back(miner.add(message.content));
    miner.settle();
    std::vector<QByteArray> groups;
    for (const TemplateId id : ids)
        groups.push_back(miner.text(id));
    return groups;
}

double accuracyOf(const std::vector<test::LabelledMessage>& messages, const MergeRule& rule) {
    return test::groupingAccuracy(messages, templatesOf(messages, rule));
}

/// The naive way: digits are values, all else is the group.
double accuracyWithoutDigits(const std::vector<test::LabelledMessage>& messages) {
    std::vector<QByteArray> groups;
    for (const test::LabelledMessage& message : messages) {
        QByteArray group;
        for (const char c : message.content) {
            if (c < '0' || c > '9')
                group += c;
        }
        groups.push_back(group);
    }
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

    bool readSets() {
        m_sets.clear();
        for (const Floor& floor : floors)
            m_sets.push_back(test::loghubSet(floor.set));
        return std::ranges::none_of(m_sets, &std::vector<test::LabelledMessage>::empty);
    }

private Q_SLOTS:
    void countsWholeGroupsOnly() {
        const std::vector<test::LabelledMessage> messages{{"", "a"}, {"", "a"}, {"", "b"}, {"", "c"}};
        const auto accuracy = [&](const std::vector<QByteArray>& groups) {
            return test::groupingAccuracy(messages, groups);
        };
        QCOMPARE(accuracy({"1", "1", "2", "3"}), 1.0);
        QCOMPARE(accuracy({"1", "1", "2", "2"}), 0.5);
        QCOMPARE(accuracy({"1", "2", "3", "4"}), 0.5);
    }
    void messagesOfOurOwnAreGrouped() {
        for (const Floor& floor : madeFloors) {
            const std::vector<test::LabelledMessage> messages = test::madeLog(floor.set);
            const double accuracy = accuracyOf(messages, {});
            const double naive = accuracyWithoutDigits(messages);
            qInfo("%s %.4f, without digits %.4f", floor.set, accuracy, naive);
            QVERIFY2(accuracy >= floor.accuracy, floor.set);
            QVERIFY2(naive < floor.accuracy, floor.set);
        }
    }
    void everySetIsGrouped() {
        if (!readSets())
            QSKIP("the data folder holds no sets of loghub (PORTOLAN_DATA says where it is)");
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
        if (!readSets())
            QSKIP("the data folder holds no sets of loghub (PORTOLAN_DATA says where it is)");
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
