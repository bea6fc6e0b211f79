#pragma once

#include <QTableView>

namespace portolan {

class AlertModel;

/// The table `Alerts`: whole rows of one height, a state in its colour beside its shape and word.
class AlertTable : public QTableView {
    Q_OBJECT
public:
    /// The model is borrowed.
    explicit AlertTable(AlertModel* model, QWidget* parent = nullptr);
    [[nodiscard]] int chosenRow() const; ///< -1: none

Q_SIGNALS:
    void chosen();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void sizeSections();
};

} // namespace portolan
