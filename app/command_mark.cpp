#include "app/actor.h"
#include "app/commands.h"
#include "app/output.h"
#include "app/storeaccess.h"
#include "storage/operations.h"
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

Exit mark(const Invocation& invocation) {
    const bool set = invocation.has("production");
    if (set == invocation.has("no-production"))
        return fail({ErrorCode::Usage, QStringLiteral("Say either --production NAME or --no-production.")});
    const QByteArray reason = invocation.value("reason").trimmed().toUtf8();
    if (reason.isEmpty())
        return fail({ErrorCode::Usage, QStringLiteral("Say why with --reason TEXT; it goes into the audit.")});
    const auto store = openedStore(invocation, Access::Write);
    if (!store)
        return fail(store.error());
    Operations* const operations = (*store)->operations();
    if (!operations)
        return fail({ErrorCode::Unsupported, (*store)->missing(Feature::Operations).value_or(QString())});
    const auto marked = operations->markProduction(set ? std::optional(invocation.value("production")) : std::nullopt,
                                                   reason, actorName());
    return marked ? Exit::Done : fail(marked.error());
}

} // namespace

const CommandSpec markCommand{"mark",
                              "Says whether a store is production.",
                              {},
                              markOptions,
                              mark,
                              "What changes messages of a production store (replay, discard) asks for its name with "
                              "--confirm, and for a reason."};

} // namespace portolan
