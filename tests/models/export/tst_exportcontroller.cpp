#include "models/charts/seriesmodels.h"
#include "models/deadletters/deadlettermodels.h"
#include "models/deadletters/grouptally.h"
#include "models/export/exportcontroller.h"
#include "models/list/listingmodel.h"
#include "models/list/pagedmodel.h"
#include "models/ports/portmodels.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QSignalSpy>
#include <QtTest>
#include <nlohmann/json.hpp>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int letters = 4'000;

} // namespace

/// Lists of the window, written by another thread with a store of its own.
class TestExportController : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("s.db")));
        const auto made = openStore(m_url, Access::Write);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text));
        QCOMPARE(SqliteScript(m_url.path)
                     .run("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
                          + QByteArray::number(letters)
                          + ") INSERT INTO port_messages (id, port_name, source_component, target_component, "
                            "message_data, status, error_message, created_at) SELECT 'm' || n, 'p' || (n % 3), 'a', "
                            "'b', '{}', 'dead_letter', 'cannot reach host ' || (n % 7), "
                            "strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + n, 'unixepoch') FROM s"),
                 QString());
        m_opener = [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); };
    }
    void init() {
        m_out = std::make_unique<TempFolder>();
        m_url.path = m_folder.path(QStringLiteral("s.db"));
    }

    void writesWhatTheListTakes() {
        const auto rows = exported(orderOf(letterListing(), QStringLiteral("port_name:p1")));
        QCOMPARE(
            std::ssize(rows),
            SqliteScript(m_url.path).value("SELECT count(*) FROM port_messages WHERE port_name = 'p1'").toLongLong());
        for (const auto& row : rows) {
            QCOMPARE(row["port_name"].get<std::string>(), std::string("p1"));
            QCOMPARE(row["message_data"].dump(), std::string("{}")); // which the list itself does not hold
        }
    }

    /// What is counted little by little in the window is whole in a file.
    void countsToTheEnd() {
        const auto ports = exported(orderOf(portListing(), {}));
        qint64 dead = 0;
        for (const auto& port : ports)
            dead += port["dead_letter"].get<qint64>();
        QCOMPARE(dead, letters);
        const auto groups = exported(orderOf(deadLetterGroupListing(std::make_shared<GroupTally>(Filter())), {}));
        qint64 grouped = 0;
        for (const auto& group : groups)
            grouped += group["count"].get<qint64>();
        QCOMPARE(grouped, letters);
        const auto ofOne = exported(orderOf(
            lettersOfGroupListing(QByteArray::fromStdString(groups.front()["fingerprint"].get<std::string>())), {}));
        QCOMPARE(std::ssize(ofOne), groups.front()["count"].get<qint64>());
    }

    void writesChosenRows() {
        StoreWorker channel(m_opener);
        PagedModel model(letterListing());
        model.setQuery({}, {{}, true});
        model.setChannel(&channel);
        QTRY_COMPARE(model.rowCount(), letters);
        QTRY_VERIFY(model.isLoaded(0));
        ExportOrder order = orderOf(model.sharedListing(), {});
        order.query.sort = model.sorting();
        model.askChoice({{2, 4}, {700, 701}, {letters - 1, letters - 1}}, this,
                        [&order](Result<RowChoice> chosen) { order.chosen = chosen.value(); });
        QStringList ids;
        for (const auto& row : exported(order))
            ids << QString::fromStdString(row["id"].get<std::string>());
        const QStringList expected{QStringLiteral("m3998"), QStringLiteral("m3997"), QStringLiteral("m3996"),
                                   QStringLiteral("m3300"), QStringLiteral("m3299"), QStringLiteral("m1")};
        QCOMPARE(ids, expected);
    }

    /// Lists whose rows overtake each other, or are put together otherwise in a file: what was seen is written.
    void writesChosenRowsWhereverTheyStand_data() {
        QTest::addColumn<std::shared_ptr<const ListingAdapter>>("listing");
        QTest::addColumn<Sort>("sort");
        QTest::addColumn<QList<int>>("chosen");
        QTest::addColumn<QByteArray>("column");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("ports by a count") << portListing() << Sort{"dead_letter", true} << QList<int>{1}
                                          << QByteArray("port_name") << QStringList{QStringLiteral("p2")};
        const std::shared_ptr<const ListingAdapter> groups =
            deadLetterGroupListing(std::make_shared<GroupTally>(Filter()));
        QTest::newRow("groups") << groups << Sort() << QList<int>{0, 2} << QByteArray("port_name")
                                << QStringList{QStringLiteral("p3"), QStringLiteral("p1")};
        const std::shared_ptr<const ListingAdapter> series = std::make_shared<SeriesListing>();
        QTest::newRow("series") << series << Sort() << QList<int>{2, 5} << QByteArray("series")
                                << QStringList{QStringLiteral("component/parser/b"), QStringLiteral("sensor/s1")};
        QTest::newRow("a group of series")
            << series << Sort() << QList<int>{0} << QByteArray("series")
            << QStringList{QStringLiteral("component/parser/a"), QStringLiteral("component/parser/b"),
                           QStringLiteral("component/parser/c")};
    }
    void writesChosenRowsWhereverTheyStand() {
        QFETCH(std::shared_ptr<const ListingAdapter>, listing);
        QFETCH(Sort, sort);
        QFETCH(QList<int>, chosen);
        QFETCH(QByteArray, column);
        QFETCH(QStringList, expected);
        m_url.path = m_out->path(QStringLiteral("chosen.db"));
        QVERIFY(openStore(m_url, Access::Write));
        SqliteScript script(m_url.path);
        QCOMPARE(script.run("INSERT INTO component_metrics (component_name, metric_name, metric_value) VALUES "
                            "('parser', 'a', 1), ('parser', 'b', 2), ('parser', 'c', 3); INSERT INTO metrics "
                            "(sensor_id, event_id, timestamp, value) VALUES ('s1', 'e1', '2026-01-01T00:00:00.000Z', "
                            "1), ('s2', 'e2', '2026-01-01T00:00:00.000Z', 2)"),
                 QString());
        QCOMPARE(script.run(lettersOf("p1", "first", 1) + lettersOf("p2", "first", 2) + lettersOf("p3", "first", 3)),
                 QString());
        StoreWorker channel(m_opener);
        PagedModel model(listing);
        model.setQuery({}, sort);
        model.setChannel(&channel);
        QTRY_VERIFY(model.isComplete() && model.isLoaded(chosen.last()));
        QVERIFY(!listing->rowsKeepPlaces());
        QCOMPARE(script.run(lettersOf("p1", "second", 10) + lettersOf("p2", "second", 20)), QString());
        RowRuns runs;
        for (const int row : chosen)
            runs.emplace_back(row, row);
        ExportOrder order = orderOf(listing, {});
        order.query.sort = sort;
        model.askChoice(runs, this, [&order](Result<RowChoice> rows) { order.chosen = rows.value(); });
        QTRY_VERIFY(order.chosen);
        QStringList written;
        for (const auto& row : exported(order))
            written << QString::fromStdString(row[column.toStdString()].get<std::string>());
        written.sort();
        expected.sort();
        QCOMPARE(written, expected);
    }

    void cancelledItLeavesNothing() {
        ExportController desk(m_opener);
        QSignalSpy notices(&desk, &ExportController::notice);
        desk.start(orderOf(letterListing(), {}));
        desk.start(orderOf(letterListing(), {}));
        for (const ExportJob& job : std::vector(desk.jobs()))
            desk.cancel(job.number);
        QTRY_VERIFY(!desk.isBusy());
        QCOMPARE(notices.size(), 2);
        for (const ExportJob& job : desk.jobs()) {
            QVERIFY(job.ended && job.stopping && !job.failed);
            QVERIFY2(job.outcome.contains(QStringLiteral("no file")), qPrintable(job.outcome));
        }
        QCOMPARE(names(), QStringList());
        desk.dismiss(1);
        QCOMPARE(desk.jobs().size(), 1U);
    }

    void whoLeavesInTheMiddleLeavesNothing() {
        for (const bool begun : {false, true}) {
            ExportController desk(m_opener);
            ExportOrder order = orderOf(letterListing(), {});
            order.path = m_out->path(begun ? QStringLiteral("begun.xlsx") : QStringLiteral("asked.xlsx"));
            order.options.format = ExportFormat::Xlsx;
            desk.start(std::move(order));
            QTRY_VERIFY(!begun || !names().isEmpty()); // the file that is put in its place at the end
        }
        for (const QString& name : names())
            QVERIFY2(name.endsWith(QStringLiteral(".xlsx")) && !name.startsWith(u'.'), qPrintable(name)); // whole ones
    }

    void saysWhyThereIsNoFile() {
        ExportController desk(m_opener);
        ExportOrder order = orderOf(letterListing(), {});
        order.path = m_out->path(QStringLiteral("no/a.jsonl"));
        desk.start(std::move(order));
        QTRY_VERIFY(!desk.isBusy());
        QVERIFY(desk.jobs().front().failed);
        QVERIFY(desk.jobs().front().outcome.contains(QStringLiteral("Cannot write")));
    }

