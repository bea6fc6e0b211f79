#include "storage/ingest/gaptracker.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace portolan {

namespace {

/// Jumps of one series that wait until it is known whether they are losses.
constexpr std::ptrdiff_t mostHeld = 100;

/// Exact for any two numbers of 64 bits with low <= high.
quint64 distance(qint64 low, qint64 high) {
    return static_cast<quint64>(high) - static_cast<quint64>(low);
}

/// The connection was lost, or messages were dropped.
bool isInterruption(const IngestItem& item) {
    const auto* news = std::get_if<GapNews>(&item.decoded);
    return news && (news->kind == GapKind::Disconnect || news->kind == GapKind::Overrun)
           && !item.delivery.series.isEmpty();
}

} // namespace

qint64 numbersBetween(qint64 first, qint64 last) {
    constexpr auto most = static_cast<quint64>(std::numeric_limits<qint64>::max());
    return static_cast<qint64>(std::min(distance(first, last), most - 1) + 1);
}

std::map<QByteArray, std::vector<SeenNumber>> numbersIn(std::span<const IngestItem> items,
                                                        const std::vector<bool>& known) {
    std::map<QByteArray, std::vector<SeenNumber>> all;
    std::set<QByteArray> interrupted;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Delivery& delivery = items[i].delivery;
        if (isInterruption(items[i]))
            interrupted.insert(delivery.series);
        const auto* message = std::get_if<IncomingMessage>(&items[i].decoded);
        if (message && message->number && !delivery.series.isEmpty() && !known[i])
            all[delivery.series].push_back(
                {*message->number, delivery.receivedAt, interrupted.erase(delivery.series) > 0});
    }
    return all;
}

std::set<QByteArray> interruptedIn(std::span<const IngestItem> items, const std::vector<bool>& known) {
    std::set<QByteArray> interrupted;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto* message = std::get_if<IncomingMessage>(&items[i].decoded);
        if (isInterruption(items[i]))
            interrupted.insert(items[i].delivery.series);
        else if (message && message->number && !known[i])
            interrupted.erase(items[i].delivery.series);
    }
    return interrupted;
}

GapTracker::GapTracker(QByteArray source, SeriesMark mark) : m_source(std::move(source)), m_mark(std::move(mark)) {
    m_numbering = m_mark.numbering.value_or(m_mark.lastNumber ? Numbering::followed() : Numbering());
    for (const Numbering::Held& held : m_numbering.held)
        m_open.push_back({held.first, held.last, held.at, std::nullopt, true, true});
}

SeriesMark GapTracker::mark() const {
    SeriesMark mark = m_mark;
    mark.numbering = m_numbering;
    mark.numbering->held.clear();
    for (const Open& open : m_open) {
        if (open.isHeld)
            mark.numbering->held.push_back({open.first, open.last, open.detectedAt});
    }
    return mark;
}

bool GapTracker::wantsOpenGaps(std::span<const SeenNumber> numbers) const {
    std::optional<qint64> last = m_mark.lastNumber;
    for (const SeenNumber& seen : numbers) {
        if (last && seen.number <= *last)
            return true;
        last = seen.number;
    }
    return false;
}

void GapTracker::know(std::vector<Gap> open) {
    std::ranges::sort(open, {}, &Gap::firstNumber);
    for (const Gap& gap : open) {
        if (gap.firstNumber && gap.lastNumber)
            m_open.push_back({*gap.firstNumber, *gap.lastNumber, gap.detectedAt, gap.firstNumber});
    }
    std::ranges::sort(m_open, {}, &Open::first); // among those that are held
}

/// Tells what was held once the numbers are known to be a sequence, and lets go of it once they are known to be none.
void GapTracker::noteStep(bool roseByOne) {
    m_numbering.step(roseByOne);
    if (m_numbering.isNumbered()) {
        for (Open& open : m_open)
            m_found += std::exchange(open.isHeld, false) ? 1 : 0;
        return;
    }
    const auto held = std::ranges::count_if(m_open, &Open::isHeld);
    if (m_numbering.isNoSequence() || held > mostHeld) {
        std::erase_if(m_open, [](const Open& open) { return open.isHeld; });
    }
}

