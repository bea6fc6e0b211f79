#include "storage/receive/rejectretry.h"

#include "storage/ingest/decoder.h"
#include "storage/ingest/writer.h"
#include "storage/receive/rejectsource.h"

#include <QUuid>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int retriedAtOnce = 32; ///< they may be large (8 MiB and more)
constexpr int dismissedAtOnce = 500;
constexpr std::size_t shownRefusals = 100;
constexpr int mostTries = 5; ///< to store a group after a commit of unknown outcome

/// Returns the query for the order's open rejects.
Result<ListQuery> openOf(const RejectOrder& order, int limit) {
    const auto open = parseFilter(QStringLiteral("state:open"), rejectSchema(), currentTime());
    PORTOLAN_TRY(open);
    return ListQuery{both(order.filter, *open), {}, {}, limit};
}

Result<void> mustKeepRejects(Store& store) {
    if (const auto missing = store.unavailableReason(Feature::Rejects))
        return Error{ErrorCode::Unsupported, *missing};
    return {};
}

/// Stores rejects a group at a time, and tells for each why it was rejected again.
class Storing {
public:
    Storing(std::unique_ptr<IngestWriter> writer, QByteArray identity)
        : m_writer(std::move(writer))
        , m_identity(std::move(identity)) {}

    struct Verdicts {
        qint64 stored = 0;
        qint64 duplicates = 0;
        std::map<qint64, QString> refused; ///< by the reject's id
    };

    /// Stores the rejects. `isMended`: the payload was typed in, so it need not be a row of its file.
    Result<Verdicts> store(const std::vector<Reject>& rejects, bool isMended) {
        std::vector<IngestItem> items;
        for (const Reject& reject : rejects) {
            Delivery delivery = deliveryOf(m_identity, reject);
            const bool isMistaken = !isMended && !delivery.mistake.isEmpty();
            Decoded decoded = isMistaken ? Decoded(Rejection{delivery.mistake}) : decode(delivery);
            items.push_back({std::move(delivery), std::move(decoded)});
        }
        Verdicts verdicts;
        const auto stored = storeRange(items, verdicts);
        return stored ? Result<Verdicts>(std::move(verdicts)) : Result<Verdicts>(stored.error());
    }

private:
    /// Stores a range of items; finds by halves those that a rule of the database refuses.
    Result<void> storeRange(std::span<IngestItem> items, Verdicts& verdicts) {
        const auto counts = storeSettled(items);
        if (counts) {
            verdicts.stored += counts->stored;
            verdicts.duplicates += counts->duplicates;
            for (std::size_t i = 0; i < counts->refused.size(); ++i)
                verdicts.refused.emplace(static_cast<qint64>(counts->refused[i].minor), counts->refusals[i]);
            return {};
        }
        if (counts.error().code != ErrorCode::Invalid)
            return counts.error();
        if (items.size() == 1) {
            if (std::holds_alternative<Rejection>(items.front().decoded))
                return counts.error();
            items.front().decoded = Rejection{counts.error().text};
            return storeRange(items, verdicts);
        }
        const std::size_t half = items.size() / 2;
        const auto first = storeRange(items.first(half), verdicts);
        return first ? storeRange(items.subspan(half), verdicts) : first;
    }

    /// Stores items; again after a commit of unknown outcome, for their keys tell which are stored.
    Result<IngestCounts> storeSettled(std::span<const IngestItem> items) {
        auto counts = m_writer->store(items);
        for (int tries = 1; tries < mostTries && !counts && counts.error().code == ErrorCode::Unknown; ++tries) {
            PORTOLAN_TRY(m_writer->recover());
            counts = m_writer->store(items);
        }
        return counts;
    }

    std::unique_ptr<IngestWriter> m_writer;
    QByteArray m_identity;
};

Result<Storing> storingInto(Store& store) {
    auto writer = store.ingestWriter();
    PORTOLAN_TRY(writer);
    SourceUrl source;
    source.kind = SourceKind::Rejects;
    source.port = 0;
    source.store = store.url();
    return Storing(std::move(*writer), source.identity());
}

