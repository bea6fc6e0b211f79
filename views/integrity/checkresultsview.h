#pragma once

#include <QTableView>

namespace portolan {

class CheckModel;

/// The table `Checks`: whole rows of one height, a result in its colour beside its shape and word.
class CheckTable : public QTableView {
    Q_OBJECT
public:
    /// The model is borrowed.
    explicit CheckTable(CheckModel* model, QWidget* parent = nullptr);
    [[nodiscard]] int chosenRow() const; ///< -1: none

Q_SIGNALS:
    void chosen();
    void opened(); ///< the chosen row, by Enter or a double click

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void sizeSections();
};

} // namespace portolan
