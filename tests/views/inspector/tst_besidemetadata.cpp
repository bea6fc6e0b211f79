// What came beside rows whose table has no column for it stands in the Inspector, or why it does not.
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/batches/batchespane.h"
#include "views/charts/eventspane.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"
#include "views/versions/versionspane.h"

#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr char rows[] =
    "INSERT INTO batches VALUES (1, 'b', 1, 0, 0);"
    "INSERT INTO messages (id, batch_id, message_number, content, timestamp) VALUES (1, 1, 1, 'hello', 0);"
    "INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'e-1', '2024-01-01T00:00:00.000Z', 1);"
    "INSERT INTO component_state (component_name, component_type, version, state_data) VALUES "
    "('tap', 'Source', 1, '{}');"
    "INSERT INTO portolan_metadata (record_table, record_key, metadata) VALUES "
    "('messages', '1', '{\"of\":\"message\"}'), ('metrics', 'e-1', '{\"of\":\"event\"}'),"
    "('component_state', (SELECT CAST(id AS text) FROM component_state), '{\"of\":\"state\"}')";

struct Place {
    const char* pane;
    const char* table;
    const char* of;
};
constexpr Place places[] = {
    {"messages", "Messages", "message"},
    {"events", "Sensor events", "event"},
    {"components", "Component versions", "state"},
};

std::unique_ptr<Pane> paneOf(const QByteArray& name) {
    if (name == "messages")
        return std::make_unique<BatchesPane>();
    if (name == "events")
        return std::make_unique<EventsPane>();
    return std::make_unique<VersionsPane>(Versioned::Component);
}

} // namespace

class TestBesideMetadata : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_theme = new Theme(this); }

    void isShownOrSaidWhyNot_data() {
        QTest::addColumn<bool>("isServer");
        QTest::addColumn<bool>("mayRead");
        QTest::addColumn<int>("place");
        for (int place = 0; place < int(std::size(places)); ++place) {
            QTest::addRow("SQLite, %s", places[place].pane) << false << true << place;
            QTest::addRow("PostgreSQL, %s", places[place].pane) << true << true << place;
            QTest::addRow("PostgreSQL, not let in, %s", places[place].pane) << true << false << place;
        }
    }
    void isShownOrSaidWhyNot() {
        QFETCH(const bool, isServer);
        QFETCH(const bool, mayRead);
        QFETCH(const int, place);
        StoreUrl url =
            isServer
                ? server().createDatabase()
                : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("%1.db")).arg(place));
        QVERIFY(openStore(url, Access::Write).ok());
        QCOMPARE(isServer ? PostgresScript(url).run(rows) : SqliteScript(url.path).run(rows), QString());
        if (isServer) {
            QCOMPARE(PostgresScript(url).run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker"), QString());
            if (!mayRead)
                QCOMPARE(PostgresScript(url).run("REVOKE SELECT ON portolan_metadata FROM looker"), QString());
            url.user = QStringLiteral("looker");
        }
        StoreWorker channel([url](const CancelToken& token) { return openStore(url, Access::Read, token); });
        const std::unique_ptr<Pane> pane = paneOf(places[place].pane);
        pane->resize(1000, 800);
        pane->show();
        QSignalSpy inspected(pane.get(), &Pane::inspected);
        pane->setContext({.channel = &channel});
        DataTable* table = nullptr;
        for (DataTable* each : pane->findChildren<DataTable*>()) {
            if (each->accessibleName() == QLatin1String(places[place].table))
                table = each;
        }
        QVERIFY(table);
        QTRY_COMPARE(table->model()->rowCount(), 1);
        const auto last = [&] { return inspected.last().first().value<Inspection>(); };
        const auto named = [](const Inspection& inspection) {
            const auto found =
                std::ranges::find(inspection.documents, QStringLiteral("Metadata"), &InspectedDocument::name);
            return found == inspection.documents.end() ? QByteArray() : found->bytes;
        };
        const auto whyNot = [](const Inspection& inspection) {
            const auto found = std::ranges::find(inspection.facts, QStringLiteral("Metadata"), &Inspection::Fact::name);
            return found == inspection.facts.end() ? QString() : std::get<QString>(found->value);
        };
        table->selectionModel()->setCurrentIndex(table->model()->index(0, 0),
                                                 QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        const QByteArray wanted = QByteArray("{\"of\":\"") + places[place].of + "\"}";
        QTRY_VERIFY(!inspected.isEmpty() && (!named(last()).isEmpty() || !whyNot(last()).isEmpty()));
        QCOMPARE(named(last()).simplified().replace(": ", ":"), mayRead ? wanted : QByteArray());
        QCOMPARE(whyNot(last()).contains(QLatin1String("portolan_metadata")), !mayRead);
        if (const QString folder = qEnvironmentVariable("PORTOLAN_PICTURES"); !folder.isEmpty())
            QVERIFY(pane->grab().save(folder + QStringLiteral("/%1.png").arg(QString::fromLatin1(places[place].pane))));
        const bool narrows = places[place].of != QByteArrayView("state"); // versions have no such column in lists
        for (const char* of : narrows ? std::vector{places[place].of, "other"} : std::vector<const char*>()) {
            const auto filter =
                parseFilter(QStringLiteral("meta.of:") + QLatin1String(of), *pane->filterSchema(), currentTime());
            QVERIFY2(filter.ok(), filter ? "" : qPrintable(filter.error().text));
            pane->setFilter(*filter);
            QTRY_COMPARE(table->model()->rowCount(), mayRead && of == places[place].of ? 1 : 0);
        }
        pane->setContext({});
    }

private:
    PostgresServer& server() {
        if (!m_server) {
            m_server = std::make_unique<PostgresServer>();
            const QString failed =
                PostgresScript(m_server->url(QStringLiteral("postgres"))).run("CREATE ROLE looker LOGIN");
            if (!failed.isEmpty())
                qFatal("%s", qPrintable(failed));
        }
        return *m_server;
    }

    Theme* m_theme = nullptr;
    TempFolder m_folder;
    std::unique_ptr<PostgresServer> m_server;
};

QTEST_MAIN(TestBesideMetadata)
#include "tst_besidemetadata.moc"
