// Tables of another program's in a migrated database: times are written as their owner writes them.

#include "storage/ports/portwork.h"
#include "storage/stores/migrate.h"
#include "storage/stores/openstore.h"
#include "storage/versions/versions.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QTest>

using namespace portolan;
using portolan::test::need;
using namespace std::chrono;

namespace {

qint64 micros(Timestamp time) {
    return time.time_since_epoch().count();
}

QByteArray asSqlText(Timestamp time) {
    QByteArray text = toIsoTime(time).left(19);
    return text.replace(10, 1, " ");
}

/// A way in which the owner of a table keeps times.
struct Form {
    const char* name;
    const char* sqliteType; ///< null: not there
    const char* serverType;
    QByteArray (*written)(Timestamp);
    const char* read; ///< an expression over {} that is written()'s text again on a server; null: as it is
};

constexpr Form forms[] = {
    {"seconds", "INTEGER", "integer", [](Timestamp t) { return QByteArray::number(micros(t) / 1'000'000); }, nullptr},
    {"milliseconds", "INTEGER", "bigint", [](Timestamp t) { return QByteArray::number(micros(t) / 1'000); }, nullptr},
    {"microseconds", "BIGINT", "bigint", [](Timestamp t) { return QByteArray::number(micros(t)); }, nullptr},
    {"nanoseconds", "INTEGER", "numeric", [](Timestamp t) { return QByteArray::number(micros(t) * 1'000); }, nullptr},
    {"texts of CURRENT_TIMESTAMP", "TIMESTAMP DEFAULT CURRENT_TIMESTAMP", "text", &asSqlText, nullptr},
    {"ISO texts", "TEXT", "character varying(40)", [](Timestamp t) { return toIsoTime(t); }, nullptr},
    {"a type without zone", nullptr, "timestamp", &asSqlText, "to_char({}, 'YYYY-MM-DD HH24:MI:SS')"},
    {"a type with a zone", nullptr, "timestamptz", &asSqlText,
     "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"},
};

} // namespace

class TestOwnersTimes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void areWrittenByWork_data() { addForms(); }
    void areWrittenByWork();
    void areWrittenByExpiry_data() { addForms(); }
    void areWrittenByExpiry();

private:
    static void addForms() {
        QTest::addColumn<int>("form");
        for (std::size_t i = 0; i < std::size(forms); ++i)
            QTest::newRow(forms[i].name) << static_cast<int>(i);
    }
    /// The row's form where this database has it.
    static const Form* form() {
        QFETCH_GLOBAL(const bool, onServer);
        QFETCH(const int, form);
        const Form& how = forms[form];
        return onServer || how.sqliteType ? &how : nullptr;
    }
    static QByteArray type() {
        QFETCH_GLOBAL(const bool, onServer);
        return onServer ? form()->serverType : form()->sqliteType;
    }
    /// Makes the owner's tables, then migrates.
    void make(const QByteArray& sql);
    QStringList rows(const QByteArray& sql);
    /// The column's values as the owner's program reads them.
    static QByteArray read(const QByteArray& column) {
        QFETCH_GLOBAL(const bool, onServer);
        const char* const expression = onServer ? form()->read : nullptr;
        return expression ? QByteArray(expression).replace("{}", column) : column;
    }

    test::PostgresServer m_server;
    test::TempFolder m_folder;
    StoreUrl m_url;
    int m_count = 0;
};

void TestOwnersTimes::initTestCase_data() {
    QTest::addColumn<bool>("onServer");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

void TestOwnersTimes::make(const QByteArray& sql) {
    QFETCH_GLOBAL(const bool, onServer);
    m_url = onServer
                ? m_server.createDatabase()
                : *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("%1.db").arg(++m_count)));
    const QString error = onServer ? test::PostgresScript(m_url).run(sql) : test::SqliteScript(m_url.path).run(sql);
    QVERIFY2(error.isEmpty(), qPrintable(error));
    need(migrate(m_url, MigrationMove::Up, std::nullopt, {"test", ""}, {}));
}

QStringList TestOwnersTimes::rows(const QByteArray& sql) {
    QFETCH_GLOBAL(const bool, onServer);
    return onServer ? test::PostgresScript(m_url).rows(sql) : test::SqliteScript(m_url.path).rows(sql);
}

void TestOwnersTimes::areWrittenByWork() {
    QFETCH_GLOBAL(const bool, onServer);
    if (!form())
        QSKIP("SQLite has no such type");
    const QByteArray json = onServer ? "jsonb" : "TEXT";
    const QByteArray began = form()->written(*parseIsoTime("2026-01-05T12:30:00Z"));
    QByteArray rowsMade;
    for (int n = 1; n <= 3; ++n)
        rowsMade += QByteArray(n > 1 ? ", " : "") + "('00000000-0000-4000-8000-00000000000" + QByteArray::number(n)
                    + "', 'orders', 'a', 'b', '{}', 'pending', 0, 2, '" + began + "', NULL, NULL)";
    make("CREATE TABLE port_messages (id " + QByteArray(onServer ? "uuid" : "TEXT")
         + " PRIMARY KEY, port_name TEXT NOT NULL, source_component TEXT NOT NULL, target_component TEXT NOT NULL, "
           "message_data "
         + json + " NOT NULL, message_metadata " + json
         + ", status TEXT NOT NULL DEFAULT 'pending', retry_count INTEGER DEFAULT 0, max_retries INTEGER DEFAULT 3, "
           "created_at "
         + type() + ", processed_at " + type() + ", completed_at " + type() + ", error_message TEXT, error_details "
         + json
         + ");"
           "INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
           "retry_count, max_retries, created_at, processed_at, completed_at) VALUES "
         + rowsMade);
    const auto work = need(openPortWork(m_url));
    const Timestamp begin = floor<seconds>(currentTime());
    const auto taken = need(work->take("w", 10, 1min));
    QCOMPARE(taken.size(), std::size_t(3));
    const std::vector<PortOutcome> outcomes{{taken[0].messageId, taken[0].token},
                                            {taken[1].messageId, taken[1].token, DeathNote{"no", "{}"}}};
    const PortResults results = need(work->end("w", outcomes));
    QCOMPARE(results.completed, 1);
    QCOMPARE(results.failed, 1);
    const Timestamp end = currentTime();
    const QByteArray least = form()->written(begin);
    const QByteArray most = form()->written(end + 1s);
    QStringList written = rows("SELECT " + read("processed_at") + " FROM port_messages");
    written += rows("SELECT " + read("completed_at") + " FROM port_messages WHERE status = 'completed'");
    QCOMPARE(written.size(), 4);
    for (const QString& text : written) {
        const QByteArray time = text.toLatin1();
        QVERIFY2(time.size() == least.size() && least <= time && time <= most, least + " <= " + time + " <= " + most);
    }
    if (!onServer) {
        const QString kind = QString::fromLatin1(least.contains('-') ? "text" : "integer");
        QCOMPARE(rows("SELECT DISTINCT typeof(processed_at) FROM port_messages"), QStringList{kind});
    }
    QCOMPARE(need(work->putBack("w", 1h)), 0); // none has rested so long
    QCOMPARE(need(work->putBack("w", -1min)), 1);
    // What its owner left empty is what the column's default would have been.
    const QByteArray emptied = "UPDATE port_messages SET status = 'failed', retry_count = NULL, max_retries = NULL, "
                               "processed_at = NULL WHERE status = 'completed'";
    QCOMPARE(onServer ? test::PostgresScript(m_url).run(emptied) : test::SqliteScript(m_url.path).run(emptied),
             QString());
    QCOMPARE(need(work->putBack("w", 1h)), 1);
}

void TestOwnersTimes::areWrittenByExpiry() {
    QFETCH_GLOBAL(const bool, onServer);
    if (!form())
        QSKIP("SQLite has no such type");
    const Timestamp made = *parseIsoTime("2026-01-05T12:30:00Z");
    const Timestamp first = *parseIsoTime("2031-02-03T04:05:06Z");
    const Timestamp second = *parseIsoTime("2032-02-03T04:05:06Z");
    const QByteArray json = onServer ? "jsonb" : "TEXT";
    make("CREATE TABLE checkpoints (id " + QByteArray(onServer ? "uuid" : "TEXT")
         + " PRIMARY KEY, checkpoint_name TEXT NOT NULL, component_name TEXT NOT NULL, checkpoint_data " + json
         + " NOT NULL, checkpoint_metadata " + json + ", version BIGINT NOT NULL, is_latest BOOLEAN, created_at "
         + type() + ", expires_at " + type()
         + ", UNIQUE (checkpoint_name, version));"
           "INSERT INTO checkpoints (id, checkpoint_name, component_name, checkpoint_data, version, is_latest, "
           "created_at, expires_at) VALUES ('00000000-0000-4000-8000-000000000001', 'a', 'c', '{}', 1, "
         + QByteArray(onServer ? "true" : "1") + ", '" + form()->written(made) + "', NULL)");
    const auto store = need(openStore(m_url, Access::Write));
    const auto set = [&](Expiry to, const std::optional<Expiry>& expected) {
        const auto done = store->checkpoints()->setExpiry("a", 1, to, expected, "why", "ada", {});
        return done ? QString() : done.error().text + done.error().details;
    };
    const auto stored = [&] { return rows("SELECT " + read("expires_at") + " FROM checkpoints"); };
    QCOMPARE(set(first, Expiry()), QString());
    QCOMPARE(stored(), QStringList{QString::fromLatin1(form()->written(first))});
    const auto row = need(findVersion(*store, Versioned::Checkpoint, "a", 1, {}));
    QCOMPARE(pipelineCell(PipelineTable::Checkpoints, row, "expires_at"), Value(first));
    QVERIFY(set(second, Expiry(second)).startsWith(QStringLiteral("It was changed meanwhile")));
    QCOMPARE(set(second, Expiry(first)), QString());
    QCOMPARE(stored(), QStringList{QString::fromLatin1(form()->written(second))});
    QCOMPARE(set(std::nullopt, Expiry(second)), QString());
    QCOMPARE(stored(), QStringList{QString()});
}

QTEST_GUILESS_MAIN(TestOwnersTimes)
#include "tst_ownerstimes.moc"
