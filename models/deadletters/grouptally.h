#pragma once

#include "storage/deadletters/deadlettergroups.h"
#include "storage/listing/filter.h"
#include "storage/listing/rowsource.h"
#include "storage/ports/ports.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

/// Dead letters are read for their groups so many at a time.
inline constexpr int lettersAPage = 500;

class Store;

/// The progress of putting letters into groups.
struct TallyProgress {
    bool exact = false; ///< all are, and nothing has changed since
    bool whole = false; ///< all of one moment are: something to show while others write
    qint64 letters = 0; ///< that the filter takes, so far
    qint64 groups = 0;
};

/// The groups of the dead letters that a filter takes, counted little by little, and a listing of them: most letters
/// first. Groups are made of all letters (GroupScan), so that filtering changes no fingerprint; only their counts are
/// the filter's. A place in the listing is a number of rows, so that groups may overtake each other while they are
/// looked at. Made anywhere, used on the query thread of one store.
class GroupTally {
public:
    explicit GroupTally(Filter filter);
    ~GroupTally();
    GroupTally(const GroupTally&) = delete;
    GroupTally& operator=(const GroupTally&) = delete;

    /// Goes on for about so long; asked a few times a second, at little cost while nothing changes.
    [[nodiscard]] Result<TallyProgress> goOn(Store& store, std::chrono::milliseconds patience,
                                             const CancelToken& token);
    /// Reads all letters there are once, whatever others write meanwhile; for an export or a report. As long as it
    /// takes.
    [[nodiscard]] Result<TallyProgress> readAll(Store& store, const CancelToken& token);
    [[nodiscard]] const Filter& filter() const { return m_filter; }
    /// The groups so far; of a tally that has not begun those of its first moments.
    RowSource<DeadLetterGroup>& rows(Store& store);
    /// Of which group a letter is; empty where that is not known.
    [[nodiscard]] static QByteArray groupOf(Store& store, const PortMessage& letter);

private:
    class Rows;
    struct Pass;
    /// `exactAt`: the state of the store of which all groups are known.
    [[nodiscard]] Result<void> tally(Store& store, std::chrono::milliseconds patience, std::optional<quint64> exactAt,
                                     const CancelToken& token);
    void begin(quint64 mark, bool ofExactGroups);
    [[nodiscard]] Result<bool> readPage(Store& store, const CancelToken& token);
    void adopt(const std::vector<DeadLetterGroup>& all);

    Filter m_filter;
    std::unique_ptr<Pass> m_pass; ///< under way, with a filter
    TallyProgress m_progress;
    bool m_known = false;           ///< the groups that there are: all letters were read once
    std::optional<quint64> m_mark;  ///< of the store as it was tallied
    bool m_isOfExactGroups = false; ///< all groups were known as it was
    std::chrono::steady_clock::time_point m_restUntil{};
    /// A filter that moves with time is tallied again from then on, though nothing has changed.
    std::optional<std::chrono::steady_clock::time_point> m_moveAt;
    std::vector<DeadLetterGroup> m_groups; ///< as they are shown
    std::unique_ptr<Rows> m_rows;
};

} // namespace portolan
