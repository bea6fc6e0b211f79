#include "views/overview/daycard.h"

#include "views/overview/daytimeline.h"
#include "views/style/elidedlabel.h"
#include "views/style/statetable.h"
#include "views/style/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <array>

namespace portolan {

namespace {

constexpr double cardRounding = 6;
constexpr std::array tableCharacters{17, 10, 10, 10, 0};
constexpr int leastChanges = 20;

StateTable::Look lookOfDay(const QStyleOptionViewItem& option, const QModelIndex& index) {
    return {tokensOf(option.palette).text, index.column() != DayTable::Changes};
}

} // namespace

DayCard::DayCard(QWidget* parent)
    : QFrame(parent)
    , m_line(new ElidedLabel(this))
    , m_all(new QPushButton(tr("All times"), this))
    , m_asTable(new QPushButton(tr("Table"), this))
    , m_timeline(new DayTimeline(this))
    , m_table(new StateTable(tr("Last 24 hours"), &m_model, {tableCharacters, leastChanges}, &lookOfDay, this))
    , m_pages(new QStackedWidget(this)) {
    m_line->setFont(smallFont(font()));
    m_line->setForegroundRole(QPalette::PlaceholderText);
    m_all->setAccessibleName(tr("Show all times in every pane"));
    m_all->setToolTip(m_all->accessibleName());
    m_all->hide();
    m_asTable->setCheckable(true);
    m_asTable->setAccessibleName(tr("Show the last 24 hours as a table"));
    m_asTable->setToolTip(m_asTable->accessibleName());
    auto* head = new QHBoxLayout;
    head->setSpacing(2 * gridUnit);
    head->addWidget(m_line, 1);
    head->addWidget(m_all);
    head->addWidget(m_asTable);
    m_pages->addWidget(m_timeline);
    m_pages->addWidget(m_table);
    m_pages->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_pages->setFixedHeight(m_timeline->sizeHint().height());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    layout->addLayout(head);
    layout->addWidget(m_pages);
    connect(m_timeline, &DayTimeline::timesWanted, this, &DayCard::timesWanted);
    connect(m_timeline, &DayTimeline::allTimesWanted, this, &DayCard::allTimesWanted);
    connect(m_timeline, &DayTimeline::placeWanted, this, &DayCard::placeWanted);
    connect(m_timeline, &DayTimeline::placeChanged, this, &DayCard::showLine);
    connect(m_all, &QPushButton::clicked, this, &DayCard::allTimesWanted);
    connect(m_asTable, &QPushButton::toggled, this, [this](bool isTable) {
        m_pages->setCurrentIndex(isTable ? 1 : 0);
        m_pages->currentWidget()->setFocus(Qt::OtherFocusReason);
    });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT timesWanted(m_model.slices()[static_cast<std::size_t>(index.row())].range);
    });
    showLine();
}

void DayCard::focusDay() {
    m_pages->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void DayCard::setDay(const OverviewDay* day, const QString& problem) {
    m_problem = problem;
    m_day = day ? std::optional(*day) : std::nullopt;
    m_timeline->setDay(day);
    m_model.setDay(day, m_times);
    m_pages->setFixedHeight(m_timeline->sizeHint().height());
    showLine();
}

void DayCard::setTimeDisplay(TimeDisplay times) {
    m_times = times;
    m_timeline->setTimeDisplay(times);
    m_model.setDay(m_day ? &*m_day : nullptr, times);
    showLine();
}

void DayCard::setChosen(std::optional<TimeRange> chosen) {
    m_timeline->setChosen(chosen);
    m_all->setVisible(chosen.has_value());
    showLine();
}

void DayCard::showLine() {
    const QString place = m_timeline->placeText();
    QString text = tr("Last 24 hours");
    if (!m_problem.isEmpty())
        text += QStringLiteral(" · ") + m_problem;
    else if (!place.isEmpty())
        text += QStringLiteral(" · ") + place;
    else if (m_timeline->chosen())
        text += QStringLiteral(" · ")
                + tr("every pane shows %1").arg(spokenRange(*m_timeline->chosen(), currentTime(), m_times));
    else
        text += QStringLiteral(" · ") + tr("drag: the whole window to these times");
    m_line->setText(text);
}

void DayCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeTokens& t = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(t.line);
    painter.setBrush(t.base);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), cardRounding, cardRounding);
}

} // namespace portolan
