#include "storage/listing/filtermatch.h"
#include "storage/listing/listing.h"
#include "storage/sql/columns/filtersql.h"
#include "storage/sql/connection/sqlitefunctions.h"
#include "tests/support/filtercases.h"

#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlQuery>
#include <QtTest>

using namespace portolan;
using test::FilterRow;

/// Every filter is asked twice: of the matcher over rows in memory, and of SQLite over the same rows in a table.
class TestFilterSql : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void agrees_data();
    void agrees();
    void agreesOnGeneratedFilters();
    void bindsEveryValue();
    void usesIndexes_data();
    void usesIndexes();
    void keepsWholeMilliseconds_data();
    void keepsWholeMilliseconds();
    void writesPostgresql_data();
    void writesPostgresql();

private:
    QSet<qint64> inDatabase(const Filter& filter);
    QSet<qint64> inMemory(const Filter& filter) const;
    QVariantList values(const FilterRow& row) const;

    QSqlDatabase m_database;
    std::vector<FilterRow> m_rows;
};

namespace {

const SqlColumn sqlColumns[] = {
    {"t.id"},
    {"t.port_name"},
    {"t.number"},
    {"t.weight"},
    {"t.created_at", ColumnEncoding::IsoText},
    {"t.processed_at", ColumnEncoding::UnixMilliseconds},
    {"t.is_latest"},
    {"t.message_data"},
    {"t.error_message"},
    {"t.payload", ColumnEncoding::Bytes},
    {"t.key", ColumnEncoding::Integer},
};

QVariant boundBytes(const std::optional<QByteArray>& bytes) {
    return bytes ? QVariant(bytes->isNull() ? QByteArray("") : *bytes) : QVariant();
}

template <class T>
QVariant boundNumber(const std::optional<T>& number) {
    return number ? QVariant::fromValue(*number) : QVariant();
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

QVariantList TestFilterSql::values(const FilterRow& row) const {
    const auto millis = [&](const std::optional<Timestamp>& time) -> QVariant {
        return time ? QVariant(qlonglong(time->time_since_epoch().count() / 1000)) : QVariant();
    };
    return {qlonglong(row.id),
            boundBytes(row.portName),
            boundNumber(row.number),
            boundNumber(row.weight),
            row.createdAt ? QVariant(QString::fromLatin1(toIsoTime(*row.createdAt))) : QVariant(),
            millis(row.processedAt),
            boundNumber(row.isLatest),
            boundBytes(row.messageData),
            boundBytes(row.errorMessage),
            boundBytes(row.payload),
            boundNumber(row.key)};
}

void TestFilterSql::initTestCase() {
    m_rows = test::filterRows();
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("filter"));
    m_database.setDatabaseName(QStringLiteral(":memory:"));
    QVERIFY(m_database.open());
    addSqliteFunctions(*static_cast<sqlite3* const*>(m_database.driver()->handle().constData()));
    QSqlQuery query(m_database);
    for (const char* statement :
         {"CREATE TABLE rows (id INTEGER PRIMARY KEY, port_name TEXT, number INTEGER, weight REAL, created_at TEXT, "
          "processed_at INTEGER, is_latest INTEGER, message_data TEXT, error_message TEXT, payload BLOB, key INTEGER)",
          "CREATE INDEX rows_port ON rows (port_name)", "CREATE INDEX rows_created ON rows (created_at)",
          "CREATE INDEX rows_processed ON rows (processed_at)", "CREATE INDEX rows_key ON rows (key)",
          "BEGIN IMMEDIATE"})
        QVERIFY2(query.exec(QString::fromLatin1(statement)), qPrintable(query.lastError().text()));
    QVERIFY(query.prepare(
        QStringLiteral("INSERT INTO rows VALUES (?,CAST(? AS TEXT),?,?,?,?,?,CAST(? AS TEXT),CAST(? AS TEXT),?,?)")));
    for (const FilterRow& row : m_rows) {
        const QVariantList bindings = values(row);
        for (int i = 0; i < bindings.size(); ++i)
            query.bindValue(i, bindings[i]);
        QVERIFY2(query.exec(), qPrintable(query.lastError().text()));
    }
    QVERIFY(query.exec(QStringLiteral("COMMIT")));
}

void TestFilterSql::cleanupTestCase() {
    m_database = {};
    QSqlDatabase::removeDatabase(QStringLiteral("filter"));
}

QSet<qint64> TestFilterSql::inMemory(const Filter& filter) const {
    const FilterMatcher matcher(filter, test::filterSchema());
    QSet<qint64> ids;
    for (const FilterRow& row : m_rows) {
        if (matcher.matches(test::filterColumns(), row))
            ids << row.id;
    }
    return ids;
}

QSet<qint64> TestFilterSql::inDatabase(const Filter& filter) {
    const SqlCondition sql = compileFilter(filter, test::filterSchema(), sqlColumns, SqlDialect::Sqlite);
    if (sql.condition.count(u'?') != sql.bindings.size())
        qWarning("%s", qPrintable(sql.condition));
    QSqlQuery query(m_database);
    const bool prepared = query.prepare(QStringLiteral("SELECT t.id FROM rows AS t WHERE ") + sql.condition);
    for (int i = 0; prepared && i < sql.bindings.size(); ++i)
        query.bindValue(i, sql.bindings[i]);
    if (!prepared || !query.exec()) {
        qWarning("%s\n%s", qPrintable(query.lastError().text()), qPrintable(sql.condition));
        return {-1};
    }
    QSet<qint64> ids;
    while (query.next())
        ids << query.value(0).toLongLong();
    return ids;
}

void TestFilterSql::agrees_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("ids");
    for (const test::FilterCase& each : test::filterCases())
        QTest::newRow(*each.text ? each.text : "empty") << QString::fromUtf8(each.text) << QString::fromUtf8(each.ids);
}

