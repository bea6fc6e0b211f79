#include "storage/transfer/files/folderside.h"

#include "storage/messages/batchname.h"

#include <algorithm>
#include <fcntl.h>

namespace portolan {

Result<void> FolderSide::openMessages() {
    auto folder = openFolder(m_places.messages);
    if (!folder && folder.error().code != ErrorCode::NotFound)
        return folder.error();
    if (folder)
        m_messages = std::move(*folder);
    auto archived = ArchivedFiles::read(m_places.own);
    PORTOLAN_TRY(archived);
    m_archived = std::move(*archived);
    return {};
}

Result<std::unique_ptr<FolderSide>> FolderSide::open(const StorePlaces& places, int batchSize) {
    std::unique_ptr<FolderSide> side(new FolderSide(places));
    auto writer = FileWriter::open(places, batchSize);
    PORTOLAN_TRY(writer);
    side->m_writer = std::move(*writer);
    PORTOLAN_TRY(side->openMessages());
    return side;
}

Result<std::unique_ptr<FolderSide>> FolderSide::look(const StorePlaces& places, const CancelToken& token) {
    std::unique_ptr<FolderSide> side(new FolderSide(places));
    PORTOLAN_TRY(side->openMessages());
    auto state = readJournalState(places.own, token);
    PORTOLAN_TRY(state);
    side->m_state = std::move(*state);
    if (side->m_messages.isOpen()) {
        PORTOLAN_TRY(side->m_index.refresh());
    }
    return side;
}

Result<std::optional<Fd>> FolderSide::file(qint64 batch) const {
    if (!m_messages.isOpen())
        return std::optional<Fd>();
    auto file = openAt(m_messages, batchFileName(batch), O_RDONLY);
    if (!file && file.error().code == ErrorCode::NotFound)
        return std::optional<Fd>();
    PORTOLAN_TRY(file);
    return std::optional(std::move(*file));
}

bool FolderSide::isAway(qint64 batch) const {
    if (m_archived.contains(batch))
        return true;
    const LineBook& book = state().lines;
    for (std::size_t i = 0; i < book.count(); ++i) {
        const LineBook::Runs& runs = book.batchesOf(i);
        const auto after = std::ranges::upper_bound(runs, batch, {}, [](const auto& run) { return run.first; });
        if (after != runs.begin() && std::prev(after)->second >= batch)
            return true;
    }
    return false;
}

Result<void> FolderSide::store(GroupDraft& draft) {
    return m_writer ? m_writer->storeCopied(draft) : Result<void>();
}

Result<void> FolderSide::noteOutcome(const Reject& reject) {
    if (!m_writer)
        return {};
    const auto folder = openFolder(m_places.own + QStringLiteral("/rejects"));
    PORTOLAN_TRY(folder);
    if (reject.reinjectedAt && !reject.settledBy) {
        const ReinjectedMarks::Mark mark{reject.id, reject.rejectedAt, *reject.reinjectedAt};
        return ReinjectedMarks::add(*folder, std::span(&mark, 1));
    }
    RejectActs acts;
    RejectActs::Outcome outcome;
    outcome.id = reject.id;
    outcome.act = reject.reinjectedAt  ? RejectActs::Act::Stored
                  : reject.dismissedAt ? RejectActs::Act::Dismissed
                                       : RejectActs::Act::Refused;
    if (outcome.act == RejectActs::Act::Refused)
        outcome.why = reject.reason;
    outcome.mended = reject.mendedPayload;
    acts.at = reject.reinjectedAt  ? *reject.reinjectedAt
              : reject.dismissedAt ? *reject.dismissedAt
                                   : reject.rejectedAt; // when it was tried again is not told
    acts.actor = reject.settledBy.value_or(QByteArray());
    acts.reason = reject.settledReason.value_or(QByteArray());
    const RejectOutcomes::Noted noted{reject.rejectedAt, &outcome};
    return RejectOutcomes::add(*folder, acts, std::span(&noted, 1));
}

} // namespace portolan
