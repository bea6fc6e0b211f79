// The program as others run it: words in, exit code and streams out (CONTRACT §5).

#include "app/commands/commandline.h"
#include "app/launch.h"
#include "tests/support/othertongue.h"
#include "tests/support/silentserver.h"
#include "tests/support/tempfolder.h"
#include "views/style/theme.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QtTest>
#include <csignal>
#include <map>

using namespace portolan;

namespace {

struct Run {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Run run(const QStringList& words, const QString& program = QStringLiteral(PORTOLAN_PROGRAM)) {
    QProcess process;
    process.start(program, words);
    if (!process.waitForFinished(60'000))
        qFatal("portolan %s: %s", qPrintable(words.join(u' ')), qPrintable(process.errorString()));
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

QList<QJsonObject> objects(const QByteArray& lines) {
    QList<QJsonObject> found;
    for (const QByteArray& line : lines.split('\n')) {
        if (!line.isEmpty())
            found << QJsonDocument::fromJson(line).object();
    }
    return found;
}

QStringList words(const char* text) {
    return QString::fromUtf8(text).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

    test::TempFolder m_folder;
    QString m_store = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("sample.db"));

private Q_SLOTS:
    /// The window shows in its language what is wrong with a command that it is to run.
    void whatCannotBeScheduledIsSaidInTheLanguage() {
        const test::OtherTongue other("Usage");
        for (const char* line : {"backup --nowhere", "receive A --into B", "verify --record --record", "list",
                                 "run-due", "export messages --format", "backup --store=A --env=b", "veryfi"}) {
            const auto kept = scheduledWords(words(line));
            QVERIFY2(!kept && kept.error().text.startsWith(u'['), line);
        }
    }

    void initTestCase() {
        const Run made =
            run({QStringLiteral("receive"), QStringLiteral("--from"),
                 QStringLiteral("demo:?rate=0&count=1234&kinds=messages"), QStringLiteral("--into"), m_store});
        QCOMPARE(made.code, 0);
        QCOMPARE(made.out.trimmed().split('\n').last(),
                 QByteArray("{\"received\":1234,\"stored\":1234,\"duplicates\":0,\"rejected\":0,\"gaps\":0}"));
    }

    void theDemoCountsWhatItDelivers() {
        for (const QString& store : {QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("demo.db")),
                                     QStringLiteral("file://") + m_folder.path(QStringLiteral("demo"))}) {
            const Run made = run({QStringLiteral("demo"), QStringLiteral("--headless"), QStringLiteral("--count"),
                                  QStringLiteral("321"), QStringLiteral("--store"), store});
            QCOMPARE(made.code, 0);
            QCOMPARE(made.out.trimmed().split('\n').last(),
                     QByteArray("{\"received\":321,\"stored\":321,\"duplicates\":0,\"rejected\":0,\"gaps\":0}"));
        }
    }

    void takesAnEnvironmentInAStoresPlace() {
        QFile file(m_folder.path(QStringLiteral("database.yaml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("here:\n  database_type: sqlite\n  database_name: "
                   + m_folder.path(QStringLiteral("sample.db")).toUtf8() + "\n");
        file.close();
        const QStringList environment =
            words("list messages --limit 3 --env here --config") + QStringList(file.fileName());
        QCOMPARE(objects(run(environment).out).size(), 3);
        QCOMPARE(run(environment + QStringList{QStringLiteral("--store"), m_store}).code, 2);
        QCOMPARE(run(words("list messages --env here")).code, 2);
        const Run unknown = run(words("migrate current --env there --config") + QStringList(file.fileName()));
        QCOMPARE(unknown.code, 1);
        QVERIFY2(unknown.err.contains("it has: here"), unknown.err.constData());
    }

    void everyCommandHasHelp() {
        const Run general = run({QStringLiteral("--help")});
        QCOMPARE(general.code, 0);
        for (const CommandSpec* spec : commands()) {
            QVERIFY2(general.out.contains(spec->name), spec->name);
            const Run help = run({QString::fromUtf8(spec->name), QStringLiteral("--help")});
            QCOMPARE(help.code, 0);
            QVERIFY(help.err.isEmpty());
            const Run asked = run({QStringLiteral("help"), QString::fromUtf8(spec->name)});
            QVERIFY(asked.code == 0 && asked.out == help.out);
            for (const OptionSpec& option : spec->options)
                QVERIFY2(help.out.contains(QByteArray("--") + option.name), option.name);
        }
        QVERIFY(run({QStringLiteral("--version")}).out.startsWith("portolan "));
    }

    void wrongUseEndsWith2AndSaysWhy_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* line, const char* says) {
            QTest::newRow(line) << QString::fromUtf8(line) << QByteArray(says);
        };
        row("list", "WHAT");
        row("list batches", "--store");
        row("list nonsense --store sqlite:x.db", "batches, messages");
        row("list messages --store STORE --filter nonsense:1", "position 1");
        row("list messages --store STORE --sort nonsense", "message_number");
        row("list messages --store STORE --after garbage", "ursor");
        row("list messages --store STORE --limit -1", "--limit");
        row("list messages --store STORE --format xml", "jsonl");
        row("list messages --store STORE --nonsense 1", "--nonsense");
        row("list messages --store STORE extra", "extra");
        row("list messages --store ftp://x", "ftp");
        row("list messages --store", "needs a value");
        row("receive --from redis://h/0 --into STORE", "stream");
        row("receive --from demo: --into STORE --idle-exit soon", "idle-exit");
        row("show message --store STORE", "ID");
        row("show nothing 1 --store STORE", "nothing");
        row("migrate sideways --store STORE", "sideways");
        row("nonsense extra", "nonsense");
        // The nearest one is named.
        row("recieve --from demo: --into STORE", "There is no command \"recieve\". Did you mean `receive`?");
        row("lsit", "Did you mean `list`?");
        row("LIST batches --store STORE", "Did you mean `list`?");
        row("verfiy --help", "Did you mean `verify`?");
        row("help verfiy", "Did you mean `verify`?");
        row("nothing-like-it", "There is no command \"nothing-like-it\". There is no file");
        row("list mesages --store STORE", "Did you mean `messages`?");
        row("list deadletters --store STORE", "Did you mean `dead-letters`?");
        row("list migration --store STORE", "Did you mean `migrations`?");
        row("export rejcets --store STORE --to x.csv", "Did you mean `rejects`?");
        row("show mesage 1 --store STORE", "Did you mean `message`?");
        row("diff chekpoint a 1 2 --store STORE", "Did you mean `checkpoint`?");
        row("promote chekpoint a 1 --store STORE --reason x", "Did you mean `checkpoint`?");
        row("migrate donw --store STORE", "Did you mean `down`?");
        row("alerts acknowlege x --store STORE", "Did you mean `acknowledge`?");
        row("views renmae a b --pane ports --store STORE", "Did you mean `rename`?");
        row("model regsiter x --store STORE --reason x", "Did you mean `register`?");
        row("search x --kind mesage --store STORE", "Did you mean `message`?");
        row("list messages --stroe STORE", "Did you mean `--store`?");
        row("list messages --store STORE --fliter x", "Did you mean `--filter`?");
        row("replay --ids=x --resaon x --store STORE", "Did you mean `--reason`?");
    }
    void wrongUseEndsWith2AndSaysWhy() {
        QFETCH(QString, line);
        QFETCH(QByteArray, says);
        line.replace(QLatin1String("STORE"), m_store);
        const Run result = run(line.split(u' ', Qt::SkipEmptyParts));
        QVERIFY2(result.err.contains(says), result.err.constData());
        QCOMPARE(result.code, 2);
        QVERIFY(result.out.isEmpty());
    }

    void whatIsNotThereEndsWith1_data() {
        QTest::addColumn<QString>("line");
        QTest::newRow("store") << QStringLiteral("list messages --store sqlite:///nowhere/at/all.db");
        QTest::newRow("folder") << QStringLiteral("list batches --store file:///nowhere/at/all");
        QTest::newRow("message") << QStringLiteral("show message 999999 --store STORE");
        QTest::newRow("batch") << QStringLiteral("show batch 999999 --store STORE");
    }
    void whatIsNotThereEndsWith1() {
        QFETCH(QString, line);
        const Run result = run(line.replace(QLatin1String("STORE"), m_store).split(u' '));
        QCOMPARE(result.code, 1);
        QVERIFY(!result.err.isEmpty());
        QVERIFY(result.out.isEmpty());
    }

    void interruptedWhileAServerIsSilent_data() {
        QTest::addColumn<QString>("line");
        for (const char* line :
             {"list messages --store STORE", "show message 1 --store STORE", "migrate current --store STORE",
              "migrate up --store STORE", "receive --from demo:?count=10 --into STORE",
              "receive --from rejects:STORE --into sqlite:rejects.db"})
            QTest::newRow(line) << QString::fromUtf8(line);
    }
    void interruptedWhileAServerIsSilent() {
        QFETCH(QString, line);
        test::SilentServer server;
        line.replace(QLatin1String("STORE"), QStringLiteral("postgresql://me@127.0.0.1:%1/orders").arg(server.port()));
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start(QStringLiteral(PORTOLAN_PROGRAM), line.split(u' '));
        QTRY_COMPARE_WITH_TIMEOUT(server.visits(), 1, 20'000);
        QElapsedTimer timer;
        timer.start();
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20'000));
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(process.exitCode(), 130);
    }

    void cursorsPageThroughEverythingOnce() {
        QStringList ids;
        QString after;
        do {
            QStringList line = words("list messages --limit 500 --format jsonl --store") << m_store;
            if (!after.isEmpty())
                line << QStringLiteral("--after") << after;
            const Run page = run(line);
            QCOMPARE(page.code, 0);
            for (const QJsonObject& row : objects(page.out))
                ids << QString::number(row[QStringLiteral("id")].toInteger());
            after = page.err.startsWith("more: --after ") ? QString::fromUtf8(page.err.mid(14).trimmed()) : QString();
        } while (!after.isEmpty());
        QCOMPARE(ids.size(), 1234);
        QCOMPARE(QSet<QString>(ids.cbegin(), ids.cend()).size(), 1234);
    }

    void theLimitIs100UnlessGiven() {
        QCOMPARE(objects(run(words("list messages --store") << m_store).out).size(), 100);
        QCOMPARE(objects(run(words("list messages --limit 0 --store") << m_store).out).size(), 1234);
    }

    void batchesAndMessagesHaveTheContractsKeys() {
        const QJsonObject batch = objects(run(words("list batches --limit 1 --store") << m_store).out).first();
        for (const char* key : {"id", "filename", "message_count", "file_size_bytes", "date_created", "date_modified",
                                "first_message_number", "last_message_number"})
            QVERIFY2(batch.contains(QLatin1String(key)), key);
        QCOMPARE(batch[QStringLiteral("message_count")].toInteger(), 10);
        QVERIFY(batch[QStringLiteral("date_created")].toString().endsWith(u'Z'));
        const QJsonObject shown = objects(run(words("show batch 1 --store") << m_store).out).first();
        QCOMPARE(shown[QStringLiteral("messages")].toArray().size(), 10);
    }

    void csvHasAHeaderAndCrlf() {
        const Run csv = run(words("list batches --limit 2 --format csv --store") << m_store);
        const auto lines = csv.out.split('\n');
        QVERIFY(lines.first().startsWith("id,filename,"));
        QCOMPARE(lines.size(), 4);
        QVERIFY(lines.first().endsWith('\r'));
    }

    void migrateTellsAndMovesTheVersion() {
        const QString store = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("moves.db"));
        QCOMPARE(run(words("migrate up --store") << store).code, 0);
        const auto version = [&] {
            return objects(run(words("migrate current --format jsonl --store") << store).out)
                .first()[QStringLiteral("version")]
                .toInt();
        };
        QCOMPARE(version(), 20);
        QCOMPARE(run(words("migrate down 14 --store") << store).code, 0);
        QCOMPARE(version(), 6);
        QCOMPARE(run(words("migrate to 7 --store") << store).code, 0);
        QCOMPARE(version(), 7);
        QCOMPARE(objects(run(words("list migrations --store") << store).out).size(), 20);
    }

    /// Each step is told, with who, why, from and to; what was before the audit is in its first line.
    void migrationsAreInTheAudit() {
        const QString store = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("told.db"));
        const auto migrated = [&](const char* line) {
            const Run done = run(words(line) << QStringLiteral("--store") << store << QStringLiteral("--reason")
                                             << QStringLiteral("told"));
            return done.code == 0 ? done.err : QByteArray("failed");
        };
        const auto told = [&] {
            QStringList lines;
            for (const QJsonObject& row :
                 objects(run(words("list audit --format jsonl --filter subject_kind:schema --store") << store).out)) {
                const auto image = [&](const char* name) {
                    const QJsonValue value = row[QLatin1String(name)];
                    return value.isObject() ? value.toObject()
                                            : QJsonDocument::fromJson(value.toString().toUtf8()).object();
                };
                const QJsonObject after = image("after_image");
                lines << QStringLiteral("%1 %2-%3 %4 %5 %6")
                             .arg(row[QStringLiteral("action")].toString())
                             .arg(image("before_image")[QStringLiteral("version")].toInt())
                             .arg(after[QStringLiteral("version")].toInt())
                             .arg(after[QStringLiteral("result")].toString(), row[QStringLiteral("reason")].toString(),
                                  row[QStringLiteral("actor")].toString().isEmpty() ? QStringLiteral("nobody")
                                                                                    : QStringLiteral("somebody"));
            }
            return lines;
        };
        QVERIFY(migrated("migrate to 10") != "failed");
        QCOMPARE(told(), (QStringList{QStringLiteral("migrate up 0-9 done told somebody"),
                                      QStringLiteral("migrate up 9-10 done told somebody")}));
        QVERIFY(!migrated("migrate down").contains("audit went"));
        QCOMPARE(told().last(), QStringLiteral("migrate down 10-9 done told somebody"));
        QVERIFY(migrated("migrate down 2").contains("The audit went with its own table"));
        QVERIFY(migrated("migrate to 9") != "failed");
        QCOMPARE(told(), QStringList(QStringLiteral("migrate up 7-9 done told somebody")));
    }

