#include "storage/versions/versionchanges.h"

#include <QtTest>

using namespace portolan;
using namespace std::chrono;

namespace {

VersionDocument version(const char* subject, qint64 number, const char* json) {
    return {subject, number, Timestamp(seconds(number)), json};
}

/// "config.timeout_ms 5000 3000 rare", of one difference.
QStringList linesOf(const VersionDifference& difference) {
    static const char* const habits[] = {"rare", "doubtful", "constant"};
    QStringList lines;
    for (const MemberChange& member : difference.members)
        lines << QStringList{member.path, member.before, member.after,
                             QLatin1String(habits[static_cast<int>(member.habit)])}
                     .join(u' ');
    return lines;
}

} // namespace

/// The differences between versions, and which of them tell something.
class TestVersionChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsOfWhatSeldomChanges() {
        std::vector<VersionDocument> versions;
        for (qint64 n = 1; n <= 20; ++n) {
            const QByteArray timeout = n < 12 ? "5000" : "3000";
            versions.push_back(
                {"billing", n, Timestamp(seconds(n)),
                 R"({"processed":)" + QByteArray::number(n * 7) + R"(,"config":{"timeout_ms":)" + timeout + "}}"});
        }
        const auto changes = tellingChanges(versions);
        QCOMPARE(changes.size(), 1U);
        QCOMPARE(changes[0].version, 12);
        QCOMPARE(changes[0].path, QStringLiteral("config.timeout_ms"));
        QCOMPARE(changes[0].before, QStringLiteral("5000"));
        QCOMPARE(changes[0].after, QStringLiteral("3000"));
    }

    void ofTwoVersionsACounterIsNotTold() {
        const auto changes = tellingChanges(
            std::vector{version("a", 1, R"({"n":1,"last":"o-1","host":"x","old":true})"),
                        version("a", 2, R"({"n":2,"last":"o-7","host":"y"})"), version("b", 1, R"({"n":9})")});
        QCOMPARE(changes.size(), 2U);
        QCOMPARE(changes[0].path, QStringLiteral("host"));
        QCOMPARE(changes[1].path, QStringLiteral("old"));
        QCOMPARE(changes[1].after, QString());
        QVERIFY(tellingChanges(std::vector{version("a", 1, "no JSON"), version("a", 2, "[1]")}).empty());
    }

    /// Each version has another counter and another load; a setting changes once, and another goes and comes back.
    void knowsTheHabitOfAMember() {
        std::vector<VersionDocument> versions;
        for (qint64 n = 1; n <= 20; ++n)
            versions.push_back({"billing", n, Timestamp(seconds(n)),
                                R"({"processed":)" + QByteArray::number(n * 7) + R"(,"in_flight":)"
                                    + QByteArray::number(n * 5 % 7) + ",\"hosts\":[\"" + (n < 9 ? "west" : "east")
                                    + "\"],\"mode\":\"" + (n == 4 ? "b" : "a") + "\"}"});
        const auto differences = versionDifferences(versions);
        QCOMPARE(differences.size(), 19U);
        QCOMPARE(linesOf(differences[0]),
                 (QStringList{QStringLiteral("in_flight 5 3 constant"), QStringLiteral("processed 7 14 constant")}));
        QCOMPARE(linesOf(differences[2])[1], QStringLiteral("mode a b rare"));
        QCOMPARE(linesOf(differences[7])[0], QStringLiteral("hosts [\"west\"] [\"east\"] rare"));
        QCOMPARE(differences[7].version, 9);
        QCOMPARE(differences[7].before, 8);
        QCOMPARE(differences[7].members[0].times, 1);
        QVERIFY(!differences[7].members[0].mayCount && differences[7].members[2].mayCount);
    }

    /// A setting that was changed and changed back is none that changes all the time, though that is all that is known.
    void whatWasTakenBackIsDoubtfulAtMost() {
        const auto differences = versionDifferences(std::vector{version("a", 1, R"({"t":5000,"n":1})"),
                                                                version("a", 2, R"({"t":3000,"n":2})"),
                                                                version("a", 3, R"({"t":5000,"n":3})")});
        QCOMPARE(linesOf(differences[0]),
                 (QStringList{QStringLiteral("n 1 2 constant"), QStringLiteral("t 5000 3000 doubtful")}));
    }

    /// More digits than a double has, and a change after many characters, are changes.
    void valuesAreComparedWhole() {
        const QByteArray longText(200, 'x');
        const auto differences = versionDifferences(
            std::vector<VersionDocument>{{"a", 1, {}, "{\"id\":9007199254740993,\"text\":\"" + longText + "1 a\"}"},
                                         {"a", 2, {}, "{\"id\":9007199254740992,\"text\":\"" + longText + "1 b\"}"}});
        QCOMPARE(differences[0].members.size(), 2U);
        QCOMPARE(differences[0].members[0].before, QStringLiteral("9007199254740993"));
    }
};

QTEST_GUILESS_MAIN(TestVersionChanges)
#include "tst_versionchanges.moc"
