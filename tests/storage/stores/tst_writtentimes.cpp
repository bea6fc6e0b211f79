// Times in texts, in every form in which other programs write them: into our own tables, and in theirs.
#include "storage/base/timeforms.h"
#include "storage/listing/listing.h"
#include "storage/migrations/sql/migrator.h"
#include "storage/ports/ports.h"
#include "storage/stores/openstore.h"
#include "storage/stores/sqlitestore.h"
#include "storage/tables/tables.h"
#include "tests/support/eitherdatabase.h"
#include "tests/support/portrows.h"

#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <map>
#include <random>

using namespace portolan;
using namespace std::chrono;
using test::EitherDatabase;
using test::need;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int beforeTheTriggers = 17;
const Timestamp someTime = *parseIsoTime("2026-03-29T01:59:58.250Z");

QByteArray zoned(Timestamp time, minutes east, const char* separator) {
    const auto hour = QByteArray::number(std::abs(east.count()) / 60).rightJustified(2, '0');
    const auto minute = QByteArray::number(std::abs(east.count()) % 60).rightJustified(2, '0');
    return toIsoTime(time + east).chopped(1) + (east < 0min ? "-" : "+") + hour + separator + minute;
}

/// One way of writing a time, of which the program keeps the milliseconds, the seconds or the minutes.
struct Form {
    const char* name;
    QByteArray (*write)(Timestamp);
    microseconds exact = 1ms;
    bool isNumber = false;
    bool takesServer = true; ///< as a time of its own
};

const std::vector<Form>& forms() {
    static const std::vector<Form> all{
        {"ours", [](Timestamp t) { return toIsoTime(t); }},
        {"with a blank", [](Timestamp t) { return toIsoTime(t).replace('T', ' ').chopped(1); }},
        {"CURRENT_TIMESTAMP", [](Timestamp t) { return toIsoTime(t).replace('T', ' ').first(19); }, 1s},
        {"to the minute", [](Timestamp t) { return toIsoTime(t).first(16); }, 1min},
        {"without a zone", [](Timestamp t) { return toIsoTime(t).chopped(1); }},
        {"microseconds", [](Timestamp t) { return toIsoTime(t).chopped(1) + "000+00:00"; }},
        {"far east", [](Timestamp t) { return zoned(t, 10h, ":"); }},
        {"west by a half", [](Timestamp t) { return zoned(t, -(3h + 30min), ":"); }},
        {"a zone without a colon", [](Timestamp t) { return zoned(t, 5h + 30min, ""); }},
        {"a zone of hours", [](Timestamp t) { return toIsoTime(t - 8h).chopped(1) + "-08"; }},
        {"a blank and a zone", [](Timestamp t) { return zoned(t, 2h, ":").replace('T', ' '); }},
        {"a comma", [](Timestamp t) { return toIsoTime(t).replace('.', ','); }, 1ms, false, false},
        {"lower case", [](Timestamp t) { return toIsoTime(t).toLower(); }},
        {"seconds since 1970", [](Timestamp t) { return QByteArray::number(t.time_since_epoch() / 1s); }, 1s, true},
        {"milliseconds since 1970", [](Timestamp t) { return QByteArray::number(t.time_since_epoch() / 1ms); }, 1ms,
         true},
    };
    return all;
}

Timestamp kept(Timestamp time, const Form& form) {
    return Timestamp(time.time_since_epoch() / form.exact * form.exact);
}

/// What a row of one of our tables needs besides its times.
const std::map<QByteArray, std::pair<const char*, const char*>>& needs() {
    static const std::map<QByteArray, std::pair<const char*, const char*>> all{
        {"component_state", {"component_name, component_type, state_data", "hex(randomblob(8)), 'Sink', '{}'"}},
        {"component_metrics", {"component_name, metric_name, metric_value", "'c', 'm', 1.5"}},
        {"port_metrics", {"port_name", "'p'"}},
        {"system_health", {"component_name, health_status", "'c', 'healthy'"}},
        {"checkpoints",
         {"checkpoint_name, component_name, checkpoint_data, version", "hex(randomblob(8)), 'c', '{}', 1"}},
        {"port_messages", {"port_name, source_component, target_component, message_data", "'p', 'a', 'b', '{}'"}},
        {"sink_storage", {"sink_name, data", "'s', '{}'"}},
        {"processed_events", {"event_id, sensor_id", "hex(randomblob(8)), 's'"}},
        {"metrics", {"event_id, sensor_id, value", "hex(randomblob(8)), 's', 1.5"}},
        {"connector_profiles", {"id, profile_data", "hex(randomblob(8)), '{}'"}},
        {"client_configs", {"id, config_data", "hex(randomblob(8)), '{}'"}},
        {"service_proposals", {"id, proposal_data", "hex(randomblob(8)), '{}'"}},
        {"market_data", {"symbol", "'X'"}},
        {"news_articles", {"title", "'t'"}},
        {"telemetry_events", {"service, event_type", "'s', 'e'"}},
    };
    return all;
}

