#include "models/export/importcontroller.h"

#include "models/list/format.h"

#include <QFileInfo>
#include <algorithm>
#include <chrono>
#include <optional>

namespace portolan {

namespace {

using namespace std::chrono_literals;
constexpr auto progressEvery = 200ms;

} // namespace

ImportController::ImportController(StoreWorker::Opener writer, QByteArray actor, QObject* parent)
    : QObject(parent)
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
        [preview, reply = std::move(reply)] { reply(std::move(**preview)); });
}

void ImportController::start(const ImportOptions& options, const QByteArray& reason) {
    if (!m_working)
        m_working = std::make_unique<Worker>();
    ImportJob added;
    added.path = options.file;
    const auto [number, stopped] = m_book.add(std::move(added));
    // The worker joins its thread, and this object outlives it: `this` is there for every tick.
    const auto tick = [this, number = number](const ImportProgress& progress) {
        QMetaObject::invokeMethod(
            this, [this, number, progress] { adopt(number, progress); }, Qt::QueuedConnection);
    };
    auto outcome = std::make_shared<std::optional<Result<ImportOutcome>>>();
    m_working->post(
        m_asker, this,
        [order = ImportOrder{options, reason, m_actor}, open = m_opener, tick, outcome,
         stopped = stopped](const CancelToken&) {
            std::chrono::steady_clock::time_point last{};
            const auto nowAndThen = [&](const ImportProgress& progress) {
                if (const auto now = std::chrono::steady_clock::now(); now - last >= progressEvery) {
                    last = now;
                    tick(progress);
                }
            };
            outcome->emplace(importFile(order, open, nowAndThen, stopped));
        },
        [this, number = number, outcome] { end(number, **outcome); });
    Q_EMIT jobsChanged();
}

void ImportController::adopt(quint64 number, const ImportProgress& progress) {
    ImportJob* const job = m_book.find(number);
    if (!job || job->ended)
        return;
    job->done = progress.done;
    job->total = std::max(progress.done, progress.total);
    job->trouble = progress.trouble;
    Q_EMIT jobsChanged();
}

void ImportController::end(quint64 number, const Result<ImportOutcome>& outcome) {
    ImportJob* const job = m_book.end(number);
    if (!job)
        return;
    const QString file = QFileInfo(job->path).fileName();
    if (outcome) {
        QStringList parts{tr("stored: %1").arg(groupedNumber(outcome->stored))};
        if (outcome->duplicates > 0)
            parts << tr("there already: %1").arg(groupedNumber(outcome->duplicates));
        if (outcome->rejected > 0)
            parts << tr("not taken: %1, e.g. %2").arg(groupedNumber(outcome->rejected), outcome->rejection);
        job->outcome = parts.join(QStringLiteral(" · "));
        if (outcome->cancelled)
            job->outcome = tr("Cancelled; %1. Importing again takes the rest.").arg(job->outcome);
        job->done = outcome->stored + outcome->duplicates + outcome->rejected;
        job->total = outcome->cancelled ? std::max(job->done, job->total) : job->done;
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        job->outcome = tr("Cancelled; what was stored before stays. Importing again takes the rest.");
    } else {
        job->failed = true;
        job->outcome = outcome.error().text;
    }
    Q_EMIT notice(job->failed ? job->outcome : tr("%1: %2").arg(file, job->outcome));
    Q_EMIT jobsChanged();
    if (!isBusy())
        Q_EMIT idle();
}

void ImportController::cancel(quint64 number) {
    if (m_book.cancel(number))
        Q_EMIT jobsChanged();
}

void ImportController::dismiss(quint64 number) {
    if (m_book.dismiss(number))
        Q_EMIT jobsChanged();
}

} // namespace portolan
