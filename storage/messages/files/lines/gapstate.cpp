#include "storage/messages/files/lines/gapstate.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <QByteArrayList>
#include <algorithm>
#include <utility>

namespace portolan {

namespace {

/// The beginning of the details of a gap whose lines were stored and are gone.
constexpr const char* lostDetails = R"({"reason":"These lines were stored, and are gone from the batch files.")";
constexpr qsizetype namedFiles = 20;

void putNumber(ByteWriter& out, const std::optional<qint64>& number) {
    out.u8(number ? 1 : 0);
    if (number)
        out.i64(*number);
}

std::optional<qint64> takeNumber(ByteReader& in) {
    return in.u8() == 1 ? std::optional(in.i64()) : std::nullopt;
}

void putGap(ByteWriter& out, const Gap& gap) {
    out.bytes(gap.source);
    out.u8(static_cast<quint8>(gap.kind));
    out.i64(gap.epoch);
    putNumber(out, gap.firstNumber);
    putNumber(out, gap.lastNumber);
    putNumber(out, gap.missing);
    out.i64(gap.detectedAt.time_since_epoch().count());
    putNumber(out, gap.closedAt ? std::optional(qint64(gap.closedAt->time_since_epoch().count())) : std::nullopt);
    out.bytes(gap.details);
}

Gap takeGap(ByteReader& in) {
    const auto time = [](qint64 microseconds) { return Timestamp(std::chrono::microseconds(microseconds)); };
    Gap gap;
    gap.source = in.bytes().toByteArray();
    gap.kind = static_cast<GapKind>(std::min<quint8>(in.u8(), static_cast<quint8>(GapKind::Trimmed)));
    gap.epoch = in.i64();
    gap.firstNumber = takeNumber(in);
    gap.lastNumber = takeNumber(in);
    gap.missing = takeNumber(in);
    gap.detectedAt = time(in.i64());
    if (const auto closed = takeNumber(in))
        gap.closedAt = time(*closed);
    gap.details = in.bytes().toByteArray();
    return gap;
}

/// The beginning of the name of a mark whose rest tells how the numbers of the mark before it rise; older versions read
/// such a mark as a series without numbers.
constexpr QByteArrayView numberingMark("\0numbering\0", 11);

void putMarks(ByteWriter& out, const auto& marks) {
    const auto numbered =
        std::ranges::count_if(marks, [](const auto& mark) { return mark.second.numbering.has_value(); });
    out.varint(marks.size() + static_cast<std::size_t>(numbered));
    for (const auto& [source, mark] : marks) {
        out.bytes(source);
        out.i64(mark.epoch);
        putNumber(out, mark.lastNumber);
        if (!mark.numbering)
            continue;
        out.bytes(numberingMark.toByteArray() + mark.numbering->toText());
        out.i64(0);
        putNumber(out, std::nullopt);
    }
}

std::vector<std::pair<QByteArray, SeriesMark>> takeMarks(ByteReader& in) {
    std::vector<std::pair<QByteArray, SeriesMark>> marks;
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        QByteArray source = in.bytes().toByteArray();
        SeriesMark mark;
        mark.epoch = in.i64();
        mark.lastNumber = takeNumber(in);
        if (!source.startsWith(numberingMark))
            marks.emplace_back(std::move(source), std::move(mark));
        else if (!marks.empty())
            marks.back().second.numbering = Numbering::fromText(QByteArrayView(source).sliced(numberingMark.size()));
    }
    return marks;
}

/// Returns true when an edit is of this gap.
bool isMeant(const Gap& gap, const GapEdit& edit) {
    if (gap.closedAt || GapState::isOfLost(gap) || gap.kind != edit.gap.kind || gap.source != edit.gap.source)
        return false;
    return !edit.formerFirst || (gap.epoch == edit.gap.epoch && gap.firstNumber == edit.formerFirst);
}

} // namespace

void GapChanges::writeTo(ByteWriter& out) const {
    out.varint(edits.size());
    for (const GapEdit& edit : edits) {
        const bool isNamed = !edit.isNew && edit.gap.id > 0;
        out.u8(edit.isNew ? 1 : isNamed ? 2 : 0);
        if (isNamed)
            out.varint(static_cast<quint64>(edit.gap.id));
        putNumber(out, edit.formerFirst);
        putGap(out, edit.gap);
    }
    putMarks(out, marks);
}

GapChanges GapChanges::readFrom(ByteReader& in) {
    GapChanges changes;
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        GapEdit edit;
        const quint8 kind = in.u8();
        edit.isNew = kind == 1;
        const qint64 id = kind == 2 ? static_cast<qint64>(in.varint()) : 0;
        edit.formerFirst = takeNumber(in);
        edit.gap = takeGap(in);
        edit.gap.id = id;
        changes.edits.push_back(std::move(edit));
    }
    changes.marks = takeMarks(in);
    return changes;
}

SeriesMark GapState::markOf(const QByteArray& source) const {
    const auto found = m_marks.find(source);
    return found == m_marks.end() ? SeriesMark() : found->second;
}

std::vector<Gap> GapState::openOf(const QByteArray& source, qint64 epoch) const {
    std::vector<Gap> open;
    std::ranges::copy_if(m_gaps, std::back_inserter(open), [&](const Gap& gap) {
        return !gap.closedAt && gap.kind == GapKind::Numbers && gap.epoch == epoch && gap.source == source
               && !isOfLost(gap);
    });
    return open;
}

