#include "models/search/searchmodel.h"
#include "models/versions/versionmodels.h"
#include "storage/listing/listing.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

class TestSearchModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void listsKindAfterKind();
    void leadsToPanes();
    void headingsLeadToAllThatTheyCount();
    void saysHowItStands();
    void forgetsTheTextBefore();
    void saysWhatWentWrong();

private:
    [[nodiscard]] QStringList rows() const;
    void search(const QString& text);

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<SearchModel> m_model;
};

void TestSearchModel::init() {
    m_model.reset();
    m_folder = std::make_unique<TempFolder>();
    m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")));
    QVERIFY(openStore(m_url, Access::Write).ok());
    QCOMPARE(
        SqliteScript(m_url.path)
            .run("INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'a', 0, 0);"
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO messages "
                 "(id, batch_id, message_number, content, timestamp) SELECT i, 1, i + 100, 'needle ' || i, 0 FROM n;"
                 "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES "
                 "('00000000-0000-4000-8000-000000000001', 'orders', 'a', 'b', '{\"x\":\"a needle\"}');"
                 "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES "
                 "('place \"1\"', 'c', 4, '{\"n\":\"needle\"}');"
                 "INSERT INTO sink_storage (sink_name, data) VALUES ('s', '[\"needle\"]')"),
        QString());
    m_model = std::make_unique<SearchModel>();
    m_model->setOpener([url = m_url](const CancelToken& token) { return openStore(url, Access::Read, token); });
}

QStringList TestSearchModel::rows() const {
    QStringList all;
    for (int row = 0; row < m_model->rowCount(); ++row)
        all << m_model->index(row).data().toString();
    return all;
}

