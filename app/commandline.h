#pragma once

#include "app/command.h"

#include <QStringList>

namespace portolan {

/// All commands, in the order of --help.
std::span<const CommandSpec* const> commands();

/// Runs `arguments` (without the program's name) when they name a command or ask for help or the version.
/// Nothing: they ask for the window (`portolan [STORE]`, `portolan demo` with a display).
std::optional<Exit> runCommandLine(const QStringList& arguments);

/// What `portolan [STORE] [options]` was asked to open. Error Usage for anything else.
struct WindowRequest {
    std::optional<QString> store;
    bool demo = false;
    QString picture; ///< a file to save a picture of the window to, then end; empty: stay open
    QString theme;   ///< "light", "dark", "system" or empty
    qint64 count = 0;
};
Result<WindowRequest> parseWindowRequest(const QStringList& arguments);

} // namespace portolan
