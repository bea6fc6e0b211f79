#pragma once

#include "app/console/command.h"
#include "storage/export/reportrequest.h"
#include "storage/store.h"

namespace portolan {

struct WrittenReport {
    qint64 bytes = 0;
    QStringList shortfalls; ///< parts that could not be read, and why
};

/// Writes a report of a store to a .html or .pdf. A report takes its name when it is whole.
using ReportWriter = Result<WrittenReport> (*)(Store& store, const ReportRequest& request, const QString& path,
                                               const CancelToken& token);

/// The command `report`. Without a writer, which needs the libraries of a screen for its charts, it says so.
Exit runReport(const Invocation& invocation, ReportWriter writer);

/// Returns true when `arguments` (without the program's name) ask for a report, which portolan-window writes.
bool isReporting(const QStringList& arguments);

/// Returns the line that a report is signed with.
[[nodiscard]] QString reportSigner();

/// The writer of portolan-window. Needs a QApplication, of whatever platform.
Result<WrittenReport> writeReport(Store& store, const ReportRequest& request, const QString& path,
                                  const CancelToken& token);

} // namespace portolan
