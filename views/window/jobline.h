#pragma once

#include "models/window/jobdisplay.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace portolan {

class ElidedLabel;
class ProgressStrip;

/// A job that is being carried out: what, how far, how fast, how long still; pause and cancel.
class JobLine : public QWidget {
    Q_OBJECT
public:
    explicit JobLine(const JobDisplay& state, QWidget* parent = nullptr);
    void show(const JobDisplay& state);
    [[nodiscard]] const JobDisplay& state() const { return m_job; } ///< as last shown

Q_SIGNALS:
    void pauseWanted();
    void resumeWanted();
    void stopWanted(); ///< cancelled or, once it has ended, dismissed

private:
    JobDisplay m_job;
    QLabel* m_name;
    ProgressStrip* m_bar;
    ElidedLabel* m_state;
    QPushButton* m_pause;
    QPushButton* m_cancel;
};

} // namespace portolan
