#include "views/window/topbar.h"

#include "models/batches/kindstatistics.h"
#include "views/batches/kindtable.h"
#include "views/list/filterline.h"
#include "views/style/badge.h"
#include "views/style/elidedlabel.h"
#include "views/style/icons.h"
#include "views/style/taborder.h"
#include "views/style/theme.h"
#include "views/style/wrappedlabel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace portolan {

namespace {

constexpr int mostFilter = 110 * gridUnit;
constexpr int filterStretch = 4;
constexpr int wordsFrom = 1280;            ///< pixels of the window, from which on icons have words
constexpr int figuresRoom = 50 * gridUnit; ///< that words leave to the receiver's figures

struct StateWord {
    StateTone tone;
    QString word;
};

StateWord wordFor(ReceiverState state) {
    switch (state) {
    case ReceiverState::Starting:
        return {StateTone::Active, TopBar::tr("starting")};
    case ReceiverState::Running:
        return {StateTone::Good, TopBar::tr("receiving")};
    case ReceiverState::Retrying:
        return {StateTone::Warning, TopBar::tr("retrying")};
    case ReceiverState::Paused:
        return {StateTone::Neutral, TopBar::tr("paused")};
    case ReceiverState::Stopping:
        return {StateTone::Active, TopBar::tr("stopping")};
    case ReceiverState::Stopped:
        return {StateTone::Neutral, TopBar::tr("stopped")};
    case ReceiverState::Failed:
        return {StateTone::Bad, TopBar::tr("failed")};
    }
    return {StateTone::Neutral, {}};
}

bool hasEnded(ReceiverState state) {
    return state == ReceiverState::Stopped || state == ReceiverState::Failed;
}

/// Writes a receiver's figures, those that matter most first: where there is no room the end is left out.
QString figures(const ReceiverStatus& status) {
    QStringList parts{TopBar::tr("%1/s").arg(groupedNumber(qRound64(status.rate)))};
    const qint64 held = status.state == ReceiverState::Retrying ? status.queued : 0;
    if (status.behind) // of which what was fetched and cannot be stored is a part
        parts << TopBar::tr("%1 behind").arg(groupedNumber(*status.behind + held));
    if (held > 0)
        parts << TopBar::tr("%1 held back").arg(groupedNumber(held));
    if (status.rejected > 0)
        parts << TopBar::tr("%1 rejected").arg(groupedNumber(status.rejected));
    if (status.gaps > 0)
        parts << TopBar::tr("gaps: %1").arg(groupedNumber(status.gaps));
    parts << TopBar::tr("%1 stored").arg(groupedNumber(status.stored));
    if (status.reconnects > 0)
        parts << TopBar::tr("reconnects: %1").arg(groupedNumber(status.reconnects));
    return parts.join(QStringLiteral(" · "));
}

QPushButton* quietButton(const QString& name, QWidget* parent) {
    auto* button = new QPushButton(parent);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

} // namespace

TopBar::TopBar(QWidget* parent)
    : QWidget(parent)
    , m_mistake(new WrappedLabel(this, QPalette::BrightText))
    , m_account(new KindStatistics(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit + 1);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(makeMain());
    m_mistake->hide();
    layout->addWidget(m_mistake);
    connect(m_filter, &FilterLine::mistake, this, [this](const QString& text) {
        m_mistake->setText(text.isEmpty() ? text : QString(toneShape(StateTone::Bad)) + u' ' + text);
        m_mistake->setAccessibleName(text);
        m_mistake->setVisible(!text.isEmpty());
    });
    setNoStore();
}

QWidget* TopBar::makeMain() {
    auto* row = new QWidget(this);
    m_name = new ElidedLabel(row);
    m_name->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_name->setMaximumWidth(60 * gridUnit);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_name->setFont(bold);
    m_access = new Badge(row);
    m_production = new Badge(row);
    m_production->hide();
    m_standby = new Badge(row);
    m_standby->hide();
    m_live = quietButton(tr("Pause the live view"), row);
    m_receiving = new Badge(row);
    m_status = new ElidedLabel(row);
    m_showKinds = quietButton(tr("Show each kind received"), row);
    m_showKinds->setCheckable(true);
    m_showKinds->setIcon(themedIcon(QStringLiteral("tables")));
    m_filter = new FilterLine(row);
    m_filter->setMinimumWidth(50 * gridUnit);
    m_filter->setMaximumWidth(mostFilter);
    m_filter->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_views = quietButton(tr("Saved views"), row);
    m_views->setIcon(themedIcon(QStringLiteral("bookmark")));
    m_start = new QPushButton(themedIcon(QStringLiteral("play")), tr("Start receiving"), row);
    m_start->setAccessibleName(QStringLiteral("Start receiving"));
    m_stop = new QPushButton(themedIcon(QStringLiteral("stop")), tr("Stop receiving"), row);
    m_stop->setAccessibleName(QStringLiteral("Stop receiving"));
    m_pause = quietButton(tr("Pause receiving"), row);
    m_changeSource = quietButton(tr("Choose the source…"), row);
    m_changeSource->setText(QStringLiteral("…"));
    m_zone = quietButton(tr("Time zone"), row);
    m_times = quietButton(tr("Show all times"), row);
    m_times->hide();
    m_search = quietButton(tr("Search everything (Ctrl+Shift+F)"), row);
    m_search->setAccessibleName(tr("Search everything…"));
    m_search->setIcon(themedIcon(QStringLiteral("search")));
    m_export = quietButton(tr("Export rows to a file (Ctrl+E)"), row);
    m_export->setAccessibleName(QStringLiteral("Export…"));
    m_export->setIcon(themedIcon(QStringLiteral("save")));
    m_export->setFocusPolicy(Qt::TabFocus); // a click leaves the focus in the list that is meant
    m_report = quietButton(tr("Report of this store"), row);
    m_report->setAccessibleName(QStringLiteral("Report…"));
    m_report->setIcon(themedIcon(QStringLiteral("report")));
    auto* commands = quietButton(tr("Command palette (Ctrl+K)"), row);
    commands->setAccessibleName(tr("Command palette"));
    commands->setIcon(themedIcon(QStringLiteral("command")));
    m_lines = new QVBoxLayout(row);
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(2 * gridUnit);
    auto* layout = m_line = new QHBoxLayout;
    m_lines->addLayout(layout);
    layout->setSpacing(2 * gridUnit);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_production), static_cast<QWidget*>(m_standby),
          static_cast<QWidget*>(m_access), static_cast<QWidget*>(m_live), static_cast<QWidget*>(m_receiving),
          static_cast<QWidget*>(m_showKinds)})
        layout->addWidget(widget);
    layout->addWidget(m_status, 3);
    layout->addWidget(m_times);
    m_filterPlace = layout->count();
    layout->addWidget(m_filter, filterStretch);
    layout->addWidget(m_views);
    layout->addWidget(m_search);
    layout->addWidget(m_export);
    layout->addWidget(m_report);
    for (QWidget* widget : {m_start, m_pause, m_stop, m_changeSource, m_zone, commands})
        layout->addWidget(widget);
    m_words = {{m_views, tr("Views")},
               {m_search, tr("Search")},
               {m_export, tr("Export")},
               {m_report, tr("Report")},
               {commands, tr("Commands")}};
    orderTabs();
    connect(m_live, &QPushButton::clicked, this, &TopBar::liveToggled);
    connect(m_showKinds, &QPushButton::toggled, this, &TopBar::showKinds);
    connect(m_start, &QPushButton::clicked, this, &TopBar::startWanted);
    connect(m_stop, &QPushButton::clicked, this, &TopBar::stopWanted);
    connect(m_pause, &QPushButton::clicked, this, &TopBar::pauseReceivingWanted);
    connect(m_changeSource, &QPushButton::clicked, this, &TopBar::chooseSourceWanted);
    connect(m_times, &QPushButton::clicked, this, &TopBar::allTimesWanted);
    connect(m_zone, &QPushButton::clicked, this, &TopBar::timeDisplayToggled);
    connect(m_export, &QPushButton::clicked, this, &TopBar::exportWanted);
    connect(m_report, &QPushButton::clicked, this, &TopBar::reportWanted);
    connect(m_search, &QPushButton::clicked, this, &TopBar::searchWanted);
    connect(commands, &QPushButton::clicked, this, &TopBar::paletteWanted);
    return row;
}

