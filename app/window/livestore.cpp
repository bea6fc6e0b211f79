#include "app/window/livestore.h"

#include "app/commands/commandline.h"
#include "app/console/actor.h"
#include "app/console/scheduledprocess.h"
#include "app/console/version.h"
#include "app/render/reportwriting.h"
#include "models/list/panes.h"
#include "models/window/storeopener.h"
#include "storage/health/storehistory.h"
#include "storage/operations/operations.h"
#include "storage/stores/openstore.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace portolan {

namespace {

constexpr int watchMilliseconds = 250;
constexpr std::chrono::seconds markedAgain{5}; ///< after which a change is also looked at for marks of the store
constexpr int sampleRate = 100;                ///< a second, records of all kinds; two of five are messages

/// Returns all that the window has a place or an action for.
std::vector<Feature> askedFor() {
    std::vector<Feature> all{Feature::Receive, Feature::Replay};
    for (const PaneEntry& entry : paneEntries()) {
        if (entry.feature)
            all.push_back(*entry.feature);
    }
    return all;
}

StoreWorker::Opener writingOpener(const StoreUrl& url) {
    return [url](const CancelToken& token) { return openStore(url, Access::Write, token); };
}

/// Runs a schedule's commands as `run-due` does.
ScheduledCommands scheduledCommands() {
    return {&scheduledWords, [](const StoreUrl& store, const QStringList& words,
                                const std::function<Result<void>()>& beat, const CancelToken& token) {
                const QStringList all = withScheduleStore(words, store.display());
                return runScheduled(all, scheduledPassword(all, store), beat, token);
            }};
}

/// A sample has nothing to be read before it is made.
StoreWorker::Opener makingOpener(const StoreUrl& url) {
    return [url](const CancelToken& token) -> Result<std::unique_ptr<Store>> {
        PORTOLAN_TRY(openStore(url, Access::Write, token));
        return openStore(url, Access::Read, token);
    };
}

/// The same, of stores whose findings are also about these questions.
StoreWorker::Opener withQuestions(StoreWorker::Opener open, std::shared_ptr<const QuestionLog> questions) {
    return [open = std::move(open), questions = std::move(questions)](const CancelToken& token) {
        auto store = open(token);
        if (store)
            (*store)->setQuestions(questions);
        return store;
    };
}

} // namespace

LiveStore::LiveStore(StoreUrl url, Opener opener, QObject* parent)
    : QObject(parent)
    , m_url(std::move(url))
    , m_opener(withQuestions(opener ? std::move(opener) : readingOpener(m_url), m_questions))
    , m_channel(std::make_unique<StoreWorker>(m_opener, m_questions))
    , m_replays(m_opener, writingOpener(m_url), actorName())
    , m_checks(m_opener)
    , m_desk(writingOpener(m_url), actorName())
    , m_overview(m_opener)
    , m_alerts(m_overview.channel(), m_desk)
    , m_exports(m_opener)
    , m_reports(m_opener, reportSigner())
    , m_imports(writingOpener(m_url), actorName())
    , m_operations(m_url, writingOpener(m_url), actorName(), "Portolan " + QByteArray(version()), scheduledCommands())
    , m_schedule(*m_channel, m_operations) {
    m_operations.setQuestions(m_questions);
    m_watch.setInterval(watchMilliseconds);
    connect(&m_watch, &QTimer::timeout, this, &LiveStore::look);
    connect(&m_receiver, &ReceiverControl::stored, this, &LiveStore::look);
    connect(&m_replays, &ReplayController::jobsChanged, this, &LiveStore::look);
    connect(&m_receiver, &ReceiverControl::ended, this, &LiveStore::ended);
    const auto tellReceiver = [this] {
        const ReceiverStatus* const status = m_receiver.status();
        m_overview.setReceiver(status, m_receiver.source(), m_receiver.isRunning());
        m_alerts.setReceiverFailed(status && status->state == ReceiverState::Failed);
    };
    connect(&m_receiver, &ReceiverControl::changed, this, tellReceiver);
    connect(&m_receiver, &ReceiverControl::ended, this, tellReceiver);
    connect(&m_replays, &ReplayController::idle, this, &LiveStore::ended);
    connect(&m_imports, &ImportController::jobsChanged, this, &LiveStore::look);
    connect(&m_imports, &ImportController::idle, this, &LiveStore::ended);
    connect(&m_operations, &OperationsController::idle, this, &LiveStore::ended);
    connect(&m_operations, &OperationsController::schemaChanged, this, [this] {
        ask(); // what the store can may be more or less than before
        Q_EMIT changed();
    });
}

