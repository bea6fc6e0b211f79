#include "models/window/storecontroller.h"

#include "storage/operations/operations.h"
#include "storage/retention/retention.h"
#include "storage/schedule/schedule.h"
#include "storage/schedule/trustedentries.h"
#include "storage/store.h"
#include "storage/stores/alertrules.h"
#include "storage/tables/objectmodels.h"

namespace portolan {

namespace {

Error noCheckpoints(const Store& store) {
    return {ErrorCode::Unsupported, store.unavailableReason(Feature::Checkpoints).value_or(QString())};
}

Error noRetention() {
    return {ErrorCode::Unsupported, StoreController::tr("This kind of store keeps no rules of retention.")};
}

Error noObjectModels() {
    return {ErrorCode::Unsupported, StoreController::tr("Only databases keep object models.")};
}

} // namespace

StoreController::StoreController(StoreWorker::Opener writer, QByteArray actor, QObject* parent)
    : QObject(parent)
    , m_opener(std::move(writer))
    , m_actor(std::move(actor)) {}

StoreController::~StoreController() = default;

template <class Answer, class Change>
void StoreController::change(Change change, QObject* context, std::function<void(Answer)> reply) {
    if (!m_channel)
        m_channel = std::make_unique<StoreWorker>(m_opener);
    m_channel->ask(
        m_asker,
        [change = std::move(change)](Store& store, const CancelToken& token) -> Answer { return change(store, token); },
        context, std::move(reply));
}

void StoreController::promote(const Version& version, std::optional<qint64> expectedLatest, const QByteArray& reason,
                              QObject* context, std::function<void(Result<Promotion>)> reply) {
    change<Result<Promotion>>(
        [version, expectedLatest, reason, actor = m_actor](Store& store,
                                                           const CancelToken& token) -> Result<Promotion> {
            Checkpoints* const checkpoints = store.checkpoints();
            return checkpoints
                       ? checkpoints->promote(version.name, version.number, expectedLatest, reason, actor, token)
                       : noCheckpoints(store);
        },
        context, std::move(reply));
}

void StoreController::setExpiry(const Version& version, Expiry expires, const std::optional<Expiry>& expected,
                                const QByteArray& reason, QObject* context, std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [version, expires, expected, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            Checkpoints* const checkpoints = store.checkpoints();
            return checkpoints
                       ? checkpoints->setExpiry(version.name, version.number, expires, expected, reason, actor, token)
                       : noCheckpoints(store);
        },
        context, std::move(reply));
}

void StoreController::setSilentAfter(const QByteArray& component, std::optional<std::chrono::seconds> silentAfter,
                                     const QByteArray& reason, QObject* context,
                                     std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [component, silentAfter, reason, actor = m_actor](Store& store, const CancelToken&) -> Result<void> {
            Operations* const operations = store.operations();
            return operations ? operations->setSilentAfter(component, silentAfter, reason, actor)
                              : Error{ErrorCode::Unsupported,
                                      store.unavailableReason(Feature::Operations).value_or(QString())};
        },
        context, std::move(reply));
}

/// That it could not be written is told by what is done next, which writes as well.
void StoreController::recordConfirmation(const QByteArray& deed, const QByteArray& reason) {
    change<Result<void>>(
        [deed, reason, actor = m_actor](Store& store, const CancelToken&) -> Result<void> {
            Operations* const operations = store.operations();
            return operations ? operations->recordConfirmation(deed, reason, actor) : Result<void>();
        },
        this, [](const Result<void>&) {});
}

void StoreController::saveView(const SavedView& view, const std::optional<SavedView>& instead, QObject* context,
                               std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [view, instead, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            const Result<SavedViews*> views = savedViewsOf(store);
            return views ? (*views)->save(view, instead, actor, token) : views.error();
        },
        context, std::move(reply));
}

void StoreController::removeView(const SavedView& seen, QObject* context, std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [seen, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            const Result<SavedViews*> views = savedViewsOf(store);
            return views ? (*views)->remove(seen, actor, token) : views.error();
        },
        context, std::move(reply));
}

