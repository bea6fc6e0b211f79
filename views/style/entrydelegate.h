#pragma once

#include <QStyledItemDelegate>

namespace portolan {

/// Draws an entry of a list as a rounded bar: icon, name, keys at the right, and a mark for the chosen one that is no
/// colour alone. An entry that cannot be chosen stays readable.
class EntryDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    enum Role {
        KeysRole = Qt::UserRole + 100, ///< QString: shown small at the right
    };
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace portolan