/// The columns of times of each of our tables that other programs write.
std::map<QByteArray, QByteArrayList> timeColumns(SqliteScript& database) {
    std::map<QByteArray, QByteArrayList> all;
    const QStringList found = database.rows(
        "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c "
        "WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'portolan\\_%' ESCAPE '\\' AND t.name NOT "
        "LIKE 'sqlite%' AND t.name <> 'schema_version' AND c.type = 'TEXT' AND (c.dflt_value LIKE '%strftime%' OR "
        "c.name LIKE '%\\_at' ESCAPE '\\' OR c.name IN ('time', 'timestamp')) ORDER BY 1, c.cid");
    for (const QString& line : found)
        all[line.section(u'|', 0, 0).toLatin1()] << line.section(u'|', 1).toLatin1();
    return all;
}

QByteArray quoted(const QByteArray& text) {
    return '\'' + text + '\'';
}

QByteArray insertion(const QByteArray& table, const QByteArrayList& times, const QByteArray& value) {
    const auto& [names, values] = needs().at(table);
    return "INSERT INTO " + table + " (" + names + ", " + times.join(", ") + ") VALUES (" + values
           + QByteArray(", " + value).repeated(times.size()) + ");";
}

/// The ids of the rows that a filter takes, sorted.
QByteArrayList idsIn(TableRows& table, const QByteArray& filter) {
    ListQuery query;
    const auto parsed = parseFilter(QString::fromUtf8(filter), table.schema(), someTime);
    if (!parsed)
        return {parsed.error().text.toUtf8()};
    query.filter = *parsed;
    query.limit = 1'000;
    const auto page = table.rows().page(query, {});
    if (!page)
        return {page.error().text.toUtf8() + page.error().details.toUtf8()};
    QByteArrayList ids;
    for (const TableRow& row : page->rows)
        ids << QByteArray::number(std::get<qint64>(row.cells.front()));
    std::ranges::sort(ids);
    return ids;
}

QByteArrayList messagesIn(Store& store, const QByteArray& filter) {
    ListQuery query;
    query.filter = need(parseFilter(QString::fromUtf8(filter), portMessageSchema(), test::portNow()));
    query.limit = 1'000;
    const auto page = store.ports()->messages().page(query, {});
    if (!page)
        return {page.error().text.toUtf8() + page.error().details.toUtf8()};
    QByteArrayList ids;
    for (const PortMessage& each : page->rows)
        ids << each.id;
    return ids;
}

bool migrated(const StoreUrl& url, int version) {
    Result<SqlMigration> opened = openSqliteMigration(url, Access::Write);
    return opened && opened->migrator().to(version).ok();
}

} // namespace

class TestWrittenTimes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { EitherDatabase::kinds(); }
    void cleanup() { m_either.renew(false); }

    /// SQLite keeps texts: a program that writes a time into one of our tables, inserting or changing it, writes our
    /// form.
    void ourTablesKeepOneForm_data();
    void ourTablesKeepOneForm();
    void whatIsNoTimeStaysAsItIs();
    /// A time that the owner's trigger sets is what was written, not when it was put into the form.
    void theFormIsNoChangeOfTheRow();
    void rowsOfBeforeAreBroughtIntoTheForm();
    void foreignTablesAreNotTouched();

    /// Filters and order of messages that another program wrote with random zones, against those of the times.
    void messagesAreFilteredByTheirTimes();
    /// The same of another program's table of texts, by ages: a time that is written out is compared with them as a
    /// text.
    void textsOfAnyTableAreTimes();
    void textsOfAForeignPipelineAreTimes();
    void endlessTimesAreTheirWords();
    void farTimesAreAsTheServerShows();

private:
    std::mt19937 m_random{20261127};
    EitherDatabase m_either;
};

