#include "views/list/datatable.h"

#include "models/list/rowsteps.h"
#include "views/style/celldelegate.h"
#include "views/style/icons.h"
#include "views/style/rowheights.h"
#include "views/style/style.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace portolan {

namespace {

constexpr int ageMilliseconds = 5'000;
constexpr int stretchMinimum = 160;

} // namespace

DataTable::DataTable(const QString& name, PagedModel* model, QWidget* parent)
    : QTableView(parent)
    , m_model(model)
    , m_delegate(new CellDelegate(this))
    , m_newer(new QPushButton(viewport())) {
    setAccessibleName(name);
    setItemDelegate(m_delegate);
    setModel(model);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setShowGrid(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setMouseTracking(true);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(true);
    horizontalHeader()->setSectionsMovable(true);
    connect(horizontalHeader(), &QHeaderView::sectionClicked, this, &DataTable::sortBy);

    setPrimary(m_newer);
    m_newer->setIcon(themedIcon(QStringLiteral("up")));
    m_newer->hide();
    connect(m_newer, &QPushButton::clicked, this, [this] {
        chooseNothing();
        m_model->showWaiting();
        scrollToTop();
    });
    connect(m_model, &PagedModel::waitingChanged, this, &DataTable::updateNewer);
    connect(m_model, &PagedModel::modelReset, this, [this] {
        updateHold();
        Q_EMIT chosen(-1);
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &DataTable::updateHold);
    m_ages.setInterval(ageMilliseconds);
    connect(&m_ages, &QTimer::timeout, this, &DataTable::showAges);
    connect(m_model, &PagedModel::rowsInserted, this, &DataTable::showAges);
    m_ages.start();
    sizeRows();
    showAges();
    updateNewer();
}

RowRuns DataTable::selectedRuns() const {
    RowRuns runs;
    for (const QItemSelectionRange& range : selectionModel()->selection())
        runs.emplace_back(range.top(), range.bottom());
    std::sort(runs.begin(), runs.end());
    return runs;
}

int DataTable::currentRow() const {
    const QModelIndex current = currentIndex();
    if (current.isValid() && selectionModel()->isRowSelected(current.row(), {}))
        return current.row();
    const RowRuns runs = selectedRuns(); // chosen without a cursor: through the accessibility bus
    return runs.empty() ? -1 : runs.front().first;
}

void DataTable::chooseNothing() {
    clearSelection();
    setCurrentIndex({});
}

void DataTable::setPaused(bool paused) {
    m_paused = paused;
    updateHold();
}

void DataTable::setResting(const QString& why) {
    m_resting = why;
    m_delegate->setDimmed(!why.isEmpty());
    viewport()->update();
}

void DataTable::setOwnOrder(const Sort& order) {
    m_ownOrder = order;
    horizontalHeader()->setSortIndicatorShown(false);
    m_model->setQuery(m_model->filter(), order);
}

Sort DataTable::sorting() const {
    const Sort& sort = m_model->sorting();
    return sort == m_ownOrder || sort.column.isEmpty() ? Sort() : sort;
}

void DataTable::setSorting(const Sort& sort) {
    const bool isKnown = m_model->listing().schema().find(sort.column) != nullptr;
    const auto& columns = m_model->listing().columns();
    const auto shown = std::ranges::find(columns, sort.column, &ModelColumn::name);
    const bool isShown = isKnown && shown != columns.end();
    horizontalHeader()->setSortIndicatorShown(isShown);
    horizontalHeader()->setSortIndicator(isShown ? static_cast<int>(shown - columns.begin()) : -1,
                                         sort.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    m_model->setQuery(m_model->filter(), isKnown ? sort : m_ownOrder);
}

std::vector<DataTable::ColumnPlace> DataTable::arrangement() const {
    const auto& columns = m_model->listing().columns();
    std::vector<ColumnPlace> places;
    for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
        const int column = horizontalHeader()->logicalIndex(i);
        const ModelColumn& shown = columns[static_cast<std::size_t>(column)];
        const double characters = (columnWidth(column) - 4 * gridUnit) / static_cast<double>(character());
        places.push_back({shown.name, shown.width > 0 ? std::max(1.0, std::round(characters * 10) / 10) : 0.0});
    }
    return places;
}

void DataTable::arrange(std::span<const ColumnPlace> places) {
    sizeColumns(); // or the first showing would undo the widths
    const auto& columns = m_model->listing().columns();
    int place = 0;
    for (const ColumnPlace& wanted : places) {
        for (int i = place; i < static_cast<int>(columns.size()); ++i) { // a name may be there twice
            const int column = horizontalHeader()->logicalIndex(i);
            const ModelColumn& shown = columns[static_cast<std::size_t>(column)];
            if (shown.name != wanted.name)
                continue;
            horizontalHeader()->moveSection(i, place++);
            if (shown.width > 0 && wanted.characters > 0)
                setColumnWidth(column, static_cast<int>(std::lround(wanted.characters * character())) + 4 * gridUnit);
            break;
        }
    }
    sizeColumns();
}

void DataTable::copyRows(RowsTextFormat format) {
    const RowRuns runs = selectedRuns();
    if (runs.empty())
        return;
    int rows = 0;
    for (const auto& [first, last] : runs)
        rows += last - first + 1;
    m_model->askText(runs, format, this, [this, rows](Result<QByteArray> text) {
        if (!text) {
            Q_EMIT failed(text.error().text);
            return;
        }
        QGuiApplication::clipboard()->setText(QString::fromUtf8(*text));
        Q_EMIT copied(rows);
    });
}

void DataTable::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && selectionModel()->hasSelection()) {
        chooseNothing();
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
        if (selectionModel()->hasSelection())
            Q_EMIT peekWanted();
        else
            Q_EMIT pauseWanted();
        return;
    }
    if (event->matches(QKeySequence::Copy)) {
        copyRows(RowsTextFormat::Lines);
        return;
    }
    const bool isOpening = event->key() == Qt::Key_Right;
    if ((isOpening || event->key() == Qt::Key_Left) && event->modifiers() == Qt::NoModifier
        && toggle(currentRow(), isOpening))
        return;
    QTableView::keyPressEvent(event);
}

