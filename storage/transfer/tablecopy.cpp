#include "storage/transfer/tablecopy.h"

#include "storage/ingest/contenthash.h"
#include "storage/transfer/copiedtables.h"
#include "storage/transfer/copyledger.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace portolan {

namespace {

constexpr std::size_t unitRows = 2'000; // that a page of the ledger has at most
constexpr qint64 unitBytes = 4 * 1024 * 1024;
constexpr std::size_t transactionRows = 10'000;
constexpr qint64 transactionBytes = 8 * 1024 * 1024;
constexpr std::size_t mostHeld = 1'000; // changes of a table that are tried once more
constexpr qint64 mostHeldBytes = 8 * 1024 * 1024;
constexpr qint64 mostTold = 5; // of a table
constexpr std::size_t firstPiece = 400;
constexpr std::size_t leastPiece = 16;
// New rows that are written in the time of another change: it asks for the row before and after it, and more.
constexpr std::size_t asOneChanged = 8;
constexpr std::size_t asOneGone = 4;
constexpr const char* cannotChange =
    "could not be changed: a rule is in the way. It stays as it was, and is tried again.";

constexpr const char* auditTable = "portolan_audit";
constexpr const char* settingsTable = "portolan_settings";

qint64 bytesOf(const ContentRow& row) {
    qint64 bytes = 0;
    for (const ContentCell& cell : row)
        bytes += static_cast<qint64>(sizeof cell) + cell.bytes.size();
    return bytes;
}

} // namespace

/// The rows of the source, with the next one known.
class SourceRows {
public:
    SourceRows(std::unique_ptr<RowStream> stream, bool isSettings)
        : m_stream(std::move(stream))
        , m_isSettings(isSettings) {}
    [[nodiscard]] Result<void> move() {
        do {
            const Result<bool> more = m_stream->next();
            PORTOLAN_TRY(more);
            m_isThere = *more;
        } while (m_isThere && m_isSettings && isPlacesOwnSetting(m_stream->row()));
        return {};
    }
    [[nodiscard]] bool isThere() const { return m_isThere; }
    [[nodiscard]] const ContentRow& row() const { return m_stream->row(); }

private:
    std::unique_ptr<RowStream> m_stream;
    bool m_isSettings;
    bool m_isThere = false;
};

TableCopy::TableCopy(StoreContent& from, CopyTarget& into, const TablePlan& plan, const CopyOptions& options,
                     CopyReport& report, Pass pass)
    : m_from(from)
    , m_into(into)
    , m_plan(plan)
    , m_options(options)
    , m_report(report)
    , m_isDropping(pass == Pass::Drop)
    , m_ledger("copy/" + QByteArray::number(contentHash(options.from.toUtf8()), 16) + '/' + plan.table.toUtf8() + '/')
    , m_isAudit(plan.table == QLatin1String(auditTable))
    , m_isSettings(plan.table == QLatin1String(settingsTable))
    , m_isBegun(!options.tellsBegin || report.copied > 0)
    , m_piece(firstPiece) {}

/// Differences are found where rows are brought; the other pass looks at the same ones again.
void TableCopy::differ(const ContentRow& row, const QString& why) {
    if (!m_isDropping)
        tellDifference(row, why);
}

void TableCopy::tellDifference(const ContentRow& row, const QString& why) {
    ++m_report.differences;
    if (++m_differences <= mostTold)
        m_report.told
            << QStringLiteral("%1 %2: %3").arg(m_plan.table, QString::fromUtf8(contentKeyText(m_plan.keyOf(row))), why);
    if (m_differences == mostTold + 1)
        m_report.told << QStringLiteral("%1: there are more; `portolan compare` shows all.").arg(m_plan.table);
}

/// The pages that are looked at together: one, or several small ones, which become one.
Result<std::vector<LedgerPage>> TableCopy::pagesAhead() {
    std::vector<LedgerPage> pages;
    std::size_t hashes = 0;
    std::optional<ContentRow> after = m_done;
    while (true) {
        auto page = m_into.ledgerPage(m_ledger, after);
        PORTOLAN_TRY(page);
        if (!*page || (!pages.empty() && hashes + (*page)->hashes.size() > unitRows))
            return pages;
        hashes += (*page)->hashes.size();
        after = (*page)->last;
        pages.push_back(std::move(**page));
    }
}

