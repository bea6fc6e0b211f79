#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/store.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/residentbytes.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/inspector/inspector.h"
#include "views/list/datatable.h"
#include "views/list/filterline.h"
#include "views/style/theme.h"

#include <QLabel>
#include <QScrollBar>
#include <QtTest>

using namespace portolan;
using test::PostgresScript;
using test::PostgresServer;
using test::residentBytes;
using test::SqliteScript;
using test::StallMeter;
using test::TempFolder;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longestStall = 500.0;
constexpr qint64 usualRows = 20'000;
#elif !defined(NDEBUG) // without optimisation
constexpr double longestStall = 150.0;
constexpr qint64 usualRows = 50'000;
#else
constexpr double longestStall = 50.0;
constexpr qint64 usualRows = 200'000;
#endif
constexpr int patience = 60'000;
constexpr qint64 mostGrowth = 64 * 1024 * 1024;

/// PORTOLAN_LONG=1: ten million in each table.
qint64 wanted() {
    return qEnvironmentVariableIntValue("PORTOLAN_LONG") != 0 ? 10'000'000 : usualRows;
}

QByteArray quoted(QByteArray name) {
    return '"' + name.replace("\"", "\"\"") + '"';
}

/// A name with quotes and spaces and without a key, a keyword with a composite one, and a text key with a quote at its
/// end. Row n of each: note "row n", and a number that no index is on.
struct Many {
    QByteArray name;
    QByteArray columns;
    QByteArray values; ///< of n
};
const std::array<Many, 3> tables{{
    {"no key \"at\" all", "note TEXT, amount BIGINT", "'row ' || n, n * 7919 % 1000003"},
    {"Select", "tenant BIGINT, at BIGINT, note TEXT, amount BIGINT, PRIMARY KEY (tenant, at)",
     "n % 10, n, 'row ' || n, n * 7919 % 1000003"},
    {"trailing\"", "id TEXT PRIMARY KEY, note TEXT, amount BIGINT",
     "substr('00000000' || n, length('00000000' || n) - 7), 'row ' || n, n * 7919 % 1000003"},
}};

} // namespace

/// The whole window over other programs' tables of many rows, on both databases.
class TestManyRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        QTest::newRow("postgresql") << true;
    }
    void init();
    void areReadWithoutAStall();

private:
    QString run(const QByteArray& sql) const {
        return m_url.kind == StoreKind::Postgresql ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
    }

    TempFolder m_folder;
    PostgresServer m_server;
    StoreUrl m_url;
};

void TestManyRows::init() {
    QFETCH_GLOBAL(const bool, onServer);
    m_url = onServer ? m_server.createDatabase()
                     : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("many.db")));
    const QByteArray count = QByteArray::number(wanted());
    for (const Many& each : tables) {
        const QByteArray numbers = onServer
                                       ? "generate_series(CAST(1 AS BIGINT), " + count + ") AS n"
                                       : "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
                                             + count + ") SELECT n FROM s)";
        QCOMPARE(run("CREATE TABLE " + quoted(each.name) + " (" + each.columns + ')'), QString());
        QCOMPARE(run("INSERT INTO " + quoted(each.name) + " SELECT " + each.values + " FROM " + numbers), QString());
    }
    if (onServer)
        QCOMPARE(run("ANALYZE"), QString());
}

