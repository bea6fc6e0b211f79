#include "models/storedesk.h"

#include "storage/operations.h"
#include "storage/store.h"

namespace portolan {

namespace {

Error noCheckpoints(const Store& store) {
    return {ErrorCode::Unsupported, store.missing(Feature::Checkpoints).value_or(QString())};
}

} // namespace

StoreDesk::StoreDesk(Channel::Opener writer, QByteArray actor, QObject* parent)
    : QObject(parent)
    , m_opener(std::move(writer))
    , m_actor(std::move(actor)) {}

StoreDesk::~StoreDesk() = default;

template <class Answer, class Change>
void StoreDesk::change(Change change, QObject* context, std::function<void(Answer)> reply) {
    if (!m_channel)
        m_channel = std::make_unique<Channel>(m_opener);
    m_channel->ask(
        m_asker,
        [change = std::move(change)](Store& store, const CancelToken& token) -> Answer { return change(store, token); },
        context, std::move(reply));
}

void StoreDesk::promote(const Version& version, const QByteArray& reason, QObject* context,
                        std::function<void(Result<Promotion>)> reply) {
    change<Result<Promotion>>(
        [version, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<Promotion> {
            Checkpoints* const checkpoints = store.checkpoints();
            return checkpoints ? checkpoints->promote(version.name, version.number, reason, actor, token)
                               : noCheckpoints(store);
        },
        context, std::move(reply));
}

void StoreDesk::setExpiry(const Version& version, std::optional<Timestamp> expires, const QByteArray& reason,
                          QObject* context, std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [version, expires, reason, actor = m_actor](Store& store, const CancelToken& token) -> Result<void> {
            Checkpoints* const checkpoints = store.checkpoints();
            return checkpoints ? checkpoints->setExpiry(version.name, version.number, expires, reason, actor, token)
                               : noCheckpoints(store);
        },
        context, std::move(reply));
}

void StoreDesk::setSilentAfter(const QByteArray& component, std::optional<std::chrono::seconds> silentAfter,
                               const QByteArray& reason, QObject* context, std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [component, silentAfter, reason, actor = m_actor](Store& store, const CancelToken&) -> Result<void> {
            Operations* const operations = store.operations();
            return operations ? operations->setSilentAfter(component, silentAfter, reason, actor)
                              : Error{ErrorCode::Unsupported, store.missing(Feature::Operations).value_or(QString())};
        },
        context, std::move(reply));
}

} // namespace portolan
