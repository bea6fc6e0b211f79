#include "app/window/mainwindow.h"
#include "models/list/panes.h"
#include "storage/stores/openstore.h"
#include "tests/support/eventturn.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/deadletters/replaydialog.h"
#include "views/list/datatable.h"
#include "views/list/pane.h"
#include "views/style/theme.h"

#include <QPushButton>
#include <QScrollBar>
#include <QtTest>

using namespace portolan;
using test::SqliteScript;
using test::StallMeter;
using test::TempFolder;
using test::turnEventLoop;

namespace {

// Sanitizers slow down everything: there the figures only tell a hang from a stall.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longestStall = 500.0;
constexpr qint64 usually = 10'000;
#else
constexpr double longestStall = 50.0;
constexpr qint64 usually = 40'000;
#endif
/// The whole window wears another font: far from what a row each would take (a second with 40,000 of them).
constexpr double longestZoom = 2 * longestStall;
constexpr qint64 millions = 1'000'000;
constexpr qint64 firstGroupsMilliseconds = 1'000;
constexpr int groupsThereAre = 7;
/// A stall of the program's own comes in every round, one of a busy machine does not: the best round counts.
constexpr int rounds = 3;

QByteArray lettersSql(qint64 count) {
    return "PRAGMA synchronous=OFF; WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < "
           + QByteArray::number(count)
           + ") INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
             "retry_count, max_retries, created_at, error_message) SELECT printf('%08x-0000-4000-8000-%012x', (n * "
             "2654435761) & 4294967295, n), 'port_' || (n % 7), 'gateway', 'billing', '{\"n\":' || n || '}', "
             "'dead_letter', 3, 3, strftime('%Y-%m-%dT%H:%M:%fZ', 1760000000 + n * 0.1, 'unixepoch'), 'timeout after ' "
             "|| n || ' ms on 10.0.0.' || (n % 250) FROM s;";
}

} // namespace

