#include "models/deadletters/archivecontroller.h"

#include "models/list/format.h"
#include "storage/operations/operations.h"

namespace portolan {

namespace {

Result<MessageArchive*> archiveOf(Store& store) {
    Operations* const operations = store.operations();
    if (const auto missing = store.unavailableReason(Feature::Replay); missing || !operations)
        return Error{ErrorCode::Unsupported, missing.value_or(QString())};
    return &operations->archive();
}

QString refusedText(const RestoreOutcome& outcome) {
    if (outcome.refused.empty())
        return {};
    const auto& [id, why] = outcome.refused.front();
    return ArchiveController::tr("; %1 were not, e.g. %2: %3")
        .arg(groupedNumber(std::ssize(outcome.refused)), visibleText(id), why);
}

} // namespace

ArchiveController::ArchiveController(StoreWorker::Opener reader, StoreWorker::Opener writer, QByteArray actor,
                                     QObject* parent)
    : JobController(parent)
    , m_reader(std::move(reader))
    , m_opener(std::move(writer))
    , m_actor(std::move(actor)) {}

ArchiveController::~ArchiveController() {
    stop();
}

void ArchiveController::look(RequestScope& asker, const LetterChoice& choice, QObject* context, PreviewReply reply) {
    if (!m_looking)
        m_looking = std::make_unique<StoreWorker>(m_reader);
    m_looking->ask(
        asker,
        [choice, actor = m_actor](Store& store, const CancelToken& token) -> Result<DiscardPreview> {
            const auto archive = archiveOf(store);
            PORTOLAN_TRY(archive);
            auto ids = idsOf(choice, store, token);
            PORTOLAN_TRY(ids);
            DiscardOrder order{choice.filter, std::move(*ids), choice.words, {}, actor};
            auto seen = (*archive)->look(order, token);
            PORTOLAN_TRY(seen);
            return DiscardPreview{std::move(order), std::move(*seen)};
        },
        context, std::move(reply));
}

void ArchiveController::discard(const DiscardPreview& preview, const QByteArray& reason) {
    DiscardOrder order = preview.order;
    order.reason = reason;
    start(ArchiveJob::Kind::Discard, preview.seen->count(),
          [order = std::move(order), seen = preview.seen](MessageArchive& archive,
                                                          const MessageArchive::Progress& progress,
                                                          const CancelToken& token) -> Result<QString> {
              const auto outcome = archive.discard(order, *seen, progress, token);
              PORTOLAN_TRY(outcome);
              const QString gone = tr("Dead letters discarded: %1").arg(groupedNumber(outcome->discarded));
              return outcome->skipped == 0
                         ? gone + u'.'
                         : tr("%1; %2 had changed meanwhile and stayed.").arg(gone, groupedNumber(outcome->skipped));
          });
}

void ArchiveController::restore(std::vector<QByteArray> ids, const QByteArray& reason) {
    const qint64 total = std::ssize(ids);
    start(ArchiveJob::Kind::Restore, total,
          [ids = std::move(ids), reason, actor = m_actor](MessageArchive& archive,
                                                          const MessageArchive::Progress& progress,
                                                          const CancelToken& token) -> Result<QString> {
              const auto outcome = archive.restore(ids, reason, actor, progress, token);
              PORTOLAN_TRY(outcome);
              return tr("Messages restored: %1%2.").arg(groupedNumber(outcome->restored), refusedText(*outcome));
          });
}

void ArchiveController::start(ArchiveJob::Kind kind, qint64 total, Work work) {
    if (!m_working)
        m_working = std::make_unique<StoreWorker>(m_opener);
    ArchiveJob added;
    added.kind = kind;
    added.total = total;
    const auto [number, stopped] = m_book.add(std::move(added));
    const auto tick = ticks<qint64>(number, [](ArchiveJob& job, const qint64& done) { job.done = done; });
    m_working->ask(
        m_asker,
        [work = std::move(work), tick, stopped = stopped](Store& store, const CancelToken&) -> Result<QString> {
            const auto archive = archiveOf(store);
            PORTOLAN_TRY(archive);
            return work(
                **archive, [&tick](qint64 done, qint64) { tick(done); }, stopped);
        },
        this,
        [this, number = number](const Result<QString>& outcome) {
            end(number, [&](ArchiveJob& job) { tell(job, outcome); });
        });
    Q_EMIT jobsChanged();
}

void ArchiveController::tell(ArchiveJob& job, const Result<QString>& outcome) {
    if (outcome) {
        job.done = job.total;
        job.outcome = *outcome;
        Q_EMIT notice(*outcome);
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        job.outcome = (job.kind == ArchiveJob::Kind::Discard ? tr("Cancelled; about %1 of %2 are in the archive.")
                                                             : tr("Cancelled; about %1 of %2 are back."))
                          .arg(groupedNumber(job.done), groupedNumber(job.total));
        Q_EMIT notice(job.outcome);
    } else {
        job.failed = true;
        job.outcome = outcome.error().text;
        Q_EMIT failed(outcome.error());
    }
}

} // namespace portolan
