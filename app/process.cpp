#include "app/process.h"

#include "app/version.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QHashFunctions>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace portolan {

void prepareProcess() {
    // Qt 6.4's AES hash, used with any seed but zero, leaves the upper halves of the vector registers in use where the
    // processor has VAES. On Intel's every change between our code (SSE) and libc's (AVX) then costs some 80 ns: a
    // listing took twice as long. What foreign keys could do to a hash without a seed is bounded: ours hold a group of
    // messages or a page of rows.
    QHashSeed::setDeterministicGlobalSeed();
    QCoreApplication::setApplicationName(QStringLiteral("portolan"));
    QCoreApplication::setApplicationVersion(QLatin1String(version()));
}

QStringList wordsOf(int argc, char* argv[]) {
    QStringList words;
    for (int i = 1; i < argc; ++i)
        words << QString::fromLocal8Bit(argv[i]);
    return words;
}

namespace {

constexpr const char* windowName = "portolan-window";

QString ownFolder() {
    return QFileInfo(QFile::symLinkTarget(QStringLiteral("/proc/self/exe"))).path();
}

} // namespace

QString windowProgram() {
    return ownFolder() + u'/' + QLatin1String(windowName);
}

Error becomeWindow(char* argv[]) {
    const QString path = windowProgram();
    ::execv(QFile::encodeName(path).constData(), argv);
    if (errno != ENOENT)
        return Error{ErrorCode::Io, QStringLiteral("The window could not be started from %1: %2.")
                                        .arg(path, QString::fromLocal8Bit(std::strerror(errno)))};
    return Error{ErrorCode::NotFound,
                 QStringLiteral("The window is not installed: there is no %1 in %2. The commands work without it; see "
                                "portolan --help.")
                     .arg(QLatin1String(windowName), ownFolder())};
}

} // namespace portolan
