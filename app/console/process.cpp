#include "app/console/process.h"

#include "app/console/secretwords.h"
#include "app/console/version.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QHashFunctions>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <vector>

namespace portolan {

void prepareProcess() {
    // Qt 6.4's AES hash, used with any seed but zero, leaves the upper halves of the vector registers in use where the
    // processor has VAES. On Intel's every change between our code (SSE) and libc's (AVX) then costs some 80 ns: a
    // listing took twice as long. Keys made to collide can slow hashes without a seed only a little: ours hold a
    // group of messages or a page of rows.
    QHashSeed::setDeterministicGlobalSeed();
    QCoreApplication::setApplicationName(QStringLiteral("portolan"));
    QCoreApplication::setApplicationVersion(QLatin1String(version()));
}

namespace {

/// Reads the words that the launcher handed on; none where there were no secrets.
QByteArrayList handedWords() {
    bool ok = false;
    const int descriptor = qEnvironmentVariableIntValue(wordsVariable, &ok);
    if (!ok)
        return {};
    qunsetenv(wordsVariable);
    QFile file;
    if (::lseek(descriptor, 0, SEEK_SET) != 0
        || !file.open(descriptor, QFile::ReadOnly | QFile::Unbuffered, QFile::AutoCloseHandle))
        return {};
    QByteArrayList words = file.readAll().split('\0');
    words.removeLast(); // after the last NUL
    return words;
}

} // namespace

QStringList wordsOf(int argc, char* argv[]) {
    const QByteArrayList handed = handedWords();
    QStringList words;
    for (int i = 1; i < argc; ++i) {
        words << QString::fromLocal8Bit(handed.size() == argc - 1 ? handed[i - 1].constData() : argv[i]);
        hideSecrets(argv[i]);
    }
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

QString commandsProgram() {
    return ownFolder() + QStringLiteral("/portolan-commands");
}

Error becomeWindow(char* argv[], const QStringList& words) {
    const QString path = windowProgram();
    QByteArrayList bytes;
    std::vector<const char*> texts;
    for (const QString& word : words)
        bytes << word.toLocal8Bit();
    for (const QByteArray& word : bytes)
        texts.push_back(word.constData());
    if (std::ranges::any_of(texts, mayHoldSecret) && !handOnWords(static_cast<int>(texts.size()), texts.data()))
        return Error{ErrorCode::Io, QStringLiteral("The window could not be given its words: %1.")
                                        .arg(QString::fromLocal8Bit(std::strerror(errno)))};
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