bool TopBar::event(QEvent* event) {
    const bool handled = QWidget::event(event);
    if (event->type() == QEvent::FontChange)
        m_wordsWidth = -1;
    if (m_line && (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest))
        placeFilter();
    return handled;
}

void TopBar::measureWords() {
    const bool hadWords = m_hasWords;
    const auto widths = [this] {
        int sum = 0;
        for (const WordButton& each : m_words)
            sum += each.button->isHidden() ? 0 : each.button->sizeHint().width();
        return sum;
    };
    showWords(false);
    const int bare = widths();
    showWords(true);
    m_wordsWidth = widths() - bare;
    showWords(hadWords);
}

void TopBar::showWords(bool areShown) {
    m_hasWords = areShown;
    for (const WordButton& each : m_words)
        each.button->setText(areShown ? each.word : QString());
}

/// Gives the icons their words where the window is wide and nothing else needs the room, and the filter a line of its
/// own where even the buttons leave it none.
void TopBar::placeFilter() {
    if (m_wordsWidth < 0)
        measureWords();
    const bool isBelow = m_line->indexOf(m_filter) < 0;
    const QMargins around = layout()->contentsMargins();
    const int room = width() - around.left() - around.right();
    const int besides = isBelow || m_filter->isHidden() ? m_filter->minimumWidth() + m_line->spacing() : 0;
    const int bare = m_line->minimumSize().width() - (m_hasWords ? m_wordsWidth : 0);
    const int figures = m_status->text().isEmpty() ? 0 : figuresRoom;
    const bool hasWords = width() >= wordsFrom && bare + besides + figures + m_wordsWidth <= room;
    if (hasWords != m_hasWords)
        showWords(hasWords);
    const bool goesBelow = bare + besides > room;
    if (goesBelow == isBelow)
        return;
    (isBelow ? static_cast<QBoxLayout*>(m_lines) : m_line)->removeWidget(m_filter);
    m_filter->setMaximumWidth(goesBelow ? QWIDGETSIZE_MAX : mostFilter);
    if (goesBelow)
        m_lines->addWidget(m_filter);
    else
        m_line->insertWidget(m_filterPlace, m_filter, filterStretch);
    orderTabs();
}

