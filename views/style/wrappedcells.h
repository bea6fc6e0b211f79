#pragma once

#include <QStyledItemDelegate>

namespace portolan {

/// Draws cells of plain text on as many lines as they need, with the distances of a DataTable and a hairline under
/// every row.
class WrappedCells : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace portolan