OutlinePlace DataTable::outlineOf(int row) const {
    return row < 0 ? OutlinePlace() : m_model->index(row, 0).data(PagedModel::OutlineRole).value<OutlinePlace>();
}

/// Asks for a group to be opened or closed. Returns true when there was something to open or close.
bool DataTable::toggle(int row, bool open) {
    const OutlinePlace place = outlineOf(row);
    if (!place.isGroup || place.isOpen == open)
        return false;
    Q_EMIT toggleWanted(row, open);
    return true;
}

void DataTable::mouseDoubleClickEvent(QMouseEvent* event) {
    const int row = indexAt(event->pos()).row();
    if (event->button() == Qt::LeftButton && toggle(row, !outlineOf(row).isOpen))
        return;
    QTableView::mouseDoubleClickEvent(event);
}

void DataTable::contextMenuEvent(QContextMenuEvent* event) {
    struct Choice {
        QString text;
        RowsTextFormat format;
    };
    const std::initializer_list<Choice> choices{{tr("Copy"), RowsTextFormat::Lines},
                                                {tr("Copy with header"), RowsTextFormat::LinesWithHeader},
                                                {tr("Copy as CSV"), RowsTextFormat::Csv},
                                                {tr("Copy as JSON"), RowsTextFormat::Json},
                                                {tr("Copy as Markdown"), RowsTextFormat::Markdown}};
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const QModelIndex under = indexAt(event->pos());
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    addRowActions(*menu); // come first
    addSteps(*menu,
             isByKey || !under.isValid() ? model()->index(currentRow(), std::max(0, currentIndex().column())) : under);
    for (const Choice& choice : choices) {
        QAction* action = menu->addAction(choice.text, this, [this, format = choice.format] { copyRows(format); });
        action->setEnabled(selectionModel()->hasSelection());
    }
    menu->popup(isByKey && currentRow() >= 0
                    ? viewport()->mapToGlobal(visualRect(model()->index(currentRow(), 0)).bottomLeft())
                    : event->globalPos());
}

