#include "tests/support/importing.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"

#include <QFile>
#include <QTest>
#include <memory>

using namespace portolan;
using namespace portolan::test;

/// Importing twice stores once, and nothing that is another row, column or file passes for stored.
class TestImportIdentity : public QObject {
    Q_OBJECT

    std::unique_ptr<TempFolder> m_folder;

    QString file(const QString& name, const QByteArray& text) const {
        QFile file(m_folder->path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
        return file.fileName();
    }
    /// "stored duplicates rejected".
    [[nodiscard]] QString import(const QString& file, const QString& columns = {},
                                 const QByteArray& sensor = {}) const {
        ImportOptions with;
        with.file = file;
        with.sensor = sensor;
        if (!columns.isEmpty())
            with.columns = *parseImportColumns(columns);
        return imported(with, *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("s.db"))));
    }
    [[nodiscard]] QStringList rows(const QByteArray& sql) const {
        return SqliteScript(m_folder->path(QStringLiteral("s.db"))).rows(sql);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<TempFolder>(); }

    void theSameFileIsStoredOnce() {
        const QString oven =
            file(QStringLiteral("oven.csv"), "time,value\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,2\n");
        QCOMPARE(import(oven), QStringLiteral("2 0 0"));
        QCOMPARE(import(oven), QStringLiteral("0 2 0"));
        // In another folder, and with a row more.
        const QString longer = file(QStringLiteral("copy"), {});
        QVERIFY(QFile::remove(longer));
        QVERIFY(QFile::copy(oven, longer));
        QCOMPARE(import(longer, {}, "oven"), QStringLiteral("0 2 0"));
        file(QStringLiteral("oven.csv"),
             "time,value\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,2\n2026-01-01 00:02:00,3\n");
        QCOMPARE(import(oven), QStringLiteral("1 2 0"));
    }

    void tomorrowsFileOfTheSameNameIsTold() {
        const QString oven =
            file(QStringLiteral("oven.csv"), "time,value\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,2\n");
        QCOMPARE(import(oven), QStringLiteral("2 0 0"));
        file(QStringLiteral("oven.csv"), "time,value\n2026-01-02 00:00:00,1\n2026-01-02 00:01:00,2\n");
        QCOMPARE(import(oven), QStringLiteral("0 0 2"));
        QCOMPARE(import(oven), QStringLiteral("0 2 0")); // told once
        QCOMPARE(rows("SELECT count(*) FROM portolan_rejects WHERE reason LIKE 'sensor event oven:_ is stored already, "
                      "with other data: timestamp 2026-01-01T%, not 2026-01-02T%'"),
                 QStringList(QStringLiteral("2")));
        QCOMPARE(import(oven, {}, "oven, second day"), QStringLiteral("2 0 0"));
        QCOMPARE(rows("SELECT count(*) FROM metrics"), QStringList(QStringLiteral("4")));
    }

    void aCorrectedRowIsTold() {
        const QString oven =
            file(QStringLiteral("oven.csv"), "time,value\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,2\n");
        QCOMPARE(import(oven), QStringLiteral("2 0 0"));
        file(QStringLiteral("oven.csv"), "time,value\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,7\n");
        QCOMPARE(import(oven), QStringLiteral("0 1 1"));
    }

    void anotherColumnIsAnotherMessage() {
        const QString wide =
            file(QStringLiteral("wide.csv"), "at,in,out\n2026-01-01 00:00:00,1,5\n2026-01-01 00:01:00,2,6\n");
        const QString in = QStringLiteral("time=at,value=in");
        const QString out = QStringLiteral("time=at,value=out");
        QCOMPARE(import(wide, in, "in"), QStringLiteral("2 0 0"));
        QCOMPARE(import(wide, out, "out"), QStringLiteral("2 0 0"));
        QCOMPARE(import(wide, out, "in"), QStringLiteral("0 0 2")); // ids of that sensor, with other values
        QCOMPARE(import(wide, in, "in"), QStringLiteral("0 2 0"));
        QCOMPARE(rows("SELECT sensor_id, sum(value) FROM metrics GROUP BY sensor_id ORDER BY sensor_id"),
                 (QStringList{QStringLiteral("in|3.0"), QStringLiteral("out|11.0")}));
    }

    void aWideFileIsStoredOnce() {
        const QByteArray head = "time;in;out\n";
        const QString wide =
            file(QStringLiteral("wide.csv"), head + "2026-01-01;0,5;1\n2026-01-02;1,5;2\n2026-01-03;2,5;\n");
        QCOMPARE(import(wide), QStringLiteral("5 0 0"));
        QCOMPARE(import(wide), QStringLiteral("0 5 0"));
        // One cell is corrected, another one filled in.
        file(QStringLiteral("wide.csv"), head + "2026-01-01;0,5;1\n2026-01-02;7,5;2\n2026-01-03;2,5;3\n");
        QCOMPARE(import(wide), QStringLiteral("1 4 1"));
        // A column more.
        file(QStringLiteral("wide.csv"),
             "time;in;out;new\n2026-01-01;0,5;1;9\n2026-01-02;7,5;2;9\n2026-01-03;2,5;3;9\n");
        QCOMPARE(import(wide), QStringLiteral("3 5 1"));
        QCOMPARE(rows("SELECT sensor_id, count(*), sum(value) FROM metrics GROUP BY sensor_id ORDER BY sensor_id"),
                 (QStringList{QStringLiteral("wide.in|3|4.5"), QStringLiteral("wide.new|3|27.0"),
                              QStringLiteral("wide.out|3|6.0")}));
    }

    /// As a sheet ends that is saved as CSV. Rows after one keep their numbers, an empty text is no blank.
    void rowsOfSeparatorsAreNone() {
        const QString sheet = file(QStringLiteral("sheet.csv"), ",\r\ntime,value\r\n2026-01-01 00:00:00,1\r\n,\r\n"
                                                                "2026-01-01 00:01:00,2\r\n , \t\r\n,\r\n");
        QCOMPARE(import(sheet), QStringLiteral("2 0 0"));
        QCOMPARE(import(sheet), QStringLiteral("0 2 0"));
        QCOMPARE(rows("SELECT event_id, value FROM metrics ORDER BY value"),
                 (QStringList{QStringLiteral("sheet:1|1.0"), QStringLiteral("sheet:3|2.0")}));
        QCOMPARE(rows("SELECT count(*) FROM portolan_rejects"), QStringList(QStringLiteral("0")));
        QCOMPARE(import(file(QStringLiteral("texts.csv"), "time,value\n2026-01-01 00:00:00,1\n\"\",\"\"\n")),
                 QStringLiteral("1 0 1"));
    }

    void namesAboveTheColumnsCount() {
        const QString oven = file(QStringLiteral("oven.csv"), "time,value,more\n2026-01-01 00:00:00,1,5\n");
        QCOMPARE(import(oven), QStringLiteral("2 0 0"));
        file(QStringLiteral("oven.csv"), "time,more,value\n2026-01-01 00:00:00,1,5\n");
        QCOMPARE(import(oven), QStringLiteral("0 0 2"));
    }

    void aColumnCalledValueIsOneOfSeveral_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("sensors");
        const auto row = [](const char* name, const QByteArray& text, const QStringList& sensors) {
            QTest::newRow(name) << text << sensors;
        };
        row("first", "time,value,pressure\n2026-01-01T00:00:00Z,1,10\n2026-01-01T00:01:00Z,2,20\n",
            {QStringLiteral("w.pressure|2"), QStringLiteral("w.value|2")});
        row("of a time in a column of another name", "when,druck,value\n2026-01-01T00:00:00Z,1,10\n",
            {QStringLiteral("w.druck|1"), QStringLiteral("w.value|1")});
        row("of sensors", "time,sensor_id,value,pressure\n2026-01-01T00:00:00Z,a,1,10\n2026-01-01T00:00:00Z,b,2,20\n",
            {QStringLiteral("a.pressure|1"), QStringLiteral("a.value|1"), QStringLiteral("b.pressure|1"),
             QStringLiteral("b.value|1")});
        row("beside texts", "time,value,place\n2026-01-01T00:00:00Z,1,in\n", {QStringLiteral("w|1")});
        row("beside the rows' numbers", "id,time,value\n7,2026-01-01T00:00:00Z,1\n", {QStringLiteral("w|1")});
    }
    void aColumnCalledValueIsOneOfSeveral() {
        QFETCH(QByteArray, text);
        (void)import(file(QStringLiteral("w.csv"), text));
        QTEST(rows("SELECT sensor_id, count(*) FROM metrics GROUP BY sensor_id ORDER BY sensor_id"), "sensors");
    }
};

QTEST_GUILESS_MAIN(TestImportIdentity)
#include "tst_importidentity.moc"
