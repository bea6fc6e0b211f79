#include "models/audit/auditmodels.h"
#include "models/inspect/inspection.h"
#include "models/inspect/inspectiontable.h"
#include "models/list/format.h"
#include "models/ports/portmodels.h"
#include "storage/listing/filtermatch.h"
#include "storage/storeworker.h"
#include "tests/support/memorystore.h"
#include "tests/support/portrows.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using test::MemoryPipeline;
using test::MemoryStore;

namespace {

const Sort byName{{}, false};
const Sort newestFirst{{}, true};
constexpr auto reporting = QAbstractItemModelTester::FailureReportingMode::QtTest;

PortMessage message(int number, const char* port, PortStatus status = PortStatus::Pending) {
    PortMessage made;
    made.id = test::portMessageId(number);
    made.portName = port;
    made.sourceComponent = "a";
    made.targetComponent = "b";
    made.messageData = "{\"n\":" + QByteArray::number(number) + "}";
    made.status = status;
    made.createdAt = test::portNow() + std::chrono::seconds(number);
    return made;
}

/// A store whose counts take three steps; what each step makes known is told by `exact`.
class SlowPorts final : public Ports {
public:
    RowSource<PortMessage>& messages() override { return m_inner.messages(); }
    RowSource<PortMessage>& deadLetters() override { return m_inner.deadLetters(); }
    Result<PortMessage> message(const QByteArray& id) override { return m_inner.message(id); }
    RowSource<Port>& ports() override { return m_ports; }
    Result<PortCounting> countPorts(std::chrono::milliseconds, const CancelToken&) override {
        ++steps;
        return PortCounting{steps >= 3, steps * 10, steps >= 3};
    }
    Result<PortActivity> activity(Timestamp, const CancelToken&) override {
        PortActivity activity;
        activity.made["orders"] = {std::nullopt, 1, 1200, 3};
        return activity;
    }
    Result<std::vector<AuditEntry>> auditOf(std::span<const QByteArray> ids, const CancelToken& token) override {
        return m_inner.auditOf(ids, token);
    }
    Result<MessageHistory> history(const QByteArray& id, const CancelToken& token) override {
        return m_inner.history(id, token);
    }
    GroupScan& groups() override { return m_inner.groups(); }

    std::atomic<int> steps{0};

private:
    class Rows final : public RowSource<Port> {
    public:
        explicit Rows(SlowPorts& owner) : m_owner(owner) {}
        Result<Page<Port>> page(const ListQuery& query, const CancelToken&) override {
            Port port{.portName = "orders", .pending = 1000 * m_owner.steps};
            port.exact = m_owner.steps >= 3;
            return Page<Port>{{port}, query.after, true};
        }
        Result<PageIndex> pageIndex(const ListQuery&, int, const CancelToken&) override { return PageIndex{}; }

    private:
        SlowPorts& m_owner;
    };
    test::MemoryPorts m_inner;
    Rows m_ports{*this};
};

/// A memory store with other ports.
class SlowStore final : public Store {
public:
    explicit SlowStore(std::shared_ptr<SlowPorts> ports) : m_ports(std::move(ports)) {
        offer({.ports = m_ports.get()});
    }
    const StoreUrl& url() const override { return m_inner.url(); }
    Access access() const override { return Access::Read; }
    std::optional<QString> unavailableReason(Feature) const override { return {}; }
    Batches& batches() override { return m_inner.batches(); }
    Result<ChangeMark> changeMark() override { return m_inner.changeMark(); }
    Result<std::unique_ptr<IngestWriter>> ingestWriter() override { return m_inner.ingestWriter(); }

private:
    std::shared_ptr<SlowPorts> m_ports;
    MemoryStore m_inner{std::make_shared<MemoryPipeline>()};
};

struct Bench {
    Bench() : pipeline(std::make_shared<MemoryPipeline>()), channel(MemoryStore::opener(pipeline)) {}
    std::shared_ptr<MemoryPipeline> pipeline;
    StoreWorker channel;
};

QStringList names(const PagedModel& model, int column) {
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row)
        found << model.index(row, column).data().toString();
    return found;
}

int columnOf(const PagedModel& model, QByteArrayView name) {
    const auto& columns = model.listing().columns();
    const auto found = std::ranges::find_if(columns, [name](const ModelColumn& column) { return column.name == name; });
    return static_cast<int>(found - columns.begin());
}

} // namespace

class TestPortModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void portsAreReadAsAWholeAndKeepTheirPlaces() {
        Bench bench;
        bench.pipeline->ports.set({message(1, "billing"), message(2, "orders"), message(3, "shipping")});
        PortModel model(portListing());
        const QAbstractItemModelTester tester(&model, reporting);
        model.setQuery({}, byName);
        model.setChannel(&bench.channel);
        QTRY_COMPARE(names(model, 0).join(u' '), QStringLiteral("billing orders shipping"));
        QItemSelectionModel selection(&model);
        selection.select(model.index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        // Two new ones, in front and between; one is gone.
        bench.pipeline->ports.set({message(1, "audit"), message(2, "mail"), message(3, "orders"),
                                   message(4, "shipping"), message(5, "shipping")});
        model.refresh();
        QTRY_COMPARE(names(model, 0).join(u' '), QStringLiteral("audit mail orders shipping"));
        QCOMPARE(selection.selectedRows().first().row(), 2); // orders, still
        QCOMPARE(model.index(3, columnOf(model, "pending")).data().toString(), QStringLiteral("2"));
    }

    void aSortByCountFollowsTheCounts() {
        Bench bench;
        bench.pipeline->ports.set({message(1, "a"), message(2, "b"), message(3, "b"), message(4, "c")});
        PortModel model(portListing());
        const QAbstractItemModelTester tester(&model, reporting);
        model.setQuery({}, {"pending", true});
        model.setChannel(&bench.channel);
        QTRY_COMPARE(names(model, 0).join(u' '), QStringLiteral("b c a"));
        const QPersistentModelIndex kept = model.index(0, 0);
        bench.pipeline->ports.set(
            {message(1, "a"), message(2, "b"), message(3, "b"), message(4, "c"), message(5, "c"), message(6, "c")});
        model.refresh();
        QTRY_COMPARE(names(model, 0).join(u' '), QStringLiteral("c b a"));
        QCOMPARE(kept.row(), 1);
        QCOMPARE(kept.data().toString(), QStringLiteral("b"));
        QVERIFY(!model.outdated());
    }