void TestManyRows::areReadWithoutAStall() {
    Settings settings(m_folder.path(QStringLiteral("portolan.ini")));
    Theme theme;
    MainWindow window(settings, theme);
    const auto table = [&](const char* name) -> DataTable* {
        const auto all = window.findChildren<DataTable*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* each) { return each->accessibleName() == QLatin1String(name) && each->isVisible(); });
        return found == all.end() ? nullptr : *found;
    };
    const auto cell = [&](int row, const char* column) {
        const QAbstractItemModel* const model = table("Rows") ? table("Rows")->model() : nullptr;
        for (int at = 0; model && at < model->columnCount(); ++at) {
            if (model->headerData(at, Qt::Horizontal).toString() == QLatin1String(column))
                return model->index(row, at).data().toString();
        }
        return QString();
    };
    const auto rowsNow = [&] { return table("Rows") ? table("Rows")->model()->rowCount() : -1; };
    const auto isShown = [&] {
        DataTable* const rows = table("Rows");
        return rows && rows->model()->rowCount() > 0 && rows->paged()->isLoaded(rows->rowAt(1));
    };
    window.resize(1280, 720);
    window.show();
    window.openStore(m_url);
    window.goTo(QStringLiteral("tables"));
    QTRY_VERIFY_WITH_TIMEOUT(table("Tables") && table("Tables")->model()->rowCount() == int(tables.size()), patience);
    std::vector<double> longest;
    for (const Many& each : tables) {
        StallMeter stalls;
        QElapsedTimer clock;
        clock.start();
        QModelIndexList chosen;
        QAbstractItemModel* const names = table("Tables")->model();
        QTRY_VERIFY(
            !(chosen = names->match(names->index(0, 0), Qt::DisplayRole, QString::fromUtf8(each.name))).empty());
        const DataTable* const other = table("Rows"); // each table has rows of its own
        QTest::mouseClick(table("Tables")->viewport(), Qt::LeftButton, {},
                          table("Tables")->visualRect(chosen.front()).center());
        QTRY_VERIFY_WITH_TIMEOUT(table("Rows") != other && isShown(), patience);
        const qint64 first = clock.elapsed();
        QTRY_COMPARE_WITH_TIMEOUT(rowsNow(), int(wanted()), 3 * patience);
        const qint64 counted = clock.elapsed();
        const double opening = stalls.takeLongest();

        // There and back, all places reached.
        constexpr int steps = 20;
        QScrollBar* const bar = table("Rows")->verticalScrollBar();
        qint64 slowest = 0;
        qint64 before = 0;
        for (int step = 0; step <= 2 * steps; ++step) {
            if (step == steps)
                before = residentBytes();
            const int at = std::min(step, 2 * steps - step);
            clock.start();
            bar->setValue(static_cast<int>(qint64{bar->maximum()} * at / steps));
            QTRY_VERIFY_WITH_TIMEOUT(isShown(), patience);
            slowest = std::max(slowest, clock.elapsed());
        }
        const qint64 growth = residentBytes() - before;
        const double scrolling = stalls.takeLongest();

        // One of all by a column without an index.
        const qint64 wantedRow = wanted() - 17;
        auto* const filter = window.findChild<FilterLine*>();
        QVERIFY(filter);
        clock.start();
        filter->apply(QStringLiteral("note:\"row %1\"").arg(wantedRow));
        QTRY_VERIFY_WITH_TIMEOUT(rowsNow() == 1 && isShown(), patience);
        const qint64 filtered = clock.elapsed();
        QTRY_COMPARE(cell(0, "note"), QStringLiteral("row %1").arg(wantedRow));
        QTest::mouseClick(table("Rows")->viewport(), Qt::LeftButton, {},
                          table("Rows")->visualRect(table("Rows")->model()->index(0, 0)).center());
        const auto inspected = [&] {
            const auto labels = window.findChild<Inspector*>()->findChildren<QLabel*>();
            return std::ranges::any_of(labels, [&](QLabel* label) {
                return label->isVisible() && label->text() == QString::number(wantedRow * 7919 % 1'000'003);
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(inspected(), patience);
        filter->empty();
        QTRY_VERIFY_WITH_TIMEOUT(rowsNow() > 1 && isShown(), patience);
        const double filtering = stalls.takeLongest();
        qInfo("%s: first rows %lld ms, counted %lld ms, slowest place %lld ms, filtered %lld ms; GUI thread away for "
              "%.1f, %.1f, %.1f ms; %lld KiB more after the way back",
              each.name.constData(), static_cast<long long>(first), static_cast<long long>(counted),
              static_cast<long long>(slowest), static_cast<long long>(filtered), opening, scrolling, filtering,
              static_cast<long long>(growth / 1024));
        longest.push_back(std::max({opening, scrolling, filtering}));
        QVERIFY(growth < mostGrowth);
    }
    // A stall of the program's own comes with every table, one of a busy machine does not.
    std::ranges::sort(longest);
    QVERIFY2(longest[longest.size() / 2] <= longestStall, qPrintable(QString::number(longest[longest.size() / 2])));
}

QTEST_MAIN(TestManyRows)
#include "tst_manyrows.moc"