/// Tab goes from left to right, and then to a filter that is below.
void TopBar::orderTabs() {
    QWidget* before = nullptr;
    const auto goOn = [&before](QWidget* widget) {
        if (!widget || widget->focusPolicy() == Qt::NoFocus)
            return;
        if (before)
            setTabOrder(before, widget);
        before = widget;
    };
    for (int i = 0; i < m_line->count(); ++i)
        goOn(m_line->itemAt(i)->widget());
    if (m_line->indexOf(m_filter) < 0)
        goOn(m_filter);
}

void TopBar::setStore(const QString& name, const QString& url) {
    m_wordsWidth = -1; // another set of buttons is there
    m_name->setText(name);
    m_name->setToolTip(url);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_live), static_cast<QWidget*>(m_filter), static_cast<QWidget*>(m_views)})
        widget->setVisible(true);
    setCannotReceive({});
    showReceiver(nullptr, {});
}

void TopBar::setNoStore() {
    m_wordsWidth = -1;
    m_name->setText(QStringLiteral("Portolan"));
    m_name->setToolTip({});
    for (QWidget* widget :
         {static_cast<QWidget*>(m_access), static_cast<QWidget*>(m_production), static_cast<QWidget*>(m_standby),
          static_cast<QWidget*>(m_live), static_cast<QWidget*>(m_receiving), static_cast<QWidget*>(m_filter),
          static_cast<QWidget*>(m_views), static_cast<QWidget*>(m_start), static_cast<QWidget*>(m_stop),
          static_cast<QWidget*>(m_pause), static_cast<QWidget*>(m_changeSource)})
        widget->hide();
    m_status->clear();
    m_account->setStatus({}, currentTime());
    showKinds();
}

void TopBar::setCannotReceive(const QString& reason) {
    m_access->setVisible(!reason.isEmpty());
    m_access->say(StateTone::Warning, tr("read-only"));
    m_access->setToolTip(reason);
    for (QPushButton* button : {m_start, m_changeSource}) {
        button->setEnabled(reason.isEmpty());
        button->setToolTip(!reason.isEmpty()   ? reason
                           : button == m_start ? m_start->text() // its name is the contract's, in every language
                                               : button->accessibleName());
        button->setAccessibleDescription(reason);
    }
}

void TopBar::setLive(bool live) {
    m_isLive = live;
    showLive();
}

void TopBar::setConnection(const StoreConnection& connection) {
    m_connection = connection;
    m_production->setVisible(!connection.production.isEmpty());
    m_production->say(StateTone::Bad, tr("production"), u'◆');
    m_production->setToolTip(
        tr("Production: what changes it asks for the name “%1”").arg(connection.production.toHtmlEscaped()));
    m_standby->setVisible(!connection.standby.isEmpty());
    m_standby->say(StateTone::Neutral, tr("standby, %1 after its primary").arg(connection.standby), u'◇');
    m_standby->setToolTip(tr("A standby is read only; it shows what its primary has sent."));
    showLive();
}

