#include "views/style/wrappedcells.h"

#include "views/style/theme.h"
#include "views/style/wrappedtext.h"

#include <QPainter>

namespace portolan {

namespace {

QRect inside(const QRect& cell) {
    return cell.adjusted(2 * gridUnit, gridUnit, -2 * gridUnit, -gridUnit - 1);
}

} // namespace

void WrappedCells::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const ThemeTokens& t = tokensOf(option.palette);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    painter->fillRect(option.rect, chosen ? t.selection : t.base);
    painter->setPen(t.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->setFont(option.font);
    painter->setPen(index.column() == 0 ? t.muted : t.text);
    painter->drawText(QRectF(inside(option.rect)), index.data().toString(), breaking());
}

QSize WrappedCells::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int height =
        wrappedHeight(index.data().toString(), option.font, inside(QRect(0, 0, option.rect.width(), 0)).width());
    return {option.rect.width(), height + 2 * gridUnit + 1};
}

} // namespace portolan
