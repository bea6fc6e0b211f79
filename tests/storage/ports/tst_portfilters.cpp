#include "storage/listing/filter.h"
#include "storage/listing/filtermatch.h"
#include "storage/stores/openstore.h"
#include "tests/support/portrows.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>

using namespace portolan;
using portolan::test::PortFilterMaker;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

std::unique_ptr<Store> opened(const StoreUrl& url) {
    auto store = openStore(url, Access::Write);
    if (!store)
        qFatal("%s %s", qPrintable(store.error().text), qPrintable(store.error().details));
    return std::move(*store);
}

QByteArrayList sorted(QByteArrayList ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

// A thousand filters each.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr quint64 seeds = 2;
#else
constexpr quint64 seeds = 3;
#endif

} // namespace

/// SQLite, PostgreSQL and the matcher in memory give the same rows for random filters over random port messages, which
/// are stored as another program writes them.
class TestPortFilters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void agree_data();
    void agree();

private:
    QByteArrayList inMemory(const Filter& filter) const;
    static QByteArrayList inStore(Store& store, const Filter& filter);

    TempFolder m_folder;
    PostgresServer m_server;
    std::vector<PortMessage> m_rows;
    std::unique_ptr<Store> m_sqlite;
    std::unique_ptr<Store> m_postgresql;
};

void TestPortFilters::initTestCase() {
    m_rows = test::randomPortMessages(20'251'016, 100);
    const QByteArray inserts = test::insertOf(m_rows);
    const StoreUrl file = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("a.db")));
    m_sqlite = opened(file);
    QCOMPARE(SqliteScript(file.path).run(inserts), QString());
    const StoreUrl server = m_server.createDatabase();
    m_postgresql = opened(server);
    QCOMPARE(PostgresScript(server).run(inserts), QString());
}

QByteArrayList TestPortFilters::inMemory(const Filter& filter) const {
    const FilterMatcher matcher(filter, portMessageSchema());
    QByteArrayList ids;
    for (const PortMessage& row : m_rows) {
        if (matcher.matches(portMessageColumns(), row))
            ids << row.id;
    }
    return sorted(ids);
}

QByteArrayList TestPortFilters::inStore(Store& store, const Filter& filter) {
    ListQuery query;
    query.filter = filter;
    const auto page = store.ports()->messages().page(query, {});
    if (!page)
        return {"error: " + page.error().details.toUtf8()};
    QByteArrayList ids;
    for (const PortMessage& row : page->rows)
        ids << row.id;
    return sorted(ids);
}

void TestPortFilters::agree_data() {
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= seeds; ++seed)
        QTest::addRow("%d", int(seed)) << seed;
}

void TestPortFilters::agree() {
    QFETCH(const quint64, seed);
    PortFilterMaker maker(seed);
    int narrowing = 0;
    for (int i = 0; i < 1000; ++i) {
        const QString text = maker.make();
        const auto filter = parseFilter(text, portMessageSchema(), test::portNow());
        QVERIFY2(filter.ok(), qPrintable(text + u'\n' + (filter ? QString() : filter.error().text)));
        const QByteArrayList expected = inMemory(*filter);
        for (Store* store : {m_sqlite.get(), m_postgresql.get()}) {
            const QByteArrayList found = inStore(*store, *filter);
            if (found == expected)
                continue;
            for (const PortMessage& row : m_rows) {
                if (found.contains(row.id) != expected.contains(row.id))
                    qWarning("differs: %s | %s | %s", row.messageData.constData(),
                             row.messageMetadata.value_or("NULL").constData(),
                             row.errorDetails.value_or("NULL").constData());
            }
            QFAIL(qPrintable(text + QStringLiteral("\nmemory: ") + QString::fromUtf8(expected.join(' ').left(2000))
                             + QStringLiteral("\nfound: ") + QString::fromUtf8(found.join(' ').left(2000))));
        }
        narrowing += !expected.isEmpty() && expected.size() < qsizetype(m_rows.size()) ? 1 : 0;
    }
    QVERIFY2(narrowing > 400, qPrintable(QString::number(narrowing)));
}

QTEST_GUILESS_MAIN(TestPortFilters)
#include "tst_portfilters.moc"
