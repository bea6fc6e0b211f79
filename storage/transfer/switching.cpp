#include "storage/transfer/switching.h"

#include "storage/transfer/following.h"

namespace portolan {

namespace {

/// Copies until both are alike and nothing changes any more; what goes, goes.
Result<CopyReport> bring(const SwitchSide& from, const SwitchSide& into, CopyOptions options,
                         const std::function<void(const CopyReport&)>& progress,
                         const std::function<void(const QString&)>& tell, const CancelToken& token) {
    options.from = from.name;
    FollowOptions once;
    once.idleExit = std::chrono::milliseconds(0);
    CopyReport report;
    PORTOLAN_TRY(followStore({from.content, into.destination, from.mark}, std::move(options), once, report, progress,
                             tell, token));
    return report;
}

Result<void> fence(const SwitchSide& store, const std::optional<QString>& other, const CopyOptions& options) {
    const auto opened = store.destination();
    PORTOLAN_TRY(opened);
    return (*opened)->setFence(other, options);
}

} // namespace

Result<SwitchReport> switchStores(const SwitchSide& from, const SwitchSide& into, const CopyOptions& options,
                                  const std::function<void(const CopyReport&)>& progress,
                                  const std::function<void(const QString&)>& tell, const CancelToken& token) {
    SwitchReport report;
    auto before = bring(from, into, options, progress, tell, token);
    PORTOLAN_TRY(before);
    report.forth = std::move(*before);
    if (report.forth.differences > 0)
        return report;
    PORTOLAN_TRY(fence(from, into.name, options));
    const auto rest = [&]() -> Result<void> {
        auto last = bring(from, into, options, progress, tell, token);
        PORTOLAN_TRY(last);
        const qint64 copied = report.forth.copied;
        report.forth = std::move(*last);
        report.forth.copied += copied;
        if (report.forth.differences > 0)
            return {};
        if (!into.isFolder || from.isFolder) {
            auto back = bring(into, from, options, progress, tell, token);
            PORTOLAN_TRY(back);
            report.back = std::move(*back);
        }
        report.isSwitched = report.back.differences == 0;
        return {};
    }();
    if (!rest || !report.isSwitched) {
        const Result<void> reopened = fence(from, std::nullopt, options);
        if (rest)
            return reopened ? Result<SwitchReport>(report) : Result<SwitchReport>(reopened.error());
        return rest.error();
    }
    PORTOLAN_TRY(fence(into, std::nullopt, options));
    return report;
}

Result<void> reopenStore(const SwitchSide& store, const CopyOptions& options) {
    return fence(store, std::nullopt, options);
}

} // namespace portolan
