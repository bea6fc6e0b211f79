// Every command against a store that is marked as production: what writes asks for its name, and changes nothing
// without it (RELIABILITY, promise 16).

#include "app/commands/commandline.h"
#include "storage/export/namedlistings.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QtTest>
#include <functional>
#include <map>

using namespace portolan;

namespace {

struct Run {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Run run(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
    if (!process.waitForFinished(120'000))
        qFatal("portolan %s: %s", qPrintable(words.join(u' ')), qPrintable(process.errorString()));
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

/// Each of the table below is a command line. STORE is the store, FOLDER one with files in it, and a word that begins
/// with $ what the store was asked for when it was filled.
struct Line {
    const char* command;
    const char* words;
    bool writes;
};

constexpr Line lines[] = {
    {"receive", "--from demo:?rate=0&count=5&kinds=messages --into STORE", true},
    {"receive", "--from rejects:STORE --into sqlite://FOLDER/elsewhere.db", true},
    {"demo", "--headless --count 5 --store STORE", true},
    {"import", "FOLDER/rows.jsonl --into STORE", true},
    {"import", "FOLDER/messages.zip --into STORE", true},
    {"copy", "--from sqlite://FOLDER/source.db --into STORE", true},
    {"switch", "--from sqlite://FOLDER/source.db --into STORE", true},
    {"compare", "STORE STORE", false},
    {"promote", "checkpoint $checkpoint $version --store STORE", true},
    {"expire", "checkpoint $checkpoint $version 2031-01-01T00:00:00Z --store STORE", true},
    {"replay", "--store STORE --filter error_message:boom", true},
    {"replay", "--store STORE --group $group", true},
    {"replay", "--store STORE --ids FOLDER/ids", true},
    {"replay", "--store STORE --resume $run", true},
    {"replay", "--store STORE --cancel $run", true},
    {"replay", "--store STORE --recall $done", true},
    {"discard", "--store STORE --filter error_message:boom", true},
    {"discard", "--store STORE --ids FOLDER/ids", true},
    {"discard", "--store STORE --restore FOLDER/discarded", true},
    {"discard", "--store STORE --filter error_message:boom --dry-run", false},
    {"undo", "$entry --store STORE", true},
    {"undo", "$entry --store STORE --dry-run", false},
    {"work", "--store STORE --max 3 --idle-exit 1", true},
    {"rejects", "retry --store STORE", true},
    {"rejects", "edit $reject --payload FOLDER/rows.jsonl --store STORE", true},
    {"rejects", "dismiss --store STORE", true},
    {"mark", "--store STORE --production other", true},
    {"mark", "--store STORE --no-production", true},
    {"threshold", "ledger 60 --store STORE", true},
    {"roll", "--store STORE", true},
    {"views", "save fresh --pane dead-letters --filter error_message:boom --store STORE", true},
    {"views", "rename mine yours --pane dead-letters --store STORE", true},
    {"views", "remove mine --pane dead-letters --store STORE", true},
    {"views", "--store STORE", false},
    {"alerts", "set fresh --listing dead-letters --threshold 1 --store STORE", true},
    {"alerts", "remove boom --store STORE", true},
    {"alerts", "acknowledge boom --store STORE", true},
    {"alerts", "--record --store STORE", true},
    {"alerts", "--store STORE", false},
    {"retention", "set component-metrics --store STORE", true},
    {"retention", "set expired-checkpoints --keep 1d --store STORE", true},
    {"retention", "off completed-messages --store STORE", true},
    {"schedule", "add nightly verify --every 1d --store STORE", true},
    {"schedule", "trust hourly --store STORE", false},
    {"schedule", "remove hourly --store STORE", true},
    {"schedule", "list --store STORE", false},
    {"stats", "--record --store STORE", true},
    {"run-due", "--store STORE", true},
    {"jobs", "requeue 00000000-0000-4000-8000-000000000001 --store STORE", true},
    {"retention", "list --store STORE", false},
    {"retain", "--store STORE", true},
    {"retain", "--dry-run --store STORE", false},
    {"model", "register FOLDER/model.json --store STORE", true},
    {"model", "forget kpi --store STORE", true},
    {"heal", "--store STORE", true},
    {"heal", "--dry-run --store STORE", false},
    {"verify", "--record --store STORE", true},
    {"verify", "--store STORE", false},
    {"list", "dead-letter-groups --remember --store STORE", true},
    {"list", "dead-letters --store STORE", false},
    {"list", "audit --store STORE", false},
    {"backup", "--store STORE --to FOLDER/more.portolan.tar.zst", false},
    {"verify-backup", "FOLDER/kept.portolan.tar.zst --store STORE --record", true},
    {"verify-backup", "FOLDER/kept.portolan.tar.zst", false},
    {"restore", "FOLDER/kept.portolan.tar.zst --into STORE --replace", true},
    {"migrate", "down --store STORE", true},
    {"migrate", "down 5 --store STORE", true},
    {"migrate", "to 12 --store STORE", true},
    {"migrate", "up --store STORE", true},
    {"migrate", "current --store STORE", false},
    {"migrate", "history --store STORE", false},
    {"export", "dead-letters --store STORE --to FOLDER/out.jsonl", false},
    {"bundle", "--store STORE --to FOLDER/out.zip --no-report", false},
    {"show", "message $letter --store STORE", false},
    {"diff", "checkpoint $checkpoint $version $version --store STORE", false},
    {"search", "boom --store STORE", false},
    {"stats", "--store STORE", false},
    {"doctor", "--store STORE", false},
    {"chart", "component/none/none --store STORE --to FOLDER/out.csv", false},
    {"report", "--store STORE --to FOLDER/out.html", false},
    {"discard", "--store STORE --ids FOLDER/ids --dry-run", false},
    {"discard", "--store STORE --group $group --dry-run", false},
    {"verify", "--store STORE --format jsonl", false},
    {"show", "checkpoint $checkpoint --store STORE", false},
    {"show", "replay $run --store STORE", false},
    {"export", "port-messages --store STORE --to FOLDER/out.csv", false},
    {"fingerprint", "FOLDER/ids", false},
    {"diagnostics", "", false},
    {"manual", "", false},
    {"completion", "bash", false},
};

constexpr char productionName[] = "orders-eu";

/// A store of one kind that was filled once, and copies of it.
class Bench {
public:
    virtual ~Bench() = default;
    virtual void make() = 0;         ///< an empty place
    virtual QString url() const = 0; ///< of the one that is filled
    virtual QString copy() = 0;      ///< the URL of a copy
    virtual QByteArray contents(const QString& url) const = 0;
    virtual QByteArray rows(const QString& url) const = 0;  ///< of the tables that are not Portolan's own
    virtual QString value(const QByteArray& sql) const = 0; ///< of the one that is filled

    void fill(const QString& folder) {
        make();
        need(QStringLiteral("demo --headless --count 3000 --store ") + url());
        need(QStringLiteral("roll --store ") + url());
        value("UPDATE port_messages SET status = 'dead_letter', error_message = 'boom' WHERE id IN (SELECT id FROM "
              "port_messages ORDER BY id LIMIT 40)");
        m_known[QStringLiteral("$checkpoint")] = value("SELECT min(checkpoint_name) FROM checkpoints");
        m_known[QStringLiteral("$version")] = value("SELECT min(version) FROM checkpoints WHERE checkpoint_name = "
                                                    "(SELECT min(checkpoint_name) FROM checkpoints)");
        m_known[QStringLiteral("$letter")] = value("SELECT min(CAST(id AS text)) FROM port_messages");
        write(folder + QStringLiteral("/ids"), m_known[QStringLiteral("$letter")].toUtf8() + '\n');
        write(folder + QStringLiteral("/discarded"),
              value("SELECT max(CAST(id AS text)) FROM port_messages WHERE error_message = 'boom'").toUtf8() + '\n');
        need(QStringLiteral("discard --ids %1/discarded --reason old --store %2").arg(folder, url()));
        write(
            folder + QStringLiteral("/model.json"),
            R"({"name":"sums","table":"analytics_data.sums","definition":{"columns":[{"name":"at","type":"text"}]}})");
        write(folder + QStringLiteral("/kpi.json"),
              R"({"name":"kpi","table":"analytics_data.kpi","definition":{"columns":[{"name":"at","type":"text"}]}})");
        write(folder + QStringLiteral("/rows.jsonl"), "{\"message_number\":1,\"content\":\"one\"}\n");
        write(folder + QStringLiteral("/bad.jsonl"),
              "{\"kind\":\"message\",\"message_number\":\"x\",\"content\":\"c\"}\n");
        need(QStringLiteral("import %2/bad.jsonl --into %1").arg(url(), folder));
        m_known[QStringLiteral("$reject")] = value("SELECT max(id) FROM portolan_rejects");
        need(QStringLiteral("import %1/rows.jsonl --into sqlite://%1/source.db").arg(folder));
        need(QStringLiteral("bundle --store %1 --to %2/messages.zip --no-report").arg(url(), folder));
        need(QStringLiteral("model register %2/kpi.json --reason test --store %1").arg(url(), folder));
        need(QStringLiteral("views save mine --pane dead-letters --filter error_message:boom --store ") + url());
        need(QStringLiteral("schedule add hourly --every 1h --store %1 -- stats").arg(url()));
        value("UPDATE portolan_schedule SET next_run_at = '2026-01-01T00:00:00.000Z'");
        value("INSERT INTO portolan_jobs (id, kind, state) VALUES ('00000000-0000-4000-8000-000000000001', 'replay', "
              "'failed')");
        need(QStringLiteral("retention set completed-messages --keep 1d --store ") + url());
        need(QStringLiteral("alerts set boom --listing dead-letters --threshold 1 --store ") + url());
        m_known[QStringLiteral("$entry")] = value("SELECT max(id) FROM portolan_audit WHERE action = 'save'");
        m_known[QStringLiteral("$run")] = replay(QStringLiteral("--filter error_message:boom --dry-run"));
        write(folder + QStringLiteral("/replayed"),
              value("SELECT min(CAST(id AS text)) FROM port_messages WHERE error_message = 'boom' AND CAST(id AS text) "
                    "> (SELECT min(CAST(id AS text)) FROM port_messages)")
                      .toUtf8()
                  + '\n');
        m_known[QStringLiteral("$done")] = replay(QStringLiteral("--ids %1/replayed").arg(folder));
        const Run groups =
            run(QStringLiteral("list dead-letter-groups --limit 1 --format jsonl --store %1").arg(url()).split(u' '));
        m_known[QStringLiteral("$group")] =
            QJsonDocument::fromJson(groups.out).object()[QStringLiteral("fingerprint")].toString();
        need(QStringLiteral("backup --store %1 --to %2/kept.portolan.tar.zst").arg(url(), folder));
        need(QStringLiteral("mark --production %1 --reason test --store %2").arg(QLatin1String(productionName), url()));
    }

    [[nodiscard]] QStringList words(const Line& line, const QString& store, const QString& folder) const {
        QStringList all{QLatin1String(line.command)};
        for (QString word : QString::fromLatin1(line.words).split(u' ', Qt::SkipEmptyParts)) {
            if (word.startsWith(u'$'))
                word = m_known.at(word);
            all << word.replace(QLatin1String("STORE"), store).replace(QLatin1String("FOLDER"), folder);
        }
        return all;
    }

private:
    /// Returns the run.
    QString replay(const QString& what) {
        const Run frozen = run(QStringLiteral("replay %2 --reason test --store %1").arg(url(), what).split(u' '));
        if (frozen.code != 0)
            qFatal("replay %s: %s", qPrintable(what), frozen.err.constData());
        return QJsonDocument::fromJson(frozen.out.trimmed().split('\n').last())
            .object()[QStringLiteral("run")]
            .toString();
    }
    static void need(const QString& line) {
        const Run done = run(line.split(u' ', Qt::SkipEmptyParts));
        if (done.code != 0 && done.code != 3)
            qFatal("portolan %s: %d %s", qPrintable(line), done.code, done.err.constData());
    }
    static void write(const QString& path, const QByteArray& text) {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
    }

    std::map<QString, QString> m_known;
};

class SqliteBench final : public Bench {
public:
    void make() override {}
    QString url() const override { return QStringLiteral("sqlite://") + path(); }
    QString copy() override {
        const QString folder = m_folder.path(QStringLiteral("copy%1").arg(++m_copies));
        QDir().mkpath(folder);
        if (!QFile::copy(path(), folder + QStringLiteral("/orders.db")))
            qFatal("not copied");
        return QStringLiteral("sqlite://") + folder + QStringLiteral("/orders.db");
    }
    /// The bytes of every file that is there.
    QByteArray contents(const QString& url) const override {
        const QDir folder(QFileInfo(url.mid(9)).path());
        QByteArray all;
        for (const QString& name : folder.entryList(QDir::Files, QDir::Name)) {
            QFile file(folder.filePath(name));
            if (!file.open(QIODevice::ReadOnly))
                qFatal("%s", qPrintable(file.errorString()));
            all += name.toUtf8() + ':' + file.readAll() + '\n';
        }
        return all;
    }
    QByteArray rows(const QString& url) const override {
        test::SqliteScript script(url.mid(9));
        QByteArray all;
        for (const QString& table : script.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                                "'portolan%' AND name NOT LIKE 'sqlite%' ORDER BY name"))
            all += script.rows("SELECT * FROM \"" + table.toUtf8() + '"').join(u'\n').toUtf8();
        return all;
    }
    QString value(const QByteArray& sql) const override { return test::SqliteScript(path()).value(sql); }

private:
    QString path() const { return m_folder.path(QStringLiteral("orders.db")); }
    test::TempFolder m_folder;
    int m_copies = 0;
};

/// A folder of batch files. What it cannot do it says, and writes nothing either.
class FolderBench {
public:
    FolderBench() {
        const Run made = run({QStringLiteral("demo"), QStringLiteral("--headless"), QStringLiteral("--count"),
                              QStringLiteral("300"), QStringLiteral("--store"), url()});
        if (made.code != 0)
            qFatal("demo: %s", made.err.constData());
        QFile bad(m_folder.path(QStringLiteral("bad.jsonl")));
        if (!bad.open(QIODevice::WriteOnly) || bad.write("{\"kind\":\"message\",\"message_number\":\"x\"}\n") < 0)
            qFatal("%s", qPrintable(bad.errorString()));
        bad.close();
        run({QStringLiteral("import"), bad.fileName(), QStringLiteral("--into"), url()});
    }
    [[nodiscard]] QString url() const { return QStringLiteral("file://") + m_folder.path(QStringLiteral("data")); }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.path(name); }
    /// Names and bytes of the whole tree.
    [[nodiscard]] QByteArray contents() const {
        std::map<QString, QByteArray> files;
        QDirIterator each(m_folder.path(QStringLiteral("data")), QDir::Files | QDir::Hidden,
                          QDirIterator::Subdirectories);
        while (each.hasNext()) {
            QFile file(each.next());
            if (!file.open(QIODevice::ReadOnly))
                qFatal("%s", qPrintable(file.errorString()));
            files[file.fileName()] = file.readAll();
        }
        QByteArray all;
        for (const auto& [name, bytes] : files)
            all += name.toUtf8() + ':' + bytes + '\n';
        return all;
    }

private:
    test::TempFolder m_folder;
};

class ServerBench final : public Bench {
public:
    void make() override { m_url = m_server.createDatabase(); }
    QString url() const override { return textOf(m_url.database); }
    QString copy() override {
        const QString name = QStringLiteral("copy%1").arg(++m_copies);
        test::PostgresScript script(m_server.url(QStringLiteral("postgres")));
        const QString failed =
            script.run(QStringLiteral("CREATE DATABASE %1 TEMPLATE \"%2\"").arg(name, m_url.database).toUtf8());
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        return textOf(name);
    }
    /// Every object and every row.
    QByteArray contents(const QString& url) const override {
        const StoreUrl store = m_server.url(url.section(u'/', -1));
        test::PostgresScript script(store);
        QByteArray all = m_server.schemaOf(store).toUtf8();
        const QStringList tables = script.rows(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_catalog.pg_tables WHERE schemaname NOT IN "
            "('pg_catalog', 'information_schema') ORDER BY 1");
        for (const QString& table : tables)
            all += table.toUtf8() + ' '
                   + script
                         .value("SELECT md5(coalesce(string_agg(CAST(t AS text), ',' ORDER BY CAST(t AS text)), '')) "
                                "FROM "
                                + table.toUtf8() + " AS t")
                         .toUtf8()
                   + '\n';
        return all;
    }
    QByteArray rows(const QString& url) const override {
        QByteArrayList own;
        for (const QByteArray& line : contents(url).split('\n')) {
            if (!line.contains(".portolan"))
                own << line;
        }
        return own.join('\n');
    }
    QString value(const QByteArray& sql) const override { return test::PostgresScript(m_url).value(sql); }

private:
    QString textOf(const QString& database) const {
        return QStringLiteral("postgresql://postgres@127.0.0.1:%1/%2").arg(m_server.port()).arg(database);
    }
    test::PostgresServer m_server;
    StoreUrl m_url;
    int m_copies = 0;
};

} // namespace

class TestDoor : public QObject {
    Q_OBJECT

