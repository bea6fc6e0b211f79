#include "app/commands/commands.h"
#include "app/console/output.h"
#include "app/console/version.h"
#include "storage/stores/diagnostics.h"

namespace portolan {

namespace {

Exit printDiagnostics(const Invocation&) {
    const auto written = writeOut(diagnosticsText(version()));
    return written ? Exit::Done : fail(written.error());
}

} // namespace

const CommandSpec diagnosticsCommand{
    "diagnostics",    "Prints facts about the program and the machine for a support request.",         {}, {},
    printDiagnostics, "Versions, the system, which variables are set; no path, name, store or secret."};

} // namespace portolan
