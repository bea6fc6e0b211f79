#pragma once

#include "models/list/listingmodel.h"
#include "storage/operations/auditacts.h"

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace portolan {

class Store;

/// A row of the acts: an act, a run, or what stands for all of either.
struct AuditRow {
    enum class Kind { People, Programs, Act };
    Kind kind = Kind::Act;
    AuditAct act = {};
    qint64 place = 0;   ///< in the list's own order, from 0
    qint64 members = 0; ///< of a group
    bool isOpen = false;
};

using AuditActModel = ListingModel<AuditRow>;

/// The progress of reading the audit for its acts.
struct AuditFoldProgress {
    bool whole = false; ///< all of it was read, or as much as is listed
    bool cut = false;   ///< there are more acts than are listed
    qint64 acts = 0;    ///< and runs, so far
    qint64 entries = 0; ///< in them
};

/// The acts of people and the runs of programs that a filter takes, read from the audit little by little, newest first,
/// and kept up to date with what comes. Entries never change, so that what was read is read once, but for the newest
/// ones, among which others may appear late. Made anywhere, used on the query thread of one store.
class AuditFold {
public:
    explicit AuditFold(Filter filter) : m_filter(std::move(filter)) {}

    /// Goes on for about so long; asked a few times a second, at little cost while nothing changes. Error Unsupported:
    /// the store has no acts.
    [[nodiscard]] Result<AuditFoldProgress> goOn(Store& store, std::chrono::milliseconds patience,
                                                 const CancelToken& token);
    /// Returns the acts so far, newest first.
    [[nodiscard]] const std::vector<AuditAct>& acts() const { return m_shown; }

    static constexpr std::size_t mostActs = 5'000; ///< older ones are in the audit itself

private:
    [[nodiscard]] Result<void> begin(Store& store, const CancelToken& token);
    [[nodiscard]] Result<void> readNewer(Store& store, const CancelToken& token);
    [[nodiscard]] Result<void> readOlder(Store& store, const CancelToken& token);

    Filter m_filter;
    AuditActs m_settled;           ///< of all entries from m_from to m_upTo
    std::vector<AuditAct> m_shown; ///< with what is newer
    bool m_isBegun = false;
    bool m_isWhole = false;
    bool m_isBehind = false; ///< more has come than was read yet
    qint64 m_from = 0;
    qint64 m_upTo = 0;
    qint64 m_entries = 0;
    int m_step = 4'000; ///< entries that are read at once; as many as a moment allows
};

/// A listing of them: what people did first, then runs of programs; sorted by a column without these groups. Which of
/// them are closed changes: each pane has its own.
class AuditActListing final : public TypedListing<AuditRow> {
public:
    explicit AuditActListing(std::shared_ptr<AuditFold> fold);

    /// GUI thread; what is listed changes with the next reading.
    void setClosed(AuditRow::Kind group, bool closed);

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override;
    Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                const CancelToken& token) const override;
    bool rowsAreFew() const override { return true; }
    void addChosen(const RowBlock& rows, int at, std::vector<QByteArray>& identities) const override;
    OutlinePlace outline(const RowBlock& rows, int at) const override;

private:
    [[nodiscard]] Rows rowsOf(const ListQuery& query) const;

    std::shared_ptr<AuditFold> m_fold;
    mutable std::mutex m_mutex;
    std::array<bool, 2> m_closed{}; ///< guarded; People, Programs
};

/// Makes the filter for the entries of an act, for the audit's own listing.
[[nodiscard]] Filter entriesOf(const AuditAct& act);

} // namespace portolan