void StoreController::switchRetention(const QByteArray& rule, bool on, const QByteArray& reason, QObject* context,
                                      std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [rule, on, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            Retention* const retention = store.retention();
            if (!retention)
                return noRetention();
            if (!on)
                return retention->switchOff(rule, reason, actor, token);
            PORTOLAN_TRY(retention->set({.name = rule}, reason, actor, token));
            return {};
        },
        context, std::move(reply));
}

void StoreController::setRetention(const RetentionChange& change, const QByteArray& reason, QObject* context,
                                   std::function<void(Result<void>)> reply) {
    this->change<Result<void>>(
        [change, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            Retention* const retention = store.retention();
            if (!retention)
                return noRetention();
            PORTOLAN_TRY(retention->set(change, reason, actor, token));
            return {};
        },
        context, std::move(reply));
}

void StoreController::addScheduled(const QByteArray& name, const QStringList& words, const QByteArray& spec,
                                   const QByteArray& reason, QObject* context,
                                   std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [name, words, spec, reason, actor = m_actor](Store& store, const CancelToken&) -> Result<void> {
            const auto schedule = scheduleIn(store);
            PORTOLAN_TRY(schedule);
            PORTOLAN_TRY((*schedule)->add(name, words, spec, currentTime(), reason, actor));
            ScheduleEntry entry;
            entry.name = name;
            entry.command = commandOfWords(words);
            entry.spec = spec;
            return TrustedEntries::trust(store.url(), entry);
        },
        context, std::move(reply));
}

void StoreController::trustScheduled(const ScheduleEntry& entry, QObject* context,
                                     std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [entry](Store& store, const CancelToken&) { return TrustedEntries::trust(store.url(), entry); }, context,
        std::move(reply));
}

void StoreController::removeScheduled(const QByteArray& name, const QByteArray& reason, QObject* context,
                                      std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [name, reason, actor = m_actor](Store& store, const CancelToken&) -> Result<void> {
            const auto schedule = scheduleIn(store);
            PORTOLAN_TRY(schedule);
            PORTOLAN_TRY((*schedule)->remove(name, reason, actor));
            return TrustedEntries::forget(store.url(), name);
        },
        context, std::move(reply));
}

void StoreController::heal(const std::vector<QByteArray>& statements, const QByteArray& reason, QObject* context,
                           std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [statements, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            ObjectModels* const models = store.objectModels();
            return models ? models->heal(statements, reason, actor, token) : noObjectModels();
        },
        context, std::move(reply));
}

void StoreController::saveAlert(const AlertRule& rule, const std::optional<AlertRule>& expected,
                                const QByteArray& reason, QObject* context, std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [rule, expected, reason, actor = m_actor](Store& store, const CancelToken&) {
            return saveAlertRule(store, rule, expected, reason, actor);
        },
        context, std::move(reply));
}

void StoreController::removeAlert(const QByteArray& name, const QByteArray& reason, QObject* context,
                                  std::function<void(Result<void>)> reply) {
    change<Result<void>>([name, reason, actor = m_actor](
                             Store& store, const CancelToken&) { return removeAlertRule(store, name, reason, actor); },
                         context, std::move(reply));
}

void StoreController::acknowledgeAlert(const QByteArray& name, const QByteArray& reason, QObject* context,
                                       std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [name, reason, actor = m_actor](Store& store, const CancelToken& token) {
            return portolan::acknowledgeAlert(store, name, reason, actor, token);
        },
        context, std::move(reply));
}

void StoreController::recordAlerts(const std::vector<AlertTransition>& transitions, QObject* context,
                                   std::function<void(Result<int>)> reply) {
    change<Result<int>>(
        [transitions](Store& store, const CancelToken&) { return portolan::recordAlerts(store, transitions); }, context,
        std::move(reply));
}

void StoreController::undo(qint64 entry, const QByteArray& reason, QObject* context,
                           std::function<void(Result<UndoOutcome>)> reply) {
    change<Result<UndoOutcome>>(
        [entry, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<UndoOutcome> {
            Undo* const undoing = store.undo();
            return undoing ? undoing->undo(
                       entry, reason, actor, [](const UndoStep&) { return Result<void>(); }, token)
                           : Error{ErrorCode::Unsupported, store.unavailableReason(Feature::Audit).value_or(QString())};
        },
        context, std::move(reply));
}

} // namespace portolan