void TestSearchModel::search(const QString& text) {
    m_model->search(text);
    QTRY_VERIFY_WITH_TIMEOUT(!m_model->isSearching(), 30'000);
}

void TestSearchModel::listsKindAfterKind() {
    const QAbstractItemModelTester tester(m_model.get());
    search(QStringLiteral("needle"));
    QStringList wanted{QStringLiteral("Messages: 20 and more")};
    for (int n = 30; n > 10; --n)
        wanted << QStringLiteral("Message %1: needle %2").arg(n + 100).arg(n);
    wanted << QStringLiteral("Port messages: 1") << QStringLiteral("orders: {\"x\": \"a needle\"}")
           << QStringLiteral("Checkpoints: 1") << QStringLiteral("place \"1\", version 4: {\"n\": \"needle\"}")
           << QStringLiteral("Sinks: 1") << QStringLiteral("s: [\"needle\"]");
    QCOMPARE(rows(), wanted);
    const QModelIndex found = m_model->index(22);
    QCOMPARE(found.data(SearchModel::BeforeRole).toString(), QStringLiteral("{\"x\": \"a "));
    QCOMPARE(found.data(SearchModel::HitRole).toString(), QStringLiteral("needle"));
    QCOMPARE(found.data(SearchModel::AfterRole).toString(), QStringLiteral("\"}"));
    QVERIFY(!found.data(SearchModel::TimeRole).toString().isEmpty());
    QVERIFY(m_model->index(0).data(SearchModel::IsHeadingRole).toBool());
    QVERIFY(!found.data(SearchModel::IsHeadingRole).toBool());
}

void TestSearchModel::leadsToPanes() {
    search(QStringLiteral("needle"));
    const auto way = [&](int row) {
        const auto found = m_model->linkFrom(row);
        return found ? found->place + u' ' + found->filter : QString();
    };
    QCOMPARE(way(0), QStringLiteral("batches \"needle\""));
    QCOMPARE(way(1), QStringLiteral("batches id:\"30\""));
    QCOMPARE(way(22), QStringLiteral("ports id:\"00000000-0000-4000-8000-000000000001\""));
    QCOMPARE(way(24), QStringLiteral("checkpoints checkpoint_name:\"place \\\"1\\\"\" version:4"));
    QCOMPARE(way(25), QStringLiteral("components/sinks \"needle\""));
    const QString sink = SqliteScript(m_url.path).value("SELECT id FROM sink_storage");
    QCOMPARE(way(26), QStringLiteral("components/sinks id:\"%1\"").arg(sink));
    QCOMPARE(way(27), QString());
    QCOMPARE(way(-1), QString());
    // Without components there is no pane of theirs.
    QCOMPARE(SqliteScript(m_url.path).run("DROP TABLE component_state"), QString());
    m_model->setOpener([url = m_url](const CancelToken& token) { return openStore(url, Access::Read, token); });
    search(QStringLiteral("needle"));
    QCOMPARE(way(26), QStringLiteral("tables/sink_storage id:\"%1\"").arg(sink));
}

/// A text that stands in a type, in a component's name, in metadata.
void TestSearchModel::headingsLeadToAllThatTheyCount() {
    QCOMPARE(SqliteScript(m_url.path)
                 .run("INSERT INTO component_state (component_name, component_type, version, state_data) VALUES "
                      "('tap', 'Source', 1, '{}'), ('tap', 'Source', 2, '{}'), ('mill', 'Sink', 1, '[\"source\"]'), "
                      "('saw', 'Sink', 1, '{}');"
                      "INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data, "
                      "checkpoint_metadata) VALUES ('a', 'the source', 1, '{}', NULL), ('b', 'c', 1, '{}', "
                      "'{\"from\":\"source\"}'), ('d', 'c', 1, '{}', NULL)"),
             QString());
    search(QStringLiteral("source"));
    const auto store = openStore(m_url, Access::Read);
    QVERIFY(store.ok());
    QStringList headings;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!m_model->index(row).data(SearchModel::IsHeadingRole).toBool())
            continue;
        const auto link = m_model->linkFrom(row);
        QVERIFY(link);
        headings << link->place + u' ' + m_model->index(row).data(SearchModel::CountRole).toString();
        const auto listing =
            versionListing(link->place == QLatin1String("components") ? Versioned::Component : Versioned::Checkpoint);
        ListQuery query;
        query.filter = *parseFilter(link->filter, listing->schema(), currentTime());
        const auto page = listing->page(**store, query, RowExtent::Cells, {});
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().text));
        QCOMPARE(QString::number(page->block.count), m_model->index(row).data(SearchModel::CountRole).toString());
    }
    QCOMPARE(headings, (QStringList{QStringLiteral("checkpoints 2"), QStringLiteral("components 3")}));
}

void TestSearchModel::saysHowItStands() {
    QVERIFY(m_model->note().startsWith(QLatin1String("Looks through")));
    search(QStringLiteral("haystack"));
    QCOMPARE(m_model->note(), QStringLiteral("Nothing has this text."));
    search(QStringLiteral("needle 3"));
    QVERIFY(m_model->note().startsWith(QLatin1Char('2'))); // 3 and 30
    search(QStringLiteral("needle"));
    QVERIFY(m_model->note().startsWith(QLatin1String("The newest")));
    search(QString());
    QCOMPARE(m_model->rowCount(), 0);
    QVERIFY(m_model->note().startsWith(QLatin1String("Looks through")));
}

void TestSearchModel::forgetsTheTextBefore() {
    const QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    m_model->search(QStringLiteral("needle"));
    search(QStringLiteral("haystack"));
    QCOMPARE(inserted.count(), 0);
    m_model->search(QStringLiteral("needle"));
    m_model->cancel();
    QVERIFY(!m_model->isSearching());
    search(QStringLiteral("needle 30"));
    QCOMPARE(rows().size(), 2);
}

void TestSearchModel::saysWhatWentWrong() {
    m_model->setOpener([](const CancelToken&) -> Result<std::unique_ptr<Store>> {
        return Error{ErrorCode::Io, QStringLiteral("The disk is away.")};
    });
    search(QStringLiteral("needle"));
    QCOMPARE(m_model->note(), QStringLiteral("The disk is away."));
    QCOMPARE(m_model->rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestSearchModel)
#include "tst_searchmodel.moc"