private:
    /// So many dead letters of a port, with an error of its own.
    static QByteArray lettersOf(const QByteArray& port, const QByteArray& prefix, int count) {
        return "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < " + QByteArray::number(count)
               + ") INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                 "status, error_message) SELECT '"
               + prefix + port + "' || n, '" + port + "', 'a', 'b', '{}', 'dead_letter', 'no way to " + port
               + "' FROM s;";
    }
    [[nodiscard]] ExportOrder orderOf(std::shared_ptr<const ListingAdapter> listing, const QString& filter) const {
        ExportOrder order;
        order.listing = std::move(listing);
        order.query.filter = *parseFilter(filter, order.listing->schema(), currentTime());
        order.title = QStringLiteral("rows");
        order.path = m_out->path(QStringLiteral("a.jsonl"));
        order.options.format = ExportFormat::Jsonl;
        return order;
    }
    std::vector<nlohmann::json> exported(const ExportOrder& order) const {
        ExportController desk(m_opener);
        desk.start(order);
        if (!QTest::qWaitFor([&] { return !desk.isBusy(); }, 60'000) || desk.jobs().front().failed)
            qWarning("%s", qPrintable(desk.jobs().front().outcome));
        std::vector<nlohmann::json> rows;
        QFile file(order.path);
        if (file.open(QIODevice::ReadOnly)) {
            for (QByteArray line = file.readLine(); !line.isEmpty(); line = file.readLine())
                rows.push_back(nlohmann::json::parse(line.toStdString()));
        }
        return rows;
    }
    [[nodiscard]] QStringList names() const {
        return QDir(m_out->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }

    TempFolder m_folder;
    std::unique_ptr<TempFolder> m_out;
    StoreUrl m_url;
    StoreWorker::Opener m_opener;
};

QTEST_GUILESS_MAIN(TestExportController)
#include "tst_exportcontroller.moc"
