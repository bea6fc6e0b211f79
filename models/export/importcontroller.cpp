#include "models/export/importcontroller.h"

#include "models/list/format.h"

#include <QFileInfo>
#include <algorithm>
#include <optional>

namespace portolan {

ImportController::ImportController(StoreWorker::Opener writer, QByteArray actor, QObject* parent)
    : JobController(parent)
    , m_opener(std::move(writer))
    , m_actor(std::move(actor)) {}

ImportController::~ImportController() {
    stop();
}

void ImportController::look(RequestScope& asker, const ImportOptions& options, QObject* context,
                            std::function<void(Result<ImportPreview>)> reply) {
    if (!m_looking)
        m_looking = std::make_unique<Worker>();
    auto preview = std::make_shared<std::optional<Result<ImportPreview>>>();
    m_looking->post(
        asker, context,
        [options, preview](const CancelToken& token) { preview->emplace(previewImport(options, token)); },
        [preview, reply = std::move(reply)](const Result<void>& ran) {
            reply(ran ? std::move(**preview) : Result<ImportPreview>(ran.error()));
        });
}

void ImportController::start(const ImportOptions& options, const QByteArray& reason) {
    if (!m_working)
        m_working = std::make_unique<Worker>();
    ImportJob added;
    added.path = options.file;
    const auto [number, stopped] = m_book.add(std::move(added));
    const auto tick = ticks<ImportProgress>(number, [](ImportJob& job, const ImportProgress& progress) {
        job.done = progress.done;
        job.total = std::max(progress.done, progress.total);
        job.lastError = progress.lastError;
    });
    auto outcome = std::make_shared<std::optional<Result<ImportOutcome>>>();
    m_working->post(
        m_asker, this,
        [order = ImportOrder{options, reason, m_actor}, open = m_opener, tick, outcome,
         stopped = stopped](const CancelToken&) { outcome->emplace(importFile(order, open, tick, stopped)); },
        [this, number = number, outcome](const Result<void>& ran) {
            end(number, [&](ImportJob& job) { tell(job, ran ? **outcome : Result<ImportOutcome>(ran.error())); });
        });
    Q_EMIT jobsChanged();
}

void ImportController::tell(ImportJob& job, const Result<ImportOutcome>& outcome) {
    const QString file = QFileInfo(job.path).fileName();
    if (outcome) {
        QStringList parts{tr("stored: %1").arg(groupedNumber(outcome->stored))};
        if (outcome->duplicates > 0)
            parts << tr("there already: %1").arg(groupedNumber(outcome->duplicates));
        if (outcome->rejected > 0)
            parts << tr("not taken: %1, e.g. %2").arg(groupedNumber(outcome->rejected), outcome->rejection);
        job.outcome = parts.join(QStringLiteral(" · "));
        if (outcome->cancelled)
            job.outcome = tr("Cancelled; %1. Importing again takes the rest.").arg(job.outcome);
        job.done = outcome->stored + outcome->duplicates + outcome->rejected;
        job.total = outcome->cancelled ? std::max(job.done, job.total) : job.done;
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        job.outcome = tr("Cancelled; what was stored before stays. Importing again takes the rest.");
    } else {
        job.failed = true;
        job.outcome = outcome.error().text;
    }
    Q_EMIT notice(job.failed ? job.outcome : tr("%1: %2").arg(file, job.outcome));
}

} // namespace portolan
