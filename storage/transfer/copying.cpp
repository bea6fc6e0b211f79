#include "storage/transfer/copying.h"

#include "storage/ingest/contenthash.h"
#include "storage/transfer/storecomparison.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace portolan {

namespace {

constexpr std::size_t unitRows = 2'000; // that a page of the ledger has at most
constexpr qint64 unitBytes = 4 * 1024 * 1024;
constexpr std::size_t transactionRows = 10'000;
constexpr qint64 mostTold = 5; // of a table

constexpr const char* auditTable = "portolan_audit";
constexpr const char* settingsTable = "portolan_settings";

/// The tables of ours that go along, after the pipeline's, each after those it depends on.
constexpr std::array ownTables{"portolan_sources",     "portolan_source_offsets",  "portolan_source_chunks",
                               "portolan_gaps",        "portolan_rejects",         "portolan_metadata",
                               "portolan_replay_runs", "portolan_replay_items",    "portolan_fingerprints",
                               "portolan_outbox",      "portolan_message_archive", "portolan_leases",
                               "portolan_jobs",        "portolan_retention_rules", "portolan_object_models",
                               "portolan_saved_views", "portolan_alerts",          "portolan_settings"};
/// The tables that each place makes for itself.
constexpr std::array placesOwn{"schema_version",         "portolan_migrations", "portolan_commits",
                               "component_statistics",   "portolan_rollups",    "portolan_rollup_watermarks",
                               "portolan_rollup_stale",  "portolan_search",     "portolan_search_state",
                               "portolan_search_pending"};

/// The audit comes first, so that its lines keep their numbers where nothing was done yet.
QStringList copiedTables() {
    QStringList names = QStringList{QLatin1String(auditTable)} + pipelineTableNames();
    for (const char* name : ownTables)
        names << QLatin1String(name);
    return names;
}

bool isPlacesOwn(const QString& table) {
    return std::ranges::any_of(placesOwn, [&](const char* name) { return table == QLatin1String(name); })
           || table.startsWith(QLatin1String("portolan_search")); // SQLite's shadow tables
}

/// A setting of the place, or a copy's own ledger.
bool isPlacesOwnSetting(const ContentRow& row) {
    const QByteArray& key = row.front().bytes;
    return key == "production" || key.startsWith("copy/");
}

qint64 bytesOf(const ContentRow& row) {
    qint64 bytes = 0;
    for (const ContentCell& cell : row)
        bytes += static_cast<qint64>(sizeof cell) + cell.bytes.size();
    return bytes;
}

bool areSame(const ContentRow& a, const ContentRow& b) {
    return std::ranges::equal(a, b, isSameCell);
}

AuditEntry entryOf(const CopyOptions& options, const char* action, const CopyReport& report) {
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

/// Rows are brought table after table; those that go, go in the opposite order, after all others.
enum class Pass { Bring, Drop };

/// The copy of one table.
class TableCopy {
public:
    TableCopy(StoreContent& from, CopyTarget& into, const TablePlan& plan, const CopyOptions& options,
              CopyReport& report, Pass pass)
        : m_from(from)
        , m_into(into)
        , m_plan(plan)
        , m_options(options)
        , m_report(report)
        , m_isDropping(pass == Pass::Drop)
        , m_ledger("copy/" + QByteArray::number(contentHash(options.from.toUtf8()), 16) + '/' + plan.table.toUtf8()
                   + '/')
        , m_isAudit(plan.table == QLatin1String(auditTable))
        , m_isSettings(plan.table == QLatin1String(settingsTable)) {}

    Result<void> run(const std::function<void(const CopyReport&)>& progress);
    /// Returns true when rows are to go in the other pass.
    [[nodiscard]] bool hasGone() const { return m_hasGone; }

private:
    /// Rows of the source up to the end of a stretch, and the pages of the ledger that the stretch is of.
    struct Unit {
        std::vector<LedgerPage> pages;
        std::unordered_set<quint64> known; ///< hashes of the pages
        std::vector<ContentRow> rows;
        KeyStretch stretch;
    };
    struct Change {
        ContentRow was;
        std::size_t row; ///< of the unit
    };
    /// The outcome of laying a unit beside the target's rows.
    struct Work {
        std::vector<const ContentRow*> missing;
        std::vector<Change> changed;
        std::vector<ContentRow> gone;
        std::vector<const ContentRow*> appended; ///< of the audit, under another number
        std::vector<quint64> kept;               ///< hashes of the rows that are as they should be
    };

    [[nodiscard]] Result<std::vector<LedgerPage>> pagesAhead();
    [[nodiscard]] Result<Unit> takeUnit(SourceRows& rows);
    [[nodiscard]] Result<Work> layBeside(const Unit& unit);
    void settleSame(const ContentRow& row, Work& work);
    void settleMissing(const Unit& unit, const ContentRow& row, Work& work);
    void settleBoth(const Unit& unit, std::size_t at, const ContentRow& there, Work& work);
    void settleExtra(const Unit& unit, const ContentRow& there, Work& work);
    [[nodiscard]] Result<void> carryOut(const Unit& unit, Work& work);
    [[nodiscard]] Result<void> writeLedger(const Unit& unit, Work& work);
    [[nodiscard]] std::optional<ContentRow> keysOf(const ContentRow& row) const {
        return ContentRow(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(m_plan.keys));
    }
    void differ(const ContentRow& row, const QString& why);
    void tellDifference(const ContentRow& row, const QString& why);

    StoreContent& m_from;
    CopyTarget& m_into;
    const TablePlan& m_plan;
    const CopyOptions& m_options;
    CopyReport& m_report;
    bool m_isDropping;
    bool m_hasGone = false;
    QByteArray m_ledger;
    bool m_isAudit;
    bool m_isSettings;
    std::optional<ContentRow> m_done; ///< keys up to which all is copied
    qint64 m_differences = 0;
};

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
    qint64 bytes = 0;
    while (isWithin() && unit.rows.size() < unitRows && bytes < unitBytes) {
        if (const auto why = m_into.refusal(m_plan, rows.row())) {
            differ(rows.row(), *why);
        } else {
            unit.rows.push_back(rows.row());
            bytes += bytesOf(unit.rows.back());
        }
        PORTOLAN_TRY(rows.move());
    }
    unit.stretch.after = m_done;
    unit.stretch.until = isWithin() ? keysOf(unit.rows.back()) : end;
    return unit;
}

void TableCopy::settleSame(const ContentRow& row, Work& work) {
    m_report.unchanged += m_isDropping ? 0 : 1;
    work.kept.push_back(contentRowHash(row));
}

void TableCopy::settleMissing(const Unit& unit, const ContentRow& row, Work& work) {
    const quint64 hash = contentRowHash(row);
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
    if (areSame(row, there))
        return settleSame(row, work);
    const quint64 hash = contentRowHash(m_isAudit ? row : there);
    const bool isKnown = unit.known.contains(hash);
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
    const quint64 hash = contentRowHash(there);
    const bool isOurs = unit.known.contains(hash);
    if (isOurs && m_options.drops && m_isDropping) {
        work.gone.push_back(there);
        return;
    }
    if (isOurs)
        work.kept.push_back(hash);
    m_hasGone = m_hasGone || isOurs;
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
            settleMissing(unit, unit.rows[at], work);
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
        work.kept.push_back(contentRowHash(row));
    }
    for (const Change& change : work.changed) {
        const ContentRow& row = unit.rows[change.row];
        const Result<bool> replaced = m_into.replace(m_plan, change.was, row);
        PORTOLAN_TRY(replaced);
        if (!*replaced) {
            differ(row, QStringLiteral("could not be changed: it is another by now, or a rule is in the way."));
            continue;
        }
        ++m_report.copied;
        work.kept.push_back(contentRowHash(row));
    }
    const auto refused = m_into.insert(m_plan, work.missing);
    PORTOLAN_TRY(refused);
    std::size_t next = 0; // of those refused, which rise
    for (std::size_t i = 0; i < work.missing.size(); ++i) {
        if (next < refused->size() && (*refused)[next].row == i) {
            differ(*work.missing[i], (*refused)[next++].why);
            continue;
        }
        ++m_report.copied;
        work.kept.push_back(contentRowHash(*work.missing[i]));
    }
    for (const ContentRow* row : work.appended) {
        PORTOLAN_TRY(m_into.append(m_plan, *row));
        ++m_report.copied;
        work.kept.push_back(contentRowHash(*row));
    }
    return {};
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
    if (isAsItWas)
        return {};
    for (const LedgerPage& page : unit.pages) {
        if (!unit.stretch.until || compareContentKeys(page.last, *unit.stretch.until) <= 0) {
            PORTOLAN_TRY(m_into.dropLedger(m_ledger, page));
        }
    }
    return work.kept.empty() ? Result<void>() : m_into.writeLedger(m_ledger, {*last, work.kept});
}

