#include "views/batches/gapsbar.h"

#include "models/list/format.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <algorithm>

namespace portolan {

namespace {

constexpr int ageClock = 1'000;
constexpr const char* numbersCheck = "message-number-gaps";

/// The outcome of looking at the numbers.
struct NumbersLook {
    qint64 missing = 0;
    Timestamp at{};
};

std::optional<NumbersLook> lookOf(const CheckController& checks) {
    const auto entry = std::ranges::find_if(
        checks.entries(), [](const CheckController::Entry& each) { return each.check.name == numbersCheck; });
    const bool isMade =
        entry != checks.entries().end()
        && (entry->outcome == CheckController::Outcome::Ok || entry->outcome == CheckController::Outcome::Found);
    if (!isMade)
        return std::nullopt;
    return NumbersLook{entry->result.found ? entry->result.count : 0, entry->result.checkedAt};
}

/// A recorded verification tells its findings alone: a check without one found nothing, unless some were not made.
std::optional<NumbersLook> lookOf(const Verification& recorded) {
    const auto found = std::ranges::find_if(
        recorded.findings, [](const Verification::Finding& each) { return each.check == numbersCheck; });
    if (found != recorded.findings.end())
        return NumbersLook{found->count, recorded.endedAt};
    return recorded.notMade > 0 ? std::nullopt : std::optional(NumbersLook{0, recorded.endedAt});
}

} // namespace

GapsBar::GapsBar(QWidget* parent)
    : QWidget(parent)
    , m_text(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_look(new QPushButton(tr("Look for missing numbers"), this))
    , m_show(new QPushButton(tr("Show what was found"), this)) {
    m_look->setAccessibleName(m_look->text());
    m_show->setAccessibleName(m_show->text());
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * gridUnit, gridUnit, 2 * gridUnit, gridUnit);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_show);
    layout->addWidget(m_look);
    connect(m_look, &QPushButton::clicked, this, [this] {
        if (m_checks)
            m_checks->run();
    });
    connect(m_show, &QPushButton::clicked, this, &GapsBar::integrityWanted);
    m_clock.setInterval(ageClock);
    connect(&m_clock, &QTimer::timeout, this, &GapsBar::showOutcome);
}

void GapsBar::setControllers(CheckController* checks, OverviewPoller* recorded) {
    for (QObject* const each : std::initializer_list<QObject*>{m_checks, m_recorded}) {
        if (each)
            each->disconnect(this);
    }
    m_checks = checks;
    m_recorded = recorded;
    if (checks)
        connect(checks, &CheckController::changed, this, &GapsBar::showOutcome);
    if (recorded)
        connect(recorded, &OverviewPoller::changed, this, &GapsBar::showOutcome);
    showOutcome();
}

QString GapsBar::text() const {
    return m_text->text();
}

void GapsBar::showOutcome() {
    std::optional<NumbersLook> look = m_checks ? lookOf(*m_checks) : std::nullopt;
    if (m_recorded && m_recorded->overview() && m_recorded->overview()->verified) {
        const auto recorded = lookOf(*m_recorded->overview()->verified);
        if (recorded && (!look || look->at < recorded->at))
            look = recorded;
    }
    const Timestamp now = look ? std::max(currentTime(), look->at + std::chrono::seconds(1)) : currentTime();
    const bool isRunning = m_checks && m_checks->isRunning();
    QString text = tr("Receivers note here what a source lost.") + u' ';
    if (isRunning)
        text += tr("Looking at the numbers of what is stored…");
    else if (!look)
        text += tr("The numbers of what is stored were not looked at yet.");
    else if (look->missing == 0)
        text += tr("No number was missing in what is stored, %1.").arg(agoText(look->at, now));
    else
        text += tr("✖ %1 numbers were missing in what is stored, %2.")
                    .arg(groupedNumber(look->missing), agoText(look->at, now));
    if (text != m_text->text())
        m_text->setText(text);
    m_look->setEnabled(m_checks && !isRunning);
    m_show->setVisible(look && look->missing > 0);
}

void GapsBar::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_clock.start();
    showOutcome();
}

void GapsBar::hideEvent(QHideEvent* event) {
    m_clock.stop();
    QWidget::hideEvent(event);
}

} // namespace portolan