/// Takes the rows to the end of the pages. Beyond the last page, and where rows came in between, as many as a page has.
Result<TableCopy::Unit> TableCopy::takeUnit(SourceRows& rows) {
    Unit unit;
    auto pages = pagesAhead();
    PORTOLAN_TRY(pages);
    unit.pages = std::move(*pages);
    std::optional<ContentRow> end;
    if (!unit.pages.empty()) {
        const auto following = m_into.ledgerPage(m_ledger, unit.pages.back().last);
        PORTOLAN_TRY(following);
        for (const LedgerPage& page : unit.pages)
            unit.known.insert(page.hashes.begin(), page.hashes.end());
        if (*following || unit.known.size() * 2 > unitRows)
            end = unit.pages.back().last;
    }
    const auto isWithin = [&] {
        return rows.isThere() && (!end || compareContentKeys(m_plan.keyOf(rows.row()), *end) <= 0);
    };
    while (isWithin() && unit.rows.size() < unitRows && unit.bytes < unitBytes) {
        auto why = m_into.refusal(m_plan, rows.row());
        if (why && m_into.refusal(m_plan, *keysOf(rows.row()))) {
            differ(rows.row(), *why); // the target can have no row under this key
        } else {
            if (why)
                unit.refused.emplace(unit.rows.size(), std::move(*why));
            unit.rows.push_back(rows.row());
            unit.bytes += bytesOf(unit.rows.back());
        }
        PORTOLAN_TRY(rows.move());
    }
    unit.stretch.after = m_done;
    unit.stretch.until = isWithin() ? keysOf(unit.rows.back()) : end;
    return unit;
}

void TableCopy::settleSame(const ContentRow& row, Work& work) {
    m_report.unchanged += m_isDropping ? 0 : 1;
    work.kept.push_back(hashOf(row));
}

void TableCopy::settleMissing(const Unit& unit, std::size_t at, Work& work) {
    const ContentRow& row = unit.rows[at];
    if (const auto refused = unit.refused.find(at); refused != unit.refused.end())
        return differ(row, refused->second);
    const quint64 hash = hashOf(row);
    if (!unit.known.contains(hash)) {
        if (!m_isDropping)
            work.missing.push_back(&row);
        return;
    }
    work.kept.push_back(hash);
    if (!m_isAudit)
        differ(row, QStringLiteral("was copied, and is not there any more."));
    else if (!m_isDropping)
        ++m_report.unchanged; // it stands there under another number
}

void TableCopy::settleBoth(const Unit& unit, std::size_t at, const ContentRow& there, Work& work) {
    const ContentRow& row = unit.rows[at];
    if (std::ranges::equal(m_plan.countedOf(row), m_plan.countedOf(there), isSameCell))
        return settleSame(row, work);
    const quint64 hash = hashOf(m_isAudit ? row : there);
    const bool isKnown = unit.known.contains(hash);
    if (const auto refused = unit.refused.find(at); refused != unit.refused.end()) {
        if (isKnown)
            work.kept.push_back(hash);
        return differ(row, refused->second);
    }
    if (isKnown && (m_isAudit || m_isDropping)) {
        m_report.unchanged += m_isDropping ? 0 : 1;
        work.kept.push_back(hash);
    } else if (m_isAudit && !m_isDropping) {
        work.appended.push_back(&row);
    } else if (isKnown) {
        work.changed.push_back({there, at});
    } else {
        differ(row, QStringLiteral("is another row there, which no copy left so; it stays."));
    }
}

void TableCopy::settleExtra(const Unit& unit, const ContentRow& there, Work& work) {
    if (m_isAudit || (m_isSettings && isPlacesOwnSetting(there)))
        return;
    const quint64 hash = hashOf(there);
    const bool isOurs = unit.known.contains(hash);
    if (isOurs && m_options.drops && m_isDropping) {
        work.gone.push_back(there);
        return;
    }
    if (isOurs)
        work.kept.push_back(hash);
    m_gone += isOurs ? 1 : 0;
    if (!isOurs || !m_options.drops)
        differ(there, isOurs ? QStringLiteral("is not in the source any more; it stays.")
                             : QStringLiteral("is there alone; it stays."));
}

