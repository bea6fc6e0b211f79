#pragma once

#include "storage/base/cancel.h"
#include "storage/config/urls.h"

#include <QByteArray>
#include <map>
#include <memory>

struct pg_conn;

namespace portolan {

/// A connection of libpq's, closed with it. Belongs to no thread; one at a time.
struct PostgresqlCloser {
    void operator()(pg_conn* connection) const;
};
using PostgresqlHandle = std::unique_ptr<pg_conn, PostgresqlCloser>;

/// The parameters that libpq is told: its own keywords and their values, the password among them.
using PostgresqlParameters = std::map<QByteArray, QByteArray>;

/// The parameters of a URL. libpq looks up what it leaves open: PG* variables, ~/.pgpass, the service file; a password
/// is also taken from PORTOLAN_PASSWORD.
[[nodiscard]] PostgresqlParameters postgresqlParameters(const StoreUrl& url);

/// The end of an attempt to connect.
struct PostgresqlAttempt {
    PostgresqlHandle handle = {}; ///< null: it failed, or the token stopped
    QString words = {};           ///< why it failed, in libpq's words
};

/// Connects, or gives up at once when the token stops. Only the look-up of a host's name cannot be ended: it goes on in
/// a thread of its own, and `guard` lives until that has ended. Any thread.
///
/// connect_timeout (seconds; of the parameters, PGCONNECT_TIMEOUT or the service file) counts for each address that a
/// host has, as in libpq; 0 is for ever. An address that takes no connection in this time is passed over; one that
/// takes it and then says nothing ends the attempt.
[[nodiscard]] PostgresqlAttempt connectPostgresql(const PostgresqlParameters& parameters,
                                                  std::shared_ptr<const void> guard, const CancelToken& token);

} // namespace portolan
