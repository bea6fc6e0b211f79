#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/sql/connection/connection.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <functional>

namespace portolan {

/// Runs a COPY … TO STDOUT and hands its rows on, in pieces of whole rows; each piece is there during the call alone.
/// Returns the number of rows that the server says it wrote. `doing` as Connection::run()'s. Errors: those of the
/// server and of `each`, and Cancelled. A copy that is given up by us costs the connection. On the connection's thread.
[[nodiscard]] Result<qint64> copyOut(Connection& connection, const QByteArray& sql,
                                     const std::function<Result<void>(QByteArrayView piece)>& each,
                                     const CancelToken& token, const QString& doing);

/// Waits until the server has taken what PostgresqlWire::putCopy() was given, which libpq else keeps in memory: all of
/// it, where the server is slower. Errors: Connection, Cancelled.
[[nodiscard]] Result<void> awaitCopyTaken(Connection& connection, const CancelToken& token, const QString& doing);

} // namespace portolan