Result<TableCopy::Work> TableCopy::layBeside(const Unit& unit) {
    Work work;
    const auto there = m_into.rows(m_plan, unit.stretch);
    PORTOLAN_TRY(there);
    Result<bool> more = (*there)->next();
    PORTOLAN_TRY(more);
    std::size_t at = 0;
    while (at < unit.rows.size() || *more) {
        const auto order = at == unit.rows.size() ? std::strong_ordering::greater
                           : !*more               ? std::strong_ordering::less
                                    : compareContentKeys(m_plan.keyOf(unit.rows[at]), m_plan.keyOf((*there)->row()));
        if (order == std::strong_ordering::less)
            settleMissing(unit, at, work);
        else if (order == std::strong_ordering::greater)
            settleExtra(unit, (*there)->row(), work);
        else
            settleBoth(unit, at, (*there)->row(), work);
        at += order != std::strong_ordering::greater ? 1 : 0;
        if (order != std::strong_ordering::less) {
            more = (*there)->next();
            PORTOLAN_TRY(more);
        }
    }
    return work;
}

/// Returns the key up to which a unit's changes are a piece of their own, where they would keep others waiting.
std::optional<ContentRow> TableCopy::endOfPiece(const Unit& unit, const Work& work) const {
    std::optional<ContentRow> end;
    const auto endBy = [&](std::size_t count, std::size_t weight, const auto& rowAt) {
        const std::size_t most = std::max<std::size_t>(m_piece / weight, 1);
        if (count <= most)
            return;
        for (std::size_t at = most - 1; at < count; ++at) {
            auto key = keysOf(rowAt(at));
            if (!ledgerKey(*key))
                continue; // no page of the ledger can end with it
            if (!end || compareContentKeys(*key, *end) < 0)
                end = std::move(key);
            return;
        }
    };
    const auto missing = [&](std::size_t i) -> const ContentRow& { return *work.missing[i]; };
    const auto appended = [&](std::size_t i) -> const ContentRow& { return *work.appended[i]; };
    const auto changed = [&](std::size_t i) -> const ContentRow& { return unit.rows[work.changed[i].row]; };
    const auto gone = [&](std::size_t i) -> const ContentRow& { return work.gone[i]; };
    endBy(work.missing.size(), 1, missing);
    endBy(work.appended.size(), asOneGone, appended);
    endBy(work.changed.size(), asOneChanged, changed);
    endBy(work.gone.size(), asOneGone, gone);
    return end;
}

/// Leaves the rows up to a key in a unit; returns the others, with the pages that go beyond it. A page that both are of
/// stays until the second is written: both know all that it knows.
TableCopy::Unit TableCopy::cutAfter(Unit& unit, const ContentRow& end, const TablePlan& plan) {
    const auto isWithin = [&](const ContentRow& row) { return compareContentKeys(plan.keyOf(row), end) <= 0; };
    const auto first = std::ranges::partition_point(unit.rows, isWithin);
    const auto at = static_cast<std::size_t>(first - unit.rows.begin());
    Unit rest;
    rest.known = unit.known;
    rest.stretch = {end, unit.stretch.until};
    rest.rows.assign(std::make_move_iterator(first), std::make_move_iterator(unit.rows.end()));
    unit.rows.erase(first, unit.rows.end());
    for (auto refused = unit.refused.lower_bound(at); refused != unit.refused.end();
         refused = unit.refused.erase(refused))
        rest.refused.emplace(refused->first - at, std::move(refused->second));
    std::ranges::copy_if(unit.pages, std::back_inserter(rest.pages),
                         [&](const LedgerPage& page) { return compareContentKeys(page.last, end) > 0; });
    unit.stretch.until = end;
    return rest;
}

/// Finds out how many rows are written in half the time that others wait.
void TableCopy::learn(const Work& work, Clock::duration took) {
    const std::size_t rows = work.missing.size() + asOneChanged * work.changed.size()
                             + asOneGone * (work.gone.size() + work.appended.size());
    if (2 * rows < m_piece)
        return;
    const double times = std::chrono::duration<double>(*m_into.patience()) / (2 * took);
    m_piece =
        std::clamp(static_cast<std::size_t>(static_cast<double>(m_piece) * std::min(times, 2.0)), leastPiece, unitRows);
}

Result<void> TableCopy::begin() {
    PORTOLAN_TRY(m_into.begin());
    m_began = Clock::now();
    return {};
}

/// Begins another transaction where others have waited for this one.
Result<void> TableCopy::letOthersWrite(const std::function<void(const CopyReport&)>& progress) {
    const auto patience = m_into.patience();
    if (!patience || Clock::now() - m_began < *patience)
        return {};
    PORTOLAN_TRY(commit());
    progress(m_report);
    return begin();
}