/// What acts on rows rests with the list, and says so.
void DataTable::addRowActions(QMenu& menu) {
    QList<QAction*> offered = actions();
    if (offered.isEmpty())
        std::ranges::copy_if(m_rowActions, std::back_inserter(offered),
                             [](const QPointer<QAction>& each) { return !each.isNull(); });
    for (QAction* const each : std::as_const(offered)) {
        if (m_resting.isEmpty()) {
            menu.addAction(each);
            continue;
        }
        QAction* const resting = menu.addAction(each->icon(), each->text());
        resting->setEnabled(false);
        resting->setToolTip(m_resting);
    }
    if (!offered.isEmpty())
        menu.addSeparator();
}

void DataTable::addSteps(QMenu& menu, const QModelIndex& cell) {
    const int row = cell.row();
    const auto inMenu = [](QString text) { return text.replace(u'&', QLatin1String("&&")); };
    const auto steps = rowSteps(*m_model, row, cell.column(), m_narrows && m_narrows());
    for (const RowStep& step : steps) {
        menu.addAction(inMenu(step.text), this, [this, step] {
            if (step.place.isEmpty())
                Q_EMIT narrowWanted(step.filter);
            else
                Q_EMIT placeWanted(step.place, step.filter);
        });
    }
    if (const QString id = row < 0 ? QString() : rowId(*m_model, row); !id.isEmpty())
        menu.addAction(themedIcon(QStringLiteral("copy")), tr("Copy its id"), this, [this, id] {
            QGuiApplication::clipboard()->setText(id);
            Q_EMIT copied(1);
        });
    if (!menu.isEmpty())
        menu.addSeparator();
}

void DataTable::setRowActions(const QList<QAction*>& actions) {
    m_rowActions.clear();
    for (QAction* const each : actions)
        m_rowActions << each;
}

void DataTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    sizeColumns();
    placeNewer();
}

void DataTable::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_model) {
        sizeRows();
        m_columnsSized = false;
        sizeColumns();
    }
}

void DataTable::mouseMoveEvent(QMouseEvent* event) {
    hover(indexAt(event->pos()).row());
    if (!m_pressed) {
        QTableView::mouseMoveEvent(event);
        return;
    }
    if ((event->pos() - m_pressed->pos()).manhattanLength() < QApplication::startDragDistance())
        return;
    const int row = indexAt(m_pressed->pos()).row();
    m_pressed.reset();
    RowRuns rows = selectedRuns();
    const auto holdsIt = [row](const RowRuns::value_type& run) { return run.first <= row && row <= run.second; };
    if (std::ranges::none_of(rows, holdsIt))
        rows = {{row, row}};
    if (row >= 0)
        Q_EMIT dragWanted(rows);
}

void DataTable::leaveEvent(QEvent* event) {
    hover(-1);
    QTableView::leaveEvent(event);
}

void DataTable::mousePressEvent(QMouseEvent* event) {
    const QModelIndex under = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && under.isValid() && under.column() == 0
        && CellDelegate::isOnTriangle(visualRect(under), event->pos())
        && toggle(under.row(), !outlineOf(under.row()).isOpen))
        return;
    m_pressed.reset();
    if (m_draggable && event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier && under.isValid())
        m_pressed.reset(event->clone());
    else
        QTableView::mousePressEvent(event);
}

