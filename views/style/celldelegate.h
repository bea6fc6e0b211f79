#pragma once

#include "storage/base/clock.h"

#include <QStyledItemDelegate>

namespace portolan {

/// Draws the cells of a DataTable: data in the fixed-pitch face, the age beside a time, rows not yet there in grey, a
/// hairline under every row. Heights are the table's.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// Returns true when a place in a cell of kind Outline is the one that opens and closes a group.
    [[nodiscard]] static bool isOnTriangle(const QRect& cell, QPoint at);

    /// Draws everything paler: the rows are not those that the operator asks for.
    void setDimmed(bool isDimmed) { m_dimmed = isDimmed; }
    void setHoveredRow(int row) { m_hovered = row; }
    /// Sets the time that ages are counted from.
    void setNow(Timestamp now) { m_now = now; }

private:
    int m_hovered = -1;
    bool m_dimmed = false;
    Timestamp m_now{};
};

} // namespace portolan
