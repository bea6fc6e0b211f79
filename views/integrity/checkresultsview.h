#pragma once

#include "views/style/statetable.h"

namespace portolan {

class CheckModel;

/// The table `Checks`: a result in its colour beside its shape and word.
class CheckTable : public StateTable {
    Q_OBJECT
public:
    /// The model is borrowed.
    explicit CheckTable(CheckModel* model, QWidget* parent = nullptr);

Q_SIGNALS:
    void opened(); ///< the chosen row, by Enter or a double click

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace portolan
