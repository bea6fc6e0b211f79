#pragma once

#include <QTableView>
#include <span>

namespace portolan {

/// A small table whose model holds all of its rows: whole rows of one height, one of which is chosen. GUI thread.
class StateTable : public QTableView {
    Q_OBJECT
public:
    /// A cell as it is painted.
    struct Look {
        QColor color;
        bool isData = false; ///< in the face of data
    };
    /// `option` has the palette.
    using LookOf = Look (*)(const QStyleOptionViewItem& option, const QModelIndex& index);
    /// The width of each column in characters; that of 0 takes what is left, `leastRest` characters at the least.
    struct Widths {
        std::span<const int> characters;
        int leastRest;
    };

    /// `name` is the accessible name; the model is borrowed.
    StateTable(const QString& name, QAbstractItemModel* model, Widths widths, LookOf lookOf, QWidget* parent);
    [[nodiscard]] int chosenRow() const; ///< -1: none

Q_SIGNALS:
    void chosen();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void sizeSections();

    const Widths m_widths;
};

} // namespace portolan
