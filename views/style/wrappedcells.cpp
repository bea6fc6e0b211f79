#include "views/style/wrappedcells.h"

#include "views/style/theme.h"

#include <QPainter>
#include <QTextLayout>
#include <QTextOption>
#include <QtMath>

namespace portolan {

namespace {

/// At blanks, and inside what is longer than a line: an id, a path.
QTextOption wrapping() {
    QTextOption option(Qt::AlignTop | Qt::AlignLeft);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return option;
}

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
    painter->drawText(QRectF(inside(option.rect)), index.data().toString(), wrapping());
}

QSize WrappedCells::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QTextLayout layout(index.data().toString().replace(u'\n', QChar::LineSeparator), option.font);
    layout.setTextOption(wrapping());
    const int width = inside(QRect(0, 0, option.rect.width(), 0)).width();
    qreal height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        height += line.height();
    }
    layout.endLayout();
    return {option.rect.width(), qCeil(height) + 2 * gridUnit + 1};
}

} // namespace portolan