    struct Kind {
        const char* name;
        std::unique_ptr<Bench> bench;
        test::TempFolder folder;
    };
    test::TempFolder m_home;
    std::array<Kind, 2> m_kinds;

    static void rows(bool writes) {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("line");
        int kind = 0;
        for (const char* name : {"SQLite", "PostgreSQL"}) {
            for (int i = 0; i < static_cast<int>(std::size(lines)); ++i) {
                if (lines[i].writes == writes)
                    QTest::addRow("%s: %s %s", name, lines[i].command, lines[i].words) << kind << i;
            }
            ++kind;
        }
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.path())); // where it is kept what is trusted
        m_kinds[0].name = "SQLite";
        m_kinds[0].bench = std::make_unique<SqliteBench>();
        m_kinds[1].name = "PostgreSQL";
        m_kinds[1].bench = std::make_unique<ServerBench>();
        for (Kind& kind : m_kinds)
            kind.bench->fill(kind.folder.path());
    }

    /// A command that is added has its line here, and one that can write a line that does.
    void everyCommandIsHere() {
        for (const CommandSpec* spec : commands()) {
            const auto has = [&](bool writes) {
                return std::ranges::any_of(lines, [&](const Line& line) {
                    return qstrcmp(line.command, spec->name) == 0 && line.writes == writes;
                });
            };
            QVERIFY2(has(true) || has(false), spec->name);
            QVERIFY2(has(true) == spec->run.writes(), spec->name);
        }
    }

