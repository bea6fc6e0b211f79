#include "views/style/entrydelegate.h"

#include "views/style/theme.h"

#include <QIcon>
#include <QPainter>

namespace portolan {

namespace {

constexpr int iconSize = 16;
constexpr double entryRadius = 5.0;

} // namespace

QSize EntryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {10 * gridUnit, option.fontMetrics.height() + 3 * gridUnit};
}

void EntryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const ThemeTokens& t = tokensOf(option.palette);
    const bool enabled = index.flags().testFlag(Qt::ItemIsEnabled);
    const bool chosen = enabled && option.state.testFlag(QStyle::State_Selected);
    const bool hovered = enabled && option.state.testFlag(QStyle::State_MouseOver);
    const QRect bar = option.rect.adjusted(2 * gridUnit, 1, -2 * gridUnit, -1);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(option.state.testFlag(QStyle::State_HasFocus) ? QPen(t.accent, 1.5) : QPen(Qt::NoPen));
    painter->setBrush(chosen ? QBrush(t.selection) : hovered ? QBrush(t.hover) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(bar, entryRadius, entryRadius);
    if (chosen)
        painter->fillRect(QRect(bar.left(), bar.top() + 2 * gridUnit, 3, bar.height() - 4 * gridUnit), t.accent);
    const QRect icon(bar.left() + 3 * gridUnit, bar.center().y() - iconSize / 2 + 1, iconSize, iconSize);
    index.data(Qt::DecorationRole)
        .value<QIcon>()
        .paint(painter, icon, Qt::AlignCenter,
               !enabled ? QIcon::Disabled
               : chosen ? QIcon::Selected
                        : QIcon::Normal);
    QRect text = bar.adjusted(5 * gridUnit + iconSize, 0, -2 * gridUnit, 0);
    if (const QString keys = index.data(KeysRole).toString(); !keys.isEmpty()) {
        painter->setFont(smallFont(option.font));
        painter->setPen(t.muted);
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignRight, keys);
        text.setRight(text.right() - painter->fontMetrics().horizontalAdvance(keys) - 2 * gridUnit);
    }
    QFont font = option.font;
    font.setWeight(chosen ? QFont::DemiBold : QFont::Normal);
    painter->setFont(font);
    painter->setPen(enabled ? t.text : t.muted);
    const QString name = index.data().toString();
    painter->drawText(text, Qt::AlignVCenter, painter->fontMetrics().elidedText(name, Qt::ElideMiddle, text.width()));
    painter->restore();
}

} // namespace portolan
