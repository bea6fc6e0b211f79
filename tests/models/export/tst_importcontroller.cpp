#include "models/export/importcontroller.h"
#include "models/window/jobdisplay.h"
#include "storage/export/bundle.h"
#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::TempFolder;

namespace {

constexpr int patience = 60'000;
#ifdef NDEBUG
constexpr int rows = 600'000; ///< enough for it to be cancelled midway
#else
constexpr int rows = 60'000;
#endif

ImportOptions rowsOf(const QString& file) {
    ImportOptions options;
    options.file = file;
    return options;
}

} // namespace

/// Files that are put into a real store by the threads of a desk.
class TestImportController : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_url = store(QStringLiteral("s.db"));
        m_desk = desk(m_url);
    }
    void cleanup() { m_desk.reset(); }

    void storesRowsOnce() {
        const QString file = write("oven.csv", "time,value\n2026-01-01T00:00:00Z,1.5\n2026-01-01T00:01:00Z,2\n");
        const auto preview = look(rowsOf(file));
        QVERIFY2(preview, preview ? "" : qPrintable(preview.error().text));
        QVERIFY(!preview->bundle && preview->mistakes.isEmpty());
        QCOMPARE(preview->rows.size(), 2);
        QVERIFY2(preview->rows[0].contains("oven") && preview->rows[0].contains("1.5"), preview->rows[0].constData());
        QCOMPARE(value("SELECT count(*) FROM processed_events"), QStringLiteral("0")); // it was only looked at
        QCOMPARE(import(rowsOf(file)), QStringLiteral("stored: 2"));
        QCOMPARE(value("SELECT group_concat(event_id) FROM processed_events"), QStringLiteral("oven:1,oven:2"));
        QCOMPARE(import(rowsOf(file)), QStringLiteral("stored: 0 · there already: 2"));
        QCOMPARE(value("SELECT count(*) FROM processed_events"), QStringLiteral("2"));
    }

    void saysWhatItCannotTake() {
        const QString file = write("rows.jsonl", "{\"message_number\":1,\"content\":\"a\"}\n{\"kind\":\"health\"}\n");
        const QString outcome = import(rowsOf(file));
        QVERIFY2(outcome.startsWith(QStringLiteral("stored: 1 · not taken: 1, e.g. ")), qPrintable(outcome));
        QCOMPARE(value("SELECT count(*) FROM messages"), QStringLiteral("1"));
        QCOMPARE(value("SELECT count(*) FROM portolan_rejects"), QStringLiteral("1"));
    }

    void refusesInWordsWhatIsImpossible() {
        const auto isRefused = [this](const ImportOptions& options, const char* word) {
            const auto preview = look(options);
            return !preview && preview.error().text.contains(QLatin1String(word));
        };
        QVERIFY(isRefused(rowsOf(m_folder->path(QStringLiteral("none.csv"))), "There is no file"));
        QVERIFY(isRefused(rowsOf(write("empty.csv", "")), "no rows"));
        QVERIFY(isRefused(rowsOf(write("wide.csv", "\xFF\xFE\x61")), "cut off"));
        ImportOptions columns = rowsOf(write("a.csv", "a,b\n1,2\n"));
        columns.columns = {{"time", "nowhere"}, {"value", "b"}};
        QVERIFY(isRefused(columns, "nowhere"));
        QVERIFY(isRefused(rowsOf(write("b.zip", "PK\x03\x04 and no more")), "archive"));
        // Said to be imported all the same, it fails with the same words, and changes nothing.
        const quint64 before = changes();
        import(columns);
        QVERIFY(m_desk->jobs().back().failed);
        QVERIFY(m_desk->jobs().back().outcome.contains(QLatin1String("nowhere")));
        QCOMPARE(changes(), before);
    }

    /// What was stored stays, and the rest comes with another import: each row once.
    void goesOnAfterACancel() {
        QByteArray text = "event_id,sensor_id,timestamp,value\n";
        for (int i = 0; i < rows; ++i)
            text += "e" + QByteArray::number(i) + ",s,2026-01-01T00:00:00Z," + QByteArray::number(i) + '\n';
        const QString file = write("many.csv", text);
        m_desk->start(rowsOf(file), {});
        const quint64 number = m_desk->jobs().back().number;
        const auto job = [this]() -> const ImportJob& { return m_desk->jobs().back(); };
        QTRY_VERIFY_WITH_TIMEOUT(job().done > 0 || job().ended, patience);
        QVERIFY(!job().ended);
        // About as many as there are: what is left is estimated.
        QVERIFY2(job().total > rows * 8 / 10 && job().total < rows * 12 / 10, qPrintable(QString::number(job().total)));
        m_desk->cancel(number);
        QVERIFY(job().stopping);
        QTRY_VERIFY_WITH_TIMEOUT(job().ended, patience);
        QVERIFY(!job().failed && job().outcome.startsWith(QLatin1String("Cancelled")));
        const int stored = value("SELECT count(*) FROM processed_events").toInt();
        QVERIFY(stored < rows);
        QVERIFY2(job().outcome.contains(QLatin1String("stored")), qPrintable(job().outcome));
        import(rowsOf(file));
        QCOMPARE(job().done, qint64(rows));
        QCOMPARE(value("SELECT count(*) FROM processed_events"), QString::number(rows));
    }

    void oneAfterTheOther() {
        const QString first = write("a.csv", "time,value\n2026-01-01T00:00:00Z,1\n");
        const QString second = write("b.csv", "time,value\n2026-01-01T00:00:00Z,1\n");
        QSignalSpy idle(m_desk.get(), &ImportController::idle);
        m_desk->start(rowsOf(first), {});
        m_desk->start(rowsOf(second), {});
        QVERIFY(m_desk->isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!m_desk->isBusy(), patience);
        QCOMPARE(idle.count(), 1);
        QCOMPARE(value("SELECT count(*) FROM processed_events"), QStringLiteral("2"));
        const JobDisplay shown = jobDisplay(m_desk->jobs().back());
        QCOMPARE(shown.name, QStringLiteral("Import 2"));
        QVERIFY2(shown.text.startsWith(QStringLiteral("b.csv · stored: 1")), qPrintable(shown.text));
        m_desk->dismiss(1);
        m_desk->dismiss(2);
        QVERIFY(m_desk->jobs().empty());
    }

    void takesABundleWithItsReason() {
        QCOMPARE(SqliteScript(m_url.path)
                     .run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, "
                          "status) VALUES ('m1', 'p', 'a', 'b', '{}', 'dead_letter')"),
                 QString());
        const QString file = m_folder->path(QStringLiteral("b.zip"));
        {
            const auto reader = openStore(m_url, Access::Read);
            auto draft = BundleDraft::freeze(**reader, {}, file, [](qint64) {}, {});
            QVERIFY(draft && (*draft)->write(**reader, {}, {}));
        }
        const StoreUrl into = store(QStringLiteral("into.db"));
        m_desk = desk(into);
        const auto preview = look(rowsOf(file));
        QVERIFY2(preview, preview ? "" : qPrintable(preview.error().text));
        QVERIFY(preview->bundle && preview->bundle->messages == 1 && preview->rows.isEmpty());
        QCOMPARE(import(rowsOf(file), "to look into it"), QStringLiteral("stored: 1"));
        SqliteScript script(into.path);
        QCOMPARE(script.value("SELECT status FROM port_messages WHERE id = 'm1'"), QStringLiteral("dead_letter"));
        QCOMPARE(script.value("SELECT actor || ': ' || reason FROM portolan_audit WHERE subject_kind = 'bundle'"),
                 QStringLiteral("ada: to look into it"));
        QCOMPARE(import(rowsOf(file), "again"), QStringLiteral("stored: 0 · there already: 1"));
    }

