#include "app/console/door.h"

#include "app/console/actor.h"
#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"

#include <algorithm>
#include <array>

namespace portolan {

/// The store's answer before it is written to.
struct Door::StoreMark {
    std::optional<QString> name; ///< under which it is marked as production
    bool isSample = false;
};

namespace {

/// Returns true for errors of reading that opening for writing may mend: after a crash, say.
bool mayBeMended(ErrorCode code) {
    static constexpr std::array outside{ErrorCode::Cancelled, ErrorCode::Auth, ErrorCode::Connection,
                                        ErrorCode::Timeout, ErrorCode::Usage};
    return std::ranges::find(outside, code) == outside.end();
}

} // namespace

bool isReasonAtDoor(const CommandSpec& spec, const OptionSpec& option) {
    return spec.run.writes() && qstrcmp(option.name, "reason") == 0;
}

Exit CommandAction::operator()(const CommandSpec& spec, const Invocation& invocation) const {
    if (!m_writing)
        return m_reading(invocation);
    const Door door(invocation, spec.name);
    for (const OptionSpec& option : spec.options) {
        if (!option.required || !isReasonAtDoor(spec, option))
            continue;
        if (const auto said = door.wantReason(); !said)
            return fail(said.error());
    }
    return m_writing(invocation, door);
}

/// Asks the store over a connection that only reads, because opening it for writing may already change it.
Result<Door::StoreMark> Door::ask(const StoreUrl& url) const {
    const QString environment = m_invocation.value("env");
    auto store = openStore(url, Access::Read, m_invocation.interrupted);
    if (!store && store.error().code == ErrorCode::NotFound) // the command will make it
        return StoreMark{environment == QLatin1String("production") ? std::optional(ownName(url)) : std::nullopt,
                         false};
    if (!store && mayBeMended(store.error().code))
        store = openStore(url, Access::Write, m_invocation.interrupted);
    PORTOLAN_TRY(store);
    auto name = productionName(**store, environment);
    PORTOLAN_TRY(name);
    Operations* const operations = (*store)->operations();
    const Result<bool> sample = operations ? operations->hasSample() : Result<bool>(false);
    PORTOLAN_TRY(sample);
    return StoreMark{std::move(*name), *sample};
}

Result<void> Door::check(const StoreMark& mark, const StoreUrl& url) const {
    const QString where = url.display();
    if (!mark.name) {
        if (!m_invocation.has("confirm"))
            return {};
        return Error{ErrorCode::Usage, QStringLiteral("%1 is not marked as production; is it the store that you mean? "
                                                      "Leave --confirm away, if it is.")
                                           .arg(where)};
    }
    if (m_invocation.value("confirm") != *mark.name)
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 is marked as production, with the name \"%2\". Nothing was changed; type its "
                                    "name with --confirm if you mean it.")
                         .arg(where, *mark.name)};
    if (m_invocation.value("reason").trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("%1 is marked as production, with the name \"%2\": say why with "
                                                      "--reason TEXT; it goes into the audit.")
                                           .arg(where, *mark.name)};
    return {};
}

Result<void> Door::tell(Store& store) const {
    Operations* const operations = store.operations();
    return operations
               ? operations->recordConfirmation(m_command, m_invocation.value("reason").trimmed().toUtf8(), actorName())
               : Result<void>();
}

/// Notes in the audit of a marked store that it was entered; writes nothing to any other.
Result<void> Door::enter(const StoreUrl& url, const StoreMark& mark) const {
    if (!mark.name)
        return {};
    const auto store = openStore(url, Access::Write, m_invocation.interrupted);
    return store ? tell(**store) : Result<void>(store.error());
}

Result<std::unique_ptr<Store>> Door::open(const char* option) const {
    const auto url = m_invocation.store(option);
    return url ? open(*url) : url.error();
}

Result<std::unique_ptr<Store>> Door::open(const StoreUrl& url) const {
    const auto mark = ask(url);
    PORTOLAN_TRY(mark);
    PORTOLAN_TRY(check(*mark, url));
    auto store = openStore(url, Access::Write, m_invocation.interrupted);
    if (store && mark->name) {
        PORTOLAN_TRY(tell(**store));
    }
    return store;
}

