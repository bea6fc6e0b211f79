// Named listings over tables of other programs: whatever the primary key is made of, each row is read once, in the
// order that the database itself gives.
#include "storage/base/clock.h"
#include "storage/export/namedlistings.h"
#include "storage/messages/batches.h"
#include "storage/series/rollups.h"
#include "storage/stores/openstore.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>
#include <algorithm>
#include <map>
#include <memory>
#include <random>

using namespace portolan;
using test::need;
using test::PostgresScript;
using test::PostgresServer;
using test::SqliteScript;
using test::TempFolder;

namespace {

enum class Kind { Text, Integer, Real, Time, Flag, Document };
struct ListedColumn {
    const char* name;
    Kind kind;
    const char* type = nullptr; ///< on a server, where it is another than the kind's
};
struct Listed {
    const char* listing;
    const char* table;
    const char* tag; ///< tells each row; in no key
    std::vector<ListedColumn> columns;
    const char* beside = ""; ///< what the listing needs besides
};

const std::vector<Listed>& listed() {
    static const char* const noMessages =
        "CREATE TABLE messages (id INTEGER PRIMARY KEY, batch_id bigint, message_number bigint, content text);";
    static const std::vector<Listed> all{
        {"metrics",
         "metrics",
         "event_id",
         {{"id", Kind::Integer},
          {"sensor_id", Kind::Text},
          {"event_id", Kind::Text},
          {"timestamp", Kind::Time},
          {"value", Kind::Real},
          {"created_at", Kind::Time}}},
        {"processed-events",
         "processed_events",
         "kafka_offset",
         {{"event_id", Kind::Text},
          {"sensor_id", Kind::Text, "varchar(20)"},
          {"processed_at", Kind::Time},
          {"kafka_partition", Kind::Integer},
          {"kafka_offset", Kind::Integer}}},
        {"component-metrics",
         "component_metrics",
         "metric_unit",
         {{"id", Kind::Text},
          {"component_name", Kind::Text},
          {"metric_name", Kind::Text, "char(3)"},
          {"metric_value", Kind::Real},
          {"metric_unit", Kind::Text},
          {"timestamp", Kind::Time}}},
        {"port-metrics",
         "port_metrics",
         "messages_sent",
         {{"id", Kind::Integer},
          {"port_name", Kind::Text},
          {"messages_sent", Kind::Integer},
          {"messages_received", Kind::Integer, "smallint"},
          {"avg_send_duration_ms", Kind::Real, "real"},
          {"timestamp", Kind::Time}}},
        {"health",
         "system_health",
         "component_name",
         {{"id", Kind::Text},
          {"component_name", Kind::Text},
          {"health_status", Kind::Text},
          {"last_heartbeat", Kind::Time},
          {"created_at", Kind::Time}}},
        {"checkpoints",
         "checkpoints",
         "checkpoint_name",
         {{"id", Kind::Integer},
          {"checkpoint_name", Kind::Text},
          {"component_name", Kind::Text},
          {"version", Kind::Integer},
          {"is_latest", Kind::Flag},
          {"created_at", Kind::Time},
          {"checkpoint_data", Kind::Document}}},
        {"components",
         "component_state",
         "component_name",
         {{"id", Kind::Text},
          {"component_name", Kind::Text},
          {"component_type", Kind::Text},
          {"version", Kind::Integer},
          {"updated_at", Kind::Time},
          {"state_data", Kind::Document}}},
        {"sinks",
         "sink_storage",
         "sink_name",
         {{"id", Kind::Integer},
          {"sink_name", Kind::Text},
          {"data_type", Kind::Text},
          {"created_at", Kind::Time},
          {"data", Kind::Document}}},
        {"batches",
         "batches",
         "filename",
         {{"id", Kind::Integer}, {"filename", Kind::Text}, {"message_count", Kind::Integer}},
         noMessages},
        {"messages",
         "messages",
         "content",
         {{"id", Kind::Integer},
          {"batch_id", Kind::Integer},
          {"message_number", Kind::Integer},
          {"content", Kind::Text}}},
    };
    return all;
}

/// The forms of a table whose rows its id does not tell apart.
enum class Form { Keyed, WithoutRowid, Partitioned, Inherited, Keyless, KeyOfParent };

} // namespace

