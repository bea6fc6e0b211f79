#include "storage/base/numbertext.h"
#include "storage/export/rowtext.h"
#include "storage/listing/listing.h"
#include "storage/sql/postgresql/postgresqlserver.h"
#include "tests/support/postgresserver.h"

#include <QDirIterator>
#include <QFileInfo>
#include <QProcess>
#include <QtTest>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

using namespace portolan;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool isSame(double a, double b) {
    return std::isnan(a) ? std::isnan(b) : std::bit_cast<quint64>(a) == std::bit_cast<quint64>(b);
}

/// Those at which a writer changes its way, and as many at random: of any bits, and decimals as people type them.
std::vector<double> manyNumbers(int count) {
    std::vector<double> numbers{0.0,
                                -0.0,
                                0.1,
                                0.2,
                                0.1 + 0.2,
                                1.0 / 3,
                                100'000,
                                1e6,
                                1e14,
                                1e15,
                                1e16,
                                1e22,
                                1e23,
                                1e-4,
                                1e-5,
                                5e-324,
                                1e-310,
                                1e300,
                                -1e300,
                                1e12 + 0.1,
                                9007199254740993.0,
                                18446744073709551615.0,
                                99.24799999999999,
                                std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::min(),
                                notANumber,
                                infinity,
                                -infinity};
    std::mt19937_64 random(20261126); // NOLINT: the same every time
    for (int i = 0; i < count; ++i) {
        numbers.push_back(std::bit_cast<double>(quint64(random())));
        const auto digits = static_cast<double>(static_cast<qint64>(random() % 10'000'000));
        numbers.push_back(digits / std::pow(10, static_cast<double>(random() % 8)));
        numbers.push_back(1e12 + static_cast<double>(i) / 10);
    }
    return numbers;
}

QByteArray csvOf(const Value& value) {
    QByteArray out;
    appendCsvLine(out, std::array{ExportColumn{"column", ColumnType::Real}}, std::array{value});
    return out.chopped(2);
}

QByteArray jsonOf(const Value& value) {
    QByteArray out;
    appendJsonLine(out, std::array{ExportColumn{"column", ColumnType::Real}}, std::array{value});
    return out.sliced(qstrlen("{\"column\":")).chopped(2);
}

/// The functions of libraries that write a double, by what the linker calls them.
const QByteArrayList& writersOfDoubles() {
    static const QByteArrayList names{
        "_ZN7QString6numberEdci",      // QString::number
        "_ZN7QString6setNumEdci",      // QString::setNum
        "_ZNK7QString3argEdici5QChar", // QString::arg
        "_ZN10QByteArray6numberEdci",  // QByteArray::number
        "_ZN10QByteArray6setNumEdci",  // QByteArray::setNum
        "_ZNK7QLocale8toStringEdci",   // QLocale::toString
        "_ZNK7QLocale16toCurrencyStringEdRK7QStringi",
        "_ZNK7QLocale17formattedDataSizeExi6QFlagsINS_14DataSizeFormatEE",
        "_ZN7QString8asprintfEPKcz", // QString::asprintf
        "_ZN7QString9vasprintfEPKcP13__va_list_tag",
        "_ZNSo9_M_insertIdEERSoT_", // std::ostream
        "_ZSt8to_charsPcS_d",       // std::to_chars in its own choice of form
        "gcvt",
        "ecvt",
        "fcvt",
    };
    return names;
}

/// Of the names of a program's table those that write a double.
QByteArrayList writersAmong(const QByteArray& table) {
    QByteArrayList found;
    for (const QByteArray& line : table.split('\n')) {
        const QByteArray name = line.mid(line.lastIndexOf(' ') + 1).split('@').front();
        if (writersOfDoubles().contains(name))
            found << name;
    }
    return found;
}

QByteArray namesIn(const QString& program) {
    QProcess nm;
    nm.start(QStringLiteral("nm"), {QStringLiteral("-D"), QStringLiteral("--undefined-only"), program});
    return nm.waitForFinished() && nm.exitCode() == 0 ? nm.readAllStandardOutput() : QByteArray();
}

} // namespace

