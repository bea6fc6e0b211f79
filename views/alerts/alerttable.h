#pragma once

#include "views/style/statetable.h"

namespace portolan {

class AlertModel;

/// The table `Alerts`: a state in its colour beside its shape and word.
class AlertTable : public StateTable {
    Q_OBJECT
public:
    /// The model is borrowed.
    explicit AlertTable(AlertModel* model, QWidget* parent = nullptr);
};

} // namespace portolan