void TestWrittenTimes::ourTablesKeepOneForm_data() {
    QTest::addColumn<int>("form");
    for (std::size_t i = 0; i < forms().size(); ++i)
        QTest::newRow(forms()[i].name) << static_cast<int>(i);
}

void TestWrittenTimes::ourTablesKeepOneForm() {
    QFETCH_GLOBAL(const bool, onServer);
    QFETCH(const int, form);
    if (onServer)
        QSKIP("A server's timestamptz keeps no texts.");
    const Form& written = forms()[static_cast<std::size_t>(form)];
    m_either.renew(false);
    SqliteScript database(m_either.url().path);
    const auto tables = timeColumns(database);
    QCOMPARE(tables.size(), needs().size());
    const QByteArray expected = toIsoTime(kept(someTime, written));
    const QByteArray value = written.isNumber ? written.write(someTime) : quoted(written.write(someTime));
    for (const char* recursive : {"PRAGMA recursive_triggers = 0", "PRAGMA recursive_triggers = 1"}) {
        QCOMPARE(database.run(recursive), QString());
        for (const auto& [table, times] : tables) {
            const QByteArray all = "SELECT DISTINCT " + times.join(" || ' ' || ") + " FROM " + table;
            const QString same = QString::fromLatin1(QByteArrayList(times.size(), expected).join(' '));
            QCOMPARE(database.run("DELETE FROM " + table + ';' + insertion(table, times, value)), QString());
            QCOMPARE(database.rows(all), QStringList{same});
            if (times.contains("updated_at"))
                continue; // the owner's trigger sets it
            const QByteArray set = times.join(" = " + value + ", ") + " = " + value;
            QCOMPARE(database.run("DELETE FROM " + table + ';' + insertion(table, times, quoted("2020-01-01"))
                                  + "UPDATE " + table + " SET " + set),
                     QString());
            QCOMPARE(database.rows(all), QStringList{same});
        }
    }
}

void TestWrittenTimes::whatIsNoTimeStaysAsItIs() {
    QFETCH_GLOBAL(const bool, onServer);
    if (onServer)
        QSKIP("A server refuses it.");
    m_either.renew(false);
    SqliteScript database(m_either.url().path);
    QCOMPARE(database.run("PRAGMA recursive_triggers = 1"), QString());
    for (const char* text : {"", "now", "12:30", "2460000.5", "20251016", "2025-10-16T99:00", "9", "soon", "2025-13-40",
                             "2025-10-16T14:56:05.123456Z"}) {
        QCOMPARE(database.run("DELETE FROM port_messages;" + insertion("port_messages", {"created_at"}, quoted(text))
                              + "UPDATE port_messages SET processed_at = " + quoted(text)),
                 QString());
        QCOMPARE(database.value("SELECT created_at || '|' || processed_at FROM port_messages"),
                 QStringLiteral("%1|%1").arg(QLatin1String(text)));
    }
    QCOMPARE(database.run("UPDATE port_messages SET created_at = NULL"), QString());
    QCOMPARE(database.value("SELECT count(*) FROM port_messages WHERE created_at IS NULL"), QStringLiteral("1"));
}

void TestWrittenTimes::theFormIsNoChangeOfTheRow() {
    QFETCH_GLOBAL(const bool, onServer);
    if (onServer)
        QSKIP("A server's timestamptz keeps no texts.");
    m_either.renew(false);
    SqliteScript database(m_either.url().path);
    for (const auto& [table, times] : timeColumns(database)) {
        if (!times.contains("updated_at"))
            continue;
        const QByteArray old = quoted("2020-02-03 04:05:06+01:00");
        QCOMPARE(database.run(insertion(table, times, old) + "UPDATE " + table + " SET created_at = " + old),
                 QString());
        QCOMPARE(database.value("SELECT updated_at FROM " + table), QStringLiteral("2020-02-03T03:05:06.000Z"));
        const QByteArray changed = QByteArray(needs().at(table).first).split(',').back().trimmed();
        QCOMPARE(database.run("UPDATE " + table + " SET " + changed + " = '{\"a\":1}'"), QString());
        QCOMPARE(database.value("SELECT updated_at > '2026' FROM " + table), QStringLiteral("1"));
    }
}

