#include "app/commands/commands.h"
#include "app/console/blockwriter.h"
#include "app/console/output.h"
#include "storage/deadletters/linegroups.h"

#include <QFile>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> fingerprintArguments{
    {{"[FILE]", "one message a line; standard input unless given, or -"}}};

constexpr std::size_t readAtOnce = 1 << 18;
constexpr qsizetype writtenAtOnce = 1 << 18;
constexpr int pollMs = 200; ///< how long an interrupt may wait for a silent input

Error unreadable(const QString& name, int code) {
    return {code == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            QStringLiteral("%1 cannot be read: %2.").arg(name, QString::fromLocal8Bit(std::strerror(code)))};
}

/// Reads the lines of a descriptor, to its end.
Result<void> readLines(int fd, const QString& name, const CancelToken& interrupted, LineGroups& groups) {
    std::vector<char> block(readAtOnce);
    while (!interrupted.stop_requested()) {
        pollfd input{fd, POLLIN, 0};
        if (::poll(&input, 1, pollMs) == 0)
            continue;
        const ssize_t size = ::read(fd, block.data(), block.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return unreadable(name, errno);
        if (size == 0)
            return {};
        groups.feed({block.data(), size});
    }
    return cancelled();
}

Result<void> read(const QString& name, const CancelToken& interrupted, LineGroups& groups) {
    if (name.isEmpty() || name == QLatin1String("-"))
        return readLines(STDIN_FILENO, QStringLiteral("Standard input"), interrupted, groups);
    const int fd = ::open(QFile::encodeName(name).constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return unreadable(name, errno);
    const Result<void> result = readLines(fd, name, interrupted, groups);
    ::close(fd);
    return result;
}

Result<void> print(const LineGroups& groups, const CancelToken& interrupted) {
    BlockWriter writer;
    QByteArray out;
    for (std::size_t line = 0; line < groups.count(); ++line) {
        out += groups.row(line);
        if (out.size() < writtenAtOnce)
            continue;
        if (interrupted.stop_requested())
            return cancelled();
        if (const auto written = writer.write(out); !written)
            return written;
    }
    if (const auto written = writer.write(out); !written)
        return written;
    return writer.finish();
}

Exit runFingerprint(const Invocation& invocation) {
    LineGroups groups;
    if (const auto done = read(invocation.arguments.value(0), invocation.interrupted, groups); !done)
        return fail(done.error());
    groups.finish();
    const auto printed = print(groups, invocation.interrupted);
    return printed ? Exit::Done : fail(printed.error());
}

} // namespace

const CommandSpec fingerprintCommand{
    "fingerprint",
    "Groups messages, one a line, by their templates.",
    fingerprintArguments,
    {},
    runFingerprint,
    "Prints GROUP<TAB>TEMPLATE for each line, in the same order: GROUP is the same for all messages of one template, "
    "on\n"
    "every machine; in TEMPLATE <*> stands for what varies. Dead letters are grouped in the same way."};

} // namespace portolan
