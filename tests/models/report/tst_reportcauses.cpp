#include "models/report/reportcauses.h"

#include <QtTest>

using namespace portolan;

namespace {

QString plain(QString text) {
    return text.replace(QChar(0x2009), u' ').replace(QChar(0x202F), u' ').replace(QChar(0xA0), u' ');
}

QByteArray payload(const QByteArray& region, int number) {
    return R"({"order":")" + QByteArray::number(number) + R"(","place":{"region":")" + region
           + R"("},"currency":"EUR"})";
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
                                             << QStringLiteral("from ⟨host⟩ to ⟨host 2⟩")
                                             << QStringList{QStringLiteral("a 100 %"), QStringLiteral("b 100 %")};
        QTest::newRow("no message fits") << QByteArray("a <*>") << QByteArrayList{"b"} << QStringLiteral("a ⟨value⟩")
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
            << QByteArray("took <*>") << QByteArrayList{"took 3 ms", "took 40 ms"} << QStringLiteral("took ⟨ms⟩")
            << QStringList{QStringLiteral("3 ms 50 %, 40 ms 50 %")};
        QByteArrayList lone;
        for (int i = 0; i < 10; ++i)
            lone << QByteArray("no order ") + char('a' + i);
        QTest::newRow("all different") << QByteArray("no order <*>") << lone << QStringLiteral("no order ⟨order⟩")
                                       << QStringList{QStringLiteral("10 different values, such as a")};
        QByteArrayList names;
        for (int i = 0; i < 20; ++i)
            names << QByteArray("no user ") + char('a' + i / 2);
        QTest::newRow("many names") << QByteArray("no user <*>") << names << QStringLiteral("no user ⟨user⟩")
                                    << QStringList{QStringLiteral("a 10 %, b 10 %, c 10 %, d 10 % and 6 other values")};
    }
    void namesTheSlots() {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArrayList, messages);
        QFETCH(QString, named);
        QFETCH(QStringList, told);
        SlotCounter counter(pattern);
        for (const QByteArray& message : messages)
            (void)counter.add(message);
        QCOMPARE(QString::fromUtf8(counter.filledText()), named);
        QStringList texts;
        for (const TemplateSlot& slot : counter.places()) {
            if (!slot.commonest.empty())
                texts << plain(slotSentence(slot));
        }
        QCOMPARE(texts, told);
    }

    void tellsWhatTheDeadHave() {
        ContrastCounter counter;
        for (int n = 0; n < 1'800; ++n)
            counter.addDead({"a", "b", payload(n < 1'790 ? "eu-3" : "eu-1", n), {}});
        for (int n = 0; n < 2'000; ++n)
            counter.addCompleted({"a", "b", payload("eu-1", 5'000 + n), {}});
        const auto found = counter.found(3);
        QCOMPARE(found.size(), 1U);
        QCOMPARE(plain(contrastSentence(found.front())),
                 QStringLiteral("data.place.region = eu-3 in 1 790 of 1 800 dead, in 0 of 2 000 completed"));
        Contrast lack = found.front();
        lack.value.reset();
        QCOMPARE(plain(contrastSentence(lack)),
                 QStringLiteral("no data.place.region in 1 790 of 1 800 dead, in 0 of 2 000 completed"));
    }

    void tellsAChange() {
        Precursor change{{}, PrecursorKind::ComponentState, "billing", "Version 2 was stored.", true, 2, 1};
        QCOMPARE(changeSentence(change), QString());
        change.members = {{QStringLiteral("config.timeout_ms"), QStringLiteral("5000"), QStringLiteral("3000")},
                          {QStringLiteral("hosts"), QStringLiteral("a"), {}},
                          {QStringLiteral("n"), QStringLiteral("1"), QStringLiteral("2"), MemberHabit::Constant}};
        QCOMPARE(changeSentence(change),
                 QStringLiteral("billing, version 2: config.timeout_ms: 5000 → 3000; hosts: a → –"));
        change.kind = PrecursorKind::Silence;
        QCOMPARE(changeSentence(change), QStringLiteral("Version 2 was stored."));
    }
};

QTEST_GUILESS_MAIN(TestReportCauses)
#include "tst_reportcauses.moc"
