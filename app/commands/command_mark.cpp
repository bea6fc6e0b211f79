#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "storage/operations/operations.h"
#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<OptionSpec, 4> markOptions{{
    {"store", "STORE", "the store to mark", true},
    {"production", "NAME", "it is production, and asks for this name before it is changed"},
    {"no-production", nullptr, "it is not"},
    {"reason", "TEXT", "why; it goes into the audit"},
}};

Exit mark(const Invocation& invocation, const Door& door) {
    const bool set = invocation.has("production");
    if (set == invocation.has("no-production"))
        return fail({ErrorCode::Usage, QStringLiteral("Say either --production NAME or --no-production.")});
    if (const auto said = door.wantReason(); !said)
        return fail(said.error());
    const auto store = door.open();
    if (!store)
        return fail(store.error());
    Operations* const operations = (*store)->operations();
    if (!operations)
        return fail({ErrorCode::Unsupported, (*store)->unavailableReason(Feature::Operations).value_or(QString())});
    const auto marked = operations->markProduction(set ? std::optional(invocation.value("production")) : std::nullopt,
                                                   invocation.value("reason").trimmed().toUtf8(), actorName());
    return marked ? Exit::Done : fail(marked.error());
}

} // namespace

const CommandSpec markCommand{"mark",
                              "Says whether a store is production.",
                              {},
                              markOptions,
                              mark,
                              "Whatever writes to a production store asks for its name with --confirm, and for a "
                              "--reason: a receiver\n"
                              "once, when it starts, and this command too, when the mark is changed or taken off."};

} // namespace portolan