LiveStore::~LiveStore() {
    stop();
}

void LiveStore::stop() {
    m_receiver.stop();
    m_replays.stop();
    m_exports.stop();
    m_reports.stop();
    m_imports.stop();
    m_schedule.stop();
    m_operations.stop();
}

PaneContext LiveStore::context() {
    return {m_channel.get(), &m_replays, &m_checks,  &m_alerts,     &m_desk,    &m_overview,
            &m_exports,      &m_reports, &m_imports, &m_operations, &m_schedule};
}

std::unique_ptr<LiveStore> LiveStore::sample() {
    auto folder = std::make_unique<QTemporaryDir>();
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = folder->filePath(QStringLiteral("sample.db"));
    auto store = std::make_unique<LiveStore>(url, makingOpener(url));
    store->m_folder = std::move(folder);
    return store;
}

SourceUrl LiveStore::sampleSource() {
    SourceUrl source;
    source.kind = SourceKind::Demo;
    source.rate = sampleRate;
    return source;
}

void LiveStore::workOnSample() {
    SampleWork work;
    work.store = m_url;
    if (m_isPaced) {
        work.perSecond = sampleRate / 2.0; // of what comes a fifth are port messages; what was replayed comes on top
    } else {
        work.pause = std::chrono::milliseconds(100);
    }
    if (const auto started = m_worker.start(work); !started)
        Q_EMIT notice(started.error().text);
}

QString LiveStore::name() const {
    return isSample() ? tr("Sample pipeline") : m_url.name();
}

QString LiveStore::key() const {
    return isSample() ? QStringLiteral("sample") : m_url.display();
}

void LiveStore::open() {
    ask();
}

void LiveStore::ask() {
    m_channel->ask(
        m_asker,
        [](Store& store, const CancelToken&) {
            static_cast<void>(store.changeMark()); // it looks at its tables again, if they may have changed
            return abilitiesOf(store);
        },
        this,
        [this](const Result<Abilities>& abilities) {
            m_known = abilities.ok();
            m_missing = abilities ? abilities->missing : QHash<Feature, QString>();
            m_learntAt = currentTime();
            if (abilities) {
                m_production = abilities->production.value_or(QString());
                m_standbyLag = abilities->standbyLag;
            }
            noteAnswer(abilities ? std::nullopt : std::optional(abilities.error()));
            askSetUp();
            if (m_known && isSample() && !std::exchange(m_worked, true))
                workOnSample(); // there is a store for it now
            if (!abilities && abilities.error().code == ErrorCode::Auth && !std::exchange(m_refused, true))
                Q_EMIT refused(m_url, abilities.error().text);
            if (m_known) {
                m_alerts.start();
                m_schedule.start();
            }
            Q_EMIT opened();
            Q_EMIT connectionChanged(); // it may be marked
            beginToReceive(abilities);
        });
}

