#include "app/window/mainwindow.h"
#include "storage/stores/openstore.h"
#include "tests/support/eventturn.h"
#include "tests/support/loghub.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/inspector/inspector.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"

#include <QFile>
#include <QLabel>
#include <QTabBar>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::StallMeter;
using test::TempFolder;
using test::turnEventLoop;

namespace {

constexpr int versions = 200;
constexpr int patience = 20'000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double slower = 5.0;
#elif !defined(NDEBUG) // without optimisation
constexpr double slower = 2.0;
#else
constexpr double slower = 1.0;
#endif
constexpr double longestStep = 100.0 * slower; ///< milliseconds from the key to the version's document (UX.md: a click)
constexpr double longestStall = 50.0 * slower;

/// What a server said of itself, again and again: the real documents of the data folder, else as many made ones.
QByteArrayList documents() {
    QFile file(test::sharedData() + QStringLiteral("/nginx/nginx_plus_status.jsonl"));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArrayList lines = file.readAll().split('\n');
        lines.removeAll({});
        return lines.first(versions);
    }
    QByteArrayList made;
    for (int version = 0; version < versions; ++version) {
        QByteArray zones;
        for (int zone = 0; zone < 60; ++zone)
            zones += QByteArray(zone == 0 ? "" : ",") + "\"zone" + QByteArray::number(zone)
                     + "\":{\"requests\":" + QByteArray::number(version * zone)
                     + ",\"responses\":{\"2xx\":" + QByteArray::number(version + zone)
                     + ",\"5xx\":0},\"sent\":" + QByteArray::number(version * 1'000) + '}';
        made << "{\"timestamp\":" + QByteArray::number(version) + ",\"zones\":{" + zones + "}}";
    }
    return made;
}

} // namespace

/// The versions of a checkpoint and of a component's state, gone through with the arrow: each is there, with what
/// changed, before the next key.
class TestVersionSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("steps.db")));
        const auto made = openStore(m_url, Access::Write);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text));
        QByteArray sql = "BEGIN;";
        int version = 0;
        for (const QByteArray& document : documents()) {
            const QByteArray text = '\'' + QByteArray(document).replace('\'', "''") + '\'';
            const QByteArray number = QByteArray::number(++version);
            const QByteArray at = "strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + " + number + ", 'unixepoch')";
            sql += "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) "
                   "VALUES "
                   "('status', 'nginx', "
                   + number + ", " + text + ", " + at + ");"
                   + "INSERT INTO component_state (component_name, component_type, version, state_data, updated_at) "
                     "VALUES "
                     "('nginx', 'Source', "
                   + number + ", " + text + ", " + at + ");";
        }
        QCOMPARE(version, versions);
        QCOMPARE(SqliteScript(m_url.path).run(sql + "COMMIT"), QString());
    }
    void areThereBeforeTheNextKey_data() {
        QTest::addColumn<QString>("pane");
        QTest::addColumn<QString>("names");
        QTest::addColumn<QString>("list");
        QTest::addColumn<QString>("title");
        QTest::newRow("checkpoint") << "checkpoints"
                                    << "Checkpoints"
                                    << "Checkpoint versions"
                                    << "status, version %1";
        QTest::newRow("component") << "components"
                                   << "Components"
                                   << "Component versions"
                                   << "nginx, version %1";
    }
    void areThereBeforeTheNextKey();

private:
    TempFolder m_folder;
    StoreUrl m_url;
};

void TestVersionSteps::areThereBeforeTheNextKey() {
    QFETCH(const QString, pane);
    QFETCH(const QString, names);
    QFETCH(const QString, list);
    QFETCH(const QString, title);
    Settings settings(m_folder.path(QStringLiteral("portolan.ini")));
    Theme theme;
    MainWindow window(settings, theme);
    window.resize(1280, 720);
    window.show();
    QTRY_VERIFY(window.isActiveWindow());
    window.openStore(m_url);
    window.goTo(pane);
    const auto table = [&](const QString& name) -> DataTable* {
        for (auto* each : window.findChildren<DataTable*>()) {
            if (each->accessibleName() == name && each->isVisible())
                return each;
        }
        return nullptr;
    };
    QTRY_VERIFY_WITH_TIMEOUT(table(names) && table(names)->model()->rowCount() > 0, patience);
    QTRY_VERIFY_WITH_TIMEOUT(table(list) && table(list)->model()->rowCount() == versions, patience);
    DataTable* const rows = table(list);
    const auto* const inspector = window.findChild<Inspector*>();
    const auto shows = [&](int version) {
        const auto labels = inspector->findChildren<QLabel*>();
        return std::ranges::any_of(
            labels, [&](const QLabel* label) { return label->isVisible() && label->text() == title.arg(version); });
    };
    rows->setFocus();
    rows->setCurrentIndex(rows->model()->index(0, 0));
    QTRY_VERIFY_WITH_TIMEOUT(shows(versions), patience);

    std::vector<double> steps;
    StallMeter stalls;
    QElapsedTimer clock;
    for (int version = versions - 1; version >= 1; --version) {
        clock.start();
        QTest::keyClick(rows, Qt::Key_Down);
        while (!shows(version) && clock.elapsed() < patience)
            QVERIFY(turnEventLoop());
        QVERIFY2(shows(version), qPrintable(QString::number(version)));
        steps.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    const double stall = stalls.takeLongest();
    std::ranges::sort(steps);
    qInfo("%zu steps: half of them within %.1f ms, 99 %% within %.1f, the longest %.1f; GUI thread away for %.1f ms at "
          "most",
          steps.size(), steps[steps.size() / 2], steps[steps.size() * 99 / 100], steps.back(), stall);
    QVERIFY(steps[steps.size() * 99 / 100] <= longestStep);
    QVERIFY(stall <= longestStall);
}

QTEST_MAIN(TestVersionSteps)
#include "tst_versionsteps.moc"
