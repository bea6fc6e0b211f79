#include "storage/channel.h"
#include "storage/store.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/datatable.h"
#include "views/theme.h"
#include "views/versionspane.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

/// Two checkpoints, of three versions and one, and a component with two.
constexpr char versions[] =
    "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, created_at) VALUES "
    "('orders', 'reader', 1, '{\"offset\":10,\"open\":[1,2]}', '2026-03-01T00:00:00.000Z'),"
    "('orders', 'reader', 2, '{\"offset\":20,\"open\":[1,2]}', '2026-03-01T00:01:00.000Z'),"
    "('orders', 'reader', 3, '{\"offset\":30,\"open\":[1],\"more\":\"x\"}', '2026-03-01T00:02:00.000Z'),"
    "('it''s 100 %', 'writer', 7, '[]', '2026-03-01T00:03:00.000Z');"
    "INSERT INTO component_state (component_name, component_type, version, state_data) VALUES "
    "('tap', 'Source', 1, '{\"a\":1}'), ('tap', 'Source', 2, '{\"a\":2}');";

struct Bench {
    explicit Bench(Versioned kind, const QByteArray& sql = versions)
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); })
        , pane(kind)
        , inspected(&pane, &Pane::inspected) {
        if (const auto made = openStore(url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        run(sql);
        pane.setPalette(paletteOf(lightTokens()));
        pane.resize(900, 600);
        pane.show();
        pane.setChannel(&channel);
    }
    ~Bench() { pane.setChannel(nullptr); }

    void run(const QByteArray& sql) const {
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    template <class Widget>
    [[nodiscard]] Widget* named(const QString& name) const {
        const auto all = pane.findChildren<Widget*>();
        const auto found = std::ranges::find_if(all, [&](auto* each) { return each->accessibleName() == name; });
        return found == all.end() ? nullptr : *found;
    }
    [[nodiscard]] QStringList column(const QString& table, int at) const {
        const QAbstractItemModel& model = *named<DataTable>(table)->model();
        QStringList cells;
        for (int row = 0; row < model.rowCount(); ++row)
            cells << model.index(row, at).data().toString();
        return cells;
    }
    void choose(const QString& table, int row, Qt::KeyboardModifiers modifiers = {}) const {
        auto* const list = named<DataTable>(table);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, modifiers,
                          list->visualRect(list->model()->index(row, 0)).center());
    }
    [[nodiscard]] Inspection last() const {
        return inspected.empty() ? Inspection() : inspected.back().front().value<Inspection>();
    }
    [[nodiscard]] QString since() const {
        const Inspection inspection = last();
        const auto fact = std::ranges::find(inspection.facts, QStringLiteral("Changes since"), &Inspection::Fact::name);
        return fact == inspection.facts.end() ? QString() : std::get<QString>(fact->value);
    }
    /// "/offset 20 30": place, before, after, a line each.
    [[nodiscard]] QStringList changes() const {
        QStringList lines;
        for (const Inspection::Table& table : last().tables) {
            for (const auto& row : table.rows) {
                QStringList cells;
                for (const auto& cell : row)
                    cells << std::get<QString>(cell);
                lines << cells.join(u' ');
            }
        }
        return lines;
    }

    TempFolder folder;
    StoreUrl url;
    Channel channel;
    VersionsPane pane;
    QSignalSpy inspected;
};

const QString names = QStringLiteral("Checkpoints");
const QString rows = QStringLiteral("Checkpoint versions");

} // namespace

class TestVersionsPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsNamesAndVersions() {
        const Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(names, 0), (QStringList{QStringLiteral("it's 100 %"), QStringLiteral("orders")}));
        QCOMPARE(bench.column(names, 2), (QStringList{QStringLiteral("7"), QStringLiteral("3")}));
        QCOMPARE(bench.column(names, 3), (QStringList{QStringLiteral("1"), QStringLiteral("3")}));
        QCOMPARE(bench.column(names, 4), (QStringList{QStringLiteral("2"), QStringLiteral("35")}));
        QTRY_COMPARE(bench.column(rows, 0).size(), 4);
        bench.choose(names, 1);
        QTRY_COMPARE(bench.column(rows, 0),
                     (QStringList{QStringLiteral("3"), QStringLiteral("2"), QStringLiteral("1")}));
        QCOMPARE(bench.column(rows, 1), (QStringList{QStringLiteral("● latest"), QString(), QString()}));
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3")); // the one that counts
        bench.named<QPushButton>(QStringLiteral("Show the versions of all checkpoints"))->click();
        QTRY_COMPARE(bench.column(rows, 0).size(), 4);
    }

    void aVersionShowsWhatChanged() {
        const Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(names, 0).size(), 2);
        bench.choose(names, 1);
        QTRY_COMPARE(bench.column(rows, 0).size(), 3);
        bench.choose(rows, 0);
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        QCOMPARE(bench.last().documents.front().bytes, QByteArray("{\"offset\":30,\"open\":[1],\"more\":\"x\"}"));
        QCOMPARE(bench.since(), QStringLiteral("version 2"));
        QCOMPARE(bench.changes(), (QStringList{QStringLiteral("/offset 20 30"), QStringLiteral("/open/1 2 "),
                                               QStringLiteral("/more  \"x\"")}));
        bench.choose(rows, 2); // the first has none before it
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 1"));
        QVERIFY(bench.last().tables.empty());
    }

    void twoAreCompared() {
        const Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(names, 0).size(), 2);
        bench.choose(names, 1);
        QTRY_COMPARE(bench.column(rows, 0).size(), 3);
        auto* const compare = bench.named<QPushButton>(QStringLiteral("Compare"));
        QVERIFY(!compare->isEnabled());
        bench.choose(rows, 0);
        bench.choose(rows, 2, Qt::ControlModifier);
        QTRY_COMPARE(bench.since(), QStringLiteral("version 1"));
        QCOMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        QCOMPARE(bench.changes().front(), QStringLiteral("/offset 10 30"));
        bench.choose(rows, 1);
        QTRY_COMPARE(bench.changes(), QStringList(QStringLiteral("/offset 10 20")));
        QVERIFY(compare->isEnabled());
        compare->click(); // with the one that counts
        QTRY_COMPARE(bench.last().title, QStringLiteral("orders, version 3"));
        QCOMPARE(bench.since(), QStringLiteral("version 2"));
    }

    void filtersLookIntoTheContent() {
        Bench bench(Versioned::Checkpoint);
        QTRY_COMPARE(bench.column(rows, 0).size(), 4);
        bench.pane.setFilter(*parseFilter(QStringLiteral("data.offset>15"), *bench.pane.filterSchema(), currentTime()));
        QTRY_COMPARE(bench.column(rows, 0), (QStringList{QStringLiteral("3"), QStringLiteral("2")}));
        bench.run("INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES "
                  "('orders', 'reader', 4, '{\"offset\":40}')");
        bench.pane.refreshAll();
        QTRY_COMPARE(bench.column(rows, 0).value(0), QStringLiteral("4"));
        QCOMPARE(bench.column(rows, 1).value(0), QStringLiteral("● latest"));
    }

    void componentsHaveStates() {
        const Bench bench(Versioned::Component);
        QTRY_COMPARE(bench.column(QStringLiteral("Components"), 0), QStringList(QStringLiteral("tap")));
        QCOMPARE(bench.column(QStringLiteral("Components"), 1), QStringList(QStringLiteral("Source")));
        QTRY_COMPARE(bench.column(QStringLiteral("Component versions"), 0).size(), 2);
        bench.choose(QStringLiteral("Component versions"), 0);
        QTRY_COMPARE(bench.changes().size(), 1);
    }

    void anEmptyStoreSaysSo() {
        const Bench bench(Versioned::Checkpoint, "SELECT 1");
        QTRY_VERIFY(bench.pane.isSettled());
        const auto labels = bench.pane.findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](auto* label) {
            return label->isVisible() && label->text() == QStringLiteral("No checkpoints yet.");
        }));
    }
};

QTEST_MAIN(TestVersionsPane)
#include "tst_versionspane.moc"
