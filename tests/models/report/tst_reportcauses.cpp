#include "models/report/reportcauses.h"

#include <QtTest>

using namespace portolan;

namespace {

QString plain(QString text) {
    return text.replace(QChar(0x2009), u' ').replace(QChar(0x202F), u' ').replace(QChar(0xA0), u' ');
}

std::vector<QByteArray> payloads(int count, const QByteArray& region, int first) {
    std::vector<QByteArray> all;
    for (int i = 0; i < count; ++i)
        all.push_back(R"({"order":")" + QByteArray::number(first + i) + R"(","place":{"region":")" + region
                      + R"("},"currency":"EUR"})");
    return all;
}

} // namespace

/// What varies within a cause, and what its letters have that others lack.
class TestReportCauses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesTheSlots_data() {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArrayList>("messages");
        QTest::addColumn<QString>("named");
        QTest::addColumn<QStringList>("told");
        QTest::newRow("units and hosts") << QByteArray("timeout after <*> ms on <*>")
                                         << QByteArrayList{"timeout after 3000 ms on db-1.internal",
                                                           "timeout after 3000 ms on db-2.internal",
                                                           "timeout after 3000 ms on db-1.internal",
                                                           "timeout  after 3000 ms on db-1.internal"}
                                         << QStringLiteral("timeout after 3000 ms on ⟨host⟩")
                                         << QStringList{QStringLiteral("3000 100 %"),
                                                        QStringLiteral("db-1.internal 75 %, db-2.internal 25 %")};
        QTest::newRow("twice the same name") << QByteArray("from <*> to <*>") << QByteArrayList{"from a to b"}
                                             << QStringLiteral("from ⟨value⟩ to ⟨value 2⟩")
                                             << QStringList{QStringLiteral("a 100 %"), QStringLiteral("b 100 %")};
        QTest::newRow("no message fits") << QByteArray("a <*>") << QByteArrayList{"b"} << QStringLiteral("a ⟨…⟩")
                                         << QStringList();
        QTest::newRow("nothing varies") << QByteArray("no space left") << QByteArrayList{"no space left"}
                                        << QStringLiteral("no space left") << QStringList();
        QTest::newRow("characters of an expression")
            << QByteArray("a(b [<*>] .* \\d+") << QByteArrayList{"a(b [7] .* \\d+"}
            << QStringLiteral("a(b [⟨number⟩] .* \\d+") << QStringList{QStringLiteral("7 100 %")};
        QByteArrayList many;
        for (int i = 1; i <= 100; ++i)
            many << "took " + QByteArray::number(i) + " s";
        QTest::newRow("many numbers") << QByteArray("took <*> s") << many << QStringLiteral("took ⟨s⟩ s")
                                      << QStringList{QStringLiteral("1 to 100, half of them up to 50")};
        QTest::newRow("a length of time")
            << QByteArray("took <*>") << QByteArrayList{"took 3 ms", "took 40 ms"} << QStringLiteral("took ⟨time⟩")
            << QStringList{QStringLiteral("3 ms 50 %, 40 ms 50 %")};
        QByteArrayList lone;
        for (int i = 0; i < 10; ++i)
            lone << QByteArray("no order ") + char('a' + i);
        QTest::newRow("all different") << QByteArray("no order <*>") << lone << QStringLiteral("no order ⟨value⟩")
                                       << QStringList{QStringLiteral("10 different values, such as a")};
        QByteArrayList names;
        for (int i = 0; i < 20; ++i)
            names << QByteArray("no user ") + char('a' + i / 2);
        QTest::newRow("many names") << QByteArray("no user <*>") << names << QStringLiteral("no user ⟨value⟩")
                                    << QStringList{QStringLiteral("a 10 %, b 10 %, c 10 %, d 10 % and 6 other values")};
    }
    void namesTheSlots() {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArrayList, messages);
        QFETCH(QString, named);
        QFETCH(QStringList, told);
        const std::vector<QByteArray> all(messages.begin(), messages.end());
        const auto found = slotsOf(pattern, all);
        QCOMPARE(namedTemplate(pattern, found), named);
        QStringList texts;
        for (const CauseSlot& slot : found)
            texts << plain(slotText(slot));
        QCOMPARE(texts, told);
    }

    void findsWhatTheDeadHave() {
        std::vector<QByteArray> dead = payloads(1'790, "eu-3", 0);
        const auto some = payloads(10, "eu-1", 5'000);
        dead.insert(dead.end(), some.begin(), some.end());
        const auto found = contrastsOf(dead, payloads(2'000, "eu-1", 10'000));
        QCOMPARE(found.size(), 1U);
        QCOMPARE(plain(contrastText(found.front())),
                 QStringLiteral("place.region = eu-3 in 1 790 of 1 800 dead, in 0 of 2 000 completed"));
    }

    void saysNothingWithoutAContrast() {
        QVERIFY(contrastsOf(payloads(100, "eu-3", 0), payloads(100, "eu-3", 200)).empty());
        QVERIFY(contrastsOf(payloads(4, "eu-3", 0), payloads(100, "eu-1", 200)).empty());
        QVERIFY(contrastsOf(payloads(100, "eu-3", 0), {}).empty());
        QVERIFY(contrastsOf(std::vector<QByteArray>(100, "no JSON"), payloads(100, "eu-1", 0)).empty());
    }
};

QTEST_GUILESS_MAIN(TestReportCauses)
#include "tst_reportcauses.moc"
