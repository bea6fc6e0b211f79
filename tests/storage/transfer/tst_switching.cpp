// switch: a store takes the place of another one with all of its rows, and back; what a receiver stored meanwhile is in
// one of them, and what differs switches nothing.

#include "storage/messages/batches.h"
#include "storage/stores/opencontent.h"
#include "storage/transfer/switching.h"
#include "tests/support/copyplaces.h"

#include <QtTest>
#include <atomic>
#include <thread>

using namespace portolan;
using namespace portolan::test;

namespace {

SwitchSide sideOf(const StoreUrl& url) {
    return {
        url.display(), [url] { return openCopySource(url); }, [url] { return openCopyDestination(url); },
        [url, watched = std::shared_ptr<Store>(need(openStore(url, Access::Write)))] { return watched->changeMark(); },
        url.kind == StoreKind::Files};
}

CopyOptions acting() {
    CopyOptions options;
    options.actor = "test";
    options.reason = "why";
    return options;
}

SwitchReport switched(const StoreUrl& from, const StoreUrl& into) {
    return need(switchStores(
        sideOf(from), sideOf(into), acting(), [](const CopyReport&) {}, [](const QString&) {}, {}));
}

Result<IngestCounts> tryStore(const StoreUrl& url, const std::vector<IngestItem>& items) {
    const auto store = need(openStore(url, Access::Write));
    const auto writer = store->ingestWriter();
    return writer ? (*writer)->store(items) : Result<IngestCounts>(writer.error());
}

} // namespace