Result<void> TableCopy::run(const std::function<void(const CopyReport&)>& progress) {
    auto stream = m_from.rows(m_plan);
    PORTOLAN_TRY(stream);
    SourceRows rows(std::move(*stream), m_isSettings);
    PORTOLAN_TRY(rows.move());
    bool isBegun = !m_options.tellsBegin || m_report.copied > 0; // the audit tells of it
    bool isWhole = false;
    while (!isWhole) {
        PORTOLAN_TRY(m_into.begin());
        for (std::size_t done = 0; !isWhole && done < transactionRows;) {
            const auto unit = takeUnit(rows);
            PORTOLAN_TRY(unit);
            auto work = layBeside(*unit);
            PORTOLAN_TRY(work);
            PORTOLAN_TRY(carryOut(*unit, *work));
            PORTOLAN_TRY(writeLedger(*unit, *work));
            m_done = unit->stretch.until;
            done += std::max<std::size_t>(unit->rows.size(), 1);
            isWhole = !unit->stretch.until;
        }
        PORTOLAN_TRY(m_from.checkUnmoved());
        if (!isBegun && m_report.copied > 0) {
            PORTOLAN_TRY(m_into.appendAudit(entryOf(m_options, "copy_begin", {})));
        }
        PORTOLAN_TRY(m_into.commit());
        isBegun = isBegun || m_report.copied > 0;
        progress(m_report);
    }
    if (m_plan.columns.front().name != QLatin1String("id"))
        return {};
    const Result<std::optional<qint64>> last = m_from.lastNumber(m_plan.table);
    PORTOLAN_TRY(last);
    return m_into.raiseNumbers(m_plan.table, last->value_or(0));
}

