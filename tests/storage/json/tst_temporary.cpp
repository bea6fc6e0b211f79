#include "storage/base/bytes.h"
#include "storage/json/jsonmembers.h"
#include "storage/json/jsonplace.h"
#include "storage/json/jsonscanner.h"
#include "storage/listing/filterlexer.h"

#include <QtTest>

using namespace portolan;

namespace {

using Path = std::vector<std::variant<QByteArray, int>>;

template <typename Text>
concept FindsPlace = requires(Text&& text) {
    findJsonPlace(std::forward<Text>(text), Path());
};
template <typename Text>
concept TellsValues = requires(Text&& text) {
    jsonMemberValues(std::forward<Text>(text));
};
template <typename Text>
concept TellsValue = requires(Text&& text) {
    jsonValueAt(std::forward<Text>(text), JsonMember());
};

} // namespace

/// What borrows its text takes none that dies with the statement.
class TestTemporary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textsThatStayAreTaken() {
        QVERIFY(FindsPlace<QByteArray&> && FindsPlace<const QByteArray&> && FindsPlace<QByteArrayView>);
        QVERIFY(TellsValues<QByteArray&> && TellsValues<QByteArrayView>);
        QVERIFY(TellsValue<QByteArray&> && TellsValue<QByteArrayView>);
        QVERIFY((std::is_constructible_v<JsonScanner, QByteArray&>));
        QVERIFY((std::is_constructible_v<ByteReader, const QByteArray&>));
        QVERIFY((std::is_constructible_v<FilterLexer, QString&>));
    }
    void temporariesAreNot() {
        QVERIFY(!FindsPlace<QByteArray>);
        QVERIFY(!TellsValues<QByteArray>);
        QVERIFY(!TellsValue<QByteArray>);
        QVERIFY(!(std::is_constructible_v<JsonScanner, QByteArray>));
        QVERIFY(!(std::is_constructible_v<ByteReader, QByteArray>));
        QVERIFY(!(std::is_constructible_v<FilterLexer, QString>));
    }
};

QTEST_APPLESS_MAIN(TestTemporary)
#include "tst_temporary.moc"