/// Makes the target's rows as the unit has them, piece after piece where others wait for the target.
Result<void> TableCopy::settle(Unit unit, const std::function<void(const CopyReport&)>& progress) {
    while (true) {
        const auto [report, differences, gone] = std::tuple(m_report, m_differences, m_gone);
        auto work = layBeside(unit);
        PORTOLAN_TRY(work);
        std::optional<Unit> rest;
        if (const auto end = m_into.patience() ? endOfPiece(unit, *work) : std::nullopt) {
            std::tie(m_report, m_differences, m_gone) = std::tie(report, differences, gone);
            rest = cutAfter(unit, *end, m_plan);
            work = layBeside(unit);
            PORTOLAN_TRY(work);
        }
        const auto began = Clock::now();
        PORTOLAN_TRY(carryOut(unit, *work));
        PORTOLAN_TRY(writeLedger(unit, *work));
        if (m_into.patience())
            learn(*work, Clock::now() - began);
        if (!rest)
            return {};
        PORTOLAN_TRY(letOthersWrite(progress));
        unit = std::move(*rest);
    }
}

Result<void> TableCopy::carryOut(const Unit& unit, Work& work) {
    for (const ContentRow& row : work.gone) {
        const Result<bool> removed = m_into.remove(m_plan, row);
        PORTOLAN_TRY(removed);
        m_report.dropped += *removed ? 1 : 0;
        if (*removed) {
            ++m_report.copied;
            continue;
        }
        tellDifference(row, QStringLiteral("stays: it changed meanwhile, or rows that somebody else wrote need it."));
        work.kept.push_back(hashOf(row));
    }
    for (const Change& change : work.changed) {
        PORTOLAN_TRY(changeRow(change.was, unit.rows[change.row], work));
    }
    const auto refused = m_into.insert(m_plan, work.missing);
    PORTOLAN_TRY(refused);
    std::size_t next = 0; // of those refused, which rise
    for (std::size_t i = 0; i < work.missing.size(); ++i) {
        if (next < refused->size() && (*refused)[next].row == i) {
            m_hasRefused = true;
            differ(*work.missing[i], (*refused)[next++].why);
            continue;
        }
        ++m_report.copied;
        work.kept.push_back(hashOf(*work.missing[i]));
    }
    for (const ContentRow* row : work.appended) {
        PORTOLAN_TRY(m_into.append(m_plan, *row));
        ++m_report.copied;
        work.kept.push_back(hashOf(*row));
    }
    return {};
}

/// A row that could not be changed is known as it was, so that it is tried again.
Result<void> TableCopy::changeRow(const ContentRow& was, const ContentRow& row, Work& work) {
    const auto replaced = m_into.replace(m_plan, was, row);
    PORTOLAN_TRY(replaced);
    switch (*replaced) {
    case CopyTarget::Replaced::Done:
        m_hasChanged = true;
        ++m_report.copied;
        work.kept.push_back(hashOf(row));
        return {};
    case CopyTarget::Replaced::Gone:
        differ(row, QStringLiteral("could not be changed: it is another by now; it stays."));
        return {};
    case CopyTarget::Replaced::Refused:
        work.kept.push_back(hashOf(was));
        if (m_held.rows.size() >= mostHeld || m_held.bytes >= mostHeldBytes) {
            differ(row, QString::fromLatin1(cannotChange));
            return {};
        }
        m_held.bytes += bytesOf(was) + bytesOf(row);
        m_held.rows.push_back({was, row});
        return {};
    }
    Q_UNREACHABLE();
}

/// The unit's rows become a page; pages that it covers whole go. One that it covers in part stays: it knows too much,
/// which does no harm.
Result<void> TableCopy::writeLedger(const Unit& unit, Work& work) {
    std::optional<ContentRow> last = unit.stretch.until;
    if (!last && !unit.rows.empty())
        last = keysOf(unit.rows.back());
    if (!unit.pages.empty() && !unit.stretch.until && (!last || compareContentKeys(unit.pages.back().last, *last) > 0))
        last = unit.pages.back().last;
    const bool isAsItWas = unit.pages.size() == 1 && last && compareContentKeys(unit.pages.front().last, *last) == 0
                           && work.kept.size() == unit.known.size()
                           && std::ranges::all_of(work.kept, [&](quint64 hash) { return unit.known.contains(hash); });
    if (m_held.pages.size() < m_held.rows.size()) {
        m_held.pages.resize(m_held.rows.size(), m_held.ledger.size());
        m_held.ledger.push_back({*last, work.kept});
    }
    if (isAsItWas)
        return {};
    for (const LedgerPage& page : unit.pages) {
        if (!unit.stretch.until || compareContentKeys(page.last, *unit.stretch.until) <= 0) {
            PORTOLAN_TRY(m_into.dropLedger(m_ledger, page));
        }
    }
    return work.kept.empty() ? Result<void>() : m_into.writeLedger(m_ledger, {*last, work.kept});
}

