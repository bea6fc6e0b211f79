#include "storage/ingest/ingestcounts.h"

#include <algorithm>

namespace portolan {

namespace {

/// The account of a kind; nothing when it is not known.
KindCounts* accountOf(IngestCounts& counts, std::optional<MessageKind> kind) {
    return kind ? &counts.kinds[static_cast<std::size_t>(*kind)] : nullptr;
}

void keepNewest(KindCounts& account, const std::optional<Timestamp>& time) {
    if (time)
        account.newest = std::max(account.newest.value_or(*time), *time);
}

} // namespace

std::optional<MessageKind> kindOf(const Decoded& decoded) {
    if (std::holds_alternative<IncomingMessage>(decoded))
        return MessageKind::Message;
    if (const auto* record = std::get_if<IncomingRecord>(&decoded))
        return record->kind;
    const auto* rejection = std::get_if<Rejection>(&decoded);
    return rejection ? rejection->kind : std::nullopt;
}

void IngestCounts::countStored(MessageKind kind, const std::optional<Timestamp>& time) {
    ++stored;
    KindCounts& account = *accountOf(*this, kind);
    ++account.stored;
    keepNewest(account, time);
}

void IngestCounts::countDuplicate(const IngestItem& item) {
    if (std::holds_alternative<GapNews>(item.decoded))
        return;
    ++duplicates;
    if (KindCounts* account = accountOf(*this, kindOf(item.decoded)))
        ++account->duplicates;
}

void IngestCounts::countRejected(const IngestItem& item, const QString& reason) {
    ++rejected;
    if (item.delivery.keptBySource) {
        refused.push_back(item.delivery.key);
        refusals.push_back(reason);
    }
    if (KindCounts* account = accountOf(*this, kindOf(item.decoded))) {
        ++account->rejected;
        account->lastRejection = reason;
    }
}

IngestCounts& IngestCounts::operator+=(const IngestCounts& more) {
    stored += more.stored;
    duplicates += more.duplicates;
    rejected += more.rejected;
    gaps += more.gaps;
    refused.insert(refused.end(), more.refused.begin(), more.refused.end());
    refusals.insert(refusals.end(), more.refusals.begin(), more.refusals.end());
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const KindCounts& added = more.kinds[i];
        kinds[i].stored += added.stored;
        kinds[i].duplicates += added.duplicates;
        kinds[i].rejected += added.rejected;
        keepNewest(kinds[i], added.newest);
        if (!added.lastRejection.isEmpty())
            kinds[i].lastRejection = added.lastRejection;
    }
    return *this;
}

} // namespace portolan
