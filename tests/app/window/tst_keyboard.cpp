// What can be clicked can be reached with the Tab key, in every pane.

#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "tests/support/tempfolder.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QtTest>
#include <algorithm>

using namespace portolan;
using test::TempFolder;

namespace {

constexpr int mostSteps = 200;

/// What an operator works with; not the parts that a control has of its own (a tab bar's arrows, a dock's buttons).
bool isControl(const QWidget* widget) {
    const bool isOne = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget)
                       || qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget)
                       || qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTabBar*>(widget)
                       || qobject_cast<const QAbstractItemView*>(widget);
    const bool isPart = qobject_cast<const QHeaderView*>(widget) || qobject_cast<const QTabBar*>(widget->parent())
                        || qobject_cast<const QLineEdit*>(widget->parent())
                        || qobject_cast<const QComboBox*>(widget->parent())
                        || qobject_cast<const QAbstractSpinBox*>(widget->parent())
                        || widget->inherits("QDockWidgetTitleButton") || widget->inherits("QTableCornerButton");
    return isOne && !isPart;
}

QString described(QWidget* widget) {
    QAccessibleInterface* const interface = QAccessible::queryAccessibleInterface(widget);
    return QStringLiteral("%1 “%2”").arg(QLatin1String(widget->metaObject()->className()),
                                         interface ? interface->text(QAccessible::Name) : QString());
}

QStringList controlsIn(const QWidget& window) {
    QStringList controls;
    for (QWidget* const widget : window.findChildren<QWidget*>()) {
        if (widget->isVisible() && widget->isEnabled() && widget->window() == &window && isControl(widget))
            controls << described(widget);
    }
    controls.sort();
    return controls;
}

/// Those that the Tab key comes by before it comes to where it began, in that order.
QWidgetList reachedIn(QWidget& window) {
    QWidgetList reached;
    QSet<const QWidget*> seen;
    for (int step = 0; step < mostSteps; ++step) {
        QWidget* const focus = window.focusWidget();
        if (!focus || seen.contains(focus))
            break;
        seen.insert(focus);
        if (isControl(focus))
            reached << focus;
        QTest::keyClick(focus, Qt::Key_Tab);
    }
    return reached;
}

/// Of what part of the window: as one reads, from the top bar to what stands below the panes.
int placeOf(const QWidget* control, const QWidget& window) {
    int place = 0;
    for (const char* part : {"TopBar", "Sidebar", "PaneStack", "Inspector"}) {
        for (const QWidget* each = control; each != &window; each = each->parentWidget()) {
            if (QByteArrayView(each->metaObject()->className()).endsWith(part))
                return place;
        }
        ++place;
    }
    return place;
}

} // namespace

class TestKeyboard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_window.show();
        m_window.openSample(*SourceUrl::parse(QStringLiteral("demo:?rate=0&seed=1&count=600")));
        QTRY_VERIFY(m_window.isActiveWindow());
        QTRY_VERIFY_WITH_TIMEOUT(m_window.pane() && m_window.pane()->isSettled(), 30'000);
    }

    void everyPaneIsReached_data() {
        QTest::addColumn<QString>("pane");
        for (const PaneEntry& entry : paneEntries()) {
            if (!entry.pending)
                QTest::newRow(entry.id) << QString::fromLatin1(entry.id);
        }
    }
    void everyPaneIsReached() {
        QFETCH(const QString, pane);
        m_window.goTo(pane);
        QTRY_VERIFY_WITH_TIMEOUT(m_window.pane()->isSettled(), 30'000);
        m_window.pane()->focusList();
        QStringList missing;
        // What is enabled changes while a store fills.
        const auto allAreReached = [&] {
            const QStringList controls = controlsIn(m_window);
            QStringList reached;
            for (QWidget* const control : reachedIn(m_window))
                reached << described(control);
            missing.clear();
            for (const QString& control : controls) {
                if (!reached.contains(control))
                    missing << control;
            }
            return controls.size() > 8 && missing.empty();
        };
        QVERIFY2(QTest::qWaitFor(allAreReached, test::patience), qPrintable(missing.join(QStringLiteral(", "))));
    }

    void tabGoesAsOneReads_data() { everyPaneIsReached_data(); }
    void tabGoesAsOneReads() {
        QFETCH(const QString, pane);
        m_window.goTo(pane);
        QTRY_VERIFY_WITH_TIMEOUT(m_window.pane()->isSettled(), 30'000);
        QList<int> places;
        const auto goRound = [&] {
            m_window.pane()->focusList();
            QTest::keyClick(m_window.focusWidget(), Qt::Key_Down); // the Inspector shows a row
            places.clear();
            for (const QWidget* const control : reachedIn(m_window)) {
                if (const int place = placeOf(control, m_window); places.isEmpty() || places.last() != place)
                    places << place;
            }
            return places.contains(2) && (places.contains(3) || pane != QLatin1String("batches")); // the store fills
        };
        QVERIFY(QTest::qWaitFor(goRound, test::patience));
        // Round once: it begins somewhere in the pane, and comes to what is before that last.
        if (places.size() > 1 && places.first() == places.last())
            places.removeLast();
        std::rotate(places.begin(), std::min_element(places.begin(), places.end()), places.end());
        QVERIFY2(std::is_sorted(places.begin(), places.end()), qPrintable(QDebug::toString(places)));
    }

private:
    TempFolder m_folder;
    Settings m_settings{m_folder.path(QStringLiteral("portolan.ini"))};
    Theme m_theme;
    MainWindow m_window{m_settings, m_theme};
};

QTEST_MAIN(TestKeyboard)
#include "tst_keyboard.moc"
