// Ids as people and programs write them down, in every command that takes some, in both databases.

#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

using namespace portolan;

namespace {

struct Run {
    int code = -1;
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QJsonObject last() const {
        return QJsonDocument::fromJson(out.trimmed().split('\n').last()).object();
    }
};

Run run(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(PORTOLAN_PROGRAM), words);
    if (!process.waitForFinished(60'000))
        qFatal("portolan %s: %s", qPrintable(words.join(u' ')), qPrintable(process.errorString()));
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

constexpr int letters = 6; ///< dead; the one after them is not

QByteArray idOf(int number) {
    return "abcdefab-0000-4000-8000-00000000000" + QByteArray::number(number);
}

QByteArray withoutHyphens(QByteArray id) {
    return id.replace('-', "");
}

/// UTF-16 with its mark, as the shells of Windows write files.
QByteArray wide(const QByteArray& text, bool isHighFirst) {
    QStringEncoder encoder(isHighFirst ? QStringEncoder::Utf16BE : QStringEncoder::Utf16LE,
                           QStringEncoder::Flag::WriteBom);
    return encoder(QString::fromUtf8(text));
}

/// A list of ids, and what it comes to.
struct Written {
    const char* name;
    QByteArray text;
    int found;        ///< of the dead letters
    QByteArray names; ///< what standard error says, a part of it; empty: nothing of ids
    bool isPart;      ///< something was left out
};

std::vector<Written> lists() {
    QByteArray many;
    for (int i = 100; i < 130; ++i)
        many += "unknown-" + QByteArray::number(i) + '\n';
    return {
        {"as they are", idOf(1) + '\n' + idOf(2) + '\n', 2, {}, false},
        {"capitals", idOf(1).toUpper() + '\n', 1, {}, false},
        {"braces", '{' + idOf(1) + "}\n", 1, {}, false},
        {"without hyphens", withoutHyphens(idOf(1)) + '\n', 1, {}, false},
        {"a byte order mark and carriage returns", "\xEF\xBB\xBF" + idOf(1) + "\r\n" + idOf(2) + "\r\n", 2, {}, false},
        {"quotes", '"' + idOf(1) + "\"\n", 1, {}, false},
        {"a header", "id\r\n" + idOf(1) + "\r\n", 1, {}, false},
        {"a CSV export", "port_name,id,status\r\np," + idOf(1) + ",x\r\n\"a,b\"," + idOf(3) + ",x\r\n", 2, {}, false},
        {"no line break at the end", idOf(1), 1, {}, false},
        {"twice", idOf(1) + '\n' + idOf(1) + '\n', 1, idOf(1) + ": is named more than once", false},
        {"twice, in two forms", idOf(1) + "\n{" + idOf(1).toUpper() + "}\n", 1, "named more than once", false},
        {"a NUL", idOf(1) + QByteArray("\nx\0y\n", 5), 1, "x\xE2\x90\x80y: there is no such message", true},
        {"UTF-16, low byte first", wide(idOf(1) + "\r\n", false), 1, {}, false},
        {"UTF-16, high byte first", wide(idOf(1) + "\nnonsense\n", true), 1, "nonsense: there is no such", true},
        {"no UTF-8", idOf(1) + "\n\xFF\xC0\n", 1, "there is no such message", true},
        {"no UUID", "nonsense\n" + idOf(1) + '\n', 1, "nonsense: there is no such message", true},
        {"nothing but nonsense", "nonsense\n", 0, "nonsense: there is no such message", true},
        {"a UUID of no message", "00000000-0000-4000-8000-000000000000\n" + idOf(1) + '\n', 1, "no such message", true},
        {"one that is not dead", idOf(letters + 1) + '\n' + idOf(1) + '\n', 1, ": it is no dead letter", true},
        {"thirty unknown ones", many + idOf(1) + '\n', 1, "and 10 more: there is no such message", true},
    };
}

} // namespace

class TestIds : public QObject {
    Q_OBJECT

    test::TempFolder m_folder;
    test::PostgresServer m_server;

    QString path(const char* name) const { return m_folder.path(QLatin1String(name)); }
    QString write(const QByteArray& text) const {
        QFile file(path("ids"));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
        return file.fileName();
    }
    QString textOf(const StoreUrl& url) const {
        return QStringLiteral("postgresql://postgres@127.0.0.1:%1/%2").arg(m_server.port()).arg(url.database);
    }
    /// A new store of the kind with the letters.
    QString makeStore(bool onServer) {
        QByteArray rows;
        for (int i = 1; i <= letters + 1; ++i)
            rows +=
                "{\"kind\":\"port_message\",\"id\":\"" + idOf(i)
                + "\",\"port_name\":\"p\",\"source_component\":\"a\",\"target_component\":\"b\",\"message_data\":{}}\n";
        QFile file(path("rows.jsonl"));
        if (!file.open(QIODevice::WriteOnly) || file.write(rows) != rows.size())
            qFatal("%s", qPrintable(file.errorString()));
        file.close();
        const QByteArray dying = "UPDATE port_messages SET status = 'dead_letter', error_message = 'boom' WHERE "
                                 "CAST(id AS text) <> '"
                                 + idOf(letters + 1) + '\'';
        static int made = 0;
        const QString sqlite = m_folder.path(QStringLiteral("store%1.db").arg(++made));
        const StoreUrl server = onServer ? m_server.createDatabase() : StoreUrl();
        const QString store = onServer ? textOf(server) : QStringLiteral("sqlite://") + sqlite;
        const Run filled = run({QStringLiteral("import"), file.fileName(), QStringLiteral("--into"), store});
        if (filled.code != 0)
            qFatal("%s", filled.err.constData());
        const QString failed =
            onServer ? test::PostgresScript(server).run(dying) : test::SqliteScript(sqlite).run(dying);
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
        return store;
    }

    static void rows() {
        QTest::addColumn<bool>("onServer");
        QTest::addColumn<int>("list");
        const auto all = lists();
        for (const bool onServer : {false, true}) {
            for (std::size_t i = 0; i < all.size(); ++i)
                QTest::addRow("%s: %s", onServer ? "PostgreSQL" : "SQLite", all[i].name)
                    << onServer << static_cast<int>(i);
        }
    }

private Q_SLOTS:
    void everyCommandFindsThem_data() { rows(); }
    void everyCommandFindsThem() {
        QFETCH(bool, onServer);
        QFETCH(int, list);
        const Written written = lists()[static_cast<std::size_t>(list)];
        const QString store = makeStore(onServer);
        const QString file = write(written.text);
        const auto expect = [&](const Run& done, const char* what) {
            QVERIFY2(done.code == (written.isPart ? 3 : 0), QByteArray(what) + ' ' + done.err);
            QVERIFY2(done.err.contains(written.names), done.err);
            QVERIFY2(!written.names.isEmpty() || !done.err.contains(": there is no"), done.err);
        };
        const QStringList common{QStringLiteral("--store"), store, QStringLiteral("--ids"), file};
        const Run bundled = run(QStringList{QStringLiteral("bundle"), QStringLiteral("--no-report"),
                                            QStringLiteral("--to"), path("out.zip")}
                                + common);
        if (written.found > 0)
            expect(bundled, "bundle");
        else
            QVERIFY2(bundled.code == 2 && bundled.err.contains("would be empty"), bundled.err);
        QCOMPARE(bundled.last()[QStringLiteral("messages")].toInt(), written.found);
        const QStringList reason{QStringLiteral("--reason"), QStringLiteral("test")};
        const Run dry =
            run(QStringList(QStringLiteral("replay")) + common + reason + QStringList(QStringLiteral("--dry-run")));
        expect(dry, "replay --dry-run");
        QCOMPARE(dry.last()[QStringLiteral("frozen")].toInt(), written.found);
        const Run discarded = run(QStringList(QStringLiteral("discard")) + common + reason);
        expect(discarded, "discard");
        QCOMPARE(discarded.last()[QStringLiteral("discarded")].toInt(), written.found);
        const Run restored = run({QStringLiteral("discard"), QStringLiteral("--store"), store,
                                  QStringLiteral("--restore"), file, reason[0], reason[1]});
        QVERIFY2(restored.code == (written.isPart ? 3 : 0), restored.err);
        QCOMPARE(restored.last()[QStringLiteral("restored")].toInt(), written.found);
        const Run replayed = run(QStringList(QStringLiteral("replay")) + common + reason);
        expect(replayed, "replay");
        QCOMPARE(replayed.last()[QStringLiteral("replayed")].toInt(), written.found);
    }

    void theArchiveSpeaksOfOneId_data() {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("SQLite") << false;
        QTest::newRow("PostgreSQL") << true;
    }
    /// What `list archive` prints as id or as message_id, and its CSV, are all taken.
    void theArchiveSpeaksOfOneId() {
        QFETCH(bool, onServer);
        const QString store = makeStore(onServer);
        for (const char* key : {"id", "message_id", ""}) {
            const QStringList reason{QStringLiteral("--reason"), QStringLiteral("test"), QStringLiteral("--store"),
                                     store};
            QCOMPARE(
                run(QStringList{QStringLiteral("discard"), QStringLiteral("--ids"), write(idOf(2) + '\n')} + reason)
                    .code,
                0);
            const bool isCsv = *key == '\0';
            const Run archive =
                run({QStringLiteral("list"), QStringLiteral("archive"), QStringLiteral("--store"), store,
                     QStringLiteral("--filter"), QStringLiteral("not restored_at:*"), QStringLiteral("--format"),
                     isCsv ? QStringLiteral("csv") : QStringLiteral("jsonl")});
            const QByteArray ids = isCsv ? archive.out : archive.last()[QLatin1String(key)].toVariant().toByteArray();
            const Run restored =
                run(QStringList{QStringLiteral("discard"), QStringLiteral("--restore"), write(ids)} + reason);
            QVERIFY2(restored.code == 0, restored.err + ids);
            QCOMPARE(restored.last()[QStringLiteral("restored")].toInt(), 1);
        }
    }

    void theArchiveTakesBothNamesOfOneMessage_data() { theArchiveSpeaksOfOneId_data(); }
    void theArchiveTakesBothNamesOfOneMessage() {
        QFETCH(bool, onServer);
        const QString store = makeStore(onServer);
        const QStringList reason{QStringLiteral("--reason"), QStringLiteral("test"), QStringLiteral("--store"), store};
        const auto list = [&](const QByteArray& filter) {
            return run({QStringLiteral("list"), QStringLiteral("archive"), QStringLiteral("--store"), store,
                        QStringLiteral("--format"), QStringLiteral("jsonl"), QStringLiteral("--filter"),
                        QString::fromLatin1(filter)});
        };
        QCOMPARE(
            run(QStringList{QStringLiteral("discard"), QStringLiteral("--ids"), write(idOf(2) + '\n')} + reason).code,
            0);
        for (const QByteArray& id : {idOf(2), idOf(2).toUpper()}) {
            const Run listed = list("message_id:" + id);
            QVERIFY2(listed.last()[QLatin1String("message_id")].toString() == QString::fromLatin1(idOf(2)), listed.err);
        }
        const QByteArray number = list("message_id:*").last()[QLatin1String("id")].toVariant().toByteArray();
        for (const QByteArray& both : {idOf(2) + '\n' + number, number + '\n' + idOf(2).toUpper()}) {
            const Run restored =
                run(QStringList{QStringLiteral("discard"), QStringLiteral("--restore"), write(both + '\n')} + reason);
            QVERIFY2(restored.code == 3 && restored.err.contains(": it is named more than once"), restored.err);
            QCOMPARE(restored.last()[QStringLiteral("restored")].toInt(), 1);
            QVERIFY(list("not restored_at:*").out.isEmpty());
            break;
        }
    }

    void oneMessageIsFoundHoweverItsIdIsWritten_data() { theArchiveSpeaksOfOneId_data(); }
    void oneMessageIsFoundHoweverItsIdIsWritten() {
        QFETCH(bool, onServer);
        const QString store = makeStore(onServer);
        for (const QByteArray& id : {idOf(1), idOf(1).toUpper(), '{' + idOf(1) + '}', withoutHyphens(idOf(1))}) {
            const Run shown = run({QStringLiteral("show"), QStringLiteral("message"), QString::fromLatin1(id),
                                   QStringLiteral("--store"), store});
            QVERIFY2(shown.code == 0, shown.err);
            QCOMPARE(shown.last()[QStringLiteral("id")].toString().toLatin1(), idOf(1));
        }
        const Run none = run({QStringLiteral("show"), QStringLiteral("message"), QStringLiteral("nonsense"),
                              QStringLiteral("--store"), store});
        QCOMPARE(none.code, 1);
        QVERIFY2(none.err.contains("no port message nonsense"), none.err);
        const Run listed = run({QStringLiteral("list"), QStringLiteral("port-messages"), QStringLiteral("--store"),
                                store, QStringLiteral("--filter"), QStringLiteral("id:nonsense")});
        QVERIFY2(listed.code == 0 && listed.out.isEmpty(), listed.err);
    }
};

QTEST_GUILESS_MAIN(TestIds)
#include "tst_ids.moc"