void TestFilterSql::agrees() {
    QFETCH(QString, text);
    QFETCH(QString, ids);
    const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
    QVERIFY2(filter.ok(), qPrintable(filter ? QString() : filter.error().text));
    QCOMPARE(listed(inMemory(*filter)), ids);
    QCOMPARE(listed(inDatabase(*filter)), ids);
}

void TestFilterSql::agreesOnGeneratedFilters() {
    test::FilterMaker maker(20'251'016);
    int narrowing = 0;
    for (int i = 0; i < 5'000; ++i) {
        const QString text = maker.make();
        const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
        QVERIFY2(filter.ok(), qPrintable(text + u'\n' + (filter ? QString() : filter.error().text)));
        const QSet<qint64> expected = inMemory(*filter);
        const QSet<qint64> found = inDatabase(*filter);
        QVERIFY2(found == expected, qPrintable(text + QStringLiteral("\nmemory: ") + listed(expected)
                                               + QStringLiteral("\nSQLite: ") + listed(found)));
        narrowing += !expected.isEmpty() && expected.size() < qsizetype(m_rows.size()) ? 1 : 0;
    }
    QVERIFY2(narrowing > 1'000, qPrintable(QString::number(narrowing))); // the filters do tell rows apart
}

void TestFilterSql::bindsEveryValue() {
    const QByteArray marker("EVIL'\"; drop table rows; --");
    for (const FilterValue& value :
         {FilterValue{marker, {}}, FilterValue{marker + QByteArray("\0x", 2), {}},
          FilterValue{"\xED\xA0\x80" + marker, {}}, FilterValue{"\xEF\xBB\xBF" + marker, {}}}) {
        for (int column = 0; column < int(std::size(sqlColumns)); ++column) {
            for (const Comparison comparison : {Comparison::Equal, Comparison::Less, Comparison::Contains}) {
                FilterField field{column, test::filterSchema().columns[std::size_t(column)].type, {}};
                if (field.type == ColumnType::Json)
                    field.path = {marker, 0};
                const Filter filter{{}, std::make_shared<FilterNode>(FilterNode{FilterTerm{field, comparison, value}})};
                for (const SqlDialect dialect : {SqlDialect::Sqlite, SqlDialect::Postgresql}) {
                    const SqlCondition sql = compileFilter(filter, test::filterSchema(), sqlColumns, dialect);
                    QVERIFY2(!sql.condition.contains(QStringLiteral("EVIL")), qPrintable(sql.condition));
                    QCOMPARE(sql.condition.count(u'?'), sql.bindings.size());
                }
                QCOMPARE(listed(inDatabase(filter)), listed(inMemory(filter)));
            }
        }
    }
    QCOMPARE(inDatabase({}).size(), qsizetype(m_rows.size()));
}

void TestFilterSql::usesIndexes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("index");
    const auto row = [](const char* text, const char* index) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(index);
    };
    row("id:5", "INTEGER PRIMARY KEY");
    row("id>5 id<9", "INTEGER PRIMARY KEY");
    row("port_name:a", "rows_port (port_name=?)");
    row("port_name:a,b,c not number:5", "rows_port (port_name=?)");
    row("port_name>a", "rows_port (port_name>?)");
    row("created_at:2025-10-16", "rows_created (created_at>? AND created_at<?)");
    row("processed_at>2025-10-16", "rows_processed (processed_at>?)");
    row("age<1h", "rows_created (created_at>?)");
    row("key:120", "rows_key (key=?)");
}