void GapTracker::see(SeenNumber seen) {
    const qint64 number = seen.number;
    const Timestamp at = seen.at;
    const bool isAfterInterruption = std::exchange(m_mark.isInterrupted, false) || seen.isAfterInterruption;
    const std::optional<qint64> before = std::exchange(m_previous, number);
    auto& last = m_mark.lastNumber;
    if (last && number <= *last) {
        seeBelow(number, at, before && number > *before && distance(*before, number) == 1);
        return;
    }
    m_mark.fallen.reset();
    if (last && distance(*last, number) > 1) {
        const bool isNumbered = m_numbering.isNumbered(); // before it: a jump is none of what makes it so
        m_open.push_back({*last + 1, number - 1, at, std::nullopt, true, !isNumbered});
        m_found += isNumbered ? 1 : 0;
        if (!isAfterInterruption)
            noteStep(false);
    } else if (last) {
        noteStep(true);
    }
    last = number;
}

void GapTracker::seeBelow(qint64 number, Timestamp at, bool roseByOne) {
    const auto after = std::ranges::upper_bound(m_open, number, {}, &Open::first);
    if (after != m_open.begin() && number <= std::prev(after)->last) {
        fill(static_cast<std::size_t>(std::prev(after) - m_open.begin()), number, at);
        noteStep(roseByOne);
        return;
    }
    if (distance(number, *m_mark.lastNumber) > nearby) {
        beginEpoch(number);
        return;
    }
    if (m_mark.fallen && number > *m_mark.fallen) {
        beginEpoch(*m_mark.fallen);
        see({number, at});
        return;
    }
    if (number != *m_mark.lastNumber)
        m_mark.fallen = number;
}

/// A late arrival inside an open gap.
void GapTracker::fill(std::size_t index, qint64 number, Timestamp at) {
    Open& open = m_open[index];
    open.changed = true;
    if (open.first == open.last && open.isHeld) {
        m_open.erase(m_open.begin() + static_cast<std::ptrdiff_t>(index));
    } else if (open.first == open.last) {
        GapEdit edit = editOf(open);
        edit.gap.missing = 0;
        edit.gap.closedAt = at;
        m_done.push_back(std::move(edit));
        m_open.erase(m_open.begin() + static_cast<std::ptrdiff_t>(index));
    } else if (number == open.first) {
        ++open.first;
    } else if (number == open.last) {
        --open.last;
    } else {
        const Open upper{number + 1, open.last, open.detectedAt, std::nullopt, true, open.isHeld};
        open.last = number - 1;
        m_open.insert(m_open.begin() + static_cast<std::ptrdiff_t>(index) + 1, upper);
    }
}

/// Begins an epoch; what is missing in the old one stays missing.
void GapTracker::beginEpoch(qint64 first) {
    for (const Open& open : m_open) {
        if (open.changed && !open.isHeld)
            m_done.push_back(editOf(open));
    }
    m_open.clear();
    ++m_mark.epoch;
    m_mark.lastNumber = first;
    m_mark.fallen.reset();
}

GapEdit GapTracker::editOf(const Open& open) const {
    GapEdit edit;
    edit.gap.source = m_source;
    edit.gap.epoch = m_mark.epoch;
    edit.gap.firstNumber = open.first;
    edit.gap.lastNumber = open.last;
    edit.gap.missing = numbersBetween(open.first, open.last);
    edit.gap.detectedAt = open.detectedAt;
    edit.formerFirst = open.keptFirst;
    edit.isNew = !open.keptFirst;
    return edit;
}

std::vector<GapEdit> GapTracker::edits() const {
    std::vector<GapEdit> all = m_done;
    for (const Open& open : m_open) {
        if (open.changed && !open.isHeld)
            all.push_back(editOf(open));
    }
    return all;
}

GapEdit editOf(const Delivery& delivery, const GapNews& news, qint64 epoch) {
    GapEdit edit;
    edit.gap.source = delivery.series.isEmpty() ? delivery.key.source : delivery.series;
    edit.gap.kind = news.kind;
    edit.gap.epoch = epoch;
    edit.gap.missing = news.missing;
    edit.gap.detectedAt = delivery.receivedAt;
    edit.gap.details = news.details;
    edit.isNew = !news.isOver;
    if (news.isOver || news.missing == 0) // nothing is missing: it is told, and over
        edit.gap.closedAt = delivery.receivedAt;
    return edit;
}

void addEdit(std::vector<GapEdit>& edits, GapEdit edit) {
    GapEdit* const last = edits.empty() ? nullptr : &edits.back();
    const bool joins = last && edit.isNew && last->isNew && edit.gap.kind == GapKind::Trimmed
                       && last->gap.kind == GapKind::Trimmed && last->gap.source == edit.gap.source
                       && last->gap.details == edit.gap.details && last->gap.missing && edit.gap.missing;
    if (joins)
        *last->gap.missing += *edit.gap.missing;
    else
        edits.push_back(std::move(edit));
}

} // namespace portolan
