#pragma once

#include "storage/replay/replayjob.h"

#include <QByteArray>
#include <QString>

namespace portolan {

struct ArchiveJob;
struct ExportJob;
struct ImportJob;
struct OperationJob;

/// A job that is being carried out, as a line of the jobs shows it.
struct JobDisplay {
    /// The desk that carries it out.
    enum class Desk { Replay, Archive, Export, Report, Import, Operation };
    QByteArray id; ///< among all jobs of a store; a replay's is its run
    Desk desk = Desk::Replay;
    quint64 number = 0; ///< at its desk; a replay has none
    QString name;       ///< "Replay 1f3a"
    double part = 0;    ///< from 0 to 1
    QString text;       ///< how far, how fast, how long still, what is in the way
    QString stopText;   ///< what the last button does: "Cancel Replay 1f3a"
    bool canPause = false;
    bool paused = false;
    bool ended = false;
    bool failed = false;
    bool watches = false; ///< its own work is done: it only waits for what others make of it

    [[nodiscard]] bool isWorking() const { return !ended && !paused && !watches; }
};

JobDisplay jobDisplay(const ReplayProgress& progress);
JobDisplay jobDisplay(const ArchiveJob& job);
JobDisplay jobDisplay(const ExportJob& job);
JobDisplay jobDisplay(const ImportJob& job);
JobDisplay jobDisplay(const OperationJob& job);
JobDisplay reportDisplay(const ExportJob& job);

} // namespace portolan