void TestFilterSql::usesIndexes() {
    QFETCH(QString, text);
    QFETCH(QString, index);
    const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
    const SqlCondition sql = compileFilter(*filter, test::filterSchema(), sqlColumns, SqlDialect::Sqlite);
    QSqlQuery query(m_database);
    QVERIFY(query.prepare(QStringLiteral("EXPLAIN QUERY PLAN SELECT t.* FROM rows AS t WHERE ") + sql.condition));
    for (int i = 0; i < sql.bindings.size(); ++i)
        query.bindValue(i, sql.bindings[i]);
    QVERIFY(query.exec());
    QVERIFY(query.next());
    const QString plan = query.value(3).toString();
    QVERIFY2(plan.contains(index), qPrintable(plan));
}

void TestFilterSql::keepsWholeMilliseconds_data() {
    QTest::addColumn<Comparison>("comparison");
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("condition");
    QTest::addColumn<qlonglong>("binding");
    const auto row = [](const char* name, Comparison comparison, qint64 micros, const char* text, qlonglong binding) {
        QTest::newRow(name) << comparison << micros << QString::fromLatin1(text) << binding;
    };
    row("< 5.3", Comparison::Less, 5300, "(t.processed_at < ?)", 6);
    row(">= 5.3", Comparison::GreaterOrEqual, 5300, "(t.processed_at >= ?)", 6);
    row("<= 5.3", Comparison::LessOrEqual, 5300, "(t.processed_at <= ?)", 5);
    row("> 5.3", Comparison::Greater, 5300, "(t.processed_at > ?)", 5);
    row("< 5", Comparison::Less, 5000, "(t.processed_at < ?)", 5);
    row("= 5", Comparison::Equal, 5000, "(t.processed_at = ?)", 5);
    row("= 5.3", Comparison::Equal, 5300, "(1=0)", 0);
    row("<= -5.3", Comparison::LessOrEqual, -5300, "(t.processed_at <= ?)", -6);
}

void TestFilterSql::keepsWholeMilliseconds() {
    QFETCH(Comparison, comparison);
    QFETCH(qint64, microseconds);
    QFETCH(QString, condition);
    QFETCH(qlonglong, binding);
    const FilterValue value{Timestamp(std::chrono::microseconds(microseconds)), {}};
    const FilterField field{5, ColumnType::Time, {}};
    const Filter filter{{}, std::make_shared<FilterNode>(FilterNode{FilterTerm{field, comparison, value}})};
    const SqlCondition sql = compileFilter(filter, test::filterSchema(), sqlColumns, SqlDialect::Sqlite);
    QCOMPARE(sql.condition, condition);
    QCOMPARE(sql.bindings, condition == u"(1=0)" ? QVariantList() : QVariantList{binding});
}

void TestFilterSql::writesPostgresql_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("condition");
    const auto row = [](const char* text, const char* condition) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(condition);
    };
    row("port_name:a", "(t.port_name = ?)");
    row("port_name>a", "(t.port_name COLLATE \"C\" > ?)");
    row("port_name~a", "(lower(t.port_name COLLATE \"C\") LIKE ? ESCAPE '\\')");
    row("not port_name:a", "((t.port_name = ?) IS NOT TRUE)");
    row("key:12", "(t.key = ?)");
    row("key:x", "(1=0)");
    row("data.a:*", "coalesce(jsonb_typeof((t.message_data -> CAST(? AS text))) <> 'null', FALSE)");
    row("data.a:x", "((t.message_data ->> CAST(? AS text)) = ?)");
    row("data[0]:*", "EXISTS (SELECT 1 FROM (SELECT (SELECT CASE WHEN jsonb_typeof(step) = 'array' THEN step -> CAST(? "
                     "AS integer) END FROM (SELECT t.message_data AS step) AS entered) AS json_place) AS found WHERE "
                     "jsonb_typeof(json_place) <> 'null')");
}

void TestFilterSql::writesPostgresql() {
    QFETCH(QString, text);
    QFETCH(QString, condition);
    const auto filter = parseFilter(text, test::filterSchema(), test::filterNow());
    QCOMPARE(compileFilter(*filter, test::filterSchema(), sqlColumns, SqlDialect::Postgresql).condition, condition);
}

QTEST_GUILESS_MAIN(TestFilterSql)
#include "tst_filtersql.moc"
