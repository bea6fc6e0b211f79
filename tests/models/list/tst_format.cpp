#include "models/list/format.h"

#include <QtTest>

using namespace portolan;

class TestFormat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesDataVisible_data() {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << QByteArray("Köln 😀") << QStringLiteral("Köln 😀");
        QTest::newRow("control") << QByteArray("a\0b\x1b[31m\n\t\x7f", 11)
                                 << QStringLiteral("a⟨NUL⟩b⟨ESC⟩[31m⟨LF⟩⟨TAB⟩⟨DEL⟩");
        QTest::newRow("turned") << QByteArray("\u202egnp.exe") << QStringLiteral("⟨U+202E⟩gnp.exe");
        QTest::newRow("zero width") << QByteArray("pay\u200bpal\ufeff") << QStringLiteral("pay⟨U+200B⟩pal⟨U+FEFF⟩");
        QTest::newRow("C1") << QByteArray("\xc2\x9b") << QStringLiteral("⟨U+009B⟩");
        QTest::newRow("tag") << QByteArray("\xf3\xa0\x81\x81") << QStringLiteral("⟨U+E0041⟩");
        QTest::newRow("invalid") << QByteArray("\xff\xc3(") << QStringLiteral("⟨FF⟩⟨C3⟩(");
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << QStringLiteral("⟨C0⟩⟨AF⟩");
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << QStringLiteral("⟨ED⟩⟨A0⟩⟨80⟩");
        QTest::newRow("cut off") << QByteArray("\xf0\x9f\x98") << QStringLiteral("⟨F0⟩⟨9F⟩⟨98⟩");
        QTest::newRow("empty") << QByteArray() << QString();
    }
    void makesDataVisible() {
        QFETCH(QByteArray, data);
        QFETCH(QString, shown);
        QCOMPARE(visibleText(data), shown);
    }

    void cutsWhatIsLong() {
        const QString shown = visibleText(QByteArray(10'000'000, 'x'));
        QCOMPARE(shown.size(), maxCellCharacters + 1);
        QVERIFY(shown.endsWith(u'…'));
        QCOMPARE(visibleText(QByteArray(maxCellCharacters, 'x')).size(), maxCellCharacters);
    }

    void keepsLinesWhereThereAreLines() { QCOMPARE(visibleLines("a\tb\nc\x1b"), QStringLiteral("a\tb\nc⟨ESC⟩")); }

    void groupsThousands() {
        QCOMPARE(groupedNumber(0), QStringLiteral("0"));
        QCOMPARE(groupedNumber(999), QStringLiteral("999"));
        QCOMPARE(groupedNumber(-1234567), QStringLiteral("-1\u2009234\u2009567"));
        QCOMPARE(groupedNumber(std::numeric_limits<qint64>::min()).size(), 26);
    }

    void numbersReadUnlikeTheirNeighbours() {
        QCOMPARE(realText(0.1), QStringLiteral("0.1"));
        QCOMPARE(realText(123456.789), QStringLiteral("123456.789"));
        double number = 1e12;
        for (int i = 0; i < 1'000; ++i) {
            const double next = i % 2 == 0 ? 1e12 + i * 0.1 + 0.1 : std::nextafter(number, 1e300);
            QVERIFY2(next == number || realText(next) != realText(number), qPrintable(realText(number)));
            QCOMPARE(realText(next).toDouble(), next);
            number = next;
        }
    }

    void sizesReadUnlikeTheirNeighbours() {
        QCOMPARE(byteSize(0), QStringLiteral("0 B"));
        QCOMPARE(byteSize(1023), QStringLiteral("1023 B"));
        QCOMPARE(byteSize(2560), QStringLiteral("2.5 KiB"));
        QCOMPARE(byteSize(39'290'112), QStringLiteral("37.47 MiB (39\u2009290\u2009112 B)"));
        QCOMPARE(byteSize(qint64(3) << 40), QStringLiteral("3 TiB"));
        for (const qint64 around : {qint64(1) << 10, qint64(1) << 20, qint64(1) << 30, qint64(5) << 50,
                                    (qint64(1) << 53) + 1, std::numeric_limits<qint64>::max() - 2'000}) {
            QSet<QString> texts;
            for (qint64 bytes = around - 1'000; bytes < around + 1'000; ++bytes)
                texts << byteSize(bytes);
            QCOMPARE(texts.size(), 2'000);
        }
    }

    void sharesAreNeverRoundedToNoneOrAll() {
        QCOMPARE(shareText(0), QStringLiteral("0 %"));
        QCOMPARE(shareText(1), QStringLiteral("100 %"));
        QCOMPARE(shareText(0.5), QStringLiteral("50 %"));
        QCOMPARE(shareText(1.0 / 3), QStringLiteral("33.33 %"));
        QCOMPARE(shareText(1e-9), QStringLiteral("< 0.01 %"));
        QCOMPARE(shareText(0.99999999), QStringLiteral("> 99.99 %"));
    }

    void saysHowLongAgo_data() {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("age");
        QTest::newRow("now") << qint64{0} << QStringLiteral("now");
        QTest::newRow("seconds") << qint64{59} << QStringLiteral("59 s");
        QTest::newRow("minutes") << qint64{61} << QStringLiteral("1 min");
        QTest::newRow("hours") << qint64{7'199} << QStringLiteral("1 h");
        QTest::newRow("days") << qint64{3 * 86'400} << QStringLiteral("3 d");
        QTest::newRow("years") << qint64{400 * 86'400} << QStringLiteral("1 y");
        QTest::newRow("to come") << qint64{-120} << QStringLiteral("in 2 min");
    }
    void saysHowLongAgo() {
        QFETCH(qint64, seconds);
        QFETCH(QString, age);
        const Timestamp now = *parseIsoTime("2025-10-16T14:56:05Z");
        QCOMPARE(ageText(now - std::chrono::seconds(seconds), now), age);
        const QString ago = seconds == 0  ? QStringLiteral("just now")
                            : seconds < 0 ? age
                                          : age + QStringLiteral(" ago");
        QCOMPARE(agoText(now - std::chrono::seconds(seconds), now), ago);
    }

    void saysHowLong_data() {
        QTest::addColumn<qint64>("milliseconds");
        QTest::addColumn<QString>("length");
        QTest::newRow("none") << qint64{0} << QStringLiteral("0 s");
        QTest::newRow("part of a second") << qint64{250} << QStringLiteral("0.25 s");
        QTest::newRow("seconds") << qint64{59'999} << QStringLiteral("59.999 s");
        QTest::newRow("a minute") << qint64{60'000} << QStringLiteral("1 min");
        QTest::newRow("minutes") << qint64{185'400} << QStringLiteral("3 min 5 s");
        QTest::newRow("hours without minutes") << qint64{3'601'000} << QStringLiteral("1 h");
        QTest::newRow("days") << qint64{(2 * 86'400 + 4 * 3'600 + 59) * 1'000} << QStringLiteral("2 d 4 h");
        QTest::newRow("back") << qint64{-5'000} << QStringLiteral("−5 s");
    }
    void saysHowLong() {
        QFETCH(qint64, milliseconds);
        QFETCH(QString, length);
        QCOMPARE(durationText(std::chrono::milliseconds(milliseconds)), length);
    }

    void lengthsThatWereSetAreInOneUnit() {
        using namespace std::chrono;
        QCOMPARE(spanText(hours(24 * 730)), QStringLiteral("2 years"));
        QCOMPARE(spanText(hours(24 * 365)), QStringLiteral("1 year"));
        QCOMPARE(spanText(hours(24 * 731)), QStringLiteral("731 days"));
        QCOMPARE(spanText(hours(24)), QStringLiteral("1 day"));
        QCOMPARE(spanText(hours(36)), QStringLiteral("36 hours"));
        QCOMPARE(spanText(minutes(90)), QStringLiteral("90 minutes"));
        QCOMPARE(spanText(seconds(0)), QStringLiteral("0 seconds"));
        QCOMPARE(spanText(seconds(3'601)), QStringLiteral("3\u2009601 seconds"));
    }

    void writesTimesInBothZones() {
        const Timestamp time = *parseIsoTime("2025-10-16T14:56:05.120Z");
        QCOMPARE(timeText(time, TimeDisplay::Utc), QStringLiteral("2025-10-16 14:56:05.120"));
        QCOMPARE(timeText(*parseIsoTime("2025-10-16T14:56:05Z"), TimeDisplay::Utc),
                 QStringLiteral("2025-10-16 14:56:05"));
        QCOMPARE(timeText(*parseIsoTime("1969-12-31T23:59:59.5Z"), TimeDisplay::Utc),
                 QStringLiteral("1969-12-31 23:59:59.500"));
        QCOMPARE(timeText(time, TimeDisplay::Local), QStringLiteral("2025-10-16 16:56:05.120"));
        QCOMPARE(timeWithZone(time, TimeDisplay::Utc), QStringLiteral("2025-10-16 14:56:05.120 UTC"));
    }
    void initTestCase() { qputenv("TZ", "Europe/Berlin"); }

    void shortensInTheMiddle() {
        QCOMPARE(shortenedMiddle(QStringLiteral("0123456789"), 7), QStringLiteral("012…789"));
        QCOMPARE(shortenedMiddle(QStringLiteral("0123456"), 7), QStringLiteral("0123456"));
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
