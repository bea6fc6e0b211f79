#pragma once

#include "app/console/command.h"
#include "storage/export/bundle.h"
#include "storage/export/reportrequest.h"
#include "storage/store.h"

namespace portolan {

/// Makes the report and the charts of a bundle.
using PaperMaker = Result<std::vector<BundlePaper>> (*)(Store& store, const ReportRequest& request,
                                                        const CancelToken& token);

/// The command `bundle`. Without a maker, which needs the libraries of a screen, it can only --no-report.
Exit runBundle(const Invocation& invocation, PaperMaker maker);

/// Returns true when `arguments` (without the program's name) ask for a bundle with a report, drawn by portolan-window.
bool isBundling(const QStringList& arguments);

/// The maker of portolan-window: report.html, and of each chart in it the picture and its points. Needs a QApplication,
/// of whatever platform.
Result<std::vector<BundlePaper>> makePapers(Store& store, const ReportRequest& request, const CancelToken& token);

} // namespace portolan
