// The part of OperationsController that backs up, restores and deletes what is old.

#include "models/operations/operationscontroller.h"

#include "models/list/format.h"
#include "models/operations/askworker.h"
#include "storage/base/clock.h"
#include "storage/checks/checks.h"
#include "storage/store.h"
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

void OperationsController::backUp(const QString& to) {
    OperationJob job;
    job.kind = OperationJob::Kind::BackUp;
    job.what = to.isEmpty() ? tr("into the store's folder of backups") : tr("into %1").arg(to);
    start(
        std::move(job),
        [url = m_url, request = BackupRequest{to, {}, m_program}](const Tick& tick,
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

void OperationsController::restore(const BackupEntry& backup, const StoreUrl& into, const QByteArray& reason) {
    OperationJob job;
    job.kind = OperationJob::Kind::Restore;
    job.what = tr("into %1").arg(into.display());
    RestoreRequest request;
    request.file = backup.file;
    request.program = m_program;
    request.author = {m_actor, reason};
    start(
        std::move(job),
        [into, request](const Tick& tick, const CancelToken& token) -> Result<QString> {
            const auto done = restoreBackup(
                into, request, [&tick](qint64 bytes) { tick(static_cast<quint64>(bytes)); }, token);
            PORTOLAN_TRY(done);
            return (QStringList{tr("Restored into %1: %2 rows.").arg(into.display(), groupedNumber(done->rows))}
                    + done->notes + done->shortfalls)
                .join(u' ');
        },
        [this] { Q_EMIT backupsChanged(); });
}

void OperationsController::countRule(RequestScope& asker, const QByteArray& rule, QObject* context,
                                     OutcomeReply reply) {
    askWorker<RetentionOutcome>(
        m_looking, asker, context,
        [url = m_url, rule](const CancelToken& token) {
            const auto open = [&url](const CancelToken& stop) { return openStore(url, Access::Read, stop); };
            return runRule(
                open, {rule, true, currentTime(), {}, {}}, [](const QByteArray&, qint64, qint64) {}, token);
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
        [open = m_writer, order = RetainOrder{rule, false, currentTime(), m_actor, reason}](
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
