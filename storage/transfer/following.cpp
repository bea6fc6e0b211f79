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
        const auto done = m_target->take(**source, m_options, [&](const CopyReport& now) {
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
    Result<void> tellOffer(milliseconds alike) {
        return m_target->tellOffer(m_options, std::chrono::duration_cast<std::chrono::seconds>(alike));
    }
    Result<void> tellEnd() {
        return m_target && m_report.copied > 0 ? m_target->tellEnd(m_options, m_report) : Result<void>();
    }

private:
    const FollowedStores& m_stores;
    CopyOptions m_options;
    CopyReport& m_report;
    std::unique_ptr<CopyDestination> m_target;
    ChangeMark m_seen;
    bool m_hasCopied = false;
    bool m_hasDropped = false;
    milliseconds m_lasted{0};
};

/// The time since when there was no difference, and whether a switch was offered since.
class Offer {
public:
    explicit Offer(const FollowOptions& options) : m_options(options) {}
    void see(bool areAlike) {
        if (!areAlike) {
            m_since.reset();
            m_isMade = false;
        } else if (!m_since) {
            m_since = Clock::now();
        }
    }
    Result<void> look(Follower& follower) {
        const auto alike =
            m_since ? std::chrono::duration_cast<milliseconds>(Clock::now() - *m_since) : milliseconds(-1);
        if (m_isMade || !m_options.offerAfter || alike < *m_options.offerAfter)
            return {};
        PORTOLAN_TRY(follower.tellOffer(alike));
        m_isMade = true;
        m_options.offer();
        return {};
    }

private:
    const FollowOptions& m_options;
    std::optional<Clock::time_point> m_since;
    bool m_isMade = false;
};

} // namespace

Result<void> followStore(const FollowedStores& stores, CopyOptions options, const FollowOptions& follow,
                         CopyReport& report, const std::function<void(const CopyReport&)>& progress,
                         const std::function<void(const QString&)>& tell, const CancelToken& token) {
    Follower follower(stores, std::move(options), report);
    Backoff backoff(backoffSeed());
    QString told;
    auto changedAt = Clock::now();
    Offer offer(follow);
    while (true) {
        Result<void> done = follower.pass(progress);
        offer.see(done && report.differences == 0);
        done = done ? offer.look(follower) : done;
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
            done = done ? offer.look(follower) : done;
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
