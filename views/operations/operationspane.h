#pragma once

#include "views/list/tabbedpane.h"

namespace portolan {

/// The affairs of a store as a whole: its jobs, its backups and what differs from one, the rules of its retention, its
/// schedule, the versions of its schema, and its health. Links name jobs, backups, differences, retention, schedule,
/// migrations and health.
class OperationsPane final : public TabbedPane {
    Q_OBJECT
public:
    explicit OperationsPane(QWidget* parent = nullptr);
};

} // namespace portolan
