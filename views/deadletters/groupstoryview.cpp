#include "views/deadletters/groupstoryview.h"

#include "models/deadletters/storytexts.h"
#include "views/style/theme.h"
#include "views/style/wrappedcells.h"
#include "views/style/wrappedlabel.h"

#include <QEvent>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr std::size_t changesShown = 8;
constexpr std::size_t placesShown = 6;
constexpr int timeColumn = 0;
constexpr int changeColumn = 1;

QLabel* sectionTitle(const QString& text, QWidget* parent) {
    auto* title = new WrappedLabel(parent);
    title->setText(text);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    return title;
}

void clearRows(QVBoxLayout* layout) {
    while (QLayoutItem* const item = layout->takeAt(0)) {
        if (QWidget* const row = item->widget()) {
            row->hide();
            row->deleteLater(); // its button may be what was pressed
        }
        delete item;
    }
}

QPushButton* smallButton(const QString& text, const QString& name, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setAccessibleName(name);
    button->setAutoDefault(false);
    return button;
}

} // namespace

GroupStoryView::GroupStoryView(QWidget* parent)
    : QWidget(parent)
    , m_title(sectionTitle({}, this))
    , m_port(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_figures(new WrappedLabel(this))
    , m_places(new QVBoxLayout)
    , m_commonTitle(sectionTitle(tr("What the dead have in common"), this))
    , m_contrasts(new QVBoxLayout)
    , m_lookedAt(new WrappedLabel(this, QPalette::PlaceholderText))
    , m_beforeTitle(sectionTitle(tr("Just before, likeliest first"), this))
    , m_changes(new QTableWidget(0, 2, this))
    , m_noChange(new WrappedLabel(this, QPalette::PlaceholderText)) {
    m_title->setFont(dataFont(m_title->font()));
    m_figures->setAccessibleDescription(tr("Figures of the group"));
    m_lookedAt->setFont(smallFont(font()));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * gridUnit, 2 * gridUnit, 3 * gridUnit, 2 * gridUnit);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_title);
    layout->addWidget(m_port);
    layout->addWidget(m_figures);
    m_places->setSpacing(gridUnit);
    layout->addLayout(m_places);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_commonTitle);
    m_contrasts->setSpacing(gridUnit);
    layout->addLayout(m_contrasts);
    layout->addWidget(m_lookedAt);
    layout->addSpacing(gridUnit);
    layout->addWidget(m_beforeTitle);
    layout->addWidget(m_changes);
    layout->addWidget(m_noChange);

    m_changes->setAccessibleName(QStringLiteral("Just before"));
    m_changes->setHorizontalHeaderLabels({tr("Time"), tr("What changed")});
    m_changes->horizontalHeader()->hide();
    m_changes->horizontalHeader()->setSectionResizeMode(changeColumn, QHeaderView::Stretch);
    m_changes->horizontalHeader()->setMinimumSectionSize(10 * gridUnit);
    m_changes->verticalHeader()->hide();
    m_changes->setShowGrid(false);
    m_changes->setItemDelegate(new WrappedCells(m_changes)); // what differs is never cut
    m_changes->verticalHeader()->setMinimumSectionSize(gridUnit);
    m_changes->setFrameShape(QFrame::NoFrame);
    m_changes->setTabKeyNavigation(false);
    m_changes->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_changes->setSelectionMode(QAbstractItemView::SingleSelection);
    m_changes->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_changes->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_changes->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_changes->viewport()->installEventFilter(this);
    connect(m_changes, &QTableWidget::currentCellChanged, this, [this](int row) { openChange(row, false); });
    connect(m_changes, &QTableWidget::cellClicked, this, [this](int row) { openChange(row, false); });
    connect(m_changes, &QTableWidget::cellActivated, this, [this](int row) { openChange(row, true); });
}

void GroupStoryView::setGroup(const DeadLetterGroup& group) {
    m_group = group;
    m_story = {};
    m_failure.clear();
    m_shownPlaces = m_shownContrasts = m_shownChanges = QString(); // null: not made yet
    setStory({});
}

void GroupStoryView::updateGroup(const DeadLetterGroup& group) {
    m_group = group;
    showFigures();
}

void GroupStoryView::setStory(const GroupStory& story) {
    m_story = story;
    showFigures();
    showPlaces();
    showContrasts();
    showChanges();
}

void GroupStoryView::setFailed(const QString& why) {
    m_failure = why;
    showContrasts();
}

void GroupStoryView::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    m_shownChanges = QString();
    showFigures();
    showChanges();
}

void GroupStoryView::showFigures() {
    const QByteArray& text = m_story.named.isEmpty() ? m_group.text : m_story.named;
    m_title->setText(text.isEmpty() ? visibleText(m_group.errorType, 400) : visibleText(text, 400));
    m_port->setText(m_group.errorType.isEmpty() || text.isEmpty()
                        ? visibleText(m_group.portName, 200)
                        : visibleText(m_group.portName, 200) + QStringLiteral(" · ")
                              + visibleText(m_group.errorType, 200));
    m_figures->setText(groupFigures(m_group, m_story, currentTime(), m_display));
}

void GroupStoryView::showPlaces() {
    QString shown = QStringLiteral("|");
    if (m_story.isWhole) {
        for (const TemplateSlot& place : m_story.places)
            shown += QString::fromUtf8(place.name) + placeText(place) + u'|';
    }
    if (m_shownPlaces == shown)
        return;
    m_shownPlaces = shown;
    clearRows(m_places);
    for (std::size_t i = 0; m_story.isWhole && i < std::min(m_story.places.size(), placesShown); ++i)
        m_places->addWidget(makePlace(m_story.places[i]));
}