    void whatWritesAsksForTheName_data() { rows(true); }
    void whatWritesAsksForTheName() {
        QFETCH(int, kind);
        QFETCH(int, line);
        Bench& bench = *m_kinds[static_cast<std::size_t>(kind)].bench;
        const QString folder = m_kinds[static_cast<std::size_t>(kind)].folder.path();
        const QString store = bench.copy();
        const QStringList words = bench.words(lines[line], store, folder);
        if (words.front() == QLatin1String("run-due")) { // nothing of a copy runs before
            const Run trusted = run(QStringLiteral("schedule trust hourly --store %1").arg(store).split(u' '));
            QVERIFY2(trusted.code == 0, trusted.err);
        }
        const QByteArray before = bench.contents(store);
        const QStringList reason{QStringLiteral("--reason"), QStringLiteral("test")};
        const QStringList name{QStringLiteral("--confirm"), QLatin1String(productionName)};
        const QStringList wrong{QStringLiteral("--confirm"), QStringLiteral("Orders-EU")};
        for (const QStringList& more : {QStringList(), reason, name, wrong + reason}) {
            const Run refused = run(words + more);
            QVERIFY2(refused.code == 2, qPrintable(QStringLiteral("%1: %2 %3")
                                                       .arg(more.join(u' '))
                                                       .arg(refused.code)
                                                       .arg(QString::fromUtf8(refused.err))));
            QVERIFY2(refused.err.contains(QByteArray("\"") + productionName + '"'), refused.err);
        }
        QVERIFY(bench.contents(store) == before);
        const Run done = run(words + name + reason);
        QVERIFY2(done.code == 0 || done.code == 3, done.err + QByteArray::number(done.code));
        QVERIFY(bench.contents(store) != before);
    }

