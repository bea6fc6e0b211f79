#pragma once

#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/session.h"

#include <type_traits>

namespace portolan {

/// Runs `ask`, a callable from no arguments to a Result, in one transaction: committed when it returns a value, else
/// undone. Opens the session again where that is due, and lets other writers have their turn before (WriterTurns).
/// Error ReadOnly: the session only reads.
template <class Ask>
auto withTransaction(Session& session, Ask ask) -> std::invoke_result_t<Ask> {
    if (session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly, QStringLiteral("%1 is open for reading only.").arg(session.url().display())};
    PORTOLAN_TRY(session.freshen());
    session.turns().giveWay(session.connection(), session.token());
    Result<UnitOfWork> work = UnitOfWork::begin(session.connection());
    PORTOLAN_TRY(work);
    const WriterTurns::Held held(session.turns());
    auto answer = ask();
    if (!answer)
        return answer;
    const Result<void> committed = work->commit();
    return committed ? std::move(answer) : std::invoke_result_t<Ask>(committed.error());
}

} // namespace portolan
