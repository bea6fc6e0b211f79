#pragma once

#include "storage/base/result.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/linebook.h"
#include "storage/messages/files/lines/posixfile.h"
#include "storage/messages/files/lines/storedline.h"

#include <QByteArray>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The lines of one batch file, to be compared with those that were stored in it. A stored line is there when a line
/// equals it to the byte, or else has its message number and was changed by somebody, as long as another stored line is
/// there to the byte: a file without any is another program's, unless it has one line in place of one. Each line of the
/// file counts for one stored line; a torn one for none, unless only its line feed is missing.
class StandingLines {
public:
    enum class Fate { Same, Changed, Gone };

    /// The fate of a stored line, and the row (from 0) of the file's line that counts for it.
    struct Found {
        Fate fate = Fate::Gone;
        std::size_t row = 0;
    };

    /// Reads a batch file; a missing one has no lines.
    static Result<StandingLines> read(const Fd& messages, qint64 batch);
    /// Takes the lines in the bytes of a file.
    static StandingLines in(QByteArray bytes);
    /// Reads the records of the rejects. `own`: the folder `.portolan`.
    static Result<StandingLines> readRejects(const Fd& own);

    enum class Likeness : quint8 {
        Number, ///< a line of the same number counts as the stored one, changed
        Byte    ///< only an equal line counts: the memory is an older one, and other lines may have the numbers by now
    };
    static Likeness likenessOf(bool isUncertain) { return isUncertain ? Likeness::Byte : Likeness::Number; }
    /// Finds what became of these lines, in their order, and uses up the file's lines that count for them.
    [[nodiscard]] std::vector<Found> find(std::span<const StoredLine* const> lines, Likeness likeness);

    struct Line {
        quint32 length = 0; ///< with its line feed
        quint32 checksum = 0;
        qsizetype at = 0;  ///< in the file
        bool ended = true; ///< by its line feed
        bool used = false;
    };
    /// Calls visit(const Line&, const BatchLine&) for whole lines that count for none of those asked about.
    template <class Visit>
    void forEachUnused(Visit visit) const {
        for (const Line& line : m_lines) {
            if (!line.used && line.ended)
                visit(line, parsed(line));
        }
    }

private:
    [[nodiscard]] BatchLine parsed(const Line& line) const {
        return parseBatchLine(QByteArrayView(m_bytes).sliced(line.at, line.length - 1), line.at == 0);
    }
    [[nodiscard]] std::optional<qint64> numberOf(const Line& line) const;
    [[nodiscard]] bool isReplaced(std::span<const StoredLine* const> lines) const;

    bool m_isOfRejects = false;
    QByteArray m_bytes;
    std::vector<Line> m_lines;
};

/// Compares the lines of a book with the files, segment by segment, from the newest to the oldest: when a file was made
/// again under a number, its lines are those stored last. A line that was gone is there again only to the byte: another
/// one may have its number by now. Borrows all.
class LineComparison {
public:
    LineComparison(const Fd& own, const Fd& messages, const LineBook& book,
                   StandingLines::Likeness likeness = StandingLines::Likeness::Number)
        : m_own(own)
        , m_messages(messages)
        , m_book(book)
        , m_likeness(likeness) {}

    struct Line {
        std::size_t segment = 0;
        std::size_t index = 0;
        const StoredLine& line;
        StandingLines::Fate fate = StandingLines::Fate::Same;
    };
    using BatchFilter = std::function<bool(qint64 batch)>;
    using Visit = std::function<void(const Line& line)>;
    /// Visits a segment's lines of the files asked for; batch 0 is the file of rejects. A damaged segment has none.
    Result<void> compare(std::size_t segment, const BatchFilter& isAsked, const Visit& visit);
    /// Visits the lines that compare() left until all segments were compared: a changed line may have their number.
    void finish(const Visit& visit);

private:
    Result<void> compareFile(std::size_t segment, qint64 batch, std::span<const StoredLine> lines,
                             std::span<const std::size_t> indexes, const Visit& visit);
    void settle(qint64 batch, const Visit& visit);
    [[nodiscard]] bool isNeededBefore(qint64 batch, std::size_t segment) const;

    const Fd& m_own;
    const Fd& m_messages;
    const LineBook& m_book;
    StandingLines::Likeness m_likeness;
    struct Waiting {
        std::size_t segment = 0;
        std::size_t index = 0;
        StoredLine line;
    };
    std::map<qint64, std::vector<Waiting>> m_waiting; ///< no line is the same to the byte
    std::map<qint64, StandingLines> m_standing;       ///< of files that older segments have lines of, too
};

} // namespace portolan