void TestWrittenTimes::rowsOfBeforeAreBroughtIntoTheForm() {
    QFETCH_GLOBAL(const bool, onServer);
    if (onServer)
        QSKIP("A server's timestamptz keeps no texts.");
    const TempFolder folder;
    const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("older.db")));
    QVERIFY(migrated(url, beforeTheTriggers));
    SqliteScript database(url.path);
    const auto tables = timeColumns(database);
    for (const auto& [table, times] : tables) {
        for (const Form& form : forms())
            QCOMPARE(database.run(insertion(table, times, quoted(form.write(someTime)))), QString());
    }
    QVERIFY(migrated(url, beforeTheTriggers + 1));
    for (const auto& [table, times] : tables) {
        for (const QByteArray& time : times) {
            for (const QString& text : database.rows("SELECT " + time + " FROM " + table + " ORDER BY rowid")) {
                const auto found = parseIsoTime(text.toLatin1());
                QVERIFY2(found && *found <= someTime && *found > someTime - 1min,
                         qPrintable(QLatin1String(table) + u' ' + text));
                QCOMPARE(text.toLatin1(), toIsoTime(*found));
            }
        }
    }
}

void TestWrittenTimes::foreignTablesAreNotTouched() {
    QFETCH_GLOBAL(const bool, onServer);
    if (onServer)
        QSKIP("A server's timestamptz keeps no texts.");
    const TempFolder folder;
    const StoreUrl url = *StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("theirs.db")));
    SqliteScript database(url.path);
    const QByteArray row = "INSERT INTO component_state VALUES ('a', 'Sink', '{}', '2025-10-16 14:56:05+10:00', 5);";
    QCOMPARE(database.run("CREATE TABLE component_state (component_name TEXT, component_type TEXT, state_data TEXT, "
                          "created_at TEXT, updated_at TEXT); CREATE TRIGGER update_component_state_updated_at AFTER "
                          "UPDATE ON component_state BEGIN SELECT 1; END;"
                          + row),
             QString());
    QVERIFY(migrated(url, beforeTheTriggers + 1));
    QCOMPARE(database.run(row), QString());
    QCOMPARE(database.rows("SELECT DISTINCT created_at, updated_at FROM component_state"),
             QStringList{QStringLiteral("2025-10-16 14:56:05+10:00|5")});
    QCOMPARE(database.value("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = "
                            "'component_state' AND name LIKE '%time%' OR name = 'update_component_state_updated_at'"),
             QStringLiteral("update_component_state_updated_at"));
}

