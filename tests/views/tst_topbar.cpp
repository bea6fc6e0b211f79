#include "views/kindtable.h"
#include "views/topbar.h"

#include <QPushButton>
#include <QScrollBar>
#include <QtTest>

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
