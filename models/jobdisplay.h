#pragma once

#include "storage/replay/replayjob.h"

#include <QByteArray>
#include <QString>

namespace portolan {

struct ArchiveJob;
struct ExportJob;

/// What is being carried out, as a line of the jobs shows it.
struct JobDisplay {
    QByteArray id;          ///< among all jobs of a store
    quint64 archiveJob = 0; ///< its number at the archive's desk; with neither a replay, and `id` its run
    quint64 exportJob = 0;  ///< its number at the export desk
    quint64 reportJob = 0;  ///< its number at the report desk
    QString name;           ///< "Replay 1f3a"
    double part = 0;        ///< from 0 to 1
    QString text;           ///< how far, how fast, how long still, what is in the way
    QString stopText;       ///< what the last button does: "Cancel Replay 1f3a"
    bool canPause = false;
    bool paused = false;
    bool ended = false;
    bool failed = false;
};

JobDisplay jobDisplay(const ReplayProgress& progress);
JobDisplay jobDisplay(const ArchiveJob& job);
JobDisplay jobDisplay(const ExportJob& job);
JobDisplay reportDisplay(const ExportJob& job);

} // namespace portolan
