#include "views/report/reportcontroller.h"

#include "models/list/format.h"
#include "views/export/bundlepapers.h"
#include "views/report/reportpaper.h"

#include <QTimer>

namespace portolan {

namespace {

Error cancelledReport() {
    return {ErrorCode::Cancelled, ReportController::tr("The report was cancelled.")};
}

} // namespace

ReportController::ReportController(StoreWorker::Opener reader, QString by, QObject* parent)
    : JobController(parent)
    , m_opener(std::move(reader))
    , m_by(std::move(by)) {}

ReportController::~ReportController() {
    stop();
}

void ReportController::start(const ReportRequest& request, const QString& path, bool isOpened) {
    begin(path, isOpened,
          [request, by = m_by](Store& store,
                               const std::shared_ptr<Drawing>& drawing) -> Result<std::shared_ptr<Drawing>> {
              auto report = makeReport(store, request, by, drawing->stopped);
              PORTOLAN_TRY(report);
              drawing->report = std::move(*report);
              return drawing;
          });
}

void ReportController::startBundle(const BundleRequest& request, const QString& path) {
    begin(path, false,
          [request, by = m_by](Store& store,
                               const std::shared_ptr<Drawing>& drawing) -> Result<std::shared_ptr<Drawing>> {
              auto ids = idsOf(request.choice, store, drawing->stopped);
              PORTOLAN_TRY(ids);
              auto draft = BundleDraft::freeze(
                  store, {request.choice.filter, std::move(*ids), false, request.choice.words, request.by},
                  drawing->path, [](qint64) {}, drawing->stopped);
              PORTOLAN_TRY(draft);
              drawing->bundle = std::move(*draft);
              if (!request.hasReport)
                  return drawing;
              const BundleSpan& span = drawing->bundle->span();
              auto report = makeReport(store, aroundTimes(request.report, span.first, span.last), by, drawing->stopped);
              PORTOLAN_TRY(report);
              drawing->report = std::move(*report);
              return drawing;
          });
}

/// A job that reads first, on the desk's thread, and then draws what was read.
void ReportController::begin(const QString& path, bool isOpened, Begin read) {
    if (!m_channel)
        m_channel = std::make_unique<StoreWorker>(m_opener);
    ExportJob added;
    added.path = path;
    const auto [number, stopped] = m_book.add(std::move(added));
    auto drawing = std::make_shared<Drawing>();
    drawing->job = number;
    drawing->path = path;
    drawing->isOpened = isOpened;
    drawing->stopped = stopped;
    m_channel->ask(
        m_asker, [drawing, read = std::move(read)](Store& store, const CancelToken&) { return read(store, drawing); },
        this,
        [this, number = number](Result<std::shared_ptr<Drawing>> begun) {
            if (!begun) {
                endReport(number, begun.error());
                return;
            }
            if (ExportJob* const job = m_book.find(number))
                job->total = ((*begun)->report ? std::ssize(chartsOf(*(*begun)->report)) : 0) + 1;
            draw(*begun);
        });
    Q_EMIT jobsChanged();
}

/// The next chart; the window gets its turn in between.
void ReportController::draw(const std::shared_ptr<Drawing>& drawing) {
    const auto charts = drawing->report ? chartsOf(*drawing->report) : std::vector<const ReportChart*>();
    if (drawing->stopped.stop_requested()) {
        endReport(drawing->job, cancelledReport());
        return;
    }
    if (drawing->charts.size() == charts.size()) {
        save(drawing);
        return;
    }
    drawing->charts.push_back(reportChartSvg(*charts[drawing->charts.size()]));
    if (ExportJob* const job = m_book.find(drawing->job)) {
        job->done = std::ssize(drawing->charts);
        Q_EMIT jobsChanged();
    }
    QTimer::singleShot(0, this, [this, drawing] { draw(drawing); });
}

void ReportController::save(const std::shared_ptr<Drawing>& drawing) {
    m_channel->ask(
        m_asker,
        [drawing, faces = reportFaces()](Store& store, const CancelToken&) -> Result<QString> {
            if (drawing->stopped.stop_requested())
                return cancelledReport();
            if (!drawing->bundle) {
                const auto bytes = saveReport(*drawing->report, drawing->charts, faces, drawing->path);
                return bytes ? Result<QString>(tr("%1 bytes").arg(groupedNumber(*bytes))) : bytes.error();
            }
            const auto papers =
                drawing->report ? bundlePapers(*drawing->report, drawing->charts) : std::vector<BundlePaper>();
            const auto written = drawing->bundle->write(store, papers, drawing->stopped);
            return written ? Result<QString>(tr("%1 dead letters, %2 bytes")
                                                 .arg(groupedNumber(written->messages), groupedNumber(written->bytes)))
                           : written.error();
        },
        this,
        [this, drawing](const Result<QString>& outcome) {
            endReport(drawing->job, outcome);
            if (outcome && drawing->isOpened)
                Q_EMIT openWanted(drawing->path);
        });
}

void ReportController::endReport(quint64 number, const Result<QString>& outcome) {
    end(number, [&](ExportJob& job) {
        if (outcome) {
            job.done = job.total;
            job.outcome = *outcome;
            Q_EMIT notice(tr("%1 is written: %2.").arg(job.path, job.outcome));
        } else {
            job.failed = outcome.error().code != ErrorCode::Cancelled;
            job.outcome = job.failed ? outcome.error().text : tr("Cancelled; there is no file.");
            Q_EMIT notice(job.outcome);
        }
    });
}

} // namespace portolan
