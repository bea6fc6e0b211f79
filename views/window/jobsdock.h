#pragma once

#include "models/deadletters/replaycontroller.h"
#include "models/export/exportcontroller.h"
#include "models/export/importcontroller.h"
#include "models/operations/operationscontroller.h"
#include "models/window/jobdisplay.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/panecontext.h"
#include "views/report/reportcontroller.h"

#include <QDockWidget>
#include <QPointer>
#include <vector>

class QScrollArea;
class QVBoxLayout;

namespace portolan {

class JobLine;

/// Returns the jobs of a store, also those that have ended and were not put away yet.
[[nodiscard]] std::vector<JobDisplay> jobsOf(const PaneContext& context);

/// The jobs that are being carried out, a line each: progress, rate, time left, pause, cancel. There while there is
/// something to be seen, and two lines high at most. GUI thread.
class JobsDock : public QDockWidget {
    Q_OBJECT
public:
    explicit JobsDock(QWidget* parent = nullptr);
    void setContext(const PaneContext& context);
    void showJobs();                    ///< or hides where there are none
    void resume(const QByteArray& run); ///< goes on with a run of the store that is shown

Q_SIGNALS:
    void notice(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void fitHeight();
    template <class Desk>
    void set(QPointer<Desk>& place, Desk* desk);
    JobLine* addLine(const JobDisplay& job);
    void stop(const JobDisplay& job);

    QPointer<ReplayController> m_desk;
    QPointer<ExportController> m_exports;
    QPointer<ReportController> m_reports;
    QPointer<ImportController> m_imports;
    QPointer<OperationsController> m_operations;
    ProductionConfirmation m_gate;
    QScrollArea* m_area;
    QWidget* m_body;
    QVBoxLayout* m_layout;
    std::vector<JobLine*> m_lines;
};

} // namespace portolan
