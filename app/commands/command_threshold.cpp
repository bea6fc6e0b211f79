#include "app/commands/commands.h"
#include "app/console/actor.h"
#include "app/console/door.h"
#include "storage/operations/operations.h"
#include "storage/store.h"

#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 2> thresholdArguments{
    {{"COMPONENT", "as list component-health prints it"},
     {"SECONDS", "without a report for longer it is silent; usual: three times its own distance"}}};
constexpr std::array<OptionSpec, 2> thresholdOptions{{
    {"store", "STORE", "the store whose component is meant", true},
    {"reason", "TEXT", "why; it goes into the audit", true},
}};

Exit setThreshold(const Invocation& invocation, const Door& door) {
    const QString& text = invocation.arguments[1];
    std::optional<std::chrono::seconds> silentAfter;
    if (text != QLatin1String("usual")) {
        bool ok = false;
        silentAfter = std::chrono::seconds(text.toLongLong(&ok));
        if (!ok)
            return fail({ErrorCode::Usage, QStringLiteral("SECONDS is a number, or usual, not \"%1\".").arg(text)});
    }
    const auto store = door.open();
    if (!store)
        return fail(store.error());
    Operations* const operations = (*store)->operations();
    if (!operations)
        return fail({ErrorCode::Unsupported, (*store)->unavailableReason(Feature::Operations).value_or(QString())});
    const auto set = operations->setSilentAfter(invocation.arguments[0].toUtf8(), silentAfter,
                                                invocation.value("reason").toUtf8(), actorName());
    return set ? Exit::Done : fail(set.error());
}

} // namespace

const CommandSpec thresholdCommand{
    "threshold",
    "Says after how many seconds without a report a component is silent.",
    thresholdArguments,
    thresholdOptions,
    setThreshold,
    "It holds for the window, its badges and list component-health alike, and is kept in "
    "the store."};

} // namespace portolan
