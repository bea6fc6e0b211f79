#pragma once

#include "storage/base/result.h"

#include <QStringList>

namespace portolan {

/// Names the program and sets the seed of Qt's hashes; every program of ours calls it first, before anything of Qt.
void prepareProcess();

/// Returns the words after the program's name, and overwrites in `argv` what may be a password. Once, before anything
/// is started.
QStringList wordsOf(int argc, char* argv[]);

/// Returns the path of the window's program, which is beside this one.
[[nodiscard]] QString windowProgram();

/// The only argument, besides a name, with which the window's program prints the keychain's password for that name.
/// Exit code 0, with nothing printed where there is none; 1 with the reason on stderr.
inline constexpr const char* keychainWord = "--password-of";

/// Returns the path of the commands' program, which is beside this one.
[[nodiscard]] QString commandsProgram();

/// Replaces this program by the window's, with the same `words`; returns only when that failed. The window is a program
/// of its own so that commands need not load the libraries of a screen: these are half of their time to start, and a
/// server may not have them.
[[nodiscard]] Error becomeWindow(char* argv[], const QStringList& words);

} // namespace portolan