GapChanges GapState::changesBy(std::span<const IngestItem> items, const std::vector<bool>& known, qint64& found) const {
    GapChanges changes;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto* news = std::get_if<GapNews>(&items[i].decoded);
        if (news && !known[i]) {
            GapEdit edit = editOf(items[i].delivery, *news, 0);
            edit.gap.epoch = markOf(edit.gap.source).epoch;
            addEdit(changes.edits, std::move(edit));
        }
    }
    found = std::ranges::count_if(changes.edits, &GapEdit::isNew);
    for (const auto& [source, numbers] : numbersIn(items, known)) {
        GapTracker tracker(source, markOf(source));
        if (tracker.wantsOpenGaps(numbers))
            tracker.know(openOf(source, tracker.mark().epoch));
        for (const SeenNumber& seen : numbers)
            tracker.see(seen);
        std::ranges::move(tracker.edits(), std::back_inserter(changes.edits));
        changes.marks.emplace_back(source, tracker.mark());
        found += tracker.found();
    }
    for (const QByteArray& source : interruptedIn(items, known)) {
        const auto changed = std::ranges::find(changes.marks, source, &std::pair<QByteArray, SeriesMark>::first);
        if (changed != changes.marks.end()) {
            changed->second.isInterrupted = true;
        } else if (const auto mark = m_marks.find(source); mark != m_marks.end()) {
            changes.marks.emplace_back(source, mark->second);
            changes.marks.back().second.isInterrupted = true;
        }
    }
    return changes;
}

void GapState::apply(const GapChanges& changes) {
    for (const GapEdit& edit : changes.edits) {
        if (edit.isNew) {
            m_gaps.push_back(edit.gap);
            m_gaps.back().id = static_cast<qint64>(m_gaps.size());
            continue;
        }
        if (edit.gap.id > 0) {
            if (edit.gap.id <= std::ssize(m_gaps))
                m_gaps[static_cast<std::size_t>(edit.gap.id - 1)] = edit.gap;
            continue;
        }
        for (Gap& gap : m_gaps) {
            if (!isMeant(gap, edit))
                continue;
            gap.closedAt = edit.gap.closedAt;
            if (!edit.gap.details.isEmpty())
                gap.details = edit.gap.details;
            if (!edit.formerFirst)
                continue;
            gap.firstNumber = edit.gap.firstNumber;
            gap.lastNumber = edit.gap.lastNumber;
            gap.missing = edit.gap.missing;
        }
    }
    for (const auto& [source, mark] : changes.marks)
        m_marks[source] = mark;
}

bool GapState::isOfLost(const Gap& gap) {
    return gap.kind == GapKind::Numbers && gap.details.startsWith(lostDetails);
}

QByteArray GapState::fileNameOf(qint64 batch) {
    return batch > 0 ? batchFileName(batch) : QByteArray(RejectFile::fileName);
}

qint64 GapState::addLost(const QByteArray& source, std::span<const StoredLine* const> lines) {
    Gap gap;
    gap.id = std::ssize(m_gaps) + 1;
    gap.source = source;
    gap.epoch = markOf(source).epoch;
    for (const StoredLine* const line : lines) {
        if (line->batch == 0)
            continue; // a reject has no number
        gap.firstNumber = std::min(gap.firstNumber.value_or(line->number), line->number);
        gap.lastNumber = std::max(gap.lastNumber.value_or(line->number), line->number);
    }
    gap.missing = std::ssize(lines);
    gap.detectedAt = currentTime();
    QByteArrayList files;
    qint64 batch = -1;
    for (const StoredLine* const line : lines) {
        if (line->batch != std::exchange(batch, line->batch) && files.size() < namedFiles)
            files.append('"' + fileNameOf(line->batch) + '"');
    }
    gap.details = lostDetails + QByteArray(R"(,"lines":)") + QByteArray::number(lines.size()) + R"(,"files":[)"
                  + files.join(',') + "]}";
    m_gaps.push_back(gap);
    return gap.id;
}

std::optional<GapEdit> GapState::filledBy(qint64 id, qint64 messages, Timestamp at) const {
    if (id < 1 || id > std::ssize(m_gaps))
        return std::nullopt;
    GapEdit edit;
    edit.isNew = false;
    edit.gap = m_gaps[static_cast<std::size_t>(id - 1)];
    const qint64 missing = edit.gap.missing.value_or(0);
    if (messages < missing)
        edit.gap.missing = missing - messages;
    else
        edit.gap.closedAt = at; // with what was missing last, as every gap that is closed
    return edit;
}

bool GapState::mayNumbersRepeat() const {
    const auto numbered = std::ranges::count_if(m_marks, [](const auto& mark) { return !!mark.second.lastNumber; });
    return numbered > 1 || std::ranges::any_of(m_marks, [](const auto& mark) { return mark.second.epoch > 0; });
}

void GapState::writeTo(ByteWriter& out) const {
    out.varint(m_gaps.size());
    for (const Gap& gap : m_gaps)
        putGap(out, gap);
    putMarks(out, m_marks);
}

GapState GapState::readFrom(ByteReader& in) {
    GapState book;
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        book.m_gaps.push_back(takeGap(in));
        book.m_gaps.back().id = static_cast<qint64>(book.m_gaps.size());
    }
    for (auto& [source, mark] : takeMarks(in))
        book.m_marks.insert_or_assign(source, std::move(mark));
    return book;
}

} // namespace portolan
