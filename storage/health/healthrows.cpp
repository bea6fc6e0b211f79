#include "storage/health/healthrows.h"

#include "storage/backups/backups.h"
#include "storage/base/numbertext.h"
#include "storage/health/diskhealth.h"
#include "storage/health/storehistory.h"
#include "storage/listing/memorylisting.h"
#include "storage/messages/batches.h"
#include "storage/operations/jobs.h"
#include "storage/operations/operations.h"
#include "storage/questionlog.h"
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
    const char* what; ///< "open rejects", as the following of the context "Findings"
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
        findings.push_back(notLookedAt(of.name, {of.what}, pages.error()));
        return {};
    }
    const int rows = pages->counts.empty() ? 0 : pages->counts.front();
    if (rows == 0)
        return {};
    const char* const detail = pages->complete ? QT_TRANSLATE_NOOP("Findings", "There are %1.")
                                               : QT_TRANSLATE_NOOP("Findings", "There are at least %1.");
    findings.push_back({of.urgency, of.name, {of.what}, {detail, {QString::number(rows)}}, {of.remedy}});
    return {};
}

constexpr LeftOvers openRejects{
    "rejects-open", Urgency::Note, "state:open", QT_TRANSLATE_NOOP("Findings", "open rejects"),
    QT_TRANSLATE_NOOP("Findings", "`portolan list rejects` says why; `portolan rejects retry` tries them again.")};
constexpr LeftOvers openGaps{
    "gaps-open", Urgency::Note, "not closed_at:*", QT_TRANSLATE_NOOP("Findings", "open gaps"),
    QT_TRANSLATE_NOOP("Findings", "`portolan list gaps` has the numbers; ask the producer for them.")};
constexpr LeftOvers deadJobs{
    "jobs-without-program", Urgency::Soon, "state:running heartbeat_at<-5m",
    QT_TRANSLATE_NOOP("Findings", "running jobs whose program is silent"),
    QT_TRANSLATE_NOOP("Findings",
                      "Their program died or hangs: `portolan list jobs`, then `portolan replay --resume`.")};
constexpr LeftOvers haltedRuns{
    "replays-unfinished", Urgency::Soon, "state:paused,failed", QT_TRANSLATE_NOOP("Findings", "unfinished replay runs"),
    QT_TRANSLATE_NOOP("Findings", "`portolan replay --resume RUN` goes on, `--cancel RUN` ends it.")};
constexpr LeftOvers oldPreviews{"replays-frozen", Urgency::Note, "state:frozen age>7d",
                                QT_TRANSLATE_NOOP("Findings", "replay runs never started"),
                                QT_TRANSLATE_NOOP("Findings", "`portolan replay --cancel RUN` lets go of them.")};

/// Adds a finding where no backup is known, or none was proved within a week.
Result<void> addBackups(std::vector<HealthFinding>& findings, RowSource<BackupEntry>* source,
                        const CancelToken& token) {
    constexpr auto longest = std::chrono::hours(7 * 24);
    const Phrase subject{QT_TRANSLATE_NOOP("Findings", "backups")};
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
        findings.push_back({Urgency::Note,
                            "backups",
                            subject,
                            {QT_TRANSLATE_NOOP("Findings", "There is none.")},
                            {QT_TRANSLATE_NOOP("Findings", "`portolan backup` makes one.")}});
        return {};
    }
    const auto proved =
        std::ranges::find_if(page->rows, [](const BackupEntry& each) { return each.verifiedAt && isProved(each); });
    if (proved != page->rows.end() && *proved->verifiedAt > currentTime() - longest)
        return {};
    const Phrase last = proved == page->rows.end()
                            ? Phrase{QT_TRANSLATE_NOOP("Findings", "None was ever proved.")}
                            : Phrase{QT_TRANSLATE_NOOP("Findings", "The last one was proved at %1."),
                                     {QString::fromLatin1(toIsoTime(*proved->verifiedAt))}};
    findings.push_back({Urgency::Soon,
                        "backups",
                        subject,
                        last,
                        {QT_TRANSLATE_NOOP("Findings", "`portolan backup` makes a new one; `portolan verify-backup` "
                                                       "proves one again.")}});
    return {};
}