/// A store that does not answer is told before a view that is paused.
void TopBar::showLive() {
    QString state;
    switch (m_connection.state) {
    case StoreConnection::State::Opening:
        state = QStringLiteral("○ ") + tr("opening");
        break;
    case StoreConnection::State::Live:
        state = m_isLive ? tr("● live") : tr("‖ paused");
        break;
    case StoreConnection::State::Stale:
        state = QStringLiteral("▲ ") + tr("stale since %1").arg(m_connection.since);
        break;
    case StoreConnection::State::NotConnected:
        state = QStringLiteral("✖ ") + tr("not connected");
        break;
    }
    m_live->setText(state);
    m_live->setAccessibleName(m_isLive ? tr("Pause the live view") : tr("Resume the live view"));
    m_live->setAccessibleDescription((state.mid(2) + QStringLiteral(". ") + m_connection.problem).trimmed());
    m_live->setToolTip(m_connection.problem.isEmpty() ? m_live->accessibleName() + tr(" (Space)")
                                                      : m_connection.problem.toHtmlEscaped());
}

void TopBar::setTimeDisplay(TimeDisplay display) {
    const bool utc = display == TimeDisplay::Utc;
    m_zone->setText(utc ? tr("UTC") : tr("Local"));
    m_zone->setAccessibleName(utc ? tr("Times are UTC: show local time") : tr("Times are local: show UTC"));
    m_zone->setToolTip(m_zone->accessibleName());
}

void TopBar::setTimes(const QString& range) {
    m_times->setVisible(!range.isEmpty());
    m_times->setText(range + QStringLiteral("  ✕"));
    m_times->setAccessibleName(tr("Only %1: show all times").arg(range));
    m_times->setToolTip(m_times->accessibleName());
}

void TopBar::showReceiver(const ReceiverStatus* status, const QString& source) {
    const bool runs = status && !hasEnded(status->state);
    m_start->setVisible(!runs);
    m_changeSource->setVisible(!runs);
    m_stop->setVisible(runs);
    const bool paused = runs && status->state == ReceiverState::Paused;
    m_pause->setVisible(runs && status->state != ReceiverState::Stopping);
    m_pause->setIcon(themedIcon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setAccessibleName(paused ? tr("Resume receiving") : tr("Pause receiving"));
    m_pause->setToolTip(m_pause->accessibleName());
    m_receiving->setVisible(status != nullptr);
    m_account->setStatus(status ? *status : ReceiverStatus(), currentTime());
    showKinds();
    if (!status) {
        m_status->clear();
        return;
    }
    const StateWord word = wordFor(status->state);
    m_receiving->say(word.tone, word.word);
    m_receiving->setToolTip(source);
    const QString problem = status->lastError;
    m_status->setText(problem.isEmpty() ? figures(*status) + QStringLiteral("  ·  ") + source : problem);
    const QStringList tip{source, figures(*status), problem};
    // Some of it is foreign text, and a tool tip takes what looks like HTML for HTML.
    m_status->setToolTip(QStringLiteral("<p style='white-space:pre-wrap'>") + tip.join(u'\n').trimmed().toHtmlEscaped()
                         + QStringLiteral("</p>"));
    m_status->setAccessibleName(
        tr("Receiving from %1: %2, %3").arg(source, word.word, problem.isEmpty() ? figures(*status) : problem));
    m_status->setForegroundRole(problem.isEmpty() ? QPalette::PlaceholderText : QPalette::BrightText);
}

void TopBar::showKinds() {
    const bool isEmpty = m_account->rowCount() == 0;
    const bool isWanted = !isEmpty && m_showKinds->isChecked();
    m_showKinds->setVisible(!isEmpty);
    if (isWanted && !m_kinds) {
        m_kinds = new KindTable(*m_account, this);
        layout()->addWidget(m_kinds);
        setTabOrder(m_showKinds, m_kinds);
    }
    if (m_kinds)
        m_kinds->setVisible(isWanted);
}

void TopBar::addNotice(QWidget* notice) {
    layout()->addWidget(notice);
    notice->show();
    placeInTabOrder(*this, *notice);
}

void TopBar::paintEvent(QPaintEvent*) {
    const ThemeTokens& t = tokensOf(palette());
    QPainter painter(this);
    painter.fillRect(rect(), t.window);
    painter.setPen(t.line);
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

} // namespace portolan
