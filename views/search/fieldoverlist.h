#pragma once

#include <QDialog>

class QLineEdit;
class QListView;

namespace portolan {

/// A frameless dialog with a field above a list: arrows and pages move through the list while the field keeps the
/// focus. GUI thread.
class FieldOverList : public QDialog {
    Q_OBJECT
protected:
    explicit FieldOverList(QWidget* parent);
    /// Places the list; it becomes a child of the dialog.
    void setList(QListView* list);
    /// Shows the dialog in the upper middle of its window, as wide as it is.
    void openOverWindow();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

    QLineEdit* const m_field;

private:
    void moveBy(int rows);

    QListView* m_view = nullptr;
};

} // namespace portolan