/// The whole window over a real SQLite file of 40,000 dead letters; with PORTOLAN_LONG=1 of a million.
class TestMillionLetters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        m_letters = qEnvironmentVariableIntValue("PORTOLAN_LONG") == 1 ? millions : usually;
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("orders.db")));
        QVERIFY(openStore(m_url, Access::Write));
        SqliteScript script(m_url.path);
        QCOMPARE(script.run(lettersSql(m_letters)), QString());
    }

    /// Groups appear while the rest is being read; nothing that an operator does meanwhile waits.
    void groupsAppearAndTheListScrolls() {
        qint64 firstGroups = firstGroupsMilliseconds + 1;
        double opening = 1e9;
        for (int round = 0; round < rounds && (opening > longestStall || firstGroups > firstGroupsMilliseconds);
             ++round) {
            Open open(m_folder, m_url, QStringLiteral("dead-letters"));
            QTRY_VERIFY(open.table("Dead letter groups"));
            StallMeter stalls;
            QElapsedTimer begun;
            begun.start();
            QTRY_VERIFY(open.rows("Dead letter groups") > 0);
            firstGroups = std::min(firstGroups, begun.elapsed());
            QTRY_VERIFY_WITH_TIMEOUT(open.rows("Dead letters") == m_letters, 120'000);
            opening = std::min(opening, stalls.takeLongest());
        }
        Open open(m_folder, m_url, QStringLiteral("dead-letters"));
        QTRY_VERIFY(open.table("Dead letter groups"));
        QElapsedTimer begun;
        begun.start();
        QTRY_VERIFY_WITH_TIMEOUT(open.rows("Dead letters") == m_letters, 120'000);
        const double scrolling = open.stallOfScrolling("Dead letters"); // while it is being grouped, in the first round
        QTRY_VERIFY_WITH_TIMEOUT(open.pane()->isSettled(), 300'000);
        qInfo(
            "first groups after %lld ms, all of %lld letters after %lld ms; GUI thread away for %.1f ms while opening, "
            "%.1f ms while scrolling",
            static_cast<long long>(firstGroups), static_cast<long long>(m_letters),
            static_cast<long long>(begun.elapsed()), opening, scrolling);
        QCOMPARE(open.rows("Dead letter groups"), groupsThereAre);
        QVERIFY2(firstGroups <= firstGroupsMilliseconds, qPrintable(QString::number(firstGroups)));
        QVERIFY2(opening <= longestStall, qPrintable(QString::number(opening)));
        QVERIFY2(scrolling <= longestStall, qPrintable(QString::number(scrolling)));
    }

    /// The window goes on while a seventh of all letters is being frozen.
    void previewDoesNotHoldTheWindowUp() {
        Open open(m_folder, m_url, QStringLiteral("dead-letters"));
        QTRY_VERIFY(open.table("Dead letter groups"));
        QTRY_VERIFY_WITH_TIMEOUT(open.pane()->isSettled() && open.table("Dead letter groups")->model()->rowCount() > 0,
                                 300'000);
        StallMeter stalls;
        open.table("Dead letter groups")->selectRow(0);
        const auto chosen = [&] {
            const PagedModel* const letters = open.table("Dead letters")->paged();
            return letters->isComplete() && letters->rowCount() < m_letters / 6 && letters->rowCount() > m_letters / 8;
        };
        QTRY_VERIFY_WITH_TIMEOUT(chosen(), 120'000);
        const double choosing = stalls.takeLongest();
        double freezing = 1e9;
        for (int round = 0; round < rounds && freezing > longestStall; ++round) {
            open.button(open.pane(), "Replay…")->click();
            const auto dialog = [&] { return open.pane()->findChild<ReplayDialog*>(); };
            QTRY_VERIFY(dialog() && dialog()->isVisible());
            for (auto* field : dialog()->findChildren<QLineEdit*>()) {
                if (field->accessibleName() == QLatin1String("Reason"))
                    field->setText(QStringLiteral("a test"));
            }
            QTRY_VERIFY_WITH_TIMEOUT(open.button(dialog(), "Replay")->isEnabled(), 300'000);
            dialog()->reject();
            QTRY_VERIFY(!dialog());
            freezing = std::min(freezing, stalls.takeLongest());
        }
        qInfo("GUI thread away for %.1f ms while a group was chosen, %.1f ms while it was frozen", choosing, freezing);
        QVERIFY2(choosing <= longestStall, qPrintable(QString::number(choosing)));
        QVERIFY2(freezing <= longestStall, qPrintable(QString::number(freezing)));
    }

    /// Another text size gives every row another height: nothing is done for each of them.
    void textSizeChangesAtOnce() {
        Open open(m_folder, m_url, QStringLiteral("ports"));
        QTRY_VERIFY(open.table("Port messages"));
        QTRY_VERIFY_WITH_TIMEOUT(open.rows("Port messages") == m_letters, 120'000);
        double larger = 1e9;
        for (int round = 0; round < rounds && larger > longestZoom; ++round) {
            open.trigger("text-of-normal-size");
            const int before = open.table("Port messages")->rowHeight(0);
            StallMeter stalls;
            open.trigger("larger-text");
            QTRY_VERIFY(open.table("Port messages")->rowHeight(0) > before);
            QVERIFY(turnEventLoop());
            larger = std::min(larger, stalls.takeLongest());
            QCOMPARE(open.table("Port messages")->rowHeight(open.rows("Port messages") - 1),
                     open.table("Port messages")->rowHeight(0));
        }
        qInfo("GUI thread away for %.1f ms while the text size changed", larger);
        QVERIFY2(larger <= longestZoom, qPrintable(QString::number(larger)));
    }

    void portsAreCountedWhileTheirMessagesScroll() {
        double opening = 1e9;
        double scrolling = 1e9;
        for (int round = 0; round < rounds && (opening > longestStall || scrolling > longestStall); ++round) {
            Open open(m_folder, m_url, QStringLiteral("ports"));
            QTRY_VERIFY(open.table("Port messages"));
            StallMeter stalls;
            QTRY_VERIFY_WITH_TIMEOUT(open.rows("Port messages") == m_letters, 120'000);
            opening = std::min(opening, stalls.takeLongest());
            scrolling = std::min(scrolling, open.stallOfScrolling("Port messages"));
        }
        qInfo("GUI thread away for %.1f ms while ports opened, %.1f ms while their messages scrolled", opening,
              scrolling);
        QVERIFY2(opening <= longestStall, qPrintable(QString::number(opening)));
        QVERIFY2(scrolling <= longestStall, qPrintable(QString::number(scrolling)));
    }

private:
    /// A window that has the store open at a pane.
    class Open {
    public:
        Open(const TempFolder& folder, const StoreUrl& url, const QString& pane)
            : m_settings(folder.path(QStringLiteral("portolan.ini")))
            , m_window(m_settings, m_theme) {
            m_window.resize(1280, 720);
            m_window.show();
            m_window.openStore(url);
            m_window.goTo(pane);
        }
        [[nodiscard]] Pane* pane() const { return m_window.pane(); }
        [[nodiscard]] DataTable* table(const char* name) const { return named<DataTable>(&m_window, name); }
        [[nodiscard]] QPushButton* button(const QWidget* within, const char* name) const {
            return named<QPushButton>(within, name);
        }
        void trigger(const char* action) { m_window.findChild<QAction*>(QLatin1String(action))->trigger(); }
        [[nodiscard]] int rows(const char* name) const { return table(name)->model()->rowCount(); }
        /// Milliseconds: the longest, in the best of some rounds.
        [[nodiscard]] double stallOfScrolling(const char* name) const {
            double longest = 1e9;
            StallMeter stalls;
            for (int round = 0; round < rounds; ++round) {
                scrollThereAndBack(table(name));
                longest = std::min(longest, stalls.takeLongest());
            }
            return longest;
        }

    private:
        static void scrollThereAndBack(const DataTable* table) {
            constexpr int steps = 40;
            QScrollBar* const bar = table->verticalScrollBar();
            for (int step = 0; step <= 2 * steps; ++step) {
                const int at = std::min(step, 2 * steps - step);
                bar->setValue(static_cast<int>(qint64{bar->maximum()} * at / steps));
                QTRY_VERIFY(table->paged()->isLoaded(table->rowAt(1)));
            }
        }
        template <class Widget>
        static Widget* named(const QWidget* within, const char* name) {
            const auto all = within->findChildren<Widget*>();
            const auto found = std::find_if(all.begin(), all.end(),
                                            [&](auto* w) { return w->accessibleName() == QString::fromUtf8(name); });
            return found == all.end() ? nullptr : *found;
        }

        Settings m_settings;
        Theme m_theme;
        MainWindow m_window;
    };

    TempFolder m_folder;
    StoreUrl m_url;
    qint64 m_letters = 0;
};

QTEST_MAIN(TestMillionLetters)
#include "tst_millionletters.moc"