    /// It completes messages as the sample's components do: elsewhere only where the store is named.
    void workIsForTheSample() {
        const QString sample = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("sample.of.mine.db"));
        QCOMPARE(run(words("demo --headless --count 200 --store") << sample).code, 0);
        QCOMPARE(run(words("work --max 2 --idle-exit 1 --store") << sample).code, 0);
        const QString other = QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("orders.v2.db"));
        QCOMPARE(run(words("migrate up --store") << other).code, 0);
        const Run refused = run(words("work --max 2 --idle-exit 1 --store") << other);
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains("--confirm orders.v2"), refused.err);
        QCOMPARE(run(words("work --max 2 --idle-exit 0 --confirm orders --store") << other).code, 2);
        const Run named = run(words("work --max 2 --idle-exit 0 --confirm orders.v2 --store") << other);
        QVERIFY2(named.code == 0, named.err);
    }

    void onlyServersNeedTheirClientLibrary() {
        const QString broken = m_folder.path(QStringLiteral("libraries"));
        QVERIFY(QDir().mkpath(broken));
        QFile library(broken + QStringLiteral("/libpq.so.5")); // found first, and no library
        QVERIFY(library.open(QIODevice::WriteOnly));
        library.close();
        qputenv("LD_LIBRARY_PATH", QFile::encodeName(broken));
        const Run files = run(words("list batches --store") << m_store);
        const Run server = run(words("list batches --store postgresql://me@127.0.0.1:1/orders"));
        qunsetenv("LD_LIBRARY_PATH");
        QCOMPARE(files.code, 0);
        QCOMPARE(server.code, 1);
        QVERIFY2(server.err.contains("PostgreSQL's client library libpq.so.5 cannot be loaded. Install it"),
                 server.err);
    }

    /// What is called leaves to the commands what it is not sure of, and is right where it is.
    void whatIsCalledKnowsTheWindow() {
        int windows = 0;
        const auto isSure = [](const QStringList& arguments) {
            std::vector<QByteArray> kept{"portolan"};
            for (const QString& word : arguments)
                kept.push_back(word.toUtf8());
            std::vector<const char*> argv;
            for (const QByteArray& word : kept)
                argv.push_back(word.constData());
            return isSurelyWindow(static_cast<int>(argv.size()), argv.data());
        };
        QStringList firsts{QString(),
                           QStringLiteral("help"),
                           QStringLiteral("orders.db"),
                           QStringLiteral("./list"),
                           QStringLiteral("sqlite:///orders.db"),
                           QStringLiteral("lsit"),
                           QStringLiteral("-h")};
        for (const CommandSpec* spec : commands())
            firsts << QLatin1String(spec->name);
        for (const OptionSpec& option : windowOptionsOf())
            firsts << QStringLiteral("--") + QLatin1String(option.name);
        for (const QString& first : firsts) {
            for (const char* rest :
                 {"", "--help", "--version", "--headless", "orders.db --theme dark", "--pane ports"}) {
                const QStringList arguments = (first.isEmpty() ? QStringList() : QStringList{first}) + words(rest);
                windows += isSure(arguments) ? 1 : 0;
                QVERIFY2(!isSure(arguments) || isWindowRequest(arguments), qPrintable(arguments.join(u' ')));
            }
        }
        QVERIFY(windows > 20);
        for (const char* sure : {"", "demo", "--theme dark", "orders.db", "sqlite:///orders.db --pane ports"})
            QVERIFY2(isSure(words(sure)), sure);
    }

    void aWindowWithoutADisplaySaysSo() {
        std::map<QByteArray, QByteArray> before;
        for (const char* variable : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}) {
            before[variable] = qgetenv(variable);
            qunsetenv(variable);
        }
        const Run window = run({m_store});
        const QString picture = m_folder.path(QStringLiteral("picture.png"));
        const Run drawn = run({m_store, QStringLiteral("--picture"), picture});
        const QString sample = m_folder.path(QStringLiteral("sample.png"));
        const Run told = run({QStringLiteral("demo"), QStringLiteral("--picture"), sample, QStringLiteral("--theme"),
                              QStringLiteral("light")});
        for (const auto& [variable, value] : before)
            qputenv(variable.constData(), value);
        QCOMPARE(window.code, 1);
        QVERIFY2(window.err.contains("There is no display for the window"), window.err);
        QVERIFY2(drawn.code == 0, drawn.err);
        QVERIFY(QFileInfo(picture).size() > 10'000);
        for (const Run* each : {&drawn, &told})
            QVERIFY2(!each->err.contains("propagateSizeHints"), each->err);
        // The sample's shows a group of dead letters that is chosen: a row across the list in the colour of a choice.
        QVERIFY2(told.code == 0, told.err);
        const QImage image(sample);
        const QRgb chosen = lightTokens().selection.rgb();
        int longest = 0;
        for (int y = 100; y < image.height() / 2; ++y) {
            int run = 0;
            for (int x = 188; x < 940; ++x)
                run += image.pixel(x, y) == chosen ? 1 : 0;
            longest = std::max(longest, run);
        }
        QVERIFY2(longest > 300, QByteArray::number(longest));
    }

    void commandsWorkWhereTheWindowIsNotInstalled() {
        const QString alone = m_folder.path(QStringLiteral("portolan"));
        QVERIFY(QFile::copy(QStringLiteral(PORTOLAN_PROGRAM), alone));
        const Run nothing = run(words("list batches --store") << m_store, alone);
        QCOMPARE(nothing.code, 1);
        QVERIFY2(nothing.err.contains("portolan-commands cannot be started: No such file"), nothing.err);
        QVERIFY(QFile::copy(QStringLiteral(PORTOLAN_PROGRAM "-commands"), alone + QStringLiteral("-commands")));
        QCOMPARE(run(words("list batches --store") << m_store, alone).code, 0);
        const Run window = run({m_store}, alone);
        QCOMPARE(window.code, 1);
        QVERIFY2(window.err.contains("The window is not installed: there is no portolan-window in "), window.err);
        const Run mistyped = run(words("lsit batches"), alone);
        QCOMPARE(mistyped.code, 2);
        QVERIFY2(mistyped.err.contains("There is no command \"lsit\"."), mistyped.err);
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
