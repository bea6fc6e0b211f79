#pragma once

#include "storage/base/cancel.h"
#include "storage/sql/connection/connection.h"

#include <chrono>

namespace portolan {

/// The turns of other writers in a SQLite file while a job writes transaction after transaction. SQLite has one writer
/// at a time and no queue: who waits asks again every 100 ms (sqlite3_busy_timeout()), and a job whose transactions
/// follow each other keeps everybody else out until their patience, of five seconds mostly, is over. After each half a
/// second that it held the file the job leaves it alone for long enough that everybody asks once; where nobody wrote
/// then, the next turn comes later, at the latest after 0.8 s. On the connection's thread.
class WriterTurns {
public:
    using Clock = std::chrono::steady_clock;

    /// Waits where it is the others' turn; to be called before a transaction begins. Ends early with the token.
    void giveWay(Connection& connection, const CancelToken& token);

    /// Counts the time of its life as that of a transaction.
    class Held {
    public:
        explicit Held(WriterTurns& turns) : m_turns(turns) {}
        ~Held() { m_turns.noteHeld(Clock::now() - m_began); }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

    private:
        WriterTurns& m_turns;
        const Clock::time_point m_began = Clock::now();
    };

private:
    void noteHeld(Clock::duration time);

    Clock::duration m_held{}; ///< since the others' last turn
    Clock::time_point m_ended;
    Clock::duration m_until = std::chrono::milliseconds(500);
};

} // namespace portolan
