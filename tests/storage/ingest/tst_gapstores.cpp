// What every kind of store does with gaps: kept with the messages they were found in, found again after a restart.

#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/stores/openstore.h"
#include "tests/support/postgresserver.h"
#include "tests/support/tempfolder.h"

#include <QJsonDocument>
#include <QtTest>
#include <algorithm>

using namespace portolan;
using namespace portolan::test;

namespace {

constexpr Timestamp begin{std::chrono::seconds(1'700'000'000)};

IngestItem numbered(qint64 number, const QByteArray& series = "h:1/0/c") {
    IngestItem item;
    item.delivery.series = series;
    item.delivery.receivedAt = begin + std::chrono::seconds(qAbs(number));
    item.decoded = IncomingMessage{number, std::nullopt, "text " + QByteArray::number(number)};
    return item;
}

std::vector<IngestItem> numberedItems(std::initializer_list<qint64> numbers) {
    std::vector<IngestItem> items;
    for (const qint64 number : numbers)
        items.push_back(numbered(number));
    return items;
}

IngestItem news(const GapNews& of, const SourceKey& key = {}) {
    IngestItem item;
    item.delivery.key = key;
    item.delivery.series = key.isKeyed() ? QByteArray() : QByteArray("h:1/0/c");
    item.delivery.receivedAt = begin;
    item.decoded = of;
    return item;
}

} // namespace

class TestGapStores : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsWhatIsMissing_data() { stores(); }
    void keepsWhatIsMissing() {
        openWriter();
        const auto counts = m_writer->store(numberedItems({-2, -1, 0, 1, 2, 5, 9}));
        QVERIFY2(counts.ok(), counts ? "" : qPrintable(counts.error().text + counts.error().details));
        QCOMPARE(counts->stored, 7);
        QCOMPARE(counts->gaps, 2);
        QCOMPARE(shown(), (QStringList{QStringLiteral("numbers 3-4 missing 2 open"),
                                       QStringLiteral("numbers 6-8 missing 3 open")}));
    }

    void aLateArrivalClosesItLater_data() { stores(); }
    void aLateArrivalClosesItLater() {
        openWriter();
        QVERIFY(m_writer->store(numberedItems({-2, -1, 0, 1, 2, 5, 9})).ok());
        QVERIFY(m_writer->store(numberedItems({7, 10})).ok());
        const auto counts = m_writer->store(numberedItems({4, 3}));
        QVERIFY(counts.ok());
        QCOMPARE(counts->gaps, 0);
        QCOMPARE(shown(), (QStringList{QStringLiteral("numbers 3-3 missing 0 closed"),
                                       QStringLiteral("numbers 6-6 missing 1 open"),
                                       QStringLiteral("numbers 8-8 missing 1 open")}));
    }

    void knowsTheLastNumberAfterARestart_data() { stores(); }
    void knowsTheLastNumberAfterARestart() {
        openWriter();
        QVERIFY(m_writer->store(numberedItems({-1, 0, 1, 2, 5})).ok());
        openWriter();
        QVERIFY(m_writer->store(numberedItems({8})).ok());
        openWriter();
        QVERIFY(m_writer->store(numberedItems({3, 6})).ok());
        QCOMPARE(shown(), (QStringList{QStringLiteral("numbers 4-4 missing 1 open"),
                                       QStringLiteral("numbers 7-7 missing 1 open")}));
    }

    // What a jump is may be known only after the receiver was started again, and again.
    void whatIsHeldSurvivesARestart_data() { stores(); }
    void whatIsHeldSurvivesARestart() {
        for (const qint64 number : {1, 2, 5, 6, 7}) {
            openWriter();
            const auto counts = m_writer->store(numberedItems({number}));
            QVERIFY(counts.ok());
            QCOMPARE(counts->gaps, number == 7 ? 1 : 0);
        }
        QCOMPARE(shown(), QStringList{QStringLiteral("numbers 3-4 missing 2 open")});
    }

    void numbersThatAreNoSequenceHaveNoGaps_data() { stores(); }
    void numbersThatAreNoSequenceHaveNoGaps() {
        openWriter();
        for (const qint64 number : {5005, 7211, 5400, 9120, 9118, 6001, 9999, 5005, 8000, 8100, 8200, 8300, 8400}) {
            const auto counts = m_writer->store(numberedItems({number}));
            QVERIFY(counts.ok());
            QCOMPARE(counts->gaps, 0);
        }
        QCOMPARE(shown(), QStringList());
    }

    // Of numbers that rise by one all losses are told, however often the connection is lost between two of them; of
    // others still none.
    void jumpsOverLostConnectionsSayNothingOfTheRule_data() { stores(); }
    void jumpsOverLostConnectionsSayNothingOfTheRule() {
        openWriter();
        for (const bool isOneGroup : {true, false}) {
            const QByteArray series = isOneGroup ? "h/0/one" : "h/0/each";
            const auto store = [&](std::vector<IngestItem> items) {
                for (IngestItem& item : items)
                    item.delivery.series = series;
                QVERIFY(m_writer->store(items).ok());
            };
            const auto told = [&] {
                const std::vector<Gap> all = gaps();
                return std::ranges::count_if(all, [&](const Gap& gap) {
                    return gap.source == series && gap.kind == GapKind::Numbers && !gap.closedAt;
                });
            };
            store(numberedItems({1, 2, 3, 4, 5}));
            for (qint64 number = 8; number <= 65; number += 3) {
                const IngestItem lost = news({GapKind::Disconnect, false, std::nullopt, R"({"reason":"lost"})"});
                const IngestItem again = news({GapKind::Disconnect, true, std::nullopt, {}});
                if (isOneGroup) {
                    store({lost, again, numbered(number)});
                    continue;
                }
                for (const IngestItem& item : {lost, again, numbered(number)})
                    store({item});
            }
            QCOMPARE(told(), 20);
            for (qint64 number = 500; number <= 4900; number += 400)
                store({numbered(number)});
            const auto before = told();
            store(numberedItems({5300, 5700}));
            QCOMPARE(told(), before); // no rule any more
        }
    }

    void aNewEpochIsOneOfItsOwn_data() { stores(); }
    void aNewEpochIsOneOfItsOwn() {
        openWriter();
        QVERIFY(m_writer->store(numberedItems({97, 98, 99, 100, 103})).ok());
        QVERIFY(m_writer->store(numberedItems({1, 4})).ok());
        QVERIFY(
            m_writer->store(numberedItems({101, 102, 104})).ok()); // of the new epoch now: nothing of the old closes
        const std::vector<Gap> all = gaps();
        QCOMPARE(all.size(), 4U);
        QCOMPARE(all[0].epoch, 0);
        QVERIFY(!all[0].closedAt);
        QCOMPARE(all[1].epoch, 1);
        QCOMPARE(all[1].missing, std::optional<qint64>(2));
        QCOMPARE(all[2].firstNumber, std::optional<qint64>(5));
    }

    void channelsAreApart_data() { stores(); }
    void channelsAreApart() {
        openWriter();
        QVERIFY(m_writer
                    ->store(std::vector{numbered(1, "h/0/a"), numbered(47, "h/0/b"), numbered(48, "h/0/b"),
                                        numbered(49, "h/0/b"), numbered(50, "h/0/b"), numbered(2, "h/0/a"),
                                        numbered(52, "h/0/b")})
                    .ok());
        const std::vector<Gap> all = gaps();
        QCOMPARE(all.size(), 1U);
        QCOMPARE(all[0].source, QByteArray("h/0/b"));
    }

    void disconnectsOpenAndEnd_data() { stores(); }
    void disconnectsOpenAndEnd() {
        openWriter();
        const GapNews lost{GapKind::Disconnect, false, std::nullopt, R"({"reason":"lost"})"};
        QCOMPARE(m_writer->store(std::vector{news(lost)})->gaps, 1);
        QCOMPARE(shown(), QStringList{QStringLiteral("disconnect missing ? open")});
        openWriter();
        const auto over = m_writer->store(
            std::vector{news({GapKind::Disconnect, true, std::nullopt, R"({"reason":"restarted"})"}), numbered(1)});
        QVERIFY(over.ok());
        QCOMPARE(over->gaps, 0);
        QCOMPARE(over->stored, 1);
        QCOMPARE(shown(), QStringList{QStringLiteral("disconnect missing ? closed")});
        QCOMPARE(QJsonDocument::fromJson(gaps()[0].details), QJsonDocument::fromJson(R"({"reason":"restarted"})"));
    }

    void trimmedEntriesAreKeptOnce_data() { stores(); }
    void trimmedEntriesAreKeptOnce() {
        openWriter();
        const GapNews gone{GapKind::Trimmed, false, 1, {}};
        const std::vector items{news(gone, {"h/0/s", 5, 0}), news(gone, {"h/0/s", 6, 0})};
        QCOMPARE(m_writer->store(items)->gaps, 1);
        openWriter();
        const auto again = m_writer->store(items);
        QVERIFY(again.ok());
        QCOMPARE(again->gaps + again->duplicates, 0);
        QCOMPARE(shown(), QStringList{QStringLiteral("trimmed missing 2 open")});
    }

    void rowsAreListedWithTheirColumns_data() { stores(); }
    void rowsAreListedWithTheirColumns() {
        openWriter();
        QVERIFY(m_writer->store(numberedItems({-2, -1, 0, 1, 4})).ok());
        m_writer.reset();
        const auto store = openStore(m_url, Access::Read);
        QVERIFY(store.ok());
        QVERIFY(!(*store)->unavailableReason(Feature::Gaps));
        ListQuery query;
        query.filter =
            parseFilter(QStringLiteral("kind:numbers missing:2 not closed_at:*"), gapSchema(), currentTime()).value();
        const auto page = (*store)->batches().gaps().page(query, {});
        QVERIFY2(page.ok(), page ? "" : qPrintable(page.error().text + page.error().details));
        QCOMPARE(page->rows.size(), 1U);
        const Gap& gap = page->rows[0];
        QCOMPARE(gap.id, 1);
        QCOMPARE(gap.source, QByteArray("h:1/0/c"));
        QCOMPARE(gap.detectedAt, begin + std::chrono::seconds(4));
    }

    void aRefusedGroupLeavesNone() {
        m_url = StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("refused.db"))).value();
        m_writer.reset();
        openWriter(false);
        QVERIFY(m_writer->store(numberedItems({-2, -1, 0, 1})).ok());
        std::vector<IngestItem> items = numberedItems({5});
        items.push_back(news({GapKind::Overrun, false, -1, {}})); // the table's rule refuses it
        const auto refused = m_writer->store(items);
        QVERIFY(!refused.ok());
        QVERIFY(gaps().empty());
        items.pop_back();
        QCOMPARE(m_writer->store(items)->gaps, 1);
    }

