#pragma once

#include <QtGlobal>
#include <dlfcn.h>

namespace portolan {

/// Loads a library when it is first needed, and never unloads it: some cannot be. One library for each type of `name`,
/// a lambda of its own that gives the file's name. Null when it is not there; ::dlerror() says why. Any thread.
template <class Name>
[[nodiscard]] void* loadedLibrary(Name name) {
    static void* const loaded = ::dlopen(name(), RTLD_NOW | RTLD_LOCAL);
    return loaded;
}

/// Calls the library's function of this name, which `ours` declares. The library is there.
template <auto ours, class... Arguments>
auto callLoaded(void* library, const char* name, Arguments... arguments) {
    static const auto theirs = reinterpret_cast<decltype(ours)>(library ? ::dlsym(library, name) : nullptr);
    Q_ASSERT_X(theirs, name, "the library is loaded first");
    return theirs(arguments...);
}

} // namespace portolan
