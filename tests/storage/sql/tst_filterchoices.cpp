#include "storage/ports/ports.h"
#include "storage/sql/columns/filterchoices.h"

#include <QTest>

using namespace portolan;

class TestFilterChoices : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesApartWhatAnIndexServes_data() {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("choices");
        QTest::newRow("everything") << QString() << 1;
        QTest::newRow("one value") << QStringLiteral("status:failed") << 1;
        QTest::newRow("two values") << QStringLiteral("status:failed,pending") << 2;
        QTest::newRow("one value twice") << QStringLiteral("status:failed,failed,pending") << 2;
        QTest::newRow("two columns") << QStringLiteral("status:failed,pending port_name:a,b,c age<1h") << 6;
        QTest::newRow("written out") << QStringLiteral("(status:failed or status:pending) timeout") << 2;
        QTest::newRow("of two columns") << QStringLiteral("status:failed or port_name:a") << 1;
        QTest::newRow("of no index") << QStringLiteral("source_component:a,b") << 1;
        QTest::newRow("not these") << QStringLiteral("not status:failed,pending") << 1;
        QTest::newRow("contains") << QStringLiteral("status~failed or status~pending") << 1;
        QTest::newRow("too many") << QStringLiteral(
            "port_name:a,b,c,d,e,f status:failed,pending,completed,processing,x")
                                  << 6;
    }

    void takesApartWhatAnIndexServes() {
        QFETCH(const QString, filter);
        QFETCH(const int, choices);
        const ColumnSet& schema = portMessageSchema();
        const auto column = [&](const char* name) {
            return static_cast<int>(schema.find(name) - schema.columns.data());
        };
        const std::vector<int> columns{column("port_name"), column("status")};
        const auto parsed = parseFilter(filter, schema, currentTime());
        QVERIFY(parsed.ok());
        QCOMPARE(static_cast<int>(filterChoices(*parsed, columns).size()), choices);
        QCOMPARE(filterChoices(*parsed, {}).size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestFilterChoices)
#include "tst_filterchoices.moc"