/// Plans a table that both have, and says what of it cannot go along. Nothing: it cannot.
Result<std::optional<TablePlan>> planOf(StoreContent& from, CopyTarget& into, const QString& name, CopyReport& report) {
    const auto inFrom = from.table(name);
    PORTOLAN_TRY(inFrom);
    if (!*inFrom)
        return std::optional<TablePlan>();
    const auto inInto = into.table(name);
    PORTOLAN_TRY(inInto);
    if (!*inInto) {
        const Result<bool> has = from.hasRows(name);
        PORTOLAN_TRY(has);
        if (*has)
            report.told << QStringLiteral("%1 is left out: %2 has no such table.").arg(name, into.where());
        return std::optional<TablePlan>();
    }
    Result<TablePlan> plan = planTable(**inFrom, from.keeper(), **inInto, into.keeper());
    PORTOLAN_TRY(plan);
    if (!plan->onlyInA.isEmpty())
        report.told << QStringLiteral("%1: the column %2 is left out, which %3 does not have.")
                           .arg(name, plan->onlyInA.join(QStringLiteral(", ")), into.where());
    return std::optional(std::move(*plan));
}

/// Names the tables of the source that no copy takes, which another program made.
Result<void> noteOthers(StoreContent& from, CopyReport& report) {
    const QStringList copied = copiedTables();
    for (const QString& name : from.tables()) {
        if (copied.contains(name, Qt::CaseInsensitive) || isPlacesOwn(name))
            continue;
        const Result<bool> has = from.hasRows(name);
        PORTOLAN_TRY(has);
        if (*has)
            report.told << QStringLiteral("%1 is left out: it is no table of the pipeline.").arg(name);
    }
    return {};
}

} // namespace

Result<CopyReport> copyStore(StoreContent& from, CopyTarget& into, const CopyOptions& options,
                             const std::function<void(const CopyReport&)>& progress) {
    if (from.identity() == into.identity())
        return Error{
            ErrorCode::Usage,
            QStringLiteral("%1 and %2 are one store; name another one to copy into.").arg(from.where(), into.where())};
    const QStringList known = copiedTables();
    for (const QString& name : options.only) {
        if (!known.contains(name))
            return Error{ErrorCode::NotFound, QStringLiteral("There is no table %1 that a copy takes. There are: %2.")
                                                  .arg(name, known.join(QStringLiteral(", ")))};
    }
    CopyReport report;
    if (options.only.isEmpty()) {
        PORTOLAN_TRY(noteOthers(from, report));
    }
    std::vector<TablePlan> gone; // of tables with rows that go
    for (const QString& name : known) {
        if (!options.only.isEmpty() && !options.only.contains(name))
            continue;
        auto plan = planOf(from, into, name, report);
        PORTOLAN_TRY(plan);
        if (!*plan)
            continue;
        TableCopy copy(from, into, **plan, options, report, Pass::Bring);
        PORTOLAN_TRY(copy.run(progress));
        if (options.drops && copy.hasGone())
            gone.push_back(std::move(**plan));
    }
    for (auto plan = gone.rbegin(); plan != gone.rend(); ++plan) {
        PORTOLAN_TRY(TableCopy(from, into, *plan, options, report, Pass::Drop).run(progress));
    }
    if (report.copied > 0 && options.tellsEnd) {
        PORTOLAN_TRY(tellCopyEnd(into, options, report));
    }
    return report;
}

Result<void> tellCopyEnd(CopyTarget& into, const CopyOptions& options, const CopyReport& report) {
    PORTOLAN_TRY(into.begin());
    PORTOLAN_TRY(into.appendAudit(entryOf(options, "copy", report)));
    return into.commit();
}

} // namespace portolan
