#include "app/commands/commandline.h"
#include "app/console/process.h"
#include "app/render/bundlewriting.h"
#include "app/render/chartdrawing.h"
#include "app/render/reportwriting.h"

#include <QCoreApplication>

using namespace portolan;

int main(int argc, char* argv[]) {
    prepareProcess();
    const QStringList words = wordsOf(argc, argv);
    const bool draws =
        isDrawing(words) || isReporting(words) || isBundling(words); // which takes the libraries of a screen
    if (!isWindowRequest(words) && !draws) {
        const QCoreApplication application(argc, argv);
        return static_cast<int>(runCommandLine(words));
    }
    if (draws)
        return static_cast<int>(fail(becomeWindow(argv, words)));
    const auto request = parseWindowRequest(words);
    return static_cast<int>(fail(request ? becomeWindow(argv, words) : request.error()));
}
