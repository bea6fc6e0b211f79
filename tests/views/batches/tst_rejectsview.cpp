// The Rejected list's buttons, on a store of its own: what they are about, and what becomes of the rows.
#include "storage/ingest/decoder.h"
#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/messages/batches.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/tempfolder.h"
#include "views/batches/rejectsview.h"
#include "views/list/listframe.h"
#include "views/style/theme.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

/// A store with four rejects: three of messages, one of a port message.
struct Bench {
    Bench() {
        url.kind = StoreKind::Sqlite;
        url.path = folder.path(QStringLiteral("rejects.db"));
        const auto store = openStore(url, Access::Write, {});
        const auto writer = (*store)->ingestWriter();
        std::vector<IngestItem> items;
        for (quint64 n = 1; n <= 4; ++n) {
            Delivery delivery;
            delivery.key = {"redis:localhost:6379/0/orders", n, 0};
            delivery.keyText = QByteArray::number(n) + "-0";
            delivery.payload =
                n < 4 ? R"({"kind":"message","message_number":"x","content":"c)" + QByteArray::number(n) + "\"}"
                      : QByteArray(R"({"kind":"port_message","port_name":"p"})");
            delivery.receivedAt = currentTime();
            Decoded decoded = decode(delivery);
            items.push_back({std::move(delivery), std::move(decoded)});
        }
        const auto counts = (*writer)->store(items);
        Q_ASSERT(counts && counts->rejected == 4);
        channel = std::make_unique<StoreWorker>(
            [url = url](const CancelToken& token) { return openStore(url, Access::Read, token); });
        const auto opener = [url = url](Access access) {
            return [url, access](const CancelToken& token) { return openStore(url, access, token); };
        };
        desk = std::make_unique<ReplayController>(opener(Access::Read), opener(Access::Write), "tester");
        view.resize(1100, 420);
        view.show();
        view.setContext({.channel = channel.get(), .replays = desk.get()});
    }
    ~Bench() { view.setContext({}); }
    [[nodiscard]] QPushButton* button(const QString& name) const {
        for (auto* each : view.findChildren<QPushButton*>()) {
            if (each->accessibleName() == name)
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] RejectDialog* dialog() const { return view.findChild<RejectDialog*>(); }
    /// Fills the dialog that is open in, and confirms it.
    void confirm(const QString& reason) const {
        dialog()->findChild<QLineEdit*>()->setText(reason);
        for (auto* each : dialog()->findChildren<QPushButton*>()) {
            if (each->isEnabled() && each->text() != QStringLiteral("Cancel"))
                each->click();
        }
    }
    [[nodiscard]] Reject stored(qint64 id) const {
        const auto store = openStore(url, Access::Read, {});
        return *(*store)->batches().reject(id);
    }
    [[nodiscard]] qint64 messages() const {
        const auto store = openStore(url, Access::Read, {});
        return std::ssize((*store)->batches().messages().page({}, {})->rows);
    }

    TempFolder folder;
    StoreUrl url;
    std::unique_ptr<StoreWorker> channel;
    std::unique_ptr<ReplayController> desk;
    RejectsView view;
};

/// A picture of a widget, where somebody wants to see one.
void keepPicture(QWidget* widget, const char* name) {
    const QString folder = qEnvironmentVariable("PORTOLAN_PICTURES");
    if (!folder.isEmpty())
        QVERIFY(widget->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png")));
}

} // namespace

class TestRejectsView : public QObject {
    Q_OBJECT

    Theme m_theme;

private Q_SLOTS:
    void initTestCase() {
        const bool isDark = qEnvironmentVariable("PORTOLAN_THEME") == QLatin1String("dark");
        m_theme.choose(isDark ? ThemeChoice::Dark : ThemeChoice::Light);
    }

