#include "storage/backups/sql/postgresqlbackup.h"
#include "storage/backups/sql/sqlitebackup.h"
#include "storage/json/jsontext.h"
#include "storage/messages/batches.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/sql/session.h"
#include "storage/sql/tablerows.h"
#include "storage/stores/backup.h"
#include "storage/stores/openstore.h"

#include <QFile>
#include <QFileInfo>
#include <chrono>
#include <limits>
#include <sys/stat.h>

namespace portolan {

namespace {

using RowsByTable = std::map<QByteArray, qint64>;

/// Tells how old the restored files are, which they say of every restored store.
constexpr char ageCheck[] = "memory-age";

CheckResult checkedNow(const char* name, bool found, const QString& detail, qint64 count = 0) {
    CheckResult result;
    result.name = name;
    result.found = found;
    result.count = count;
    result.detail = detail.toUtf8();
    result.checkedAt = currentTime();
    return result;
}

Result<RowsByTable> rowsOfFiles(const StoreUrl& url, const CancelToken& token) {
    const auto store = openStore(url, Access::Read, token);
    PORTOLAN_TRY(store);
    RowsByTable rows{{"messages", 0}, {"rejects", 0}};
    ListQuery query;
    bool isLast = false;
    while (!isLast) {
        auto page = (*store)->batches().batches().page(query, token);
        PORTOLAN_TRY(page);
        for (const Batch& batch : page->rows)
            rows["messages"] += batch.messageCount;
        isLast = page->last;
        query.after = std::move(page->next);
    }
    ListQuery all;
    all.limit = std::numeric_limits<int>::max();
    const auto rejects = (*store)->batches().rejects().pageIndex(all, 1, token);
    PORTOLAN_TRY(rejects);
    for (const int count : rejects->counts)
        rows["rejects"] += count;
    return rows;
}

Result<RowsByTable> rowsOf(const StoreUrl& url, const CancelToken& token) {
    if (url.kind == StoreKind::Files)
        return rowsOfFiles(url, token);
    const auto session = Session::open(url, Access::Read, token);
    PORTOLAN_TRY(session);
    const auto counts = (*session)->read(token, [](Connection& connection) { return rowCounts(connection); });
    PORTOLAN_TRY(counts);
    RowsByTable rows;
    for (const auto& [table, count] : *counts)
        rows[table.toUtf8()] = count;
    return rows;
}

/// Tells what is other in the store by now: later rows, and rows that were taken away since.
Result<CheckResult> compareWithLive(const StoreUrl& url, const BackupManifest& manifest, const CancelToken& token) {
    const auto live = rowsOf(url, token);
    PORTOLAN_TRY(live);
    QStringList other;
    for (const auto& [table, rows] : manifest.tables) {
        const auto there = live->find(table);
        const qint64 now = there == live->end() ? 0 : there->second;
        if (now != rows)
            other << QStringLiteral("%1: %2, now %3").arg(QString::fromUtf8(table)).arg(rows).arg(now);
    }
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(currentTime() - manifest.createdAt);
    const QString words = other.isEmpty() ? QStringLiteral("every table has as many rows as the store")
                                          : QStringLiteral("rows of ") + other.join(QLatin1String("; "));
    return checkedNow("live", false, QStringLiteral("%1; the backup is %2 s old").arg(words).arg(age.count()),
                      other.size());
}

/// Makes the store's own checks in the restored one. Their findings were in the store when it was backed up.
Result<std::optional<CheckResult>> runChecks(const QString& work, const BackupManifest& manifest,
                                             const CancelToken& token) {
    StoreUrl url;
    const QString unpacked = work + QStringLiteral("/unpacked");
    if (manifest.storeKind == "sqlite") {
        url.kind = StoreKind::Sqlite;
        url.path = unpackedDatabase(unpacked);
    } else if (manifest.storeKind == "files" && QFileInfo::exists(unpacked + QStringLiteral("/messages"))) {
        url.path = work;
        url.service = QStringLiteral("unpacked");
    } else {
        return std::optional<CheckResult>();
    }
    const auto store = openStore(url, Access::Read, token);
    PORTOLAN_TRY(store);
    Checks* const checks = (*store)->checks();
    if (!checks)
        return std::optional<CheckResult>();
    const auto names = checks->begin(token);
    PORTOLAN_TRY(names);
    QStringList findings;
    for (const CheckName& name : *names) {
        if (name.name == ageCheck)
            continue;
        const auto result = checks->run(name.name, token);
        if (!result && result.error().code == ErrorCode::Cancelled)
            return result.error();
        if (!result || result->found)
            findings << QString::fromUtf8(name.name);
    }
    const QString found = findings.isEmpty() ? QStringLiteral("none of them found anything")
                                             : QStringLiteral("found in the data, as they were backed up: ")
                                                   + findings.join(QLatin1String(", "));
    return std::optional(checkedNow(
        "checks", false, QStringLiteral("%1 checks were made; %2").arg(names->size()).arg(found), findings.size()));
}

Result<void> recordInAudit(const StoreUrl& url, const BackupAuthor& author, const BackupManifest& manifest,
                           const QByteArray& result, std::chrono::milliseconds took, qint64 differences) {
    const auto session = Session::open(url, Access::Write);
    PORTOLAN_TRY(session);
    Connection& connection = (*session)->connection();
    const auto catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (SqlAudit::unavailableReason(*catalogue))
        return {};
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(currentTime() - manifest.createdAt);
    AuditEntry entry;
    entry.actor = author.actor;
    entry.action = "verify backup";
    entry.subjectKind = "backup";
    entry.subjectId = manifest.id;
    if (const QByteArray reason = author.reason.trimmed(); !reason.isEmpty())
        entry.reason = reason;
    QByteArray after = "{\"result\":";
    appendJsonString(after, result);
    entry.after = after + ",\"age_seconds\":" + QByteArray::number(qint64(age.count()))
                  + ",\"milliseconds\":" + QByteArray::number(qint64(took.count()))
                  + ",\"differences\":" + QByteArray::number(differences) + '}';
    auto work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    PORTOLAN_TRY(SqlAudit::append(*work, entry));
    return work->commit();
}

/// The proof of one backup.
class Proof {
public:
    Proof(const ProofRequest& request, const std::function<Result<void>(const CheckResult&)>& each,
          const BackupTick& tick, const CancelToken& token)
        : m_request(request)
        , m_each(each)
        , m_tick(tick)
        , m_token(token) {}

