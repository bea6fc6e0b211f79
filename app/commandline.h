#pragma once

#include "app/command.h"

#include <QStringList>

namespace portolan {

/// All commands, in the order of --help.
std::span<const CommandSpec* const> commands();

/// Whether `arguments` (without the program's name) ask for the window: `portolan [STORE]`, or `portolan demo` without
/// --headless. All others run without a display.
bool isWindowRequest(const QStringList& arguments);

/// Runs one command with the words behind its name.
Exit runCommand(const CommandSpec& spec, const QStringList& words);

/// Runs the command that `arguments` name, or prints the help or the version. Needs a QCoreApplication.
Exit runCommandLine(const QStringList& arguments);

/// What `portolan [STORE] [options]` was asked to open. Error Usage for anything else.
struct WindowRequest {
    std::optional<QString> store;
    bool demo = false;
    QString picture; ///< a file to save a picture of the window to, then end; empty: stay open
    QString theme;   ///< "light", "dark", "system" or empty
    QString pane;    ///< the id of the one to show first, or empty
    qint64 count = 0;
};
Result<WindowRequest> parseWindowRequest(const QStringList& arguments);

} // namespace portolan