class TestNamedListings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachRowComesOnce_data() {
        QTest::addColumn<int>("table");
        QTest::addColumn<int>("form");
        QTest::addColumn<bool>("onServer");
        const std::pair<Form, const char*> forms[] = {{Form::Keyed, "keyed"},
                                                      {Form::WithoutRowid, "without rowid"},
                                                      {Form::Partitioned, "partitioned"},
                                                      {Form::Inherited, "inherited"},
                                                      {Form::Keyless, "without a key"},
                                                      {Form::KeyOfParent, "of its parent"}};
        for (int i = 0; i < static_cast<int>(listed().size()); ++i) {
            const char* const name = listed()[static_cast<std::size_t>(i)].listing;
            for (const auto& [form, words] : forms) {
                const bool isNumbered = QByteArrayView(name) == "batches" || QByteArrayView(name) == "messages";
                const bool mayLackKey = form == Form::Keyless || form == Form::KeyOfParent;
                if (form != Form::WithoutRowid && !(isNumbered && mayLackKey))
                    QTest::addRow("server: %s %s", name, words) << i << static_cast<int>(form) << true;
                if (form == Form::Keyed || form == Form::WithoutRowid)
                    QTest::addRow("SQLite: %s %s", name, words) << i << static_cast<int>(form) << false;
            }
        }
    }
    void eachRowComesOnce() {
        QFETCH(const int, table);
        QFETCH(const int, form);
        QFETCH(const bool, onServer);
        m_listed = &listed()[static_cast<std::size_t>(table)];
        m_form = static_cast<Form>(form);
        m_isServer = onServer;
        std::mt19937 random(static_cast<unsigned>(table * 10 + form));
        for (int round = 0; round < 1; ++round) {
            make(random);
            readEach();
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// A number that several rows have names none of them.
    void aNumberOfSeveralRowsIsRefused() {
        m_isServer = true;
        renew();
        run("CREATE TABLE batches (id int, filename text, date_created bigint, PRIMARY KEY (id, date_created)); CREATE "
            "TABLE messages (id int PRIMARY KEY, batch_id int, content text); INSERT INTO batches VALUES (1, 'a', 1), "
            "(1, 'b', 2), (2, 'c', 3)");
        const auto store = need(openStore(m_url, Access::Read));
        QCOMPARE(store->batches().batch(2)->filename(), QByteArray("c"));
        const auto several = store->batches().batch(1);
        QVERIFY(!several);
        QCOMPARE(several.error().code, ErrorCode::Unsupported);
        QVERIFY2(several.error().text.contains(QLatin1String("Several rows")), qPrintable(several.error().text));
    }

    /// Rows on another server have no place here.
    void rowsThatNothingTellsApartAreRefused() {
        m_isServer = true;
        renew();
        run("CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; CREATE TABLE metrics (id "
            "int "
            "PRIMARY KEY, sensor_id text, event_id text, timestamp timestamptz, value float8); CREATE FOREIGN TABLE "
            "far "
            "() INHERITS (metrics) SERVER files OPTIONS (filename '/dev/null')");
        const auto store = need(openStore(m_url, Access::Read));
        const auto opened = openNamedListing(*store, QStringLiteral("metrics"), {}, {});
        const auto page = opened ? (*opened)->page({}, {}) : opened.error();
        QVERIFY(!page);
        QVERIFY2(page.error().text.contains(QLatin1String("cannot be told apart")), qPrintable(page.error().text));
    }

    /// The key goes while a list is open.
    void aKeyThatGoesIsMissed() {
        m_isServer = true;
        renew();
        run("CREATE TABLE processed_events (event_id text PRIMARY KEY, sensor_id text); INSERT INTO processed_events "
            "SELECT 'e' || g, 's' FROM generate_series(1, 20) AS g");
        const auto store = need(openStore(m_url, Access::Read));
        const auto listing = need(openNamedListing(*store, QStringLiteral("processed-events"), {}, {}));
        QCOMPARE(read(*listing, {"event_id", false}, 3, 0).size(), 20);
        run("ALTER TABLE processed_events DROP CONSTRAINT processed_events_pkey; INSERT INTO processed_events SELECT "
            "'e1', 's' FROM generate_series(1, 20)");
        QCOMPARE(read(*listing, {"event_id", false}, 3, 0).size(), 40);
    }

    /// The index of texts has an entry for an id.
    void textsAreFoundWhereIdsRepeat() {
        m_isServer = true;
        m_url = m_server.createStore();
        const auto store = need(openStore(m_url, Access::Write));
        run("ALTER TABLE messages DROP CONSTRAINT messages_pkey, ADD PRIMARY KEY (id, message_number); INSERT INTO "
            "batches (id, filename, message_count, date_created, date_modified) VALUES (1, 'f', 1, 1, 1); INSERT INTO "
            "messages "
            "(id, batch_id, message_number, content, timestamp) SELECT 1 + g / 10, b.id, g, 'needle' || g, 1 FROM "
            "generate_series(0, 99) AS g, batches AS b");
        QVERIFY(store->rollups()->roll(Rollups::untilDone, {}).ok());
        const auto listing = need(openNamedListing(*store, QStringLiteral("messages"), {}, {}));
        for (int i = 0; i < 100; i += 7) {
            ListQuery query;
            query.filter =
                need(parseFilter(QStringLiteral("content:needle%1").arg(i), listing->schema(), currentTime()));
            const auto page = listing->page(query, {});
            QVERIFY2(page, page ? "" : qPrintable(page.error().text + page.error().details));
            QCOMPARE((*page)->size(), std::size_t(1));
        }
    }

private:
    void renew() {
        m_folder = std::make_unique<TempFolder>();
        m_url = m_isServer ? m_server.createDatabase()
                           : *StoreUrl::parse(QStringLiteral("sqlite:") + m_folder->path(QStringLiteral("a.db")));
    }
    void run(const QByteArray& sql) const {
        const QString failed = m_isServer ? PostgresScript(m_url).run(sql) : SqliteScript(m_url.path).run(sql);
        if (!failed.isEmpty())
            qFatal("%s\n%s", qPrintable(failed), sql.left(2000).constData());
    }
    QStringList rows(const QByteArray& sql) const {
        return m_isServer ? PostgresScript(m_url).rows(sql) : SqliteScript(m_url.path).rows(sql);
    }

    QByteArray typeOf(const ListedColumn& column) const {
        if (m_isServer && column.type)
            return column.type;
        switch (column.kind) {
        case Kind::Text:
            return "text";
        case Kind::Integer:
            return m_isServer ? "bigint" : "INTEGER";
        case Kind::Real:
            return m_isServer ? "double precision" : "REAL";
        case Kind::Time:
            return m_isServer ? "timestamptz" : "TEXT";
        case Kind::Flag:
            return "boolean";
        case Kind::Document:
            return m_isServer ? "jsonb" : "TEXT";
        }
        Q_UNREACHABLE();
    }
    QByteArray valueOf(const ListedColumn& column, std::mt19937& random, int row, bool mayBeNull) const {
        const auto below = [&](int most) { return QByteArray::number(static_cast<int>(random() % unsigned(most))); };
        if (QByteArrayView(column.name) == m_listed->tag)
            return column.kind == Kind::Integer ? QByteArray::number(row) : "'t" + QByteArray::number(row) + "'";
        if (mayBeNull && random() % 5 == 0)
            return "NULL";
        switch (column.kind) {
        case Kind::Text: {
            static const char* const texts[] = {"'a'", "'B'", "'b'", "'\xC3\xA4'", "''", "'10'", "'9'"};
            return texts[random() % std::size(texts)];
        }
        case Kind::Integer:
            return below(12);
        case Kind::Real:
            return below(6) + ".5";
        case Kind::Time:
            return "'2026-01-0" + QByteArray::number(1 + static_cast<int>(random() % 5)) + "T00:00:00.000Z'";
        case Kind::Flag:
            return m_isServer ? (random() % 2 ? "true" : "false") : (random() % 2 ? "1" : "0");
        case Kind::Document:
            return "'{\"a\":" + below(3) + "}'";
        }
        Q_UNREACHABLE();
    }

    /// A table with a random key, which id is only a part of, and rows that are often alike.
    void make(std::mt19937& random) {
        renew();
        std::vector<const ListedColumn*> others;
        for (const ListedColumn& column : m_listed->columns) {
            if (QByteArrayView(column.name) != m_listed->tag && &column != m_listed->columns.data()
                && column.kind != Kind::Document)
                others.push_back(&column);
        }
        std::ranges::shuffle(others, random);
        m_key = {&m_listed->columns.front()};
        const std::size_t count = std::min<std::size_t>(1 + random() % 3, others.size());
        m_key.insert(m_key.end(), others.begin(), others.begin() + static_cast<std::ptrdiff_t>(count));
        std::ranges::shuffle(m_key, random);
        const bool isKeyed = m_form == Form::Keyed || m_form == Form::WithoutRowid || m_form == Form::Partitioned;
        QByteArrayList columns;
        for (const ListedColumn& column : m_listed->columns)
            columns << QByteArray(column.name) + ' ' + typeOf(column)
                           + (isKeyed && std::ranges::count(m_key, &column) ? " NOT NULL" : "");
        const QByteArray table(m_listed->table);
        QByteArray sql = m_listed->beside;
        const QByteArray id(m_listed->columns.front().name);
        const QByteArray open = "CREATE TABLE " + table + " (" + columns.join(", ");
        switch (m_form) {
        case Form::Keyed:
            sql += open + ", PRIMARY KEY (" + keyNames() + "))";
            break;
        case Form::WithoutRowid:
            sql += open + ", PRIMARY KEY (" + keyNames() + ")) WITHOUT ROWID";
            break;
        case Form::Partitioned:
            sql += open + ", PRIMARY KEY (" + keyNames() + ")) PARTITION BY HASH (" + m_key.front()->name + ")";
            for (const char* part : {"0", "1", "2"})
                sql += "; CREATE TABLE part" + QByteArray(part) + " PARTITION OF " + table
                       + " FOR VALUES WITH (MODULUS 3, REMAINDER " + part + ")";
            break;
        case Form::Inherited: // each has a key of its own
            sql += open + ", PRIMARY KEY (" + id + ")); CREATE TABLE heir (PRIMARY KEY (" + id + ")) INHERITS (" + table
                   + "); CREATE TABLE heir2 () INHERITS (heir)";
            break;
        case Form::Keyless:
            sql += open + ")";
            break;
        case Form::KeyOfParent: // which is not valid, because no part has it
            sql += open + ") PARTITION BY HASH (" + id + "); CREATE TABLE part0 PARTITION OF " + table
                   + " FOR VALUES WITH (MODULUS 1, REMAINDER 0); ALTER TABLE " + table + " ALTER " + id
                   + " SET NOT NULL; ALTER TABLE ONLY " + table + " ADD PRIMARY KEY (" + id + ")";
            break;
        }
        for (int row = 0; row < 45; ++row) {
            QByteArrayList values;
            for (const ListedColumn& column : m_listed->columns)
                values << valueOf(column, random, row,
                                  !(isKeyed && std::ranges::count(m_key, &column))
                                      && &column != m_listed->columns.data());
            const char* const into = m_form != Form::Inherited || row % 3 == 0 ? m_listed->table
                                     : row % 3 == 1                            ? "heir"
                                                                               : "heir2";
            sql += "; INSERT INTO " + QByteArray(into) + " VALUES (" + values.join(", ") + ") ON CONFLICT DO NOTHING";
        }
        run(sql);
    }
    QByteArray keyNames() const {
        QByteArrayList names;
        for (const ListedColumn* const column : m_key)
            names << column->name;
        return names.join(", ");
    }

    /// What the database orders by a column as the listing does: texts by their bytes, the parts of a key in their
    /// types.
    QByteArray ordered(const ListedColumn& column, bool descending, bool isKey) const {
        const bool isFixed = QByteArray(column.type).startsWith("char");
        const bool isByBytes = m_isServer && column.kind == Kind::Text && !(isFixed && isKey);
        return (isByBytes ? "CAST(" + QByteArray(column.name) + " AS text) COLLATE \"C\"" : QByteArray(column.name))
               + (descending ? " DESC NULLS LAST" : " ASC NULLS FIRST");
    }

    void readEach() {
        const auto store = need(openStore(m_url, Access::Read));
        const auto opened = openNamedListing(*store, QString::fromLatin1(m_listed->listing), {}, {});
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().text));
        const QByteArray from = " FROM " + QByteArray(m_listed->table);
        const QStringList all = rows(QByteArray("SELECT ") + m_listed->tag + from + " ORDER BY 1");
        QVERIFY(all.size() > 10);
        const int tagAt =
            static_cast<int>((*opened)->schema().find(m_listed->tag) - (*opened)->schema().columns.data());
        const bool isKeyed = m_form == Form::Keyed || m_form == Form::WithoutRowid || m_form == Form::Partitioned;
        for (const ListedColumn& sort : m_listed->columns) {
            if (sort.kind == Kind::Document)
                continue;
            std::map<QString, QString> sorted;
            for (const QString& row : rows(QByteArray("SELECT ") + m_listed->tag + ", " + sort.name + from))
                sorted[row.section(u'|', 0, 0)] = row.section(u'|', 1);
            for (const bool descending : {false, true}) {
                QByteArrayList order{ordered(sort, descending, false)};
                if (!m_isServer && m_form == Form::Keyed) {
                    order << (descending ? "rowid DESC" : "rowid");
                } else {
                    for (const ListedColumn* const key : m_key) {
                        if (key != &sort)
                            order << ordered(*key, descending, true);
                    }
                }
                const QStringList inOrder =
                    rows(QByteArray("SELECT ") + m_listed->tag + from + " ORDER BY " + order.join(", "));
                for (const int limit : {2, 1000}) {
                    QStringList tags = read(**opened, {sort.name, descending}, limit, tagAt);
                    const QByteArray where = QByteArray(sort.name) + (descending ? " descending" : "") + " by "
                                             + QByteArray::number(limit) + ", key " + keyNames();
                    QStringList values;
                    QStringList wanted;
                    for (const QString& tag : tags)
                        values << sorted[tag];
                    for (const QString& tag : inOrder)
                        wanted << sorted[tag];
                    QVERIFY2(values == wanted, where.constData());
                    if (isKeyed)
                        QVERIFY2(tags == inOrder,
                                 (where + ": " + tags.join(u' ').toUtf8() + "\nnot " + inOrder.join(u' ').toUtf8())
                                     .constData());
                    std::ranges::sort(tags);
                    QStringList once = all;
                    std::ranges::sort(once);
                    QVERIFY2(tags == once, where.constData());
                }
            }
        }
    }

    static QStringList read(StoreListing& listing, const Sort& sort, int limit, int column) {
        ListQuery query;
        query.sort = sort;
        query.limit = limit;
        QStringList texts;
        std::vector<Value> values;
        for (bool last = false; !last;) {
            const auto page = listing.page(query, {});
            if (!page) {
                texts << page.error().text + page.error().details;
                return texts;
            }
            for (std::size_t row = 0; row < (*page)->size(); ++row) {
                (*page)->values(row, values);
                const Value& value = values[static_cast<std::size_t>(column)];
                const auto* const number = std::get_if<qint64>(&value);
                const auto* const text = std::get_if<QByteArray>(&value);
                texts << (number ? QString::number(*number) : text ? QString::fromUtf8(*text) : QString());
            }
            // As the command line hands it on.
            query.after = Cursor::fromText((*page)->next.toText()).value();
            last = (*page)->last;
        }
        return texts;
    }

    PostgresServer m_server;
    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    const Listed* m_listed = nullptr;
    Form m_form = Form::Keyed;
    bool m_isServer = false;
    std::vector<const ListedColumn*> m_key; ///< in its order
};

QTEST_GUILESS_MAIN(TestNamedListings)
#include "tst_namedlistings.moc"
