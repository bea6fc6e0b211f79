// What export writes, import knows for what it is: every listing, and every text of a guarded CSV.
#include "storage/export/namedlistings.h"
#include "storage/export/sheetxml.h"
#include "storage/sources/files/importplan.h"
#include "storage/sources/files/jsonitems.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace portolan;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray randomText(QRandomGenerator& random) {
    static const QByteArrayList pieces{"'",  "=", "+", "-", "@", "\t",           "\r", "\n",
                                       "\"", ",", " ", "a", "1", "\xEF\xBB\xBF", "é",  "\xE2\x80\xA8"};
    QByteArray text;
    for (int i = random.bounded(6); i > 0; --i)
        text += pieces[random.bounded(static_cast<int>(pieces.size()))];
    return text;
}

QByteArrayList itemsOf(const QByteArray& text, qsizetype piece) {
    JsonItems reader;
    QByteArrayList items;
    for (qsizetype at = 0; at < text.size(); at += piece) {
        reader.add(QByteArrayView(text).sliced(at, std::min(piece, text.size() - at)));
        while (const auto item = reader.next())
            items << QByteArray::number(item->line) + ':' + item->raw;
    }
    items << (reader.isClosed() ? "closed" : reader.isBroken() ? "broken" : "open");
    return items;
}

} // namespace

class TestListedRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyListingIsKnown() {
        for (const QString& name : storeListingNames()) {
            const auto schema = storeListingSchema(name);
            QVERIFY(schema.ok());
            if (!*schema)
                continue; // rows of any table
            std::vector<QByteArray> columns;
            for (const ColumnSet::Column& column : (*schema)->columns)
                columns.push_back(column.name);
            const ListedRows* const listing = listingWith(columns);
            QVERIFY2(listing, qPrintable(name + u": say what import does with its rows"_s));
            QCOMPARE(QLatin1String(listing->what),
                     name == u"dead-letters" ? QLatin1String("port-messages") : QLatin1String(name.toLatin1()));
            QVERIFY2(listing->kind || qstrlen(listing->instead) > 20, qPrintable(name));
        }
    }

    void kindsOfProducersAreNoListings() {
        for (const Kind& kind : kinds()) {
            std::vector<QByteArray> fields;
            for (const KindField& field : kind.fields)
                fields.emplace_back(field.name);
            const ListedRows* const listing = listingWith(fields);
            QVERIFY2(!listing || listing->kind == kind.kind, kind.name);
        }
    }

    void everyTextOfCsvComesBack() {
        static const std::vector<ExportColumn> columns{{"id", ColumnType::Text},
                                                       {"batch_id", ColumnType::Integer},
                                                       {"message_number", ColumnType::Integer},
                                                       {"content", ColumnType::Text},
                                                       {"timestamp", ColumnType::Time}};
        QRandomGenerator random(20261126);
        for (int i = 0; i < 20'000; ++i) {
            const QByteArray text = randomText(random);
            const CsvRules rules{i % 4 != 0};
            QByteArray csv;
            appendCsvHeader(csv, columns, rules);
            appendCsvLine(csv, columns, std::vector<Value>{QByteArray("1"), qint64{1}, qint64{-7}, text, Value()},
                          rules);
            CsvRows rows;
            rows.add(csv);
            const auto header = rows.next(true);
            const auto row = rows.next(true);
            QVERIFY(header && row && row->mistake.isEmpty());
            if (rules.guards && !text.isEmpty())
                QVERIFY2(!QByteArrayView("=+-@\t\r").contains(row->cells[3].front()), text.toPercentEncoding());
            const auto plan = ImportPlan::ofTable({.file = u"m.csv"_s, .kind = {}, .columns = {}, .sensor = {}},
                                                  std::span(&*header, 1), {}, CellStyle::Csv);
            QVERIFY(plan.ok());
            std::vector<Delivery> deliveries;
            plan->append(deliveries, {}, *row, 1);
            const Delivery& delivery = deliveries.at(0);
            const auto object = parseJsonObject(delivery.payload);
            QVERIFY(object && delivery.isListed);
            QCOMPARE(std::get<QByteArray>(*object->find("content")), text);
            QCOMPARE(std::get<QByteArray>(*object->find("message_number")), QByteArray("-7"));
            QVERIFY(!object->find("timestamp"));
        }
    }

    void listsComeInAnyPieces_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("items");
        QTest::newRow("objects") << QByteArray("[\n{\"a\":[1,{\"b\":\"]},\\\"\"}]},\n {\n\"c\":2}]\n")
                                 << QByteArrayList{"2:{\"a\":[1,{\"b\":\"]},\\\"\"}]}", "3:{\n\"c\":2}", "closed"};
        QTest::newRow("empty") << QByteArray("[ ]") << QByteArrayList{"closed"};
        QTest::newRow("others") << QByteArray("[1,\"x\" ,null]")
                                << QByteArrayList{"1:1", "1:\"x\"", "1:null", "closed"};
        QTest::newRow("cut off") << QByteArray("[{\"a\":1},{\"b\"") << QByteArrayList{"1:{\"a\":1}", "open"};
        QTest::newRow("two commas") << QByteArray("[1,,2]") << QByteArrayList{"1:1", "broken"};
        QTest::newRow("no comma") << QByteArray("[1 2]") << QByteArrayList{"1:1", "broken"};
        QTest::newRow("a comma last") << QByteArray("[1,]") << QByteArrayList{"1:1", "broken"};
        QTest::newRow("no list") << QByteArray("{}") << QByteArrayList{"broken"};
    }
    void listsComeInAnyPieces() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArrayList, items);
        for (const qsizetype piece : {1, 2, 3, 7, 1000})
            QCOMPARE(itemsOf(text, piece), items);
    }

    void bombsAreRefused() {
        SheetBudget budget(1000);
        QVERIFY(budget.take(1 << 20).ok());
        const auto refused = budget.take(qint64{1} << 30);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestListedRows)
#include "tst_listedrows.moc"
