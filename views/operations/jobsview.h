#pragma once

#include "models/operations/jobmodels.h"
#include "views/list/listpane.h"

class QPushButton;

namespace portolan {

/// `Jobs`: what ran in the store and runs, whichever program has it. A replay leads to its run.
class JobsView final : public ListPane {
    Q_OBJECT
public:
    explicit JobsView(QWidget* parent = nullptr);

private:
    void chooseJob(int row);
    void showRun();

    JobModel m_jobs;
    ListFrame* m_frame;
    QPushButton* m_run;
};

} // namespace portolan
