#include "views/search/searchhitdelegate.h"

#include "models/search/searchmodel.h"
#include "views/style/theme.h"

#include <QPainter>

namespace portolan {

namespace {

constexpr double barRadius = 5.0;

/// Draws a text at a place, and moves the place to its end.
void put(QPainter* painter, QRect& place, const QString& text) {
    painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
    place.setLeft(place.left() + painter->fontMetrics().horizontalAdvance(text));
}

} // namespace

QSize SearchHitDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int line = option.fontMetrics.height();
    return {40 * gridUnit,
            index.data(SearchModel::IsHeadingRole).toBool() ? line + 4 * gridUnit : 2 * line + 4 * gridUnit};
}

void SearchHitDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const ThemeTokens& t = tokensOf(option.palette);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    const QRect bar = option.rect.adjusted(gridUnit, 1, -gridUnit, -1);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (chosen || hovered) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(chosen ? t.selection : t.hover);
        painter->drawRoundedRect(bar, barRadius, barRadius);
    }
    if (chosen)
        painter->fillRect(QRect(bar.left(), bar.top() + 2 * gridUnit, 3, bar.height() - 4 * gridUnit), t.accent);
    if (index.data(SearchModel::IsHeadingRole).toBool())
        paintHeading(painter, option, index);
    else
        paintFound(painter, option, index);
    painter->restore();
}

void SearchHitDelegate::paintHeading(QPainter* painter, const QStyleOptionViewItem& option,
                                     const QModelIndex& index) const {
    const ThemeTokens& t = tokensOf(option.palette);
    QRect place = option.rect.adjusted(3 * gridUnit, 0, -3 * gridUnit, 0);
    QFont font = option.font;
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(t.text);
    put(painter, place, index.data(SearchModel::NameRole).toString());
    painter->setFont(smallFont(option.font));
    painter->setPen(t.muted);
    place.setLeft(place.left() + 2 * gridUnit);
    put(painter, place, index.data(SearchModel::CountRole).toString());
    painter->fillRect(QRect(place.left() + 3 * gridUnit, option.rect.center().y(),
                            option.rect.right() - 6 * gridUnit - place.left(), 1),
                      t.line);
}

void SearchHitDelegate::paintFound(QPainter* painter, const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const {
    const ThemeTokens& t = tokensOf(option.palette);
    const QRect inner = option.rect.adjusted(5 * gridUnit, 2 * gridUnit, -3 * gridUnit, -2 * gridUnit);
    QRect first(inner.left(), inner.top(), inner.width(), inner.height() / 2);
    QRect second(inner.left(), first.bottom() + 1, inner.width(), inner.height() / 2);
    painter->setFont(smallFont(option.font));
    painter->setPen(t.muted);
    const QString time = index.data(SearchModel::TimeRole).toString();
    const int timeWidth = painter->fontMetrics().horizontalAdvance(time);
    painter->drawText(first, Qt::AlignVCenter | Qt::AlignRight, time);
    painter->setFont(option.font);
    painter->setPen(t.text);
    const QString name = index.data(SearchModel::NameRole).toString();
    painter->drawText(
        first, Qt::AlignVCenter | Qt::AlignLeft,
        painter->fontMetrics().elidedText(name, Qt::ElideMiddle, first.width() - timeWidth - 4 * gridUnit));
    painter->setClipRect(second);
    const QFont plain = dataFont(option.font);
    painter->setFont(plain);
    painter->setPen(t.muted);
    put(painter, second, index.data(SearchModel::BeforeRole).toString());
    QFont bold = plain;
    bold.setBold(true);
    painter->setFont(bold);
    const QString hit = index.data(SearchModel::HitRole).toString();
    painter->setPen(Qt::NoPen);
    painter->setBrush(t.selection);
    painter->drawRoundedRect(
        QRect(second.left() - 1, second.top(), painter->fontMetrics().horizontalAdvance(hit) + 2, second.height()), 2,
        2);
    painter->setPen(t.text);
    put(painter, second, hit);
    painter->setFont(plain);
    painter->setPen(t.muted);
    put(painter, second, index.data(SearchModel::AfterRole).toString());
}

} // namespace portolan