    void whatReadsAsksForNothing_data() { rows(false); }
    void whatReadsAsksForNothing() {
        QFETCH(int, kind);
        QFETCH(int, line);
        Bench& bench = *m_kinds[static_cast<std::size_t>(kind)].bench;
        const QString store = bench.copy();
        const QByteArray before = bench.contents(store);
        const Run done = run(bench.words(lines[line], store, m_kinds[static_cast<std::size_t>(kind)].folder.path()));
        QVERIFY2(done.code != 2, done.err);
        QVERIFY(bench.contents(store) == before);
    }

    /// Those that the program names; what a store has none of is refused, which is looking as well.
    void everyListingWritesNothing() {
        const QStringList names = storeListingNames();
        QVERIFY2(names.size() > 20, qPrintable(names.join(u' ')));
        FolderBench folder;
        std::map<QString, std::function<QByteArray()>> stores{{folder.url(), [&] { return folder.contents(); }}};
        for (Kind& kind : m_kinds) {
            const QString store = kind.bench->copy();
            stores[store] = [&kind, store] { return kind.bench->contents(store); };
        }
        for (const auto& [store, contents] : stores) {
            const QByteArray before = contents();
            int listed = 0;
            for (const QString& name : std::as_const(names)) {
                const Run done = run({QStringLiteral("list"), name, QStringLiteral("--store"), store});
                QVERIFY2(done.code >= 0 && done.code <= 3, done.err);
                listed += done.code == 0 ? 1 : 0;
            }
            QVERIFY2(listed >= 3, qPrintable(store));
            QVERIFY2(contents() == before, qPrintable(store));
        }
    }

