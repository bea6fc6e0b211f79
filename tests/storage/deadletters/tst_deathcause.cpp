#include "storage/deadletters/deathcause.h"

#include <QTest>

using namespace portolan;

class TestDeathCause : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameCause_data();
    void sameCause();
};

void TestDeathCause::sameCause_data() {
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("details");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("afterDetails");
    QTest::addColumn<bool>("same");
    const QByteArray none;
    const QByteArray timeout = R"({"type":"TimeoutError"})";
    QTest::newRow("equal") << QByteArray("no route") << none << QByteArray("no route") << none << true;
    QTest::newRow("other values") << QByteArray("timeout after 3000 ms on 10.0.0.7") << timeout
                                  << QByteArray("timeout after 3007 ms on 10.0.0.9") << timeout << true;
    QTest::newRow("other text") << QByteArray("timeout after 3 s") << none << QByteArray("refused after 3 s") << none
                                << false;
    QTest::newRow("other type") << QByteArray("failed") << timeout << QByteArray("failed")
                                << QByteArray(R"({"type":"ValueError"})") << false;
    QTest::newRow("no text any more") << QByteArray("failed") << none << none << none << false;
    QTest::newRow("nothing known") << none << none << none << none << true;
}

void TestDeathCause::sameCause() {
    QFETCH(const QByteArray, before);
    QFETCH(const QByteArray, details);
    QFETCH(const QByteArray, after);
    QFETCH(const QByteArray, afterDetails);
    const auto note = [](const QByteArray& text, const QByteArray& json) {
        return DeathNote{text.isNull() ? std::nullopt : std::optional(text),
                         json.isNull() ? std::nullopt : std::optional(json)};
    };
    QTEST(portolan::sameCause(note(before, details), note(after, afterDetails)), "same");
    QTEST(portolan::sameCause(note(after, afterDetails), note(before, details)), "same");
}

QTEST_GUILESS_MAIN(TestDeathCause)
#include "tst_deathcause.moc"
