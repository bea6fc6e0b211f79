#pragma once

#include "storage/config/urls.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace portolan {

/// The places that a value of a connection can come from.
enum class ValueSource {
    Typed,        ///< the URL says it
    Service,      ///< a section of the service file
    Environment,  ///< a variable
    PasswordFile, ///< a line of .pgpass, or what we keep (passwordfile.h)
    Default,      ///< libpq's own, or the system's
    None,         ///< nobody says it
};

/// A value that a connection to a server will be made with, as far as can be told before.
struct ConnectionValue {
    QByteArray name; ///< libpq's word: host, port, dbname, user, password, sslmode
    QString value;   ///< never of a password
    ValueSource source = ValueSource::None;
    QString from; ///< the variable, or the file; with what is wrong with it, where it is not used for that
};

/// Finds the six values of a postgresql URL, in the order of ConnectionValue::name, as libpq does: typed, service file,
/// PG* variables, defaults; a password also in PORTOLAN_PASSWORD, among those that we keep, and in the password file,
/// which is not read where others may. Reads files of a megabyte at most. Any thread. Sources:
/// https://www.postgresql.org/docs/15/libpq-connect.html, libpq-envars.html, libpq-pgservice.html, libpq-pgpass.html.
[[nodiscard]] std::vector<ConnectionValue> connectionValues(const StoreUrl& url);

} // namespace portolan