/// Looks whether what the store lacks can be added to it: again only where it lacks something else than before.
void LiveStore::askSetUp() {
    const bool isDatabase = m_url.kind == StoreKind::Sqlite || m_url.kind == StoreKind::Postgresql;
    const QHash<Feature, QString> lacking = isDatabase && m_known ? m_missing : QHash<Feature, QString>();
    if (lacking == m_lookedFor)
        return;
    m_lookedFor = lacking;
    m_versionsAsker.cancelPending();
    if (lacking.isEmpty()) {
        m_canSetUp = false;
        return;
    }
    m_operations.readVersions(m_versionsAsker, this, [this](const Result<std::vector<MigrationEntry>>& versions) {
        // Operations offers to migrate a database that has some of the versions.
        const auto isPending = [](const MigrationEntry& each) { return each.state == MigrationEntry::State::Pending; };
        const bool can = versions && !versions->empty() && std::ranges::all_of(*versions, isPending);
        if (std::exchange(m_canSetUp, can) != can)
            Q_EMIT opened();
    });
}

Result<LiveStore::Abilities> LiveStore::abilitiesOf(Store& store) {
    Abilities abilities;
    for (const Feature feature : askedFor()) {
        if (const auto reason = store.unavailableReason(feature))
            abilities.missing.insert(feature, *reason);
    }
    if (StoreHistory* const history = store.history()) {
        const auto lag = history->standbyLag({});
        PORTOLAN_TRY(lag);
        abilities.standbyLag = *lag;
    }
    Operations* const operations = store.operations();
    if (!operations)
        return abilities;
    auto name = operations->productionName();
    const auto sample = operations->hasSample();
    if (!name || !sample)
        return name ? sample.error() : name.error();
    abilities.production = std::move(*name);
    abilities.hasSample = *sample;
    return abilities;
}

void LiveStore::beginToReceive(const Result<Abilities>& abilities) {
    const auto from = std::exchange(m_receiveFrom, {});
    if (!from)
        return;
    if (abilities && abilities->production) {
        Q_EMIT notice(
            tr("This is the production store “%1”: the sample is not received into it.").arg(*abilities->production));
        return;
    }
    receive(*from);
    const bool isNew = !abilities && abilities.error().code == ErrorCode::NotFound;
    if (m_receivesSample && (isNew || (abilities && abilities->hasSample)))
        workOnSample();
}

void LiveStore::receiveWhenOpen(const SourceUrl& from) {
    m_receiveFrom = from;
    m_isPaced = from.rate > 0;
}

void LiveStore::sampleWhenOpen(const SourceUrl& from) {
    m_receivesSample = true;
    receiveWhenOpen(from);
}

void LiveStore::setWatched(bool watched) {
    if (watched)
        m_watch.start();
    else
        m_watch.stop();
}

/// Keeps whether the store answers, and tells when that changes.
void LiveStore::noteAnswer(const std::optional<Error>& error) {
    if (error && error->code == ErrorCode::Cancelled)
        return;
    if (!error)
        m_answeredAt = currentTime();
    const QString before = std::exchange(m_problem, error ? error->text : QString());
    if (before != m_problem)
        Q_EMIT connectionChanged();
}

/// Looks at the store, one look at a time: a slow one is asked less often.
void LiveStore::look() {
    if (std::exchange(m_looking, true))
        return;
    if (m_watch.isActive())
        m_watch.start(); // a receiver's tick was a look as well
    m_channel->ask(
        m_asker, [](Store& store, const CancelToken&) { return store.changeMark(); }, this,
        [this](Result<ChangeMark> mark) {
            m_looking = false;
            noteAnswer(mark ? std::nullopt : std::optional(mark.error()));
            if (!mark) {
                m_mark.reset(); // once it answers again, everything is looked at once more
                return;
            }
            const bool isOld = currentTime() - m_learntAt > markedAgain;
            if (m_mark == *mark) {
                if (m_standbyLag && isOld)
                    ask(); // its lag grows without a change
                return;
            }
            m_mark = *mark;
            // A store that was found while its schema was being made, or is migrated by another, can do more later. It
            // may be marked, or its mark taken away, at any time.
            if (!m_known || !m_missing.isEmpty() || isOld)
                ask();
            Q_EMIT changed();
        });
}

} // namespace portolan
