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
    qint64 replayEnded = 0; ///< put back, and completed or died again since: of the same error, or of another one
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
    /// Returns some of the dead letters after a place, newest first where an index has them so, else by their key;
    /// there may be none although more follow (Letters::last). Only of `port` when one is given.
    [[nodiscard]] virtual Result<Letters> letters(const std::optional<QByteArray>& port, const Cursor& after,
                                                  const CancelToken& token) = 0;
    /// Returns true when letters() has them newest first.
    [[nodiscard]] virtual Result<bool> isNewestFirst() = 0;
    /// Returns every remembered group, the longest known first; none where the database has no table for them.
    [[nodiscard]] virtual Result<std::vector<RememberedGroup>> remembered(const CancelToken& token) = 0;
    /// Remembers new groups and the news of known ones, in one transaction. Errors: ReadOnly, Unsupported.
    [[nodiscard]] virtual Result<void> remember(std::span<const DeadLetterGroup> groups, const CancelToken& token) = 0;
    [[nodiscard]] virtual Result<std::vector<Precursor>> precursors(const DeadLetterGroup& group,
                                                                    const CancelToken& token) = 0;
};

/// The progress of reading the dead letters.
struct GroupProgress {
    bool exact = false; ///< every letter is in the groups shown, and nothing has changed since
    bool whole = false; ///< a pass came to its end: its groups are shown while others write
    qint64 letters = 0; ///< the number of letters in the groups shown
};

/// The groups of a store's dead letters, read little by little: newest letters first, so that the latest trouble is
/// seen first. The groups depend on the letters there are and on the remembered groups alone, not on when one looks.
/// Lives in its store and is used on the store's thread; memory is that of the groups.
class GroupScan {
public:
    explicit GroupScan(DeadLetterSource& source);
    GroupScan(const GroupScan&) = delete;
    GroupScan& operator=(const GroupScan&) = delete;
    ~GroupScan();

    /// Reads on for about `patience`, in bounded steps that can be cancelled and resumed; asked by a window a few times
    /// a second, at little cost while nothing changes. When the store has changed, letters that are newer than all
    /// known are read and shown at once, and a new pass over all begins, which takes the place of the last one when it
    /// has come to its end. Between passes it rests four times as long as one took, a minute at most. With `untilExact`
    /// one pass is read to its end.
    [[nodiscard]] Result<GroupProgress> more(std::chrono::milliseconds patience, const CancelToken& token);
    static constexpr std::chrono::milliseconds untilExact = std::chrono::milliseconds::max();

    /// Returns how far more() has come.
    [[nodiscard]] const GroupProgress& progress() const { return m_progress; }
    /// Returns the groups so far, most letters first; while not exact, several may still become one, and the newest
    /// letters may be missing until a later call. Valid until the next more() or groups().
    [[nodiscard]] const std::vector<DeadLetterGroup>& groups();
    /// Returns the same as a listing (deadLetterGroupColumns()); its own order is by fingerprint.
    RowSource<DeadLetterGroup>& rows() { return m_rows; }

    /// Reads to the end and returns a group; one without letters as the store remembers it, with a count of 0. Error
    /// NotFound.
    [[nodiscard]] Result<DeadLetterGroup> group(const QByteArray& fingerprint, const CancelToken& token);
    /// Returns what changed in the hour before a group's first letter, likeliest first.
    [[nodiscard]] Result<std::vector<Precursor>> precursors(const DeadLetterGroup& group, const CancelToken& token);
    /// Reads to the end and returns the ids of the dead letters of one group. Error NotFound: no such group.
    [[nodiscard]] Result<std::vector<QByteArray>> lettersOf(const QByteArray& fingerprint, const CancelToken& token);

    /// Reads to the end and has the store remember the groups there are: from then on each keeps its template, its
    /// fingerprint and its history, whatever becomes of its letters. Done before letters are taken away (replayed,
    /// discarded). Returns how many groups there are. Errors: ReadOnly, Unsupported.
    [[nodiscard]] Result<qint64> remember(const CancelToken& token);
    /// Returns the fingerprint of a letter's group by the letters read so far; empty when none was read.
    [[nodiscard]] QByteArray fingerprintOf(const DeadLetter& letter);
    /// The same group without letters: of a letter that came since, the one that it opens.
    [[nodiscard]] DeadLetterGroup groupOf(const DeadLetter& letter);

private:
    struct Pass;
    class Rows final : public RowSource<DeadLetterGroup> {
    public:
        explicit Rows(GroupScan& scan) : m_scan(scan) {}
        Result<Page<DeadLetterGroup>> page(const ListQuery& query, const CancelToken& token) override;
        Result<PageIndex> pageIndex(const ListQuery& query, int pages, const CancelToken& token) override;

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
    bool m_stale = true; ///< m_groups are to be made again of shown()
    std::chrono::steady_clock::time_point m_restUntil;
    std::chrono::steady_clock::time_point m_groupAgain; ///< not before this are they made again of a pass under way
    Rows m_rows;
};

} // namespace portolan
