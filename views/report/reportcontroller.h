#pragma once

#include "models/deadletters/deadletterselection.h"
#include "models/export/exportcontroller.h"
#include "models/report/report.h"
#include "storage/export/bundle.h"

namespace portolan {

/// Dead letters that are to be taken home.
struct BundleRequest {
    LetterChoice choice;
    QByteArray by;          ///< "Portolan 0.1.0"
    bool hasReport = true;  ///< else messages and audit alone
    ReportRequest report{}; ///< without times it is of the time around the messages
};

/// Makes reports and incident bundles of one store, one after the other: read and written on a thread that opens the
/// store by itself, their charts drawn here, one in a turn of the event loop. Cancelled, and when the desk goes, it
/// leaves no file. The progress of a job is in steps. GUI thread.
class ReportController : public JobController<ExportJob> {
    Q_OBJECT
public:
    /// `by` is what reports are signed with.
    ReportController(StoreWorker::Opener reader, QString by, QObject* parent = nullptr);
    ~ReportController() override;

    /// With `isOpened` openWanted() follows once the file is there.
    void start(const ReportRequest& request, const QString& path, bool isOpened = false);
    void startBundle(const BundleRequest& request, const QString& path);

Q_SIGNALS:
    void openWanted(const QString& path);

private:
    struct Drawing {
        quint64 job;
        QString path;
        CancelToken stopped;
        bool isOpened = false;
        std::optional<Report> report;
        std::vector<QByteArray> charts;
        std::unique_ptr<BundleDraft> bundle; ///< that it goes into; null: a report alone
    };
    using Begin =
        std::function<Result<std::shared_ptr<Drawing>>(Store& store, const std::shared_ptr<Drawing>& drawing)>;
    void begin(const QString& path, bool isOpened, Begin read);
    void draw(const std::shared_ptr<Drawing>& drawing);
    void save(const std::shared_ptr<Drawing>& drawing);
    void endReport(quint64 job, const Result<QString>& outcome);

    StoreWorker::Opener m_opener;
    QString m_by;
    RequestScope m_asker;
    std::unique_ptr<StoreWorker> m_channel; ///< null until there is work
};

} // namespace portolan
