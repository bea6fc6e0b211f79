#include "storage/listing/filter.h"
#include "storage/listing/filtermatch.h"
#include "storage/listing/rowsource.h"
#include "storage/stores/openstore.h"
#include "tests/support/memoryports.h"
#include "tests/support/portrows.h"
#include "tests/support/postgresscript.h"
#include "tests/support/postgresserver.h"
#include "tests/support/sqlitescript.h"

#include <QTest>
#include <map>

using namespace portolan;
using portolan::test::Chance;
using portolan::test::MemoryPorts;
using portolan::test::PostgresScript;
using portolan::test::PostgresServer;
using portolan::test::SqliteScript;
using portolan::test::TempFolder;

namespace {

/// A place with port messages: a store of a database, or the fake that stands for one.
class Place {
public:
    virtual ~Place() = default;
    virtual Ports& ports() = 0;
    /// As another program does.
    virtual void insert(const std::vector<PortMessage>& messages) = 0;
};

class MemoryPlace final : public Place {
public:
    Ports& ports() override { return m_ports; }
    void insert(const std::vector<PortMessage>& messages) override {
        for (const PortMessage& each : messages)
            m_ports.add(each);
    }

private:
    MemoryPorts m_ports;
};

template <class Script>
class SqlPlace final : public Place {
public:
    SqlPlace(const StoreUrl& url, Script script) : m_script(std::move(script)) {
        auto store = openStore(url, Access::Read);
        if (!store)
            qFatal("%s", qPrintable(store.error().text));
        m_store = std::move(*store);
    }
    Ports& ports() override { return *m_store->ports(); }
    void insert(const std::vector<PortMessage>& messages) override {
        const QString failed = m_script(test::insertOf(messages));
        if (!failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }

private:
    Script m_script;
    std::unique_ptr<Store> m_store;
};

template <class Row>
Page<Row> page(RowSource<Row>& source, const ListQuery& query) {
    auto found = source.page(query, {});
    if (!found)
        qFatal("%s %s", qPrintable(found.error().text), qPrintable(found.error().details));
    return std::move(*found);
}

template <class Row>
std::vector<Row> all(RowSource<Row>& source, ListQuery query = {}) {
    std::vector<Row> rows;
    while (true) {
        Page<Row> next = page(source, query);
        rows.insert(rows.end(), next.rows.begin(), next.rows.end());
        if (next.last)
            return rows;
        query.after = next.next;
    }
}

QByteArrayList ids(const std::vector<PortMessage>& messages) {
    QByteArrayList found;
    for (const PortMessage& each : messages)
        found << each.id;
    return found;
}

QByteArrayList sorted(QByteArrayList texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
}

ListQuery asked(const char* filter, const char* sort = "", int limit = 500) {
    ListQuery query;
    query.filter = *parseFilter(QString::fromUtf8(filter), portMessageSchema(), test::portNow());
    query.sort = *sort ? *parseSort(sort, portMessageSchema()) : Sort();
    query.limit = limit;
    return query;
}

QByteArrayList cells(const PortMessage& message) {
    QByteArrayList texts;
    for (const auto& column : portMessageColumns()) {
        const Value value = column.value(message);
        if (const auto* text = std::get_if<QByteArray>(&value))
            texts << (column.type == ColumnType::Json ? jsonMeaning(*text).value_or(*text) : *text);
        else if (const auto* number = std::get_if<qint64>(&value))
            texts << QByteArray::number(*number);
        else if (const auto* time = std::get_if<Timestamp>(&value))
            texts << toIsoTime(*time);
        else
            texts << "NULL";
    }
    return texts;
}

QByteArrayList cells(const Port& port) {
    QByteArrayList texts{port.portName};
    for (const qint64 count : {port.pending, port.processing, port.completed, port.failed, port.deadLetter})
        texts << QByteArray::number(count);
    for (const auto& time : {port.oldestPending, port.lastActivity})
        texts << (time ? toIsoTime(*time) : QByteArray("NULL"));
    return texts;
}

} // namespace

/// What every place with port messages promises, whichever it is.
class TestPortContract : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void keepsEveryColumn();
    void ordersByTimeThenId();
    void pagesMeetWithoutLoss();
    void rowsArrivingMeanwhileDisturbNothing();
    void pageIndexIsWhereThePagesAre();
    void deadLettersAreThoseWithoutRetries();
    void goesByWhenStatusesChanged();
    void findsSingleMessages();
    void countsPorts();
    void countsGrowWithTheStore();
    void listsPortsByAnyColumn();
    void refusesForeignCursors();
    void attacksStayText();
    void cancelledAnswersNothing();

private:
    std::unique_ptr<TempFolder> m_folder;
    PostgresServer m_server;
    std::unique_ptr<Place> m_place;
};

