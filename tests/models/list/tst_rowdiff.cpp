#include "models/list/rowdiff.h"

#include <QRandomGenerator>
#include <QTest>

using namespace portolan;

namespace {

using Rows = std::vector<QByteArray>;

Rows rowsOf(const char* letters) {
    Rows rows;
    for (; *letters; ++letters)
        rows.emplace_back(letters, 1);
    return rows;
}

/// Carries a change out on a list of names, as a view does.
Rows changed(Rows rows, const RowDiff& change, const Rows& are) {
    for (auto run = change.gone.rbegin(); run != change.gone.rend(); ++run)
        rows.erase(rows.begin() + run->first, rows.begin() + run->first + run->count);
    if (!change.moved.empty()) {
        Rows moved(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            moved[static_cast<std::size_t>(change.moved[i])] = rows[i];
        rows = moved;
    }
    for (const RowDiff::Run& run : change.come)
        rows.insert(rows.begin() + run.first, are.begin() + run.first, are.begin() + run.first + run.count);
    return rows;
}

} // namespace

class TestRowDiff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsWhatChanged_data() {
        QTest::addColumn<QByteArray>("were");
        QTest::addColumn<QByteArray>("are");
        QTest::addColumn<int>("gone");
        QTest::addColumn<bool>("moves");
        QTest::addColumn<int>("come");
        QTest::newRow("nothing") << QByteArray("abc") << QByteArray("abc") << 0 << false << 0;
        QTest::newRow("at the end") << QByteArray("abc") << QByteArray("abcde") << 0 << false << 1;
        QTest::newRow("in the middle") << QByteArray("acf") << QByteArray("abcdf") << 0 << false << 2;
        QTest::newRow("gone") << QByteArray("abcde") << QByteArray("ae") << 1 << false << 0;
        QTest::newRow("moved") << QByteArray("abc") << QByteArray("cab") << 0 << true << 0;
        QTest::newRow("all at once") << QByteArray("abcd") << QByteArray("xdyb") << 2 << true << 2;
        QTest::newRow("others") << QByteArray("ab") << QByteArray("cd") << 1 << false << 1;
        QTest::newRow("twice before") << QByteArray("cabc") << QByteArray("cab") << 1 << false << 0;
        QTest::newRow("twice after") << QByteArray("abc") << QByteArray("cabc") << 0 << true << 1;
        QTest::newRow("none left") << QByteArray("ab") << QByteArray("") << 1 << false << 0;
    }

    void findsWhatChanged() {
        QFETCH(const QByteArray, were);
        QFETCH(const QByteArray, are);
        QFETCH(const int, gone);
        QFETCH(const bool, moves);
        QFETCH(const int, come);
        const RowDiff change = rowChange(rowsOf(were), rowsOf(are));
        QCOMPARE(static_cast<int>(change.gone.size()), gone);
        QCOMPARE(!change.moved.empty(), moves);
        QCOMPARE(static_cast<int>(change.come.size()), come);
        QCOMPARE(change.isNothing(), were == are);
        QCOMPARE(changed(rowsOf(were), change, rowsOf(are)), rowsOf(are));
    }

    void anyChangeIsCarriedOut() {
        QRandomGenerator random(11);
        const Rows all = rowsOf("abcdefghijklmnopqrstuvwxyz");
        const auto some = [&] {
            Rows rows;
            for (const QByteArray& row : all) {
                for (int times = random.bounded(3); times > 0; --times) // twice: it moved while it was read
                    rows.insert(rows.begin() + random.bounded(static_cast<int>(rows.size()) + 1), row);
            }
            return rows;
        };
        for (int i = 0; i < 1000; ++i) {
            const Rows were = some();
            const Rows are = some();
            QCOMPARE(changed(were, rowChange(were, are), are), are);
        }
    }
};

QTEST_GUILESS_MAIN(TestRowDiff)
#include "tst_rowdiff.moc"