private:
    void stores() {
        QTest::addColumn<QString>("scheme");
        QTest::newRow("files") << QStringLiteral("file://");
        QTest::newRow("SQLite") << QStringLiteral("sqlite://");
        QTest::newRow("PostgreSQL") << QStringLiteral("postgresql://");
    }
    /// The first time in a test it makes a place.
    void openWriter(bool fresh = true) {
        if (fresh) {
            QFETCH(QString, scheme);
            const QString name = QString::fromLatin1(QTest::currentTestFunction());
            if (scheme.startsWith(u"postgresql")) {
                if (!m_databases.contains(name))
                    m_databases.insert(name, m_server.createStore());
                m_url = m_databases.value(name);
                return open();
            }
            m_url = StoreUrl::parse(
                        scheme + m_folder.path(name + (scheme.startsWith(u"file") ? QString() : QStringLiteral(".db"))))
                        .value();
        }
        open();
    }
    void open() {
        m_writer.reset();
        auto store = openStore(m_url, Access::Write);
        QVERIFY2(store.ok(), store ? "" : qPrintable(store.error().text));
        m_store = std::move(*store);
        auto writer = m_store->ingestWriter();
        QVERIFY2(writer.ok(), writer ? "" : qPrintable(writer.error().text));
        m_writer = std::move(*writer);
    }
    std::vector<Gap> gaps() {
        const auto store = openStore(m_url, Access::Read);
        auto page = (*store)->batches().gaps().page({}, {});
        return page ? page->rows : std::vector<Gap>();
    }
    QStringList shown() {
        QStringList all;
        for (const Gap& gap : gaps()) {
            QString text = QString::fromLatin1(gapKindName(gap.kind));
            if (gap.firstNumber)
                text += QStringLiteral(" %1-%2").arg(*gap.firstNumber).arg(*gap.lastNumber);
            text += gap.missing ? QStringLiteral(" missing %1").arg(*gap.missing) : QStringLiteral(" missing ?");
            all.append(text + (gap.closedAt ? QStringLiteral(" closed") : QStringLiteral(" open")));
        }
        all.sort();
        return all;
    }

    PostgresServer m_server;
    QHash<QString, StoreUrl> m_databases; ///< by test
    TempFolder m_folder;
    StoreUrl m_url;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<IngestWriter> m_writer;
};

QTEST_GUILESS_MAIN(TestGapStores)
#include "tst_gapstores.moc"