class TestSwitching : public CopyPlaces {
    Q_OBJECT
private Q_SLOTS:
    void thereAndBack_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("into");
        QTest::newRow("SQLite to server") << "sqlite"
                                          << "server";
        QTest::newRow("server to SQLite") << "server"
                                          << "sqlite";
        QTest::newRow("files to SQLite") << "files"
                                         << "sqlite";
        QTest::newRow("files to files") << "files"
                                        << "files";
    }
    void thereAndBack() {
        QFETCH(const QString, from);
        QFETCH(const QString, into);
        const StoreUrl first = storeOf(from);
        const StoreUrl second = storeOf(into);
        need(tryStore(first, IngestItems().range(1, 40).rejection(41, QStringLiteral("bad")).all()));
        QVERIFY(switched(first, second).isSwitched);
        // A receiver is refused by the old store, in words that say where to.
        const auto refused = tryStore(first, IngestItems().range(50, 55).all());
        QVERIFY(!refused && refused.error().code == ErrorCode::ReadOnly);
        QVERIFY2(refused.error().text.contains(second.display()), qPrintable(refused.error().text));
        // The new one knows what is stored.
        const IngestCounts here = need(tryStore(second, IngestItems().range(1, 70).all()));
        QCOMPARE(here.duplicates, 41);
        QCOMPARE(here.stored, 29);
        QVERIFY(switched(second, first).isSwitched);
        QVERIFY(!tryStore(second, IngestItems().range(80, 81).all()));
        const IngestCounts back = need(tryStore(first, IngestItems().range(42, 75).all()));
        QCOMPARE(back.duplicates, 70 - 42 + 1);
        QCOMPARE(back.stored, 5);
        QCOMPARE(messagesIn(first), 40 + 29 + 5);
        if (from == QLatin1String("files") && into != from) { // what the database received has other numbers there
            const auto again = switchStores(
                sideOf(first), sideOf(second), acting(), [](const CopyReport&) {}, [](const QString&) {}, {});
            QVERIFY(!again && again.error().code == ErrorCode::Usage);
            QCOMPARE(messagesIn(second), 40 + 29);
            return;
        }
        // Again and again.
        QVERIFY(switched(first, second).isSwitched);
        QCOMPARE(messagesIn(second), 40 + 29 + 5);
        QCOMPARE(need(tryStore(second, IngestItems().range(1, 40).all())).duplicates, 40);
    }

    /// A receiver writes on until it is refused; what it was told is stored is in the new store.
    void aReceiverIsCutOff_data() {
        QTest::addColumn<bool>("fromServer");
        QTest::newRow("SQLite to server") << false;
        QTest::newRow("server to SQLite") << true;
    }
    void aReceiverIsCutOff() {
        QFETCH(const bool, fromServer);
        const Place from = place(fromServer);
        const Place into = place(!fromServer);
        std::atomic<quint64> stored = 0;
        std::optional<ErrorCode> end;
        std::thread receiver([&] {
            const auto store = need(openStore(from.url, Access::Write));
            const auto writer = need(store->ingestWriter());
            for (quint64 n = 1; !end; n += 5) {
                const auto counts = writer->store(IngestItems().range(n, n + 4).all());
                if (counts)
                    stored = n + 4;
                else if (!isTransient(counts.error().code))
                    end = counts.error().code;
            }
        });
        QTRY_VERIFY_WITH_TIMEOUT(stored >= 50, 60'000);
        const SwitchReport report = switched(from.url, into.url);
        receiver.join();
        QVERIFY(report.isSwitched);
        QVERIFY(end == ErrorCode::ReadOnly);
        QCOMPARE(messagesIn(into.url), static_cast<qint64>(stored.load()));
        QCOMPARE(messagesIn(from.url), static_cast<qint64>(stored.load()));
        QCOMPARE(into.value("SELECT count(*) || ' ' || count(DISTINCT content) FROM messages"),
                 QStringLiteral("%1 %1").arg(stored.load()));
    }

    void aDifferenceSwitchesNothing() {
        const Place from = filled(false, 51, 20);
        const Place into = place(true);
        QCOMPARE(copied(from.url, into.url).differences, 0);
        change(into, "UPDATE messages SET content = 'mine' WHERE id = 100");
        const SwitchReport report = switched(from.url, into.url);
        QVERIFY(!report.isSwitched);
        QCOMPARE(report.forth.differences, 1);
        QCOMPARE(need(tryStore(from.url, IngestItems().range(1, 3).all())).stored, 3);
        QCOMPARE(from.value("SELECT count(*) FROM portolan_settings WHERE key = 'switched-to'"), QStringLiteral("0"));
    }

    /// All tables go along, and what changed in the new store comes back.
    void statesComeBack() {
        const Place from = filled(false, 52, 60);
        const Place into = place(true);
        QVERIFY(switched(from.url, into.url).isSwitched);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        change(into, "UPDATE port_messages SET status = 'completed', retry_count = 5 WHERE port_name = 'p1'");
        change(into, "DELETE FROM messages WHERE id > 300");
        QVERIFY(switched(into.url, from.url).isSwitched);
        QCOMPARE(differencesOf(from.url, into.url), QStringList());
        QCOMPARE(from.value("SELECT count(*) FROM port_messages WHERE port_name = 'p1' AND retry_count <> 5"),
                 QStringLiteral("0"));
        QCOMPARE(from.value("SELECT count(*) FROM messages WHERE id > 300"), QStringLiteral("0"));
        for (const Place& each : {from, into})
            QVERIFY(each.value("SELECT count(*) FROM portolan_audit WHERE action = 'switch_away'").toInt() >= 1);
    }

    /// One that was killed left the fence; the same call goes on, and a lost store is opened without any other.
    void aKilledOneGoesOn_data() {
        QTest::addColumn<QString>("from");
        QTest::newRow("SQLite") << "sqlite";
        QTest::newRow("server") << "server";
        QTest::newRow("files") << "files";
    }
    void aKilledOneGoesOn() {
        QFETCH(const QString, from);
        const StoreUrl first = storeOf(from);
        const StoreUrl second = storeOf(QStringLiteral("sqlite"));
        need(tryStore(first, IngestItems().range(1, 12).all()));
        need(need(openCopyDestination(first))->setFence(second.display(), acting()));
        QVERIFY(!tryStore(first, IngestItems().range(13, 14).all()));
        QVERIFY(switched(first, second).isSwitched);
        QCOMPARE(messagesIn(second), 12);
        need(reopenStore(sideOf(first), acting()));
        QCOMPARE(need(tryStore(first, IngestItems().range(1, 14).all())).stored, 2);
    }

    void aSwitchIsOffered() {
        const Place from = filled(false, 53, 5);
        const Place into = place(false);
        const auto watched = need(openStore(from.url, Access::Read));
        const FollowedStores stores{[&] { return openCopySource(from.url); },
                                    [&] { return openCopyDestination(into.url); },
                                    [&] { return watched->changeMark(); }};
        const auto offers = [&](int milliseconds) {
            int offered = 0;
            FollowOptions follow{std::chrono::milliseconds(600)};
            follow.offerAfter = std::chrono::milliseconds(milliseconds);
            follow.offer = [&] { ++offered; };
            CopyOptions options = acting();
            options.from = from.url.display();
            CopyReport report;
            need(followStore(
                stores, options, follow, report, [](const CopyReport&) {}, [](const QString&) {}, {}));
            return offered;
        };
        QCOMPARE(offers(100), 1);
        QCOMPARE(into.value("SELECT count(*) FROM portolan_audit WHERE action = 'switch_offer'"), QStringLiteral("1"));
        QCOMPARE(offers(60'000), 0);
        change(into, "UPDATE messages SET content = 'mine' WHERE id = 10");
        QCOMPARE(offers(0), 0); // they differ
    }

    /// Where both places run a schedule each has its own times, and the ledger of a copy is of its place.
    void eachPlaceHasItsOwn() {
        const Place from = place(false);
        const Place into = place(true);
        change(from,
               "INSERT INTO portolan_schedule (name, command, spec, next_run_at) VALUES ('nightly', '[\"verify\"]', "
               "'daily 02:00', '2026-11-26T02:00:00.000Z')");
        QCOMPARE(copied(from.url, into.url).differences, 0);
        QCOMPARE(into.value("SELECT count(*) FROM portolan_schedule WHERE next_run_at IS NOT NULL"),
                 QStringLiteral("1"));
        change(from, "UPDATE portolan_schedule SET next_run_at = '2026-11-27T02:00:00.000Z', last_exit = 0");
        change(into, "UPDATE portolan_schedule SET next_run_at = '2026-11-28T02:00:00Z', last_exit = 3");
        const CopyReport again = copied(from.url, into.url);
        QCOMPARE(again.differences, 0);
        QCOMPARE(again.copied, 0);
        change(from, "UPDATE portolan_schedule SET spec = 'daily 03:00'");
        QCOMPARE(copied(from.url, into.url).copied, 1);
        QCOMPARE(into.value("SELECT spec FROM portolan_schedule"), QStringLiteral("daily 03:00"));
        const auto left = need(openContent(from.url));
        const auto right = need(openContent(into.url));
        const CompareOptions settings{{QStringLiteral("portolan_settings")}};
        QCOMPARE(need(compareStores(*left, *right, settings, [](const RowDifference&) { return Result<void>(); }))
                     .differences,
                 0);
    }

    /// A new row, far before one that gives up its unique value in the same copy.
    void aValueThatIsGivenUpIsTaken_data() { addDirections(); }
    void aValueThatIsGivenUpIsTaken() {
        QFETCH(const bool, fromServer);
        QFETCH(const bool, intoServer);
        const Place from = place(fromServer);
        const Place into = place(intoServer);
        QByteArray rows;
        for (int i = 1'000; i < 6'000; ++i)
            rows +=
                (rows.isEmpty() ? "" : ", ") + ("(" + QByteArray::number(i) + ", 's" + QByteArray::number(i) + "')");
        change(from, "INSERT INTO portolan_sources (id, identity) VALUES " + rows);
        QCOMPARE(copied(from.url, into.url).differences, 0);
        change(from,
               "UPDATE portolan_sources SET identity = 'moved' WHERE id = 5999; INSERT INTO portolan_sources (id, "
               "identity) VALUES (1, 's5999')");
        const CopyReport report = copied(from.url, into.url);
        QCOMPARE(report.differences, 0);
        QCOMPARE(report.told, QStringList());
        QCOMPARE(report.copied, 2);
        QCOMPARE(copied(from.url, into.url).copied, 0);
    }

    /// A table that is empty from one look to the next was truncated.
    void aTruncatedTableEmptiesNothing() {
        const Place from = filled(true, 54, 150);
        const Place into = place(false);
        QCOMPARE(followed(from.url, into.url).differences, 0);
        change(from, "TRUNCATE port_metrics; DELETE FROM metrics WHERE id % 2 = 0");
        const CopyReport report = followed(from.url, into.url);
        QCOMPARE(report.differences, 150);
        QVERIFY2(report.told.value(0).contains(QLatin1String("TRUNCATE")), qPrintable(report.told.join(u'\n')));
        QCOMPARE(into.value("SELECT count(*) FROM port_metrics"), QStringLiteral("150"));
        QCOMPARE(into.value("SELECT count(*) FROM metrics"), from.value("SELECT count(*) FROM metrics"));
        CopyOptions options = acting();
        options.from = from.url.display();
        options.drops = true;
        options.empties = true;
        const auto source = need(openCopySource(from.url));
        QCOMPARE(
            need(need(openCopyDestination(into.url))->take(*source, options, [](const CopyReport&) {})).differences, 0);
        QCOMPARE(into.value("SELECT count(*) FROM port_metrics"), QStringLiteral("0"));
    }

private:
    StoreUrl storeOf(const QString& kind) {
        if (kind != QLatin1String("files"))
            return place(kind == QLatin1String("server")).url;
        StoreUrl url;
        url.path = path(QStringLiteral("files"));
        url.service = QStringLiteral("example_receiver");
        need(openStore(url, Access::Write));
        return url;
    }
    static qint64 messagesIn(const StoreUrl& url) {
        const auto store = need(openStore(url, Access::Read));
        ListQuery query;
        query.limit = 1'000'000;
        return std::ssize(need(store->batches().messages().page(query, {})).rows);
    }
};

QTEST_GUILESS_MAIN(TestSwitching)
#include "tst_switching.moc"
