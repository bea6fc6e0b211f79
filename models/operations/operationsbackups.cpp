// The part of OperationsController that backs up, restores and deletes what is old.

#include "models/operations/operationscontroller.h"

#include "models/list/format.h"
#include "models/operations/askworker.h"
#include "storage/backups/backuparchive.h"
#include "storage/base/clock.h"
#include "storage/checks/checks.h"
#include "storage/store.h"
#include "storage/stores/opencontent.h"
#include "storage/stores/openstore.h"
#include "storage/stores/restore.h"

#include <QFileInfo>

namespace portolan {

namespace {

Result<Retention*> retentionOf(Store& store) {
    Retention* const retention = store.retention();
    if (!retention)
        return Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Operations).value_or(QString())};
    return retention;
}

/// Runs one rule, or counts what it would do.
Result<RetentionOutcome> runRule(const StoreWorker::Opener& open, const RetainOrder& order,
                                 const Retention::Progress& progress, const CancelToken& token) {
    const auto store = open(token);
    PORTOLAN_TRY(store);
    const auto retention = retentionOf(**store);
    PORTOLAN_TRY(retention);
    std::optional<RetentionOutcome> found;
    const auto keep = [&](const RetentionOutcome& outcome) -> Result<void> {
        found = outcome;
        return {};
    };
    PORTOLAN_TRY((*retention)->run(order, progress, keep, token));
    if (!found)
        return Error{ErrorCode::NotFound, OperationsController::tr("There is no such rule any more.")};
    return std::move(*found);
}

QString nameOf(const QString& file) {
    return QFileInfo(file).fileName();
}

} // namespace

void OperationsController::readTables(RequestScope& asker, QObject* context, TablesReply reply) {
    askWorker<std::vector<CountedTable>>(
        m_looking, asker, context,
        [url = m_url](const CancelToken& token) -> Result<std::vector<CountedTable>> {
            const auto content = openContent(url, token);
            PORTOLAN_TRY(content);
            std::vector<CountedTable> tables;
            for (const QString& name : (*content)->tables())
                tables.push_back({name});
            return tables;
        },
        std::move(reply));
}

void OperationsController::readTablesOf(RequestScope& asker, const BackupEntry& backup, QObject* context,
                                        TablesReply reply) {
    askWorker<std::vector<CountedTable>>(
        m_looking, asker, context,
        [file = backup.file](const CancelToken&) -> Result<std::vector<CountedTable>> {
            const auto reader = BackupReader::open(file, {});
            PORTOLAN_TRY(reader);
            std::vector<CountedTable> tables;
            for (const auto& [name, rows] : (*reader)->manifest().tables)
                tables.push_back({QString::fromUtf8(name), rows});
            return tables;
        },
        std::move(reply));
}

void OperationsController::backUp(const QString& to, const QStringList& only) {
    OperationJob job;
    job.kind = OperationJob::Kind::BackUp;
    job.what = to.isEmpty() ? tr("into the store's folder of backups") : tr("into %1").arg(to);
    start(
        std::move(job),
        [url = m_url, request = BackupRequest{to, only, m_program}](const Tick& tick,
                                                                    const CancelToken& token) -> Result<QString> {
            const auto made = portolan::backUp(
                url, request, [&tick](BackupStep, qint64 bytes) { tick(static_cast<quint64>(bytes)); }, token);
            PORTOLAN_TRY(made);
            return (QStringList{tr("Backed up and verified: %1 rows in %2.").arg(groupedNumber(made->rows), made->file)}
                    + made->shortfalls)
                .join(u' ');
        },
        [this] { Q_EMIT backupsChanged(); });
}

void OperationsController::verify(const BackupEntry& backup) {
    OperationJob job;
    job.kind = OperationJob::Kind::Verify;
    job.what = nameOf(backup.file);
    start(
        std::move(job),
        [request = ProofRequest{backup.file, m_url, {}}](const Tick& tick,
                                                         const CancelToken& token) -> Result<QString> {
            qint64 checks = 0;
            QStringList found;
            const auto note = [&](const CheckResult& result) -> Result<void> {
                ++checks;
                if (result.found)
                    found << visibleText(result.name + ": " + result.detail);
                return {};
            };
            const auto proved = verifyBackup(
                request, note, [&tick](qint64 bytes) { tick(static_cast<quint64>(bytes)); }, token);
            PORTOLAN_TRY(proved);
            const QString name = nameOf(request.file);
            if (!proved->isSound)
                return Error{ErrorCode::Corrupt, tr("The backup %1 is not sound. Make another one. Found: %2")
                                                     .arg(name, found.join(QStringLiteral("; ")))};
            return (QStringList{tr("The backup %1 is sound: %2 checks made.").arg(name, groupedNumber(checks))}
                    + proved->shortfalls)
                .join(u' ');
        },
        [this] { Q_EMIT backupsChanged(); });
}

