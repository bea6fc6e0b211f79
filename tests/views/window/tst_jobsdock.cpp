// The lines of the jobs: as many as there are, in no more than the height of two.
#include "models/batches/batchmodels.h"
#include "models/export/exportcontroller.h"
#include "views/style/theme.h"
#include "views/window/jobline.h"
#include "views/window/jobsdock.h"

#include <QMainWindow>
#include <QScrollArea>
#include <QScrollBar>
#include <QtTest>

using namespace portolan;

class TestJobsDock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void manyJobsMakeNoWindowGrow() {
        Theme theme;
        theme.choose(ThemeChoice::Light);
        ExportController desk([](const CancelToken&) -> Result<std::unique_ptr<Store>> {
            return Error{ErrorCode::NotFound, QStringLiteral("It is not there.")};
        });
        QMainWindow window;
        auto* const dock = new JobsDock(&window);
        window.setCentralWidget(new QWidget(&window));
        window.addDockWidget(Qt::BottomDockWidgetArea, dock);
        window.show();
        dock->setContext({.exports = &desk});
        std::vector<int> heights;
        const auto lines = [&] { return dock->findChildren<JobLine*>(); };
        for (int job = 1; job <= 7; ++job) {
            ExportOrder order;
            order.listing = batchListing();
            order.title = QStringLiteral("Rows");
            order.path = QStringLiteral("/nowhere/%1.csv").arg(job);
            desk.start(std::move(order));
            QTRY_COMPARE(lines().size(), job);
            QTRY_VERIFY(dock->isVisible() && lines().back()->state().failed);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            heights.push_back(window.minimumSizeHint().height());
        }
        QVERIFY(heights[1] > heights[0]);
        for (const int height : heights)
            QVERIFY(height <= heights[1]);
        auto* const area = dock->findChild<QScrollArea*>();
        QVERIFY(area && area->viewport()->height() >= 2 * lines().front()->sizeHint().height());
        QVERIFY(area->verticalScrollBar()->maximum() > 0);
        for (JobLine* const line : lines()) {
            area->ensureWidgetVisible(line);
            QVERIFY(!line->visibleRegion().isEmpty());
        }
        while (!desk.jobs().empty())
            desk.dismiss(desk.jobs().front().number);
        QTRY_VERIFY(!dock->isVisible());
    }
};

QTEST_MAIN(TestJobsDock)
#include "tst_jobsdock.moc"