    Result<ProofReport> run() {
        const auto begun = std::chrono::steady_clock::now();
        PORTOLAN_TRY(look());
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        m_report.isSound = m_unsound.isEmpty();
        const QByteArray result = m_report.isSound ? provedResult(m_proof, m_manifest->lacks) : m_unsound.toUtf8();
        if (const Result<void> noted = noteInList(result); !noted)
            m_report.shortfalls << QStringLiteral("The proof could not be noted in the store's list of backups: ")
                                       + noted.error().text;
        if (const Result<void> recorded = recordIn(result, took); !recorded)
            m_report.shortfalls << QStringLiteral("The proof could not be recorded in the store's audit: ")
                                       + recorded.error().text;
        return m_report;
    }

private:
    /// Tells a check that found something; false ends the others, which need what it looked at.
    Result<bool> passes(const char* name, const Result<QString>& came) {
        if (!came && came.error().code != ErrorCode::Corrupt && came.error().code != ErrorCode::Invalid)
            return came.error();
        if (!came)
            m_unsound = came.error().text;
        PORTOLAN_TRY(m_each(checkedNow(name, !came, came ? *came : came.error().text, came ? 0 : 1)));
        return came.ok();
    }

    Result<void> look() {
        const auto checked = checkBackup(m_request.file, m_tick, m_token);
        if (checked)
            m_manifest = *checked;
        const auto whole =
            passes("archive", checked ? Result<QString>(QStringLiteral("files: %1, %2 bytes, each as its "
                                                                       "checksum says")
                                                            .arg(checked->members)
                                                            .arg(checked->bytes))
                                      : Result<QString>(checked.error()));
        if (!whole || !*whole)
            return whole ? Result<void>() : Result<void>(whole.error());
        const auto work = BackupWorkplace::make(scratchBeside(m_request.file), newBackup({}, {}, {}, {}).id);
        PORTOLAN_TRY(work);
        const QString unpacked = (*work)->path("unpacked");
        PORTOLAN_TRY(makeFolders(unpacked));
        PORTOLAN_TRY(unpackBackup(m_request.file, *m_manifest, unpacked, {}, m_token));
        const bool onServer =
            m_request.store && m_request.store->kind == StoreKind::Postgresql && m_manifest->storeKind == "postgresql";
        const auto proof = onServer ? proveOnServer(unpacked, *m_manifest, *m_request.store, m_token)
                                    : proveUnpacked(unpacked, *m_manifest, m_token);
        if (proof)
            m_proof = *proof;
        for (const QString& unchecked : m_proof.unchecked)
            m_report.shortfalls << QStringLiteral("Not proved in full: %1.").arg(unchecked);
        m_report.shortfalls << m_manifest->lackSentences();
        const auto restored =
            passes("restored",
                   proof ? Result<QString>((QStringList(m_proof.how) + m_proof.unchecked).join(QLatin1String("; ")))
                         : Result<QString>(proof.error()));
        if (!restored || !*restored)
            return restored ? Result<void>() : Result<void>(restored.error());
        const auto checks = runChecks(QFileInfo(unpacked).absolutePath(), *m_manifest, m_token);
        PORTOLAN_TRY(checks);
        if (*checks) {
            PORTOLAN_TRY(m_each(**checks));
        }
        return compare();
    }

