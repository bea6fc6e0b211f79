#pragma once

#include "models/replaydesk.h"

#include <QDockWidget>
#include <QPointer>
#include <vector>

class QVBoxLayout;

namespace portolan {

class JobLine;
struct JobDisplay;

/// What is being carried out, a line each: progress, rate, time left, pause, cancel. There while there is something to
/// be seen. GUI thread.
class JobsDock : public QDockWidget {
    Q_OBJECT
public:
    explicit JobsDock(QWidget* parent = nullptr);
    void setReplayDesk(ReplayDesk* desk); ///< borrowed; null: no store

private:
    void showJobs();
    JobLine* addLine(const JobDisplay& job);
    void stop(const JobDisplay& job);

    QPointer<ReplayDesk> m_desk;
    QVBoxLayout* m_layout;
    std::vector<JobLine*> m_lines;
};

} // namespace portolan
