#pragma once

#include "storage/base/result.h"

#include <QDeadlineTimer>

namespace portolan::test {

/// Whether the URLs of the server lead through a pooler (see PostgresServer).
inline bool isPooled() {
    return qEnvironmentVariableIsSet("PORTOLAN_POOLER");
}

/// Asks until there is an answer after the server went away: the first time it is asked, or behind a pooler once that
/// tries its server again, which it does not do at once (server_login_retry). Till then only what passes may fail.
template <typename Ask>
bool answersAgain(Ask ask) {
    const QDeadlineTimer end(isPooled() ? 120'000 : 0);
    while (true) {
        const auto answer = ask();
        if (answer.ok())
            return true;
        if (answer.error().code != ErrorCode::Connection || end.hasExpired()) {
            qWarning("%s %s", qPrintable(answer.error().text), qPrintable(answer.error().details));
            return false;
        }
    }
}

} // namespace portolan::test
