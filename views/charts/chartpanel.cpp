#include "views/charts/chartpanel.h"

#include "views/ask/timesdialog.h"
#include "views/charts/chartlegend.h"
#include "views/charts/chartthresholds.h"
#include "views/charts/seriestiles.h"
#include "views/list/errorbar.h"
#include "views/style/elidedlabel.h"
#include "views/style/icons.h"
#include "views/style/theme.h"
#include "views/style/widgetpicture.h"
#include "views/style/wrappedlabel.h"

#include <QAbstractItemView>
#include <QClipboard>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QRubberBand>
#include <QSaveFile>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <algorithm>
#include <array>
#include <limits>

namespace portolan {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr double shareAround = 0.02;   ///< of what is drawn, on each side of the highest value
constexpr double leastAround = 1000.0; ///< milliseconds

struct SpanChoice {
    const char* name; ///< for tr() in context "portolan::ChartPanel"
    std::chrono::minutes length;
};
constexpr std::array<SpanChoice, 8> spanChoices{{
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "All times"), minutes(0)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last 15 minutes"), minutes(15)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last hour"), hours(1)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last 6 hours"), hours(6)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last day"), hours(24)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last 7 days"), hours(24 * 7)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last 30 days"), hours(24 * 30)},
    {QT_TRANSLATE_NOOP("portolan::ChartPanel", "Last year"), hours(24 * 365)},
}};

