#include "views/style/celldelegate.h"

#include "models/list/format.h"
#include "models/list/pagedmodel.h"
#include "views/style/badge.h"
#include "views/style/elidedlabel.h"
#include "views/style/sparkline.h"
#include "views/style/theme.h"

#include <QPainter>
#include <algorithm>

namespace portolan {

namespace {

constexpr int padding = 2 * gridUnit;

bool isDataFace(ColumnKind kind) {
    return kind != ColumnKind::Name;
}

QColor groundOf(const QStyleOptionViewItem& option, const ThemeTokens& t, bool hovered) {
    if (option.state.testFlag(QStyle::State_Selected))
        return option.state.testFlag(QStyle::State_Active) && option.state.testFlag(QStyle::State_Enabled)
                   ? t.selection
                   : t.selectionDim;
    return hovered ? t.hover : t.base;
}

/// Writes an age; what came since `now` was taken is new, not in the future.
QString ageOf(const QVariant& microseconds, Timestamp now) {
    const Timestamp time{std::chrono::microseconds(microseconds.toLongLong())};
    const bool justCame = time > now && time - now < std::chrono::minutes(1);
    return ageText(justCame ? now : time, now);
}

/// Returns a state as statusText() knows it: words of one kind of row mean something else in another.
QByteArray statusIn(const ModelColumn& column, const QString& text) {
    return (column.name == "difference" ? QStringLiteral("difference/") + text : text).toUtf8();
}

/// A status in its colour; of the columns that count one of them those that should not be there, and nothing to be
/// seen in those that are empty.
QColor colorOf(const ModelColumn& column, const QString& text, const QPalette& palette) {
    const ThemeTokens& t = tokensOf(palette);
    if (column.kind == ColumnKind::State)
        return toneColor(statusTone(statusIn(column, text)), palette);
    if (column.kind != ColumnKind::Number || (column.name != "failed" && column.name != "dead_letter"))
        return column.kind == ColumnKind::Number && text == QLatin1String("0") ? t.muted : t.text;
    const bool isNone = text == QLatin1String("0") || text == QStringLiteral("≥ 0");
    return isNone ? t.muted : toneColor(column.name == "failed" ? StateTone::Warning : StateTone::Bad, palette);
}

/// Of a block of ColumnKind::States.
StateTone blockTone(QChar block) {
    switch (block.unicode()) {
    case u'▂':
        return StateTone::Good;
    case u'▅':
        return StateTone::Warning;
    case u'█':
        return StateTone::Bad;
    default:
        return StateTone::Neutral;
    }
}

/// Bars as tall as they are bad, so that colour is not all; a dot on the ground line where nothing was said.
void drawStates(QPainter* painter, const QRect& rect, const QString& blocks, const QPalette& palette) {
    if (blocks.isEmpty())
        return;
    constexpr int levels = 8;
    constexpr int dot = 2;
    const int step = std::max(3, static_cast<int>(rect.width() / blocks.size()));
    const int height = rect.height() - 2 * gridUnit;
    const int ground = rect.bottom() - gridUnit;
    for (qsizetype i = 0; i < blocks.size(); ++i) {
        const int left = rect.left() + static_cast<int>(i) * step;
        if (blocks[i] == u'·')
            painter->fillRect(QRect(left + (step - 1 - dot) / 2, ground - dot, dot, dot), tokensOf(palette).muted);
        if (blocks[i] == u'·' || blocks[i] == u' ')
            continue;
        const int level = std::clamp(blocks[i].unicode() - 0x2580, 1, levels);
        const int tall = std::max(3, height * level / levels);
        painter->fillRect(QRect(left, ground - tall, step - 1, tall), toneColor(blockTone(blocks[i]), palette));
    }
}

/// A text of blocks (▁ to █ and blanks) as bars on one ground line.
void drawBars(QPainter* painter, const QRect& rect, const QString& blocks, const ThemeTokens& t) {
    if (blocks.isEmpty())
        return;
    constexpr int levels = 8;
    const int step = std::max(2, static_cast<int>(rect.width() / blocks.size()));
    const int height = rect.height() - 2 * gridUnit;
    const int ground = rect.bottom() - gridUnit;
    for (qsizetype i = 0; i < blocks.size(); ++i) {
        const int level = blocks[i] == u' ' ? 0 : std::clamp(blocks[i].unicode() - 0x2580, 1, levels);
        const int tall = level == 0 ? 1 : std::max(2, height * level / levels);
        const QRect bar(rect.left() + static_cast<int>(i) * step, ground - tall, step - 1, tall);
        painter->fillRect(bar, level == 0 ? t.line : t.accent);
    }
}

constexpr int triangle = 2 * gridUnit; ///< its box

/// A triangle that says whether a group is open, in the middle of a box.
void drawTriangle(QPainter* painter, const QRectF& box, bool isOpen, const QColor& color) {
    constexpr double half = 3.5;
    constexpr double tall = 4.5;
    const QPointF c = box.center();
    const QPolygonF shape =
        isOpen
            ? QPolygonF{{{c.x() - half, c.y() - tall / 2}, {c.x() + half, c.y() - tall / 2}, {c.x(), c.y() + tall / 2}}}
            : QPolygonF{
                {{c.x() - tall / 2, c.y() - half}, {c.x() + tall / 2, c.y()}, {c.x() - tall / 2, c.y() + half}}};
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color);
    painter->drawPolygon(shape);
    painter->restore();
}

/// A group with its triangle and how many it has; a member without what its group says. The room that is left.
QRect drawOutline(QPainter* painter, QRect rect, const OutlinePlace& place, const ThemeTokens& t, QString& text) {
    if (place.isGroup) {
        drawTriangle(painter, QRectF(rect.left(), rect.top(), triangle, rect.height()), place.isOpen, t.muted);
        rect.setLeft(rect.left() + triangle + gridUnit);
        const int name = painter->fontMetrics().horizontalAdvance(text.mid(place.said));
        const QFont font = painter->font();
        painter->setFont(smallFont(font));
        QString count = groupedNumber(place.count);
        const QString of = visibleText(place.kind) + u' ' + count;
        if (name + painter->fontMetrics().horizontalAdvance(of) + 2 * gridUnit < rect.width())
            count = of;
        painter->setPen(t.muted);
        painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, count);
        rect.setRight(rect.right() - painter->fontMetrics().horizontalAdvance(count) - gridUnit);
        painter->setFont(font);
    } else if (place.isMember) {
        rect.setLeft(rect.left() + triangle + gridUnit);
    }
    text = text.mid(place.said);
    return rect;
}

