#include "app/chartdrawing.h"
#include "app/commandline.h"
#include "app/process.h"

#include <QCoreApplication>

using namespace portolan;

int main(int argc, char* argv[]) {
    prepareProcess();
    const QStringList words = wordsOf(argc, argv);
    if (!isWindowRequest(words) && !isDrawing(words)) {
        const QCoreApplication application(argc, argv);
        return static_cast<int>(runCommandLine(words));
    }
    if (isDrawing(words))
        return static_cast<int>(fail(becomeWindow(argv)));
    const auto request = parseWindowRequest(words);
    return static_cast<int>(fail(request ? becomeWindow(argv) : request.error()));
}