struct FigureChoice {
    ChartFigure figure;
    const char* name;
};
constexpr std::array<FigureChoice, 10> figureChoices{{
    {ChartFigure::Samples, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Samples")},
    {ChartFigure::Average, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Average")},
    {ChartFigure::Least, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Least")},
    {ChartFigure::Greatest, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Greatest")},
    {ChartFigure::Sum, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Sum")},
    {ChartFigure::Count, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Count")},
    {ChartFigure::Rate, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Rate")},
    {ChartFigure::P50, QT_TRANSLATE_NOOP("portolan::ChartPanel", "Median")},
    {ChartFigure::P95, QT_TRANSLATE_NOOP("portolan::ChartPanel", "95th percentile")},
    {ChartFigure::P99, QT_TRANSLATE_NOOP("portolan::ChartPanel", "99th percentile")},
}};

struct RowsChoice {
    const char* pane;
    const char* name;
};
constexpr std::array<RowsChoice, 3> rowsChoices{{
    {"batches", QT_TRANSLATE_NOOP("portolan::ChartPanel", "Messages")},
    {"events", QT_TRANSLATE_NOOP("portolan::ChartPanel", "Events")},
    {"dead-letters", QT_TRANSLATE_NOOP("portolan::ChartPanel", "Dead letters")},
}};

constexpr auto betweenTimes = static_cast<int>(spanChoices.size()); ///< the entry that asks for them
constexpr int usualCharacters = 6;                                  ///< of a box above the chart
constexpr int leastWidth = 24 * gridUnit;

/// Makes an area that scrolls what is wider or higher than there is room for, and does not make the window grow.
QScrollArea* scrolled(QWidget* content, const QString& name, QWidget* parent) {
    auto* area = new QScrollArea(parent);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setAccessibleName(name);
    area->viewport()->setBackgroundRole(QPalette::Base);
    return area;
}

} // namespace

ChartPanel::ChartPanel(ChartFeed& feed, QWidget* parent)
    : QWidget(parent)
    , m_feed(feed)
    , m_span(new QComboBox(this))
    , m_figure(new QComboBox(this))
    , m_thresholds(new ChartThresholds(this))
    , m_error(new ErrorBar(this))
    , m_legend(new ChartLegend(this))
    , m_leftOut(new WrappedLabel(this))
    , m_tiles(new SeriesTiles(this))
    , m_charts(new QWidget(this))
    , m_chartLayout(new QVBoxLayout(m_charts))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_tableView(new QTableView(this))
    , m_landing(new QRubberBand(QRubberBand::Rectangle, this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_chosenBar = makeChosenBar();
    m_empty = makeEmpty();
    m_chartLayout->setContentsMargins(0, 0, 0, 0);
    m_chartLayout->setSpacing(0);
    m_tableView->setModel(&m_table);
    m_tableView->setAccessibleName(tr("Chart figures"));
    m_tableView->verticalHeader()->hide();
    m_tableView->horizontalHeader()->setDefaultSectionSize(45 * gridUnit);
    m_tableView->horizontalHeader()->setTextElideMode(Qt::ElideLeft); // the leaf stays
    m_tableView->setFrameShape(QFrame::NoFrame);
    m_tableView->hide();
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(scrolled(m_charts, tr("Charts"), this));
    m_splitter->addWidget(m_tableView);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_error);
    layout->addWidget(m_legend);
    layout->addWidget(m_leftOut);
    layout->addWidget(m_chosenBar);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_tiles, 3);
    layout->addWidget(m_splitter, 1);
    m_leftOut->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, gridUnit);
    m_error->hide();
    m_leftOut->hide();
    m_chosenBar->hide();
    m_tiles->hide();
    m_landing->hide();
    setAcceptDrops(true);
    m_views.push_back(makeChart());
    connect(m_tiles, &SeriesTiles::chosen, this, &ChartPanel::seriesWanted);
    connect(m_error, &ErrorBar::retryWanted, &m_feed, &ChartFeed::retry);
    connect(&m_feed, &ChartFeed::changed, this, &ChartPanel::show);
    connect(m_legend, &ChartLegend::hiddenChanged, this, &ChartPanel::showCharts);
    connect(m_legend, &ChartLegend::removeWanted, this, &ChartPanel::removeWanted);
    connect(m_thresholds, &ChartThresholds::changed, this, &ChartPanel::showCharts);
    connect(m_thresholds, &ChartThresholds::notice, this, &ChartPanel::notice);
    show();
}

QPushButton* ChartPanel::addButton(QHBoxLayout* layout, const QString& icon, const QString& name) {
    auto* button = new QPushButton(themedIcon(icon), QString(), this);
    button->setAccessibleName(name);
    button->setToolTip(name);
    layout->addWidget(button);
    return button;
}

QWidget* ChartPanel::makeBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    for (const SpanChoice& choice : spanChoices)
        m_span->addItem(tr(choice.name));
    m_span->addItem(tr("Between two times…"));
    for (const FigureChoice& choice : figureChoices)
        m_figure->addItem(tr(choice.name));
    for (QComboBox* box : {m_span, m_figure}) { // the list of series needs the room more
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(usualCharacters);
        box->setMinimumWidth(leastWidth); // all panes together decide how small the window can be
    }
    m_span->setAccessibleName(tr("Times"));
    m_figure->setAccessibleName(tr("Figure"));
    for (QComboBox* box : {m_span, m_figure})
        box->view()->setAccessibleName(box->accessibleName());
    m_figure->setToolTip(
        tr("Samples: each one, or where there are too many their mean with the band from least to greatest"));
    layout->addWidget(m_span);
    layout->addWidget(m_figure);
    layout->addStretch(1);
    m_back = addButton(layout, QStringLiteral("undo"), tr("Back to the times before"));
    m_stack = addButton(layout, QStringLiteral("batches"), tr("A chart for each series"));
    m_stack->setCheckable(true);
    m_markersButton =
        addButton(layout, QStringLiteral("events"),
                  tr("What happened: bursts of dead letters, checkpoints, states of components, replays"));
    m_markersButton->setAccessibleName(tr("What happened"));
    m_markersButton->setCheckable(true);
    m_markersButton->setChecked(true);
    connect(m_markersButton, &QPushButton::toggled, this, &ChartPanel::showCharts);
    m_thresholdButton =
        addButton(layout, QStringLiteral("threshold"), tr("Thresholds: lines at values of your choice"));
    m_thresholdButton->setAccessibleName(tr("Thresholds…"));
    connect(m_thresholdButton, &QPushButton::clicked, this, &ChartPanel::askThresholds);
    QPushButton* const highest =
        addButton(layout, QStringLiteral("up"), tr("Choose the times of the highest value (Ctrl+H)"));
    highest->setAccessibleName(tr("Times of the highest value"));
    highest->setShortcut(QKeySequence(QStringLiteral("Ctrl+H")));
    connect(highest, &QPushButton::clicked, this, &ChartPanel::chooseHighest);
    m_tableButton = addButton(layout, QStringLiteral("tables"), tr("The figures as a table"));
    m_tableButton->setCheckable(true);
    connect(addButton(layout, QStringLiteral("copy"), tr("Copy the picture")), &QPushButton::clicked, this,
            &ChartPanel::copy);
    connect(addButton(layout, QStringLiteral("save"), tr("Save the chart…")), &QPushButton::clicked, this,
            &ChartPanel::save);
    connect(m_back, &QPushButton::clicked, this, &ChartPanel::goBack);
    connect(m_stack, &QPushButton::toggled, this, &ChartPanel::showCharts);
    connect(m_tableButton, &QPushButton::toggled, m_tableView, &QWidget::setVisible);
    connect(m_span, &QComboBox::activated, this, [this](int at) {
        if (at == betweenTimes) {
            askTimes();
            showSpan();
            return;
        }
        if (at > betweenTimes)
            return; // the zoomed times stand there
        const auto length = spanChoices[static_cast<std::size_t>(at)].length;
        chooseSpan(length.count() == 0 ? ChartSpan{} : ChartSpan{{}, length});
    });
    connect(m_figure, &QComboBox::activated, this,
            [this](int at) { m_feed.setFigure(figureChoices[static_cast<std::size_t>(at)].figure); });
    return bar;
}

QWidget* ChartPanel::makeChosenBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, gridUnit);
    layout->setSpacing(gridUnit);
    m_chosenText = new ElidedLabel(bar); // the buttons need the room more
    layout->addWidget(m_chosenText, 1);
    for (const RowsChoice& choice : rowsChoices) {
        auto* button = new QPushButton(u'&' + tr(choice.name), bar);
        m_rowsButtons.push_back(button);
        button->setAccessibleName(tr("%1 of these times").arg(tr(choice.name)));
        connect(button, &QPushButton::clicked, this, [this, pane = QString::fromLatin1(choice.pane)] {
            if (m_chosen)
                Q_EMIT rowsWanted(pane, *m_chosen);
        });
        layout->addWidget(button);
    }
    auto* everywhere = new QPushButton(tr("In every pane"), bar);
    everywhere->setToolTip(tr("Shows these times alone, in every pane"));
    connect(everywhere, &QPushButton::clicked, this, [this] {
        if (m_chosen)
            Q_EMIT timesWanted(m_chosen);
    });
    layout->addWidget(everywhere);
    auto* clear = new QPushButton(themedIcon(QStringLiteral("clear")), QString(), bar);
    clear->setAccessibleName(tr("Choose no times"));
    clear->setToolTip(tr("Choose no times"));
    connect(clear, &QPushButton::clicked, this, [this] { showChosen({}); });
    layout->addWidget(clear);
    return bar;
}

QWidget* ChartPanel::makeEmpty() {
    auto* page = new QWidget(this);
    m_emptyTitle = new WrappedLabel(page);
    m_emptyAdvice = new WrappedLabel(page, QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(2 * gridUnit);
    layout->addStretch(2);
    for (QLabel* label : {m_emptyTitle, m_emptyAdvice}) {
        label->setAlignment(Qt::AlignCenter);
        layout->addWidget(label);
    }
    layout->addStretch(3);
    return page;
}

ChartView* ChartPanel::makeChart() {
    auto* view = new ChartView(m_charts);
    view->setTimeDisplay(m_display);
    view->setAcceptDrops(false); // drags are the panel's
    view->viewport()->setAcceptDrops(false);
    m_chartLayout->addWidget(view, 1);
    connect(view, &ChartView::spanWanted, this, [this](TimeRange span) { zoomTo({span, {}}); });
    connect(view, &ChartView::notchWanted, this, [this](TimeRange span) { zoomTo({span, {}}, true); });
    connect(view, &ChartView::backWanted, this, &ChartPanel::goBack);
    connect(view, &ChartView::chosenWanted, this, [this](TimeRange chosen) { showChosen(chosen); });
    connect(view, &ChartView::pixelsChanged, this, [this] { m_feed.setPixels(m_views.front()->pixels()); });
    connect(view, &ChartView::pointed, this, [this](std::optional<double> at) {
        for (ChartView* each : m_views)
            each->setCrosshair(at);
    });
    return view;
}

void ChartPanel::show() {
    const ChartFeed::State state = m_feed.state();
    const bool drawn = state == ChartFeed::State::Data;
    m_splitter->setVisible(drawn);
    showTiles();
    m_legend->setVisible(drawn);
    m_empty->setVisible(!drawn && state != ChartFeed::State::Failed);
    m_error->setVisible(state == ChartFeed::State::Failed);
    m_leftOut->setText(m_feed.leftOut().join(QLatin1Char('\n')));
    m_leftOut->setVisible(!m_feed.leftOut().isEmpty());
    switch (state) {
    case ChartFeed::State::Nothing:
        m_emptyTitle->setText(tr("Choose a series."));
        m_emptyAdvice->setText(tr("Choose several to compare them, with Ctrl or Shift, or drag them here."));
        showChosen({});
        m_before.clear();
        m_isNotched = false;
        break;
    case ChartFeed::State::Loading:
        m_emptyTitle->setText(tr("Loading…"));
        m_emptyAdvice->clear();
        break;
    case ChartFeed::State::Empty:
        m_emptyTitle->setText(tr("No samples in these times."));
        m_emptyAdvice->setText(tr("Choose other times above, or go back."));
        break;
    case ChartFeed::State::Failed:
        m_error->show(*m_feed.error());
        break;
    case ChartFeed::State::Data:
        m_legend->setLines(m_feed.lines());
        showCharts();
        break;
    }
    showSpan();
}

void ChartPanel::showCharts() {
    std::vector<ChartLine> lines = m_feed.lines();
    std::erase_if(lines, [this](const ChartLine& line) { return m_legend->isHidden(line.name); });
    const bool stacked = m_stack->isChecked() && lines.size() > 1;
    const std::size_t wanted = stacked ? lines.size() : 1;
    while (m_views.size() < wanted)
        m_views.push_back(makeChart());
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        ChartView& view = *m_views[i];
        view.setVisible(i < wanted);
        if (i >= wanted)
            continue;
        view.setAccessibleName(i == 0 ? QStringLiteral("Chart") : tr("Chart %1").arg(i + 1));
        view.setThresholds(m_thresholds->all());
        view.setLines(stacked ? std::vector<ChartLine>{lines[i]} : lines, m_feed.shown());
        view.setMarkers(m_markersButton->isChecked() ? m_feed.markers() : std::vector<ChartMarker>());
    }
    m_table.setLines(lines);
    m_feed.setPixels(m_views.front()->pixels());
}

/// The combo box says what is shown: one of the usual spans, or the times themselves.
void ChartPanel::showSpan() {
    const ChartSpan& span = m_feed.span();
    constexpr int usual = betweenTimes + 1;
    while (m_span->count() > usual)
        m_span->removeItem(usual);
    if (span.fixed) {
        m_span->addItem(
            QStringLiteral("%1 – %2").arg(timeText(span.fixed->begin, m_display).section(QLatin1Char('.'), 0, 0),
                                          timeText(span.fixed->end, m_display).section(QLatin1Char('.'), 0, 0)));
        m_span->setCurrentIndex(usual);
    } else {
        const auto length = std::chrono::duration_cast<minutes>(span.last.value_or(std::chrono::microseconds(0)));
        const auto choice = std::ranges::find(spanChoices, length, &SpanChoice::length);
        m_span->setCurrentIndex(choice == spanChoices.end() ? 0 : static_cast<int>(choice - spanChoices.begin()));
    }
    m_back->setEnabled(!m_before.empty());
    m_thresholdButton->setEnabled(m_feed.state() == ChartFeed::State::Data);
}

/// Of the lines that are shown.
void ChartPanel::askThresholds() {
    std::vector<SeriesName> shown;
    for (const ChartLine& line : m_feed.lines()) {
        if (!m_legend->isHidden(line.name))
            shown.push_back(line.name);
    }
    if (!shown.empty())
        m_thresholds->ask(shown, m_thresholdButton);
}

void ChartPanel::showChosen(std::optional<TimeRange> chosen) {
    const bool isNew = chosen && chosen != m_chosen;
    m_chosen = chosen;
    m_chosenBar->setVisible(chosen.has_value());
    if (isNew) {
        showRowsButtons({});
        Q_EMIT rangeChosen(*chosen);
    }
    if (chosen)
        m_chosenText->setText(tr("Chosen: %1 to %2")
                                  .arg(timeText(std::chrono::floor<std::chrono::seconds>(chosen->begin), m_display),
                                       timeText(std::chrono::ceil<std::chrono::seconds>(chosen->end), m_display)));
    for (ChartView* view : m_views)
        view->setChosen(chosen);
}

/// Chooses a moment on both sides of the highest value that is drawn, so that its rows are reached without a mouse.
void ChartPanel::chooseHighest() {
    std::optional<QPointF> highest;
    double begin = std::numeric_limits<double>::max();
    double end = std::numeric_limits<double>::lowest();
    for (const ChartLine& line : m_feed.lines()) {
        if (m_legend->isHidden(line.name) || line.points.empty())
            continue;
        begin = std::min(begin, line.points.front().x());
        end = std::max(end, line.points.back().x());
        for (const QPointF& point : line.high.empty() ? line.points : line.high) {
            if (!highest || point.y() > highest->y())
                highest = point;
        }
    }
    if (!highest)
        return;
    const double around = std::max((end - begin) * shareAround, leastAround);
    showChosen(TimeRange{chartTime(highest->x() - around), chartTime(highest->x() + around)});
}

/// Each says how many rows it leads to, as soon as that is known, and can be reached by its letter.
void ChartPanel::showRowsButtons(const RangeCounts& counts) {
    const std::array all{counts.messages, counts.events, counts.deadLetters};
    for (std::size_t i = 0; i < m_rowsButtons.size(); ++i) {
        const QString name = tr(rowsChoices[i].name);
        QString text = name;
        if (all[i])
            text += QStringLiteral(" · ") + (*all[i] >= RangeCounts::most ? QStringLiteral("> ") : QString())
                    + groupedNumber(*all[i]);
        m_rowsButtons[i]->setText(u'&' + text);
        m_rowsButtons[i]->setAccessibleDescription(all[i] ? text : QString());
    }
}

void ChartPanel::setCounts(TimeRange range, const RangeCounts& counts) {
    if (m_chosen == range)
        showRowsButtons(counts);
}

void ChartPanel::setOddest(std::vector<OddSeries> series) {
    m_tiles->setSeries(std::move(series), m_display);
    showTiles();
}

/// Beside tiles the advice takes no more room than it has text.
void ChartPanel::showTiles() {
    const bool shown = m_feed.state() == ChartFeed::State::Nothing && !m_tiles->isEmpty();
    m_tiles->setVisible(shown);
    m_empty->setSizePolicy(QSizePolicy::Preferred, shown ? QSizePolicy::Maximum : QSizePolicy::Preferred);
}

/// Times that are typed: those that are shown stand there.
void ChartPanel::askTimes() {
    TimeRange shown = m_feed.shown();
    if (shown.isEmpty())
        shown = {currentTime() - hours(24), currentTime()};
    auto* const dialog = new TimesDialog(m_feed.span().fixed.value_or(shown), m_display, this);
    connect(dialog, &TimesDialog::timesWanted, this, [this](TimeRange range) { chooseSpan({range, {}}); });
    dialog->open();
}

void ChartPanel::setTimes(std::optional<TimeRange> times) {
    if (!times && !m_shared)
        return;
    if (!m_shared) {
        const ChartSpan& own = m_before.empty() ? m_feed.span() : m_before.front();
        m_own = own.follows() ? own : ChartSpan{};
    }
    m_shared = times;
    m_before.clear();
    m_isNotched = false;
    showChosen({});
    m_feed.setSpan(times ? ChartSpan{times, {}} : m_own);
    showSpan();
}

void ChartPanel::forgetTimes() {
    m_shared.reset();
    m_own = {};
    m_before.clear();
    m_isNotched = false;
    showSpan();
}

/// Takes times from the list above the charts: those that are typed are of every pane, any others are of the charts
/// alone and end the window's range.
void ChartPanel::chooseSpan(const ChartSpan& span) {
    if (span.fixed || m_shared)
        Q_EMIT timesWanted(span.fixed);
    zoomTo(span);
}

void ChartPanel::zoomTo(const ChartSpan& span, bool isNotch) {
    if (span == m_feed.span())
        return;
    if (!(std::exchange(m_isNotched, isNotch) && isNotch))
        m_before.push_back(m_feed.span());
    m_feed.setSpan(span);
    showSpan();
}

void ChartPanel::goBack() {
    if (m_before.empty())
        return;
    const ChartSpan before = m_before.back();
    m_before.pop_back();
    m_isNotched = false;
    m_feed.setSpan(before);
    showSpan();
}

void ChartPanel::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    m_table.setTimeDisplay(display);
    for (ChartView* view : m_views)
        view->setTimeDisplay(display);
    showSpan();
    showChosen(m_chosen);
}

