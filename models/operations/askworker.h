#pragma once

#include "storage/base/worker.h"

#include <functional>
#include <memory>
#include <optional>

namespace portolan {

/// Asks a worker for a value; the reply comes as Worker::post() says.
template <class Answer>
void askWorker(Worker& worker, RequestScope& asker, QObject* context,
               std::function<Result<Answer>(const CancelToken&)> question,
               std::function<void(const Result<Answer>&)> reply) {
    auto answer = std::make_shared<std::optional<Result<Answer>>>();
    worker.post(
        asker, context,
        [answer, question = std::move(question)](const CancelToken& token) { answer->emplace(question(token)); },
        [answer, reply = std::move(reply)](const Result<void>& ran) {
            reply(ran ? **answer : Result<Answer>(ran.error()));
        });
}

} // namespace portolan