    void whatIsBeingCountedReadsAtLeast() {
        const auto ports = std::make_shared<SlowPorts>();
        StoreWorker channel([ports](const CancelToken&) -> Result<std::unique_ptr<Store>> {
            return std::unique_ptr<Store>(std::make_unique<SlowStore>(ports));
        });
        PortModel model(portListing());
        const QAbstractItemModelTester tester(&model, reporting);
        model.setQuery({}, byName);
        model.setChannel(&channel);
        const int pending = columnOf(model, "pending");
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, pending).data().toString(), QStringLiteral("≥ 0"));
        QCOMPARE(model.index(0, pending).data(Qt::AccessibleTextRole).toString(), QStringLiteral("≥ 0"));
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("orders")); // no number
        PortCounter counter;
        connect(&counter, &PortCounter::counts, &model, &PagedModel::refresh);
        QSignalSpy counts(&counter, &PortCounter::counts);
        counter.setChannel(&channel);
        QTRY_COMPARE(model.index(0, pending).data().toString(), groupedNumber(3000));
        QCOMPARE(counts.count(), 3);
        QCOMPARE(ports->steps.load(), 3); // exact: nothing more is asked
    }

    void theLastHourIsALineAndWords() {
        const auto ports = std::make_shared<SlowPorts>();
        StoreWorker channel([ports](const CancelToken&) -> Result<std::unique_ptr<Store>> {
            return std::unique_ptr<Store>(std::make_unique<SlowStore>(ports));
        });
        PortModel model(portListing());
        const QAbstractItemModelTester tester(&model, reporting);
        model.setQuery({}, byName);
        model.setChannel(&channel);
        QTRY_COMPARE(model.rowCount(), 1);
        const QModelIndex recent = model.index(0, columnOf(model, "recent"));
        QCOMPARE(recent.data(PagedModel::FiguresRole).value<Figures>(), (Figures{std::nullopt, 1, 1200, 3}));
        const QString words = recent.data(Qt::AccessibleTextRole).toString();
        QVERIFY2(words.contains(groupedNumber(1204)) && words.contains(QStringLiteral("3 min")), qPrintable(words));
        QVERIFY(!recent.data().isValid());
        QVERIFY(figuresText({std::nullopt, std::nullopt}).contains(QLatin1String("Not counted")));
    }

    /// A message that fails later comes into a list of failed ones where its time is.
    void rowsThatMatchLaterComeInBetween() {
        Bench bench;
        std::vector<PortMessage> messages;
        for (int i = 0; i < 1500; ++i)
            messages.push_back(message(i, "orders", i % 3 == 1 ? PortStatus::Failed : PortStatus::Completed));
        bench.pipeline->ports.set(messages);
        PortMessageModel model(portMessageListing());
        const QAbstractItemModelTester tester(&model, reporting);
        const Filter failed = equals(portMessageSchema(), "status", QByteArray("failed"));
        model.setQuery(failed, newestFirst);
        model.setChannel(&bench.channel);
        QTRY_COMPARE(model.rowCount(), 500);
        QTRY_VERIFY(model.isComplete());
        const QPersistentModelIndex kept = model.index(200, 11);
        const QString id = kept.data().toString();
        for (const int later : {1499, 900, 902, 0}) // the newest, two in the middle, the oldest
            messages[static_cast<std::size_t>(later)].status = PortStatus::Failed;
        bench.pipeline->ports.set(messages);
        model.refresh();
        const auto isRight = [&] {
            QStringList expected;
            for (auto each = messages.rbegin(); each != messages.rend(); ++each) {
                if (each->status == PortStatus::Failed)
                    expected << QString::fromLatin1(each->id);
            }
            return names(model, 11) == expected;
        };
        QTRY_VERIFY(isRight());
        QCOMPARE(kept.data().toString(), id);
    }

    /// What was written later with an earlier time counts, also where nobody looks.
    void lateRowsNearTheEndAreCounted() {
        Bench bench;
        std::vector<PortMessage> messages;
        for (int i = 0; i < 4000; i += 2)
            messages.push_back(message(i, "orders"));
        bench.pipeline->ports.set(messages);
        PortMessageModel model(portMessageListing());
        model.setQuery({}, {});
        model.setChannel(&bench.channel);
        QTRY_COMPARE(model.rowCount(), 2000);
        QTRY_VERIFY(model.isComplete());
        for (const int number : {3993, 3995, 3997, 4000})
            bench.pipeline->ports.add(message(number, "orders"));
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 2004);
        bench.pipeline->ports.add(message(3991, "orders"));
        model.refresh();
        QTRY_COMPARE(model.rowCount(), 2005);
        (void)names(model, 11);
        QTRY_COMPARE(model.index(2004, 11).data().toString(), QString::fromLatin1(test::portMessageId(4000)));
        QTRY_COMPARE(model.index(1998, 11).data().toString(), QString::fromLatin1(test::portMessageId(3993)));
    }

    void anyOfTakesWhatOneOfThemTakes() {
        const ColumnSet& schema = portMessageSchema();
        const auto takes = [&](const Filter& filter, const char* port) {
            return matches(filter, portMessageColumns(), schema, message(1, port));
        };
        QVERIFY(anyOf(schema, "port_name", {}).isEmpty());
        const Filter two = anyOf(schema, "port_name", {"it's", "a \"b\""});
        QVERIFY(takes(two, "it's") && takes(two, "a \"b\"") && !takes(two, "a"));
        const auto again = parseFilter(two.source, schema, test::portNow()); // its words say the same
        QVERIFY2(again.ok(), qPrintable(two.source));
        QVERIFY(takes(*again, "a \"b\"") && !takes(*again, "x"));
    }

    void aMessageHasItsPartsAndItsWay() {
        MessageHistory history;
        history.message = message(1, "orders", PortStatus::Failed);
        history.message.retryCount = 3;
        history.message.maxRetries = 3;
        history.message.errorMessage = "timeout";
        history.message.errorDetails = "{\"error_type\":\"Timeout\"}";
        history.message.processedAt = *history.message.createdAt + std::chrono::seconds(1);
        history.audit = {{1, *history.message.createdAt + std::chrono::seconds(9), "ada", "replay", "port_message",
                          history.message.id, "the server is back", "run-1"}};
        history.processed = ProcessedEvent{"e-1", {}, {}};
        const Inspection inspection = inspect(history);
        QCOMPARE(inspection.documents.size(), std::size_t(3));
        QCOMPARE(inspection.documents[0].name, QStringLiteral("Data"));
        QVERIFY(inspection.documents[0].tree);
        QCOMPARE(inspection.documents[1].noTree, QStringLiteral("It has no metadata."));
        QCOMPARE(inspection.documents[2].bytes, *history.message.errorDetails);
        QCOMPARE(std::get<QString>(inspection.facts.front().value),
                 QStringLiteral("▲ failed, no retry left: a dead letter"));
        QCOMPARE(inspection.tables.size(), std::size_t(1));
        InspectionTable table;
        const QAbstractItemModelTester tester(&table, reporting);
        table.setTable(inspection.tables[0]);
        QStringList what;
        for (int row = 0; row < table.rowCount(); ++row)
            what << table.index(row, 1).data().toString();
        QCOMPARE(what,
                 (QStringList{QStringLiteral("Created"), QStringLiteral("Taken to be processed"),
                              QStringLiteral("replay by ada · run-1\n“the server is back”"),
                              QStringLiteral("Event e-1 noted as processed: it would be taken for a duplicate")}));
        QCOMPARE(table.index(0, 0).data().toString(), timeText(*history.message.createdAt, TimeDisplay::Utc));
        table.setTimeDisplay(TimeDisplay::Local);
        QCOMPARE(table.index(0, 0).data().toString(), timeText(*history.message.createdAt, TimeDisplay::Local));
    }

    void theAuditSaysWhatChanged() {
        AuditEntry entry{7, test::portNow(), "ada", "replay", "port_message"};
        entry.before = R"({"status":"failed","n":1,"same":{"a":[1,{}]},"gone":true})";
        entry.after = R"({"n":2,"status":"pending","same":{"a":[1,{}]},"new":"x"})";
        const Inspection::Table table = inspect(entry).tables.front();
        QStringList rows;
        for (const auto& row : table.rows)
            rows << std::get<QString>(row[0]) + u' ' + std::get<QString>(row[1]) + u' ' + std::get<QString>(row[2]);
        QCOMPARE(rows, (QStringList{QStringLiteral("gone true –"), QStringLiteral("n 1 2"),
                                    QStringLiteral("new – \"x\""), QStringLiteral("status \"failed\" \"pending\"")}));
        entry.before.reset();
        QVERIFY(inspect(entry).tables.front().rows.empty());
        QVERIFY(!inspect(entry).tables.front().noRows.isEmpty());
        entry.before = entry.after = QByteArray(20'000, '[') + QByteArray(20'000, ']'); // as deep as it is long
        QVERIFY(inspect(entry).tables.front().rows.empty());
    }

    void statusesHaveShapes() {
        QCOMPARE(statusText("dead_letter"), QStringLiteral("✖ dead_letter"));
        QCOMPARE(statusText("pending"), QStringLiteral("○ pending"));
        QCOMPARE(statusText("difference/changed"), QStringLiteral("≠ changed")); // no migration that is another by now
        QCOMPARE(statusText("changed"), QStringLiteral("✖ changed"));
        QCOMPARE(statusText("a/b"), QStringLiteral("? a/b"));
        QCOMPARE(statusText("held\nback"), QStringLiteral("? held⟨LF⟩back"));
    }

    void aStoreOfAKindWithoutPortsSaysSo() {
        class NoPorts final : public Store {
        public:
            const StoreUrl& url() const override { return m_inner.url(); }
            Access access() const override { return Access::Read; }
            std::optional<QString> unavailableReason(Feature) const override { return QStringLiteral("none"); }
            Batches& batches() override { return m_inner.batches(); }
            Result<ChangeMark> changeMark() override { return m_inner.changeMark(); }
            Result<std::unique_ptr<IngestWriter>> ingestWriter() override { return m_inner.ingestWriter(); }

        private:
            MemoryStore m_inner{std::make_shared<MemoryPipeline>()};
        };
        StoreWorker channel([](const CancelToken&) -> Result<std::unique_ptr<Store>> {
            return std::unique_ptr<Store>(std::make_unique<NoPorts>());
        });
        PortModel ports(portListing());
        PortMessageModel messages(portMessageListing());
        AuditModel audit(auditListing());
        for (PagedModel* model : {static_cast<PagedModel*>(&ports), static_cast<PagedModel*>(&messages),
                                  static_cast<PagedModel*>(&audit)}) {
            model->setChannel(&channel);
            QTRY_COMPARE(model->state(), PagedModel::State::Failed);
            QCOMPARE(model->error()->code, ErrorCode::Unsupported);
        }
        PortCounter counter;
        QSignalSpy counts(&counter, &PortCounter::counts);
        counter.setChannel(&channel);
        QTRY_COMPARE(counts.count(), 1);
    }
};

QTEST_GUILESS_MAIN(TestPortModels)
#include "tst_portmodels.moc"
