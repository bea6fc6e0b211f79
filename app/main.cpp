#include "app/commandline.h"

#include <QCoreApplication>

int main(int argc, char* argv[]) {
    const QCoreApplication application(argc, argv);
    const auto exit = portolan::runCommandLine(QCoreApplication::arguments().mid(1));
    return static_cast<int>(exit.value_or(portolan::Exit::Usage));
}
