#pragma once

#include "storage/sources/redis/redispendingclaimer.h"

#include <set>

namespace portolan {

/// Reads entries of a stream again that its group has handed out already, in rising order, by XRANGE: those of a store
/// that an older one replaced, and those that nobody was given because the group was put forward. A pending entry
/// belongs to the consumer that holds it. Every call waits for its replies: only while the connection owes none.
class RedisStreamAgain {
public:
    RedisStreamAgain(RedisConnection& link, RedisGroup group);

    enum class Begun {
        Whole,  ///< all of them after `known` that nobody deleted one by one are there
        Cut,    ///< the first ones may be trimmed: the stream has nothing up to `known`
        Denied, ///< this account may not read them
    };
    /// Begins with the entry after `after`; `last` is the last one. Of entries up to `known` it is told elsewhere when
    /// they are gone.
    [[nodiscard]] Result<Begun> begin(StreamId after, StreamId known, StreamId last, const CancelToken& token);
    [[nodiscard]] bool isUnderWay() const { return m_isUnderWay; }
    /// Brings up to `count` entries that are not `held`, as messages of `source`. May bring nothing while it is under
    /// way.
    [[nodiscard]] Result<TakenOver> step(int count, const OutstandingIds& held, const QByteArray& source,
                                         const CancelToken& token);

private:
    [[nodiscard]] Result<std::set<StreamId>> pendingIn(StreamId first, StreamId last, const CancelToken& token);

    RedisConnection& m_link;
    const RedisGroup m_group;
    StreamId m_next;
    StreamId m_last;
    bool m_isUnderWay = false;
};

} // namespace portolan
