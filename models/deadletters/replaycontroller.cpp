#include "models/deadletters/replaycontroller.h"

#include "models/deadletters/runitems.h"
#include "models/list/format.h"
#include "storage/deadletters/groupscan.h"
#include "storage/export/rowtext.h"
#include "storage/ports/ports.h"
#include "storage/stores/makesource.h"

#include <QSaveFile>
#include <algorithm>

namespace portolan {

struct ReplayController::Job {
    quint64 number = 0;
    ReplayProgress progress;
    std::unique_ptr<ReplayJob> job; ///< null: it has ended
    bool left = false;              ///< it was let go before its end, and need not say so
};

namespace {

Result<Replays*> replaysOf(Store& store) {
    Replays* const replays = store.replays();
    if (const auto missing = store.unavailableReason(Feature::Replay); missing || !replays)
        return Error{ErrorCode::Unsupported, missing.value_or(QString())};
    return replays;
}

Result<ReplayOrder> orderOf(const ReplayRequest& request, Store& store, const CancelToken& token) {
    auto ids = idsOf(request, store, token);
    PORTOLAN_TRY(ids);
    ReplayOrder order;
    order.filter = request.filter;
    order.words = request.words;
    order.ids = std::move(*ids);
    order.to = request.to;
    order.edit = request.edit;
    return order;
}

Result<qint64> writeItems(Store& store, const QByteArray& run, const QString& path, const CancelToken& token) {
    constexpr int itemsAPage = 500;
    const bool csv = path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
    const auto columns = exportColumns(replayItemColumns());
    QSaveFile file(path);
    const auto refused = [&] {
        return Error{ErrorCode::Io,
                     ReplayController::tr("The items could not be written into %1: %2.").arg(path, file.errorString())};
    };
    if (!file.open(QIODevice::WriteOnly))
        return refused();
    QByteArray text;
    if (csv)
        appendCsvHeader(text, columns);
    RunItems items(run);
    ListQuery query;
    query.limit = itemsAPage;
    qint64 written = 0;
    std::vector<Value> values;
    for (bool last = false; !last;) {
        const auto page = items.of(store).page(query, token);
        PORTOLAN_TRY(page);
        if (token.stop_requested())
            return cancelled();
        for (const ReplayItem& item : page->rows) {
            exportValues(replayItemColumns(), item, values);
            csv ? appendCsvLine(text, columns, values) : appendJsonLine(text, columns, values);
        }
        written += std::ssize(page->rows);
        if (file.write(text) != text.size())
            return refused();
        text.clear();
        last = page->last;
        query.after = page->next;
    }
    return file.commit() ? Result<qint64>(written) : Result<qint64>(refused());
}

} // namespace

ReplayController::ReplayController(const StoreWorker::Opener& reader, StoreWorker::Opener writer, QByteArray actor,
                                   QObject* parent)
    : QObject(parent)
    , m_opener(std::move(writer))
    , m_actor(std::move(actor))
    , m_reader(std::make_unique<StoreWorker>(reader))
    , m_writer(std::make_unique<StoreWorker>(m_opener))
    , m_archive(reader, m_opener, m_actor)
    , m_rejects(m_opener, m_actor) {
    connect(&m_rejects, &RejectController::busyChanged, this, &ReplayController::jobsChanged);
    connect(&m_rejects, &RejectController::notice, this, &ReplayController::notice);
    connect(&m_rejects, &RejectController::idle, this, &ReplayController::becomeIdle);
    connect(&m_archive, &ArchiveController::jobsChanged, this, &ReplayController::jobsChanged);
    connect(&m_archive, &ArchiveController::notice, this, &ReplayController::notice);
    connect(&m_archive, &ArchiveController::failed, this, [this](const Error& error) { Q_EMIT notice(error.text); });
    connect(&m_archive, &ArchiveController::idle, this, &ReplayController::becomeIdle);
}

ReplayController::~ReplayController() {
    stop(); // all at once; then each is waited for
    m_jobs.clear();
}

template <class Question, class Reply>
void ReplayController::ask(Question question, Reply reply) {
    m_writer->ask(
        m_asker,
        [question](Store& store,
                   const CancelToken& token) -> std::invoke_result_t<Question, Replays&, const CancelToken&> {
            const auto replays = replaysOf(store);
            PORTOLAN_TRY(replays);
            return question(**replays, token);
        },
        this, std::move(reply));
}

void ReplayController::look(RequestScope& asker, const ReplayRequest& request, QObject* context, PreviewReply reply) {
    m_reader->ask(
        asker,
        [request, actor = m_actor](Store& store, const CancelToken& token) -> Result<ReplayPreview> {
            const auto replays = replaysOf(store);
            PORTOLAN_TRY(replays);
            auto order = orderOf(request, store, token);
            PORTOLAN_TRY(order);
            order->actor = actor;
            return (*replays)->look(*order, token);
        },
        context, std::move(reply));
}

void ReplayController::sample(RequestScope& asker, const ReplayPreview& preview, QObject* context, SampleReply reply) {
    m_reader->ask(
        asker,
        [seen = preview.seen](Store& store, const CancelToken& token) -> Result<std::vector<PortMessage>> {
            std::vector<PortMessage> rows;
            Ports* const ports = store.ports();
            if (!ports || !seen)
                return rows;
            qint64 place = 0;
            const auto letters = seen->read(place, sampleRows);
            PORTOLAN_TRY(letters);
            for (const SeenLetters::Letter& letter : *letters) {
                if (token.stop_requested())
                    return cancelled();
                auto message = ports->message(letter.id);
                if (message)
                    rows.push_back(std::move(*message));
                else if (message.error().code != ErrorCode::NotFound)
                    return message.error();
            }
            return rows;
        },
        context, std::move(reply));
}

QByteArray ReplayController::begin(const ReplayPreview& preview, const QByteArray& reason, const ReplayPace& pace,
                                   const std::optional<SourceUrl>& to) {
    const QByteArray run = Replays::newRunId();
    ReplayPreview first = preview;
    first.order.reason = reason;
    first.run.reason = reason;
    start(run, pace, to, std::move(first));
    Q_EMIT began(run);
    Q_EMIT jobsChanged();
    return run;
}

void ReplayController::carryOut(const QByteArray& run, const ReplayPace& pace, const std::optional<SourceUrl>& to) {
    const auto found = std::ranges::find_if(m_jobs, [&](const auto& job) { return job->progress.runId == run; });
    if (found != m_jobs.end() && (*found)->job) {
        (*found)->job->resume();
        return;
    }
    dismiss(run);
    start(run, pace, to);
    Q_EMIT began(run);
    Q_EMIT jobsChanged();
}

void ReplayController::start(const QByteArray& run, const ReplayPace& pace, const std::optional<SourceUrl>& to,
                             std::optional<ReplayPreview> first) {
    auto job = std::make_unique<Job>();
    job->number = ++m_numbers;
    job->progress.runId = run;
    if (first)
        job->progress.run = first->run;
    job->progress.run.id = run;
    // The job's destructor joins its thread, and this object outlives it: `this` is there for every tick.
    job->job = std::make_unique<ReplayJob>(m_opener, run, pace, m_actor, to, std::move(first), &makeOutboxSink,
                                           [this, number = job->number](const ReplayProgress& progress) {
                                               QMetaObject::invokeMethod(
                                                   this, [this, number, progress] { adopt(number, progress); },
                                                   Qt::QueuedConnection);
                                           });
    m_jobs.push_back(std::move(job));
}

void ReplayController::adopt(quint64 number, const ReplayProgress& progress) {
    const auto found = std::ranges::find_if(m_jobs, [&](const auto& job) { return job->number == number; });
    if (found == m_jobs.end())
        return;
    Job& job = **found;
    job.progress = progress;
    if (progress.stage == ReplayProgress::Stage::Ended) {
        job.job.reset(); // its thread is at its end
        if (progress.error)
            say(*progress.error);
        else if (!job.left)
            Q_EMIT notice(tr("Replay %1: %2 of %3 put back.")
                              .arg(QString::fromLatin1(progress.runId.first(8)),
                                   groupedNumber(progress.run.counts.released()), groupedNumber(progress.run.frozen)));
    }
    Q_EMIT jobsChanged();
    becomeIdle();
}

void ReplayController::becomeIdle() {
    if (!isBusy())
        Q_EMIT idle();
}

void ReplayController::pause(const QByteArray& run) {
    for (const auto& job : m_jobs) {
        if (job->progress.runId == run && job->job)
            job->job->pause();
    }
}

void ReplayController::cancel(const QByteArray& run) {
    const auto found =
        std::ranges::find_if(m_jobs, [&](const auto& job) { return job->progress.runId == run && job->job; });
    if (found != m_jobs.end())
        (*found)->job->cancel();
    else
        endRun(run);
}

void ReplayController::endRun(const QByteArray& run) {
    ask([run, actor = m_actor](Replays& replays,
                               const CancelToken&) { return replays.change(run, RunState::Cancelled, actor, {}); },
        [this, run](const Result<void>& ended) {
            if (ended)
                Q_EMIT notice(tr("Replay %1 is cancelled.").arg(QString::fromLatin1(run.first(8))));
            else
                say(ended.error());
        });
}

void ReplayController::recall(const QByteArray& run, const QByteArray& reason) {
    struct Recalled {
        qint64 now = 0;
        ReplayRun run;
    };
    for (const auto& job : m_jobs) { // it would put back what is being taken back
        if (job->progress.runId == run && job->job) {
            job->left = true;
            job->job->leave();
        }
    }
    ask(
        [run, reason, actor = m_actor](Replays& replays, const CancelToken& token) -> Result<Recalled> {
            const auto recalled = replays.recall(run, actor, reason, token);
            PORTOLAN_TRY(recalled);
            auto known = replays.run(run);
            PORTOLAN_TRY(known);
            return Recalled{*recalled, std::move(*known)};
        },
        [this](const Result<Recalled>& recalled) {
            if (!recalled) {
                say(recalled.error());
                return;
            }
            const qint64 left = recalled->run.counts.released() - recalled->run.counts[ItemState::Recalled];
            Q_EMIT notice(left == 0 ? tr("%1 dead letters are taken back.").arg(groupedNumber(recalled->now))
                                    : tr("%1 dead letters are taken back; %2 had been taken by a worker before.")
                                          .arg(groupedNumber(recalled->now), groupedNumber(left)));
            Q_EMIT jobsChanged();
        });
}

void ReplayController::exportItems(const QByteArray& run, const QString& path) {
    m_writer->ask(
        m_asker, [run, path](Store& store, const CancelToken& token) { return writeItems(store, run, path, token); },
        this,
        [this, path](const Result<qint64>& written) {
            if (written)
                Q_EMIT notice(tr("%1 items are in %2.").arg(groupedNumber(*written), path));
            else
                say(written.error());
        });
}

std::vector<ReplayProgress> ReplayController::jobs() const {
    std::vector<ReplayProgress> jobs;
    for (const auto& job : m_jobs)
        jobs.push_back(job->progress);
    return jobs;
}

const ReplayProgress* ReplayController::job(const QByteArray& run) const {
    const auto found = std::ranges::find_if(m_jobs, [&](const auto& job) { return job->progress.runId == run; });
    return found == m_jobs.end() ? nullptr : &(*found)->progress;
}

void ReplayController::dismiss(const QByteArray& run) {
    const auto gone = std::erase_if(m_jobs, [&](const auto& job) { return job->progress.runId == run && !job->job; });
    if (gone > 0)
        Q_EMIT jobsChanged();
}

bool ReplayController::isBusy() const {
    return m_archive.isBusy() || m_rejects.isBusy()
           || std::ranges::any_of(m_jobs, [](const auto& job) { return job->job != nullptr; });
}

void ReplayController::stop() {
    for (const auto& job : m_jobs) {
        if (job->job) {
            job->left = true;
            job->job->leave();
        }
    }
    m_archive.stop();
    m_rejects.stop();
}

void ReplayController::say(const Error& error) {
    if (error.code != ErrorCode::Cancelled)
        Q_EMIT failed(error);
}

} // namespace portolan
