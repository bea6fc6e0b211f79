#include "tests/support/eventturn.h"
#include "views/batches/kindtable.h"
#include "views/list/filterline.h"
#include "views/window/topbar.h"

#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>
#include <algorithm>
#include <utility>
#include <vector>

using namespace portolan;

namespace {

QPushButton* buttonNamed(const QWidget& window, const QString& name) {
    for (QPushButton* button : window.findChildren<QPushButton*>()) {
        if (button->accessibleName() == name)
            return button;
    }
    return nullptr;
}

} // namespace

class TestTopBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsEachKindOnceOneCame() {
        TopBar bar;
        bar.setStore(QStringLiteral("store"), QStringLiteral("file:///store"));
        bar.show();
        QPushButton* const kinds = buttonNamed(bar, QStringLiteral("Show each kind received"));
        QVERIFY(kinds);
        ReceiverStatus status;
        status.state = ReceiverState::Running;
        bar.showReceiver(&status, QStringLiteral("demo:"));
        QVERIFY(!kinds->isVisible());

        status.kinds[0].stored = 3;
        bar.showReceiver(&status, QStringLiteral("demo:"));
        QVERIFY(kinds->isVisible());
        const int closed = bar.sizeHint().height();
        QTest::mouseClick(kinds, Qt::LeftButton);
        auto* const table = bar.findChild<KindTable*>();
        QVERIFY(table && table->isVisible());
        QVERIFY(bar.sizeHint().height() > closed);
        const int one = table->height();
        status.kinds[5].rejected = 1;
        bar.showReceiver(&status, QStringLiteral("demo:"));
        QTRY_VERIFY(table->height() > one);
        QCOMPARE(table->verticalScrollBar()->maximum(), 0);

        QTest::mouseClick(kinds, Qt::LeftButton);
        QVERIFY(!table->isVisible());
    }

    void iconsHaveWordsWhereThereIsRoom() {
        TopBar bar;
        bar.setStore(QStringLiteral("orders.db"), QStringLiteral("sqlite:///orders.db"));
        bar.resize(1280, bar.height());
        bar.show();
        QPushButton* const find = buttonNamed(bar, QStringLiteral("Search everything…"));
        QTRY_COMPARE(find->text(), QStringLiteral("Search"));
        QCOMPARE(buttonNamed(bar, QStringLiteral("Export…"))->text(), QStringLiteral("Export"));
        QCOMPARE(bar.filter()->mapTo(&bar, QPoint()).y(),
                 find->mapTo(&bar, QPoint()).y() + (find->height() - bar.filter()->height()) / 2);
        bar.resize(1024, bar.height());
        QTRY_COMPARE(find->text(), QString());
        bar.resize(1920, bar.height());
        QTRY_COMPARE(find->text(), QStringLiteral("Search"));
    }

    void tabGoesAsTheBarReads() {
        TopBar bar;
        bar.setStore(QStringLiteral("orders.db"), QStringLiteral("sqlite:///orders.db"));
        ReceiverStatus status;
        status.state = ReceiverState::Running;
        status.kinds[0].stored = 3;
        bar.showReceiver(&status, QStringLiteral("demo:"));
        bar.show();
        for (const int width : {1920, 700}) {
            bar.resize(width, bar.height());
            QVERIFY(test::turnEventLoop());
            std::vector<QPoint> places;
            for (const QWidget* each = bar.nextInFocusChain(); each != &bar; each = each->nextInFocusChain()) {
                const bool isControl = qobject_cast<const QPushButton*>(each) || each == bar.filter();
                if (!isControl || !each->isVisible() || (each->focusPolicy() & Qt::TabFocus) == 0)
                    continue;
                const QPoint at = each->mapTo(&bar, each->rect().center());
                places.emplace_back(at.x(), at.y() / 12);
            }
            QVERIFY(places.size() > 8);
            QVERIFY2(std::ranges::is_sorted(places, {}, [](const QPoint& at) { return std::pair(at.y(), at.x()); }),
                     qPrintable(QString::number(width)));
        }
    }

    void saysThatReceivingIsPaused() {
        TopBar bar;
        bar.setStore(QStringLiteral("store"), QStringLiteral("file:///store"));
        bar.show();
        ReceiverStatus status;
        status.state = ReceiverState::Paused;
        bar.showReceiver(&status, QStringLiteral("demo:"));
        QVERIFY(buttonNamed(bar, QStringLiteral("Resume receiving")));
        status.state = ReceiverState::Running;
        bar.showReceiver(&status, QStringLiteral("demo:"));
        QVERIFY(buttonNamed(bar, QStringLiteral("Pause receiving")));
        QVERIFY(!buttonNamed(bar, QStringLiteral("Resume receiving")));
    }
};

QTEST_MAIN(TestTopBar)
#include "tst_topbar.moc"
