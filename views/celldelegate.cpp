#include "views/celldelegate.h"

#include "models/format.h"
#include "models/pagedmodel.h"
#include "views/theme.h"

#include <QPainter>

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

/// What came since `now` was taken is new, not in the future.
QString ageOf(const QVariant& microseconds, Timestamp now) {
    const Timestamp time{std::chrono::microseconds(microseconds.toLongLong())};
    const bool justCame = time > now && time - now < std::chrono::minutes(1);
    return ageText(justCame ? now : time, now);
}

} // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* model = qobject_cast<const PagedModel*>(index.model());
    if (!model)
        return QStyledItemDelegate::paint(painter, option, index);
    const ThemeTokens& t = tokensOf(option.palette);
    const ColumnKind kind = model->listing().columns()[static_cast<std::size_t>(index.column())].kind;
    painter->fillRect(option.rect, groundOf(option, t, index.row() == m_hovered));
    painter->setPen(t.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    const bool loading = index.data(PagedModel::LoadingRole).toBool();
    QRect rect = option.rect.adjusted(padding, 0, -padding, -1);
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
    painter->setFont(isDataFace(kind) ? dataFont(option.font) : option.font);
    painter->setPen(loading ? t.muted : t.text);
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    const QString text = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, rect.width());
    painter->drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, text);
    if (option.state.testFlag(QStyle::State_HasFocus) && !option.state.testFlag(QStyle::State_Selected)) {
        painter->setPen(t.accent);
        painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
    }
}

} // namespace portolan
