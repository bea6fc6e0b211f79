#include "models/batches/kindstatistics.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;

namespace {

constexpr Timestamp now{std::chrono::hours(24 * 365 * 50)};

KindStatus& kindOf(ReceiverStatus& status, MessageKind kind) {
    return status.kinds[static_cast<std::size_t>(kind)];
}

QStringList rowOf(const KindStatistics& account, int row) {
    QStringList cells;
    for (int column = 0; column < account.columnCount(); ++column)
        cells << account.index(row, column).data().toString();
    return cells;
}

} // namespace

class TestKindStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hasARowForEachKindThatCame() {
        KindStatistics account;
        const QAbstractItemModelTester tester(&account, QAbstractItemModelTester::FailureReportingMode::QtTest);
        ReceiverStatus status;
        account.setStatus(status, now);
        QCOMPARE(account.rowCount(), 0);

        kindOf(status, MessageKind::Health).rejected = 2;
        kindOf(status, MessageKind::Health).lastRejection = QStringLiteral("status \x1b is not known");
        KindStatus& messages = kindOf(status, MessageKind::Message);
        messages.stored = 12'345;
        messages.rate = 99.6;
        messages.duplicates = 7;
        messages.newest = now - std::chrono::minutes(5);
        account.setStatus(status, now);
        QCOMPARE(account.rowCount(), 2);
        QCOMPARE(rowOf(account, 0),
                 QStringList({QStringLiteral("message"), QStringLiteral("12\u2009345"), QStringLiteral("100"),
                              QStringLiteral("5 min"), QStringLiteral("7"), QStringLiteral("0"), QString()}));
        QCOMPARE(rowOf(account, 1),
                 QStringList({QStringLiteral("health"), QStringLiteral("0"), QStringLiteral("0"), QString(),
                              QStringLiteral("0"), QStringLiteral("2"), QStringLiteral("status ⟨ESC⟩ is not known")}));
    }

    void keepsItsRowsWhileOnlyFiguresChange() {
        KindStatistics account;
        ReceiverStatus status;
        kindOf(status, MessageKind::Message).stored = 1;
        account.setStatus(status, now);
        const QSignalSpy resets(&account, &QAbstractItemModel::modelReset);
        const QSignalSpy changes(&account, &QAbstractItemModel::dataChanged);
        const QPersistentModelIndex stored(account.index(0, KindStatistics::Stored));
        kindOf(status, MessageKind::Message).stored = 2;
        account.setStatus(status, now);
        QVERIFY(resets.isEmpty());
        QCOMPARE(changes.size(), 1);
        QCOMPARE(stored.data().toString(), QStringLiteral("2"));
        account.setStatus({}, now);
        QCOMPARE(resets.size(), 1);
        QCOMPARE(account.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestKindStatistics)
#include "tst_kindstatistics.moc"
