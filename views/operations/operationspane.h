#pragma once

#include "views/list/tabbedpane.h"

namespace portolan {

/// The affairs of a store as a whole: its jobs, its backups, the rules of its retention, and the versions of its
/// schema. Links name jobs, backups, retention and migrations.
class OperationsPane final : public TabbedPane {
    Q_OBJECT
public:
    explicit OperationsPane(QWidget* parent = nullptr);
};

} // namespace portolan