void OperationsController::compare(const BackupEntry& backup) {
    OperationJob job;
    job.kind = OperationJob::Kind::Compare;
    job.what = nameOf(backup.file);
    const auto found = std::make_shared<std::shared_ptr<const BackupComparison>>();
    start(
        std::move(job),
        [url = m_url, backup, found](const Tick& tick, const CancelToken& token) -> Result<QString> {
            auto comparison = compareBackup(
                backup, url, [&tick](qint64 rows) { tick(static_cast<quint64>(rows)); }, token);
            PORTOLAN_TRY(comparison);
            const QString summary = comparisonSummary(*comparison);
            *found = std::make_shared<const BackupComparison>(std::move(*comparison));
            return summary;
        },
        [this, found] {
            if (!*found)
                return;
            m_comparison = *found;
            Q_EMIT compared();
        });
}

void OperationsController::restore(const RestoreOrder& order) {
    OperationJob job;
    job.kind = OperationJob::Kind::Restore;
    const QString into = order.into.display();
    job.what = order.replace ? tr("in the place of %1").arg(into) : tr("into %1").arg(into);
    RestoreRequest request;
    request.file = order.backup.file;
    request.only = order.only;
    request.replace = order.replace;
    request.program = m_program;
    request.author = {m_actor, order.reason};
    start(
        std::move(job),
        [url = order.into, request](const Tick& tick, const CancelToken& token) -> Result<QString> {
            const auto done = restoreBackup(
                url, request, [&tick](qint64 bytes) { tick(static_cast<quint64>(bytes)); }, token);
            PORTOLAN_TRY(done);
            QStringList told{
                (request.replace ? tr("Restored in the place of %1: %2 rows.") : tr("Restored into %1: %2 rows."))
                    .arg(url.display(), groupedNumber(done->rows))};
            if (!done->kept.isEmpty())
                told << tr("What was there is the backup %1.").arg(done->kept);
            return (told + done->notes + done->shortfalls).join(u' ');
        },
        [this] { Q_EMIT backupsChanged(); });
}

void OperationsController::adopt(const OperationJob& ended, const std::optional<Error>& failure) {
    OperationJob taken;
    taken.kind = ended.kind;
    taken.what = ended.what;
    taken.total = ended.total;
    const quint64 number = m_book.add(std::move(taken)).first;
    end(number, [&](OperationJob& job) {
        job.done = ended.done;
        job.failed = ended.failed;
        job.outcome = ended.outcome;
    });
    if (failure)
        Q_EMIT failed(ended.kind, *failure);
    else
        Q_EMIT notice(ended.outcome);
}

void OperationsController::countRule(RequestScope& asker, const QByteArray& rule, QObject* context,
                                     OutcomeReply reply) {
    RetainOrder order;
    order.rule = rule;
    count(asker, order, context, std::move(reply));
}

void OperationsController::countChanged(RequestScope& asker, const RetentionChange& change, QObject* context,
                                        OutcomeReply reply) {
    RetainOrder order;
    order.rule = change.name;
    order.changed = change;
    count(asker, order, context, std::move(reply));
}

void OperationsController::count(RequestScope& asker, const RetainOrder& order, QObject* context, OutcomeReply reply) {
    askWorker<RetentionOutcome>(
        m_looking, asker, context,
        [url = m_url, order](const CancelToken& token) {
            const auto open = [&url](const CancelToken& stop) { return openStore(url, Access::Read, stop); };
            RetainOrder now = order;
            now.isDryRun = true;
            now.now = currentTime();
            return runRule(
                open, now, [](const QByteArray&, qint64, qint64) {}, token);
        },
        std::move(reply));
}

void OperationsController::retain(const QByteArray& rule, qint64 rows, const QByteArray& reason) {
    OperationJob job;
    job.kind = OperationJob::Kind::Retain;
    job.what = visibleText(rule, 60);
    job.total = rows;
    start(
        std::move(job),
        [open = m_writer, order = RetainOrder{rule, false, currentTime(), m_actor, reason, {}}](
            const Tick& tick, const CancelToken& token) -> Result<QString> {
            const auto outcome = runRule(
                open, order, [&tick](const QByteArray&, qint64 done, qint64) { tick(static_cast<quint64>(done)); },
                token);
            PORTOLAN_TRY(outcome);
            if (!outcome->problem.isEmpty())
                return Error{ErrorCode::Invalid, outcome->problem};
            return tr("Rows of %1 deleted: %2.").arg(visibleText(outcome->table, 60), groupedNumber(outcome->rows));
        },
        [this] { Q_EMIT retentionChanged(); });
}

} // namespace portolan