private:
    StoreUrl store(const QString& name) const {
        const auto url = StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(name));
        if (const auto made = openStore(*url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        return *url;
    }
    static std::unique_ptr<ImportController> desk(const StoreUrl& url) {
        return std::make_unique<ImportController>(
            [url](const CancelToken& token) { return openStore(url, Access::Write, token); }, "ada");
    }
    QString write(const char* name, const QByteArray& text) const {
        QFile file(m_folder->path(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
        return file.fileName();
    }
    Result<ImportPreview> look(const ImportOptions& options) {
        std::optional<Result<ImportPreview>> preview;
        RequestScope asker;
        m_desk->look(asker, options, this, [&preview](Result<ImportPreview> answer) { preview = std::move(answer); });
        if (!QTest::qWaitFor([&] { return preview.has_value(); }, patience))
            qFatal("nobody answers");
        return std::move(*preview);
    }
    QString import(const ImportOptions& options, const QByteArray& reason = {}) const {
        m_desk->start(options, reason);
        if (!QTest::qWaitFor([&] { return !m_desk->isBusy(); }, patience))
            qFatal("the import does not end");
        return m_desk->jobs().back().outcome;
    }
    QString value(const QByteArray& sql) const { return SqliteScript(m_url.path).value(sql); }
    quint64 changes() const { return value("SELECT count(*) FROM processed_events").toULongLong(); }

    std::unique_ptr<TempFolder> m_folder;
    StoreUrl m_url;
    std::unique_ptr<ImportController> m_desk;
};

QTEST_MAIN(TestImportController)
#include "tst_importcontroller.moc"