    Result<void> compare() {
        if (!m_request.store)
            return {};
        const auto live = compareWithLive(*m_request.store, *m_manifest, m_token);
        if (!live && live.error().code == ErrorCode::Cancelled)
            return live.error();
        m_differences = live ? live->count : 0;
        return m_each(live ? *live : checkedNow("live", false, QStringLiteral("not compared: ") + live.error().text));
    }

    Result<void> noteInList(const QByteArray& result) {
        if (!m_request.store)
            return {};
        const auto folder = backupFolderOf(*m_request.store);
        PORTOLAN_TRY(folder);
        const BackupCatalogue catalogue(*folder);
        const auto all = catalogue.entries();
        PORTOLAN_TRY(all);
        const auto known = std::ranges::find(*all, QFileInfo(m_request.file).absoluteFilePath(), &BackupEntry::file);
        if (known != all->end() && isBackupId(known->id)) {
            BackupEntry entry = *known;
            entry.verifiedAt = currentTime();
            entry.result = result;
            PORTOLAN_TRY(catalogue.put(entry));
        }
        return {};
    }

    Result<void> recordIn(const QByteArray& result, std::chrono::milliseconds took) {
        if (!m_request.store || !m_request.author || !m_manifest || m_request.store->kind == StoreKind::Files)
            return {};
        return recordInAudit(*m_request.store, *m_request.author, *m_manifest, result, took, m_differences);
    }

    const ProofRequest& m_request;
    const std::function<Result<void>(const CheckResult&)>& m_each;
    const BackupTick& m_tick;
    const CancelToken& m_token;
    std::optional<BackupManifest> m_manifest;
    QString m_unsound;
    BackupProof m_proof;
    ProofReport m_report;
    qint64 m_differences = 0;
};

} // namespace

Result<ProofReport> verifyBackup(const ProofRequest& request,
                                 const std::function<Result<void>(const CheckResult&)>& each, const BackupTick& tick,
                                 const CancelToken& token) {
    return Proof(request, each, tick, token).run();
}

} // namespace portolan
