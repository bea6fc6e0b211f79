// What is decided without making a text, a number or two passes of it is what is decided with them.

#include "storage/base/random.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsonscanner.h"

#include <QtTest>

using namespace portolan;

namespace {

constexpr int rounds = 50'000;

/// A text of few letters, with what strings escape among them.
QByteArray anyText(Random& random) {
    static constexpr std::array<QByteArrayView, 8> parts{"a", "b", "\\", "\"", "\n", "/", "\xc3\xa4", "u0061"};
    QByteArray text;
    for (quint64 left = random.below(6); left > 0; --left)
        text += parts[random.below(parts.size())];
    return text;
}

/// One of the ways to write it.
QByteArray anyString(Random& random, const QByteArray& text) {
    QByteArray raw("\"");
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || (byte < 0x80 && random.oneIn(3)))
            raw += "\\u00" + QByteArray(1, c).toHex();
        else if (c == '"' || c == '\\' || (c == '/' && random.oneIn(2)))
            raw += QByteArray("\\") + c;
        else
            raw += c;
    }
    return raw + '"';
}

/// A number of any length, often near another.
QByteArray anyNumber(Random& random) {
    QByteArray number = random.oneIn(3) ? QByteArray("-") : QByteArray();
    const auto digits = [&](quint64 most) {
        for (quint64 left = 1 + random.below(most); left > 0; --left)
            number += static_cast<char>('0' + (random.oneIn(2) ? 0 : random.below(10)));
    };
    if (random.oneIn(3))
        number += '0';
    else {
        number += static_cast<char>('1' + random.below(9));
        digits(random.oneIn(4) ? 22 : 3);
    }
    if (random.oneIn(2)) {
        number += '.';
        digits(random.oneIn(4) ? 22 : 3);
    }
    return number;
}

} // namespace

class TestJsonShortcuts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stringsAreComparedAsTheyRead() {
        Random random(20261126);
        int equal = 0;
        for (int i = 0; i < rounds; ++i) {
            const QByteArray said = anyText(random);
            const QByteArray wanted = random.oneIn(2) ? said : anyText(random);
            const QByteArray raw = anyString(random, said);
            QCOMPARE(jsonStringText(raw), said);
            QVERIFY2(isJsonString(raw, wanted) == (said == wanted), (raw + ' ' + wanted).constData());
            equal += said == wanted ? 1 : 0;
        }
        QVERIFY(equal > rounds / 3);
    }

    /// With an exponent of nothing a number takes the long way.
    void numbersAreComparedAsTheyAre() {
        Random random(20261126);
        int equal = 0;
        for (int i = 0; i < rounds; ++i) {
            const QByteArray a = anyNumber(random);
            const QByteArray b = random.oneIn(4) ? a + (a.contains('.') ? "0" : ".0") : anyNumber(random);
            const auto ordering = compareJsonNumbers(a, b);
            QVERIFY2(ordering == compareJsonNumbers(a + "e0", b + "e0"), (a + ' ' + b).constData());
            QVERIFY2((ordering < 0) == (compareJsonNumbers(b, a) > 0), (a + ' ' + b).constData());
            equal += ordering == 0 ? 1 : 0;
        }
        QVERIFY(equal > rounds / 8);
    }

    void placesAreFoundInCheckedDocumentsOnly_data() {
        QTest::addColumn<QByteArray>("document");
        QTest::addColumn<QByteArray>("found");
        const auto row = [](const char* document, const char* found) {
            QTest::newRow(document) << QByteArray(document) << QByteArray(found);
        };
        row("{\"a\":1}", "1");
        row(" { \"b\" : [ ] , \"a\" : { \"c\" : 2 } } ", "{ \"c\" : 2 }");
        row("{\"a\":1,\"a\":2}", "2"); // of equal names the last
        row("{\"\\u0061\":3}", "3");
        row("{}", "");
        row("{\"b\":1}", "");
        row("{\"a\":1", "");
        row("{\"a\":1}x", "");
        row("{\"a\":1,}", "");
        row("{\"a\":1 \"b\":2}", "");
        row("{\"a\":1,\"b\":[}", "");
        row("{\"a\"}", "");
        row("{a:1}", "");
        row("[{\"a\":1}]", "");
        row("\"a\"", "");
        row("", "");
    }
    void placesAreFoundInCheckedDocumentsOnly() {
        QFETCH(const QByteArray, document);
        QFETCH(const QByteArray, found);
        const auto place = findJsonPlace(document, {QByteArray("a")});
        QCOMPARE(place ? place->raw.toByteArray() : QByteArray(), found);
    }
};

QTEST_GUILESS_MAIN(TestJsonShortcuts)
#include "tst_jsonshortcuts.moc"