void TestPortContract::initTestCase_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"memory", "sqlite", "postgresql"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestPortContract::init() {
    QFETCH_GLOBAL(const QString, kind);
    m_place.reset();
    m_folder = std::make_unique<TempFolder>();
    if (kind == u"memory") {
        m_place = std::make_unique<MemoryPlace>();
        return;
    }
    const bool isFile = kind == u"sqlite";
    const StoreUrl url = isFile ? *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder->path(QStringLiteral("a.db")))
                                : m_server.createStore();
    QVERIFY(openStore(url, Access::Write).ok());
    if (isFile) {
        auto script = [path = url.path](const QByteArray& sql) { return SqliteScript(path).run(sql); };
        m_place = std::make_unique<SqlPlace<decltype(script)>>(url, script);
        return;
    }
    auto script = [url](const QByteArray& sql) { return PostgresScript(url).run(sql); };
    m_place = std::make_unique<SqlPlace<decltype(script)>>(url, script);
}

void TestPortContract::keepsEveryColumn() {
    const std::vector<PortMessage> messages = test::randomPortMessages(1, 60);
    m_place->insert(messages);
    std::map<QByteArray, QByteArrayList> found;
    for (const PortMessage& each : all(m_place->ports().messages(), asked("", "", 7)))
        found[each.id] = cells(each);
    QCOMPARE(found.size(), messages.size());
    for (const PortMessage& each : messages)
        QCOMPARE(found[each.id], cells(each));
}

void TestPortContract::ordersByTimeThenId() {
    m_place->insert(test::randomPortMessages(2, 120));
    const auto isSorted = [](const std::vector<PortMessage>& rows, bool descending) {
        return std::is_sorted(rows.begin(), rows.end(), [descending](const PortMessage& a, const PortMessage& b) {
            return descending ? b.createdAt < a.createdAt : a.createdAt < b.createdAt;
        });
    };
    const auto oldestFirst = all(m_place->ports().messages());
    QVERIFY(isSorted(oldestFirst, false));
    QVERIFY(!oldestFirst.front().createdAt && oldestFirst.back().createdAt);
    ListQuery newest;
    newest.sort.descending = true;
    const auto newestFirst = all(m_place->ports().messages(), newest);
    QVERIFY(isSorted(newestFirst, true));
    QByteArrayList turned = ids(newestFirst);
    std::reverse(turned.begin(), turned.end());
    QCOMPARE(turned, ids(oldestFirst));
    const QByteArrayList byId = ids(all(m_place->ports().messages(), asked("", "id", 11)));
    QCOMPARE(byId, sorted(byId));
}

void TestPortContract::pagesMeetWithoutLoss() {
    const std::vector<PortMessage> messages = test::randomPortMessages(3, 90);
    m_place->insert(messages);
    for (const char* sort : {"", "-created_at", "id", "-id", "status", "-port_name", "retry_count", "-processed_at",
                             "max_retries", "-error_message"}) {
        for (const char* filter :
             {"", "status:failed", "port_name:orders.in", "status:pending port_name:orders.in",
              "created_at>=2025-10-16", "created_at<2025-10-17 created_at>2025-10-15", "not status:completed,pending",
              "timeout or data.a:1", "status:failed,pending,failed",
              "port_name:orders.in,billing,\"it's\" status:failed,dead_letter",
              "status:failed,pending created_at>=2025-10-16 (status:failed or port_name:billing)"}) {
            const QByteArrayList whole = ids(page(m_place->ports().messages(), asked(filter, sort)).rows);
            QByteArrayList expected;
            for (const PortMessage& each : messages) {
                if (matches(asked(filter).filter, portMessageColumns(), portMessageSchema(), each))
                    expected << each.id;
            }
            QCOMPARE(sorted(whole), sorted(expected));
            for (const int size : {1, 2, 7, 50, 90}) {
                if (size < 7 && whole.size() > 30)
                    continue;
                QCOMPARE(ids(all(m_place->ports().messages(), asked(filter, sort, size))), whole);
            }
        }
    }
}

