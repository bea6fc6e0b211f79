#include "views/style/statetable.h"

#include "views/style/rowheights.h"
#include "views/style/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

namespace portolan {

namespace {

class StateDelegate final : public QStyledItemDelegate {
public:
    StateDelegate(StateTable::LookOf lookOf, QObject* parent) : QStyledItemDelegate(parent), m_lookOf(lookOf) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const ThemeTokens& t = tokensOf(option.palette);
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        const bool isActive = option.state.testFlag(QStyle::State_Active);
        const bool isUnder = option.state.testFlag(QStyle::State_MouseOver);
        painter->fillRect(option.rect,
                          isChosen ? (isActive ? t.selection : t.selectionDim) : (isUnder ? t.hover : t.base));
        painter->setPen(t.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        const StateTable::Look look = m_lookOf(option, index);
        painter->setFont(look.isData ? dataFont(option.font) : option.font);
        painter->setPen(look.color);
        const QRect rect = option.rect.adjusted(2 * gridUnit, 0, -2 * gridUnit, -1);
        const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
        painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, rect.width()));
    }

private:
    StateTable::LookOf m_lookOf;
};

} // namespace

StateTable::StateTable(const QString& name, QAbstractItemModel* model, Widths widths, LookOf lookOf, QWidget* parent)
    : QTableView(parent)
    , m_widths(widths) {
    setAccessibleName(name);
    setModel(model);
    setItemDelegate(new StateDelegate(lookOf, this));
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
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &StateTable::chosen);
    sizeSections();
}

int StateTable::chosenRow() const {
    const QModelIndexList rows = selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.first().row();
}

void StateTable::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        sizeSections();
}

void StateTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    sizeSections();
}

void StateTable::sizeSections() {
    const QFontMetrics metrics(font());
    const int height = QFontMetrics(dataFont(font())).height() + 2 * gridUnit;
    setRowHeights(*this, height);
    const auto widthOf = [&](int characters) { return characters * metrics.averageCharWidth() + 4 * gridUnit; };
    const auto& characters = m_widths.characters;
    const auto rest = static_cast<int>(std::ranges::find(characters, 0) - characters.begin());
    int others = 0;
    for (int column = 0; column < static_cast<int>(characters.size()); ++column) {
        if (column == rest)
            continue;
        const int width = widthOf(characters[static_cast<std::size_t>(column)]);
        setColumnWidth(column, std::max(width, horizontalHeader()->sectionSizeHint(column)));
        others += columnWidth(column);
    }
    setColumnWidth(rest, std::max(widthOf(m_widths.leastRest), viewport()->width() - others));
}

} // namespace portolan
