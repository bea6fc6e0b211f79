#include "models/versions/numberchange.h"

#include <QtTest>

using namespace portolan;

class TestNumberChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsHowFarTheyAreApart_data() {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("change");
        const auto row = [](const char* before, const char* after, const QString& change) {
            QTest::addRow("%s to %s", before, after) << QByteArray(before) << QByteArray(after) << change;
        };
        row("5000", "3000", QStringLiteral("−2 000 (−40 %)"));
        row("3000", "5000", QStringLiteral("+2 000 (+67 %)"));
        row("100", "101", QStringLiteral("+1 (+1.0 %)"));
        row("0", "7", QStringLiteral("+7"));
        row("-10", "-5", QStringLiteral("+5 (+50 %)"));
        row("0.1", "0.3", QStringLiteral("+0.2 (+200 %)"));
        row("1", "5000", QStringLiteral("+4 999 (+499 900 %)"));
        row("1000000", "1000001", QStringLiteral("+1 (< 0.1 %)"));
        row("9223372036854775807", "9223372036854775806", QStringLiteral("−1 (< 0.1 %)"));
        row("12345678901234567890123", "22345678901234567890123", QStringLiteral("≈ +1e+22 (+81 %)"));
        row("5", "5", {});
        row("5", "5.0", {});
        row("\"5\"", "6", {});
        row("true", "1", {});
        row("null", "1", {});
        row("", "1", {});
        row("[1]", "[2]", {});
        row("1e999", "1", {});
    }
    void tellsHowFarTheyAreApart() {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, after);
        QLocale::setDefault(QLocale::c());
        QString text = numberChange(before, after);
        text.replace(QChar(0x2009), u' ').replace(QChar(0x202f), u' ').replace(QChar(0xa0), u' ');
        QTEST(text, "change");
    }
};

QTEST_GUILESS_MAIN(TestNumberChange)
#include "tst_numberchange.moc"