void TestPortContract::rowsArrivingMeanwhileDisturbNothing() {
    for (const bool descending : {false, true}) {
        init();
        const std::vector<PortMessage> first = test::randomPortMessages(4, 90);
        m_place->insert(first);
        Chance chance(5);
        ListQuery query;
        query.sort.descending = descending;
        QByteArrayList seen;
        int number = 1000;
        for (bool last = false; !last;) {
            query.limit = 1 + static_cast<int>(chance.below(9));
            const auto next = page(m_place->ports().messages(), query);
            seen += ids(next.rows);
            query.after = next.next;
            last = next.last;
            m_place->insert({test::randomPortMessage(chance, number), test::randomPortMessage(chance, number + 1)});
            number += 2;
            if (number > 1400)
                break; // the newest may arrive as fast as they are read
        }
        QCOMPARE(QSet<QByteArray>(seen.begin(), seen.end()).size(), seen.size());
        for (const PortMessage& each : first)
            QVERIFY2(seen.contains(each.id), each.id.constData());
    }
}

void TestPortContract::pageIndexIsWhereThePagesAre() {
    m_place->insert(test::randomPortMessages(6, 130));
    for (const char* filter : {"", "status:pending,failed", "port_name:billing"}) {
        for (const char* sort : {"", "-created_at", "id"}) {
            ListQuery query = asked(filter, sort, 20);
            const QByteArrayList whole = ids(all(m_place->ports().messages(), query));
            const auto pageIndex = m_place->ports().messages().pageIndex(query, 100, {});
            QVERIFY(pageIndex.ok() && pageIndex->complete);
            QByteArrayList found;
            for (std::size_t i = 0; i < pageIndex->starts.size(); ++i) {
                query.after = pageIndex->starts[i];
                const auto part = page(m_place->ports().messages(), query);
                QCOMPARE(int(part.rows.size()), pageIndex->counts[i]);
                found += ids(part.rows);
            }
            QCOMPARE(found, whole);
        }
    }
}

void TestPortContract::deadLettersAreThoseWithoutRetries() {
    const std::vector<PortMessage> messages = test::randomPortMessages(7, 200);
    m_place->insert(messages);
    for (const char* filter :
         {"", "port_name:orders.in", "status:failed", "created_at>=2025-10-16 status:dead_letter"}) {
        QByteArrayList expected;
        for (const PortMessage& each : messages) {
            if (each.isDeadLetter() && matches(asked(filter).filter, portMessageColumns(), portMessageSchema(), each))
                expected << each.id;
        }
        for (const char* sort : {"", "-created_at"}) {
            const auto found = all(m_place->ports().deadLetters(), asked(filter, sort, 9));
            QCOMPARE(sorted(ids(found)), sorted(expected));
        }
    }
}

