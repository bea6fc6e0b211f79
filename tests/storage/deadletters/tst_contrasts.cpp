#include "storage/deadletters/contrasts.h"
#include "storage/listing/filter.h"
#include "storage/ports/ports.h"

#include <QtTest>
#include <cmath>
#include <random>

using namespace portolan;

namespace {

ContrastedMessage of(const QByteArray& data, QByteArrayView source = "a") {
    return {source, "b", data, {}};
}

QByteArray described(const Contrast& contrast) {
    return contrast.filter + ' ' + QByteArray::number(contrast.dead) + '/' + QByteArray::number(contrast.ofDead) + ' '
           + QByteArray::number(contrast.completed) + '/' + QByteArray::number(contrast.ofCompleted);
}

QByteArrayList described(const std::vector<Contrast>& contrasts) {
    QByteArrayList texts;
    for (const Contrast& contrast : contrasts)
        texts << described(contrast);
    return texts;
}

} // namespace

class TestContrasts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsWhatTheDeadHave() {
        ContrastCounter counter;
        for (int n = 0; n < 100; ++n)
            counter.addDead(of(n < 98 ? "{\"region\":\"eu-3\",\"n\":1}" : "{\"region\":\"us-1\",\"n\":1}"));
        for (int n = 0; n < 200; ++n)
            counter.addCompleted(of(n < 4 ? "{\"region\":\"eu-3\",\"n\":1}" : "{\"region\":\"us-1\",\"n\":1}"));
        const auto found = counter.found(5);
        QCOMPARE(described(found), QByteArrayList{"data.region:\"eu-3\" 98/100 4/200"});
        QCOMPARE(found[0].value, std::optional<QByteArray>("eu-3"));
        QCOMPARE(found[0].difference(), 0.96);
    }

    void findsWhatTheDeadLack() {
        ContrastCounter counter;
        for (int n = 0; n < 100; ++n)
            counter.addDead(of(n % 2 ? "{\"customer\":{\"id\":null}}" : "{\"customer\":{}}"));
        for (int n = 0; n < 100; ++n)
            counter.addCompleted(of("{\"customer\":{\"id\":" + QByteArray::number(n) + "}}"));
        const auto found = counter.found(5);
        QCOMPARE(described(found), QByteArrayList{"not data.customer.id:* 100/100 0/100"});
        QVERIFY(!found[0].value);
    }

    void withoutTheWholeThePartsAreNotTold() {
        ContrastCounter counter;
        for (int n = 0; n < 50; ++n) {
            counter.addDead(of("{}"));
            counter.addCompleted(of("{\"a\":{\"b\":{\"c\":" + QByteArray::number(n) + "}}}"));
        }
        QCOMPARE(described(counter.found(5)), QByteArrayList{"not data.a:* 50/50 0/50"});
    }

    void chanceIsNoContrast() {
        std::mt19937 random(11);
        ContrastCounter counter;
        for (int n = 0; n < 2'000; ++n) {
            QByteArray data("{");
            for (int key = 0; key < 40; ++key)
                data += (key ? ",\"k" : "\"k") + QByteArray::number(key) + "\":" + QByteArray::number(random() % 2);
            data += '}';
            n < 60 ? counter.addDead(of(data)) : counter.addCompleted(of(data));
        }
        QCOMPARE(described(counter.found(5)), QByteArrayList());
    }

    /// Against counting by hand, on random documents.
    void countsAsOneWouldByHand() {
        std::mt19937 random(3);
        for (int round = 0; round < 20; ++round) {
            ContrastCounter counter;
            struct Made {
                bool dead;
                int a, b, c; ///< -1: it has none
            };
            std::vector<Made> made;
            const int bias = static_cast<int>(random() % 10);
            for (int n = 0; n < 400; ++n) {
                const bool dead = n < 150;
                const auto any = [&](int of) { return static_cast<int>(random() % static_cast<unsigned>(of)); };
                made.push_back(
                    {dead, any(10) < (dead ? bias : 2) ? 1 : any(4), any(3) - 1, any(10) < bias && dead ? -1 : any(2)});
                const Made& m = made.back();
                QByteArrayList members{"\"a\":\"" + QByteArray::number(m.a) + '"'};
                if (m.b >= 0)
                    members << "\"b\":{\"x\":" + QByteArray::number(m.b) + '}';
                if (m.c >= 0)
                    members << "\"c\":" + QByteArray(m.c ? "true" : "false");
                const QByteArray data = '{' + members.join(',') + '}';
                dead ? counter.addDead(of(data)) : counter.addCompleted(of(data));
            }
            QByteArrayList expected;
            const auto consider = [&](const QByteArray& filter, auto holds) {
                const auto count = [&](bool dead) {
                    return std::ranges::count_if(made, [&](const Made& m) { return m.dead == dead && holds(m); });
                };
                const double dead = static_cast<double>(count(true)) / 150;
                const double completed = static_cast<double>(count(false)) / 250;
                const double common = static_cast<double>(count(true) + count(false)) / 400;
                const double spread = std::sqrt(common * (1 - common) * (1.0 / 150 + 1.0 / 250));
                if (dead >= 0.5 && dead - completed >= 0.2 && spread > 0 && (dead - completed) / spread >= 4)
                    expected << filter + ' ' + QByteArray::number(count(true)) + "/150 "
                                    + QByteArray::number(count(false)) + "/250";
            };
            for (int value = 0; value < 4; ++value)
                consider("data.a:\"" + QByteArray::number(value) + '"', [&](const Made& m) { return m.a == value; });
            for (int value = 0; value < 2; ++value) {
                consider("data.b.x:" + QByteArray::number(value), [&](const Made& m) { return m.b == value; });
                consider(QByteArray("data.c:") + (value ? "true" : "false"),
                         [&](const Made& m) { return m.c == value; });
            }
            consider("not data.b:*", [](const Made& m) { return m.b < 0; });
            consider("not data.c:*", [](const Made& m) { return m.c < 0; });
            QByteArrayList found = described(counter.found(100));
            std::ranges::sort(found);
            std::ranges::sort(expected);
            QCOMPARE(found, expected);
        }
    }

    /// Every term is a filter that the list takes, whatever keys and values documents have.
    void itsFiltersCanBeTyped_data() {
        QTest::addColumn<QByteArray>("data");
        QTest::newRow("plain") << QByteArray("{\"a\":{\"b\":1.50}}");
        QTest::newRow("odd key") << QByteArray("{\"odd [key] .x\":\"v\"}");
        QTest::newRow("quotes in a key") << QByteArray("{\"a \\\"b\\\"\":\"v\"}");
        QTest::newRow("empty key") << QByteArray("{\"\":\"v\"}");
        QTest::newRow("quotes") << QByteArray("{\"a\":\"he said \\\"stop\\\" \\\\ \\n\"}");
        QTest::newRow("words") << QByteArray("{\"or\":true,\"not\":\"null\",\"a\":\"*\"}");
        QTest::newRow("other letters") << QByteArray("{\"größe\":\"größer \\u00e9\"}");
    }
    void itsFiltersCanBeTyped() {
        QFETCH(const QByteArray, data);
        ContrastCounter counter;
        for (int n = 0; n < 50; ++n) {
            counter.addDead(of(data));
            counter.addCompleted(of("{\"z\":1}"));
        }
        const auto found = counter.found(20);
        QVERIFY(!found.empty()); // "not data.z:*" at least
        for (const Contrast& contrast : found) {
            const auto filter = parseFilter(QString::fromUtf8(contrast.filter), deadLetterSchema(), currentTime());
            QVERIFY2(filter, contrast.filter + ": " + (filter ? QByteArray() : filter.error().text.toUtf8()));
        }
    }

    void whatIsNoDocumentHasNoPlaces() {
        ContrastCounter counter;
        for (const char* data : {"", "{", "[1,2]", "7", "{\"a\":1} x", "\xff\xfe"}) {
            for (int n = 0; n < 20; ++n)
                counter.addDead(of(data, "x"));
        }
        for (int n = 0; n < 120; ++n)
            counter.addCompleted(of("7", "y"));
        QCOMPARE(described(counter.found(5)), QByteArrayList{"source_component:\"x\" 120/120 0/120"});
    }

    void nothingWithoutBothSamples() {
        ContrastCounter counter;
        for (int n = 0; n < 100; ++n)
            counter.addDead(of("{\"a\":1}"));
        QVERIFY(counter.found(5).empty());
    }
};

QTEST_GUILESS_MAIN(TestContrasts)
#include "tst_contrasts.moc"