constexpr double dimming = 0.55; ///< the share of the ground in what is drawn paler

ThemeTokens dimmed(ThemeTokens tokens) {
    for (QColor* const each : {&tokens.text, &tokens.muted, &tokens.accent})
        *each = mixed(*each, tokens.base, dimming);
    return tokens;
}

} // namespace

bool CellDelegate::isOnTriangle(const QRect& cell, QPoint at) {
    return at.x() < cell.left() + padding + triangle + gridUnit;
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* model = qobject_cast<const PagedModel*>(index.model());
    if (!model)
        return QStyledItemDelegate::paint(painter, option, index);
    const ThemeTokens& worn = tokensOf(option.palette);
    const ThemeTokens t = m_dimmed ? dimmed(worn) : worn;
    const ModelColumn& column = model->listing().columns()[static_cast<std::size_t>(index.column())];
    const ColumnKind kind = column.kind;
    painter->fillRect(option.rect, groundOf(option, t, index.row() == m_hovered));
    painter->setPen(t.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    const bool loading = index.data(PagedModel::LoadingRole).toBool();
    QRect rect = option.rect.adjusted(padding, 0, -padding, -1);
    if (kind == ColumnKind::Spark && !loading) {
        drawSparkline(painter, QRectF(rect).adjusted(0, gridUnit, 0, -gridUnit),
                      index.data(PagedModel::FiguresRole).value<Figures>(), t);
        return;
    }
    if (kind == ColumnKind::Trend && !loading) {
        drawTrend(painter, QRectF(rect).adjusted(0, gridUnit, 0, -gridUnit),
                  index.data(PagedModel::TrendRole).value<std::vector<double>>(), t);
        return;
    }
    if (kind == ColumnKind::Time && !loading) {
        const QVariant time = index.data(PagedModel::TimestampRole);
        const QString age = time.isValid() ? ageOf(time, m_now) : QString();
        painter->setFont(smallFont(option.font));
        const int width = painter->fontMetrics().horizontalAdvance(age);
        const int timeWidth = QFontMetrics(dataFont(option.font)).horizontalAdvance(index.data().toString());
        if (rect.width() >= width + timeWidth + padding) {
            painter->setPen(t.muted);
            painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, age);
            rect.setRight(rect.right() - width - padding);
        }
    }
    if (kind == ColumnKind::Age && !loading) {
        const QVariant time = index.data(PagedModel::TimestampRole);
        painter->setFont(option.font);
        painter->setPen(t.text);
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, time.isValid() ? ageOf(time, m_now) : QString());
        return;
    }
    if (kind == ColumnKind::Bars && !loading) {
        drawBars(painter, rect, index.data().toString(), t);
        return;
    }
    if (kind == ColumnKind::States && !loading) {
        drawStates(painter, rect, index.data().toString(), option.palette);
        return;
    }
    painter->setFont(isDataFace(kind) ? dataFont(option.font) : option.font);
    QString whole = index.data().toString();
    if (kind == ColumnKind::Outline && !loading)
        rect = drawOutline(painter, rect, index.data(PagedModel::OutlineRole).value<OutlinePlace>(), t, whole);
    const QColor color = colorOf(column, whole, option.palette);
    painter->setPen(loading ? t.muted : m_dimmed ? mixed(color, t.base, dimming) : color);
    if (kind == ColumnKind::State && !loading && !whole.isEmpty())
        whole = statusText(statusIn(column, whole));
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    const bool isName = kind == ColumnKind::Outline && option.textElideMode == Qt::ElideLeft;
    const QString text =
        isName ? elidedParent(painter->fontMetrics(), whole, whole.lastIndexOf(u'/') + 1, rect.width(), rect.width())
               : painter->fontMetrics().elidedText(whole, option.textElideMode, rect.width());
    painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, text);
    if (option.state.testFlag(QStyle::State_HasFocus) && !option.state.testFlag(QStyle::State_Selected)) {
        painter->setPen(t.accent);
        painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
    }
}

} // namespace portolan
