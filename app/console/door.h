#pragma once

#include "app/console/command.h"
#include "storage/store.h"

#include <memory>
#include <span>

namespace portolan {

/// The only way of a command to a store that it writes to (RELIABILITY §16). A store that is marked as production opens
/// only with its name in --confirm, to the letter, and a --reason, which the audit keeps with the command. Asking
/// leaves no trace in the store. Errors: Usage, with the name or what else is missing, and those of opening.
class Door {
public:
    /// Opens the store that an option names, or the environment in its place.
    [[nodiscard]] Result<std::unique_ptr<Store>> open(const char* option = "store") const;
    /// Opens the store of a URL after the same check.
    [[nodiscard]] Result<std::unique_ptr<Store>> open(const StoreUrl& url) const;
    /// Makes the check alone, for a command that may find nothing to write.
    [[nodiscard]] Result<void> mayEnter(const StoreUrl& url) const;
    /// Returns its URL after the same check, for a receiver or a migration, which opens the store itself.
    [[nodiscard]] Result<StoreUrl> pass(const char* option = "store") const;
    /// Checks several stores at once; each that is marked wants its name.
    [[nodiscard]] Result<void> pass(std::span<const StoreUrl> urls) const;
    /// As pass(), for commands that make up results as the sample pipeline does: a store into which no sample was
    /// received wants the name of its database, file or folder in --confirm, marked or not.
    [[nodiscard]] Result<StoreUrl> passAsSample(const char* option = "store") const;
    /// As pass(), for a command after which nothing is as it was: the store, marked or not, wants its name in --confirm
    /// (the production name, else its own) and a --reason. One that cannot be read any more is asked for its own name.
    [[nodiscard]] Result<StoreUrl> passToReplace(const char* option) const;
    /// Opens the store for a dry run, which keeps ids in it to resume by but changes nothing that was there: wants no
    /// name. Opens a store that cannot be written to for reading: looking needs no more.
    [[nodiscard]] Result<std::unique_ptr<Store>> openForDryRun() const;

    /// Wants a --reason. Error Usage without one; for a store that is marked as production, first for its name.
    [[nodiscard]] Result<void> wantReason(const char* option = "store") const;

private:
    friend class CommandAction;
    Door(const Invocation& invocation, const char* command) : m_invocation(invocation), m_command(command) {}

    struct StoreMark;
    [[nodiscard]] Result<StoreMark> ask(const StoreUrl& url) const;
    [[nodiscard]] Result<void> check(const StoreMark& mark, const StoreUrl& url) const;
    [[nodiscard]] Result<void> tell(Store& store) const;
    [[nodiscard]] Result<void> enter(const StoreUrl& url, const StoreMark& mark) const;

    const Invocation& m_invocation;
    const char* m_command;
};

/// Returns true for the --reason of a command that writes: the door asks for it, after the store's name.
[[nodiscard]] bool isReasonAtDoor(const CommandSpec& spec, const OptionSpec& option);

} // namespace portolan