    void aFolderIsLookedAtWithoutATrace() {
        FolderBench folder;
        const QByteArray before = folder.contents();
        QVERIFY(before.contains("messages_batch_0001.txt"));
        int done = 0;
        for (const Line& line : lines) {
            if (line.writes || qstrcmp(line.command, "backup") == 0) // a backup is listed beside the data
                continue;
            QStringList words{QLatin1String(line.command)};
            for (QString word : QString::fromLatin1(line.words).split(u' ', Qt::SkipEmptyParts))
                words << word.replace(QLatin1String("STORE"), folder.url())
                             .replace(QLatin1String("FOLDER"), folder.path(QString()));
            const Run looked = run(words);
            QVERIFY2(looked.code >= 0 && looked.code <= 3, looked.err);
            done += looked.code == 0 ? 1 : 0;
            QVERIFY2(folder.contents() == before, qPrintable(words.join(u' ')));
        }
        QVERIFY2(done >= 6, QByteArray::number(done));
    }

    /// A dry run keeps ids to be resumed by, in Portolan's own tables and without images; carrying it out asks. Let go,
    /// it is gone.
    void aDryRunAsksForNothing() {
        for (Kind& kind : m_kinds) {
            const QString store = kind.bench->copy();
            const QByteArray before = kind.bench->rows(store);
            const Run dry = run({QStringLiteral("replay"), QStringLiteral("--store"), store, QStringLiteral("--filter"),
                                 QStringLiteral("error_message:boom"), QStringLiteral("--reason"),
                                 QStringLiteral("test"), QStringLiteral("--dry-run")});
            QVERIFY2(dry.code == 0, dry.err);
            QVERIFY(kind.bench->rows(store) == before);
            for (const char* option : {"--resume", "--cancel", "--recall"}) {
                const Run both = run({QStringLiteral("replay"), QStringLiteral("--store"), store, QLatin1String(option),
                                      QStringLiteral("none"), QStringLiteral("--dry-run")});
                QCOMPARE(both.code, 2);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDoor)
#include "tst_door.moc"
