#include "storage/stores/openstore.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/stallmeter.h"
#include "tests/support/tempfolder.h"
#include "views/report/reportcontroller.h"
#include "views/report/reportdialog.h"
#include "views/report/reportpaper.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace portolan;
using namespace std::chrono;
using test::SqliteScript;
using test::StallMeter;
using test::TempFolder;

namespace {

constexpr int sensorsShown = 20;

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Reports that the window makes: the desk, the dialog, and pages of what no report should hold.
class TestReports : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        qRegisterMetaType<ReportRequest>();
        m_url = *StoreUrl::parse(QStringLiteral("sqlite://") + m_folder.path(QStringLiteral("s.db")));
        QVERIFY(openStore(m_url, Access::Write));
        QCOMPARE(
            SqliteScript(m_url.path)
                .run("WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 3999) INSERT INTO "
                     "metrics (sensor_id, event_id, timestamp, value) SELECT 'sensor-' || (n % "
                     + QByteArray::number(sensorsShown)
                     + "), 'e' || n, strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + n, 'unixepoch'), n * 31 % 97 FROM s"),
            QString());
        m_opener = [this](const CancelToken& token) { return openStore(m_url, Access::Read, token); };
    }
    void init() { m_out = std::make_unique<TempFolder>(); }

    void writesWhileTheWindowLives() {
        ReportController desk(m_opener, QStringLiteral("by a test"));
        QSignalSpy notices(&desk, &ReportController::notice);
        StallMeter stalls;
        QSignalSpy opened(&desk, &ReportController::openWanted);
        // Those that a filter chooses are drawn large.
        const ReportRequest chosen{.sections = {QStringLiteral("charts")}, .series = QStringLiteral("series~sensor")};
        desk.start(chosen, path("a.html"), true);
        desk.start(chosen, path("a.pdf"));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.isBusy(), 60'000);
        QCOMPARE(notices.size(), 2);
        const QByteArray html = contentOf(path("a.html"));
        QCOMPARE(html.count("<img "), sensorsShown);
        QVERIFY(html.contains("by a test"));
        QVERIFY(contentOf(path("a.pdf")).startsWith("%PDF-"));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().toString(), path("a.html"));
        for (const ExportJob& job : desk.jobs())
            QVERIFY2(job.ended && !job.failed && job.done == sensorsShown + 1, qPrintable(job.outcome));
        QVERIFY(!(QFileInfo(path("a.pdf")).permissions() & (QFile::ReadGroup | QFile::ReadOther)));
        const double stall = stalls.takeLongest();
        QVERIFY2(stall < 500, qPrintable(QString::number(stall))); // some 10 ms a chart; this is a debug build, too
        desk.dismiss(1);
        QCOMPARE(desk.jobs().size(), 1U);
    }

    /// The six oddest as charts, the others as a line each: a picture of every one, and no text in two places.
    void drawsTheOddestAndALineOfTheOthers() {
        ReportController desk(m_opener, {});
        desk.start({.sections = {QStringLiteral("charts")}}, path("a.html"));
        desk.start({.sections = {QStringLiteral("charts")}}, path("a.pdf"));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.isBusy(), 60'000);
        const QByteArray html = contentOf(path("a.html"));
        QCOMPARE(html.count("<figure>"), 6);
        QCOMPARE(html.count("<img "), sensorsShown);
        for (int i = 0; i < sensorsShown; ++i)
            QVERIFY2(html.contains(QByteArray("sensor/sensor-") + QByteArray::number(i) + '<'), html.left(500));
        QCOMPARE(desk.jobs().front().done, 7);
    }

    void cancelledItLeavesNothing() {
        ReportController desk(m_opener, {});
        desk.start({}, path("a.html"));
        desk.start({.sections = {QStringLiteral("charts")}, .series = QStringLiteral("series~sensor")}, path("b.pdf"));
        const QMetaObject::Connection whileDrawing = connect(&desk, &ReportController::jobsChanged, this, [&desk] {
            if (desk.jobs().back().done > 2 && !desk.jobs().back().stopping)
                desk.cancel(2);
        });
        desk.cancel(1);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.isBusy(), 60'000);
        disconnect(whileDrawing);
        for (const ExportJob& job : desk.jobs())
            QVERIFY2(job.stopping && !job.failed && job.outcome.contains(QStringLiteral("no file")),
                     qPrintable(job.outcome));
        QCOMPARE(files(), QStringList());
        auto* const leaving = new ReportController(m_opener, {});
        QSignalSpy gone(leaving, &QObject::destroyed);
        connect(leaving, &ReportController::jobsChanged, leaving, [leaving] {
            if (leaving->jobs().front().done == 3)
                leaving->deleteLater();
        });
        leaving->start({.sections = {QStringLiteral("charts")}}, path("c.html"));
        QTRY_COMPARE(gone.size(), 1);
        QCOMPARE(files(), QStringList());
    }

    void saysWhyThereIsNone() {
        ReportController desk(m_opener, {});
        desk.start({.sections = {QStringLiteral("gaps")}}, path("no/a.html"));
        desk.start({.series = QStringLiteral("nothing:x")}, path("b.html"));
        QTRY_VERIFY(!desk.isBusy());
        QVERIFY(desk.jobs()[0].failed && desk.jobs()[0].outcome.contains(QStringLiteral("Cannot write")));
        QVERIFY(desk.jobs()[1].failed && desk.jobs()[1].outcome.contains(QStringLiteral("nothing")));
        QCOMPARE(files(), QStringList());
    }

    void aDialogIsATemplate() {
        ReportDialog dialog(QStringLiteral("orders"), m_out->path(), TimeDisplay::Utc);
        dialog.show();
        named<QLineEdit>(dialog, "Report title")->setText(QStringLiteral("Weekly"));
        named<QLineEdit>(dialog, "Series filter")->setText(QStringLiteral("series~oven"));
        named<QComboBox>(dialog, "Report time")->setCurrentIndex(2);
        for (QCheckBox* check : dialog.findChildren<QCheckBox*>())
            check->setChecked(check->text() == QStringLiteral("Gaps"));
        choose(dialog, "Save template…", path("weekly.json"));
        const auto saved = readReportTemplate(path("weekly.json"));
        QVERIFY(saved);
        QCOMPARE(saved->last, std::optional<microseconds>(days(7)));
        QCOMPARE(saved->sections, QStringList(QStringLiteral("gaps")));

        ReportDialog other(QStringLiteral("orders"), m_out->path(), TimeDisplay::Utc);
        other.show();
        choose(other, "Open template…", path("weekly.json"));
        QSignalSpy wanted(&other, &ReportDialog::reportWanted);
        QVERIFY(button(other, "Write report")->isEnabled());
        button(other, "Write report")->click();
        QCOMPARE(wanted.size(), 1);
        const auto request = wanted.front().front().value<ReportRequest>();
        QCOMPARE(reportTemplate(request), reportTemplate(*saved));
    }

    void aDialogIsForPeople() {
        ReportDialog dialog(QStringLiteral("orders"), m_out->path(), TimeDisplay::Local);
        dialog.show();
        QSignalSpy wanted(&dialog, &ReportDialog::reportWanted);
        named<QComboBox>(dialog, "Written for")->setCurrentIndex(2);
        auto* const time = named<QComboBox>(dialog, "Report time");
        time->setCurrentIndex(time->findText(QStringLiteral("Last night"), Qt::MatchStartsWith));
        for (QCheckBox* check : dialog.findChildren<QCheckBox*>()) {
            if (check->text() == QStringLiteral("Checks"))
                QVERIFY(!check->isChecked());
            if (check->text().startsWith(QStringLiteral("Open")))
                check->setChecked(true);
        }
        button(dialog, "Write report")->click();
        QCOMPARE(wanted.size(), 1);
        const auto request = wanted.front().front().value<ReportRequest>();
        QVERIFY(request.reader == ReportReader::Customer && request.isLocal && !request.since && !request.last);
        QCOMPARE(request.span, std::optional(NamedSpan::LastNight));
        QCOMPARE(request.sections.size(), 4);
        QVERIFY(wanted.front().back().toBool());
    }

    /// Rows longer than a page, words without an end, more figures than fit.
    void pagesHoldWhatNoReportShould() {
        ReportTable table{.columns = {{QStringLiteral("Narrow"), 1}, {QStringLiteral("Wide"), 9, false, true}}};
        for (int i = 0; i < 400; ++i)
            table.rows.push_back({QString(i, u'x'), QString(i * 50, u'\u00e4')});
        Report report;
        report.title = QString(5'000, u'W');
        ReportFigures figures(30, {QString(200, u'9'), QString(500, u'n'), ReportTone::Bad});
        report.parts.push_back({QStringLiteral("a"), QString(), {figures, table, QString(20'000, u'p')}});
        report.parts.push_back({QStringLiteral("b"), QStringLiteral("Empty"), {}});
        const QByteArray pdf = reportPdf(report, {}, reportFaces());
        QVERIFY(pdf.startsWith("%PDF-"));
        QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    }

private:
    [[nodiscard]] QString path(const char* name) const { return m_out->path(QString::fromLatin1(name)); }
    [[nodiscard]] QStringList files() const {
        return QDir(m_out->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    template <class Widget>
    static Widget* named(QWidget& in, const char* name) {
        const auto all = in.findChildren<Widget*>();
        const auto found =
            std::ranges::find_if(all, [&](Widget* each) { return each->accessibleName() == QLatin1String(name); });
        return found == all.end() ? nullptr : *found;
    }
    static QPushButton* button(QWidget& in, const char* text) {
        const auto all = in.findChildren<QPushButton*>();
        const auto found =
            std::ranges::find_if(all, [&](QPushButton* each) { return each->text() == QString::fromUtf8(text); });
        return found == all.end() ? nullptr : *found;
    }
    static void choose(QWidget& in, const char* text, const QString& path) {
        button(in, text)->click();
        auto* const dialog = in.findChild<QFileDialog*>();
        QVERIFY(dialog);
        QSignalSpy gone(dialog, &QObject::destroyed);
        dialog->selectFile(path);
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_COMPARE(gone.size(), 1);
    }

    TempFolder m_folder;
    std::unique_ptr<TempFolder> m_out;
    StoreUrl m_url;
    StoreWorker::Opener m_opener;
};

QTEST_MAIN(TestReports)
#include "tst_reports.moc"