/// Says what a question asked, and how long it took or why it failed.
QString wordsOfQuestion(const QuestionLog::Noted& noted) {
    QString words = noted.list.isEmpty() ? QStringLiteral("a question") : QString::fromUtf8(noted.list);
    if (!noted.filter.isEmpty())
        words += QStringLiteral(" (%1)").arg(noted.filter);
    return words
           + (noted.problem.isEmpty() ? QStringLiteral(" %1 s").arg(measuredText(noted.milliseconds / 1000, 1))
                                      : QStringLiteral(": ") + noted.problem);
}

/// Adds a finding where more than one of twenty questions of the last hour were slow, or failed.
void addQuestions(std::vector<HealthFinding>& findings, const QuestionLog* questions) {
    constexpr std::chrono::hours regarded(1);
    constexpr qint64 least = 3;
    constexpr qint64 oneOf = 20;
    constexpr qsizetype mostNamed = 5;
    if (!questions)
        return;
    const QuestionLog::Figures figures = questions->since(currentTime() - regarded);
    const auto named = [&](bool isFailed) {
        QStringList words;
        for (const QuestionLog::Noted& noted : figures.noted) {
            if (noted.problem.isEmpty() != isFailed && words.size() < mostNamed)
                words << wordsOfQuestion(noted);
        }
        return words.join(QStringLiteral("; "));
    };
    const auto add = [&](const char* name, qint64 count, const char* detail, bool isFailed, const char* remedy) {
        if (count < least || count * oneOf <= figures.counts.asked)
            return;
        findings.push_back({Urgency::Soon,
                            name,
                            {QT_TRANSLATE_NOOP("Findings", "questions of the last hour")},
                            {detail, {QString::number(count), QString::number(figures.counts.asked), named(isFailed)}},
                            {remedy}});
    };
    add("questions-slow", figures.counts.slow, QT_TRANSLATE_NOOP("Findings", "%1 of %2 took a second or longer: %3."),
        false,
        QT_TRANSLATE_NOOP("Findings", "Narrow the filter to columns with an index or to a time; `portolan stats` tells "
                                      "the slow tables."));
    add("questions-failed", figures.counts.failed, QT_TRANSLATE_NOOP("Findings", "%1 of %2 failed: %3."), true,
        QT_TRANSLATE_NOOP("Findings", "The errors say what to do; `portolan verify` looks at what is stored."));
}

} // namespace

/// Adds a finding where the store fills its disk within a month, by its history.
Result<void> HealthRows::addGrowing(std::vector<HealthFinding>& findings, const CancelToken& token) {
    constexpr std::chrono::days soon(30);
    constexpr std::chrono::days now(7);
    constexpr double bytesOfMebibyte = 1024.0 * 1024.0;
    StoreHistory* const history = m_store.history();
    if (!history || m_store.url().kind == StoreKind::Bundle)
        return {};
    const QByteArray name = "disk-filling";
    const auto days = readHistory(*history, wholeStoreName, token);
    if (!days && days.error().code != ErrorCode::Cancelled) {
        findings.push_back(notLookedAt(name, {QT_TRANSLATE_NOOP("Findings", "history")}, days.error()));
        return {};
    }
    PORTOLAN_TRY(days);
    const auto growth = growthOf(*days);
    const auto free = history->freeBytes(token);
    PORTOLAN_TRY(free);
    const Timestamp today = currentTime();
    const auto full = growth && *free ? fullAt(**free, *growth, today) : std::nullopt;
    if (!full || *full > today + soon)
        return {};
    findings.push_back(
        {*full < today + now ? Urgency::Now : Urgency::Soon,
         name,
         {QT_TRANSLATE_NOOP("Findings", "disk")},
         {QT_TRANSLATE_NOOP("Findings", "It is full at %1: the store grows by %2 MiB a day, and %3 MiB are free."),
          {QString::fromLatin1(toIsoTime(*full).first(10)), measuredText(*growth / bytesOfMebibyte, 1),
           measuredText(static_cast<double>(**free) / bytesOfMebibyte, 0)}},
         {QT_TRANSLATE_NOOP("Findings",
                            "Make room, or let old rows go: `portolan retain --dry-run` tells what may.")}});
    return {};
}

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
    PORTOLAN_TRY(addGrowing(findings, token));
    addQuestions(findings, m_store.questions());
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
