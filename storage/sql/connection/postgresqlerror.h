#pragma once

#include "storage/base/result.h"
#include "storage/sql/connection/postgresqlwire.h"

#include <QByteArrayView>
#include <QString>

namespace portolan {

/// Translates what a PostgreSQL server refuses, by its SQLSTATE (PostgreSQL's manual, appendix A). `where` names the
/// database as an operator knows it, `doing` is the unfinished sentence "cannot …". The error's text ends in what can
/// be done; its details begin with "PostgreSQL STATE".
[[nodiscard]] Error postgresqlError(QByteArrayView state, const QString& doing, const QString& where,
                                    const QString& details);

/// The same for a failed exchange, whose connection may be gone.
[[nodiscard]] Error postgresqlError(const PostgresqlFailure& failure, const QString& doing, const QString& where);

/// Makes the error of a connection that could not be made. libpq gives no SQLSTATE for that, only words.
[[nodiscard]] Error postgresqlOpeningError(const QString& words, const QString& where);

} // namespace portolan