Result<void> Door::mayEnter(const StoreUrl& url) const {
    const auto mark = ask(url);
    return mark ? check(*mark, url) : Result<void>(mark.error());
}

Result<StoreUrl> Door::pass(const char* option) const {
    const auto url = m_invocation.store(option);
    if (!url)
        return url;
    const auto passed = pass(std::span(&*url, 1));
    return passed ? url : passed.error();
}

Result<void> Door::pass(std::span<const StoreUrl> urls) const {
    std::vector<StoreMark> all;
    for (const StoreUrl& url : urls) {
        auto mark = ask(url);
        PORTOLAN_TRY(mark);
        all.push_back(std::move(*mark));
    }
    const bool isAny = std::ranges::any_of(all, [](const StoreMark& mark) { return mark.name.has_value(); });
    for (std::size_t i = 0; i < urls.size(); ++i) {
        if (isAny && !all[i].name)
            continue; // --confirm names another store
        if (const auto sure = check(all[i], urls[i]); !sure)
            return sure;
    }
    for (std::size_t i = 0; i < urls.size(); ++i) {
        if (const auto entered = enter(urls[i], all[i]); !entered)
            return entered;
    }
    return {};
}

Result<StoreUrl> Door::passToReplace(const char* option) const {
    const auto url = m_invocation.store(option);
    if (!url)
        return url;
    const auto asked = ask(*url);
    if (!asked && !mayBeMended(asked.error().code))
        return asked.error();
    const StoreMark mark = asked ? *asked : StoreMark{};
    if (mark.name) {
        PORTOLAN_TRY(check(mark, *url));
        const auto entered = enter(*url, mark);
        return entered ? url : entered.error();
    }
    const QString own = ownName(*url);
    if (m_invocation.value("confirm") != own)
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 would be replaced, with all that is in it. Nothing was changed; "
                                    "type its name with --confirm \"%2\" if you mean it.")
                         .arg(url->display(), own)};
    if (m_invocation.value("reason").trimmed().isEmpty())
        return Error{ErrorCode::Usage, QStringLiteral("Say why with --reason TEXT; it goes into the audit.")};
    return url;
}

Result<StoreUrl> Door::passAsSample(const char* option) const {
    const auto url = m_invocation.store(option);
    if (!url)
        return url;
    const auto mark = ask(*url);
    PORTOLAN_TRY(mark);
    const QString own = ownName(*url);
    const bool isNamed = !mark->name && m_invocation.value("confirm") == own;
    if (!mark->name && !mark->isSample && !isNamed)
        return Error{ErrorCode::Usage,
                     QStringLiteral("%1 was not filled by the sample pipeline, so its messages may matter. Nothing was "
                                    "changed; type its name with --confirm %2 if you mean it.")
                         .arg(url->display(), own)};
    if (isNamed)
        return url;
    PORTOLAN_TRY(check(*mark, *url));
    const auto entered = enter(*url, *mark);
    return entered ? url : entered.error();
}

Result<std::unique_ptr<Store>> Door::openForDryRun() const {
    const auto url = m_invocation.store("store");
    PORTOLAN_TRY(url);
    // Opens for reading first: opening for writing would create a missing store.
    auto reading = openStore(*url, Access::Read, m_invocation.interrupted);
    if (!reading && (reading.error().code == ErrorCode::NotFound || !mayBeMended(reading.error().code)))
        return reading.error();
    auto store = openStore(*url, Access::Write, m_invocation.interrupted);
    const bool isToBeTold =
        !reading || (!store && (isTransient(store.error().code) || m_invocation.interrupted.stop_requested()));
    return store || isToBeTold ? std::move(store) : std::move(reading);
}

Result<void> Door::wantReason(const char* option) const {
    if (!m_invocation.value("reason").trimmed().isEmpty())
        return {};
    const auto url = m_invocation.store(option);
    PORTOLAN_TRY(url);
    const auto mark = ask(*url);
    PORTOLAN_TRY(mark);
    if (const auto sure = mark->name ? check(*mark, *url) : Result<void>(); !sure)
        return sure;
    return Error{ErrorCode::Usage, QStringLiteral("Say why with --reason TEXT; it goes into the audit.")};
}

} // namespace portolan
