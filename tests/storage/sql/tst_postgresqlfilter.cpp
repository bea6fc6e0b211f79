#include "storage/listing/filtermatch.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "tests/support/filtercases.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace portolan;
using portolan::test::FilterRow;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;

namespace {

const SqlColumn sqlColumns[] = {
    {"t.id"},
    {"t.port_name"},
    {"t.number"},
    {"t.weight"},
    {"t.created_at"},
    {"t.processed_at", ColumnEncoding::UnixMilliseconds},
    {"t.is_latest"},
    {"t.message_data"},
    {"t.error_message"},
    {"t.payload", ColumnEncoding::Bytes},
    {"t.key", ColumnEncoding::Integer},
};

template <class T>
QVariant bound(const std::optional<T>& value) {
    return value ? QVariant::fromValue(*value) : QVariant();
}

QVariant boundBytes(const std::optional<QByteArray>& bytes) {
    return bytes ? QVariant(bytes->isNull() ? QByteArray("") : *bytes) : QVariant();
}

QString listed(const QSet<qint64>& ids) {
    QList<qint64> sorted(ids.begin(), ids.end());
    std::sort(sorted.begin(), sorted.end());
    QStringList texts;
    for (const qint64 id : sorted)
        texts << QString::number(id);
    return texts.join(u' ');
}

} // namespace

/// Every filter is asked twice: of the matcher over rows in memory, and of PostgreSQL over those of the same rows
/// that it can hold (no NUL, only UTF-8, only JSON).
class TestPostgresqlFilter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void agrees_data();
    void agrees();
    void agreesOnGeneratedFilters();
    void usesIndexes_data();
    void usesIndexes();

private:
    Result<void> insert(const FilterRow& row);
    QSet<qint64> inDatabase(const Filter& filter);
    QSet<qint64> inMemory(const Filter& filter) const;

    PostgresServer m_server;
    StoreUrl m_url;
    std::unique_ptr<Connection> m_connection;
    std::vector<FilterRow> m_rows; ///< that the server took
};

Result<void> TestPostgresqlFilter::insert(const FilterRow& row) {
    const auto millis = [](Timestamp time) { return qlonglong(time.time_since_epoch().count() / 1000); };
    return m_connection->execute(
        QStringLiteral("INSERT INTO rows VALUES (?, convert_from(?, 'UTF8'), ?, ?, ?, ?, ?, "
                       "CAST(convert_from(?, 'UTF8') AS jsonb), convert_from(?, 'UTF8'), ?, ?)"),
        {row.id, boundBytes(row.portName), bound(row.number), bound(row.weight),
         row.createdAt ? QVariant(QString::fromLatin1(toIsoTime(*row.createdAt))) : QVariant(),
         row.processedAt ? QVariant(millis(*row.processedAt)) : QVariant(), bound(row.isLatest),
         boundBytes(row.messageData), boundBytes(row.errorMessage), boundBytes(row.payload), bound(row.key)});
}

void TestPostgresqlFilter::initTestCase() {
    m_url = m_server.createDatabase();
    PostgresScript script(m_url);
    QCOMPARE(
        script.run("CREATE EXTENSION pg_trgm;"
                   "CREATE TABLE rows (id bigint PRIMARY KEY, port_name text, number bigint, weight double precision, "
                   "created_at timestamptz, processed_at bigint, is_latest boolean, message_data jsonb, "
                   "error_message text, payload bytea, key bigint);"
                   "CREATE INDEX rows_port ON rows (port_name); CREATE INDEX rows_created ON rows (created_at);"
                   "CREATE INDEX rows_error ON rows USING gin (lower(error_message COLLATE \"C\") gin_trgm_ops)"),
        QString());
    auto opened = openPostgresql(m_url, Access::Write);
    QVERIFY(opened.ok());
    m_connection = std::move(*opened);
    const std::vector<FilterRow> rows = test::filterRows();
    for (const FilterRow& row : rows) {
        if (insert(row).ok())
            m_rows.push_back(row);
    }
    QVERIFY2(m_rows.size() > rows.size() / 2,
             qPrintable(QStringLiteral("%1 of %2").arg(m_rows.size()).arg(rows.size())));
}

