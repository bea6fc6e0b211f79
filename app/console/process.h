#pragma once

#include "storage/base/result.h"

#include <QStringList>

namespace portolan {

/// Does what every program of ours does first, before anything of Qt: names itself, and settles how Qt hashes.
void prepareProcess();

/// Returns the words after the program's name, and overwrites in `argv` what may be a password. Once, before anything
/// is started.
QStringList wordsOf(int argc, char* argv[]);

/// Returns the path of the window's program: beside this one.
[[nodiscard]] QString windowProgram();

/// The word that the window's program is told in place of all else to print the password that the keychain has for the
/// name that follows. Exit code 0, with nothing printed where there is none; 1 with the reason on stderr.
inline constexpr const char* keychainWord = "--password-of";

/// Puts the window's program in the place of this one, with the same `words`; returns only when that failed. The
/// window is a program of its own so that commands need not load the libraries of a screen: that is half of the time
/// they take to start, and a server may not have them.
[[nodiscard]] Error becomeWindow(char* argv[], const QStringList& words);

} // namespace portolan
