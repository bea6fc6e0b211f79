#pragma once

#include "app/console/command.h"
#include "storage/store.h"

#include <memory>
#include <span>

namespace portolan {

/// The one way of the commands to a store that they write to (RELIABILITY §16). A store that is marked as production is
/// entered with its name in --confirm, to the letter, and a --reason, and the audit keeps both with the command. Asking
/// leaves no trace in the store. Errors: Usage, which says the name or what else is missing, and those of opening.
class Door {
public:
    /// Opens the store that an option names, or the environment in its place.
    [[nodiscard]] Result<std::unique_ptr<Store>> open(const char* option = "store") const;
    /// The same for what opens the store by itself, and again when it is lost: a receiver, a migration.
    [[nodiscard]] Result<StoreUrl> pass(const char* option = "store") const;
    /// The same for several stores at once; each that is marked wants its name.
    [[nodiscard]] Result<void> pass(std::span<const StoreUrl> urls) const;
    /// As pass(), for what makes up results as the sample pipeline does: a store that no sample was received into is
    /// entered with its name alone, marked or not: that of its database, file or folder.
    [[nodiscard]] Result<StoreUrl> passAsSample(const char* option = "store") const;
    /// Opens the store for a dry run that keeps ids in it to be resumed by. It changes nothing that was there, and asks
    /// for no name. A store that cannot be written to is opened for reading: looking needs no more.
    [[nodiscard]] Result<std::unique_ptr<Store>> openForDryRun() const;

    /// Error Usage without --reason; a store that is marked as production is told first, with its name.
    [[nodiscard]] Result<void> wantReason(const char* option = "store") const;

private:
    friend class CommandAction;
    Door(const Invocation& invocation, const char* command) : m_invocation(invocation), m_command(command) {}

    struct Asked;
    [[nodiscard]] Result<Asked> ask(const StoreUrl& url) const;
    [[nodiscard]] Result<void> check(const Asked& asked, const StoreUrl& url) const;
    [[nodiscard]] Result<void> tell(Store& store) const;
    [[nodiscard]] Result<void> enter(const StoreUrl& url, const Asked& asked) const;

    const Invocation& m_invocation;
    const char* m_command;
};

/// True for the --reason of a command that writes: the door asks for it, after the store's name.
[[nodiscard]] bool isReasonAtDoor(const CommandSpec& spec, const OptionSpec& option);

} // namespace portolan
