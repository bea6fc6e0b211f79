#pragma once

#include <string_view>

namespace portolan {

/// Returns true when the words after the program's name surely ask for the window, told without a table of commands:
/// nothing, `demo`, an option, or what looks like a path or a URL, and no --help, --version or --headless.
/// isWindowRequest() (`app/commands/commandline.h`) says so of all of these, and of some more.
constexpr bool isSurelyWindow(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--help" || word == "-h" || word == "--version" || word == "--headless")
            return false;
    }
    if (argc < 2)
        return true;
    const std::string_view first = argv[1];
    return first == "demo" || first.substr(0, 2) == "--" || first.find_first_of("/.:") != first.npos;
}

} // namespace portolan