/// Tries once more what was refused, now that all else is changed: rows may be in one another's way.
Result<void> TableCopy::exchangeHeld() {
    PORTOLAN_TRY(m_into.begin());
    const auto refused = m_into.exchange(m_plan, m_held.rows);
    PORTOLAN_TRY(refused);
    std::size_t next = 0; // of those refused
    for (std::size_t i = 0; i < m_held.rows.size(); ++i) {
        const auto& [was, row] = m_held.rows[i];
        if (next < refused->size() && (*refused)[next] == i) {
            ++next;
            differ(row, QString::fromLatin1(cannotChange));
            continue;
        }
        m_hasChanged = true;
        ++m_report.copied;
        std::ranges::replace(m_held.ledger[m_held.pages[i]].hashes, hashOf(was), hashOf(row));
    }
    for (const LedgerPage& page : m_held.ledger) {
        PORTOLAN_TRY(m_into.writeLedger(m_ledger, page));
    }
    return commit();
}

Result<void> TableCopy::commit() {
    PORTOLAN_TRY(m_from.checkUnmoved());
    if (!m_isBegun && m_report.copied > 0) {
        PORTOLAN_TRY(m_into.appendAudit(copyEntry(m_options, "copy_begin", {})));
    }
    PORTOLAN_TRY(m_into.commit());
    m_isBegun = m_isBegun || m_report.copied > 0;
    return {};
}

/// Takes the rows of a transaction before it begins, so that nobody waits for the target while the source is silent.
Result<std::vector<TableCopy::Unit>> TableCopy::takeUnits(SourceRows& rows) {
    std::vector<Unit> units;
    std::size_t taken = 0;
    qint64 bytes = 0;
    while (!m_isWhole && taken < transactionRows && bytes < transactionBytes) {
        auto unit = takeUnit(rows);
        PORTOLAN_TRY(unit);
        m_done = unit->stretch.until;
        m_isWhole = !unit->stretch.until;
        taken += std::max<std::size_t>(unit->rows.size(), 1);
        bytes += unit->bytes;
        units.push_back(std::move(*unit));
    }
    return units;
}

/// A target gives out numbers after the source's last one before the first row is there: who writes beside a copy, or
/// after one that was cut short, takes none that a row of the source has.
Result<void> TableCopy::run(const std::function<void(const CopyReport&)>& progress) {
    std::optional<qint64> last;
    if (!m_isDropping
        && std::ranges::any_of(m_plan.columns, [](const auto& each) { return each.name == QLatin1String("id"); })) {
        const auto number = m_from.lastNumber(m_plan.table);
        PORTOLAN_TRY(number);
        last = number->value_or(0);
    }
    auto stream = m_from.rows(m_plan);
    PORTOLAN_TRY(stream);
    SourceRows rows(std::move(*stream), m_isSettings);
    PORTOLAN_TRY(rows.move());
    while (!m_isWhole) {
        auto units = takeUnits(rows);
        PORTOLAN_TRY(units);
        PORTOLAN_TRY(begin());
        if (last) {
            PORTOLAN_TRY(m_into.raiseNumbers(m_plan.table, *last));
            last.reset();
        }
        for (std::size_t i = 0; i < units->size(); ++i) {
            if (i > 0) {
                PORTOLAN_TRY(letOthersWrite(progress));
            }
            PORTOLAN_TRY(settle(std::move((*units)[i]), progress));
        }
        PORTOLAN_TRY(commit());
        progress(m_report);
    }
    if (!m_held.rows.empty()) {
        PORTOLAN_TRY(exchangeHeld());
        progress(m_report);
    }
    return {};
}

AuditEntry copyEntry(const CopyOptions& options, const char* action, const CopyReport& report) {
    AuditEntry entry;
    entry.actor = options.actor;
    entry.action = action;
    entry.subjectKind = "store";
    entry.subjectId = options.from.toUtf8();
    if (!options.reason.isEmpty())
        entry.reason = options.reason;
    entry.after = "{\"copied\":" + QByteArray::number(report.copied)
                  + ",\"unchanged\":" + QByteArray::number(report.unchanged)
                  + ",\"differences\":" + QByteArray::number(report.differences) + '}';
    return entry;
}

} // namespace portolan