QSet<qint64> TestPostgresqlFilter::inMemory(const Filter& filter) const {
    const FilterMatcher matcher(filter, test::filterSchema());
    QSet<qint64> ids;
    for (const FilterRow& row : m_rows) {
        if (matcher.matches(test::filterColumns(), row))
            ids << row.id;
    }
    return ids;
}

QSet<qint64> TestPostgresqlFilter::inDatabase(const Filter& filter) {
    const SqlCondition sql = compileFilter(filter, test::filterSchema(), sqlColumns, SqlDialect::Postgresql);
    Result<QSqlQuery> query =
        m_connection->run(QStringLiteral("SELECT t.id FROM rows AS t WHERE ") + sql.condition, sql.bindings);
    if (!query) {
        qWarning("%s\n%s", qPrintable(query.error().details), qPrintable(sql.condition));
        return {-1};
    }
    QSet<qint64> ids;
    while (query->next())
        ids << query->value(0).toLongLong();
    return ids;
}

void TestPostgresqlFilter::agrees_data() {
    QTest::addColumn<QString>("text");
    for (const test::FilterCase& each : test::filterCases())
        QTest::newRow(*each.text ? each.text : "empty") << QString::fromUtf8(each.text);
}

void TestPostgresqlFilter::agrees() {
    QFETCH(QString, text);
    const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
    QVERIFY2(filter.ok(), qPrintable(filter ? QString() : filter.error().text));
    QCOMPARE(listed(inDatabase(*filter)), listed(inMemory(*filter)));
}

void TestPostgresqlFilter::agreesOnGeneratedFilters() {
    test::FilterMaker maker(20'251'016);
    int narrowing = 0;
    for (int i = 0; i < 3'000; ++i) {
        const QString text = maker.make();
        const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
        QVERIFY2(filter.ok(), qPrintable(text));
        const QSet<qint64> expected = inMemory(*filter);
        const QSet<qint64> found = inDatabase(*filter);
        QVERIFY2(found == expected, qPrintable(text + QStringLiteral("\nmemory: ") + listed(expected)
                                               + QStringLiteral("\nserver: ") + listed(found)));
        narrowing += !expected.isEmpty() && expected.size() < qsizetype(m_rows.size()) ? 1 : 0;
    }
    QVERIFY2(narrowing > 500, qPrintable(QString::number(narrowing)));
}

void TestPostgresqlFilter::usesIndexes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("index");
    const auto row = [](const char* text, const char* index) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(index);
    };
    row("id:5", "rows_pkey");
    row("id>5 id<9", "rows_pkey");
    row("port_name:a", "rows_port");
    row("created_at:2025-10-16", "rows_created");
    row("age<1h", "rows_created");
    row("error_message~timeout", "rows_error");
}

void TestPostgresqlFilter::usesIndexes() {
    QFETCH(QString, text);
    QFETCH(QString, index);
    const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
    const SqlCondition sql = compileFilter(*filter, test::filterSchema(), sqlColumns, SqlDialect::Postgresql);
    QVERIFY(m_connection->execute(QStringLiteral("SET enable_seqscan = off")).ok());
    Result<QSqlQuery> plan =
        m_connection->run(QStringLiteral("EXPLAIN SELECT t.* FROM rows AS t WHERE ") + sql.condition, sql.bindings);
    QVERIFY2(plan.ok(), plan ? "" : qPrintable(plan.error().details));
    QStringList lines;
    while (plan->next())
        lines << plan->value(0).toString();
    QVERIFY2(lines.join(u'\n').contains(index) && lines.join(u'\n').contains(QLatin1String("Index Cond")),
             qPrintable(lines.join(u'\n')));
}

QTEST_GUILESS_MAIN(TestPostgresqlFilter)
#include "tst_postgresqlfilter.moc"