QWidget* GroupStoryView::makePlace(const TemplateSlot& place) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * gridUnit);
    const QString name = visibleText(place.name, 30);
    auto* label = new QLabel(u'⟨' + name + u'⟩', row);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    auto* values = new WrappedLabel(row);
    values->setText(placeText(place));
    layout->addWidget(label);
    layout->addWidget(values, 1);
    if (!canSplit(place))
        return row;
    auto* split = smallButton(tr("Split"), tr("Split by %1").arg(name), row);
    split->setToolTip(tr("Shows only the letters with one of the values"));
    auto* menu = new QMenu(split);
    for (const auto& [value, count] : place.commonest) {
        auto* action = menu->addAction(visibleText(value, 60).replace(u'&', QStringLiteral("&&")) + QStringLiteral("  ")
                                       + groupedNumber(count));
        connect(action, &QAction::triggered, this,
                [this, terms = placeFilter(place, value)] { Q_EMIT filterWanted(terms); });
    }
    split->setMenu(menu);
    layout->addWidget(split, 0, Qt::AlignVCenter);
    return row;
}

void GroupStoryView::showContrasts() {
    QString shown = QStringLiteral("|");
    if (m_story.isWhole) {
        for (const Contrast& contrast : m_story.contrasts)
            shown += contrastText(contrast) + u'|';
    }
    m_lookedAt->setText(!m_failure.isEmpty()  ? m_failure
                        : m_story.letters > 0 ? lookedAtText(m_story)
                        : m_story.isWhole     ? tr("None of its letters was found again.")
                                              : tr("Being looked for…"));
    if (m_shownContrasts == shown)
        return;
    m_shownContrasts = shown;
    clearRows(m_contrasts);
    if (!m_story.isWhole)
        return;
    for (const Contrast& contrast : m_story.contrasts)
        m_contrasts->addWidget(makeContrast(contrast));
    if (m_story.contrasts.empty() && m_story.completed > 0) {
        auto* none = new WrappedLabel(this);
        none->setText(tr("Nothing tells them from the completed ones: no value of their documents, no component."));
        m_contrasts->addWidget(none);
    }
}

QWidget* GroupStoryView::makeContrast(const Contrast& contrast) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * gridUnit);
    auto* text = new WrappedLabel(row);
    text->setText(contrastText(contrast));
    auto* filter = smallButton(tr("Filter"), tr("Filter by %1").arg(visibleText(contrast.filter, 60)), row);
    filter->setToolTip(tr("Shows only these letters"));
    connect(filter, &QPushButton::clicked, this,
            [this, terms = QString::fromUtf8(contrast.filter)] { Q_EMIT filterWanted(terms); });
    layout->addWidget(text, 1);
    layout->addWidget(filter, 0, Qt::AlignVCenter);
    return row;
}

void GroupStoryView::showChanges() {
    QString shown = m_story.before ? QStringLiteral("|") : QStringLiteral("?");
    if (m_story.before) {
        for (const Precursor& change : *m_story.before)
            shown += changeText(change) + u'|';
    }
    if (m_shownChanges == shown)
        return;
    m_shownChanges = shown;
    const std::size_t known = m_story.before ? m_story.before->size() : 0;
    const int rows = static_cast<int>(std::min(known, changesShown));
    const QSignalBlocker quiet(m_changes);
    m_changes->setRowCount(rows);
    for (int row = 0; row < rows; ++row) {
        const Precursor& change = (*m_story.before)[static_cast<std::size_t>(row)];
        const QString text = changeText(change);
        auto* time = new QTableWidgetItem(timeText(change.at, m_display).sliced(11, 8));
        time->setToolTip(timeWithZone(change.at, m_display));
        auto* what = new QTableWidgetItem(text);
        what->setToolTip(text + u'\n' + visibleText(change.words, 400));
        m_changes->setItem(row, timeColumn, time);
        m_changes->setItem(row, changeColumn, what);
    }
    m_changes->setColumnWidth(timeColumn, fontMetrics().horizontalAdvance(QStringLiteral("00:00:00")) + 5 * gridUnit);
    m_changes->setVisible(rows > 0);
    sizeChanges();
    m_noChange->setVisible(!m_story.before || known == 0 || known > changesShown);
    m_noChange->setText(!m_story.before ? tr("Being looked for…")
                        : known > changesShown
                            ? tr("%1 more in the hour before the first letter.")
                                  .arg(groupedNumber(static_cast<qint64>(known - changesShown)))
                            : tr("Nothing that this store keeps changed in the hour before the first letter: no "
                                 "checkpoint, no state, no promotion, no silence, no replay, no migration."));
}

/// Makes every row as high as its lines, and the table as high as its rows: there are few.
void GroupStoryView::sizeChanges() {
    m_changes->resizeRowsToContents();
    m_changes->setFixedHeight(m_changes->verticalHeader()->length());
}

bool GroupStoryView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_changes->viewport() && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &GroupStoryView::sizeChanges, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void GroupStoryView::openChange(int row, bool pane) {
    if (!m_story.before || row < 0 || row >= std::ssize(*m_story.before))
        return;
    const Precursor change = (*m_story.before)[static_cast<std::size_t>(row)];
    if (pane)
        Q_EMIT changeOpened(change);
    else
        Q_EMIT changeChosen(change);
}

} // namespace portolan
