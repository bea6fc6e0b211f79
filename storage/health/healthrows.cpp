#include "storage/health/healthrows.h"

#include "storage/backups/backups.h"
#include "storage/health/diskhealth.h"
#include "storage/listing/memorylisting.h"
#include "storage/messages/batches.h"
#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "storage/replay/replays.h"

#include <QFileInfo>

namespace portolan {

namespace {

constexpr int countedRows = 1'000; ///< more of one kind are "at least"

RowOrder<HealthFinding> listedFindings() {
    return {healthFindingColumns(), &healthFindingSchema(), 0, 0};
}

/// A listing in which the rows that a filter takes are left-overs.
struct LeftOvers {
    const char* name;
    Urgency urgency;
    const char* filter;
    const char* what; ///< "open rejects"
    const char* remedy;
};

/// Adds a finding for the rows that there are; what a store does not have is none.
template <class Row>
Result<void> addRows(std::vector<HealthFinding>& findings, RowSource<Row>* source, const ColumnSet& schema,
                     const LeftOvers& of, const CancelToken& token) {
    if (!source)
        return {};
    const Result<Filter> filter = parseFilter(QLatin1String(of.filter), schema, currentTime());
    PORTOLAN_TRY(filter);
    ListQuery query;
    query.filter = *filter;
    query.limit = countedRows;
    const Result<PageIndex> pages = source->pageIndex(query, 1, token);
    if (!pages) {
        if (pages.error().code == ErrorCode::Cancelled)
            return pages.error();
        if (pages.error().code == ErrorCode::Unsupported)
            return {}; // the database has no place for them
        findings.push_back(notLookedAt(of.name, QLatin1String(of.what), pages.error()));
        return {};
    }
    const int rows = pages->counts.empty() ? 0 : pages->counts.front();
    if (rows == 0)
        return {};
    const QString least = pages->complete ? QString() : QStringLiteral("at least ");
    findings.push_back({of.urgency, of.name, QLatin1String(of.what),
                        QStringLiteral("There are %1%2.").arg(least).arg(rows), QLatin1String(of.remedy)});
    return {};
}

constexpr LeftOvers openRejects{"rejects-open", Urgency::Note, "state:open", "open rejects",
                                "`portolan list rejects` says why; `portolan rejects retry` tries them again."};
constexpr LeftOvers openGaps{"gaps-open", Urgency::Note, "not closed_at:*", "open gaps",
                             "`portolan list gaps` has the numbers; ask the producer for them."};
constexpr LeftOvers deadJobs{"jobs-without-program", Urgency::Soon, "state:running heartbeat_at<-5m",
                             "running jobs whose program is silent",
                             "Their program died or hangs: `portolan list jobs`, then `portolan replay --resume`."};
constexpr LeftOvers haltedRuns{"replays-unfinished", Urgency::Soon, "state:paused,failed", "unfinished replay runs",
                               "`portolan replay --resume RUN` goes on, `--cancel RUN` ends it."};
constexpr LeftOvers oldPreviews{"replays-frozen", Urgency::Note, "state:frozen age>7d", "replay runs never started",
                                "`portolan replay --cancel RUN` lets go of them."};

/// Adds a finding where no backup is known, or none was proved within a week.
Result<void> addBackups(std::vector<HealthFinding>& findings, RowSource<BackupEntry>* source,
                        const CancelToken& token) {
    constexpr auto longest = std::chrono::hours(7 * 24);
    const QString subject = QStringLiteral("backups");
    if (!source)
        return {};
    ListQuery query;
    query.limit = countedRows;
    query.sort = {"verified_at", true};
    const Result<Page<BackupEntry>> page = source->page(query, token);
    if (!page && page.error().code == ErrorCode::Cancelled)
        return page.error();
    if (!page) {
        findings.push_back(notLookedAt("backups", subject, page.error()));
        return {};
    }
    if (page->rows.empty()) {
        findings.push_back({Urgency::Note, "backups", subject, QStringLiteral("There is none."),
                            QStringLiteral("`portolan backup` makes one.")});
        return {};
    }
    const auto proved = std::ranges::find_if(
        page->rows, [](const BackupEntry& each) { return each.verifiedAt && each.result == "ok"; });
    if (proved != page->rows.end() && *proved->verifiedAt > currentTime() - longest)
        return {};
    const QString last =
        proved == page->rows.end()
            ? QStringLiteral("None was ever proved.")
            : QStringLiteral("The last one was proved at %1.").arg(QString::fromLatin1(toIsoTime(*proved->verifiedAt)));
    findings.push_back(
        {Urgency::Soon, "backups", subject, last,
         QStringLiteral("`portolan backup` makes a new one; `portolan verify-backup` proves one again.")});
    return {};
}

} // namespace

Result<std::vector<HealthFinding>> HealthRows::look(const CancelToken& token) {
    std::vector<HealthFinding> findings;
    if (m_health) {
        auto found = m_health->look(token);
        PORTOLAN_TRY(found);
        findings = std::move(*found);
    }
    const StoreUrl& url = m_store.url();
    if (url.kind == StoreKind::Files || url.kind == StoreKind::Sqlite) {
        const QString folder = url.kind == StoreKind::Files ? url.path : QFileInfo(url.path).absolutePath();
        const qint64 size = url.kind == StoreKind::Files ? 0 : QFileInfo(url.path).size();
        auto disk = lookAtDisk(folder, size);
        std::ranges::move(disk, std::back_inserter(findings));
    }
    const auto has = [this](Feature feature) { return !m_store.unavailableReason(feature); };
    if (has(Feature::Rejects)) {
        PORTOLAN_TRY(addRows(findings, &m_store.batches().rejects(), rejectSchema(), openRejects, token));
    }
    if (has(Feature::Gaps)) {
        PORTOLAN_TRY(addRows(findings, &m_store.batches().gaps(), gapSchema(), openGaps, token));
    }
    if (m_store.operations()) {
        PORTOLAN_TRY(addRows(findings, &m_store.operations()->jobs().rows(), jobSchema(), deadJobs, token));
    }
    if (has(Feature::Replay) && m_store.replays()) {
        RowSource<ReplayRun>* const runs = &m_store.replays()->runs();
        PORTOLAN_TRY(addRows(findings, runs, replayRunSchema(), haltedRuns, token));
        PORTOLAN_TRY(addRows(findings, runs, replayRunSchema(), oldPreviews, token));
    }
    PORTOLAN_TRY(addBackups(findings, m_store.backups(), token));
    std::ranges::stable_sort(findings, {}, &HealthFinding::urgency);
    for (std::size_t i = 0; i < findings.size(); ++i)
        findings[i].id = QByteArray::number(qulonglong(i + 1)).rightJustified(4, '0');
    return findings;
}

Result<Page<HealthFinding>> HealthRows::page(const ListQuery& query, const CancelToken& token) {
    const auto findings = look(token);
    PORTOLAN_TRY(findings);
    return pageOfRows(*findings, listedFindings(), query);
}

Result<PageIndex> HealthRows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    const auto findings = look(token);
    PORTOLAN_TRY(findings);
    return pageIndexOfRows(*findings, listedFindings(), query, pages);
}

} // namespace portolan
