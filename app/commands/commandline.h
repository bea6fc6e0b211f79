#pragma once

#include "app/console/command.h"

#include <QStringList>
#include <vector>

namespace portolan {

/// Returns all commands, in the order of --help.
std::span<const CommandSpec* const> commands();

/// Returns the options of a command: those of its table, and those that all commands on a store have.
std::vector<OptionSpec> optionsOf(const CommandSpec& spec);
/// Returns those of the window, without a command.
std::span<const OptionSpec> windowOptionsOf();

/// Returns true when `arguments` (without the program's name) ask for the window: `portolan [STORE]`, or `portolan
/// demo` without --headless. All others run without a display.
bool isWindowRequest(const QStringList& arguments);

/// Reads the words after a command's name against its table. Error Usage.
Result<Invocation> readInvocation(const CommandSpec& spec, const QStringList& words);

/// Runs one command with the words after its name.
Exit runCommand(const CommandSpec& spec, const QStringList& words);

/// Runs the command that `arguments` name, or prints the help or the version. Needs a QCoreApplication.
Exit runCommandLine(const QStringList& arguments);

/// Returns the words of a command as a schedule keeps them: with absolute paths. Error Usage: there is none of the
/// name, it takes no such words, it would never end, or they hold a password.
[[nodiscard]] Result<QStringList> scheduledWords(const QStringList& words);

/// Returns the password that a scheduled command may have, which is its schedule's store's; nothing where it opens
/// another database on a server.
[[nodiscard]] std::optional<QString> scheduledPassword(const QStringList& words, const StoreUrl& own);

/// Returns the words of a scheduled command with a store where they name none and the command wants one.
[[nodiscard]] QStringList withScheduleStore(const QStringList& words, const QString& store);

/// The request of `portolan [STORE] [options]`: what is to be opened. Error Usage for anything else.
struct WindowRequest {
    std::optional<QString> store;
    bool demo = false;
    bool isAlone = false; ///< no other window is asked
    QString picture;      ///< a file to save a picture of the window to, then end; empty: stay open
    QString theme;        ///< "light", "dark", "system" or empty
    QString language;     ///< "system", "en", "de" or empty
    QString pane;         ///< the id of the one to show first, or empty
    qint64 count = 0;
};
Result<WindowRequest> parseWindowRequest(const QStringList& arguments);

} // namespace portolan
