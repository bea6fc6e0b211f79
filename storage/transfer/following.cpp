#include "storage/transfer/following.h"

#include "storage/base/backoff.h"

#include <algorithm>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds look(250); // between two looks whether the source changed

/// The state between two passes: what is open and what was seen.
class Follower {
public:
    Follower(const FollowedStores& stores, CopyOptions options, CopyReport& report)
        : m_stores(stores)
        , m_options(std::move(options))
        , m_report(report) {
        m_options.drops = true;
        m_options.tellsEnd = false;
    }

    Result<void> pass(const std::function<void(const CopyReport&)>& progress) {
        const auto begin = Clock::now();
        const auto mark = m_stores.mark();
        PORTOLAN_TRY(mark);
        if (!m_target) {
            auto target = m_stores.target();
            PORTOLAN_TRY(target);
            m_target = std::move(*target);
        }
        const auto source = m_stores.source();
        PORTOLAN_TRY(source);
        CopyReport far; // what a pass that fails had committed counts, too
        const auto done = copyStore(**source, *m_target, m_options, [&](const CopyReport& now) {
            far = now;
            progress(now);
        });
        m_report.copied += done ? done->copied : far.copied;
        m_report.dropped += done ? done->dropped : far.dropped;
        m_options.tellsBegin = m_report.copied == 0;
        PORTOLAN_TRY(done);
        m_report.unchanged = done->unchanged;
        m_report.differences = done->differences;
        m_report.told = done->told;
        m_seen = *mark;
        m_hasCopied = done->copied > 0;
        m_hasDropped = done->dropped > 0;
        m_lasted = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
        return {};
    }
    void letGo() { m_target.reset(); }
    [[nodiscard]] Result<bool> isChanged() const {
        const auto mark = m_stores.mark();
        PORTOLAN_TRY(mark);
        return *mark != m_seen;
    }
    [[nodiscard]] bool hasCopied() const { return m_hasCopied; }
    /// Returns true when rows went that may have been in the way of others.
    [[nodiscard]] bool hasDropped() const { return m_hasDropped; }
    /// Returns the rest that follows a pass, so that half of the time is the stores' own.
    [[nodiscard]] milliseconds rest() const { return std::max(look, m_lasted); }
    Result<void> tellEnd() {
        return m_target && m_report.copied > 0 ? tellCopyEnd(*m_target, m_options, m_report) : Result<void>();
    }

private:
    const FollowedStores& m_stores;
    CopyOptions m_options;
    CopyReport& m_report;
    std::unique_ptr<CopyTarget> m_target;
    ChangeMark m_seen;
    bool m_hasCopied = false;
    bool m_hasDropped = false;
    milliseconds m_lasted{0};
};

} // namespace

Result<void> followStore(const FollowedStores& stores, CopyOptions options, const FollowOptions& follow,
                         CopyReport& report, const std::function<void(const CopyReport&)>& progress,
                         const std::function<void(const QString&)>& tell, const CancelToken& token) {
    Follower follower(stores, std::move(options), report);
    Backoff backoff(backoffSeed());
    QString told;
    auto changedAt = Clock::now();
    while (true) {
        Result<void> done = follower.pass(progress);
        bool isChanged = done && follower.hasDropped();
        if (done && follower.hasCopied())
            changedAt = Clock::now();
        milliseconds rest = follower.rest();
        while (done && !isChanged) {
            if (follow.idleExit && Clock::now() - changedAt >= *follow.idleExit)
                return follower.tellEnd();
            if (!pauseFor(rest, token))
                return cancelled();
            rest = look;
            const Result<bool> changed = follower.isChanged();
            done = changed ? Result<void>() : Result<void>(changed.error());
            isChanged = changed && *changed;
        }
        if (done) {
            backoff.reset();
            told.clear();
            continue;
        }
        if (token.stop_requested() || !isTransient(done.error().code))
            return token.stop_requested() ? cancelled() : done.error();
        follower.letGo();
        if (told != done.error().text)
            tell(done.error().text);
        told = done.error().text;
        if (!pauseFor(backoff.next(), token))
            return cancelled();
    }
}

} // namespace portolan
