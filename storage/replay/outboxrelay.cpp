#include "storage/replay/outboxrelay.h"

#include "storage/base/backoff.h"

#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int pageOfNotes = 1000;
constexpr milliseconds safetyLook{100};
constexpr milliseconds safetyPatience{60'000}; ///< for a disk that syncs slowly

/// Returns the positions of the notes without a receipt; both are in order.
Outbox::Positions withoutReceipt(std::span<const OutboxNote> notes, std::span<const OutboxReceipt> receipts) {
    Outbox::Positions missing;
    auto receipt = receipts.begin();
    for (const OutboxNote& note : notes) {
        if (receipt != receipts.end() && receipt->position == note.position)
            ++receipt;
        else
            missing.push_back(note.position);
    }
    return missing;
}

} // namespace

Result<void> OutboxRelay::open(const CancelToken& token) {
    if (!m_target.isOpen()) {
        Result<OutboxLink> opened = m_target.open(token);
        PORTOLAN_TRY(opened);
        m_link = std::move(*opened);
        m_mustLookUp = true;
    }
    return m_mustLookUp ? lookUpSent() : Result<void>();
}

/// Asks a server that may have lost messages which of those sent it has; the others go into the queue again.
Result<void> OutboxRelay::lookUpSent() {
    for (qint64 after = 0;;) {
        auto notes = m_outbox.sent(m_run, m_link, after, pageOfNotes);
        PORTOLAN_TRY(notes);
        if (notes->empty())
            break;
        after = notes->back().position;
        std::erase_if(*notes, [](const OutboxNote& note) { return !note.elsewhere; });
        if (notes->empty())
            continue;
        Outbox::Positions kept;
        Outbox::Positions lost;
        if (m_target.canForget()) {
            const auto receipts = m_target.receipts(*notes);
            PORTOLAN_TRY(receipts);
            std::ranges::transform(*receipts, std::back_inserter(kept), &OutboxReceipt::position);
            lost = withoutReceipt(*notes, *receipts);
        } else {
            std::ranges::transform(*notes, std::back_inserter(kept), &OutboxNote::position);
        }
        if (const auto noted = m_outbox.keep(m_run, kept, m_link); !noted)
            return noted;
        if (lost.empty())
            continue;
        if (const auto queued = m_outbox.requeue(m_run, lost, m_actor); !queued)
            return queued;
    }
    m_mustLookUp = false;
    return {};
}

Result<ReplayStep> OutboxRelay::step(int most, const CancelToken& token) {
    if (!m_target.isOpen()) { // nothing is noted at the target for a run that is over
        const Result<ReplayRun> run = m_replays.run(m_run);
        PORTOLAN_TRY(run);
        if (run->state != RunState::Running)
            return Error{ErrorCode::Changed,
                         QStringLiteral("The replay run %1 is %2.")
                             .arg(QString::fromUtf8(m_run), QLatin1String(runStateName(run->state)))};
    }
    PORTOLAN_TRY(open(token));
    const Result<OutboxBatch> batch = m_outbox.claim(m_run, most, m_link, m_actor);
    PORTOLAN_TRY(batch);
    if (batch->done)
        return finish(token);
    ReplayStep step{std::ssize(batch->messages), batch->skipped, false};
    if (batch->messages.empty())
        return step;
    const auto receipts = m_target.send(batch->messages);
    PORTOLAN_TRY(receipts);
    const auto marked = m_outbox.mark(m_run, *receipts, m_link, m_actor);
    return marked ? Result<ReplayStep>(step) : Result<ReplayStep>(marked.error());
}

Result<void> OutboxRelay::makeSafe(const CancelToken& token) {
    const auto begin = steady_clock::now();
    while (true) {
        if (const auto opened = open(token); !opened)
            return opened;
        const Result<bool> safe = m_target.isSafe();
        PORTOLAN_TRY(safe);
        if (*safe)
            break;
        if (steady_clock::now() - begin > safetyPatience)
            return Error{ErrorCode::Timeout,
                         QStringLiteral("The server has not written to its disk for a minute what it was sent.")};
        if (!pauseFor(safetyLook, token))
            return cancelled();
    }
    while (true) {
        const Result<qint64> confirmed = m_outbox.confirm(m_run, m_link);
        PORTOLAN_TRY(confirmed);
        if (*confirmed == 0)
            return {};
    }
}

/// Waits until all is safe, removes the notes at the target and completes the run: with nothing left to send, they have
/// no resend to prevent. A command that is still on its way finds no epoch.
Result<ReplayStep> OutboxRelay::finish(const CancelToken& token) {
    PORTOLAN_TRY(makeSafe(token));
    const Result<ReplayRun> run = m_replays.run(m_run);
    PORTOLAN_TRY(run);
    if (run->counts[ItemState::Queued] + run->counts[ItemState::Replayed] > 0)
        return ReplayStep(); // the server had forgotten some of it
    PORTOLAN_TRY(m_target.forget());
    const Result<bool> completed = m_outbox.complete(m_run, m_actor);
    PORTOLAN_TRY(completed);
    return ReplayStep{0, 0, *completed};
}

/// Returns the position after which the next page begins; 0: that was the last.
Result<qint64> OutboxRelay::giveBackPage(qint64 after) {
    const auto notes = m_outbox.queued(m_run, after, pageOfNotes);
    PORTOLAN_TRY(notes);
    if (notes->empty())
        return qint64{0};
    const auto receipts = m_target.receipts(*notes);
    PORTOLAN_TRY(receipts);
    PORTOLAN_TRY(m_outbox.mark(m_run, *receipts, m_link, m_actor));
    const Outbox::Positions never = withoutReceipt(*notes, *receipts);
    PORTOLAN_TRY(m_outbox.giveBack(m_run, never, m_actor));
    return notes->back().position;
}

/// Takes the run over first: from then on nobody else can send what is queued.
Result<void> OutboxRelay::giveBack(const CancelToken& token) {
    while (true) {
        if (const auto opened = open(token); !opened)
            return opened;
        for (qint64 after = 0;;) {
            const Result<qint64> page = giveBackPage(after);
            PORTOLAN_TRY(page);
            after = *page;
            if (after == 0)
                break;
        }
        if (const auto safe = makeSafe(token); !safe)
            return safe;
        const Result<ReplayRun> run = m_replays.run(m_run);
        PORTOLAN_TRY(run);
        if (run->counts[ItemState::Queued] + run->counts[ItemState::Replayed] == 0)
            return m_target.forget();
    }
}

} // namespace portolan