void DataTable::mouseReleaseEvent(QMouseEvent* event) {
    if (const std::unique_ptr<QMouseEvent> pressed = std::move(m_pressed))
        QTableView::mousePressEvent(pressed.get());
    QTableView::mouseReleaseEvent(event);
}

/// Shows all ages again, counted from one moment whichever rows are painted.
void DataTable::showAges() {
    m_delegate->setNow(currentTime());
    viewport()->update();
}

void DataTable::hover(int row) {
    if (row == m_hovered)
        return;
    m_hovered = row;
    m_delegate->setHoveredRow(row);
    viewport()->update();
}

/// Drops the choice of a row that goes: the row that takes its place was never meant.
void DataTable::rowsAboutToBeRemoved(const QModelIndex& parent, int first, int last) {
    const int current = currentIndex().row();
    if (selectionMode() == SingleSelection && current >= first && current <= last)
        selectionModel()->clear();
    QTableView::rowsAboutToBeRemoved(parent, first, last);
}

void DataTable::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QTableView::selectionChanged(selected, deselected);
    updateHold();
    // The current row follows the selection a moment later.
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT chosen(currentRow()); }, Qt::QueuedConnection);
}

void DataTable::sizeRows() {
    const int height = std::max(fontMetrics().height(), QFontMetrics(dataFont(font())).height()) + 2 * gridUnit;
    setRowHeights(*this, height);
    horizontalHeader()->setMinimumHeight(height + gridUnit);
}

int DataTable::character() const {
    return QFontMetrics(dataFont(font())).horizontalAdvance(u'0');
}

/// Gives columns the widths of the declaration, without cutting a title (other languages have longer ones); the column
/// without a width takes what is left, whenever the table's width changes.
void DataTable::sizeColumns() {
    const auto& columns = m_model->listing().columns();
    int left = viewport()->width();
    int stretching = -1;
    int least = stretchMinimum;
    for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
        const int width = columns[static_cast<std::size_t>(i)].width;
        if (width <= 0) {
            stretching = i;
            least = std::max({least, -width * character() + 4 * gridUnit, horizontalHeader()->sectionSizeHint(i)});
            continue;
        }
        if (!m_columnsSized)
            setColumnWidth(i, std::max(width * character() + 4 * gridUnit, horizontalHeader()->sectionSizeHint(i)));
        left -= columnWidth(i);
    }
    m_columnsSized = true;
    if (stretching >= 0)
        setColumnWidth(stretching, std::max(least, left));
}

void DataTable::sortBy(int column) {
    const QByteArray& name = m_model->listing().columns()[static_cast<std::size_t>(column)].name;
    if (!m_model->listing().schema().find(name))
        return; // drawn from several values, so it cannot be sorted by
    Sort sort = m_model->sorting();
    if (sort.column != name)
        sort = {name, false};
    else if (!sort.descending)
        sort.descending = true;
    else
        sort = m_ownOrder;
    horizontalHeader()->setSortIndicatorShown(!sort.column.isEmpty());
    horizontalHeader()->setSortIndicator(column, sort.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    m_model->setQuery(m_model->filter(), sort);
}

void DataTable::updateHold() {
    const bool looking = verticalScrollBar()->value() > 0 || (selectionModel() && selectionModel()->hasSelection());
    m_model->setHeld(m_paused || looking);
    updateNewer();
}

void DataTable::updateNewer() {
    const int rows = m_model->waitingRows();
    m_newer->setVisible(rows > 0 || m_model->outdated());
    const QString text =
        m_model->outdated() ? tr("The list has changed: read it again") : tr("%1 new").arg(groupedNumber(rows));
    m_newer->setText(text);
    m_newer->setAccessibleName(m_model->outdated() ? text : tr("Show the new rows: %1").arg(rows));
    placeNewer();
}

void DataTable::placeNewer() {
    m_newer->adjustSize();
    m_newer->move((viewport()->width() - m_newer->width()) / 2, 2 * gridUnit);
    m_newer->raise();
}

} // namespace portolan
