// The program on the PATH: puts the program of the window or that of the commands in its own place. It needs no library
// but libc's, so that the window need not wait until those of the commands are loaded.

#include "app/console/secretwords.h"
#include "app/launch.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace {

using Path = std::array<char, PATH_MAX>;

/// The places where the programs lie: beside this one, or where they are installed.
constexpr std::array<const char*, 2> places{"", "../libexec/portolan/"};

/// The folder that this program is in, with a slash at its end; empty where there is no /proc.
Path ownFolder() {
    Path folder{};
    const ssize_t size = ::readlink("/proc/self/exe", folder.data(), folder.size() - 1);
    folder[size > 0 ? static_cast<std::size_t>(size) : 0] = '\0';
    if (char* const slash = std::strrchr(folder.data(), '/'))
        slash[1] = '\0';
    return folder;
}

/// Returns only when it failed, with the reason in errno: ENOENT, it is in none of the places.
void become(const Path& folder, const char* program, char* argv[]) {
    for (const char* const place : places) {
        Path path{};
        const int size = std::snprintf(path.data(), path.size(), "%s%s%s", folder.data(), place, program);
        if (size < 0 || static_cast<std::size_t>(size) >= path.size()) {
            errno = ENAMETOOLONG;
            return;
        }
        ::execv(path.data(), argv);
        if (errno != ENOENT)
            return;
    }
}

} // namespace

int main(int argc, char* argv[]) {
    const Path folder = ownFolder();
    const bool isWindow = portolan::isSurelyWindow(argc, argv);
    bool hasSecrets = false;
    for (int i = 1; i < argc; ++i)
        hasSecrets = hasSecrets || portolan::mayHoldSecret(argv[i]);
    if (hasSecrets && portolan::handOnWords(argc - 1, argv + 1)) {
        for (int i = 1; i < argc; ++i)
            portolan::hideSecrets(argv[i]);
    }
    if (isWindow)
        become(folder, "portolan-window", argv);
    become(folder, "portolan-commands", argv); // which says what is wrong with the window
    std::fprintf(stderr, "portolan: %sportolan-commands cannot be started: %s. Is it installed whole?\n", folder.data(),
                 std::strerror(errno));
    return 1;
}
