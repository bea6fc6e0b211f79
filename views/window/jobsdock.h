#pragma once

#include "models/deadletters/replaydesk.h"
#include "models/export/exportdesk.h"
#include "models/export/importdesk.h"
#include "views/ask/productiongate.h"
#include "views/report/reportdesk.h"

#include <QDockWidget>
#include <QPointer>
#include <vector>

class QVBoxLayout;

namespace portolan {

class JobLine;
struct JobDisplay;

/// The jobs that are being carried out, a line each: progress, rate, time left, pause, cancel. There while there is
/// something to be seen. GUI thread.
class JobsDock : public QDockWidget {
    Q_OBJECT
public:
    explicit JobsDock(QWidget* parent = nullptr);
    void setChannel(Channel* channel);    ///< borrowed; null: no store
    void setReplayDesk(ReplayDesk* desk); ///< the same
    void setExportDesk(ExportDesk* desk); ///< the same
    void setReportDesk(ReportDesk* desk); ///< the same
    void setImportDesk(ImportDesk* desk); ///< the same
    void showJobs();                      ///< or hides where there are none

Q_SIGNALS:
    void notice(const QString& text);

private:
    template <class Desk>
    void set(QPointer<Desk>& place, Desk* desk);
    JobLine* addLine(const JobDisplay& job);
    void resume(const QByteArray& run);
    void stop(const JobDisplay& job);

    QPointer<ReplayDesk> m_desk;
    QPointer<ExportDesk> m_exports;
    QPointer<ReportDesk> m_reports;
    QPointer<ImportDesk> m_imports;
    ProductionGate m_gate;
    QVBoxLayout* m_layout;
    std::vector<JobLine*> m_lines;
};

} // namespace portolan
