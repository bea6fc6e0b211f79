#include "storage/base/timeforms.h"
#include "storage/export/flatrows.h"
#include "storage/export/rowfile.h"
#include "storage/export/sheetrows.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QRandomGenerator>
#include <QtTest>
#include <csignal>
#include <sys/resource.h>

using namespace portolan;
using test::TempFolder;

namespace {

const std::vector<ExportColumn> columns{
    {"id", ColumnType::Integer}, {"text", ColumnType::Text}, {"data", ColumnType::Json}};

/// As a disk that is full: no file grows beyond so many bytes while this lives.
class SmallDisk {
public:
    explicit SmallDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit small{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

private:
    rlimit m_before{};
};

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
}

} // namespace

class TestRowFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<TempFolder>(); }

    void knowsEndings() {
        QCOMPARE(*exportFormatOf(QStringLiteral("/a/b.CSV")), ExportFormat::Csv);
        QCOMPARE(*exportFormatOf(QStringLiteral("b.xlsx")), ExportFormat::Xlsx);
        QCOMPARE(exportFormatOf(QStringLiteral("/a.csv/b")).error().code, ErrorCode::Usage);
    }

    void writesWhatEachFormatIs_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("none");
        QTest::addColumn<QByteArray>("two");
        QTest::newRow("csv") << QStringLiteral("a.csv") << QByteArray("id,text,data\r\n")
                             << QByteArray("id,text,data\r\n1,\"'=1+1\",\"{\"\"a\"\":-1}\"\r\n2,,-5\r\n");
        QTest::newRow("json") << QStringLiteral("a.json") << QByteArray("[\n]\n")
                              << QByteArray("[\n{\"id\":1,\"text\":\"=1+1\",\"data\":{\"a\":-1}},\n"
                                            "{\"id\":2,\"text\":null,\"data\":-5}\n]\n");
        QTest::newRow("jsonl") << QStringLiteral("a.jsonl") << QByteArray()
                               << QByteArray("{\"id\":1,\"text\":\"=1+1\",\"data\":{\"a\":-1}}\n"
                                             "{\"id\":2,\"text\":null,\"data\":-5}\n");
    }
    void writesWhatEachFormatIs() {
        QFETCH(const QString, name);
        QFETCH(const QByteArray, none);
        QFETCH(const QByteArray, two);
        const QString path = m_folder->path(name);
        for (const bool isEmpty : {true, false}) {
            auto file = create(path);
            QVERIFY(file);
            if (!isEmpty) {
                QVERIFY((*file)->add(std::array<Value, 3>{qint64(1), QByteArray("=1+1"), QByteArray("{\"a\":-1}")}));
                QVERIFY((*file)->add(std::array<Value, 3>{qint64(2), Value(), QByteArray("-5")}));
            }
            QCOMPARE(contents(path), isEmpty ? QByteArray("not there") : none); // the one before, until the end
            const auto summary = (*file)->finish();
            QVERIFY(summary);
            QCOMPARE(contents(path), isEmpty ? none : two);
            QCOMPARE(summary->rows, isEmpty ? 0 : 2);
            QCOMPARE(summary->bytes, QFileInfo(path).size());
            QCOMPARE(summary->cells.guarded, !isEmpty && name == QLatin1String("a.csv") ? 1 : 0);
        }
        QCOMPARE(names(), QStringList{name});
    }

    void leavesNothingUnlessItIsFinished_data() { everyFormat(); }
    void leavesNothingUnlessItIsFinished() {
        QFETCH(const QString, name);
        QFETCH(const bool, flattens);
        const QString path = m_folder->path(name);
        {
            QFile before(path);
            QVERIFY(before.open(QIODevice::WriteOnly));
            before.write("before");
        }
        {
            auto file = create(path, flattens);
            QVERIFY(file);
            for (qint64 i = 0; i < 20'000; ++i)
                QVERIFY((*file)->add(row(i)));
        }
        QCOMPARE(contents(path), QByteArray("before"));
        QCOMPARE(names(), QStringList{name});
    }

    /// Whenever it becomes full, it is said, and nothing is there.
    void saysThatTheDiskIsFull_data() { everyFormat(); }
    void saysThatTheDiskIsFull() {
        QFETCH(const QString, name);
        QFETCH(const bool, flattens);
        const QString path = m_folder->path(name);
        for (const rlim_t bytes : {rlim_t(0), rlim_t(1'000), rlim_t(100'000), rlim_t(300'000)}) {
            const SmallDisk small(bytes);
            auto file = create(path, flattens);
            if (!file) {
                QCOMPARE(file.error().code, ErrorCode::Io);
                continue;
            }
            Result<void> added;
            for (qint64 i = 0; i < 20'000 && added; ++i)
                added = (*file)->add(row(i));
            const auto summary = added ? (*file)->finish() : Result<ExportSummary>(added.error());
            QVERIFY(!summary);
            QCOMPARE(summary.error().code, ErrorCode::Io);
            QVERIFY2(summary.error().text.contains(path), qPrintable(summary.error().text));
        }
        QCOMPARE(names(), QStringList());
    }

    /// A sheet's writer has sixteen digits; of whom it rounds is told, and the other formats have them all.
    void saysWhatASheetRounds() {
        const std::vector<double> numbers{0.1, 0.1 + 0.2, 1.0 / 3, 1e22, 1e12 + 0.1, 5e-324};
        const auto write = [&](const QString& path) {
            auto file =
                createRowFile(path, {*exportFormatOf(path), {}, false}, {{"number", ColumnType::Real}}, QString());
            if (!file)
                return Result<ExportSummary>(file.error());
            for (const double number : numbers) {
                if (const auto added = (*file)->add(std::array<Value, 1>{number}); !added)
                    return Result<ExportSummary>(added.error());
            }
            return (*file)->finish();
        };
        const auto text = write(m_folder->path(QStringLiteral("a.csv")));
        QVERIFY(text && text->cells.rounded == 0);
        QCOMPARE(contents(m_folder->path(QStringLiteral("a.csv"))),
                 QByteArray("number\r\n0.1\r\n0.30000000000000004\r\n0.3333333333333333\r\n1e+22\r\n1000000000000.1\r\n"
                            "5e-324\r\n"));
        const auto sheet = write(m_folder->path(QStringLiteral("a.xlsx")));
        if (!sheet && sheet.error().code == ErrorCode::Unsupported)
            QSKIP("libxlsxwriter is not installed");
        QVERIFY2(sheet, sheet ? "" : qPrintable(sheet.error().text));
        QCOMPARE(sheet->cells.rounded, qint64(1));
    }

    /// A cell's double holds a time to a microsecond, more or less: those that come back as others are counted, and one
    /// that would be read as the year 10000 is written as a text.
    void timesThatASheetRoundsAreCounted() {
        const QString path = m_folder->path(QStringLiteral("a.xlsx"));
        auto file = createRowFile(path, {ExportFormat::Xlsx, {}, false}, {{"at", ColumnType::Time}}, QString());
        if (!file)
            QSKIP("libxlsxwriter is not installed");
        QRandomGenerator random(20261127);
        std::vector<Timestamp> times{*parseIsoTime("9999-12-31T23:59:59.999999Z"), *parseIsoTime("1900-03-01"),
                                     *parseIsoTime("2026-01-05T12:00:00.001Z"), endOfTime, beginningOfTime};
        for (int i = 0; i < 500; ++i)
            times.push_back(times[1] + std::chrono::microseconds(random.bounded(qint64(4e15))));
        for (const Timestamp time : times)
            QVERIFY((*file)->add(std::array<Value, 1>{time}));
        const auto summary = (*file)->finish();
        QVERIFY(summary);
        const auto sheet = openSheetRows(path);
        QVERIFY(sheet && (*sheet)->next());
        qint64 others = 0;
        for (const Timestamp time : times) {
            const auto row = (*sheet)->next();
            QVERIFY(row && *row);
            const auto read = parseDatabaseTime((*row)->cells.front());
            QVERIFY2(read && std::chrono::abs(*read - time) <= std::chrono::microseconds(10), (*row)->cells.front());
            others += *read == time ? 0 : 1;
        }
        QVERIFY(others > 0);
        QCOMPARE(summary->cells.rounded, others);
    }

    /// A cell holds 32,767 characters of what is written, and one of control takes seven of them.
    void textsThatAreLongAsWrittenAreKeptWhole() {
        const QString path = m_folder->path(QStringLiteral("a.xlsx"));
        auto file = createRowFile(path, {ExportFormat::Xlsx, {}, false}, {{"text", ColumnType::Text}}, QString());
        if (!file)
            QSKIP("libxlsxwriter is not installed");
        const QByteArray faces = QStringLiteral("\U0001f600").toUtf8();
        const std::vector<QByteArray> texts{QByteArray(4'681, '\x01'),
                                            QByteArray(4'682, '\x01'),
                                            QByteArray("a\x1b").repeated(20'000),
                                            QByteArray("_x0041_").repeated(4'000),
                                            faces.repeated(16'383),
                                            faces.repeated(16'384),
                                            QByteArray(32'767, 'x'),
                                            QByteArray(32'768, 'x')};
        for (const QByteArray& text : texts) {
            const auto added = (*file)->add(std::array<Value, 1>{text});
            QVERIFY2(added, added ? "" : qPrintable(added.error().text));
        }
        const auto summary = (*file)->finish();
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().text));
        QCOMPARE(summary->cells.longTexts, 5);
        const auto sheet = openSheetRows(path);
        QVERIFY(sheet && (*sheet)->next());
        for (const QByteArray& text : texts) {
            const auto row = (*sheet)->next();
            QVERIFY(row && *row);
            QVERIFY2((*row)->cells.front() == text, text.first(10).toHex());
        }
    }

    void splitsSheetsThatAreFull() {
        if (qEnvironmentVariableIntValue("PORTOLAN_LONG") == 0)
            QSKIP("PORTOLAN_LONG=1 writes a million rows");
        const QString path = m_folder->path(QStringLiteral("a.xlsx"));
        auto file = create(path);
        QVERIFY(file);
        for (qint64 i = 0; i < 1'048'576; ++i)
            QVERIFY((*file)->add(row(i)));
        const auto summary = (*file)->finish(); // which counts the rows of both
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().text));
        QCOMPARE(summary->sheets, 2);
    }

    void takesObjectsApart_data() {
        QTest::addColumn<QByteArrayList>("documents");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("union") << QByteArrayList{"{\"a\":1}", "{\"b\":\"x\",\"a\":null}", "[1]"}
                               << QByteArray("id,text,data,data.a,data.b\r\n0,,,1,\r\n1,,,,x\r\n2,,[1],,\r\n");
        QTest::newRow("nested") << QByteArrayList{"{\"a\":{\"b\":{\"c\":true}},\"d.e\":{}}"}
                                << QByteArray("id,text,data.a.b.c,data.d\\.e\r\n0,,true,{}\r\n");
        QTest::newRow("of equal names the last")
            << QByteArrayList{"{\"a\":1,\"a\":2}"} << QByteArray("id,text,data.a\r\n0,,2\r\n");
        QTest::newRow("numbers") << QByteArrayList{"{\"a\":18446744073709551615,\"b\":-1.50,\"c\":1e400,\"d\":-0.1}"}
                                 << QByteArray("id,text,data.a,data.b,data.c,data.d\r\n"
                                               "0,,18446744073709551615,-1.5,1e400,-0.1\r\n");
        QTest::newRow("no object") << QByteArrayList{"5", "\"x\"", "{broken", "{}"}
                                   << QByteArray("id,text,data\r\n0,,5\r\n1,,\"\"\"x\"\"\"\r\n2,,{broken\r\n3,,{}\r\n");
        QTest::newRow("too deep") << QByteArrayList{QByteArray("{\"a\":").repeated(18) + "1"
                                                    + QByteArray("}").repeated(18)}
                                  << "id,text,data" + QByteArray(".a").repeated(16)
                                         + "\r\n0,,\"{\"\"a\"\":{\"\"a\"\":1}}\"\r\n";
    }
    void takesObjectsApart() {
        QFETCH(const QByteArrayList, documents);
        QFETCH(const QByteArray, expected);
        const QString path = m_folder->path(QStringLiteral("a.csv"));
        auto file = create(path, true);
        QVERIFY(file);
        for (qint64 i = 0; i < documents.size(); ++i)
            QVERIFY((*file)->add(std::array<Value, 3>{i, Value(), documents[i]}));
        QVERIFY((*file)->finish());
        QCOMPARE(contents(path), expected);
        QCOMPARE(names(), QStringList{QStringLiteral("a.csv")});
    }

    void anObjectOfTooManyMembersStaysWhole() {
        QByteArray many = "{\"m0\":0";
        for (int i = 1; i < 3'000; ++i)
            many += ",\"m" + QByteArray::number(i) + "\":0";
        many += '}';
        FlatRows rows(columns);
        QCOMPARE(rows.take(std::array<Value, 3>{qint64(1), Value(), QByteArray("{\"first\":1}")}).size(), 2U);
        const auto cells = rows.take(std::array<Value, 3>{qint64(1), Value(), many});
        QCOMPARE(cells.size(), 2U);
        QCOMPARE(std::get<QByteArray>(cells.back().second), many);
        QVERIFY(rows.columns().columns.size() <= 2'000);
    }

private:
    static void everyFormat() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("flattens");
        for (const char* name : {"a.csv", "a.json", "a.jsonl", "a.xlsx"})
            QTest::newRow(name) << QString::fromLatin1(name) << false;
        QTest::newRow("flat csv") << QStringLiteral("a.csv") << true;
        QTest::newRow("flat xlsx") << QStringLiteral("a.xlsx") << true;
    }
    static Result<std::unique_ptr<RowFile>> create(const QString& path, bool flattens = false) {
        return createRowFile(path, {*exportFormatOf(path), {}, flattens}, columns, QStringLiteral("rows"));
    }
    /// Which no compression makes small.
    static std::array<Value, 3> row(qint64 i) {
        const auto number = static_cast<quint64>(i) * 0x9E3779B97F4A7C15U;
        return {i, QByteArray::number(number ^ (number >> 29U), 36) + QByteArray::number(number * number, 36),
                "{\"n\":" + QByteArray::number(number % 1'000'003) + '}'};
    }
    [[nodiscard]] QStringList names() const {
        return QDir(m_folder->path(QStringLiteral("."))).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }

    std::unique_ptr<TempFolder> m_folder;
};

QTEST_GUILESS_MAIN(TestRowFile)
#include "tst_rowfile.moc"