/// Only what this program's own list of series offers.
void ChartPanel::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->source() || !event->mimeData()->hasFormat(seriesMimeType))
        return;
    m_landing->setGeometry(rect());
    m_landing->show();
    event->acceptProposedAction();
}

void ChartPanel::dragLeaveEvent(QDragLeaveEvent*) {
    m_landing->hide();
}

void ChartPanel::dropEvent(QDropEvent* event) {
    m_landing->hide();
    event->acceptProposedAction();
    Q_EMIT dropped();
}

bool ChartPanel::tableHasFocus() const {
    return window()->focusWidget() == m_tableView;
}

void ChartPanel::copy() {
    QGuiApplication::clipboard()->setPixmap(m_charts->grab());
    Q_EMIT notice(tr("The picture is in the clipboard."));
}

void ChartPanel::save() {
    auto* dialog = new QFileDialog(this, tr("Save the chart"), QStringLiteral("chart.png"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Picture (*.png)"), tr("Drawing (*.svg)"), tr("Figures (*.csv)")});
    dialog->setDefaultSuffix(QStringLiteral("png"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section(QStringLiteral("*."), 1).chopped(1));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { saveTo(path); });
    dialog->open();
}

void ChartPanel::saveTo(const QString& path) {
    if (!path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
        const auto saved = savePicture(*m_charts, path);
        Q_EMIT notice(saved ? tr("Saved in %1.").arg(path) : saved.error().text);
        return;
    }
    QSaveFile file(path);
    const QByteArray text = m_table.toCsv();
    const bool saved = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    Q_EMIT notice(saved ? tr("Saved in %1.").arg(path)
                        : tr("%1 could not be written: %2.").arg(path, file.errorString()));
}

} // namespace portolan
