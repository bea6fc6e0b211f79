#pragma once

#include "storage/base/cancel.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <optional>
#include <span>

namespace portolan {

/// The exit code of a command (CONTRACT §5).
enum class Exit { Done = 0, Failed = 1, Usage = 2, Found = 3, Interrupted = 130 };

struct OptionSpec {
    const char* name;
    const char* value; ///< placeholder; null for a switch
    const char* text;
    bool required = false;
    bool repeats = false; ///< it may be given several times; see Invocation::values()
};

struct ArgumentSpec {
    const char* name;                 ///< as in the usage line: "WHAT", "[STORE]"
    const char* text;                 ///< null: its words are all there is to say
    QStringList (*words)() = nullptr; ///< what it may be, which completions offer; null: anything

    [[nodiscard]] QString help() const;
};

/// The words of the operator, checked against the command's table.
class Invocation {
public:
    QStringList arguments;
    QHash<QString, QString> options; ///< the given ones; a switch has an empty value
    QHash<QString, QStringList> all; ///< every value of those that may be given several times
    CancelToken interrupted;         ///< Ctrl+C or SIGTERM

    [[nodiscard]] bool has(const char* name) const { return options.contains(QLatin1String(name)); }
    [[nodiscard]] QString value(const char* name) const { return options.value(QLatin1String(name)); }
    /// Returns every value of an option that may be given several times.
    [[nodiscard]] QStringList values(const char* name) const { return all.value(QLatin1String(name)); }
    /// Returns an option as a whole number of at least `least`; nothing when not given. Error Usage names the option.
    [[nodiscard]] Result<std::optional<qint64>> number(const char* name, qint64 least) const;
    /// Returns an option as an ISO time; nothing when not given. Error Usage names the option.
    [[nodiscard]] Result<std::optional<Timestamp>> time(const char* name) const;
    /// Returns the URL in option `name`, or that of the environment that --env and --config name in its place. Errors:
    /// Usage, and those of reading the file of environments.
    [[nodiscard]] Result<StoreUrl> store(const char* name) const;
};

class Door;
struct CommandSpec;

/// The function that carries a command out. One that writes to a store takes the door as well, its only way in;
/// --confirm and --reason come with it.
class CommandAction {
public:
    using Reading = Exit (*)(const Invocation& invocation);
    using Writing = Exit (*)(const Invocation& invocation, const Door& door);
    // NOLINTBEGIN(google-explicit-constructor): tables name the function alone
    constexpr CommandAction(Reading run) : m_reading(run) {}
    constexpr CommandAction(Writing run) : m_writing(run) {}
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] constexpr bool writes() const { return m_writing != nullptr; }
    [[nodiscard]] Exit operator()(const CommandSpec& spec, const Invocation& invocation) const;

private:
    Reading m_reading = nullptr;
    Writing m_writing = nullptr;
};

/// A command: a row of the table in commandline.cpp. `run` is a thin caller of storage.
struct CommandSpec {
    const char* name;
    const char* summary;
    std::span<const ArgumentSpec> arguments;
    std::span<const OptionSpec> options;
    CommandAction run;
    const char* notes = nullptr; ///< the text that --help adds at its end
};

/// Prints an error on standard error and returns its exit code.
Exit fail(const Error& error);

} // namespace portolan