/// Notes the outcomes, after the storing.
Result<void> settle(Store& store, const std::vector<Reject>& rejects, const Storing::Verdicts& verdicts,
                    const RejectOrder& order, const std::optional<QByteArray>& mended, RejectTally& tally) {
    RejectActs acts{{}, currentTime(), order.actor, order.reason};
    for (const Reject& reject : rejects) {
        const auto refused = verdicts.refused.find(reject.id);
        if (refused == verdicts.refused.end()) {
            acts.outcomes.push_back({reject.id, RejectActs::Act::Stored, {}, mended});
            continue;
        }
        acts.outcomes.push_back({reject.id, RejectActs::Act::Refused, refused->second, {}});
        if (tally.refusals.size() < shownRefusals)
            tally.refusals.emplace_back(reject.id, refused->second);
    }
    const auto noted = store.batches().noteRejects(acts);
    PORTOLAN_TRY(noted);
    tally.stored += verdicts.stored;
    tally.duplicates += verdicts.duplicates;
    tally.rejected += std::ssize(verdicts.refused);
    return {};
}

} // namespace

Result<RejectTally> retryRejects(Store& store, const RejectOrder& order, const RejectTick& tick,
                                 const CancelToken& token) {
    PORTOLAN_TRY(mustKeepRejects(store));
    auto query = openOf(order, retriedAtOnce);
    PORTOLAN_TRY(query);
    auto storing = storingInto(store);
    PORTOLAN_TRY(storing);
    RejectTally tally;
    qint64 done = 0;
    for (bool last = false; !last;) {
        const auto page = store.batches().rejects().page(*query, token);
        PORTOLAN_TRY(page);
        last = page->last;
        query->after = page->next;
        if (page->rows.empty())
            continue;
        const auto verdicts = storing->store(page->rows, false);
        PORTOLAN_TRY(verdicts);
        PORTOLAN_TRY(settle(store, page->rows, *verdicts, order, {}, tally));
        done += std::ssize(page->rows);
        tick(done);
        if (token.stop_requested())
            return cancelled();
    }
    return tally;
}

Result<RejectTally> editReject(Store& store, qint64 id, const QByteArray& payload, const RejectOrder& order,
                               const CancelToken& token) {
    PORTOLAN_TRY(mustKeepRejects(store));
    auto reject = store.batches().reject(id);
    PORTOLAN_TRY(reject);
    if (qstrcmp(reject->state(), "open") != 0)
        return Error{ErrorCode::Usage,
                     QStringLiteral("Reject %1 is %2 already.").arg(id).arg(QLatin1String(reject->state()))};
    auto storing = storingInto(store);
    PORTOLAN_TRY(storing);
    if (token.stop_requested())
        return cancelled();
    reject->payload = payload;
    const std::vector<Reject> mended{std::move(*reject)};
    const auto verdicts = storing->store(mended, true);
    PORTOLAN_TRY(verdicts);
    RejectTally tally;
    const auto settled = settle(store, mended, *verdicts, order, payload, tally);
    return settled ? Result<RejectTally>(std::move(tally)) : Result<RejectTally>(settled.error());
}

Result<RejectTally> dismissRejects(Store& store, const RejectOrder& order, const RejectTick& tick,
                                   const CancelToken& token) {
    PORTOLAN_TRY(mustKeepRejects(store));
    auto query = openOf(order, dismissedAtOnce);
    PORTOLAN_TRY(query);
    RejectTally tally;
    const QByteArray act = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    for (bool last = false; !last;) {
        const auto page = store.batches().rejects().page(*query, token);
        PORTOLAN_TRY(page);
        last = page->last;
        query->after = page->next;
        RejectActs acts{{}, currentTime(), order.actor, order.reason, act};
        for (const Reject& reject : page->rows)
            acts.outcomes.push_back({reject.id, RejectActs::Act::Dismissed, {}, {}});
        const auto noted = store.batches().noteRejects(acts);
        PORTOLAN_TRY(noted);
        tally.dismissed += *noted;
        tick(tally.dismissed);
        if (token.stop_requested())
            return cancelled();
    }
    return tally;
}

} // namespace portolan