    void buttonsNameWhatTheyAreAbout() {
        Bench bench;
        QTRY_COMPARE(bench.view.model().rowCount(), 4);
        QPushButton* const retry = bench.button(QStringLiteral("Retry…"));
        QPushButton* const all = bench.button(QStringLiteral("Retry all…"));
        QTRY_COMPARE(all->text(), QStringLiteral("Retry all open…"));
        QCOMPARE(retry->text(), QStringLiteral("Retry…"));
        QVERIFY(!retry->isEnabled()); // nothing is selected: it never means all
        QVERIFY(!bench.button(QStringLiteral("Dismiss…"))->isEnabled());
        QVERIFY(!bench.button(QStringLiteral("Edit…"))->isEnabled());
        bench.view.frame()->table()->selectRow(0);
        QCOMPARE(retry->text(), QStringLiteral("Retry (1 selected)…"));
        QVERIFY(bench.button(QStringLiteral("Edit…"))->isEnabled());
        bench.view.frame()->table()->clearSelection();
        const auto filter = parseFilter(QStringLiteral("payload~c1"), rejectSchema(), currentTime());
        bench.view.model().setQuery(*filter, {});
        QTRY_COMPARE(bench.view.model().rowCount(), 1);
        QTRY_COMPARE(all->text(), QStringLiteral("Retry all open ones that match…"));
        bench.view.setCannot(QStringLiteral("It is for reading."));
        QVERIFY(!all->isEnabled());
        QVERIFY(!retry->isEnabled());
        QCOMPARE(retry->toolTip(), QStringLiteral("It is for reading."));
    }

    void whatIsRejectedAgainStays() {
        Bench bench;
        QTRY_COMPARE(bench.view.model().rowCount(), 4);
        QSignalSpy said(&bench.desk->rejects(), &RejectController::notice);
        bench.button(QStringLiteral("Retry all…"))->click();
        QTRY_VERIFY(bench.dialog());
        keepPicture(bench.dialog(), "retry");
        bench.confirm(QStringLiteral("mended, I think"));
        QTRY_COMPARE(said.size(), 1);
        QVERIFY2(said.front().front().toString().contains(QStringLiteral("rejected again: 4")),
                 qPrintable(said.front().front().toString()));
        QCOMPARE(bench.stored(1).state(), "open");
        QCOMPARE(bench.stored(1).settledReason, std::optional<QByteArray>("mended, I think"));
        QCOMPARE(bench.messages(), 0);
    }

    void oneIsMendedAndOneDismissed() {
        Bench bench;
        bench.view.model().setQuery({}, {"id", false});
        QTRY_COMPARE(bench.view.model().rowCount(), 4);
        QSignalSpy said(&bench.desk->rejects(), &RejectController::notice);
        bench.view.frame()->table()->selectRow(1);
        QTRY_VERIFY(bench.button(QStringLiteral("Edit…"))->isEnabled());
        bench.button(QStringLiteral("Edit…"))->click();
        QTRY_VERIFY(bench.dialog());
        const Reject before = bench.stored(2);
        auto* const text = bench.dialog()->findChild<QPlainTextEdit*>();
        QCOMPARE(text->toPlainText().toUtf8(), before.payload);
        keepPicture(bench.dialog(), "edit");
        text->setPlainText(QStringLiteral(R"({"kind":"message","message_number":5,"content":"mended"})"));
        bench.confirm(QStringLiteral("a number"));
        QTRY_COMPARE(said.size(), 1);
        QCOMPARE(bench.stored(2).state(), "reinjected");
        QCOMPARE(bench.stored(2).payload, before.payload);
        QVERIFY(bench.stored(2).mendedPayload->contains("mended"));
        QCOMPARE(bench.messages(), 1);

        QTRY_VERIFY(bench.button(QStringLiteral("Dismiss all…"))->isEnabled());
        bench.view.frame()->table()->selectRow(2);
        bench.button(QStringLiteral("Dismiss…"))->click();
        QTRY_VERIFY(bench.dialog());
        bench.confirm(QStringLiteral("a test"));
        QTRY_COMPARE(said.size(), 2);
        QCOMPARE(bench.stored(3).state(), "dismissed");
        QCOMPARE(bench.stored(4).state(), "open");
        QTRY_VERIFY(bench.view.model().rowAt(2));
        QTRY_COMPARE(QByteArray(bench.view.model().rowAt(2)->state()),
                     QByteArray("dismissed")); // shown, whatever is selected
        QTRY_VERIFY(bench.button(QStringLiteral("Retry…"))->isEnabled());
        keepPicture(&bench.view, "rejected");
    }
};

QTEST_MAIN(TestRejectsView)
#include "tst_rejectsview.moc"
