#include "app/window/mainwindow.h"
#include "storage/export/bundle.h"
#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/export/importdialog.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QComboBox>
#include <QDropEvent>
#include <QInputDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int patience = 20'000;

} // namespace

/// Files imported in a real window, into a real store.
class TestImportActions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("orders.db")));
        const auto made = openStore(m_url, Access::Write);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text));
        m_settings = std::make_unique<Settings>(m_folder->path(QStringLiteral("portolan.ini")));
        m_window = std::make_unique<MainWindow>(*m_settings, m_theme);
        m_window->show();
    }
    void cleanup() { m_window.reset(); }

    void aDroppedFileIsShownAndImported() {
        open(m_url);
        drop(write("oven.csv", "time,value\n2026-01-01T00:00:00Z,1.5\n"));
        QVERIFY(dialog());
        auto* const preview = in<QPlainTextEdit>(QStringLiteral("Preview"));
        QTRY_VERIFY_WITH_TIMEOUT(preview->toPlainText().contains(QLatin1String("1.5")), patience);
        QVERIFY(!in<QLineEdit>(QStringLiteral("Reason"))->isVisible());
        auto* const button = in<QPushButton>(QStringLiteral("Import"));
        QCOMPARE(button->text(), QStringLiteral("Import into orders.db"));
        QTRY_VERIFY(button->isEnabled());
        // Another sensor is seen at once.
        in<QLineEdit>(QStringLiteral("Sensor"))->setText(QStringLiteral("kiln"));
        QTRY_VERIFY_WITH_TIMEOUT(preview->toPlainText().contains(QLatin1String("kiln")), patience);
        in<QPushButton>(QStringLiteral("Import"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(value("SELECT group_concat(event_id) FROM processed_events"),
                                  QStringLiteral("kiln:1"), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->statusBar()->currentMessage().contains(QLatin1String("stored: 1")),
                                 patience);
        QTRY_VERIFY(!dialog());
    }

    void whatCannotBeSaysWhy() {
        open(m_url);
        drop(write("a.csv", "a,b\n1,2\n"));
        auto* const button = in<QPushButton>(QStringLiteral("Import"));
        QTRY_VERIFY_WITH_TIMEOUT(button->toolTip().contains(QLatin1String("kind")), patience);
        QVERIFY(!button->isEnabled());
        in<QLineEdit>(QStringLiteral("Columns"))->setText(QStringLiteral("time=nowhere,value=b"));
        QTRY_VERIFY_WITH_TIMEOUT(button->toolTip().contains(QLatin1String("nowhere")), patience);
        in<QLineEdit>(QStringLiteral("Columns"))->setText(QStringLiteral("message_number=a,content=b"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), patience);
        in<QLineEdit>(QStringLiteral("File"))->setText(m_folder->path(QStringLiteral("none.csv")));
        QTRY_VERIFY_WITH_TIMEOUT(button->toolTip().contains(QLatin1String("There is no file")), patience);
        QVERIFY(!button->isEnabled());
    }

    /// A bundle opens for reading when it is dropped; `Import a file…` puts it into another store.
    void aBundleAsksForItsReason() {
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                          "status) VALUES ('m1', 'p', 'a', 'b', '{}', 'dead_letter')"),
                 QString());
        const QString file = m_folder->path(QStringLiteral("incident.zip"));
        {
            const auto reader = openStore(m_url, Access::Read);
            auto draft = BundleDraft::freeze(**reader, {}, file, [](qint64) {}, {});
            QVERIFY(draft && (*draft)->write(**reader, {}, {}));
        }
        drop(file);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->pane() && m_window->pane()->isSettled(), patience);
        QCOMPARE(m_window->windowTitle(), QStringLiteral("Portolan — incident.zip"));
        QTRY_VERIFY_WITH_TIMEOUT(!action()->isEnabled(), patience); // it is for reading

        const StoreUrl into = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("lab.db")));
        QVERIFY(openStore(into, Access::Write));
        open(into);
        QTRY_VERIFY_WITH_TIMEOUT(action()->isEnabled(), patience);
        action()->trigger();
        QVERIFY(dialog());
        in<QLineEdit>(QStringLiteral("File"))->setText(file);
        auto* const reason = in<QLineEdit>(QStringLiteral("Reason"));
        QTRY_VERIFY_WITH_TIMEOUT(reason->isVisible(), patience);
        QVERIFY(!in<QComboBox>(QStringLiteral("Kind of rows"))->isVisible());
        QVERIFY(in<QPlainTextEdit>(QStringLiteral("Preview"))->toPlainText().contains(m_url.display()));
        reason->setText(QStringLiteral("to look into it"));
        in<QPushButton>(QStringLiteral("Import"))->click();
        const auto said = [&] {
            return SqliteScript(into.path).value("SELECT reason FROM portolan_audit WHERE subject_kind = 'bundle'");
        };
        QTRY_COMPARE_WITH_TIMEOUT(said(), QStringLiteral("to look into it"), patience);
    }

    void aProductionStoreHasItsNameTyped() {
        {
            const auto writer = openStore(m_url, Access::Write);
            QVERIFY((*writer)->operations()->markProduction(QStringLiteral("orders"), "test", "ada"));
        }
        open(m_url);
        const QString file = write("oven.csv", "time,value\n2026-01-01T00:00:00Z,1.5\n");
        for (const char* typed : {"order", "orders"}) {
            drop(file);
            QVERIFY(dialog());
            QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(QStringLiteral("Import"))->isEnabled(), patience);
            in<QPushButton>(QStringLiteral("Import"))->click();
            QTRY_VERIFY_WITH_TIMEOUT(question(), patience);
            QCOMPARE(value("SELECT count(*) FROM processed_events"), QStringLiteral("0"));
            question()->setTextValue(QLatin1String(typed));
            question()->accept();
            if (qstrcmp(typed, "order") == 0) {
                QTRY_VERIFY(!question());
                continue;
            }
            QTRY_VERIFY(question() && question()->textValue().isEmpty()); // and why
            question()->setTextValue(QStringLiteral("the oven's log"));
            question()->accept();
            QTRY_VERIFY(!question());
        }
        QTRY_COMPARE_WITH_TIMEOUT(value("SELECT reason FROM portolan_audit WHERE action = 'confirm'"),
                                  QStringLiteral("the oven's log"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(value("SELECT count(*) FROM processed_events"), QStringLiteral("1"), patience);
    }

    void withoutAStoreItSaysWhatIsMissing() {
        drop(write("oven.csv", "time,value\n"));
        QVERIFY(!dialog());
        QVERIFY2(m_window->statusBar()->currentMessage().contains(QLatin1String("oven.csv")),
                 qPrintable(m_window->statusBar()->currentMessage()));
    }

private:
    void open(const StoreUrl& url) {
        m_window->openStore(url);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->pane() && m_window->pane()->isSettled(), patience);
    }
    QString write(const char* name, const QByteArray& text) const {
        QFile file(m_folder->path(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
        return file.fileName();
    }
    void drop(const QString& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent dropped(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &dropped);
    }
    template <class Dialog>
    Dialog* shown() const {
        for (Dialog* each : m_window->findChildren<Dialog*>()) {
            if (each->isVisible())
                return each;
        }
        return nullptr;
    }
    ImportDialog* dialog() const { return shown<ImportDialog>(); }
    QInputDialog* question() const { return shown<QInputDialog>(); }
    /// A part of the dialog, by its accessible name.
    template <class Widget>
    Widget* in(const QString& name) const {
        for (Widget* widget : dialog()->findChildren<Widget*>()) {
            if (widget->accessibleName() == name)
                return widget;
        }
        qFatal("no %s", qPrintable(name));
        return nullptr;
    }
    QAction* action() const { return m_window->findChild<QAction*>(QStringLiteral("import-a-file")); }
    QString value(const QByteArray& sql) const { return SqliteScript(m_url.path).value(sql); }

    std::unique_ptr<TempFolder> m_folder;
    Theme m_theme;
    StoreUrl m_url;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestImportActions)
#include "tst_importactions.moc"
