#pragma once

#include "storage/base/result.h"

#include <QByteArray>

namespace portolan {

/// Loads PostgreSQL's client library, unless it is loaded. It is not linked: with TLS, Kerberos and LDAP it brings
/// fifteen libraries, which a command on files would load for nothing (a third of its start). libpq.cpp holds the
/// functions of libpq-fe.h that we use; they may be called once this succeeded. Error Unsupported. Any thread.
[[nodiscard]] Result<void> loadLibpq();

/// Of the library that is loaded; empty where it cannot be. Any thread.
[[nodiscard]] QByteArray libpqVersion();

} // namespace portolan