/// Every combination of times that are there and are not: dead letters by when they died, pending messages by how long
/// they have been that, and `age` of either.
void TestPortContract::goesByWhenStatusesChanged() {
    std::vector<PortMessage> messages = test::randomPortMessages(21, 240);
    Chance chance(22);
    for (PortMessage& each : messages) {
        const auto apart = [&](quint64 most) { return std::chrono::minutes(chance.below(most)); };
        if (chance.below(2) == 0)
            each.statusChangedAt = test::portNow() - apart(600);
        if (chance.below(3) == 0)
            each.processedAt.reset();
        else if (chance.below(2) == 0)
            each.processedAt = test::portNow() - apart(600);
    }
    m_place->insert(messages);
    const auto check = [&](RowSource<PortMessage>& rows, const ColumnSet& schema, bool deadOnly) {
        for (const char* filter :
             {"", "age<2h", "age>90m", "not age>=3h", "status:pending age>15m", "age<5h status:pending",
              "status:failed age>1h", "status:pending,failed age<4h", "status:dead_letter age<3h",
              "created_at>-2h or age>4h", "died_at>-3h", "died_at<=-200m", "not died_at>-3h", "died_at:*",
              "status_changed_at>=-2h", "processed_at<-1h", "port_name:orders.in age<8h",
              "port_name:orders.in,billing died_at>-6h"}) {
            for (const char* sort : {"", "-died_at", "-created_at", "status_changed_at"}) {
                ListQuery query;
                query.filter = *parseFilter(QString::fromUtf8(filter), schema, test::portNow());
                query.sort = *sort ? *parseSort(sort, schema) : Sort();
                query.limit = 500;
                const std::vector<PortMessage> whole = page(rows, query).rows;
                QByteArrayList expected;
                for (const PortMessage& each : messages) {
                    if ((!deadOnly || each.isDeadLetter())
                        && matches(query.filter, portMessageColumns(), portMessageSchema(), each))
                        expected << each.id;
                }
                QCOMPARE(sorted(ids(whole)), sorted(expected));
                for (std::size_t i = 1; i < whole.size() && deadOnly && !*sort; ++i)
                    QVERIFY(whole[i - 1].diedAt() <= whole[i].diedAt());
                query.limit = 17;
                QCOMPARE(ids(all(rows, query)), ids(whole));
            }
        }
    };
    check(m_place->ports().messages(), portMessageSchema(), false);
    check(m_place->ports().deadLetters(), deadLetterSchema(), true);

    for (const char* status : {"", "pending", "failed", "dead_letter", "completed"}) {
        QByteArrayList young;
        for (const PortMessage& each : messages) {
            const std::optional<Timestamp> since = each.isDeadLetter()                  ? each.diedAt()
                                                   : each.status == PortStatus::Pending ? each.pendingSince()
                                                                                        : each.createdAt;
            if (since > test::portNow() - std::chrono::hours(3) && (!*status || each.statusText() == status))
                young << each.id;
        }
        const QByteArray filter = (*status ? QByteArray("status:") + status : QByteArray()) + " age<3h";
        ListQuery query;
        query.filter = *parseFilter(QString::fromLatin1(filter), portMessageSchema(), test::portNow());
        query.limit = 500;
        QCOMPARE(sorted(ids(page(m_place->ports().messages(), query).rows)), sorted(young));
    }

    ListQuery waiting;
    waiting.filter =
        *parseFilter(QStringLiteral("status:pending pending_since:*"), portMessageSchema(), test::portNow());
    waiting.sort = *parseSort("pending_since", portMessageSchema());
    const auto oldestFirst = all(m_place->ports().messages(), waiting);
    for (std::size_t i = 1; i < oldestFirst.size(); ++i)
        QVERIFY(oldestFirst[i - 1].pendingSince() <= oldestFirst[i].pendingSince());
    QVERIFY(m_place->ports().countPorts(Ports::untilExact, {}).ok());
    for (const Port& port : all(m_place->ports().ports())) {
        const auto first = std::ranges::find(oldestFirst, port.portName, &PortMessage::portName);
        QCOMPARE(port.oldestPending, first == oldestFirst.end() ? std::nullopt : first->pendingSince());
    }
}

void TestPortContract::findsSingleMessages() {
    const std::vector<PortMessage> messages = test::randomPortMessages(8, 20);
    m_place->insert(messages);
    for (const PortMessage& each : messages)
        QCOMPARE(cells(*m_place->ports().message(each.id)), cells(each));
    for (const QByteArray& id : {QByteArray(), QByteArray("x"), QByteArray("1"), messages[0].id.left(35),
                                 messages[10].id + ' ', QByteArray("' OR '1'='1"), test::portMessageId(99)})
        QCOMPARE(m_place->ports().message(id).error().code, ErrorCode::NotFound);
}

