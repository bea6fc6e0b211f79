#pragma once

#include <QString>

namespace portolan {

class AlertMonitor;
class CheckController;
class ExportController;
class ImportController;
class OperationsController;
class OverviewPoller;
class ReplayController;
class ReportController;
class ScheduleWatch;
class StoreController;
class StoreWorker;

/// The store that a window shows, and the desks that work on it, for the panes and what is around them. Each is
/// borrowed and null where there is no store; all of one store.
struct PaneContext {
    StoreWorker* channel = nullptr;      ///< where rows come from
    ReplayController* replays = nullptr; ///< puts dead letters back and away, and stores rejected messages again
    CheckController* checks = nullptr;   ///< verifies it
    AlertMonitor* alerts = nullptr;      ///< looks at its alerts
    StoreController* changes = nullptr;  ///< changes its checkpoints and settings
    OverviewPoller* overview = nullptr;  ///< keeps its figures
    ExportController* exports = nullptr;
    ReportController* reports = nullptr;
    ImportController* imports = nullptr;
    OperationsController* operations = nullptr; ///< migrates it
    ScheduleWatch* schedule = nullptr;          ///< runs its schedule
};

/// Why something cannot be done in the store that is shown, in words; empty: it can.
struct PaneRefusals {
    QString replay;        ///< putting dead letters back
    QString receive;       ///< storing messages
    bool canSetUp = false; ///< what is missing can be added to the store
};

} // namespace portolan
