#include "views/window/jobline.h"

#include "views/style/elidedlabel.h"
#include "views/style/icons.h"
#include "views/style/progressstrip.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace portolan {

namespace {

constexpr int barSteps = 1000;

QPushButton* flatButton(const char* icon, QWidget* parent) {
    auto* button = new QPushButton(themedIcon(QLatin1String(icon)), QString(), parent);
    button->setFlat(true);
    return button;
}

} // namespace

JobLine::JobLine(const JobDisplay& state, QWidget* parent)
    : QWidget(parent)
    , m_job(state)
    , m_name(new QLabel(this))
    , m_bar(new ProgressStrip(this))
    , m_state(new ElidedLabel(this))
    , m_pause(flatButton("pause", this))
    , m_cancel(flatButton("clear", this)) {
    m_name->setTextFormat(Qt::PlainText);
    m_name->setText(state.name);
    m_bar->setRange(0, barSteps);
    m_bar->setAccessibleName(tr("Progress of %1").arg(state.name));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * gridUnit, 0, 2 * gridUnit, 0);
    layout->setSpacing(3 * gridUnit);
    layout->addWidget(m_name);
    layout->addWidget(m_bar);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_pause);
    layout->addWidget(m_cancel);
    connect(m_pause, &QPushButton::clicked, this,
            [this] { m_job.paused ? Q_EMIT resumeWanted() : Q_EMIT pauseWanted(); });
    connect(m_cancel, &QPushButton::clicked, this, &JobLine::stopWanted);
    show(state);
}

void JobLine::show(const JobDisplay& state) {
    m_job = state;
    m_bar->setValue(static_cast<int>(barSteps * state.part));
    m_state->setText(state.text);
    m_state->setAccessibleName(m_state->text());
    m_pause->setVisible(state.canPause);
    m_pause->setIcon(themedIcon(m_job.paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setAccessibleName((m_job.paused ? tr("Resume %1") : tr("Pause %1")).arg(state.name));
    m_pause->setToolTip(m_pause->accessibleName());
    m_cancel->setAccessibleName(state.stopText);
    m_cancel->setToolTip(state.stopText);
}

} // namespace portolan