void TestWrittenTimes::messagesAreFilteredByTheirTimes() {
    QFETCH_GLOBAL(const bool, onServer);
    m_either.renew(onServer);
    std::map<QByteArray, Timestamp> times;
    QByteArray sql;
    for (int i = 0; i < 150; ++i) {
        const Form& form = forms()[m_random() % forms().size()];
        if (onServer && (form.isNumber || !form.takesServer))
            continue;
        const Timestamp time = someTime - seconds(m_random() % 200'000);
        const QByteArray id = "00000000-0000-4000-8000-" + QByteArray::number(i).rightJustified(12, '0');
        times[id] = kept(time, form);
        sql +=
            "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, created_at) "
            "VALUES ('"
            + id + "', 'p', 'a', 'b', '{}', " + quoted(form.write(time)) + ");";
    }
    m_either.run(sql);
    QVERIFY(times.size() > 100);
    for (int round = 0; round < 40; ++round) {
        const Timestamp bound = kept(someTime - seconds(m_random() % 200'000), forms().front());
        QByteArrayList wanted;
        for (const auto& [id, time] : times) {
            if (time >= bound)
                wanted << id;
        }
        QByteArrayList found = messagesIn(m_either.store(), "created_at>=" + toIsoTime(bound));
        for (qsizetype i = 1; i < found.size(); ++i)
            QVERIFY(times.at(found[i - 1]) <= times.at(found[i]));
        std::ranges::sort(found);
        QCOMPARE(found, wanted);
    }
}

void TestWrittenTimes::textsOfAnyTableAreTimes() {
    QFETCH_GLOBAL(const bool, onServer);
    m_either.renew(onServer);
    QByteArray sql = "CREATE TABLE log (id INTEGER PRIMARY KEY, at TEXT);"
                     "INSERT INTO log VALUES (1000, 'soon'), (1001, '2025-02-30'), (1002, NULL), (1003, '');";
    std::map<QByteArray, Timestamp> times;
    std::map<QByteArray, QByteArray> texts;
    for (int i = 0; i < 200; ++i) {
        const Form& form = forms()[m_random() % forms().size()];
        if (form.isNumber)
            continue; // of a column of texts they are texts
        const Timestamp time = someTime - seconds(m_random() % 200'000);
        times[QByteArray::number(i)] = kept(time, form);
        texts[QByteArray::number(i)] = form.write(time);
        sql += "INSERT INTO log VALUES (" + QByteArray::number(i) + ", " + quoted(form.write(time)) + ");";
    }
    m_either.run(sql);
    const auto table = need(m_either.store().tables()->open("log", {}));
    for (int round = 0; round < 40; ++round) {
        const auto age = seconds(m_random() % 200'000);
        const Timestamp bound = someTime - age;
        QByteArrayList wanted;
        for (const auto& [id, time] : times) {
            if (time < bound)
                wanted << id;
        }
        std::ranges::sort(wanted);
        const QByteArrayList found = idsIn(*table, "at<-" + QByteArray::number(age.count()) + 's');
        for (const auto& [id, text] : texts)
            QVERIFY2(found.contains(id) == wanted.contains(id), text + " < " + toIsoTime(bound));
        QCOMPARE(found, wanted);
    }
}

void TestWrittenTimes::textsOfAForeignPipelineAreTimes() {
    QFETCH_GLOBAL(const bool, onServer);
    m_either.renew(onServer);
    QByteArray sql = "DROP VIEW dead_letter_queue; DROP TABLE port_messages; CREATE TABLE port_messages (id TEXT "
                     "PRIMARY KEY, port_name TEXT, "
                     "source_component TEXT, target_component TEXT, message_data TEXT, status TEXT, created_at "
                     "TEXT, processed_at TEXT);";
    std::map<QByteArray, Timestamp> times;
    for (int i = 0; i < 100; ++i) {
        const Form& form = forms()[m_random() % forms().size()];
        if (form.isNumber)
            continue;
        const Timestamp time = someTime - seconds(m_random() % 200'000);
        const QByteArray id = QByteArray::number(i);
        times[id] = kept(time, form);
        sql += "INSERT INTO port_messages VALUES ('" + id + "', 'p', 'a', 'b', '{}', 'dead_letter', '2020-01-01', "
               + quoted(form.write(time)) + ");";
    }
    m_either.run(sql);
    const auto store = need(openStore(m_either.url(), Access::Read));
    for (int round = 0; round < 20; ++round) {
        const Timestamp bound = kept(someTime - seconds(m_random() % 200'000), forms().front());
        QByteArrayList wanted;
        for (const auto& [id, time] : times) {
            if (time >= bound)
                wanted << id;
        }
        QByteArrayList found = messagesIn(*store, "processed_at>=" + toIsoTime(bound));
        std::ranges::sort(found);
        std::ranges::sort(wanted);
        QCOMPARE(found, wanted);
    }
    ListQuery all;
    all.limit = 1'000;
    const auto dead = need(store->ports()->deadLetters().page(all, {}));
    QCOMPARE(dead.rows.size(), times.size());
    for (const PortMessage& each : dead.rows) {
        QVERIFY(each.processedAt);
        QCOMPARE(toIsoTime(*each.processedAt), toIsoTime(times.at(each.id)));
    }
}

void TestWrittenTimes::endlessTimesAreTheirWords() {
    QFETCH_GLOBAL(const bool, onServer);
    m_either.renew(onServer);
    m_either.run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, created_at, "
                 "processed_at, completed_at) VALUES ('p', 'a', 'b', '{}', '-infinity', 'infinity', '2026-01-05')");
    ListQuery all;
    const auto page = need(m_either.store().ports()->messages().page(all, {}));
    QCOMPARE(page.rows.size(), std::size_t(1));
    const PortMessage& message = page.rows.front();
    QVERIFY(message.createdAt == beginningOfTime && message.processedAt == endOfTime);
    QCOMPARE(toExactIsoTime(*message.processedAt), QByteArray("infinity"));
    QCOMPARE(toIsoTime(*message.createdAt), QByteArray("-infinity"));
    QVERIFY(message.completedAt == parseIsoTime("2026-01-05"));
}

/// Years before 0001 and after 9999, held against the server: each value in a page and in an export, the rows in both
/// orders, and each value in a filter.
void TestWrittenTimes::farTimesAreAsTheServerShows() {
    QFETCH_GLOBAL(const bool, onServer);
    if (!onServer)
        return;
    m_either.renew(onServer);
    const QByteArrayList literals{"-infinity",
                                  "4713-11-24 00:00:00+00 BC",
                                  "0401-02-28 23:59:59.000001+00 BC",
                                  "0044-03-15 00:00:00+00 BC",
                                  "0005-02-29 12:00:00.5+00 BC",
                                  "0001-12-31 23:59:59.999999+00 BC",
                                  "0001-01-01 00:00:00+00",
                                  "2026-01-05 01:02:03.25+00",
                                  "9999-12-31 23:59:59.999999+00",
                                  "10000-01-01 00:00:00+00",
                                  "12026-02-28 01:02:03.000004+00",
                                  "99999-12-31 23:59:59+00",
                                  "148000-02-29 00:00:00+00",
                                  "infinity"};
    for (const QByteArray& literal : literals)
        m_either.run("INSERT INTO port_messages (port_name, source_component, target_component, message_data, "
                     "created_at, processed_at) VALUES ('p', 'a', 'b', '{}', '"
                     + literal + "', '" + literal + "')");
    auto& messages = m_either.store().ports()->messages();
    for (const bool descending : {false, true}) {
        const QStringList wanted = m_either.rows(
            QByteArray("SELECT processed_at FROM port_messages ORDER BY processed_at ") + (descending ? "DESC" : ""));
        ListQuery query;
        query.sort = {"processed_at", descending};
        query.limit = 4;
        QStringList listed;
        QStringList written;
        for (bool isLast = false; !isLast;) {
            const auto page = need(messages.page(query, {}));
            const auto deferred = need(messages.deferredPage(query, {}));
            QCOMPARE(deferred.count, static_cast<int>(page.rows.size()));
            for (int at = 0; at < deferred.count; ++at) {
                const auto shown = [](const std::optional<Timestamp>& time) {
                    const QByteArray text = time ? toExactIsoTime(*time) : QByteArray();
                    return QString::fromLatin1(text);
                };
                listed << shown(page.rows[static_cast<std::size_t>(at)].processedAt);
                written << shown(deferred.row(at).processedAt);
            }
            query.after = page.next;
            isLast = page.last;
        }
        QCOMPARE(written, listed);
        QCOMPARE(listed.size(), wanted.size());
        for (qsizetype i = 0; i < wanted.size(); ++i) {
            const auto time = parseDatabaseTime(wanted[i].toLatin1());
            QVERIFY2(time, qPrintable(wanted[i]));
            QCOMPARE(listed[i], hasFourDigitYear(*time) ? QString::fromLatin1(toExactIsoTime(*time)) : wanted[i]);
        }
    }
    for (const QByteArray& literal : literals) {
        for (const char* comparison : {"=", "<", "<=", ">", ">="}) {
            QStringList wanted = m_either.rows(QByteArray("SELECT id FROM port_messages WHERE created_at ") + comparison
                                               + " '" + literal + "'");
            const bool isInstant = literal.endsWith("infinity");
            QByteArray typed = literal;
            if (!isInstant) // to the microsecond, so that it is no span
                typed = QString::fromLatin1(literal)
                            .replace(QRegularExpression(QStringLiteral(":(\\d\\d)(\\.\\d+)?\\+00")),
                                     QStringLiteral(":\\1\\2@"))
                            .toLatin1();
            if (const auto at = typed.indexOf('@'); at >= 0) {
                const auto point = typed.lastIndexOf('.', at);
                const QByteArray fraction = point < 0 ? QByteArray() : typed.mid(point + 1, at - point - 1);
                typed = typed.first(point < 0 ? at : point) + '.' + fraction.leftJustified(6, '0') + "+00"
                        + typed.sliced(at + 1);
            }
            QByteArrayList found =
                messagesIn(m_either.store(),
                           QByteArray("created_at") + (comparison[0] == '=' ? ":" : comparison) + '"' + typed + '"');
            QStringList ids;
            for (const QByteArray& id : found)
                ids << QString::fromLatin1(id);
            ids.sort();
            wanted.sort();
            QVERIFY2(ids == wanted, (comparison + (' ' + typed) + ": " + found.join(' ')).constData());
        }
    }
    QCOMPARE(messagesIn(m_either.store(), "created_at:\"0044-03-15 BC\"").size(), 1); // a day
    QCOMPARE(messagesIn(m_either.store(), "created_at:-infinity").size(), 1);
}

QTEST_GUILESS_MAIN(TestWrittenTimes)
#include "tst_writtentimes.moc"
