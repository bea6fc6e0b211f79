#include "views/style/elidedlabel.h"

#include <QApplication>
#include <QFontMetrics>
#include <QtTest>
#include <random>

using namespace portolan;

/// Names that are too long lose their parent, never their leaf.
class TestElidedLabel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Random names of letters, wide ones, marks and pairs, at random widths.
    void theLeafStays() {
        std::mt19937 random(9);
        const QStringList letters{QStringLiteral("a"), QStringLiteral("W"), QStringLiteral("会"), QStringLiteral("é"),
                                  QStringLiteral("😀"), QStringLiteral("/"), QStringLiteral("."),  QStringLiteral("ن")};
        const QFontMetrics metrics(QApplication::font());
        const auto word = [&](unsigned most) {
            QString text;
            for (auto i = random() % (most + 1); i > 0; --i)
                text += letters[static_cast<qsizetype>(random() % 8)];
            return text;
        };
        for (int round = 0; round < 400; ++round) {
            const QString parent = word(40);
            const QString leaf = word(20);
            const int width = 20 + static_cast<int>(random() % 300);
            const int most = width + static_cast<int>(random() % 300);
            const QString shown = elidedParent(metrics, parent + leaf, parent.size(), width, most);
            const int needed = metrics.horizontalAdvance((parent.isEmpty() ? QString() : QStringLiteral("…")) + leaf);
            QVERIFY2(needed > most || shown.endsWith(leaf), qPrintable(parent + u'|' + leaf + u'|' + shown));
            QVERIFY2(metrics.horizontalAdvance(shown) <= most + metrics.maxWidth(), qPrintable(shown));

            const QStringList lines = brokenName(metrics, leaf, width, 3);
            QVERIFY(lines.size() <= 3);
            if (metrics.horizontalAdvance(leaf) <= 2 * width)
                QCOMPARE(lines.join(QString()), leaf);
        }
    }
    void aWordOfAnyLengthEnds() {
        const QFontMetrics metrics(QApplication::font());
        QVERIFY(brokenName(metrics, QString(100'000, u'x'), 200, 3).size() <= 3);
        QCOMPARE(brokenName(metrics, {}, 200, 3).size(), 0);
        QVERIFY(brokenName(metrics, QStringLiteral("😀😀😀😀😀"), 1, 3).size() <= 5);
    }
};

QTEST_MAIN(TestElidedLabel)
#include "tst_elidedlabel.moc"
