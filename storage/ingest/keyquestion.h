#pragma once

#include "storage/base/result.h"
#include "storage/ingest/keychunk.h"

#include <mutex>
#include <optional>
#include <utility>

namespace portolan {

/// What a store knows of a source's keys.
struct KeyAnswer {
    KeyPair next;                ///< the first one from where was asked that is not stored
    std::optional<KeyPair> last; ///< the greatest stored one; nothing: none is
};

/// Asks the store which keys of a source it holds, without a gap, from one on. It travels among the deliveries
/// (Delivery::question): by the time of the answer, what was delivered before it is stored. The source keeps the other
/// end; asked on the reading thread, answered on the storing thread.
class KeyQuestion {
public:
    KeyQuestion(QByteArray source, KeyPair from) : m_source(std::move(source)), m_from(from) {}

    [[nodiscard]] const QByteArray& source() const { return m_source; }
    [[nodiscard]] KeyPair from() const { return m_from; }

    void answer(Result<KeyAnswer> answer) {
        const std::lock_guard lock(m_mutex);
        m_answer.emplace(std::move(answer));
    }
    /// Nothing as long as there is no answer. An error: the store could not be asked; ask again.
    [[nodiscard]] std::optional<Result<KeyAnswer>> answered() const {
        const std::lock_guard lock(m_mutex);
        return m_answer;
    }

private:
    const QByteArray m_source;
    const KeyPair m_from;
    mutable std::mutex m_mutex;
    std::optional<Result<KeyAnswer>> m_answer; // guarded by m_mutex
};

} // namespace portolan
