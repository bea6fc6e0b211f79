#pragma once

#include <QStyledItemDelegate>

namespace portolan {

/// Draws what a search found (SearchModel): a heading with its count; under it, of each row, its name and time, and
/// below these where the text stands, the text itself bold on a ground of its own.
class SearchHitDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintHeading(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintFound(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
};

} // namespace portolan
