#pragma once

#include "storage/deadletters/deadlettergroups.h"
#include "storage/deadletters/precursors.h"
#include "storage/listing/rowsource.h"
#include "storage/store.h"

#include <chrono>
#include <map>
#include <memory>
#include <span>

namespace portolan {

/// The memory that a store has of a group. Its template and fingerprint never change.
struct RememberedGroup {
    QByteArray fingerprint;
    QByteArray portName;
    QByteArray errorType;
    QByteArray text;
    QByteArray sampleId;
    std::optional<Timestamp> firstSeen; ///< died_at of the oldest and the newest letter there ever were
    std::optional<Timestamp> lastSeen;
    qint64 letters = 0; ///< there ever were, at least
    Timestamp rememberedAt;
    qint64 replayEnded = 0; ///< completed, died of the same error or of another one after they were put back
    qint64 failedSame = 0;
    qint64 failedAnew = 0;
};

/// The source of a GroupScan: a database's dead letters and what it remembers of groups. On the store's thread.
class DeadLetterSource {
public:
    struct Letters {
        std::vector<DeadLetter> letters;
        Cursor next; ///< the place after the last one
        bool last = false;
    };

    DeadLetterSource() = default;
    DeadLetterSource(const DeadLetterSource&) = delete;
    DeadLetterSource& operator=(const DeadLetterSource&) = delete;
    virtual ~DeadLetterSource() = default;

    [[nodiscard]] virtual Result<ChangeMark> changeMark() = 0;
    /// Returns the dead letters after a place, newest first where an index has them so, else by their key; a bounded
    /// number, which may be none before the last. Only of `port` when one is given.
    [[nodiscard]] virtual Result<Letters> letters(const std::optional<QByteArray>& port, const Cursor& after,
                                                  const CancelToken& token) = 0;
    /// Returns true when letters() has them newest first.
    [[nodiscard]] virtual Result<bool> isNewestFirst() = 0;
    /// Every remembered group, the longest known first; none where the database has no table for them.
    [[nodiscard]] virtual Result<std::vector<RememberedGroup>> remembered(const CancelToken& token) = 0;
    /// Adds what is new to what is remembered, in one transaction. Errors: ReadOnly, Unsupported.
    [[nodiscard]] virtual Result<void> remember(std::span<const DeadLetterGroup> groups, const CancelToken& token) = 0;
    [[nodiscard]] virtual Result<std::vector<Precursor>> precursors(const DeadLetterGroup& group,
                                                                    const CancelToken& token) = 0;
};

/// The progress of reading the dead letters.
struct GroupProgress {
    bool exact = false; ///< all of them are, and nothing has changed since
    bool whole = false; ///< all of one moment were read: something to show while others write
    qint64 letters = 0; ///< that the groups shown are made of
};

/// The groups of a store's dead letters, read little by little: newest letters first, so that what burns now is seen
/// first. The groups depend on the letters there are and on what is remembered alone, not on when one looks. Lives in
/// its store and is used on the store's thread; memory is that of the groups.
class GroupScan {
public:
    explicit GroupScan(DeadLetterSource& source);
    GroupScan(const GroupScan&) = delete;
    GroupScan& operator=(const GroupScan&) = delete;
    ~GroupScan();

    /// Goes on reading for about so long, in bounded steps that can be cancelled and gone on with; asked by a window a
    /// few times a second, at little cost while nothing changes. When the store has changed, letters that are newer
    /// than all known are read and shown at once, and a new pass over all begins, which takes the place of the last one
    /// when it has come to its end; passes rest in between, so that they take a fifth of the time at most while others
    /// write. With `untilExact` one pass is gone through to its end.
    [[nodiscard]] Result<GroupProgress> more(std::chrono::milliseconds patience, const CancelToken& token);
    static constexpr std::chrono::milliseconds untilExact = std::chrono::milliseconds::max();

    /// Returns how far more() has come.
    [[nodiscard]] const GroupProgress& progress() const { return m_progress; }
    /// The groups so far, most letters first; while not exact, several may still become one, and the newest letters may
    /// be missing until a later call. Valid until the next more() or groups().
    [[nodiscard]] const std::vector<DeadLetterGroup>& groups();
    /// The same as a listing (deadLetterGroupColumns()); its own order is by fingerprint.
    RowSource<DeadLetterGroup>& rows() { return m_rows; }

    /// Returns a group: of those there are after reading to the end, else as the store remembers it, with a count of 0.
    /// Error NotFound.
    [[nodiscard]] Result<DeadLetterGroup> group(const QByteArray& fingerprint, const CancelToken& token);
    /// Returns what changed in the hour before a group's first letter, likeliest first.
    [[nodiscard]] Result<std::vector<Precursor>> precursors(const DeadLetterGroup& group, const CancelToken& token);
    /// The ids of the dead letters of one group. Error NotFound: there is none.
    [[nodiscard]] Result<std::vector<QByteArray>> lettersOf(const QByteArray& fingerprint, const CancelToken& token);

    /// Has the store remember the groups there are, after reading to the end: from then on each keeps its template, its
    /// fingerprint and its history, whatever becomes of its letters. Done before letters are taken away (replayed,
    /// discarded). Returns how many groups there are. Errors: ReadOnly, Unsupported.
    [[nodiscard]] Result<qint64> remember(const CancelToken& token);
    /// Of which group a letter is by what was read so far; empty when that is nothing.
    [[nodiscard]] QByteArray fingerprintOf(const DeadLetter& letter);

private:
    struct Pass;
    class Rows final : public RowSource<DeadLetterGroup> {
    public:
        explicit Rows(GroupScan& scan) : m_scan(scan) {}
        Result<Page<DeadLetterGroup>> page(const ListQuery& query, const CancelToken& token) override;
        Result<PageIndex> skeleton(const ListQuery& query, int pages, const CancelToken& token) override;

    private:
        GroupScan& m_scan;
    };
    [[nodiscard]] Result<void> begin(ChangeMark mark, const CancelToken& token);
    [[nodiscard]] Result<void> goOn(std::chrono::milliseconds patience, const CancelToken& token);
    [[nodiscard]] Result<void> catchUp(ChangeMark mark, const CancelToken& token);
    [[nodiscard]] Result<void> readAll(const CancelToken& token);
    [[nodiscard]] Pass* shown() const { return m_done ? m_done.get() : m_pass.get(); }

    DeadLetterSource& m_source;
    std::unique_ptr<Pass> m_pass; ///< under way
    std::unique_ptr<Pass> m_done; ///< the last that came to its end
    GroupProgress m_progress;
    std::vector<DeadLetterGroup> m_groups;
    bool m_stale = true; ///< m_groups are not those of what is shown
    std::chrono::steady_clock::time_point m_restUntil;
    std::chrono::steady_clock::time_point m_groupAgain; ///< before which a pass under way is not grouped again
    Rows m_rows;
};

} // namespace portolan
