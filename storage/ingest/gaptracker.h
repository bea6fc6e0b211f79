#pragma once

#include "storage/ingest/delivery.h"
#include "storage/ingest/numbering.h"
#include "storage/messages/batches.h"

#include <map>
#include <set>
#include <span>
#include <vector>

namespace portolan {

/// The facts known of the numbers of one series (a channel's `message_number`s).
struct SeriesMark {
    qint64 epoch = 0;
    std::optional<qint64> lastNumber; ///< the greatest of the epoch; nothing: none came yet
    /// A number that fell back a little, once: the next one in its wake makes it the beginning of an epoch. Not kept
    /// over a restart.
    std::optional<qint64> fallen;
    /// The connection was lost, or messages were dropped, after the last number. Not kept over a restart either.
    bool isInterrupted = false;
    /// Nothing: a series that was followed before jumps were held, or one that has no number yet.
    std::optional<Numbering> numbering = {};
    friend bool operator==(const SeriesMark&, const SeriesMark&) = default;
};

/// A change of the gaps that are kept.
struct GapEdit {
    /// As it is now; its id is not used.
    Gap gap;
    /// Nothing: a new row. Else the open row of this source, kind and epoch that begins with this number is meant, and
    /// of kind Disconnect every open row of the source.
    std::optional<qint64> formerFirst;
    bool isNew = true;
};

/// A number as it came.
struct SeenNumber {
    qint64 number = 0;
    Timestamp at;
    bool isAfterInterruption = false; ///< the connection was lost, or messages were dropped, before it
};

/// Finds the gaps in the numbers of one series that rise by one as a rule (Numbering): a jump is a gap; a late number
/// narrows, splits or closes it; numbers that fall back open a new epoch, in which nothing is missing yet. Pure: it is
/// told what is kept, then the numbers as they came, and says what to change. The caller keeps the changes in the
/// numbers' own transaction.
///
/// A jump over a lost connection or dropped messages is a gap where numbers rise by one as a rule, and says nothing of
/// whether they do.
///
/// Falling back: a number below the last one, and in no open gap, has come twice or the producer has begun again. By
/// more than `nearby` it has begun again. By less the second one that rises in its wake says so: one that came twice
/// is followed by the one that was due. A producer that sends its last few messages again makes an epoch without gaps.
class GapTracker {
public:
    static constexpr quint64 nearby = 16;

    GapTracker(QByteArray source, SeriesMark mark);

    /// Returns true when the open gaps must be known to go on: some number is not beyond all before it.
    [[nodiscard]] bool wantsOpenGaps(std::span<const SeenNumber> numbers) const;
    /// The open gaps of the mark's epoch; before the first see().
    void know(std::vector<Gap> open);

    void see(SeenNumber seen);

    [[nodiscard]] SeriesMark mark() const;
    /// Returns what has changed since what was known.
    [[nodiscard]] std::vector<GapEdit> edits() const;
    /// Returns how many gaps were found since, whatever became of them.
    [[nodiscard]] qint64 found() const { return m_found; }

private:
    struct Open {
        qint64 first;
        qint64 last;
        Timestamp detectedAt;
        std::optional<qint64> keptFirst; ///< as it is kept; nothing: not yet
        bool changed = false;
        bool isHeld = false; ///< not told: see Numbering
    };
    void noteStep(bool roseByOne);
    void seeBelow(qint64 number, Timestamp at, bool roseByOne);
    void fill(std::size_t index, qint64 number, Timestamp at);
    void beginEpoch(qint64 first);
    [[nodiscard]] GapEdit editOf(const Open& open) const;

    QByteArray m_source;
    SeriesMark m_mark;
    Numbering m_numbering;
    std::optional<qint64> m_previous; ///< that came, of this group
    std::vector<Open> m_open;         ///< rising, disjoint
    std::vector<GapEdit> m_done;
    qint64 m_found = 0;
};

/// The numbers in some items, by series, in their order; `known` marks the items that are passed over.
[[nodiscard]] std::map<QByteArray, std::vector<SeenNumber>> numbersIn(std::span<const IngestItem> items,
                                                                      const std::vector<bool>& known);

/// The series that were interrupted after the last of their numbers in these items.
[[nodiscard]] std::set<QByteArray> interruptedIn(std::span<const IngestItem> items, const std::vector<bool>& known);

/// Returns how many numbers first…last are; the greatest qint64 when they are more.
[[nodiscard]] qint64 numbersBetween(qint64 first, qint64 last);

/// A source's news as a change.
[[nodiscard]] GapEdit editOf(const Delivery& delivery, const GapNews& news, qint64 epoch);
/// Puts a change after others; entries that were trimmed one after the other become one row.
void addEdit(std::vector<GapEdit>& edits, GapEdit edit);

} // namespace portolan
