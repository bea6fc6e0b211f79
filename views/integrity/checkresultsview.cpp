#include "views/integrity/checkresultsview.h"

#include "models/integrity/checkmodel.h"
#include "views/style/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

namespace portolan {

namespace {

/// The widest texts that are usual, in characters of the face; the detail takes what is left.
constexpr int columnCharacters[] = {10, 24, 6, 0, 8, 8};
constexpr int leastDetail = 36;

/// Figures stand under each other; all else is text of ours.
bool isFigure(int column) {
    return column == CheckModel::Count || column == CheckModel::CheckedAt || column == CheckModel::Took;
}

StateTone toneOf(const QModelIndex& index) {
    switch (static_cast<CheckController::Outcome>(index.data(CheckModel::OutcomeRole).toInt())) {
    case CheckController::Outcome::Waiting:
        return StateTone::Neutral;
    case CheckController::Outcome::Running:
        return StateTone::Active;
    case CheckController::Outcome::Ok:
        return StateTone::Good;
    case CheckController::Outcome::Found:
        return StateTone::Bad;
    case CheckController::Outcome::Failed:
        return StateTone::Warning;
    }
    Q_UNREACHABLE();
}

class CheckDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const ThemeTokens& t = tokensOf(option.palette);
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        const bool isActive = option.state.testFlag(QStyle::State_Active);
        const bool isUnder = option.state.testFlag(QStyle::State_MouseOver);
        painter->fillRect(option.rect,
                          isChosen ? (isActive ? t.selection : t.selectionDim) : (isUnder ? t.hover : t.base));
        painter->setPen(t.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        const StateTone tone = toneOf(index);
        const bool isQuiet = tone == StateTone::Neutral || tone == StateTone::Good || tone == StateTone::Active;
        const bool isState = index.column() == CheckModel::State;
        const QString text = index.data().toString();
        const bool isNothing = index.column() == CheckModel::Count && text == QLatin1String("0");
        painter->setFont(isFigure(index.column()) ? dataFont(option.font) : option.font);
        painter->setPen(isState                                                        ? toneColor(tone, option.palette)
                        : (isQuiet && index.column() != CheckModel::Name) || isNothing ? t.muted
                                                                                       : t.text);
        const QRect rect = option.rect.adjusted(2 * gridUnit, 0, -2 * gridUnit, -1);
        const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
        painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    }
};

} // namespace

CheckTable::CheckTable(CheckModel* model, QWidget* parent) : QTableView(parent) {
    setAccessibleName(QStringLiteral("Checks"));
    setModel(model);
    setItemDelegate(new CheckDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &CheckTable::chosen);
    connect(this, &QTableView::doubleClicked, this, &CheckTable::opened);
    sizeSections();
}

int CheckTable::chosenRow() const {
    const QModelIndexList rows = selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.first().row();
}

void CheckTable::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && chosenRow() >= 0)
        Q_EMIT opened();
    else
        QTableView::keyPressEvent(event);
}

void CheckTable::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        sizeSections();
}

void CheckTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    sizeSections();
}

void CheckTable::sizeSections() {
    const QFontMetrics metrics(font());
    const int height = QFontMetrics(dataFont(font())).height() + 2 * gridUnit;
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
    const auto widthOf = [&](int characters) { return characters * metrics.averageCharWidth() + 4 * gridUnit; };
    int others = 0;
    for (int column = 0; column < CheckModel::ColumnCount; ++column) {
        if (column == CheckModel::Detail)
            continue;
        const int width = widthOf(columnCharacters[column]);
        setColumnWidth(column, std::max(width, horizontalHeader()->sectionSizeHint(column)));
        others += columnWidth(column);
    }
    setColumnWidth(CheckModel::Detail, std::max(widthOf(leastDetail), viewport()->width() - others));
}

} // namespace portolan
