#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/stores/openstore.h"
#include "tests/support/eventturn.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/ask/dialogparts.h"
#include "views/list/datatable.h"
#include "views/list/pane.h"
#include "views/style/scrollframe.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QLineEdit>
#include <QSlider>
#include <QTabBar>
#include <QVBoxLayout>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;
using test::turnEventLoop;

namespace {

/// One word, without a place to break it.
QByteArray word(int length) {
    return QByteArray("x").repeated(length);
}

/// A store in which each text that its owner chooses is longer than any window is wide.
QByteArray hostileSql() {
    const QByteArray name = word(250);
    const QByteArray text = word(1'200);
    QByteArray sql;
    for (int i = 0; i < 12; ++i) {
        const QByteArray n = QByteArray::number(i);
        const QByteArray id = QByteArray::number(10'000'000 + i) + "-0000-4000-8000-000000000000";
        sql +=
            "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
            "retry_count, max_retries, created_at, error_message) VALUES ('"
            + id + "', '" + name + n + "', '" + name + "', '" + name + "', '{\"" + name + "\":\"" + text
            + "\"}', 'dead_letter', 3, 3, '2026-03-01T00:00:00.000Z', '" + text + n + "');"
            + "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) "
              "VALUES ('"
            + name + n + "', '" + name + "', 1, '{\"" + name + "\":\"" + text + "\"}', '2026-03-01T00:00:00.000Z');"
            + "INSERT INTO component_state (component_name, component_type, version, state_data, created_at) VALUES ('"
            + name + n + "', 'Sink', 1, '{\"status\":\"" + text + "\"}', '2026-03-01T00:00:00.000Z');";
    }
    return sql + "CREATE TABLE \"" + name + "\" (\"" + name + "\" TEXT); INSERT INTO \"" + name + "\" VALUES ('" + text
           + "');";
}

/// What an operator presses, chooses or types into.
bool isControl(const QWidget& widget) {
    return qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QComboBox*>(&widget)
           || qobject_cast<const QLineEdit*>(&widget);
}

/// Parts of controls, which are reached with them; what a tab bar or a dock's title moves by itself.
bool isPart(const QWidget& widget) {
    if (qobject_cast<const QDockWidget*>(widget.parentWidget()))
        return true;
    for (const QWidget* above = widget.parentWidget(); above; above = above->parentWidget()) {
        if (isControl(*above) || qobject_cast<const QTabBar*>(above))
            return true;
    }
    return false;
}

/// Returns what of the window cannot be brought into view: names of controls, and where they are.
QStringList unreachable(QWidget& window) {
    QStringList missing;
    for (QWidget* const control : window.findChildren<QWidget*>()) {
        if (!control->isVisible() || control->window() != &window || !isControl(*control) || isPart(*control))
            continue;
        for (QWidget* above = control->parentWidget(); above; above = above->parentWidget()) {
            if (auto* const area = qobject_cast<QScrollArea*>(above))
                area->ensureWidgetVisible(control, 0, 0);
        }
        const QRect there(control->mapTo(&window, QPoint()), control->size());
        const QSize hint = control->minimumSizeHint().boundedTo(control->maximumSize());
        const QSize least(control->minimumWidth() > 0 ? control->minimumWidth() : hint.width(),
                          control->minimumHeight() > 0 ? control->minimumHeight() : hint.height());
        const bool isWhole = control->width() >= least.width() && control->height() >= least.height();
        const bool isSeen =
            window.rect().contains(there.center()) && control->visibleRegion().contains(control->rect().center());
        if (!isSeen || !isWhole)
            missing << QStringLiteral("%1 “%2” at %3,%4 %5x%6")
                           .arg(QLatin1String(control->metaObject()->className()), control->accessibleName())
                           .arg(there.x())
                           .arg(there.y())
                           .arg(there.width())
                           .arg(there.height());
    }
    return missing;
}

} // namespace

/// The whole window over a store of texts that have no end, in the least size that it has: nothing widens it, and
/// each control can be brought into view.
class TestSmallWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url =
            *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QString(200, u'n') + QStringLiteral(".db")));
        QVERIFY(openStore(m_url, Access::Write));
        SqliteScript script(m_url.path);
        QCOMPARE(script.run(hostileSql()), QString());
    }

    void everythingIsReached_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("zoom");
        QTest::newRow("the least") << MainWindow::leastSize << 100;
        QTest::newRow("1024x700") << QSize(1024, 700) << 100;
        QTest::newRow("1280x720, larger text") << QSize(1280, 720) << 130;
        QTest::newRow("Full HD at 200 %") << QSize(960, 500) << 100;
    }
    void everythingIsReached() {
        QFETCH(const QSize, size);
        QFETCH(const int, zoom);
        Settings settings(m_folder.path(QString::number(size.width()) + QStringLiteral(".ini")));
        settings.setZoom(zoom);
        Theme theme;
        MainWindow window(settings, theme);
        window.show();
        window.openStore(m_url);
        QTRY_VERIFY(window.pane() && window.pane()->isSettled());
        window.resize(size);
        for (const PaneEntry& entry : paneEntries()) {
            if (entry.pending || !window.stores().current()->cannot(entry.feature).isEmpty())
                continue;
            window.goTo(QLatin1String(entry.id));
            QTRY_VERIFY(window.pane()->isSettled());
            for (const DataTable* const table : window.pane()->findChildren<DataTable*>()) {
                if (table->isVisible() && table->model()->rowCount() > 0)
                    const_cast<DataTable*>(table)->selectRow(0);
            }
            turnEventLoop(); // what is chosen is asked for a moment later
            QTRY_VERIFY(window.pane()->isSettled());
            turnEventLoop();
            QCOMPARE(window.size(), size);
            if (const QString pictures = qEnvironmentVariable("PORTOLAN_PICTURES"); !pictures.isEmpty())
                QVERIFY(window.grab().save(QStringLiteral("%1/%2-%3-%4.png")
                                               .arg(pictures, QLatin1String(entry.id))
                                               .arg(size.width())
                                               .arg(zoom)));
            QStringList missing;
            const auto isAllReached = [&] { return (missing = unreachable(window)).isEmpty(); };
            QTRY_VERIFY2(isAllReached(), // once all is laid out
                         qPrintable(QLatin1String(entry.id) + QStringLiteral(":\n") + missing.join(u'\n')));
        }
        QCOMPARE(window.minimumSize(), MainWindow::leastSize);
    }

    /// A window that was larger than the screen that is there now.
    void remembersNoMoreThanTheScreenHas() {
        Settings settings(m_folder.path(QStringLiteral("large.ini")));
        Theme theme;
        {
            MainWindow window(settings, theme);
            window.show();
            window.openStore(m_url);
            QTRY_VERIFY(window.pane() && window.pane()->isSettled());
            window.resize(8'783, 4'000);
            window.close();
        }
        MainWindow window(settings, theme);
        window.show();
        window.openStore(m_url);
        QTRY_VERIFY(window.pane() && window.pane()->isSettled());
        const QRect room = window.screen()->availableGeometry();
        QVERIFY2(room.contains(window.geometry()),
                 qPrintable(QStringLiteral("%1x%2").arg(window.width()).arg(window.height())));
    }

    /// A dialog that an operator made smaller stays so while its texts change, and grows when they want more than ever.
    void aDialogKeepsTheHeightItWasGiven() {
        QDialog dialog;
        auto* const text = new WrappedLabel(&dialog);
        QVBoxLayout* const layout = makeDialogLayout(&dialog);
        layout->addWidget(text);
        const auto say = [&](int lines) {
            text->setText(QStringLiteral("a line\n").repeated(lines));
            turnEventLoop();
            turnEventLoop();
        };
        say(20);
        takeWidth(&dialog, 400);
        dialog.show();
        const int line = text->fontMetrics().height();
        QTRY_VERIFY(dialog.height() >= 20 * line);
        dialog.resize(400, 10 * line);
        say(19);
        QCOMPARE(dialog.height(), 10 * line);
        say(25);
        QTRY_VERIFY(dialog.height() >= 25 * line);
    }

    void longWordsAreBroken() {
        QWidget window;
        auto* const label = new WrappedLabel(&window);
        label->setText(QString::fromLatin1(word(1'200)));
        QVERIFY(label->minimumSizeHint().width() <= 100);
        QVERIFY(label->sizeHint().width() <= 100 * label->fontMetrics().averageCharWidth());
        const int line = label->fontMetrics().height();
        QVERIFY(label->heightForWidth(300) > 10 * line);
        label->setText(QStringLiteral("short"));
        QVERIFY(label->heightForWidth(300) < 2 * line);
    }

private:
    TempFolder m_folder;
    StoreUrl m_url;
};

QTEST_MAIN(TestSmallWindow)
#include "tst_smallwindow.moc"