class TestNumberText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_data() {
        QTest::addColumn<double>("number");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("a tenth") << 0.1 << QByteArray("0.1");
        QTest::newRow("three of them") << 0.1 + 0.2 << QByteArray("0.30000000000000004");
        QTest::newRow("whole") << 100'000.0 << QByteArray("100000");
        QTest::newRow("large") << 1e12 + 0.1 << QByteArray("1000000000000.1");
        QTest::newRow("larger") << 1e15 << QByteArray("1e+15");
        QTest::newRow("small") << 1e-5 << QByteArray("1e-05");
        QTest::newRow("minus zero") << -0.0 << QByteArray("-0");
        QTest::newRow("none") << notANumber << QByteArray("NaN");
        QTest::newRow("infinite") << infinity << QByteArray("Infinity");
        QTest::newRow("the other way") << -infinity << QByteArray("-Infinity");
    }
    void reads() {
        QFETCH(const double, number);
        QFETCH(const QByteArray, text);
        QCOMPARE(numberText(number), text);
    }

    /// In every place that storage writes one: as a text, in a line of CSV and JSON, in a cursor.
    void everyNumberComesBackAndReadsUnlikeItsNeighbours() {
        for (const double number : manyNumbers(50'000)) {
            const QByteArray text = numberText(number);
            QVERIFY2(text.size() <= longestReal, text.constData());
            const std::optional<double> again = numberIn(text);
            QVERIFY2(again && isSame(*again, number), text.constData());
            if (std::isfinite(number)) {
                QVERIFY2(numberText(std::nextafter(number, infinity)) != text, text.constData());
                QVERIFY2(isSame(text.toDouble(), number), text.constData());
            }
            QCOMPARE(csvOf(number), text);
            QCOMPARE(jsonOf(number), std::isfinite(number) ? text : '"' + text + '"');
            const Result<Cursor> cursor = Cursor::fromText(Cursor{{number}}.toText());
            QVERIFY(cursor && isSame(std::get<double>(cursor->keys.front()), number));
        }
    }

    /// PostgreSQL is asked for its own text of the same number.
    void theServerWritesThemAlike() {
        test::PostgresServer server;
        const StoreUrl url = server.createDatabase();
        const auto connection = openPostgresql(url, Access::Read);
        QVERIFY2(connection, qPrintable(connection ? QString() : connection.error().text));
        std::vector<double> numbers = manyNumbers(3'000);
        std::erase(numbers, 1e23); // half way between two doubles, where the server writes more than is needed
        for (std::size_t at = 0; at < numbers.size(); at += 500) {
            QStringList texts;
            for (std::size_t i = at; i < std::min(numbers.size(), at + 500); ++i)
                texts << QStringLiteral("('%1')").arg(QString::fromLatin1(numberText(numbers[i])));
            const Result<QVariant> unlike =
                (*connection)
                    ->value(QStringLiteral(
                                "SELECT string_agg(v || ' for ' || CAST(CAST(v AS double precision) AS text), ', ') "
                                "FROM (VALUES %1) AS t(v) WHERE CAST(CAST(v AS double precision) AS text) <> v")
                                .arg(texts.join(u',')));
            QVERIFY2(unlike, qPrintable(unlike ? QString() : unlike.error().text));
            QCOMPARE(unlike->toString(), QString());
        }
    }

    void whatWasMeasuredIsRounded() {
        QCOMPARE(measuredText(12.345, 1), QStringLiteral("12.3"));
        QCOMPARE(measuredText(0.96, 0), QStringLiteral("1"));
        QCOMPARE(measuredText(-1e300, 2).size(), 305);
        QCOMPARE(measuredText(notANumber, 2), QStringLiteral("NaN"));
    }

    /// The programs and what they are made of call no writer of doubles; those of storage/base/numbertext.cpp take a
    /// form (std::chars_format), which tst_layering looks for.
    void noOtherCodeWritesOne() {
        QCOMPARE(writersAmong(
                     "                 U _ZN7QString6numberEdci@Qt_6\n                 U _ZN7QString6numberExi@Qt_6"),
                 QByteArrayList{"_ZN7QString6numberEdci"});
        const QString program = QStringLiteral(PORTOLAN_PROGRAM);
        QStringList parts;
        for (const char* kind : {"-commands", "-window"}) {
            if (QFileInfo::exists(program + QLatin1String(kind)))
                parts << program + QLatin1String(kind);
        }
        QDirIterator libraries(QFileInfo(program).path(), {QStringLiteral("libportolan_*.so")}, QDir::Files,
                               QDirIterator::Subdirectories);
        while (libraries.hasNext())
            parts << libraries.next();
        QByteArray all;
        for (const QString& part : parts) {
            const QByteArray names = namesIn(part);
            QVERIFY2(!names.isEmpty(), qPrintable(part));
            QVERIFY2(writersAmong(names).isEmpty(),
                     qPrintable(part + u' ' + QString::fromLatin1(writersAmong(names).join(' '))));
            all += names;
        }
        QVERIFY2(all.contains("_ZSt8to_charsPcS_dSt12chars_format"), "nm does not see the one that there is");
    }
};

QTEST_GUILESS_MAIN(TestNumberText)
#include "tst_numbertext.moc"
