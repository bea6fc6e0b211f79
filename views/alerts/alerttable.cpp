#include "views/alerts/alerttable.h"

#include "models/alerts/alertmodel.h"
#include "views/style/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

namespace portolan {

namespace {

/// The widest texts that are usual, in characters of the face; the filter takes what is left.
constexpr int alertColumnCharacters[] = {14, 22, 10, 15, 8, 16, 0};
constexpr int leastAlertFilter = 26;

StateTone toneOfRank(int rank) {
    constexpr StateTone tones[] = {StateTone::Bad, StateTone::Warning, StateTone::Neutral, StateTone::Good,
                                   StateTone::Neutral};
    return tones[std::clamp(rank, 0, 4)];
}

class AlertDelegate final : public QStyledItemDelegate {
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
        const int column = index.column();
        const bool isData = column == AlertModel::Value || column >= AlertModel::Listing;
        const bool isQuiet = column != AlertModel::Name && column != AlertModel::Value;
        painter->setFont(isData ? dataFont(option.font) : option.font);
        painter->setPen(column == AlertModel::State
                            ? toneColor(toneOfRank(index.data(AlertModel::RankRole).toInt()), option.palette)
                        : isQuiet ? t.muted
                                  : t.text);
        const QRect rect = option.rect.adjusted(2 * gridUnit, 0, -2 * gridUnit, -1);
        const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
        painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, rect.width()));
    }
};

} // namespace

AlertTable::AlertTable(AlertModel* model, QWidget* parent) : QTableView(parent) {
    setAccessibleName(QStringLiteral("Alerts"));
    setModel(model);
    setItemDelegate(new AlertDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &AlertTable::chosen);
    sizeSections();
}

int AlertTable::chosenRow() const {
    const QModelIndexList rows = selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.first().row();
}

void AlertTable::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        sizeSections();
}

void AlertTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    sizeSections();
}

void AlertTable::sizeSections() {
    const QFontMetrics metrics(font());
    const int height = QFontMetrics(dataFont(font())).height() + 2 * gridUnit;
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
    const auto widthOf = [&](int characters) { return characters * metrics.averageCharWidth() + 4 * gridUnit; };
    int others = 0;
    for (int column = 0; column < AlertModel::Filter; ++column) {
        setColumnWidth(column,
                       std::max(widthOf(alertColumnCharacters[column]), horizontalHeader()->sectionSizeHint(column)));
        others += columnWidth(column);
    }
    setColumnWidth(AlertModel::Filter, std::max(widthOf(leastAlertFilter), viewport()->width() - others));
}

} // namespace portolan
