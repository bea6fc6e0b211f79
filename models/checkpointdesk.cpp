#include "models/checkpointdesk.h"

#include "storage/store.h"

namespace portolan {

CheckpointDesk::CheckpointDesk(Channel::Opener writer, QByteArray actor, QObject* parent)
    : QObject(parent)
    , m_opener(std::move(writer))
    , m_actor(std::move(actor)) {}

CheckpointDesk::~CheckpointDesk() = default;

template <class Answer, class Change>
void CheckpointDesk::change(Change change, QObject* context, std::function<void(Answer)> reply) {
    if (!m_channel)
        m_channel = std::make_unique<Channel>(m_opener);
    m_channel->ask(
        m_asker,
        [change = std::move(change)](Store& store, const CancelToken& token) -> Answer {
            Checkpoints* const checkpoints = store.checkpoints();
            if (!checkpoints)
                return Error{ErrorCode::Unsupported, store.missing(Feature::Checkpoints).value_or(QString())};
            return change(*checkpoints, token);
        },
        context, std::move(reply));
}

void CheckpointDesk::promote(const Version& version, const QByteArray& reason, QObject* context,
                             std::function<void(Result<Promotion>)> reply) {
    change<Result<Promotion>>(
        [version, reason, actor = m_actor](Checkpoints& checkpoints, const CancelToken& token) {
            return checkpoints.promote(version.name, version.number, reason, actor, token);
        },
        context, std::move(reply));
}

void CheckpointDesk::setExpiry(const Version& version, std::optional<Timestamp> expires, const QByteArray& reason,
                               QObject* context, std::function<void(Result<void>)> reply) {
    change<Result<void>>(
        [version, expires, reason, actor = m_actor](Checkpoints& checkpoints, const CancelToken& token) {
            return checkpoints.setExpiry(version.name, version.number, expires, reason, actor, token);
        },
        context, std::move(reply));
}

} // namespace portolan
