#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/stores/openstore.h"
#include "tests/support/residentbytes.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/list/datatable.h"
#include "views/list/filterline.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QScrollBar>
#include <QtTest>
#include <thread>

using namespace portolan;
using test::residentBytes;
using test::StallMeter;
using test::TempFolder;

namespace {

// Sanitizers slow down everything and keep freed memory: there the figures only tell a hang from a stall.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longestStall = 500.0;
constexpr qint64 flatBytes = 512 * 1024 * 1024;
constexpr qint64 stored = 100'000;
#else
constexpr double longestStall = 50.0;
constexpr qint64 flatBytes = 8 * 1024 * 1024;
constexpr qint64 stored = 1'000'000;
#endif
constexpr qint64 perGroup = 20'000;
/// A stall of the program's own comes in every round, one of a busy machine does not: the best round counts.
constexpr int rounds = 3;

/// Stores messages `first` … `last`, as a receiver does.
Result<void> fill(const StoreUrl& url, qint64 first, qint64 last) {
    auto store = openStore(url, Access::Write);
    PORTOLAN_TRY(store);
    auto writer = (*store)->ingestWriter();
    PORTOLAN_TRY(writer);
    std::vector<IngestItem> items;
    for (qint64 number = first; number <= last; ++number) {
        IngestItem item;
        item.delivery.key = {"localhost:6379/0/orders", static_cast<quint64>(number), 0};
        item.delivery.receivedAt = Timestamp(std::chrono::milliseconds(1'729'090'565'000 + number * 40));
        item.decoded = IncomingMessage{
            number, {}, "this is Message N° " + QByteArray::number(number) + " being posted into Redis"};
        items.push_back(std::move(item));
        if (static_cast<qint64>(items.size()) == perGroup || number == last) {
            PORTOLAN_TRY((*writer)->store(items));
            items.clear();
        }
    }
    return {};
}

} // namespace

/// The whole window over a real SQLite file of a million messages.
class TestMillionMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("orders.db")));
        const auto filled = fill(m_url, 1, stored);
        QVERIFY2(filled, qPrintable(filled ? QString() : filled.error().text));
    }

    void scrollsToTheEndAndBackWithoutAStallAndInFlatMemory() {
        Open open(m_folder, m_url);
        QTRY_VERIFY(open.table()); // the pane, and then its first page
        QElapsedTimer begun;
        begun.start();
        QTRY_VERIFY(open.rows() > 0 && open.table()->paged()->isLoaded(open.table()->rowAt(1)));
        const qint64 firstPage = begun.elapsed();
        StallMeter stalls;
        QTRY_VERIFY_WITH_TIMEOUT(open.rows() == stored, 60'000);
        const double opening = stalls.takeLongest();
        double scrolling = 1e9;
        qint64 before = 0;
        for (int round = 0; round < rounds; ++round) {
            open.scrollThereAndBack();
            scrolling = std::min(scrolling, stalls.takeLongest());
            before = round == 0 ? residentBytes() : before;
        }
        const qint64 growth = residentBytes() - before;
        qInfo("first page after %lld ms; GUI thread away for %.1f ms while opening, %.1f ms while scrolling; "
              "memory grew by %lld KiB in two more rounds",
              static_cast<long long>(firstPage), opening, scrolling, static_cast<long long>(growth / 1024));
        QVERIFY2(opening <= longestStall, qPrintable(QString::number(opening)));
        QVERIFY2(scrolling <= longestStall, qPrintable(QString::number(scrolling)));
        QVERIFY2(growth < flatBytes, qPrintable(QString::number(growth)));
    }

    void staysLiveWhileAReceiverStores() {
        Open open(m_folder, m_url);
        QTRY_VERIFY(open.table());
        QTRY_VERIFY_WITH_TIMEOUT(open.rows() == stored, 60'000);
        StallMeter stalls;
        constexpr qint64 more = 60'000;
        double longest = 1e9;
        for (qint64 have = stored; have < stored + rounds * more; have += more) {
            Result<void> filled;
            stalls.takeLongest();
            {
                const std::jthread receiver([&] { filled = fill(m_url, have + 1, have + more); });
                open.scrollThereAndBack();
            }
            QVERIFY2(filled, qPrintable(filled ? QString() : filled.error().text));
            QTRY_COMPARE_WITH_TIMEOUT(open.rows(), have + more, 60'000);
            longest = std::min(longest, stalls.takeLongest());
        }
        qInfo("GUI thread away for %.1f ms while %lld messages were stored", longest, static_cast<long long>(more));
        QVERIFY2(longest <= longestStall, qPrintable(QString::number(longest)));
    }

private:
    /// A window that has the store open.
    class Open {
    public:
        Open(const TempFolder& folder, const StoreUrl& url)
            : m_settings(folder.path(QStringLiteral("portolan.ini")))
            , m_window(m_settings, m_theme) {
            m_window.resize(1280, 720);
            m_window.show();
            m_window.openStore(url);
            m_window.goTo(QStringLiteral("batches"));
        }
        [[nodiscard]] DataTable* table() const {
            const auto tables = m_window.findChildren<DataTable*>();
            const auto found = std::find_if(tables.begin(), tables.end(),
                                            [](auto* t) { return t->accessibleName() == QLatin1String("Messages"); });
            return found == tables.end() ? nullptr : *found;
        }
        [[nodiscard]] int rows() const { return table()->model()->rowCount(); }
        void scrollThereAndBack() const {
            constexpr int steps = 40;
            QScrollBar* const bar = table()->verticalScrollBar();
            for (int step = 0; step <= 2 * steps; ++step) {
                const int at = std::min(step, 2 * steps - step);
                bar->setValue(static_cast<int>(qint64{bar->maximum()} * at / steps));
                QTRY_VERIFY(table()->paged()->isLoaded(table()->rowAt(1)));
            }
        }

    private:
        Settings m_settings;
        Theme m_theme;
        MainWindow m_window;
    };

    TempFolder m_folder;
    StoreUrl m_url;
};

QTEST_MAIN(TestMillionMessages)
#include "tst_millionmessages.moc"
