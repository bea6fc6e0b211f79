#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

// Every user of the machine can read passwords in the words after a program's name (/proc/PID/cmdline). Our programs
// overwrite them at their start; a program that takes the place of this one gets the real words in memory without a
// name (memfd). Needs libc alone.

namespace portolan {

/// The environment variable with the number of the descriptor that holds the real words.
inline constexpr const char* wordsVariable = "PORTOLAN_WORDS";

/// Returns true when a word may hold a password: as part of a URL, or as `password=`.
inline bool mayHoldSecret(const char* word) {
    const char* const authority = std::strstr(word, "://");
    return (authority && std::strchr(authority, '@')) || std::strstr(word, "password=");
}

/// Overwrites a possible password: in a URL all from the first colon to the last @, whatever is in between.
inline void hideSecrets(char* word) {
    if (char* const scheme = std::strstr(word, "://")) {
        char* const authority = scheme + 3;
        char* const end = std::strrchr(authority, '@');
        char* const colon =
            end ? static_cast<char*>(std::memchr(authority, ':', static_cast<std::size_t>(end - authority))) : nullptr;
        if (colon)
            std::memset(colon + 1, '*', static_cast<std::size_t>(end - colon - 1));
    }
    constexpr const char* name = "password=";
    for (char* at = std::strstr(word, name); at; at = std::strstr(at, name)) {
        at += std::strlen(name);
        std::memset(at, '*', std::strcspn(at, "& "));
    }
}

/// Puts the words after the program's name aside for the next program, which reads them by wordsOf(). Returns false
/// when that failed, and they have to be passed as they are.
inline bool handOnWords(int count, const char* const* words) {
    const int file = ::memfd_create("portolan", 0);
    if (file < 0)
        return false;
    for (int i = 0; i < count; ++i) {
        const std::size_t size = std::strlen(words[i]) + 1;
        if (::write(file, words[i], size) != static_cast<ssize_t>(size)) {
            ::close(file);
            return false;
        }
    }
    char number[16];
    std::snprintf(number, sizeof number, "%d", file);
    return ::setenv(wordsVariable, number, 1) == 0;
}

} // namespace portolan