void TestPortContract::countsPorts() {
    const std::vector<PortMessage> messages = test::randomPortMessages(9, 300);
    m_place->insert(messages);
    MemoryPorts expected;
    expected.set(messages);
    const auto counted = m_place->ports().countPorts(Ports::untilExact, {});
    QVERIFY(counted.ok() && counted->exact);
    QCOMPARE(counted->counted, qint64(messages.size()));
    // A server's own upkeep looks like a change: then they are counted anew, little by little.
    auto found = all(m_place->ports().ports());
    QTRY_VERIFY_WITH_TIMEOUT((found = all(m_place->ports().ports()),
                              std::ranges::all_of(found, [](const auto& each) { return each.exact; })),
                             30'000);
    const auto wanted = all(expected.ports());
    QCOMPARE(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        QCOMPARE(cells(found[i]), cells(wanted[i]));
}

void TestPortContract::countsGrowWithTheStore() {
    m_place->insert(test::randomPortMessages(10, 50));
    qint64 before = 0;
    Chance chance(11);
    for (int round = 0; round < 5; ++round) {
        bool exact = false;
        for (int step = 0; step < 1000 && !exact; ++step)
            exact = m_place->ports().countPorts(std::chrono::milliseconds(0), {})->exact;
        QVERIFY(exact);
        qint64 sum = 0;
        for (const Port& port : all(m_place->ports().ports()))
            sum += port.total();
        QCOMPARE(sum, before == 0 ? 50 : before + 1);
        before = sum;
        m_place->insert({test::randomPortMessage(chance, 500 + round)});
    }
}

void TestPortContract::listsPortsByAnyColumn() {
    m_place->insert(test::randomPortMessages(12, 300));
    QVERIFY(m_place->ports().countPorts(Ports::untilExact, {}).ok());
    ListQuery query;
    query.limit = 3;
    query.sort = *parseSort("-pending", portSchema());
    const auto ports = all(m_place->ports().ports(), query);
    QCOMPARE(ports.size(), std::size_t(10));
    QVERIFY(
        std::is_sorted(ports.begin(), ports.end(), [](const Port& a, const Port& b) { return b.pending < a.pending; }));
    query.filter = *parseFilter(QStringLiteral("port_name:orders.in,billing failed>0"), portSchema(), test::portNow());
    QCOMPARE(all(m_place->ports().ports(), query).size(), std::size_t(2));
}

void TestPortContract::refusesForeignCursors() {
    m_place->insert(test::randomPortMessages(13, 10));
    const Cursor byId{{QByteArray("00000000-0000-4000-8000-000000000001")}};
    ListQuery query;
    query.after = byId;
    QCOMPARE(m_place->ports().messages().page(query, {}).error().code, ErrorCode::Usage);
    QFETCH_GLOBAL(const QString, kind);
    if (kind == u"memory")
        return;
    for (const Cursor& cursor : {Cursor{{QByteArray("2025-10-16"), QByteArray("' OR 1=1")}}, Cursor{{Value(), Value()}},
                                 Cursor{{qint64(1), qint64(2), qint64(3)}}, Cursor{{Timestamp(), qint64(1)}},
                                 Cursor{{QByteArray("x"), 1.5}}}) {
        query.after = cursor;
        QCOMPARE(m_place->ports().messages().page(query, {}).error().code, ErrorCode::Usage);
    }
}

void TestPortContract::attacksStayText() {
    const QByteArray attack("x'; DELETE FROM port_messages; --");
    std::vector<PortMessage> messages = test::randomPortMessages(14, 10);
    messages[3].portName = attack;
    messages[3].errorMessage = attack;
    messages[3].messageData = R"({"x'; DROP TABLE port_messages; --":"' OR '1'='1"})";
    m_place->insert(messages);
    const QString quoted = u'"' + QString::fromUtf8(attack) + u'"';
    for (const QString& text : {QStringLiteral("port_name:") + quoted, QStringLiteral("port_name~") + quoted, quoted,
                                QStringLiteral("error_message>=%1 error_message<=%1").arg(quoted),
                                QStringLiteral(R"(data."x'; DROP TABLE port_messages; --":"' OR '1'='1")"),
                                QStringLiteral("data~\"' OR '1'='1\"")}) {
        ListQuery query;
        query.filter = *parseFilter(text, portMessageSchema(), test::portNow());
        QCOMPARE(ids(all(m_place->ports().messages(), query)), QByteArrayList{messages[3].id});
    }
    QCOMPARE(m_place->ports().message(attack).error().code, ErrorCode::NotFound);
    QVERIFY(m_place->ports().countPorts(Ports::untilExact, {}).ok());
    QCOMPARE(all(m_place->ports().messages()).size(), std::size_t(10));
}

void TestPortContract::cancelledAnswersNothing() {
    m_place->insert(test::randomPortMessages(15, 10));
    CancelSource source;
    source.request_stop();
    const CancelToken token = source.get_token();
    Ports& ports = m_place->ports();
    QCOMPARE(ports.messages().page({}, token).error().code, ErrorCode::Cancelled);
    QCOMPARE(ports.ports().page({}, token).error().code, ErrorCode::Cancelled);
    QCOMPARE(ports.countPorts(Ports::untilExact, token).error().code, ErrorCode::Cancelled);
    QVERIFY(ports.countPorts(Ports::untilExact, {})->exact);
}

QTEST_GUILESS_MAIN(TestPortContract)
#include "tst_portcontract.moc"
